### 配置的各节与各项的含义；`any-` 为各节共有。

head =
    routecheck 站点配置。路径相对于本文件所在目录。
    以 # 开头的行是注释，其中的取值即默认值。
key = 键
default = 默认值
meaning = 含义

any-encoding = auto：先按 UTF-8，否则按 GB18030；也可写明编码名称
any-delimiter = 分隔符：一个字符，或 "tab"；留空则按表头判断（, ; | 或制表符）
any-header = false：分隔文本没有表头；各列在 columns 中以 "1"、"2"…… 指代
any-sheet = 只读取工作簿中这一张工作表；留空则读取每张带有表头的工作表
any-time_format = 日期与时间的写法："%d/%m/%Y %H:%M:%S"、"%m/%d/%Y %I:%M:%S %p" 等，或 "day-first"（日在前）、"month-first"（月在前）；留空则在文件足以判断时自动识别（年月日顺序总能识别）
any-time_zone = 本表中不带时差的时间所属时区；留空则为站点时区
any-columns = 自定义表头：标准列名 = "文件中的表头"
any-url = 要抓取的表所在的地址，代替 path：数据库写作 "postgresql://user:{"${PW}"}@host/base"；密钥以 {"${变量名}"} 取自环境变量
any-query = 向数据库查询的 SELECT 语句；定位点须含 :after，或含 :from 与 :to
any-table = 数据库中的表或视图，代替 query
any-headers = 网址：每次请求附带的请求头，例如 Authorization = "Bearer {"${TOKEN}"}"；其值均为密钥
any-rows = 网址：应答中各行所在的路径，例如 "data.items"；留空则应答本身即为列表
any-success = 网址：表示应答未被拒绝的标志，例如 "code=0"
any-page = 网址：如何翻页："cursor"（游标）、"number"（页码）或 "link"（链接）；留空则一次应答即为全部
any-page_path = 应答中游标、链接或（页码方式的）总行数所在的路径；链接方式留空则取 Link 响应头
any-page_parameter = 地址中表示游标或页码的参数
any-page_first = 第一页的页码
any-datum = { $datums } | "EPSG:4545" …；文件自带的坐标类型列或坐标系优先

site = 站点
site-name = 站点名称，显示在报告中
site-time_zone = 当地时区：计划表及所有不带时差的时间均按此时区理解
site-language = en | zh：报告、消息、证据与处置语句所用的语言

points = 收集点
points-path = 收集点：.csv、.xlsx、.xls，或 GeoJSON、GeoPackage、Shapefile、KML、KMZ、GPX
points-surveyed = true：点位已经核实（例如时刻表中的站点），不再从轨迹推断位置，也不提出更正，第一天就能判定漏收
points-layer = 含多图层文件中的图层名

schedule = 收运计划
schedule-path = 收运计划：.csv、.xlsx、.xls

fixes = 定位数据
fixes-path = 定位数据：.csv、.csv.gz、.parquet、.xlsx、.xls、.gpx、.nmea、.zip 通配符
fixes-preset = "traccar"：Traccar 的数据库或接口，按其自身的名称读取；此时不带时差的时间为 UTC
fixes-vehicle = Traccar：设备的哪一项是车牌："name"（名称）或 "uniqueid"（标识符）
fixes-vehicle_from_name = 一车一文件、以车命名："{"{"}vehicle{"}"}_*" 说明车辆在文件名中的位置（不含扩展名；* 为任意内容；可带上级文件夹："{"{"}vehicle{"}"}/*"），或带一个分组的正则表达式；优先于车辆列
fixes-watermark = 数据库中随新行递增的列，例如 id；留空则按时间查找新行
fixes-overlap = 从上次水位往回多问一段，以取得晚写入的行：编号个数，或秒数
fixes-devices = 含 {"{device}"} 的网址：逐个请求的设备；留空则取 devices_url 所列，或计划表中的车辆
fixes-devices_url = 列出设备的网址
fixes-devices_rows = 其应答中设备所在的路径；留空则应答本身即为列表
fixes-devices_column = 设备中作为 {"{device}"} 的字段
fixes-devices_name = 设备中的车牌字段，用于定位点本身没有车牌时
fixes-slice_hours = 网址：一次请求多少小时的数据

alerts = 监控系统告警
alerts-path = 监控系统告警：.csv、.xlsx、.xls、.zip 通配符

vehicles = 终端与车辆绑定
vehicles-path = 终端与车辆的绑定关系表

calendar = 特殊日期
calendar-path = 节假日、赶集日、降雪等特殊日期表

checks = 人工核查
checks-path = 人工现场核查结果表

monitor = 监控系统自身的规则，用于重放以查明误报原因
monitor-tolerance_m = 监控系统自身规则的容差（米）

matching = 什么算作一次收运
matching-tolerance_m = 收集点未单独设定时的容差（米）
matching-min_dwell_s = 一次收运至少停留的秒数；0 表示驶过即算
matching-min_line_share = 线状点位（街道、路边）须沿其行驶的最小比例，0 到 1；0：只要到达即可
matching-any_vehicle = 非计划车辆完成的收运是否算数

