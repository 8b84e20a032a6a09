### 配置文件中的错误，一行说明。

in_file = { $path }：{ $what }
no_file = { $path }：没有这个配置文件；可用 `routecheck init 文件夹` 新建，或用 --config 或环境变量 ROUTECHECK_CONFIG 指明
no_confidences = { $path }：没有这个置信度文件；`routecheck calibrate --write 文件` 可写出一个，由配置中的 judge.confidence 指定
unreadable = { $path }：无法读取（{ $reason }）：此处需要 TOML 文件
too_large = { $path }：超过 { $limit } MB：这不是配置文件
too_deep = 括号嵌套过深，无法读取
no_text = { $path }：不是 UTF-8 文本；请另存为 UTF-8
variable_not_set = 配置需要环境变量 { $name }，但它没有设置
site_exists = { $path } 已存在，予以保留；请另取一个新文件夹名
site_refused = { $path }：无法在此新建站点（{ $reason }）

## 文件不是 TOML。

quotation_marks = 第 { $line } 行：{ $text }：使用了中文引号，请改用英文引号 "
backslash = 第 { $line } 行：{ $text }：路径中有反斜杠，请改用正斜杠："C:/gps/fixes/*.csv"
punctuation = 第 { $line } 行：{ $text }：使用了中文标点，请改用英文的 = 和 ,
no_toml = 第 { $line } 行：{ $text }：不符合 TOML 格式（{ $reason }）

## 没有该配置项，或缺少必填项。

unknown_key = { $line ->
    [0] 没有配置项 "{ $name }"；{ $hint }
   *[other] 第 { $line } 行：没有配置项 "{ $name }"；{ $hint }
}
did_you_mean = 是否为 "{ $near }"？
known_here = 此处可用：{ $known }
belongs_under = { $count ->
   *[other] 它应位于 { $homes } 之下
}
required_place = { $line ->
    [0] 缺少必填项 { $name }：请在 [{ $section }] 下写 { $last } = "…"；表在别处时写 url = "…"
   *[other] 第 { $line } 行：缺少必填项 { $name }：请在 [{ $section }] 下写 { $last } = "…"；表在别处时写 url = "…"
}
required = { $line ->
    [0] 缺少必填项 { $name }：请在 [{ $section }] 下写 { $last } = "…"
   *[other] 第 { $line } 行：缺少必填项 { $name }：请在 [{ $section }] 下写 { $last } = "…"
}

## 取值有误：应为何值，按 pydantic 或 `kinds` 的错误类型排列。

wrong_value = { $line ->
    [0] { $name } 应为{ $wanted }；实际为 { $found }
   *[other] 第 { $line } 行：{ $name } 应为{ $wanted }；实际为 { $found }
}
bool_type = { " " }true 或 false
datum = 坐标系（{ $what }）
delimiter = 一个分隔符，如 "," ";" "|"，或 "tab"
dict_type = 单独的一节：标准列名 = "文件中的表头"
encoding = { " " }"auto"、"utf-8"、"gb18030" 或其他文本编码的名称
finite_number = 有限的数字
float_type = 数字
greater_than = 大于 { NUMBER($gt, useGrouping: 0) } 的数字
greater_than_equal = 不小于 { NUMBER($ge, useGrouping: 0) } 的数字
int_type = 整数
less_than_equal = 不大于 { NUMBER($le, useGrouping: 0) } 的数字
list_type = 列表：["…", "…"]
keep_days = 0（全部保留），或至少 { $least }：诊断需要回看六周
literal_error = 以下之一：{ $expected }
model_type = 单独的一节，写在 [方括号] 中
store_url = { " " }SQLAlchemy 地址："sqlite:///routecheck.db" 或 "postgresql+psycopg://user@host/base"
string_too_short = 非空文本
string_type = 带英文引号的文本："…"
time_format =
    含年、月、日的格式，如 "%d/%m/%Y %H:%M:%S" 或 "%m/%d/%Y %I:%M:%S %p"，或 "day-first"、"month-first"
time_of_day = 时刻 "HH:MM"，例如 "06:30"
time_zone = IANA 时区名称，例如 "Asia/Shanghai"
time_zone_near = { " " }IANA 时区名称，或许是 "{ $near }"
vehicle_from_name = 在车辆所在处写一次 "{"{"}vehicle{"}"}"、其余用 *，如 "{"{"}vehicle{"}"}_*"，或带一个分组的正则表达式
source_url = 地址："postgresql://user@host/base"、"mysql://…"
path_and_url = 第 { $line } 行：[{ $section }] 同时写了 path 与 url：只保留其中一个
success_word = "路径=值"，例如 "code=0"
share = 大于 0 且小于 1 的数字
growing = { $count } 个递增数字的列表
least_below_most = 使 least 小于 most 的值
