### What is wrong with a call, a configuration, a file or the store.

points_or_all = 请指明收集点，或使用 --all
points_wanted = 请指明收集点
log_file_refused = --log-file { $file }：无法写入（{ $reason }）
not_written = { $path }：无法写入（{ $reason }）
picture_refused = { $path }：无法写入图片（{ $reason }）
datum_unknown = 不认识坐标系 "{ $found }"：可用 { $known } 或 "EPSG:4545" 等
crs_unknown = PROJ 不认识坐标系 { $crs }：请核对编号，或使用 { $known } 之一
crs_without_degrees = { $crs } 没有经纬度：请按 EPSG:4326 导出
crs_no_way = { $crs }（{ $name }）：PROJ 没有到 WGS-84 的可靠转换；请先将坐标转换为 CGCS2000 再声明
points_named_so = 有多个收集点名为 '{ $name }'：{ $ids }；请给出其中一个的编号
point_unknown = { $path } 中没有收集点 '{ $point }'
point_unknown_near = { $path } 中没有收集点 '{ $point }'；是否为 '{ $near }'？
no_such_window = 收集点 { $point } 在 { $day } 没有从 { $window } 开始的时间窗；当日时间窗起点：{ $known }
none = 无
nothing = 无
no_verdicts = { $count ->
    [1] 存储中没有 { $first } 的结论；请先运行该日期；没有写入任何文件
   *[other] 存储中没有 { $first } 至 { $last } 的结论；请先运行这些日期；没有写入任何文件
}
no_verdicts_of_month = 存储中没有 { $month } 的结论；请先运行该月的日期；没有写入任何文件
point_unknown_to_store = 存储 { $store } 中没有收集点 '{ $point }' 的任何记录
nothing_said = 存储 { $store } 中没有收集点 '{ $point }' 在 { $day } 的结论；可用 `routecheck run --date { $day }` 判定该日期
no_such_pickup = { $day } 没有判定过 { $point } 的收运任务
decided_meanwhile = { $point } 的更正刚刚已由 { $by } 作出决定，请重新查看
changed_meanwhile = { $point } 的更正刚刚发生了变化，请重新查看
nothing_proposed = 没有针对 { $points } 的更正建议；可用 `routecheck diagnose` 查看
stopped = 已按要求停止；其余部分将在下次启动时完成
no_points = 没有收集点：{ $path } 中没有可用的行（{ $rows }）；没有写入任何文件
no_schedule = 没有收运计划：{ $path } 中没有可用的行（{ $rows }）；没有写入任何文件
no_fixes = 没有任何定位数据：{ $path } 中没有可用的行；没有写入任何文件
no_fixes_between = { $first } 至 { $last } 没有定位数据；{ $path } 包含 { $known_first } 至 { $known_last }
the_beginning = 最早
the_end = 最晚
evidence_gone = { $day } 的证据已删除：{ $before } 之前的轨迹与证据已按设置清除（retention.keep_days = { $days }）；结论仍见导出文件和 `routecheck history`
no_fix_files = { $path }：没有匹配的定位文件；请检查配置中的 fixes.path，例如 fixes/*.csv
no_usable_fixes = { $path }：共 { $files } 个定位文件，其中没有一行可用（{ $rows }）
rows_none = 没有数据行
rows_rejected = { $rejected } 行不可用，主要原因：{ $reason }；首例：{ $file } 第 { $row } 行：{ $cell }
rows_rejected_for_moment = { $rejected } 行不可用，主要原因：{ $reason }；首例：{ $file } 第 { $row } 行：{ $cell }；时间窗应写成一天中的时刻，例如 06:00，而不是某一日期的时刻
rows_rejected_for_time = { $rejected } 行不可用，主要原因：{ $reason }；首例：{ $file } 第 { $row } 行：{ $cell }；可在配置的同一节用 time_format 写明时间格式，如 "%d/%m/%Y %H:%M:%S"
and_others_failed = { $first }（共 { $count } 个文件读取失败）
points_lost = 点位文件缺少 { $known } 个已知收集点中的 { $gone } 个（如 { $examples }）：没有写入任何内容；如确已撤销，请加 --allow-shrink 重新运行
no_file_configured = { $file }：没有这个文件；请检查配置中的 { $kind }.path
no_file = { $file }：没有这个文件
zip_unreadable = { $file }：无法作为 ZIP 压缩包读取（{ $reason }）；请重新压缩
zip_many = { $file }：其中的文件超过 { $most } 个，未读取；请解压后用通配符指定文件
zip_password = { $file }：有密码；请不加密码压缩
zip_empty = { $file }：其中没有表格文件
zip_left_out = { $file }：其中 { $count } 个文件不是表格文件，未读取：{ $names }
vehicle_nowhere = { $file }：文件中没有说明是哪辆车；请以车命名文件，并设置 fixes.vehicle_from_name
nmea_no_rmc = { $file }：没有 RMC 语句，也就没有日期；请让接收机输出 RMC
vehicle_not_named = { $file }：没有车辆列，文件名也不符合 fixes.vehicle_from_name = "{ $pattern }"；请更正该配置项或文件名
file_is_folder = { $file }：这是文件夹，此处需要文件
file_refused = { $file }：无法读取（{ $reason }）
line_too_long = { $file }：有一行超过 { $bytes } 字节；此处需要分隔文本表格（CSV）
wrong_format = { $file }：这是{ $what }；此处需要分隔文本（CSV）
format_workbook = { " " }Excel 工作簿或压缩包；若为工作簿请以 .xlsx 命名，或另存为 CSV UTF-8
format_old_workbook = 旧版 Excel 工作簿；请另存为 .xlsx 或 CSV UTF-8
format_utf16 = { " " }UTF-16 文本；请另存为 CSV UTF-8
sheet_unreadable = { $file }：无法作为工作簿读取（{ $reason }）；请去掉密码后另存为 .xlsx，或另存为 CSV UTF-8
sheet_encrypted = 有密码，或者不是工作簿
xls_large = { $file }：旧版工作簿有 { $size } MB，只读取 { $most } MB 以内的；请另存为 .xlsx 或 CSV UTF-8，或在配置中调大 limits.cells
html_no_table = { $file }：网页中没有表格；请导出表格本身，存为 .xlsx 或 CSV UTF-8
html_nested = 表格嵌套超过 { $most } 层
kml_unreadable = { $file }：{ $why }；此处需要带地标的 KML 文件
kml_empty = 其中没有地标（Placemark）
no_gpx = { $file }：不是 GPX 文件；请重新导出轨迹
xml_cut = XML 在第 { $line } 行中断或损坏
xml_entities = { $file }：XML 带有文档类型声明，其中的实体可能无限展开，正常导出的文件不需要它；请重新导出
sheet_entities = { $file }：工作簿的 XML 中声明了实体，任何电子表格程序都不会这样写；请重新另存为 .xlsx 或 CSV UTF-8
sheet_empty = { $file }：工作簿中没有任何内容；此处需要带表头的表格
format_pdf = { " " }PDF 文件
format_parquet = { " " }Parquet 文件；请以 .parquet 命名
format_sqlite = { " " }SQLite 或 GeoPackage 文件
binary = { $file }：二进制数据；此处需要分隔文本（CSV）
no_table = { $file }：{ $why }；此处需要带表头的表格
empty_file = 文件为空
too_many_misfits = 从第 { $row } 行起，几乎所有行的单元格数都与表头（{ $width }）不同
nearly_all_unreadable = { $file }：前 { $rows } 行中有 { $count } 行无法作为定位点读取，其余不再读取；请检查各列，或移走该文件
cut_off = { $file }：{ $why }；此处需要完整的文件
cut_off_used = { $file }：{ $why }；已使用此前的 { $rows } 行
gzip_cut = gzip 数据不完整或已损坏
parquet_cut = Parquet 数据已损坏
file_unreadable = { $file }：无法读取（{ $reason }）；请重新获取或导出该文件
no_parquet = { $file }：无法作为 Parquet 读取（{ $reason }）
points_exchanged = { $file }：{ $count } 个收集点（文件中的大多数）经纬度颠倒，已对调后读取：请对调两列表头，或在配置中写 [points.columns] lon = "lat"、lat = "lon"
sheets_taken = { $file }：以下工作表合并为一张表读取：{ $sheets }；配置中的 { $kind }.sheet 可指定只读其中一张
sheet_unknown = { $file }：{ $kind }.sheet = "{ $wanted }"：没有这张工作表；现有：{ $sheets }
sheets_left_out = { $file }：隐藏的或没有表头的工作表未读取：{ $sheets }
unknown_validity = { $file }：定位有效性列中的 { $words } 含义不明；除明显表示否定者外，这些行按已定位处理：请在 [fixes.columns] 中指定其他表头，或去掉该列
time_order_unknown = { $file }：第 { $row } 行为“{ $cell }”，可能是日在前，也可能是月在前，文件中无从判断：请在配置中写明 { $kind }.time_format，如 "%d/%m/%Y %H:%M:%S"（日在前）或 "%m/%d/%Y %I:%M:%S %p"（月在前，AM/PM）
time_format_wrong = { $file }：第 { $row } 行为“{ $cell }”，与 { $kind }.time_format = "{ $declared }" 不符：请更正或删去该项
dates_only = { $file }：时间列只有日期，丢失了时刻；此处需要日期和时间：请重新导出，保留时、分、秒
mapped_header_missing = { $file }：[{ $kind }.columns] { $name } = "{ $header }"：文件中没有这个表头；现有：{ $found }
mapped_header_several = { $file }：[{ $kind }.columns] { $name } = "{ $header }"：文件中有多个这样的表头；现有：{ $found }
column_missing_in_call = { $file }：缺少必需的列 { $missing }{ $also }；现有列：{ $found }；请改列名，或写明 settings={ "{" }"{ $kind }": { "{" }"columns": { "{" }"{ $name }": "{ $guess }"{ "}}}" }
column_missing = { $file }：缺少必需的列 { $missing }{ $also }；现有表头：{ $found }；请在 [{ $kind }.columns] 下指明，例如 { $name } = "{ $guess }"
or_aliases = （或 { $names } 等）
headers_alike = { $file }：表头 { $first } 与 { $second } 都表示 { $name }；请在 [{ $kind }.columns] 下指明：{ $name } = { $first }
header_twice = { $file }：表头 "{ $header }" 出现了两次；每列应只出现一次
no_geometries = { $file }：没有几何图形；此处需要带位置的收集点
layers_several = { $file }：有多个图层；请用 points.layer 指明其一：{ $layers }
layer_unknown = { $file }：points.layer = "{ $wanted }"：没有这个图层；现有：{ $layers }
shapefile_cut = { $file }：文件不完整；请重新复制 Shapefile 的全部文件（.shp、.shx、.dbf）
shapefile_part_missing = { $file }：旁边缺少 { $part }；Shapefile 需要 .shp、.shx 和 .dbf
shapefile_parts_differ = { $file }：其中有 { $records } 条记录，而 Shapefile 有 { $shapes } 个图形；请重新复制全部文件（.shp、.shx、.dbf）
shapefile_damaged = { $file }：文件头已损坏；请重新复制 Shapefile 的全部文件（.shp、.shx、.dbf）
vector_unreadable = { $file }：无法作为地理数据文件读取（{ $reason }）
over_limit =
    { $file }：{ $key ->
        [unpacked_mb] 解压后超过 { $limit } MB
        [unpacked_ratio] 解压后超过自身大小的 { $limit } 倍
        [whole_mb] 内容超过 { $limit } MB
        [rows] 超过 { $limit } 行
        [cells] 超过 { $limit } 个单元格
        [points] 超过 { $limit } 个收集点
        [vehicles] 超过 { $limit } 辆车
       *[seconds] 读取超过 { $limit } 秒
    }，未读取；如果文件无误，可在配置中调大 limits.{ $key }
file_is_special = { $file }：这是{ $what }，不是文件；请给出文件名
special_pipe = 命名管道
special_socket = 套接字
special_device = 设备
vector_kind_unknown = { $file }：地理数据文件按文件名识别，扩展名须为 { $known }；分隔文本（CSV）用 .csv
vector_other_kind = { $file }：内容与文件名所示格式（{ $wanted }）不符；请重新导出，或改为相应的扩展名
vector_name = { $file }：地理数据文件的文件名不能含 ! 或 ;，请改名
vector_refers = { $file }：文件引用了其他文件（{ $what }），不予读取；请把收集点导出到一个文件里
vector_view = { $file }：图层 { $what } 是视图，读取时才计算；请把收集点导出为数据表
vector_failed = { $file }：GDAL 读取时出错：文件损坏，或所需内存超过配置中的 limits.whole_mb
truth_missing = { $file }：没有这个文件；请指明该站点的 truth.csv
truth_is_folder = { $file }：这是文件夹；请指明其中的 truth.csv
truth_no_text = { $file }：不是 UTF-8 或 GB18030 文本；需要含 { $wanted } 的 CSV 文件
truth_no_csv = { $file }：不是 CSV 文件（第 { $line } 行：{ $reason }）
truth_columns = { $file }：需要列 { $wanted }；缺少：{ $missing }；现有：{ $found }
truth_no_row = { $file }：没有可用的行（{ $why }）；需要 point_id、形如 2026-03-01 的 service_date、取值 true 或 false 的 collected
truth_no_rows = 文件中没有数据行
truth_bad_row = 首个错误：第 { $line } 行，{ $why }
nothing_judged = 没有可评估的内容：尚未判定任何日期；请先执行 `routecheck run`
other_dates_judged = 没有可评估的内容：{ $truth } 针对 { $true }，已判定的是 { $judged }；请先运行这些日期，或指明本站点的真值文件
span = { $first } 至 { $last }
the_checks_file = 现场核查文件
no_checks = 没有可评估的内容：没有现场核查记录；请写入 [checks] path 指明的文件，或用 --truth 指明真值文件
checks_unusable = 没有可评估的内容：{ $count } 条现场核查都不可用；同一点一天有多个时间窗时须写明时间窗，且各条之间不可矛盾
no_chinese_font = 图片中有本机字体无法显示的汉字（{ $missing }）：请安装一种中文字体（Debian、Ubuntu：apt-get install fonts-wqy-microhei；Fedora：dnf install google-noto-sans-cjk-fonts；Windows 自带微软雅黑），或改用不需要字体的 --map 文件.html
export_held = { $path } 及其副本正被其他程序占用：请在该程序中关闭后重新导出
export_no_space = 磁盘空间不足，无法写入 { $path }；原文件未变：请腾出空间后重新导出
export_not_permitted = 无法写入 { $path }：文件夹只读或没有权限；请在 export.directory 中指明其他文件夹
export_refused = 无法写入 { $path }：{ $reason }
store_missing = { $store } 处没有存储；执行 `routecheck run` 时会建立
store_folder_refused = 无法建立存储 { $store } 所在的文件夹：{ $reason }；请在 store.url 中另行指明
store_url_wrong = store.url：需要数据库地址，如 sqlite:///routecheck.db 或 postgresql://user@host/name
store_url_sign = store.url：数据库名之前有不止一个 @：密码中的 @ 请写作 %40，: 写作 %3A，/ 写作 %2F
store_no_such_database = store.url：不支持数据库 '{ $found }'；请使用 sqlite 或 postgresql
store_driver_missing = 存储 { $store } 需要 Python 包 '{ $package }'，但没有安装
store_driver_missing_postgresql = 存储 { $store } 需要 Python 包 '{ $package }'，但没有安装（pip install 'routecheck[postgresql]'）
store_no_database = { $store } 不是存储文件：不是 SQLite 数据库或已损坏；请恢复备份，或将它移走
store_is_folder = { $store } 是文件夹，无法作为存储打开；请在 [store] 下写其中的一个文件：url = "sqlite:///{ $store }/routecheck.db"
store_empty = 存储 { $store } 是空文件（0 字节）：请恢复备份；若要重新开始，请删除该文件，再执行 `routecheck run --new-store`
store_strange =
    { $store ->
        [none] 存储已损坏
       *[other] 存储 { $store } 已损坏
    }：其中有从未写入的内容（{ $reason }）；用 `routecheck store check` 查看，用 `routecheck store restore` 恢复备份
store_other_values = 存储 { $store } 已损坏：{ $scope } 中的值与写入时不同；用 `routecheck store check` 查看全部，用 `routecheck store restore` 恢复备份
store_vanished =
    { $store ->
        [none] 存储不见了或是空的
       *[other] 存储 { $store } 不见了
    }，而本站点以前判定过（{ $sign } 还在）：没有写入任何内容。请恢复备份（`routecheck store restore FILE`）；或用 `routecheck run --new-store` 重新开始：已做的决定会保留，各日期将重新判定
decisions_read_in = 已从 { $path } 读入 { $count } 项决定
decisions_aside = 本存储从未有过的决定保存在 { $path }：用 `routecheck store decisions FILE` 读入
decisions_unreadable = { $path }：无法作为决定文件读取（{ $reason }）
decisions_columns = { $path }：不是决定文件，缺少列 { $columns }
decisions_row = { $path } 第 { $row } 行：{ $reason }
store_malformed = 存储 { $store } 已损坏；请恢复备份
store_full = 磁盘空间不足，无法写入存储 { $store }；未完成的写入已撤销：请腾出空间后重新运行
store_read_only = 无法写入存储 { $store }：文件或其所在文件夹为只读
store_not_opened = 无法打开存储 { $store }：文件夹不存在，或没有访问权限
store_locked = 另一程序正在写入存储 { $store }；请待其完成后重试
store_server_silent = 存储 { $store } 的数据库服务器没有响应或拒绝连接：{ $reason }
store_server_lost = 存储 { $store } 的数据库服务器没有响应，或在运行途中重启；此前存入的数据完好：请重新运行
store_failed = 存储 { $store } 出错：{ $reason }
store_waiting = 存储 { $store } 正被另一个 routecheck 使用：{ $holder }；等待中，最多 { NUMBER($seconds, maximumFractionDigits: 0) } 秒
store_waited_for = 存储 { $store } 被另一程序锁定；等待中，最多 { NUMBER($seconds, maximumFractionDigits: 0) } 秒
store_server_slow = 存储 { $store } 的数据库服务器执行一条语句时间过长，已放弃；此前存入的数据完好：请检查服务器负载后重新运行
store_server_locked = 存储 { $store } 被数据库服务器上的另一会话锁定，且未及时完成；请结束该会话（pg_stat_activity）后重新运行
store_busy = 另一个 routecheck 正在使用存储 { $store }：{ $holder }；请等待其完成，或将其停止
holder = { $host } 上的进程 { $pid }，始于 { $since }
holder_nameless = 一个没有留下名称的进程
store_version_lost = 存储 { $store } 丢失了版本信息；请恢复备份
store_newer = 存储 { $store } 由更新版本的 routecheck 建立（结构版本 { $version }，本程序最高支持 { $head }）：请安装该版本，或另设 store.url
store_foreign = { $store } 不是 routecheck 的存储，其中有其他程序的表：{ $tables }；请在 store.url 中另设专用的数据库（或模式）
backup_there = { $path } 已存在，予以保留；请另取文件名
backup_folder_refused = { $path }：无法建立所在文件夹（{ $reason }）
backup_unsound = { $store } 的备份不完好：{ $fault }
backup_missing = { $path }：没有这个文件；请指明备份文件
backup_no_good = { $path } 不是完好的备份：{ $fault }；存储未变
backup_is_store = { $path } 就是存储本身；请指明备份文件
fault_unreadable = SQLite 无法读取（{ $reason }）
fault_reference = { $table }：有一行引用了不存在的 { $other }
fault_no_store = 其中没有 routecheck 存储
fault_schema = 其结构版本 { $version } 在此无法识别（最高 { $head }）
fault_damaged = 存储 { $store } 已损坏：请恢复备份（`routecheck store restore 文件`）
fault_value = { $scope }：存储中的值与写入时不同
fault_two_current = { $table }：{ $key } 有两个现行版本
fault_date_unknown = { $table }：台账中没有 { $day }
restore_kept = 原存储已保留为 { $path }
restored_file = 已从 { $path } 恢复 { $store }：{ $dates } 个服务日期
restored_server = 已从 { $path } 恢复存储：{ $dates } 个服务日期
checked_store = 存储 { $store }，结构版本 { $head }
checked_rows = { $table }：{ $count } 行
checked_runs_left = { $count } 次运行正在进行，或已被强行终止
checked_sound = 完好
pruned_rows = { $table }：已删除 { $count } 行

# 别处的数据源
source_kind_unknown = [{ $section }]：不认识以 "{ $scheme }://" 开头的数据源地址
source_url_wrong = 数据源的 url 不是数据库地址：请写 "postgresql://user@host/base"
source_query_or_table = [{ $section }]：数据库需要 query 或 table 之一
source_no_after = [{ $section }]：有 watermark 时查询须含 :after，例如 WHERE id > :after ORDER BY id
source_no_span = [{ $section }]：查询须含 :from 与 :to（或 :from_s 与 :to_s），或含 :after 并设 watermark
source_parameter = { $source }：查询中的 :{ $names } 无法识别；可用 :after、:from、:to、:from_s、:to_s、:from_ms、:to_ms
source_mark_wrong = { $source }：watermark 列 { $column } 有的行为空或不是整数：请用随新行递增的列
source_no_mark = { $source }：查询结果没有 watermark 列 { $column }；有 { $columns }
source_mysql_zone = { $source }：服务器不认识时区 { $zone }：请用 mysql_tzinfo_to_sql 载入时区名
source_refused = { $source }：{ $reason }
source_driver_missing = { $source }：未安装 { $package }：请运行 pip install { $package }
source_http_url_wrong = 数据源的 url 不是网址：请写 "https://host/path?from={"{from}"}&to={"{to}"}"
source_http_header = [{ $section }.headers]：{ $name } 不是请求头，或其值含请求头不允许的字符
source_http_placeholder = [{ $section }]：url 中的 { $names } 无法识别；可用 { $known }
source_http_whole = [{ $section }]：只有定位数据的 url 可含 { $names }：其他表整表请求
source_http_span = [{ $section }]：url 须写明请求的时段：{"{from}"} 与 {"{to}"}（或 {"{from_s}"} 与 {"{to_s}"}、{"{from_ms}"} 与 {"{to_ms}"}、{"{from_local}"} 与 {"{to_local}"}）
source_http_paging = [{ $section }]：page = "cursor" 需要 page_path 与 page_parameter，page = "number" 需要 page_parameter；没有 page 时两者都不写
source_http_failed = { $source }：{ $why }{ $tries ->
    [one] {""}
   *[other] （已请求 { $tries } 次）
}
source_http_status = 服务器应答 { $status } { $reason }
source_http_silent = 未按时应答（fetch.seconds）
source_http_slow = 应答超过 { $seconds } 秒（fetch.seconds）
source_http_cut = 应答未完连接即中断
source_http_unreachable = 无法连接：{ $reason }
source_http_no_json = 应答不是 JSON，或中途断开；开头为 { $begin }
source_http_long = { $source }：全部应答共超过 { $seconds } 秒，即 fetch.seconds 的六十倍
source_http_redirects = { $source }：地址一再重定向，没有尽头
source_http_too_large = { $source }：一次应答超过 { $limit } MB；请缩短每次请求的时段（slice_hours），或用 limits.answer_mb 放宽
source_http_refused = { $source }：{ $key } 为 { $found }，而非 { $wanted }；{ $words }
source_http_no_rows = { $source }：{ $place }；请用 rows 写明各行的位置；有 { $found }
source_http_top = 应答本身不是行的列表
source_http_at = 应答的 "{ $path }" 处不是行的列表
source_http_no_devices = { $source }：该地址逐个设备请求，但 devices 与计划表中都没有设备
source_http_no_device_column = { $source }：设备没有字段 { $column }（devices_column、devices_name）；有 { $columns }
source_http_circle = { $source }：翻页又回到已读过的一页
source_http_elsewhere = { $source }：下一页指向另一台服务器 { $host }：不予跟随
source_http_same_page = { $source }：第 2 页与第 1 页相同：或者服务器的页码参数不叫 { $parameter }（page_parameter），或者超出末页时服务器重复给出末页：此时请用 page_path 写明总行数的位置
source_http_no_total = { $source }：应答的 "{ $path }" 处没有总行数（page_path）
source_http_few = { $source }：各页共 { $count } 行，而服务器称有 { $total } 行
source_preset_alone = [{ $section }]：有 preset 时不写 query 与 table：查询内容已内置
source_traccar_no_devices = { $source }：该用户在 Traccar 中看不到任何设备：请为该用户分配设备
source_traccar_cut = { $source }：即使只问一秒，应答也在 { $count } 行处被截断
source_traccar_odd = { $source }：应答不是列表：这是 Traccar 服务器的地址吗？
source_traccar_filters = Traccar 可能在存储前丢弃静止车辆的定位点（filter.distance、filter.static、filter.duplicate）：这样就无法区分收运与驶过；请关闭这些过滤器
source_traccar_no_stands = { $count } 对相邻定位点中几乎没有相距 5 米以内的：停车似乎缺失，或因 Traccar 将其丢弃（filter.distance、filter.static、filter.duplicate），或因终端静止时不上报；这样无法区分收运与驶过
source_dataset_url_wrong = [{ $section }]：不是数据集地址：请写 "s3://bucket/prefix"，必要时加 ?endpoint_override=http://host:port 与 &region=…，或写 "file:///文件夹"
source_dataset_missing = { $source }：那里没有这个文件
source_dataset_kind = { $source }：小表须为 .csv 或 .parquet 文件
source_dataset_large = { $source }：超过 { $limit }；可用 { $key } 放宽
source_dataset_list = { $source }：文件列表超过 { $limit } MB；可用 { $key } 放宽
source_dataset_no_dates = { $source }：那里没有 date=YYYY-MM-DD 文件夹
source_keys_of_others = [{ $section }]：{ $names }：此类地址用不到；请删去，或参阅 docs/sources.zh.md
source_too_large = { $source }：超过 { $limit } 个单元格；可用 limits.cells 放宽
source_empty = { $source }：一行也没有；沿用以前保存的数据
fetched_refused = { $path }：抓取的数据无法保存（{ $reason }）
fetched_list_damaged = { $path }：抓取内容的清单已损坏，已另存为 kept.db.damaged；现有文件仍然有效，并将全部重新请求一次
fetched_busy = { $path }：另一个进程正在抓取，已等待一分钟：请在其结束后再试
not_fetched = { $kind }：尚未抓取（{ $folder } 中没有）：请运行 routecheck run，它会先抓取再判定
fetched_full = 抓取的定位点超过 { $most } MB（fetch.most_mb），已删除最早的 { $count } 个日期
health_address = health = "{ $address }"：需要只有本机能访问的地址，如 "127.0.0.1:9464"；要供他人访问，请在其前面设置带 TLS 和密码的服务器
desk_taken = 工作台无法在 { $address } 监听：{ $reason }；请用 --port 换一个端口
desk_sign_in_at = 工作台已在此地址打开，供可登录的用户使用。按 Ctrl-C 结束。
desk_needs_users = 工作台在 { $listen } 供他人访问时必须有用户：请设置 desk.users，并用 `routecheck desk user NAME` 添加
desk_users_missing = 请在 { $path } 中设置 desk.users：可登录用户的文件
desk_users_unreadable = { $path }：无法读取用户文件（{ $reason }）
desk_users_row = { $path }：用户 { $name } 需要用户名、角色（look 或 decide）和密码散列；请用 `routecheck desk user { $name }` 写入
desk_no_user = { $path } 中没有用户 { $name }
desk_password_length = 密码应为 { $least } 到 { $most } 个字符
desk_passwords_differ = 两次输入的密码不一致
desk_listen_wanted = listen = "{ $found }"：需要地址和端口，如 "0.0.0.0:8737"
desk_user_entered = { $path }：{ $name } 可以{ $role ->
    [decide] 查看并作决定
   *[look] 查看
}。
desk_user_removed = { $path }：{ $name } 不能再登录。
desk_not_installed = 工作台需要软件包 { $package }：pip install 'routecheck[desk]'
desk_opened = 工作台已在浏览器中打开：{ $address }；按 Ctrl-C 结束。
desk_open_this = 请在本机浏览器中打开此地址，只能打开一次会话。按 Ctrl-C 结束工作台。
health_taken = health = "{ $address }" 无法监听：{ $reason }；请换一个端口
