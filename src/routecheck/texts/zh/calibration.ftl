### 重新拟合的置信度在未参与拟合的数据上的价值。

head = { $worlds } 个站点，分为 { $groups } 组，共 { NUMBER($rows, useGrouping: 1) } 条有真值的判定。每组的数字均来自不含该组的拟合。
arrow = 现值 → 重新拟合值。置信度为 0.85 至 0.95 的判定，应有 85% 至 95% 正确。对数损失与 Brier 分数越小越好。
left_out = 留出组
all_groups = 全部
sites = { $n } 个站点
verdict = 结论
rows = 行数
right = 正确
expected_error = 校准误差
brier = Brier 分数
log_loss = 对数损失
nine = 置信度约 0.9 者的正确率
share_of = 比例
now = 现值
refitted = 重新拟合
sites_column = 站点
range = 各站点的正确率
better_in = 留出时变好
groups_of = { $n } 组中的 { $better } 组
shares_note = “重新拟合”是对未见过的站点的预期：各站点差别越大，越不敢肯定。
better = 在每个留出组中，已收运与漏收判定的重新拟合置信度都更好（对数损失）。
worse = 并非处处值得：按重新拟合的比例，{ $groups } 组的已收运或漏收置信度变差（对数损失）。
nothing_written = 未写入任何文件；--write 文件 可写出重新拟合的比例。
written = 已写入：{ $path }；站点在 [judge] 下写 confidence = "{ $path }" 即可使用，并重新判定各日
file_head =
    各判据正确的比例：结论置信度的来源。
    由 `routecheck calibrate`（routecheck { $version }）于 { $on } 写出，依据 { $worlds } 个有真值的站点、{ NUMBER($rows, useGrouping: 1) } 条判定；
    分组：{ $groups }。
    站点在 [judge] 下写 `confidence = "…"` 即可使用本文件；未写出的项沿用安装自带的值。
