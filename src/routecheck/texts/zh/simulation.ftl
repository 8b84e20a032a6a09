### What `routecheck simulate` wrote.

simulated = 收集点 { $points } 个，车辆 { $trucks } 辆，{ $days } 天，定位 { $fixes } 条，收运任务 { $pickups } 次，其中确实漏收 { $misses } 次，每天约 { $alerts } 条告警
run_it = 运行方法：  { $command }
