"""The sentences people read, in English and Chinese: evidence, and what to do.

A verdict stores the name of its sentence and the figures in it (`criteria`), never the sentence:
the language can change later without judging again. Keys of `criteria` are documented where they
are made, in the stages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import RECORD_CAUSES, Cause, Language

_EVIDENCE: Mapping[str, tuple[str, str]] = {
    "collected": (
        "{vehicle} stood {dwell} at the point, {arrived} to {departed}, {distance} from it.",
        "{vehicle} 于 {arrived} 至 {departed} 在该点停留 {dwell}，距点位 {distance}。",
    ),
    "tolerance": (
        "{vehicle} stood {dwell} just outside the tolerance, {arrived} to {departed}, "
        "{distance} from the point.",
        "{vehicle} 于 {arrived} 至 {departed} 在容差范围外不远处停留 {dwell}，距点位 {distance}。",
    ),
    "hidden": (
        "{vehicle} took about {dwell} longer past the point than the way needs, between its "
        "fixes at {silent_from} and {silent_until}: it stood there.",
        "{vehicle} 在 {silent_from} 与 {silent_until} 两次定位之间经过该点，"
        "比正常行驶多用约 {dwell}，应为停留收运。",
    ),
    "unknown_point": (
        "No stop was found that is clearly this point's: vehicles do not stop at its recorded "
        "place, and the tracks do not yet settle where it is.",
        "没有找到可确认属于该点的停靠：车辆不在登记位置停靠，点位的实际位置尚无法确定。",
    ),
    "no_location": (
        "The registry holds no usable location for this point.",
        "登记册中该点没有可用坐标。",
    ),
    "not_registered": (
        "The point is not in the registry.",
        "登记册中没有该收集点。",
    ),
    "not_due": (
        "No pickup was scheduled for this point on {day}.",
        "该点在 {day} 没有收运安排。",
    ),
    "retired": (
        "The point was retired on {retired}.",
        "该点已于 {retired} 停用。",
    ),
    "window_open": (
        "Data reach only to {until}; the window was not over.",
        "数据只到 {until}，时间窗尚未结束。",
    ),
    "no_observer": (
        "No vehicle is scheduled, and none that could have collected was heard.",
        "该点未指定车辆，且没有收到可能收运的车辆的数据。",
    ),
    "feed_missing": (
        "No vehicle at all was heard on {day}: the feed is missing.",
        "{day} 没有收到任何车辆的数据：数据整体缺失。",
    ),
    "no_fixes": (
        "Nothing was heard from {vehicle} from {silent_from} to {silent_until}.",
        "{silent_from} 至 {silent_until} 没有收到 {vehicle} 的任何数据。",
    ),
    "gap": (
        "Nothing was heard from {vehicle} from {silent_from} to {silent_until}; it could have "
        "been at the point in that time.",
        "{silent_from} 至 {silent_until} 没有收到 {vehicle} 的数据，其间车辆可能到过该点。",
    ),
    "gap_short": (
        "{vehicle} passed between {silent_from} and {silent_until}; its fixes do not tell whether "
        "it stood (up to {dwell_max}).",
        "{vehicle} 于 {silent_from} 至 {silent_until} 经过，凭其定位数据"
        "无法判断是否停留（最多 {dwell_max}）。",
    ),
    "poor_fixes": (
        "{vehicle} stood {stand_away} from the point, {stood_from} to {stood_until}; its fixes "
        "scatter by {spread}, too inaccurate to tell whether that was for this point.",
        "{vehicle} 于 {stood_from} 至 {stood_until} 在距该点 {stand_away} 处停留，"
        "但定位散布达 {spread}，精度不足以判断是否为该点收运。",
    ),
    "poor_pass": (
        "{vehicle} was {stand_away} from the point at {stood_from}; its fixes scatter by {spread} "
        "about then, too inaccurate to tell whether it stood.",
        "{stood_from} {vehicle} 距该点 {stand_away}，但当时定位散布达 {spread}，"
        "精度不足以判断是否停留。",
    ),
    "route_not_run": (
        "{vehicle} did not do its round between {window_from} and {window_until}; the nearest "
        "it came was {nearest} at {nearest_at}.",
        "{window_from} 至 {window_until} 期间 {vehicle} 没有执行收运线路，"
        "最近时距该点 {nearest}（{nearest_at}）。",
    ),
    "route_not_run_aside": (
        "{vehicle} did not do its round between {window_from} and {window_until}; the nearest "
        "it came on that date was {nearest}, at {nearest_at}, outside the window.",
        "{window_from} 至 {window_until} 期间 {vehicle} 没有执行收运线路，"
        "当日最近时距该点 {nearest}（{nearest_at}，在时间窗之外）。",
    ),
    "stayed_home": (
        "{vehicle} was heard all the time between {window_from} and {window_until} and never "
        "left its yard; nobody took over its round.",
        "{window_from} 至 {window_until} 期间 {vehicle} 一直有数据，始终停在场内，"
        "且无人接替其线路。",
    ),
    "passed_by": (
        "{vehicle} drove past at {arrived}, {distance} from the point, and did not stop.",
        "{vehicle} 于 {arrived} 从距该点 {distance} 处经过，没有停下。",
    ),
    "not_approached": (
        "No vehicle came near between {window_from} and {window_until}; the nearest was "
        "{nearest_vehicle}, {nearest} away at {nearest_at}.",
        "{window_from} 至 {window_until} 没有车辆到达附近；最近的是 {nearest_vehicle}，"
        "{nearest_at} 时距该点 {nearest}。",
    ),
    "not_approached_aside": (
        "No vehicle came near between {window_from} and {window_until}; the nearest of the date "
        "was {nearest_vehicle}, {nearest} away at {nearest_at}, outside the window.",
        "{window_from} 至 {window_until} 没有车辆到达附近；当日最近的是 {nearest_vehicle}，"
        "{nearest_at}（在时间窗之外）距该点 {nearest}。",
    ),
}

_BECAUSE: Mapping[Cause, tuple[str, str]] = {
    Cause.DATUM: (
        "The point is recorded in another datum: its recorded place is {offset} away.",
        "该点坐标系与声明不符，登记位置相差 {offset}。",
    ),
    Cause.COORDINATE_ERROR: (
        "The coordinate was written wrongly.",
        "该点坐标录入有误。",
    ),
    Cause.MISPLACED: (
        "The recorded place is {offset} from where vehicles stop for it.",
        "登记位置与车辆实际停靠处相差 {offset}。",
    ),
    Cause.CLOCK: (
        "The clock of its device is {clock} {clock_way}.",
        "其车载终端时钟{clock_way} {clock}。",
    ),
    Cause.TOLERANCE: (
        "That is {offset} from the recorded place, just outside its tolerance.",
        "该处距登记位置 {offset}，略超容差。",
    ),
    Cause.OTHER_VEHICLE: ("Scheduled was {scheduled}.", "计划车辆为 {scheduled}。"),
    Cause.OUTSIDE_WINDOW: (
        "The window was {window_from} to {window_until}.",
        "规定时间窗为 {window_from} 至 {window_until}。",
    ),
    Cause.LATE_DATA: (
        "The fixes that show it were received at {seen_at}, after the alert at {raised}.",
        "相关定位数据于 {seen_at} 才收到，晚于告警时间 {raised}。",
    ),
    Cause.SPARSE_FIXES: (
        "No fix lies within the tolerance; the track between two fixes does.",
        "容差范围内没有定位点，但两次定位之间的轨迹经过该范围。",
    ),
    Cause.MONITOR_FAULT: (
        "A fix within the tolerance and the window was received before the alert.",
        "告警之前已收到时间窗内、容差范围内的定位。",
    ),
}

_ACTION: Mapping[Cause, tuple[str, str]] = {
    Cause.NOT_DUE: (
        "Nothing to do; give the monitor the current schedule and calendar.",
        "无需处理；请向监控系统更新收运计划和日历。",
    ),
    Cause.DATUM: (
        "Accept the correction in corrections.csv, and give the monitor the corrected record; "
        "where none is proposed yet, have the point surveyed.",
        "请接受 corrections.csv 中的更正建议，并将更正后的坐标提供给监控系统；"
        "尚无建议时请实地复测。",
    ),
    Cause.COORDINATE_ERROR: (
        "Accept the correction in corrections.csv, and give the monitor the corrected record; "
        "where none is proposed yet, have the point surveyed.",
        "请接受 corrections.csv 中的更正建议，并将更正后的坐标提供给监控系统；"
        "尚无建议时请实地复测。",
    ),
    Cause.MISPLACED: (
        "Accept the position in corrections.csv, and give the monitor the corrected record; "
        "where none is proposed yet, have the point surveyed.",
        "请接受 corrections.csv 中的建议位置，并将更正后的坐标提供给监控系统；"
        "尚无建议时请实地复测。",
    ),
    Cause.CLOCK: (
        "Have the clock and time zone of the device of {vehicle} set right.",
        "请校正 {vehicle} 车载终端的时钟和时区。",
    ),
    Cause.OTHER_VEHICLE: (
        "Enter {vehicle} in the schedule if it serves this point for good.",
        "如 {vehicle} 今后长期收运该点，请更新收运计划。",
    ),
    Cause.OUTSIDE_WINDOW: (
        "Widen the window if this is the usual hour.",
        "如该时间为常态，请放宽时间窗。",
    ),
    Cause.LATE_DATA: (
        "Let the monitor wait for late data, or check the reception of {vehicle}.",
        "请让监控系统等待补传数据，或检查 {vehicle} 的通信。",
    ),
    Cause.TOLERANCE: (
        "Widen the tolerance of this point.",
        "请放宽该点的容差。",
    ),
    Cause.SPARSE_FIXES: (
        "Let the monitor test the track between fixes, or have {vehicle} report more often.",
        "请让监控系统按轨迹线段判断，或提高 {vehicle} 的上报频率。",
    ),
    Cause.MONITOR_FAULT: (
        "Report the fault to whoever runs the monitor.",
        "请将该故障告知监控系统维护方。",
    ),
    Cause.ROUTE_NOT_RUN: (
        "Send a vehicle for the round, and ask what kept {vehicle} away.",
        "请安排车辆补收整条线路，并核实 {vehicle} 未作业的原因。",
    ),
    Cause.PASSED_BY: (
        "Send a vehicle to collect, and ask the crew of {crew} why the point was left out.",
        "请安排补收，并向 {crew} 班组核实漏收的原因。",
    ),
    Cause.NOT_APPROACHED: ("Send a vehicle to collect.", "请安排车辆补收。"),
    Cause.UNKNOWN_POINT: (
        "Have someone look where the point is, and enter its location.",
        "请实地核实点位并登记坐标。",
    ),
    Cause.NO_FIXES: (
        "Check the device of {vehicle}; ask the crew about this pickup.",
        "请检查 {vehicle} 的终端，并向班组了解本次收运情况。",
    ),
    Cause.GAP: ("Ask the crew about this pickup.", "请向班组了解本次收运情况。"),
    Cause.POOR_FIXES: (
        "Ask the crew about this pickup; check the antenna of {vehicle}.",
        "请向班组了解本次收运情况，并检查 {vehicle} 的天线。",
    ),
}


_RECORD_ACTION: Mapping[str, tuple[str, str]] = {
    "proposed": (
        "Accept the correction (routecheck accept {point}), and give the monitor the corrected "
        "record.",
        "请接受更正建议（routecheck accept {point}），并将更正后的坐标提供给监控系统。",
    ),
    "accepted": (
        "The correction is accepted here; give the monitor the corrected record.",
        "更正已在本系统生效；请将更正后的坐标提供给监控系统。",
    ),
    "rejected": (
        "Its correction was rejected; have the point surveyed.",
        "该点的更正建议已被拒绝；请实地复测。",
    ),
    "ended": (
        "The points file has changed this point since; see that the monitor has the new record.",
        "点位文件此后已更新该点；请确认监控系统使用的是新登记。",
    ),
    "": (
        "No correction is proposed yet; have the point surveyed.",
        "尚无更正建议；请实地复测。",
    ),
}
"""What to do about a wrong record, by what has been said of its correction."""

_TOLERANCE_ACTION: Mapping[str, tuple[str, str]] = {
    "proposed": (
        "Accept the wider tolerance (routecheck accept {point}), and give it to the monitor.",
        "请接受放宽容差的建议（routecheck accept {point}），并提供给监控系统。",
    ),
    "accepted": (
        "The correction is accepted here; give the monitor the corrected record.",
        "更正已在本系统生效；请将更正后的登记提供给监控系统。",
    ),
}


_CORRECTION: Mapping[str, tuple[str, str]] = {
    "batch_datum": (
        "With {supporting} of {batch_points} points of {batch} it is recorded as {reading}: "
        "read so, they lie where vehicles stop for them.",
        "{batch} 的 {batch_points} 个点中有 {supporting} 个按 {reading} 解读后，"
        "正好位于车辆停靠处，该点同批登记。",
    ),
    "datum_and_place": (
        "Its township is recorded as {reading}; read so, it still lies away from where vehicles "
        "stop for it, on {days} days.",
        "该批点位按 {reading} 登记；如此解读后仍偏离车辆停靠处，共观察 {days} 天。",
    ),
    "read_only": (
        "The coordinate was written wrongly ({slip}): as it stands it cannot be. No stop has "
        "proved the right reading yet.",
        "坐标录入有误（{slip}），原值不成立；正确解读尚未得到停靠数据证实。",
    ),
    "batch_shift": (
        "With {supporting} of {batch_points} points of {batch} it is shifted by {east_m} m east "
        "and {north_m} m north of where vehicles stop for them.",
        "{batch} 的 {batch_points} 个点中有 {supporting} 个相对车辆停靠处整体偏移："
        "向东 {east_m} 米、向北 {north_m} 米，该点同批登记。",
    ),
    "coordinate_error": (
        "The coordinate was written wrongly ({slip}); read rightly it lies where vehicles stop "
        "for it.",
        "坐标录入有误（{slip}）；正确解读后位于车辆停靠处。",
    ),
    "misplaced": (
        "Vehicles stood {offset} from the recorded place on {days} of the days it was due, for "
        "about {stood_s} s, within {scatter_m} m of one place; no stand lies at the recorded one.",
        "应收运的日子中有 {days} 天，车辆在距登记位置 {offset} 处停留约 {stood_s} 秒，"
        "停靠位置相差在 {scatter_m} 米以内；登记位置无停靠。",
    ),
    "tolerance": (
        "Vehicles stop {offset} from the point, just outside its tolerance, on {days} days.",
        "有 {days} 天车辆停靠在距该点 {offset} 处，略超容差。",
    ),
}
_REGISTRY = ("the registry", "登记册")
"""The batch of all points has no name."""
_BY_BATCH = (
    " For this point itself no stop was seen yet: it is proposed because of the others, most of "
    "them seen on {batch_days} days.",
    "该点本身尚未观察到停靠，仅依据同批其他点位（多数观察到 {batch_days} 天）提出更正。",
)
READINGS: Mapping[str, tuple[str, str]] = {
    "gcj02": ("GCJ-02", "GCJ-02（火星坐标系）"),
    "bd09": ("BD-09", "BD-09（百度坐标系）"),
    "gcj02_reversed": ("GCJ-02 taken off once too often", "多做一次 GCJ-02 逆转换"),
    "bd09_reversed": ("BD-09 taken off once too often", "多做一次 BD-09 逆转换"),
    "gcj02_twice": ("GCJ-02 applied twice", "重复转换的 GCJ-02"),
    "bd09_twice": ("BD-09 applied twice", "重复转换的 BD-09"),
    "bd09_as_gcj02": ("BD-09 taken for GCJ-02", "被当作 GCJ-02 的 BD-09"),
    "gcj02_as_bd09": ("GCJ-02 taken for BD-09", "被当作 BD-09 的 GCJ-02"),
    "meridian_east": ("a central meridian 3 degrees off", "中央子午线偏差 3 度"),
    "meridian_west": ("a central meridian 3 degrees off", "中央子午线偏差 3 度"),
    "meridian": ("a central meridian 3 degrees off", "中央子午线偏差 3 度"),
    "swapped": ("longitude and latitude swapped", "经纬度颠倒"),
    "minutes": ("degrees and minutes read as degrees", "度分被当作度"),
    "minutes_lon": ("degrees and minutes read as degrees", "度分被当作度"),
    "minutes_lat": ("degrees and minutes read as degrees", "度分被当作度"),
    "seconds": ("degrees, minutes and seconds read as degrees", "度分秒被当作度"),
    "swapped_minutes": ("swapped, and minutes read as degrees", "经纬度颠倒且度分被当作度"),
    "sign": ("a wrong sign", "正负号错误"),
    "digits": ("digits cut off", "小数位被截断"),
}


def correction_evidence(row: Mapping[str, Any], language: Language) -> str:
    """Return the sentence that proves a proposed correction.

    Args:
        row: the columns of CORRECTIONS as stored, with `criteria`.
        language: `en` or `zh`.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    column = 1 if language == "zh" else 0
    say = str(criteria.get("say", ""))
    if say == "batch_datum" and "batch" not in criteria:
        say = "datum_and_place"
    if say == "coordinate_error" and not row.get("days_seen"):
        say = "read_only"
    if say not in _CORRECTION:
        return ""
    values = Values(row, criteria, language, ZoneInfo("UTC"))
    values["offset"] = values.metres(row.get("offset_m"))
    values["days"] = str(row.get("days_seen", ""))
    for name in ("reading", "slip"):
        code = str(criteria.get(name, ""))
        values[name] = READINGS.get(code, (code, code))[column]
    for name in ("batch", "batch_points", "supporting", "batch_days", "stood_s", "scatter_m"):
        values[name] = str(criteria.get(name, values.unknown))
    if criteria.get("batch") == "":
        values["batch"] = _REGISTRY[column]
    for name in ("east_m", "north_m"):
        values[name] = f"{float(criteria.get(name) or 0.0):.0f}"
    by_batch = _BY_BATCH[column] if criteria.get("batch_days") else ""
    return (_CORRECTION[say][column] + by_batch).format_map(values)


