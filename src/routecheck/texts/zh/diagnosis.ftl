### Points whose record is wrong.

dates = { $first } 至 { $last }：{ $count } 个收集点登记有误
point = { $point }  { $cause }  -> { $where }  { $confidence }  { $state }
accepted = { $by } 于 { $at } 接受，自 { $since } 起生效
rejected = { $by } 于 { $at } 拒绝
tried = 可消除告警 { $silenced } 条，会掩盖漏收 { $hidden } 次。
tried_raised = 另会新增告警 { $raised } 条。
by_cause = 按原因：
gone = 更正后可消除告警 { $count } 条
plain_rule = 按监控系统自己的规则：原登记会产生告警 { $before } 条，更正后 { $after } 条
