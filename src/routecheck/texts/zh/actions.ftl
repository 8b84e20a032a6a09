### What to do about a verdict, where it depends on a decision on the correction.

record_proposed = 请接受更正建议（routecheck accept { $point }），并将更正后的坐标提供给监控系统。
record_here = 请接受更正建议，并将更正后的坐标提供给监控系统。
record_accepted = 更正已在本系统生效；请将更正后的坐标提供给监控系统。
record_rejected = 该点的更正建议已被拒绝；请实地复测。
record_ended = 点位文件此后已更新该点；请确认监控系统使用的是新登记。
record_none = 尚无更正建议；请实地复测。
tolerance_proposed = 请接受放宽容差的建议（routecheck accept { $point }），并提供给监控系统。
tolerance_here = 请接受放宽容差的建议，并提供给监控系统。
tolerance_accepted = 更正已在本系统生效；请将更正后的登记提供给监控系统。
passed_by_other = 请安排补收，并向计划车辆 { $crew } 的班组核实没有到达该点的原因。
device_displaced = 请校正 { $vehicle } 终端的坐标系：监控系统看到的是偏移后的定位。
nothing = 无需处理。
ask_crew = 请向班组了解本次收运情况。
