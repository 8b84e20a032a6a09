### What is being done, on the line of progress of a terminal.

fetching = 正在从 { $source } 抓取
reading = 读取数据
reading_fixes = 读取定位数据
observing = 分析轨迹 { $day }
diagnosing = 诊断点位
judging = 判定 { $day }
trying = 试算更正 { $day }
exporting = 写出文件
exporting_date = 正在写出数据集：{ $day }
done = 完成
roads = 生成道路与点位
