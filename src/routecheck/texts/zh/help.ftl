### `--help` 页面的文字：`store-check` 为命令，`store-check-file` 为其选项或参数，`any-config` 为各命令共有的选项。

usage = 用法：{ $call }
options_here = [选项]
command_here = 命令 …
arguments = 参数：
options = 选项：
commands = 命令：
default = 默认：{ $default }
required = 必填
at_least = 不小于 { $least }

## 取值的名称，按类型或所给名称排列。

value-DIR = 文件夹
value-METRES = 米数
value-MONTH = 月份
value-NAME = 姓名
value-NAME-GLOB = 名称=通配符
value-NAME-HEADER = 标准名=列名
value-NAME-VALUE = 名称=取值
value-SELECT = 查询语句
value-FLEET = FLEET
value-URL = 地址
value-INPUT = 输入
value-VEHICLE = 车辆
value-HH-MM = 时:分
value-choice = 选项值
value-date = 日期
value-float = 数字
value-float-range = 数字
value-integer = 整数
value-integer-range = 整数
value-path = 文件
value-point = 收集点

## 各命令共有的选项

any-help = 显示本说明。
any-config = 站点的配置文件；未给出时取 ROUTECHECK_CONFIG 所指的文件，或当前目录及上级目录中最近的 config/routecheck.toml 或 routecheck.toml。
any-json = 输出 JSON，供脚本使用。
any-date = 服务日期，如 2026-03-02；也可写 today（今天）、yesterday（昨天）。
any-from = 起始服务日期。
any-to = 结束服务日期。
any-point = 收集点编号，与导出文件中一致。
any-points = 收集点编号，与导出文件中一致。
any-directory = 要新建的文件夹。
any-language = en（英文）或 zh（中文）。

## 程序

routecheck = 仅凭 GPS 数据判断哪些收运确实漏收。
routecheck-version = 显示版本。

## 判定

run = 判定服务日期，存储结果并写出导出文件。
run-due = 运行所有待运行的日期，与后台服务相同。
run-allow-shrink = 允许点位文件缺少许多已知收集点。
run-new-store = 本站点以前判定过，仍以新的存储重新开始。
rejudge = 在更正历史数据或升级之后重新判定已判定过的日期，并说明改变了什么。中断后再次执行同一命令即从中断处继续。
rejudge-dry-run = 只说明会有多少结论改变、由什么变为什么；不写入，也不加锁。
recheck = 重新判定一个收集点并给出证据；不改动任何内容。
recheck-window = 只看从该时刻开始的时间窗。
recheck-tolerance = 假设容差为这么多米时的结论。
recheck-map = 写出证据地图，可用浏览器打开。
recheck-png = 写出证据图片。
export = 根据存储重新写出 CSV 文件，或写出供分析的数据集。
export-episodes = 同时写出 episodes_日期.csv：每次收运在轨迹中的全部依据，每辆车每个时段一行，不论由哪一条定案。
export-dataset = 改为按站点和日期把收运、告警、片段、停车和车辆写成 (Geo)Parquet，存入该文件夹，供 DuckDB 和 geopandas 读取（见 docs/analysis.zh.md）。
export-format = 改为在导出文件夹中写出地图图层：GeoPackage（gpkg，在 QGIS 中打开即带颜色）、GeoParquet 或 GeoJSON。
status = 显示运行情况、所用数据以及待运行的日期。
status-check = 供监控使用：有问题时退出码为 1。存储无法读取时一律为 3。
status-learned = 改为显示本站点自身数据学到的内容：每个数值附最初的假定与依据。耗时与 recheck 相当。
report = 根据存储写出日报和工作簿，或某月的工作簿。
report-month = 月份，如 2026-03：写出该月工作簿，含趋势。
report-anonymous = 供外部使用的副本，写入 anonymous 文件夹：日报、工作簿和 CSV 文件，不含车辆与班组的名称。
doctor = 检查站点的输入数据并列出应做的事，不作任何改动。有需要处理的问题时退出状态为 1。

## 点位登记

diagnose = 列出登记有误的收集点、原因与更正建议。
diagnose-export = 写出更正后的收集点，交给监控系统维护方：GeoJSON（WGS-84），以及在原点位文件各列之后附上更正坐标（采用原坐标系）的 CSV。
accept = 接受更正建议并写入登记册；点位文件不会被改动。
accept-all = 接受全部更正建议。
accept-min-confidence = 与 --all 合用：只接受置信度不低于该值（0 至 1）的建议。
accept-from = 自该日期起生效；不写则自证据的最早日期起。
accept-undo = 撤回接受：恢复为待确认的建议，在任何日期都不再生效。
accept-by = 决定人；不写则为本机用户。
reject-undo = 撤回拒绝：恢复为待确认的建议。
reject-by = 决定人；不写则为本机用户。
reject = 拒绝更正建议，今后不再提出。

## 站点

