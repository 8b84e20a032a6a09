### Why a verdict is what it is, by what judging found.

collected = { $distance_m ->
        [0] { $vehicle } 于 { $arrived } 至 { $departed } 在该点停留 { $dwell }。
       *[other] { $vehicle } 于 { $arrived } 至 { $departed } 在该点停留 { $dwell }，距点位 { $distance }。
    }
tolerance = { $vehicle } 于 { $arrived } 至 { $departed } 在容差范围外不远处停留 { $dwell }，距点位 { $distance }。
hidden = { $vehicle } 在 { $silent_from } 与 { $silent_until } 两次定位之间经过该点，比正常行驶多用约 { $dwell }，应为停留收运。
unknown_point = 没有找到可确认属于该点的停靠：车辆不在登记位置停靠，点位的实际位置尚无法确定。
no_location = 登记册中该点没有可用坐标。
not_registered = 登记册中没有该收集点。
not_due = 该点在 { $day } 没有收运安排。
schedule_row_unread = 不知道该点在 { $day } 是否应收：收运计划中该点的数据行无法读取。
schedule_row_unjoined = 不知道该点在 { $day } 是否应收：收运计划中的 { $named } 不在点位文件中，很可能就是该点。
schedule_vehicle_unjoined = 不知道该点在 { $day } 是否应收：收运计划为该点安排的 { $named } 从未有过数据。
schedule_unread = 不知道该点在 { $day } 是否应收：能读取的收运计划中没有该点，而另有数据行无法读取，或对应不到点位文件中的收集点。
retired = 该点已于 { $retired } 停用。
window_open = 数据只到 { $until }，时间窗尚未结束。
no_observer = 该点未指定车辆，且没有收到可能收运的车辆的数据。
feed_missing = { $day } 没有收到任何车辆的数据：数据整体缺失。
no_fixes = { $silent_from } 至 { $silent_until } 没有收到 { $vehicle } 的任何数据。
gap = { $silent_from } 至 { $silent_until } 没有收到 { $vehicle } 的数据，其间车辆可能到过该点。
gap_short = { $vehicle } 于 { $silent_from } 至 { $silent_until } 经过，凭其定位数据无法判断是否停留（最多 { $dwell_max }）。
poor_fixes = { $vehicle } 于 { $stood_from } 至 { $stood_until } 在距该点 { $stand_away } 处停留，但定位散布达 { $spread }，精度不足以判断是否为该点收运。
poor_pass = { $stood_from } { $vehicle } 距该点 { $stand_away }，但当时定位散布达 { $spread }，精度不足以判断是否停留。
coarse_fixes = { $vehicle } 的定位落在间距 { $spread } 的网格上，按此距该点 { $stand_away }，无法据此判断是否在该点或其容许范围内停留。
parked_beside = { $vehicle } 于 { $stood_from } 至 { $stood_until } 停放在距该点 { $stand_away } 处（停车场或长时间等候），无法据此判断是否为该点收运。
device_elsewhere = 当日 { $vehicle } 的定位距本站点范围及其平日作业地点 { $spread }，不予采信。
device_displaced = { $day } { $vehicle } 的终端上报的定位{ $shift }，相差 { $shift_length }，判定时已校正。
device_poor = 当日 { $vehicle } 的停车位置偏离其平日停车处 { $spread }（平日相差仅数米），定位精度不足以判断是否在该点停留。
device_stuck = { $vehicle } 的终端自 { $silent_from } 至 { $silent_until } 重复同一位置，而其定位平日总有微小变化，不予采信。
route_not_run = { $window_from } 至 { $window_until } 期间 { $vehicle } 没有执行收运线路，最近时距该点 { $nearest }（{ $nearest_at }）。
route_not_run_aside = { $window_from } 至 { $window_until } 期间 { $vehicle } 没有执行收运线路，当日最近时距该点 { $nearest }（{ $nearest_at }，在时间窗之外）。
stayed_home = { $window_from } 至 { $window_until } 期间 { $vehicle } 一直有数据，始终停在场内，且无人接替其线路。
passed_by = { $distance_m ->
        [0] { $vehicle } 于 { $arrived } 从该点经过，没有停下。
       *[other] { $vehicle } 于 { $arrived } 从距该点 { $distance } 处经过，没有停下。
    }
passed_by_other = 计划车辆 { $scheduled } 最近时距该点 { $own_nearest }（{ $own_nearest_at }）；{ $distance_m ->
        [0] { $vehicle } 于 { $arrived } 从该点经过，没有停下。
       *[other] { $vehicle } 于 { $arrived } 从距该点 { $distance } 处经过，没有停下。
    }
not_approached = { $window_from } 至 { $window_until } 没有车辆到达附近；最近的是 { $nearest_vehicle }，{ $nearest_at } 时距该点 { $nearest }。
not_approached_aside = { $window_from } 至 { $window_until } 没有车辆到达附近；当日最近的是 { $nearest_vehicle }，{ $nearest_at }（在时间窗之外）距该点 { $nearest }。
also_known_as = 该位置在收运计划中的编号为 { $known_as }。
received_late = 相关定位数据在告警之后才收到。
near_stand = { $vehicle } 于 { $stood_from } 至 { $stood_until } 在距该点 { $stand_away } 处停留：虽在容差范围之外，但距离很近，可能只是定位误差，无法判断是否为该点收运。
