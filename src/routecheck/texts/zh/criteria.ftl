### What each criterion of a verdict saw.

observers = 轨迹应能反映本次收运的车辆：{ $observers }。
fixes_in_window = 时间窗内该车定位 { $fixes_in_window } 条。
fixes_inside = 容差范围内定位 { $fixes_inside } 条。
stood = 停留 { $dwell }，考虑定位间隔最多 { $dwell_max }。
stood_at_most = 最多停留 { $dwell_max }。
inside_window = 在时间窗之内。
outside_window = 与时间窗相差 { $outside }。
own_vehicle = 由计划车辆完成。
other_vehicle = 不是由计划车辆完成。
covered = 沿线行驶了全长的 { $covered }。
silent = { $silent_from } 至 { $silent_until } 没有定位。
stand_outside = 容差范围外有一次停靠，距点位 { $stand_outside }。
stand_of_other = 距点位 { $stand_outside } 有一次停靠，属于收集点 { $stand_belongs_to }。
offset = 判定所用位置与登记位置相差 { $offset }。
others_offset = 当日该车在其他收集点停靠时距点约 { $others_offset }。
other_place_share = 该车还在相距 { $other_place } 的另一可能点位停留（概率 { $other_share }）。
round_stood = 该车途中停留 { $round_stood } 次，均不在其 { $round_due } 个点。
clock = 车载终端时钟{ $clock_way } { $clock }，判定时已校正。
nearest = { $nearest_vehicle } 最近的定位：{ $nearest_at }，距离 { $nearest }。
spread = { $stood_from } 至 { $stood_until } 的停靠处距点位 { $stand_away }，停靠时定位散布 { $spread }。
scatter = { $stood_from } 前后定位散布 { $spread }，距点位 { $stand_away }。
not_located = 登记册中没有可用坐标。
contradicted = 有登记坐标，但与轨迹矛盾。
model_confidence = 计入现场核查之前的置信度为 { $value }。
reach = 数据只到 { $until }。
other = { $name }：{ $value }
