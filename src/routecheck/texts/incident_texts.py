"""The sentences of incidents, in English and Chinese: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import IncidentKind, Language
from routecheck.texts.messages import READINGS, Values

_WHAT: Mapping[IncidentKind, tuple[str, str]] = {
    IncidentKind.FEED_MISSING: (
        "No vehicle at all was heard on {day}; {pickups} cannot be told.",
        "{day} 没有收到任何车辆的数据，{pickups}无法核实。",
    ),
    IncidentKind.FEED_GAP: (
        "From {start} to {end} none of {vehicles} vehicles was heard; {pickups} cannot be told.",
        "{start} 至 {end} 有 {vehicles} 辆车同时没有数据，{pickups}无法核实。",
    ),
    IncidentKind.ROUTE_NOT_RUN: (
        "{vehicle} did not do its round between {start} and {end}, and nobody took over; "
        "{pickups} missed.",
        "{start} 至 {end} 期间 {vehicle} 没有执行收运线路，且无人接替，漏收 {pickups}。",
    ),
    IncidentKind.ROUTE_BROKEN_OFF: (
        "{vehicle} collected until {last_served} and not further, and nobody took over; "
        "{pickups} missed.",
        "{vehicle} 收运到 {last_served} 后没有继续，且无人接替，漏收 {pickups}。",
    ),
    IncidentKind.DEVICE_SILENT: (
        "Nothing was heard from {vehicle} on {day}; {pickups} cannot be told.",
        "{day} 没有收到 {vehicle} 的任何数据，{pickups}无法核实。",
    ),
    IncidentKind.DEVICE_DIED: (
        "{vehicle} was last heard at {start}, and not again that day; {pickups} cannot be told.",
        "{vehicle} 最后一次上报是 {start}，此后当天再无数据，{pickups}无法核实。",
    ),
    IncidentKind.DEVICE_GAP: (
        "Nothing was heard from {vehicle} from {start} to {end}; {pickups} cannot be told.",
        "{start} 至 {end} 没有收到 {vehicle} 的数据，{pickups}无法核实。",
    ),
    IncidentKind.DEVICE_POOR: (
        "The fixes of {vehicle} are too inaccurate to tell {pickups} between {start} and {end}.",
        "{start} 至 {end} 期间 {vehicle} 的定位精度太差，{pickups}无法核实。",
    ),
    IncidentKind.CLOCK: (
        "The clock of the device on {vehicle} is {clock} {way}, seen from {start} to {end}; it "
        "was corrected for judging. It made {false_alerts}.",
        "{vehicle} 的终端时钟{way} {clock}（{start} 至 {end}），判定时已校正，{false_alerts}。",
    ),
    IncidentKind.FEED_CLOCK: (
        "The times of {vehicles} devices are all {clock} {way}, seen from {start} to {end}; they "
        "were corrected for judging. That made {false_alerts}.",
        "{vehicles} 个终端的时间均{way} {clock}（{start} 至 {end}），判定时已校正，"
        "{false_alerts}。",
    ),
    IncidentKind.BATCH_DATUM: (
        "{points} points of {batch} are recorded as {reading}, about {offset} from where vehicles "
        "stop for them; that made {false_alerts}.",
        "{batch} 有 {points} 个点按 {reading} 登记，与车辆停靠处相差约 {offset}，{false_alerts}。",
    ),
    IncidentKind.BATCH_SHIFT: (
        "{points} points of {batch} are recorded about {offset} from where vehicles stop for "
        "them, all in one direction; that made {false_alerts}.",
        "{batch} 有 {points} 个点的登记位置朝同一方向偏离车辆停靠处约 {offset}，{false_alerts}。",
    ),
    IncidentKind.TAKEN_OVER: (
        "{other} did {pickups} of {vehicle}, {start} to {end}; that made {false_alerts}.",
        "{start} 至 {end} 由 {other} 代替 {vehicle} 完成 {pickups}，{false_alerts}。",
    ),
    IncidentKind.OTHER_HOURS: (
        "{vehicle} did {pickups} outside their windows, {start} to {end}; that made "
        "{false_alerts}.",
        "{vehicle} 于 {start} 至 {end} 在时间窗之外完成 {pickups}，{false_alerts}。",
    ),
    IncidentKind.LATE_DATA: (
        "What {vehicle} recorded from {start} to {end} was received by {seen}; "
        "{alerts} had been raised before.",
        "{vehicle} 在 {start} 至 {end} 的数据到 {seen} 才收齐，此前已发出 {alerts}。",
    ),
    IncidentKind.SELDOM_HEARD: (
        "The device of {vehicle} reports so seldom that no fix lies at the points of {pickups}, "
        "{start} to {end}; that made {false_alerts}.",
        "{vehicle} 的终端上报过稀，{start} 至 {end} 的 {pickups}点位范围内没有定位，"
        "{false_alerts}。",
    ),
    IncidentKind.MONITOR_FAULT: (
        "The monitor raised {alerts} {about}, although its own rule held.",
        "监控系统{about}发出 {alerts}，而按其自身规则均已满足。",
    ),
    IncidentKind.NOT_DUE: (
        "No pickup was due {about} on {day}; the monitor raised {alerts} all the same.",
        "{day} {about}没有收运任务，监控系统仍发出 {alerts}。",
    ),
}

_ACTION: Mapping[IncidentKind, tuple[str, str]] = {
    IncidentKind.FEED_MISSING: (
        "Ask whoever delivers the GPS data for that day; it is judged again when they come.",
        "请向 GPS 数据提供方索取当天数据；数据到达后会重新判定。",
    ),
    IncidentKind.FEED_GAP: (
        "Ask whoever delivers the GPS data for those hours; it is judged again when they come.",
        "请向 GPS 数据提供方索取该时段数据；数据到达后会重新判定。",
    ),
    IncidentKind.ROUTE_NOT_RUN: (
        "Send a vehicle for the round, and ask what kept {vehicle} away.",
        "请安排车辆补收整条线路，并核实 {vehicle} 未作业的原因。",
    ),
    IncidentKind.ROUTE_BROKEN_OFF: (
        "Send a vehicle for the rest of the round, and ask what stopped {vehicle}.",
        "请安排车辆补收余下的点，并核实 {vehicle} 中途停止的原因。",
    ),
    IncidentKind.DEVICE_SILENT: (
        "Check the device of {vehicle}; ask the crew about its round.",
        "请检查 {vehicle} 的终端，并向班组了解收运情况。",
    ),
    IncidentKind.DEVICE_DIED: (
        "Check the device of {vehicle}; ask the crew about the rest of its round.",
        "请检查 {vehicle} 的终端，并向班组了解其后的收运情况。",
    ),
    IncidentKind.DEVICE_GAP: (
        "Ask the crew of {vehicle} about these hours; check the device if it happens again.",
        "请向 {vehicle} 班组了解该时段情况；若反复出现，请检查终端。",
    ),
    IncidentKind.DEVICE_POOR: (
        "Check the antenna of {vehicle}; ask the crew about these pickups.",
        "请检查 {vehicle} 的天线，并向班组了解这些收运情况。",
    ),
    IncidentKind.CLOCK: (
        "Have the clock and the time zone of the device on {vehicle} set.",
        "请校正 {vehicle} 终端的时钟与时区。",
    ),
    IncidentKind.FEED_CLOCK: (
        "Ask whoever delivers the GPS data which time zone its times are in, and have it set.",
        "请向 GPS 数据提供方核实时间所用的时区并予以校正。",
    ),
    IncidentKind.BATCH_DATUM: (
        "Accept the corrections of these points, and give the monitor the corrected records.",
        "请接受这些点位的更正，并将更正后的坐标提供给监控系统。",
    ),
    IncidentKind.BATCH_SHIFT: (
        "Accept the corrections of these points, and give the monitor the corrected records.",
        "请接受这些点位的更正，并将更正后的坐标提供给监控系统。",
    ),
    IncidentKind.TAKEN_OVER: (
        "Nothing to do; if it stays so, give the monitor the new schedule.",
        "无需处理；若长期如此，请更新监控系统的收运计划。",
    ),
    IncidentKind.OTHER_HOURS: (
        "If it stays so, give the schedule the new windows; else ask what delayed {vehicle}.",
        "若长期如此，请调整计划时间窗；否则请了解 {vehicle} 延误的原因。",
    ),
    IncidentKind.LATE_DATA: (
        "Nothing to collect; have the upload of {vehicle} looked at if it happens again.",
        "无需补收；若反复出现，请检查 {vehicle} 的数据上传。",
    ),
    IncidentKind.SELDOM_HEARD: (
        "Let the monitor test the track between fixes, or have {vehicle} report more often.",
        "请让监控系统按轨迹线段判断，或提高 {vehicle} 的上报频率。",
    ),
    IncidentKind.MONITOR_FAULT: (
        "Report the fault to whoever runs the monitor.",
        "请将该故障告知监控系统维护方。",
    ),
    IncidentKind.NOT_DUE: (
        "Nothing to do; give the monitor the current schedule and calendar.",
        "无需处理；请向监控系统更新收运计划和日历。",
    ),
}

_COUNTS: Mapping[str, tuple[str, str, str, str]] = {
    "pickups": ("no pickup", "1 pickup", "{n} pickups", "{n} 次收运"),
    "alerts": ("no alert", "1 alert", "{n} alerts", "{n} 条告警"),
    "false_alerts": ("no false alert", "1 false alert", "{n} false alerts", "造成误报 {n} 条"),
}
"""None, one, several; Chinese."""
_MORE = {
    "slow": ("behind", "偏慢"),
    "fast": ("ahead", "偏快"),
    "whole": ("over the whole area", "在全部区域"),
    "of_vehicle": ("for pickups of {vehicle}", "对 {vehicle} 的收运"),
    "of_batch": ("in {batch}", "在{batch}"),
}


def incident_text(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence that tells an incident.

    Args:
        row: the columns of INCIDENTS.
        language: `en` or `zh`.
        zone: zone in which times are told.
    """
    kind = IncidentKind(row["kind"])
    return _WHAT[kind][1 if language == "zh" else 0].format_map(_values(row, language, zone))


