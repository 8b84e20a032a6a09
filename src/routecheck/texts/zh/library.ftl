### 调用程序库时的错误，各一行。

no_table = { $name } 必须是数据框或文件路径；实际为 { $found }
time_zone_wanted = 缺少 time_zone：请写明当地时区，例如 time_zone="Asia/Shanghai"
dates_wanted = 请给出服务日期：date="2026-03-02"，或至少含一个日期的 dates=[…]
date_wrong = 服务日期的写法应如 "2026-03-02"，实际为 { $found }
several_dates = 这些结果涉及 { $count } 个日期：请指明一个，例如 date="{ $first }"
date_not_judged = { $day } 未经判定：这些结果涉及 { $first } 至 { $last }
closed = 这些结果已关闭；请在关闭之前读取所需的表
settings_wrong = settings：{ $what }
no_kind = 没有名为“{ $found }”的表；可用的有：{ $known }
gtfs_no_table = { $file }：不是 GTFS，其中没有 { $table }.txt
gtfs_no_column = { $file }：GTFS 要求其中有列 { $column }
gtfs_nothing_due = { $file }：{ $first } 至 { $last } 没有应发班次；请核对其日历中的日期
mfjson_nothing = { $file }：其中没有轨迹；需要带 datetimes 和 coordinates 的 MovingPoint（MF-JSON Prism），或带 datetimes 的 LineString