_KNOWN_AS = (
    "The same place is in the schedule as {known_as}.",
    "该位置在收运计划中的编号为 {known_as}。",
)
"""Of an alert that names a point by its former, or its coming, id."""


def evidence(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> str:
    """Return the sentence (and what explains it) for a stored verdict or alert.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone in which times are told.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    say = str(criteria.get("say", ""))
    if say == "unknown_point" and not criteria.get("located", True):
        say = "no_location"
    if _aside(criteria) and f"{say}_aside" in _EVIDENCE:
        say = f"{say}_aside"
    column = 1 if language == "zh" else 0
    values = Values(row, criteria, language, zone)
    sentences = [_EVIDENCE[say][column].format_map(values)] if say in _EVIDENCE else []
    cause = row.get("cause")
    plain = cause == Cause.TOLERANCE and criteria.get("offset_m") is None
    if cause == Cause.LATE_DATA and values["raised"] == values.unknown:
        sentences.append(_LATE_UNTOLD[column])
    elif cause and Cause(cause) in _BECAUSE and not plain:
        sentences.append(_BECAUSE[Cause(cause)][column].format_map(values))
    if criteria.get("known_as"):
        sentences.append(_KNOWN_AS[column].format(known_as=criteria["known_as"]))
    return ("" if language == "zh" else " ").join(sentences)


def _aside(criteria: Mapping[str, Any]) -> bool:
    """Whether the nearest fix that is told of lies outside the window that is told of."""
    names = ("window_from", "nearest_at", "window_until")
    if any(not isinstance(criteria.get(name), str) for name in names):
        return False
    first, at, last = (datetime.fromisoformat(criteria[name]) for name in names)
    return not first <= at <= last


def action(
    row: Mapping[str, Any], language: Language, zone: ZoneInfo, correction: str | None = None
) -> str:
    """Return the sentence on what to do about a stored verdict or alert.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone in which times are told.
        correction: what has been said of the correction of its point: proposed, accepted or
            rejected; ended: accepted, and the points file has changed the point since; empty:
            there is none; None: not known here.
    """
    cause = row.get("cause")
    if not cause:
        return _NOTHING[1 if language == "zh" else 0]
    values = Values(row, row.get("criteria") or {}, language, zone)
    values["point"] = str(row.get("point_id") or values.unknown)
    column = 1 if language == "zh" else 0
    if Cause(cause) in RECORD_CAUSES and correction is not None:
        return _RECORD_ACTION[correction][column].format_map(values)
    if cause == Cause.TOLERANCE and correction and correction in _TOLERANCE_ACTION:
        return _TOLERANCE_ACTION[correction][column].format_map(values)
    return _ACTION[Cause(cause)][column].format_map(values)


_LATE_UNTOLD = (
    "The fixes that show it were received after the alert.",
    "相关定位数据在告警之后才收到。",
)
"""Of a pickup, where the alert is not at hand."""

_NOTHING = ("Nothing to do.", "无需处理。")


def _clock_way(offset_s: Any, zh: bool) -> str:
    """Ahead or behind; what is added to a device's time to get the true one has the other sign."""
    if offset_s is None or math.isnan(float(offset_s)):
        return "未知" if zh else "off"
    if float(offset_s) < 0:
        return "快" if zh else "ahead"
    return "慢" if zh else "behind"


_THE_VEHICLE = ("the vehicle", "计划车辆")
_MOMENTS = ("until", "silent_from", "silent_until", "stood_from", "stood_until", "nearest_at")


class Values(dict[str, str]):
    """Figures of a row as people write them; what is not there reads as unknown."""

    def __init__(
        self,
        row: Mapping[str, Any],
        criteria: Mapping[str, Any],
        language: Language,
        zone: ZoneInfo,
    ) -> None:
        super().__init__()
        self.row, self.criteria, self.zone, self.language = row, criteria, zone, language
        self.day = row.get("service_date")
        self.unknown = "未知" if language == "zh" else "unknown"

    def __missing__(self, key: str) -> str:
        """Put a figure into words when a sentence first asks for it."""
        told = self[key] = self._told(key)
        return told

    def _told(self, key: str) -> str:
        row, criteria, zh = self.row, self.criteria, self.language == "zh"
        scheduled = row.get("scheduled_vehicle_id") or criteria.get("scheduled_vehicle_id")
        match key:
            case "vehicle":
                return str(row.get("vehicle_id") or scheduled or _THE_VEHICLE[zh])
            case "scheduled":
                return str(scheduled or self.unknown)
            case "crew":
                return str(scheduled or row.get("vehicle_id") or self.unknown)
            case "arrived" | "departed":
                return self.clock(row.get(f"{key}_at"))
            case "raised":
                return self.clock(row.get("raised_at"), with_date=True)
            case "seen_at":
                return self.clock(criteria.get(key), with_date=True)
            case "window_from" | "window_until":
                # Windows are told to the minute, as the schedule has them.
                column = "window_start" if key == "window_from" else "window_end"
                told = self.clock(criteria.get(key) or row.get(column))
                return told.removesuffix(":00") if told.count(":") == 2 else told
            case "dwell":
                return self.duration(row.get("dwell_s"))
            case "dwell_max":
                return self.duration(criteria.get("dwell_max_s"))
            case "clock":
                return self.duration(criteria.get("clock_offset_s"))
            case "clock_way":
                return _clock_way(criteria.get("clock_offset_s"), zh)
            case "distance":
                return self.metres(row.get("distance_m"))
            case "nearest" | "offset" | "spread":
                return self.metres(criteria.get(f"{key}_m"))
            case "stand_away":
                return self.metres(criteria.get("distance_m"))
            case "day":
                return str(row.get("service_date") or self.unknown)
            case "retired":
                return str(criteria.get("retired_on") or self.unknown)
            case "nearest_vehicle":
                return str(criteria.get(key) or self.unknown)
        return self.clock(criteria.get(key)) if key in _MOMENTS else self.unknown

    def clock(self, moment: Any, *, with_date: bool = False) -> str:
        """Local time of day of a UTC moment (datetime or ISO text).

        With its date where that is asked for, or is another one than the service date.
        """
        if isinstance(moment, str) and moment:
            moment = datetime.fromisoformat(moment)
        if not isinstance(moment, datetime) or moment != moment:
            return self.unknown
        local = moment.astimezone(self.zone)
        if with_date:
            return local.strftime("%Y-%m-%d %H:%M")
        # An hour of another day says so: windows and silences run past midnight.
        same = not isinstance(self.day, date) or local.date() == self.day
        return local.strftime("%H:%M:%S" if same else "%Y-%m-%d %H:%M:%S")

    def duration(self, seconds: Any) -> str:
        """Seconds below two minutes, else minutes, else hours."""
        if seconds is None or math.isnan(float(seconds)):
            return self.unknown
        value = abs(float(seconds))
        zh = self.language == "zh"
        if value < 120:
            return f"{value:.0f} 秒" if zh else f"{value:.0f} s"
        if value < 7200:
            return f"{value / 60:.0f} 分钟" if zh else f"{value / 60:.0f} min"
        hours = f"{value / 3600:.1f}".removesuffix(".0")
        return f"{hours} 小时" if zh else f"{hours} h"

    def metres(self, value: Any) -> str:
        """Metres below a kilometre, else kilometres."""
        if value is None or math.isnan(float(value)):
            return self.unknown
        zh = self.language == "zh"
        if float(value) < 1000:
            return f"{float(value):.0f} 米" if zh else f"{float(value):.0f} m"
        return f"{float(value) / 1000:.1f} 公里" if zh else f"{float(value) / 1000:.1f} km"
