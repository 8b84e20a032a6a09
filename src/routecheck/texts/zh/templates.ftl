### 新建站点：导入模板及其说明。

readme =
    本目录中每个文件给出一种表格的表头和一行示例，分 CSV 与 Excel 工作簿两种（工作簿附填写说明），均可直接导入。请填写上一级目录中的 points.csv 与 schedule.csv；将车载终端导出的定位数据放入 fixes/，监控系统导出的告警放入 alerts/。表头顺序不限，多余的列会被忽略，也可在 routecheck.toml 中映射自有表头。请保存为 CSV UTF-8（也可读取 GB18030），或保存为 .xlsx 并在 routecheck.toml 中写明该文件名。

sheet = { $table ->
    [points] 收集点
    [schedule] 收运计划
    [fixes] 定位数据
    [alerts] 告警
    [vehicles] 车辆终端
    [calendar] 日历
   *[checks] 现场核查
}
explained = 填写说明
about = 请在另一张表中逐行填写，并删除示例行。编号按文本处理，保留前导零。多余的列和工作表会被忽略。请在 routecheck.toml 的 [{ $table }] path 中写明本文件名。不能使用的行及其单元格会列在 rejected_{ $table }.csv 中。
column = 列
name = CSV 中的列名
required = 必填
meaning = 含义
example = 示例
yes = 是
no = 否
number_wanted = { NUMBER($low, useGrouping: 0) } 至 { NUMBER($high, useGrouping: 0) } 之间的数字
date_wanted = 日期，如 2026-03-01
flag_wanted = true 或 false
