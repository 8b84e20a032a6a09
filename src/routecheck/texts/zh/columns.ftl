### 输入文件各列的含义，按标准列名排列；$table 为文件种类。

alert_id = 告警编号
by = 核查人
collected = 是否已收运：true 或 false
date = 日期
device_id = 车载终端编号，与定位数据一致
due = 当天是否应收运：true 或 false
every_days = 每隔多少天，自启用日期起算
heading_deg = 航向，度
lat = 纬度（或北坐标）
lon = 经度（或东坐标）
name = 名称
point_id = { $table ->
    [calendar] 适用的收集点编号；留空表示全部
   *[other] 收集点编号，文本
}
raised_at = 告警产生的时间
received_at = 平台接收时间
route_id = 线路
service_date = 应收运的日期
speed_kmh = 速度，公里/小时
time = 定位时间，须含时刻
tolerance_m = 容差，米；留空用默认值
township = { $table ->
    [calendar] 适用的乡镇或街道；留空表示全部
   *[other] 乡镇或街道
}
valid_from = 首日（含）
valid_to = 末日（含）
vehicle_id = { $table ->
    [schedule] 计划车辆；留空表示任意车辆
    [fixes] 车辆或车载终端
   *[other] 车辆
}
village = 村或社区
weekdays = 1 至 7 的数字，1 为周一；1234567 为每天
window_end = 时间窗结束，HH:MM；不晚于开始则为次日
window_start = { $table ->
    [alerts] 告警所指时间窗的开始；留空表示全部
    [checks] 时间窗的开始；留空表示当天全部
   *[other] 时间窗开始，HH:MM
}
