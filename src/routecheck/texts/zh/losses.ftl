### Data that should be there and cannot be used.

rows =
    { $source }{ $day ->
        [none] { "" }
       *[other] （{ $day }）
    }的 { $total } 行中有 { $count } 行无法使用，例如 { $example }：请改正文件或配置中的相应部分，然后重新运行
places =
    点位文件的 { $total } 个点位中有 { $count } 个没有可用的位置（{ $example }）：经度列和纬度列是否正确？
shrunk =
    自上次运行以来，{ $source }的 { $total } 行中少了 { $count } 行：文件是否完整？如果完整，请用 --allow-shrink 运行一次
alerts =
    { $day } 的 { $total } 条告警中有 { $count } 条不见了或无法读取（{ $example }）
pickups =
    { $day } 的 { $total } 次收运中有 { $count } 次不再在排班中，或其行无法读取（{ $example }）
fixes =
    { $day } 的 { $total } 个定位中有 { $count } 个不见了或无法读取
calendar =
    日历中关于 { $day } 的 { $total } 行里有 { $count } 行不见了或无法读取
vehicles =
    { $day } 作业的 { $total } 辆车中有 { $count } 辆不再有任何定位（{ $example }）：车辆文件和定位文件是否完整？
and_kept = { $what }；{ $day } 的判定保持不变
allow = 如果数据变少是正确的（有意替换了文件），请对这些日期用 --allow-shrink 运行
