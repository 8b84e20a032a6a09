"""The headers of the input files: the canonical ones, and those that exports really use.

One entry a column: whether a file must have it, what it holds, and by which other headers it is
known. Headers are compared after `plain_header`: case, blanks, dashes, underscores and units in
brackets do not count. A name that a configuration maps goes first, then the canonical name, then
an alias.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Header:
    """A column of an input file."""

    name: str
    meaning: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    template: bool = True
    """Whether the files that `init` writes have it."""


def plain_header(text: str) -> str:
    """Return a header without what does not tell it from others."""
    text = unicodedata.normalize("NFKC", text).strip().strip("\"'\ufeff").lower()
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\s_\-/:.#*]", "", text) or text


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_POINT = _words(
    "点位编号 收集点编号 收运点编号 投放点编号 站点编号 点编号 点位编码 收集点编码 点位ID 收集点ID "
    "收运点ID 点位 收集点 point pointno pointcode stopid"
)
_PLATE = _words(
    "车牌号 车牌号码 车辆牌号 车牌 车辆ID 车辆编码 车辆编号 车号 车辆 vehicle vehicleno plate "
    "plateno licenseplate vehicleplatenumber carno truck truckid"
)
_DEVICE = _words(
    "设备编号 设备号 设备ID 终端ID 终端号 终端编号 终端手机号 device devicenum deviceno terminalid "
    "terminal imei simno"
)
_DAY = _words("日期 收运日期 作业日期 服务日期 计划日期 date day")
_FROM = _words("启用日期 生效日期 开始日期 起始日期 有效期起 startdate from fromdate")
_TO = _words("停用日期 失效日期 结束日期 截止日期 终止日期 有效期止 enddate to todate until")
_START = _words("开始时间 起始时间 时间窗开始 窗口开始 计划开始时间 最早时间 starttime start")
_END = _words("结束时间 截止时间 时间窗结束 窗口结束 计划结束时间 最晚时间 endtime end")

_PLACE = (
    Header(
        "lon", "longitude, or easting", required=True,
        aliases=_words(
            "经度 定位经度 轨迹点经度 GPS经度 lng long longitude 东坐标 横坐标 easting east"
        ),
    ),
    Header(
        "lat", "latitude, or northing", required=True,
        aliases=_words("纬度 定位纬度 轨迹点纬度 GPS纬度 latitude 北坐标 纵坐标 northing north"),
    ),
    Header("x", "x of a grid", _words("X坐标"), template=False),
    Header("y", "y of a grid", _words("Y坐标"), template=False),
    Header(
        "position", "longitude and latitude in one cell", template=False,
        aliases=_words("GPS坐标 坐标 经纬度 经纬度坐标 coordinates lonlat lnglat"),
    ),
    Header(
        "datum", "datum of the row", template=False,
        aliases=_words("坐标类型 坐标系 坐标系统 坐标系类型 coordtype coordinatesystem crs"),
    ),
)  # fmt: skip

POINTS_HEADERS = (
    Header("point_id", "identifier, as text", (*_POINT, "编号", "id"), required=True),
    Header("name", "name", _words("名称 点位名称 收集点名称 收运点名称 站点名称 pointname")),
    Header(
        "township", "township",
        _words("乡镇 街道 乡镇街道 镇街 所属乡镇 所属街道 镇 town district"),
    ),
    Header("village", "village", _words("村 行政村 村居 社区 村社 所属村 村名 所属社区")),
    *_PLACE,
    Header(
        "geometry", "place as WKT, instead of lon and lat", _words("wkt geom thegeom"),
        template=False,
    ),
    Header(
        "tolerance_m", "tolerance in metres, blank: the default",
        _words("容差 容许误差 判定半径 围栏半径 半径 tolerance radius radiusm"),
    ),
    Header("valid_from", "first day, inclusive", _FROM),
    Header("valid_to", "last day, inclusive", _TO),
    Header(
        "group", "survey or batch that the place came from", template=False,
        aliases=_words("批次 测绘批次 采集批次 登记批次 来源 survey batch source"),
    ),
)  # fmt: skip

SCHEDULE_HEADERS = (
    Header("point_id", "collection point", _POINT, required=True),
    Header("vehicle_id", "scheduled vehicle, blank: any", ("计划车辆", *_PLATE)),
    Header(
        "weekdays", "ISO digits, 1 = Monday; 1234567 = daily",
        _words("星期 周几 收运日 收运星期 作业日 班期 收运频次 weekday days"),
    ),
    Header("window_start", "start of the window, HH:MM", _START, required=True),
    Header(
        "window_end", "end of the window, HH:MM; not after the start: next day", _END,
        required=True,
    ),
    Header("valid_from", "first day, inclusive", _FROM),
    Header("valid_to", "last day, inclusive", _TO),
    Header(
        "every_days", "every so many days, counted from valid_from",
        _words("间隔天数 周期天数 每隔天数 intervaldays interval"),
    ),
    Header("route_id", "route", _words("线路 路线 线路编号 路线编号 线路名称 route routeno line")),
)  # fmt: skip

FIXES_HEADERS = (
    Header("vehicle_id", "vehicle or terminal", (*_PLATE, *_DEVICE), required=True),
    Header(
        "time", "time of the fix, with the time of day", required=True,
        aliases=_words(
            "定位时间 GPS时间 时间 时间点 上报时间 数据发送时间 终端采集时间 采集时间 locationtime "
            "gpstime timestamp datetime devicetime fixtime"
        ),
    ),
    *_PLACE,
    Header(
        "speed_kmh", "speed in km/h", _words("速度 车速 行驶速度 GPS速度 speed speedkph"),
    ),
    Header(
        "heading_deg", "course over ground in degrees",
        _words("方向 方向角 航向 航向角 heading direction course bearing"),
    ),
    Header(
        "received_at", "time of receipt",
        _words(
            "接收时间 数据接收时间 平台接收时间 入库时间 receivetime receivedtime received "
            "servertime recvtime"
        ),
    ),
    Header(
        "positioned", "whether the device had a position", template=False,
        aliases=_words("定位状态 有效性 是否定位 是否有效 定位标志 valid gpsvalid"),
    ),
    Header(
        "date", "date, where the time column has the time of day only", template=False,
        aliases=_words("日期 定位日期 GPS日期 day"),
    ),
)  # fmt: skip

ALERTS_HEADERS = (
    Header(
        "alert_id", "identifier of the alert", required=True,
        aliases=_words(
            "告警编号 告警ID 报警编号 报警ID 预警编号 预警ID 工单编号 编号 id alert alertno"
        ),
    ),
    Header("point_id", "collection point", _POINT, required=True),
    Header("service_date", "date the pickup was due", _DAY, required=True),
    Header(
        "raised_at", "time of the alert", required=True,
        aliases=_words(
            "告警时间 报警时间 预警时间 产生时间 触发时间 发生时间 alerttime raised createdat "
            "createtime"
        ),
    ),
    Header("window_start", "start of the window it names, blank: all", _START),
)  # fmt: skip

VEHICLES_HEADERS = (
    Header("device_id", "terminal, as the fixes name it", _DEVICE, required=True),
    Header("vehicle_id", "vehicle", _PLATE, required=True),
    Header("valid_from", "first day, inclusive", _FROM),
    Header("valid_to", "last day, inclusive", _TO),
)

CALENDAR_HEADERS = (
    Header("date", "the day", _DAY, required=True),
    Header("township", "township it holds for, blank: all", _words("乡镇 街道 乡镇街道 town")),
    Header("point_id", "point it holds for, blank: all", _POINT),
    Header("due", "true or false: whether pickups are due", required=True,
           aliases=_words("是否收运 是否应收 应收 是否作业")),
)  # fmt: skip

CHECKS_HEADERS = (
    Header("point_id", "collection point", _POINT, required=True),
    Header("service_date", "date the pickup was due", _DAY, required=True),
    Header("window_start", "start of its window, blank: all of that day", _START),
    Header("collected", "true or false: whether it had been collected", required=True,
           aliases=_words("是否收运 是否已收 已收 已收运 核查结果")),
    Header("by", "who looked", _words("核查人 检查人 核实人 巡查员 inspector checkedby")),
)  # fmt: skip

HEADERS: Mapping[str, tuple[Header, ...]] = {
    "points": POINTS_HEADERS,
    "schedule": SCHEDULE_HEADERS,
    "fixes": FIXES_HEADERS,
    "alerts": ALERTS_HEADERS,
    "vehicles": VEHICLES_HEADERS,
    "calendar": CALENDAR_HEADERS,
    "checks": CHECKS_HEADERS,
}
"""By section of the configuration."""
