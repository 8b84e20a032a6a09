### Titles of the messages that the service sends.

title = { $site }：{ $what }
summary = { $dates } 汇总
revisions = 此前结论已修订
silent = 没有收到数据
failure = 每日运行失败
recovered = 每日运行已恢复
set_aside = 有日期无法判定
backup = 存储未能备份
