### Titles of the messages that the service sends.

title = { $site }：{ $what }
summary = { $dates } 汇总
revisions = 此前结论已修订
silent = 没有收到数据
failure = 每日运行失败
recovered = 每日运行已恢复
set_aside = 有日期无法判定
backup = 存储未能备份
misses =
    { $missed ->
        [0] { $retracted } 个漏收撤回
       *[other] 新增 { $missed } 个漏收{ $retracted ->
            [0] {""}
           *[other] ，撤回 { $retracted } 个
        }
    }
miss = { $point }，{ $window }：{ $evidence }
retracted =
    撤回：{ $point }，{ $window }：{ $verdict }{ $cause ->
        [none] {""}
       *[other] （{ $cause }）
    }
undue = 撤回：{ $point }，{ $window }：已不需收运
today_failed = 无法判定当天
