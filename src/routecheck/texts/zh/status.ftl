### The state of a site, and what is wrong with it.

points_known = 收集点：{ $count } 个；点位文件最近一次更新登记册：{ $at }
points_same = 收集点：{ $count } 个；点位文件从未变动
chronic = 反复告警的收集点（一周内至少一半的应收运日有告警，且不少于两次）：
chronic_week = { $week }  { $points } 个{ $change }：误报 { $false }，属实 { $genuine }，无法核实 { $unverifiable }；生效的更正 { $held } 项，涉及其中 { $corrected } 个
chronic_change = （+{ $came } -{ $left }）
chronic_part = （已判定 { $days }/7 天）
store = 存储：{ $store }
service = 服务：{ $state }  { $at }  进程 { $pid }
alive = 运行中
silent = 无响应
stopped = 已停止
next = 下次每日运行：{ $at }
by_hand = 目前为手动运行：使用 `routecheck serve`，或每天早上执行 `run --due`，即可每日自动运行
runs = 最近运行：
run_running = 运行中
run_done = 完成
run_partial = 部分完成
run_stopped = 已停止
run_failed = 失败
run_killed = 被强行终止
command =
    { $command ->
        [run] 运行
        [run-due] 运行到期日期
        [serve] 服务
        [rejudge] 重新判定
        [fleet-run] 多站点运行
       *[other] { $command }
    }
dates = 服务日期：
date_provisional = 暂定
date_final = 已定
fixes = 可用定位 { $kept }，共 { $total }
incomplete = 数据不全
due = 待运行：{ $count } 个：{ $dates }
nothing_due = 没有待运行的日期
running =
    { $day } 边运行边判定：{ $at } 判定，数据到 { $reach }；时间窗已过 { $over }，漏收 { $missed }{ $waiting ->
        [0] {""}
       *[other] ，等待数据 { $waiting }
    }
running_vehicle = 车辆 { $vehicle }：最后一次上报 { $at }，到查看时已过 { $late }；其收运等待判定
feed_late = { $feed } 自 { $since } 起没有新数据，已 { $minutes } 分钟；{ $day } 有 { $count } 个时间窗已过的收运在等待
vehicle = 车辆 { $vehicle } 最后定位 { $at }
vehicle_late = 车辆 { $vehicle } 最后定位 { $at }；数据迟到 { NUMBER($hours, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } 小时
rejected = 单独存放的行，{ $name }：{ $count }
corrections = { $state }的更正：{ $count }
kept = 轨迹、证据与日报保留 { $days } 天
kept_since = 轨迹、证据与日报保留 { $days } 天；{ $before } 之前的已删除
free = 可用空间：{ NUMBER($free, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } GB
size = 存储大小：{ NUMBER($size, minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: 0) } MB
problem = 问题：{ $what }
span = { $first } 至 { $last }
clock_behind = { $vehicle } 终端时钟偏慢 { $offset }（{ $dates }），判定时已校正
clock_ahead = { $vehicle } 终端时钟偏快 { $offset }（{ $dates }），判定时已校正
feed_behind = 整体时间偏慢 { $offset }，{ $dates }；判定时已校正
feed_ahead = 整体时间偏快 { $offset }，{ $dates }；判定时已校正
fault_elsewhere =
    { $vehicle } 的终端：定位距本站点 { $offset }，{ $dates ->
        [1] { $last }
       *[other] { $first } 至 { $last } 共 { $dates } 天
    }；不予采信
fault_displaced =
    { $vehicle } 的终端：定位{ $shift }，相差 { $offset }，{ $dates ->
        [1] { $last }
       *[other] { $first } 至 { $last } 共 { $dates } 天
    }；判定时已校正
fault_poor =
    { $vehicle } 的终端：停车位置偏离平日停车处 { $offset }，{ $dates ->
        [1] { $last }
       *[other] { $first } 至 { $last } 共 { $dates } 天
    }；不据此认定漏收
fault_stuck =
    { $vehicle } 的终端：重复同一位置，{ $dates ->
        [1] { $last }
       *[other] { $first } 至 { $last } 共 { $dates } 天
    }；该时段不予采信
last_run_ended = 上次运行{ $state }
last_run_ended_so = 上次运行{ $state }：{ $note }
state_failed = 失败
state_killed = 被强行终止
dates_due = 有 { $count } 个日期待运行，最早为 { $first }
nothing_run = 尚未运行过
no_data_ever = 从未收到数据
no_data_since = 自 { $day } 之后没有收到数据
service_silent = 后台服务自 { $since } 起没有响应（{ $host } 上的进程 { $pid }）
service_failing = 后台服务无法工作：{ $reason }
space_short = { $folder } 仅剩 { NUMBER($megabytes, maximumFractionDigits: 0, useGrouping: 0) } MB 可用空间
late_fixes = { $day } 已定稿，之后又收到其定位，尚未判定：请运行 run --date { $day }
late_alerts = { $day } 已定稿，有 { $alerts } 条告警尚未判定：请运行 run --date { $day }
late_both = { $day } 已定稿，之后又收到其定位，有 { $alerts } 条告警尚未判定：请运行 run --date { $day }
set_aside = { $day } 无法判定，已搁置（{ $reason }；始于 { $since }，已尝试 { $tries } 次）；每轮都会再试：这是程序错误，请反馈
rejudging = 重新判定 { $first } 至 { $last } 时中断（已完成 { $done } 个日期）：再次执行同一 `routecheck rejudge` 命令即继续
backup = 最近备份：{ $at }  { $path }
backup_failed = 每日备份失败（{ $at }）：{ $reason }
source_failing = 自 { $since } 起未能抓取 { $kind }：{ $reason }
source_fetched = 从 { $source } 抓取：{ $kind }，最近于 { $at }
source_never = 将从 { $source } 抓取：{ $kind }，尚未抓取
source_caution = 关于 { $kind } 须知：{ $what }
receiver_failing = 第 { $place } 个消息接收方（{ $service }）自 { $since } 起未收到消息（{ $reason }）；等待发送 { $waiting } 条
read_only = { $folder } 无法写入：运行无法保存结果；请以可写方式挂载，或恢复服务账户的写入权限
