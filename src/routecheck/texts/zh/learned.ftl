### What a site's own data have taught (`status --learned`).

nothing = 尚未学到任何内容：还没有判定过任何日期；请先运行 `routecheck run --date D`
of = 从本站点自身数据学到的内容，截至 { $on }：{ $dates ->
        [1] 1 天
       *[other] 自 { $since } 起共 { $dates } 天
    }，车辆停过的位置 { $stands } 处
typical = 各点、各车、各路段的数值为中位数：一半更低，一半更高
week_before = “一周前”：仅用截至 { $on } 的日期所学到的数值
no_week_before = 尚无法显示变化：还没有一周前的已判定日期

places = 收集点的位置：
places_known = 共 { $points } 个点：停车已证实位置 { $shown } 个，按登记位置判定 { $recorded } 个，位置不明 { $unknown } 个（不据此认定漏收）
places_seldom = 其中 { $count } 个从车辆停车看几乎从未收运
places_before = 一周前：停车已证实 { $shown } 个，位置不明 { $unknown } 个
records_wrong = 登记有误（待确认或已接受）：{ $points } 个中有 { $wrong } 个
records_of_cause = { $cause }：{ $count } 个，通常偏离 { $offset }
records_of_cause_nowhere = { $cause }：{ $count } 个
records_assumed = 查看轨迹之前，假定有 { $share } 的登记位置有误，多数偏离 { $low } 至 { $high }；这一假定不变，每条登记单独衡量

standing = 车辆停车：
stand_usual = 一次收运停车（不分收集点）：{ $value }
stand_of_points = 各点通常的停车时长：{ $value }
stand_of_points_unknown = 各点停车时长尚不清楚
days_seen = 应收运日中看到车辆停在该点的比例（各点）：{ $value }
days_seen_unknown = 应收运日中看到停车的比例尚不清楚
service_seen = 收运在轨迹中留下停车的比例（各车）：{ $value }

driving = 车辆行驶（定位点之间的直线速度）：
pace_roads = 各路段（约 50 米）：{ $value }
pace_roads_unknown = 各路段的车速尚不清楚：采用各车自己的速度
pace_vehicles = 各车：{ $value }

devices = 终端（{ $on }）：
no_devices = 该日期的定位数据已不存在
interval = 行驶时的定位间隔（各车）：{ $value }
interval_unknown = 定位间隔尚不清楚
scatter = 停车时定位的散布（各车）：{ $value }
stand_offset = 停车处到所收点位的距离（各车）：{ $value }
stand_offset_unknown = 停车处到所收点位的距离尚不清楚
worst = 最大：{ $vehicles }
habit_last_speed = 停车时重复最后的车速，仍算作停车：{ $vehicles }
habit_false_stands = 行驶时上报静止，其车速不采用：{ $vehicles }
habit_leaves_out_stands = 停车时不发送定位，此时的静默算作停车：{ $vehicles }
habit_times = 时间只精确到如下秒数：{ $vehicles }
habit_positions = 位置落在如下宽度的网格上：{ $vehicles }

doubted = 部分日期不予采信或已校正的终端：
fault_elsewhere = 定位远离本站点，不予采信：{ $vehicles }
fault_displaced = 定位整体偏移，已校正：{ $vehicles }
fault_poor = 停在平日停车处旁边，不据此认定漏收：{ $vehicles }
fault_stuck = 重复同一位置，该时段不予采信：{ $vehicles }
fault_drift = 时钟逐渐走偏，已校正：{ $vehicles }
on_dates = { $vehicle }（{ $dates } 天）
and_more = { " " }等，另有 { $count } 个

waiting = 当天边运行边判定时的等待（次日早上的运行不等待）：
fixes_late = 等待定位数据，几乎所有终端都在此时间内送达：{ $value }
wait_begun = 时间窗结束且车辆已收完返回后，再等待：{ $value }
wait_not_begun = 时间窗结束而车辆尚未开始收运，等待：{ $value }
wait_not_begun_unknown = 时间窗结束而车辆尚未开始收运：等到结清该日期的运行

checks = 现场核查：{ $verdict } { $checks } 次；置信度 { NUMBER($from, minimumFractionDigits: 2, maximumFractionDigits: 2) } 调整为 { NUMBER($to, minimumFractionDigits: 2, maximumFractionDigits: 2) }

spread_low_high = （十分之一不超过 { $low }，十分之一不低于 { $high }）
spread_low = （十分之一不超过 { $low }）
spread_high = （十分之一不低于 { $high }）
share = { $n }%
pace = { $n } 公里/小时
semicolon = ；
start = 最初假定 { $value }
start_not_begun = 最初假定等到结清该日期的运行
rests_points = 依据 { $count } 个点
rests_points_of = 依据 { $total } 个点中的 { $count } 个
rests_stands = 依据 { $count } 处停车
rests_vehicles_of = 依据 { $total } 辆车中的 { $count } 辆
rests_due_days = 依据登记无误各点的 { $count } 个应收运日
rests_cells = 依据 { $count } 个路段
rests_delays = 依据 { $count } 个终端日
rests_pickups = 依据时间窗结束时仍未完成的 { $count } 次收运
too_few = 不足 { $least }，仍用假定值
not_yet = 尚未学到
before = 一周前 { $value }