judge = 结论的可信程度
judge-confidence = `routecheck calibrate --write` 写出的文件：各判据正确的比例；留空：用安装自带的

store = 结果的存储位置
store-url = 任意 SQLAlchemy 地址；SQLite 与 PostgreSQL 经过测试
store-postgresql_schema = PostgreSQL 数据库中存放本站点的模式（schema），如 xiushan：多个站点可共用一个数据库；没有时自动建立；空：用户默认的模式

export = CSV 文件的导出位置
export-directory = 导出文件所在目录
export-report = 每次运行都写出各日的报告与工作簿（report_日期.html、.xlsx）；定时服务总会写出，也可用 routecheck report 写出
export-tiles = 报告地图的底图瓦片地址（https://…/{"{z}/{x}/{y}"}.png，或相对报告的路径）；留空则不用底图，报告不发出任何请求
export-tiles_datum = wgs84 | gcj02：瓦片的坐标系，地图上所画内容随之换算（高德、腾讯等国内瓦片为 gcj02）

service = 定时服务
service-daily_at = 每日运行的当地时间
service-revisit_days = 因数据迟到而重新判定的天数
service-backups = SQLite 存储旁 backups/ 中保留的每日备份个数；0 为不备份
service-check_minutes = 服务检查缺失数据是否到达的间隔（分钟）
service-every = 当天边运行边判定的间隔：15min、30min 或 1h；留空：只在次日早晨判定
service-health = 供监控询问服务状况的本机地址，如 127.0.0.1:9464：/health，以及供 Prometheus 使用的 /metrics；空：不提供
desk = 浏览器中的站点页面，无需命令行（docs/desk.zh.md）
desk-with_service = 运行 `serve` 时是否同时打开工作台；此时需要用户
desk-listen = 供他人访问的监听地址，如 0.0.0.0:8737；空：仅限本机
desk-users = 可登录用户的文件，由 `routecheck desk user NAME` 写入
desk-names = 他人访问时所用的域名，如 desk.example.org；以其他名称访问会被拒绝
desk-https = 他人是否经由前置服务器以 TLS 访问：是则 Cookie 只经 TLS 发送
desk-session_hours = 多少小时没有操作后会话结束

messages = 服务发送的消息；默认不发送
messages-urls = 接收方（apprise 地址）；密钥以 {"${变量名}"} 取自环境变量
messages-send = 发送内容：summary 汇总、revisions 修订、failures 故障、misses 当天漏收（配合 service.every）

fetch = 从别处抓取并保存的数据
fetch-directory = 保存的文件夹
fetch-first_days = 首次抓取往回多少天
fetch-keep_days = 抓取的定位点保留多少天
fetch-most_mb = 抓取的定位点最多占用多少 MB；超出时先删最早的日期
fetch-seconds = 数据源最多用多少秒应答
retention = 涉及驾驶人员的轨迹保留多久
retention-keep_days = 存储中的证据、抓取的定位点、单独存放的行、日报与工作簿保留的天数；更早的由每日运行删除，结论与计数保留；车辆停留位置多保留六周，供之后的日期判定使用；至少 60；0 为全部保留

limits = 一个文件最多可以有多大；超出的文件会被指出且不读取，其余照常处理
limits-unpacked_mb = 压缩文件（.gz、Parquet、工作簿、.zip）解压后的 MB 数上限
limits-unpacked_ratio = 压缩文件解压后超过 50 MB 时，最多可以是自身大小的多少倍
limits-whole_mb = 整体读入的文件（工作簿、含几何的文件、除定位点外的各表）解压后的 MB 数上限
limits-rows = 一个定位点文件的行数上限
limits-cells = 工作簿以及除定位点外各表的单元格数上限
limits-points = 收集点文件的行数上限
limits-vehicles = 一个定位点文件中的车辆（终端）数上限
limits-text_length = 编号、名称等文本单元格的字符数上限；更长的行会被拒绝
limits-answer_mb = 网址的一次应答解压后、或 S3 上文件列表的 MB 数上限
limits-seconds = 读取一个文件最多用多少秒

engine = 一次运行中由什么来处理和判定各个日期；结果都相同
engine-kind = local：本进程，一个日期接一个日期；processes：本机的若干进程；dask：Dask 集群的工作进程。适合一次处理许多日期（首次运行、`rejudge`）；在 fleet 中以 fleet 的设置为准
engine-workers = 进程数，或在本机建立的集群的工作进程数
engine-scheduler = Dask 调度器地址（tcp://…:8786）；空：在本机建立集群
engine-retries = 工作进程丢失时，日期再试几次，之后搁置
engine-seconds = 工作进程处理一个日期超过此秒数即终止（processes）
engine-memory_mb = 每个工作进程可用的 MB；0：不限
