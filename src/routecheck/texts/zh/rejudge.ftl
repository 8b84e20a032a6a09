### 重新判定会改变什么（`rejudge`）。

would =
    重新判定{ $count ->
        [1] 服务日期 { $first }
       *[other] { $count } 个服务日期（{ $first } 至 { $last }）
    }将会改变（未写入任何内容）：
did =
    已重新判定{ $count ->
        [1] 服务日期 { $first }
       *[other] { $count } 个服务日期（{ $first } 至 { $last }）
    }，改变如下：
resumed = 其中 { $count } 个日期在中断之前已完成
pickups = 收运：{ $rows } 次中 { $changed } 次结论改变，{ $causes } 次仅原因改变，{ $details } 次仅其他细节改变（置信度、车辆、时间）
alerts = 告警：{ $rows } 条中 { $changed } 条分类改变，{ $causes } 条仅原因改变，{ $details } 条仅其他细节改变
from_to = { $was } -> { $now }
none = 不存在
kept = 因数据已不齐全而保持原样：{ $count } 个日期（{ $days }）
failed = 因程序出错而搁置：{ $count } 个日期（{ $days }）
by_date = 按日期：
of_date = { $day }   收运 { $pickups }   告警 { $alerts }
more_dates = 另有 { $count } 个日期
examples = 例如：
example = { $day } { $point } { $of }：{ $change }
