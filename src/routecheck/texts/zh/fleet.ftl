### Many sites together.

no_sites = { $pattern }：没有找到站点配置；请指定含 [fleet] sites = [...] 的文件，或 'counties/*/routecheck.toml' 这样的通配
no_dask = engine 为 "dask" 需要安装 Dask：pip install 'routecheck[dask]'，或改用 kind = "processes"
no_scheduler = { $address }：该地址没有 Dask 调度器；请启动调度器、更正 engine.scheduler，或留空以使用本机
no_memory = 单个站点允许的内存（engine.memory_mb）不够：请放宽，或一次少判几天
fault = 程序出错（{ $kind }：{ $reason }）；详见日志
worker_lost = 处理它的进程被外部终止（退出码 { $status }）：被结束，或内存不足
out_of_time = 超过 { $seconds } 秒（engine.seconds），已终止
set_aside = { $reason }；尝试 { $tries } 次后搁置
dashboard = 进度见 { $address }
site_failed = { $of }  { $site }（{ $config }）：未完成：{ $why }
site_nothing_due = { $of }  { $site }：没有到期的日期
site_partly = { $of }  { $site }：没有判定任何日期，有问题需要处理：routecheck status -c { $config }
site_done = { $of }  { $site }：{ $count } 天（{ $days }）：应收 { $pickups } 次，确实漏收 { $missed } 次；告警 { $alerts } 条，误报 { $false } 条
see_status = ；有问题需要处理：routecheck status -c { $config }
totals = { $sites } 个站点完成 { $done } 个：应收 { $pickups } 次，确实漏收 { $missed } 次；告警 { $alerts } 条，误报 { $false } 条
failed = 未完成（{ $count }）：{ $sites }
site = 站点
date = 日期
missed = 确实漏收
untold = 无法核实
pickups = 应收次数
false = 误报
alerts = 告警
silent = 无信号设备
waiting = 待定更正
title = { $day } 全部站点
title_none = 全部站点
made_at = 生成于 { $at }（UTC）
tile_missed = 确实漏收
tile_untold = 无法核实
tile_false = 误报，无需跟进
counties = 站点
ranked = 按确实漏收从多到少排列。点站点名可打开该站点的页面。
other_date = 日期不同
not_judged = 尚未判定
wrong = 需要处理的问题
site_would = { $of }  { $site }：{ $dates } 天：应收 { $pickups } 次中 { $changed_pickups } 次、告警 { $alerts } 条中 { $changed_alerts } 条的判定会改变
site_rejudged = { $of }  { $site }：重新判定 { $dates } 天：应收 { $pickups } 次中 { $changed_pickups } 次、告警 { $alerts } 条中 { $changed_alerts } 条的判定改变
would_totals = { $sites } 个站点查看了 { $done } 个（{ $dates } 天）：应收 { $pickups } 次中 { $changed_pickups } 次、告警 { $alerts } 条中 { $changed_alerts } 条的判定会改变；没有写入任何内容
rejudged_totals = { $sites } 个站点重新判定了 { $done } 个（{ $dates } 天）：应收 { $pickups } 次中 { $changed_pickups } 次、告警 { $alerts } 条中 { $changed_alerts } 条的判定改变
