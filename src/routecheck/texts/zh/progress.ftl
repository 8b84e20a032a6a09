### 终端进度行。

observing = 分析轨迹 { $day }
