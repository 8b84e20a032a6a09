### 命令行调用中的错误，一行说明。

config_found = （配置文件：{ $path }）
no_option = 没有选项 { $option }{ $hint }；可用 `{ $command } --help` 查看全部选项
no_command = 没有命令 '{ $found }'{ $hint }；可用 `{ $command } --help` 查看全部命令
perhaps = ，是否为 { $near }
missing = 缺少 { $name }；用法见 `{ $command } --help`
option_value = 选项 { $option } 需要一个取值；用法见 `{ $command } --help`
option_without_value = 选项 { $option } 不带取值；用法见 `{ $command } --help`
too_many_words = 参数过多：{ $found }；用法见 `{ $command } --help`
refused = 调用有误（{ $message }）；用法见 `{ $command } --help`
whole_number = { $name } 需要一个整数{ $bounds }
number = { $name } 需要一个数字{ $bounds }
at_least = （不小于 { $least }）
between = （{ $least } 至 { $most }）
choice = { $name } 只能是以下之一：{ $bounds }

which_dates = 请指明日期：--date 日期，或 --from 起始日期 --to 结束日期
date_wanted = { $option } 需要形如 2026-03-02 的日期，实际为 '{ $found }'
date_beyond = { $option } { $found }：只能处理 { $first } 至 { $last } 的日期
dates_reversed = --to { $last } 早于 --from { $first }
due_and_dates = --due 会自行确定日期，请去掉 --date、--from 和 --to
learned_and_check = --learned 显示学到的内容，--check 检查是否正常：两者只能用一个
episodes_and_dataset = --dataset 已包含片段：请去掉 --episodes
format_alone = --format 只写出地图图层：请去掉 --dataset 和 --episodes
month_or_dates = --month、--date、--from 与 --to 只能选一种
month_wanted = --month 需要形如 2026-03 的月份，实际为 '{ $found }'
window_wanted = --window 需要时间窗的起点，例如 06:00，实际为 '{ $found }'
tolerance_range = --tolerance 应大于 0 且不超过 { NUMBER($most, useGrouping: 0) } 米，实际为 { NUMBER($found, useGrouping: 0) }
compare_with_what = 请指明与什么比较：--truth 文件，或 --checks
calibrate_by_what = 请指明已知的真值：已判定站点的 --truth 文件 …，或 --checks
calibrate_group = --group 的格式为 名称=通配符，如 short="*/drawn-*"；实际为 { $found }
calibrate_one_group =
    { $count ->
        [one] 只有一个站点，无法留出：请给出两个以上已判定站点的真值
       *[other] { $count } 个站点同属一组，无可留出：请用 --group 名称=通配符 分成两组以上，或不写 --group
    }
no_checks_configured = 没有现场核查：请设置 checks.path，或在工作台（routecheck desk）上记录所见
points_and_all = 请指明收集点，或使用 --all，二者不可同时使用
undo_and_from = --undo 撤回整项接受，不能与 --from 同时使用
folder_is_file = { $path } 是一个文件；请另取一个新文件夹名
folder_not_empty = { $path } 不是空文件夹；请另取一个新文件夹名
set_wanted = --set 需要 名称=取值，例如 noise_m=12，实际为 '{ $found }'
date_of_which_vehicle = --date 针对车辆：请用 --vehicle 指明是哪一辆
not_simulated_so = 无法生成：{ $reason }

left_unjudged = { $count ->
    [1] 存储中没有结论而略过的日期：{ $days }
   *[other] 存储中没有结论而略过的日期：{ $count } 天（{ $days }）
}

interrupted = 已中断；此前存入的数据完好，可重新运行
out_of_memory = 内存不足；请减少一次运行的日期数
output_refused = 无法输出结果：{ $reason }
file_refused = { $file }：系统拒绝访问（{ $reason }）
pair_wanted = { $found }：请写 名称=值，例如 vehicle_id=plate
header_secret = --header { $name }：其值是密钥：请写成 {"${变量名}"}，并设置该环境变量
sample_overlaps = 其中部分日期已与其他日期一起抽样（{ $spans }）：请指明这些日期，或另选日期
sample_written = { $path }：请在 collected 列填写 true 或 false（无从得知的留空），并在配置中指明该文件（checks.path，可写 out/sample_*.csv 等通配符）
sample_kept = { $path } 已存在，保持不变
