### Causes: the label; what it means; what explains a verdict of that cause; what to do.

not_due = 当日无需收运
    .meaning = 当天没有安排收运，或该收集点已停用。
    .action = 无需处理；请向监控系统更新收运计划和日历。

datum = 坐标系不符
    .meaning = 收集点坐标的坐标系与声明的不同（如 GCJ-02、BD-09）。
    .because = 该点坐标系与声明不符，登记位置相差 { $offset }。
    .action = 请接受 corrections.csv 中的更正建议，并将更正后的坐标提供给监控系统；尚无建议时请实地复测。

coordinate_error = 坐标录入错误
    .meaning = 经纬度颠倒、度分被当作度，或小数位被截断。
    .because = 该点坐标录入有误。
    .action = 请接受 corrections.csv 中的更正建议，并将更正后的坐标提供给监控系统；尚无建议时请实地复测。

misplaced = 点位偏移
    .meaning = 登记位置与车辆实际停靠收运的位置不一致，且偏移稳定。
    .because = 登记位置与车辆实际停靠处相差 { $offset }。
    .action = 请接受 corrections.csv 中的建议位置，并将更正后的坐标提供给监控系统；尚无建议时请实地复测。

clock = 终端时钟错误
    .meaning = 车载终端的时钟或时区有误。
    .because = 其车载终端时钟{ $clock_way } { $clock }。
    .action = 请校正 { $vehicle } 车载终端的时钟和时区。

other_vehicle = 由其他车辆收运
    .meaning = 由计划之外的车辆完成了收运。
    .because = 计划车辆为 { $scheduled }。
    .action = 如 { $vehicle } 今后长期收运该点，请更新收运计划。

outside_window = 时间窗外收运
    .meaning = 当日已收运，但不在规定的时间窗内。
    .because = 规定时间窗为 { $window_from } 至 { $window_until }。
    .action = 如该时间为常态，请放宽时间窗。

late_data = 数据迟到
    .meaning = 证明收运的定位数据在告警发出之后才收到。
    .because = 相关定位数据于 { $seen_at } 才收到，晚于告警时间 { $raised }。
    .action = 请让监控系统等待补传数据，或检查 { $vehicle } 的通信。

tolerance = 略超容差停靠
    .meaning = 车辆停靠在容差范围之外不远处，属于定位与测量误差之内。
    .because = 该处距登记位置 { $offset }，略超容差。
    .action = 请放宽该点的容差。

sparse_fixes = 定位稀疏
    .meaning = 轨迹在两次定位之间穿过容差范围，范围内没有定位点。
    .because = 容差范围内没有定位点，但两次定位之间的轨迹经过该范围。
    .action = 请让监控系统按轨迹线段判断，或提高 { $vehicle } 的上报频率。

monitor_fault = 监控系统故障
    .meaning = 按监控系统自己的规则，数据已满足要求：告警本身有误。
    .because = 告警之前已收到时间窗内、容差范围内的定位。
    .action = 请将该故障告知监控系统维护方。

route_not_run = 线路未执行
    .meaning = 计划车辆当天明显没有作业或中途停止，且无人接替。
    .action = 请安排车辆补收整条线路，并核实 { $vehicle } 未作业的原因。

passed_by = 经过未停
    .meaning = 有车辆经过但没有停下收运。
    .action = 请安排补收，并向 { $crew } 班组核实漏收的原因。

not_approached = 无车到达
    .meaning = 没有车辆到达附近。
    .action = 请安排车辆补收。

unknown_point = 点位不明
    .meaning = 收集点未登记、没有可用坐标，或轨迹与登记位置矛盾而正确位置尚未确定。
    .action = 请实地核实点位并登记坐标。

no_fixes = 无定位数据
    .meaning = 计划车辆没有上报可以证明的数据，或时间窗尚未结束。
    .action = 请检查 { $vehicle } 的终端，并向班组了解本次收运情况。

gap = 轨迹中断
    .meaning = 车辆可能在轨迹中断期间到过该点。
    .action = 请向班组了解本次收运情况。

poor_fixes = 定位精度不足
    .meaning = 有车辆在该点附近停留或经过，但定位精度不足以判断是否为该点收运。
    .action = 请向班组了解本次收运情况，并检查 { $vehicle } 的天线。

unknown_schedule = 收运计划不明
    .meaning = 不知道当天是否应收：该点的收运计划或日历有数据行无法读取，或其点位、车辆对应不到任何记录。
    .action = 请更正收运计划或日历（无法读取的行见 rejected_schedule.csv、rejected_calendar.csv），再重新运行该日期。
