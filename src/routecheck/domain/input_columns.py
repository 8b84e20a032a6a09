"""The columns of the input files, each once: its header, its aliases, and what its cells hold.

Readers find a column by its canonical name or an alias, a configuration may map a header of its
own to it, and the import templates are made from it. The first alias heads the column in a Chinese
template. What a column means stands in the catalogue `columns`, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CellKind = Literal["text", "number", "date", "flag"]


@dataclass(frozen=True)
class InputColumn:
    """A column of an input file.

    Attributes:
        name: its canonical header.
        known_as: its aliases, separated by blanks.
        required: whether a file must have it.
        kind: what its cells hold; a flag is `true` or `false`.
        bounds: least and greatest number that a template accepts.
        template: whether the files that `init` writes have it.
    """

    name: str
    known_as: str
    required: bool = False
    kind: CellKind = "text"
    bounds: tuple[float, float] | None = None
    template: bool = True

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other headers by which it is known."""
        return tuple(self.known_as.split())


_POINT = (
    "收集点编号 点位编号 收运点编号 投放点编号 站点编号 点编号 点位编码 收集点编码 点位ID 收集点ID "
    "收运点ID 点位 收集点 point pointno pointcode stopid"
)
_PLATE = (
    "车牌号 车牌号码 车辆牌号 车牌 车辆ID 车辆编码 车辆编号 车号 车辆 vehicle vehicleno plate "
    "plateno licenseplate vehicleplatenumber carno truck truckid"
)
_DEVICE = (
    "终端编号 设备编号 设备号 设备ID 终端ID 终端号 终端手机号 device devicenum deviceno terminalid "
    "terminal imei simno"
)
_DAY = "日期 收运日期 作业日期 服务日期 计划日期 date day"
_SERVICE_DATE = InputColumn("service_date", f"服务日期 {_DAY}", required=True, kind="date")
_VALIDITY = (
    InputColumn(
        "valid_from",
        "启用日期 生效日期 开始日期 起始日期 有效期起 startdate from fromdate",
        kind="date",
    ),
    InputColumn(
        "valid_to",
        "停用日期 失效日期 结束日期 截止日期 终止日期 有效期止 enddate to todate until",
        kind="date",
    ),
)
_START = "开始时间 起始时间 时间窗开始 窗口开始 计划开始时间 最早时间 starttime start"
_PLACE = (
    InputColumn(
        "lon",
        "经度 定位经度 轨迹点经度 GPS经度 lng long longitude 东坐标 横坐标 easting east",
        required=True,
        kind="number",
        bounds=(-180.0, 180.0),
    ),
    InputColumn(
        "lat",
        "纬度 定位纬度 轨迹点纬度 GPS纬度 latitude 北坐标 纵坐标 northing north",
        required=True,
        kind="number",
        bounds=(-90.0, 90.0),
    ),
    InputColumn("x", "X坐标", kind="number", template=False),
    InputColumn("y", "Y坐标", kind="number", template=False),
    InputColumn(
        "position",
        "GPS坐标 坐标 经纬度 经纬度坐标 coordinates lonlat lnglat",
        template=False,
    ),
    InputColumn(
        "datum",
        "坐标类型 坐标系 坐标系统 坐标系类型 coordtype coordinatesystem crs",
        template=False,
    ),
)

INPUT_COLUMNS: Mapping[str, tuple[InputColumn, ...]] = {
    "points": (
        InputColumn("point_id", f"{_POINT} 编号 id", required=True),
        InputColumn("name", "名称 点位名称 收集点名称 收运点名称 站点名称 pointname"),
        InputColumn("township", "乡镇 街道 乡镇街道 镇街 所属乡镇 所属街道 镇 town district"),
        InputColumn("village", "村 行政村 村居 社区 村社 所属村 村名 所属社区"),
        *_PLACE,
        InputColumn("geometry", "wkt geom thegeom", template=False),
        InputColumn(
            "tolerance_m",
            "容差 容许误差 判定半径 围栏半径 半径 tolerance radius radiusm",
            kind="number",
            bounds=(1.0, 1000.0),
        ),
        *_VALIDITY,
        InputColumn(
            "group", "批次 测绘批次 采集批次 登记批次 来源 survey batch source", template=False
        ),
    ),
    "schedule": (
        InputColumn("point_id", _POINT, required=True),
        InputColumn("vehicle_id", f"计划车辆 {_PLATE}"),
        InputColumn("weekdays", "星期 周几 收运日 收运星期 作业日 班期 收运频次 weekday days"),
        InputColumn("window_start", _START, required=True),
        InputColumn(
            "window_end",
            "结束时间 截止时间 时间窗结束 窗口结束 计划结束时间 最晚时间 endtime end",
            required=True,
        ),
        *_VALIDITY,
        InputColumn(
            "every_days",
            "间隔天数 周期天数 每隔天数 intervaldays interval",
            kind="number",
            bounds=(1.0, 366.0),
        ),
        InputColumn("route_id", "线路 路线 线路编号 路线编号 线路名称 route routeno line"),
    ),
    "fixes": (
        InputColumn("vehicle_id", f"{_PLATE} {_DEVICE}", required=True),
        InputColumn(
            "time",
            "定位时间 GPS时间 时间 时间点 上报时间 数据发送时间 终端采集时间 采集时间 locationtime "
            "gpstime timestamp datetime devicetime fixtime",
            required=True,
        ),
        *_PLACE,
        InputColumn(
            "speed_kmh",
            "速度 车速 行驶速度 GPS速度 speed speedkph",
            kind="number",
            bounds=(0.0, 300.0),
        ),
        InputColumn(
            "heading_deg",
            "方向 方向角 航向 航向角 heading direction course bearing",
            kind="number",
            bounds=(0.0, 360.0),
        ),
        InputColumn(
            "received_at",
            "接收时间 数据接收时间 平台接收时间 入库时间 receivetime receivedtime received "
            "servertime recvtime",
        ),
        InputColumn(
            "positioned",
            "定位状态 有效性 是否定位 是否有效 定位标志 valid gpsvalid",
            template=False,
        ),
        InputColumn("date", "日期 定位日期 GPS日期 day", kind="date", template=False),
    ),
    "alerts": (
        InputColumn(
            "alert_id",
            "告警编号 告警ID 报警编号 报警ID 预警编号 预警ID 工单编号 编号 id alert alertno",
            required=True,
        ),
        InputColumn("point_id", _POINT, required=True),
        _SERVICE_DATE,
        InputColumn(
            "raised_at",
            "告警时间 报警时间 预警时间 产生时间 触发时间 发生时间 alerttime raised createdat "
            "createtime",
            required=True,
        ),
        InputColumn("window_start", _START),
    ),
    "vehicles": (
        InputColumn("device_id", _DEVICE, required=True),
        InputColumn("vehicle_id", _PLATE, required=True),
        *_VALIDITY,
    ),
    "calendar": (
        InputColumn("date", _DAY, required=True, kind="date"),
        InputColumn("township", "乡镇 街道 乡镇街道 town"),
        InputColumn("point_id", _POINT),
        InputColumn("due", "是否应收 是否收运 应收 是否作业", required=True, kind="flag"),
    ),
    "checks": (
        InputColumn("point_id", _POINT, required=True),
        _SERVICE_DATE,
        InputColumn("window_start", _START),
        InputColumn(
            "collected", "是否已收 是否收运 已收 已收运 核查结果", required=True, kind="flag"
        ),
        InputColumn("by", "核查人 检查人 核实人 巡查员 inspector checkedby"),
    ),
}
"""By section of the configuration, in the order of the templates."""