def incident_action(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence on what to do about an incident."""
    kind = IncidentKind(row["kind"])
    return _ACTION[kind][1 if language == "zh" else 0].format_map(_values(row, language, zone))


def _values(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> Values:
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    values = Values(row, criteria, language, zone)
    column = 1 if language == "zh" else 0
    for name, forms in _COUNTS.items():
        n = int(row["alerts" if name == "false_alerts" else name])
        form = forms[3] if language == "zh" else forms[min(n, 2)]
        values[name] = form.format(n=n)
    for name in ("start", "end"):
        values[name] = values.clock(row.get(name))
    values["last_served"] = values.clock(criteria.get("last_served"))
    values["seen"] = values.clock(criteria.get("seen_at"), with_date=True)
    values["other"] = str(criteria.get("other_vehicle", values.unknown))
    values["vehicles"] = str(criteria.get("vehicles", values.unknown))
    values["points"] = str(criteria.get("points", values.unknown))
    values["batch"] = str(row.get("batch") or values.unknown)
    reading = str(criteria.get("reading", ""))
    values["reading"] = READINGS.get(reading, (reading, reading))[column]
    # What is added to the time of a clock is what it lacks.
    slow = float(criteria.get("clock_offset_s", 0.0)) > 0
    values["way"] = _MORE["slow" if slow else "fast"][column]
    about = "of_vehicle" if row.get("vehicle_id") else "of_batch" if row.get("batch") else "whole"
    values["about"] = _MORE[about][column].format_map(values)
    return values