connect = 向别处的数据源（数据库、平台）查询几行，并按运行时的理解显示。
connect-kind = 作为哪种输入：points、schedule、fixes、alerts、vehicles、calendar 或 checks。
connect-url = 地址，例如 "postgresql://user:{"${PW}"}@host/base"；密钥取自环境变量。
connect-table = 数据库中的表或视图；只有一张符合时可自动找到。
connect-query = 向数据库查询的语句，代替表。
connect-watermark = 随新行递增的列。
connect-time-zone = 不带偏移的时间所用的时区。
connect-datum = 位置的坐标系。
connect-preset = 平台：traccar。
connect-column = 自己的列名：标准名 = 列名。
connect-header = 每次请求附带的头；密钥写作 {"${变量名}"}。
connect-set = 该段的其他任意配置项及其值。
connect-write = 把该段写入配置文件。
init = 新建站点：带注释的配置文件和导入模板（CSV 与 XLSX）。
init-language = en（英文）或 zh（中文）；不写则按环境。
simulate = 生成一个真值已知的模拟站点，可直接运行。
simulate-seed = 随机种子：不同种子生成不同的县。
simulate-days = 服务日期的天数。
simulate-profile = county、ideal、hard、dense、prefecture，或 drawn（各项参数由种子随机抽取）。
simulate-start = 起始服务日期。
simulate-points = 收集点数量。
simulate-trucks = 车辆数量。
simulate-set = 设定其他参数，如 noise_m=12。
plot = 绘制模拟站点：登记点位与真实点位，或某车一天的轨迹。
plot-directory = 模拟站点所在文件夹。
plot-vehicle = 绘制该车一天的轨迹。
plot-date = 哪一天；不写则为第一天。
plot-output = 输出文件；不写则放在该文件夹中。

## 服务

desk = 在浏览器中打开站点页面，无需命令行。
desk-port = 本机端口；0：任一空闲端口。
desk-no-browser = 只打印地址，不打开浏览器。地址只能打开一次会话。
desk-listen = 供网络中他人访问的 HOST:PORT；需要用户。
desk-user = 添加、修改或删除可登录工作台的用户。
desk-user-name = 用户名，决定中会显示。
desk-user-role = look（查看）或 decide（还可作决定）。
desk-user-remove = 删除该用户。
serve = 按配置的时刻每日运行，并补齐错过的日期。
serve-log-format = text，或 json（每行一个对象）。
serve-log-file = 将日志写入此文件，而不是标准错误输出。
history = 显示某收集点的登记历史：位置与名称、曾用编号、更正及决定人；加 --date 则显示该日的全部结论版本及其时间。

## 存储

store = 维护存储：备份、恢复、检查、清理。
store-backup = 将存储完整一致地备份为一个 SQLite 文件；使用中也可执行。
store-backup-file = 备份文件；不写则放在存储旁边。
store-restore = 用备份替换存储；原存储保留在旁边。
store-restore-file = 备份文件。
store-decisions = 从存储旁边保存的文件读入对更正所做的决定。
store-decisions-file = 决定文件（STORE.decisions.csv）。
store-check = 读取整个存储并检查是否完好；不完好时退出码为 1。
store-prune = 删除过旧的内容并释放空间；日期台账予以保留。
store-prune-keep-days = 完整保留今天之前多少天。
store-prune-verdicts = 连更早日期的结论一并删除，而不只是旧版本、证据和不可用的行。

## 评估

evaluate = 将存储的结论和监控系统的告警与真值比较。
evaluate-truth = `simulate` 生成的 truth.csv。
evaluate-checks = 与配置中的现场核查记录比较。
evaluate-plot = 绘制图片（PNG）。

sample = 按已知概率随机抽取需要核查的收运，并写出待填写的文件：由答复可知本地名单的准确程度。
sample-n = 抽取次数。
calibrate = 用有真值或现场核查的已判定站点重新拟合结论的置信度，并说明在留出的站点组上的价值。除 --write 的文件外不改动任何内容。
calibrate-files = 与 --truth 相同的更多文件。
calibrate-truth = 已判定站点的 truth.csv，其 routecheck.toml 在同一目录；否则属于 --config 的站点。可重复。
calibrate-checks = 同时使用 --config 站点的现场核查。
calibrate-group = 一起留出的站点：目录名或文件路径符合通配符者。可重复；不符合任何一组的站点自成一组。
calibrate-only-gains = 配合 --write：只改动使每个留出组都变好的比例。
calibrate-write = 将重新拟合的比例写入该文件；站点在配置中以 judge.confidence 指定。
calibrate-config = 旁边没有配置的真值文件、以及 --checks 所用的配置。
## Many sites

fleet = 同时处理多个站点：用一个文件列出，或用配置文件的通配。
fleet-run = 处理每个站点到期的日期；一个站点失败不影响其他站点。
fleet-run-to = 可处理的最后日期；不给时为昨天。
fleet-run-sites = 列出站点的文件，或 'counties/*/routecheck.toml' 这样的通配。
fleet-status = 显示每个站点的情况，确实漏收最多的在前。
fleet-status-check = 供监控使用：任何站点有问题时退出码为 1。
fleet-status-sites = 列出站点的文件，或 'counties/*/routecheck.toml' 这样的通配。
fleet-report = 写出全部站点的页面和工作簿。
fleet-report-date = 日期，如 2026-03-02；不给时取各站点最后的日期。
fleet-report-sites = 列出站点的文件，或 'counties/*/routecheck.toml' 这样的通配。
fleet-serve = 在一个进程中每天照管每个站点，如同各站点自己的服务。
fleet-serve-log-format = text，或 json（每行一个对象）。
fleet-serve-log-file = 将日志写入此文件，而不是标准错误输出。
fleet-serve-sites = 列出站点的文件，或 'counties/*/routecheck.toml' 这样的通配。
fleet-rejudge = 对每个站点重新判定已判定的日期，并说明改变了什么。
fleet-rejudge-dry-run = 只说明会改变什么，不写入。
fleet-rejudge-sites = 列出站点的文件，或 'counties/*/routecheck.toml' 这样的通配。
