### `connect` 显示的数据源内容。

looked_at_all = { $source }：{ NUMBER($count) } 行；其中前几行，按运行时的理解：
looked_at = { $source }：查看了 { NUMBER($count) } 行；其中最新的几行，按运行时的理解：
span = 从 { $first } 到 { $last }（当地时间；最后一行为 UTC { $utc }）。
known = 收运计划中有 { $count } 辆车有数据：{ $names }
strange = { $count } 辆车不在收运计划中：{ $names }
silent = 收运计划中有 { $count } 辆车没有数据：{ $names }
rejected = { NUMBER($count) } 行无法使用：{ $reasons }
rejected_row = { $reason }：{ $text }
wrong = 看起来不对的地方：
fine = 没有发现问题。
no_rows = { $source }：没有找到任何一行
key_wrong = [{ $kind }]：{ $what }
no_table = { $source }：没有一张表含所需的列；现有 { $names }。请用 --table 指定表并用 --column 指定列名，或用 --query 查询
table_unknown = { $source }：没有表 { $table }；现有 { $names }
which_table = { $source }：以下表符合：{ $names }。请用 --table 指定一张
zone_of_receipts = { $ahead ->
    [0] 定位点多在其时间之后 { $hours } 小时才收到：时间多半不是 { $zone }；请设置 time_zone
   *[other] 定位点多在其时间之前 { $hours } 小时就已收到：时间多半不是 { $zone }；请设置 time_zone
}
ahead = 最新的定位点在未来 { $hours } 小时：时间多半不是 { $zone }；请设置 time_zone
old = 最新的定位点已是 { $days } 天前：已不再有数据，或应选另一张表
speed_unit = 按行驶距离看，速度单位是 { $unit }，却按 km/h 读取，慢速行驶因而会被当作停留。请在查询中乘以 { $factor }
whole_minutes = 所有时间都是整分钟：秒已丢失，一两分钟以内的停留无法分辨
axes = 经度与纬度颠倒：请指定列，lon 对应纬度那一列，lat 对应另一列
elsewhere = 定位点离收集点 { $km } km：是另一个车队，或另一种坐标系
datum = 按 { $datum } 读取时 { $share }% 的停留在收集点附近，按现在声明的只有 { $now }%：请设置 datum = "{ $datum }"
written = { $path }：[{ $section }] 今后从那里抓取
section = 请写入 { $path }；加 --write 可自动写入：
secret = 密钥不应写在文件里：请设置环境变量 { $names }
secret_not_written = 未写入任何内容，因为密钥不应写在文件里：请设置环境变量 { $names }，再用上面的地址（加单引号）重新接入
unused = 未使用的列：{ $names }。可用 --column 指定，例如 --column vehicle_id=车牌
no_place = 多数位置不在地球上：请把 lon 与 lat 对应到正确的列
perhaps_utc = 最新的定位点已是 { $hours } 小时前，恰为 { $zone } 与 UTC 的差：若时间按 UTC 记录，请设置 time_zone = "UTC"
mark_kind = watermark 列 { $column } 既不是数字也不是时间：用它找不到新行
hint_mark = 目前按时间查找新定位点；若 { $column } 随新行递增，加 --watermark { $column } 可少查询
no_points_due = 这些点都不在收运计划中：多半应选另一张表
not_scheduled = 没有一行涉及收集点表中的点：多半应选另一张表或另一列
