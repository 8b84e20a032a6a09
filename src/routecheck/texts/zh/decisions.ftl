### What an operator decided on corrections.

point = { $point }  { $state }  { $cause }  自 { $since } 起生效
point_plain = { $point }  { $state }  { $cause }
accepted = { $by } 已接受 { $count } 条更正：{ $causes }。点位文件保持不变。
rejected = { $by } 已拒绝 { $count } 条更正：{ $causes }。今后不再提出。
undone = { $by } 已撤回 { $count } 项决定：{ $causes }。恢复为待确认的建议。
again = 请重新运行，使已判定的日期也随之更新：{ $command }
hand_over = 导出更正后的点位，交给监控系统维护方：{ $command }
undo = 如需撤回：{ $command }
none = 没有变化：没有符合要求的待确认更正
