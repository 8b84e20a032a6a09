### `connect` 显示的数据源内容。

looked_at = { $source }：查看了 { NUMBER($count) } 行；其中最新的几行，按运行时的理解：
span = 从 { $first } 到 { $last }（当地时间；最后一行为 UTC { $utc }）。
known = 班次表中有 { $count } 辆车有数据：{ $names }
strange = { $count } 辆车不在班次表中：{ $names }
silent = 班次表中有 { $count } 辆车没有数据：{ $names }
rejected = { NUMBER($count) } 行无法使用：{ $reasons }
wrong = 看起来不对的地方：
fine = 没有发现问题。
no_rows = { $source }：没有找到任何一行
key_wrong = [{ $kind }] { $name }：{ $reason }
no_table = { $source }：没有一张表含所需的列；现有 { $names }。请用 --table 指定表并用 --column 指定列名，或用 --query 查询
which_table = { $source }：以下表符合：{ $names }。请用 --table 指定一张
zone_of_receipts = { $ahead ->
    [0] 定位点多在其时间之后 { $hours } 小时才收到：时间多半不是 { $zone }；请设置 time_zone
   *[other] 定位点多在其时间之前 { $hours } 小时就已收到：时间多半不是 { $zone }；请设置 time_zone
}
ahead = 最新的定位点在未来 { $hours } 小时：时间多半不是 { $zone }；请设置 time_zone
old = 最新的定位点已是 { $days } 天前：已不再有数据，或应选另一张表
speed_unit = 按行驶距离看，速度单位是 { $unit }，却按 km/h 读取。速度很少用到；请在查询中换算
whole_minutes = 所有时间都是整分钟：秒已丢失，一两分钟以内的停留无法分辨
axes = 经度与纬度颠倒：请指定列，lon 对应纬度那一列，lat 对应另一列
elsewhere = 定位点离收集点 { $km } km：是另一个车队，或另一种坐标系
datum = 按 { $datum } 读取时 { $share }% 的停留在收集点附近，按现在声明的只有 { $now }%：请设置 datum = "{ $datum }"
written = { $path }：[{ $section }] 今后从那里抓取
section = 请写入 { $path }；加 --write 可自动写入：
password = 密码不应写在文件里：请设置环境变量 { $name }
