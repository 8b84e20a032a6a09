### Incidents: the label; what it means; what happened; what to do.

feed_missing = 全部数据缺失
    .meaning = 当天没有收到任何车辆的数据。
    .sentence = { $day } 没有收到任何车辆的数据，{ $undecided }。
    .action = 请向 GPS 数据提供方索取当天数据；数据到达后会重新判定。

feed_gap = 数据整体中断
    .meaning = 一段时间内没有收到任何车辆的数据。
    .sentence = { $start } 至 { $end } 有 { $vehicles } 辆车同时没有数据，{ $undecided }。
    .action = 请向 GPS 数据提供方索取该时段数据；数据到达后会重新判定。

route_not_run = 线路未执行
    .meaning = 车辆没有执行收运线路，且无人接替。
    .sentence = { $start } 至 { $end } 期间 { $vehicle } 没有执行收运线路，且无人接替，漏收 { $pickups }。
    .action = 请安排车辆补收整条线路，并核实 { $vehicle } 未作业的原因。

route_broken_off = 线路中途停止
    .meaning = 车辆中途停止收运，且无人接替。
    .sentence = { $vehicle } 收运到 { $last_served } 后没有继续，且无人接替，漏收 { $pickups }。
    .action = 请安排车辆补收余下的点，并核实 { $vehicle } 中途停止的原因。

device_silent = 终端全天无数据
    .meaning = 某车辆的终端当天没有上报任何数据。
    .sentence = { $day } 没有收到 { $vehicle } 的任何数据，{ $undecided }。
    .action = 请检查 { $vehicle } 的终端，并向班组了解收运情况。

device_died = 终端中途失联
    .meaning = 某车辆的终端自某时起不再上报数据。
    .sentence = { $vehicle } 最后一次上报是 { $start }，此后当天再无数据，{ $undecided }。
    .action = 请检查 { $vehicle } 的终端，并向班组了解其后的收运情况。

device_gap = 终端一时失联
    .meaning = 某车辆的终端一段时间没有上报数据。
    .sentence = { $start } 至 { $end } 没有收到 { $vehicle } 的数据，{ $undecided }。
    .action = 请向 { $vehicle } 班组了解该时段情况；若反复出现，请检查终端。

device_poor = 终端定位精度差
    .meaning = 某车辆的定位精度太差，多次收运无法核实。
    .sentence = { $start } 至 { $end } 期间 { $vehicle } 的定位精度太差，{ $pickups }无法核实。
    .action = 请向班组了解这些收运情况；若反复出现，请检查 { $vehicle } 的天线。

clock = 终端时钟错误
    .meaning = 车载终端的时钟或时区有误，判定时已校正。
    .sentence = { $vehicle } 的终端时钟{ $way } { $clock }（{ $start } 至 { $end }），判定时已校正，{ $false_alerts }。
    .action = 请校正 { $vehicle } 终端的时钟与时区。

feed_clock = 整体时间错误
    .meaning = 大部分终端的时间偏差相同，判定时已校正。
    .sentence = { $vehicles } 个终端的时间均{ $way } { $clock }（{ $start } 至 { $end }），判定时已校正，{ $false_alerts }。
    .action = 请向 GPS 数据提供方核实时间所用的时区并予以校正。

feed_datum = 整体坐标系不符
    .meaning = 所有车辆的停靠处与登记位置以同一方式相差：是声明的坐标系有误，而不是点位。
    .sentence = { $of_points } 个点中有 { $points } 个与车辆停靠处以同一方式相差约 { $offset }：共同之处是声明的坐标系（{ $key } = "{ $declared }"）。不对点位提出更正；均已按轨迹所示位置判定。
    .action = 请在配置中设置 { $key } = "{ $value }" 后重新运行。

feed_displaced = 当日整体定位偏移
    .meaning = 大部分车辆当日的定位以同一方式偏移。
    .sentence = { $day } 有 { $vehicles } 辆车的定位均{ $shift }，相差约 { $offset }。可还原的已校正后判定，其余不予采信，{ $undecided }。
    .action = 请向 GPS 数据提供方核实 { $day } 的变动并予以校正。

feed_stuck = 整体定位停滞
    .meaning = 大部分终端自同一时刻起重复同一位置：是数据源停滞，不是车辆停驶。
    .sentence = 自 { $start } 起 { $vehicles } 辆车同时开始各自重复同一位置：是数据源停滞，不是车辆停驶，{ $undecided }。
    .action = 请向 GPS 数据提供方索取该时段数据；数据到达后会重新判定。

device_elsewhere = 终端定位在外地
    .meaning = 某车辆的定位远离本站点及其平日作业地点，不予采信。
    .sentence = { $day } { $vehicle } 的终端上报的定位距本站点 { $offset }，不予采信，{ $undecided }。
    .action = 请检查 { $vehicle } 的终端（坐标的正负号或次序），并向班组了解收运情况。

device_displaced = 终端定位偏移
    .meaning = 某车辆当日的定位整体偏移，判定时已校正。
    .sentence = { $day } { $vehicle } 的终端上报的定位{ $shift }，相差 { $offset }，判定时已校正。
    .action = 请检查 { $vehicle } 的终端或其平台的变动，并校正坐标系。

device_blurred = 终端定位不准
    .meaning = 某车辆全天停车位置偏离平日停车处，或当日某段时间内停车位置整体偏移，不据此认定漏收。
    .sentence = { $day } { $vehicle } 的停车位置偏离其平日停车处 { $offset }（平日相差仅数米），{ $undecided }。
    .action = 请向班组了解收运情况；若反复出现，请检查 { $vehicle } 的天线。

device_stuck = 终端重复同一位置
    .meaning = 定位平日总有微小变化的终端重复同一位置，该时段不予采信。
    .sentence = { $vehicle } 的终端自 { $start } 至 { $end } 重复同一位置，不予采信，{ $undecided }。
    .action = 请检查（重启）{ $vehicle } 的接收机，并向班组了解该时段情况。

zone_contradicted = 配置中 fixes.time_zone = "{ $zone }" 与数据不符。

set_either_datum = 请在配置中设置 fixes.datum = "{ $value }" 后重新运行；若是点位文件采用了其他坐标系，则改设 points.datum = "{ $points_value }"。

set_time_zone = 请在配置中设置 fixes.time_zone = "{ $zone }"：这是数据时间所用的时区。若每个时间自带时区，请由数据提供方校正。

shift_none = 远离本站点

shift_gcj02 = 采用 GCJ-02 坐标系

shift_bd09 = 采用 BD-09 坐标系

shift_gcj02_inverse = 多做了一次 GCJ-02 转换

shift_constant = 整体平移

shift_swapped = 经纬度对调

shift_sign_lon = 落在本初子午线的另一侧

shift_sign_lat = 落在赤道的另一侧

batch_datum = 成批坐标系不符
    .meaning = 某乡镇、文件或测量批次的点位所用坐标系与声明的不同。
    .sentence = { $batch } 有 { $points } 个点按 { $reading } 登记，与车辆停靠处相差约 { $offset }，{ $false_alerts }。
    .action = 请接受这些点位的更正，并将更正后的坐标提供给监控系统。

batch_shift = 成批点位偏移
    .meaning = 某乡镇、文件或测量批次的点位整体偏移。
    .sentence = { $batch } 有 { $points } 个点的登记位置朝同一方向偏离车辆停靠处约 { $offset }，{ $false_alerts }。
    .action = 请接受这些点位的更正，并将更正后的坐标提供给监控系统。

taken_over = 由其他车辆代收
    .meaning = 某车辆的收运由另一车辆完成。
    .sentence = { $start } 至 { $end } 由 { $other } 代替 { $vehicle } 完成 { $pickups }，{ $false_alerts }。
    .action = 无需处理；若长期如此，请更新监控系统的收运计划。

other_hours = 收运时间变动
    .meaning = 某车辆在规定时间窗之外完成了收运。
    .sentence = { $vehicle } 于 { $start } 至 { $end } 在时间窗之外完成 { $pickups }，{ $false_alerts }。
    .action = 若长期如此，请调整计划时间窗；否则请了解 { $vehicle } 延误的原因。

late_data = 车辆数据迟到
    .meaning = 某车辆的定位数据在告警发出之后才收到。
    .sentence = { $vehicle } 在 { $start } 至 { $end } 的数据到 { $seen } 才收齐，此前已发出 { $alerts }。
    .action = 无需补收；若反复出现，请检查 { $vehicle } 的数据上传。

seldom_heard = 终端上报过稀
    .meaning = 某终端上报间隔过大，监控系统看不到车辆到点。
    .sentence = { $vehicle } 的终端上报过稀，{ $start } 至 { $end } 的 { $pickups }点位范围内没有定位，{ $false_alerts }。
    .action = 请让监控系统按轨迹线段判断，或提高 { $vehicle } 的上报频率。

monitor_fault = 监控系统成批误报
    .meaning = 按监控系统自己的规则已满足要求，却成批发出告警。
    .sentence = 监控系统{ $about }发出 { $alerts }，而按其自身规则均已满足。
    .action = 请将该故障告知监控系统维护方。

not_due = 当日无需收运
    .meaning = 当天无需收运，监控系统却发出告警。
    .sentence = { $day } { $about }没有收运任务，监控系统仍发出 { $alerts }。
    .action = 无需处理；请向监控系统更新收运计划和日历。

slow = 偏慢

fast = 偏快

whole = 在全部区域

of_vehicle = 对 { $vehicle } 的收运

of_batch = 在{ $batch }

pickups = { $n } 次收运
undecided =
    { $n ->
        [0] 没有收运因此无法核实
       *[other] { $n } 次收运无法核实
    }
alerts = { $n } 条告警
false_alerts = 造成误报 { $n } 条
