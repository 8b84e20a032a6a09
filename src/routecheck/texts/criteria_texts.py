"""What each criterion of a verdict saw, a sentence each, in English and Chinese.

`criteria` of a verdict are figures by name, made in the stages; scripts read them as they are.
People read them here, with times in the time of the site.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import Language
from routecheck.texts.messages import Values

_TEXTS: Mapping[str, tuple[str, str]] = {
    "observers": (
        "Vehicles whose track had to show it: {observers}.",
        "轨迹应能反映本次收运的车辆：{observers}。",
    ),
    "fixes_in_window": (
        "Fixes of the vehicle in the window: {fixes_in_window}.",
        "时间窗内该车定位 {fixes_in_window} 条。",
    ),
    "fixes_inside": (
        "Fixes within the tolerance: {fixes_inside}.",
        "容差范围内定位 {fixes_inside} 条。",
    ),
    "stood": (
        "Stood {dwell}, at most {dwell_max} where fixes leave doubt.",
        "停留 {dwell}，考虑定位间隔最多 {dwell_max}。",
    ),
    "stood_at_most": (
        "Stood {dwell_max} at most.",
        "最多停留 {dwell_max}。",
    ),
    "inside_window": ("It lies within the window.", "在时间窗之内。"),
    "outside_window": (
        "It lies {outside} outside the window.",
        "与时间窗相差 {outside}。",
    ),
    "own_vehicle": ("It was the scheduled vehicle.", "由计划车辆完成。"),
    "other_vehicle": (
        "It was not the scheduled vehicle.",
        "不是由计划车辆完成。",
    ),
    "silent": (
        "No fix from {silent_from} to {silent_until}.",
        "{silent_from} 至 {silent_until} 没有定位。",
    ),
    "stand_outside": (
        "A stand {stand_outside} from the point, outside the tolerance.",
        "容差范围外有一次停靠，距点位 {stand_outside}。",
    ),
    "stand_of_other": (
        "A stand {stand_outside} from the point; it belongs to point {stand_belongs_to}.",
        "距点位 {stand_outside} 有一次停靠，属于收集点 {stand_belongs_to}。",
    ),
    "offset": (
        "The place lies {offset} from the recorded one.",
        "判定所用位置与登记位置相差 {offset}。",
    ),
    "clock": (
        "The clock of the device is {clock} {clock_way}; corrected for judging.",
        "车载终端时钟{clock_way} {clock}，判定时已校正。",
    ),
    "nearest": (
        "The nearest fix of {nearest_vehicle}: {nearest} away at {nearest_at}.",
        "{nearest_vehicle} 最近的定位：{nearest_at}，距离 {nearest}。",
    ),
    "spread": (
        "Its fixes scatter by {spread} while it stands, {stand_away} from the point, {stood_from} "
        "to {stood_until}.",
        "{stood_from} 至 {stood_until} 的停靠处距点位 {stand_away}，停靠时定位散布 {spread}。",
    ),
    "scatter": (
        "Its fixes scatter by {spread} about {stood_from}, {stand_away} from the point.",
        "{stood_from} 前后定位散布 {spread}，距点位 {stand_away}。",
    ),
    "not_located": (
        "The registry holds no usable location.",
        "登记册中没有可用坐标。",
    ),
    "contradicted": (
        "There is a recorded location; the tracks contradict it.",
        "有登记坐标，但与轨迹矛盾。",
    ),
    "model_confidence": (
        "Confidence {value} before field checks were counted in.",
        "计入现场核查之前的置信度为 {value}。",
    ),
    "reach": ("Data reach to {until}.", "数据只到 {until}。"),
    "other": ("{name}: {value}", "{name}：{value}"),
}

_TOLD_TOGETHER = frozenset(
    {"say", "window_from", "window_until", "scheduled_vehicle_id", "dwell_s", "silent_until",
     "stand_belongs_to", "nearest_vehicle", "nearest_at", "distance_m", "retired_on",
     "stood_from", "stood_until"}
)  # fmt: skip
"""Values that stand in the sentence of another one, or beside the verdict."""


def criteria_told(row: Mapping[str, Any], language: Language, zone: ZoneInfo) -> list[str]:
    """Return what the criteria of a verdict saw, a sentence each.

    Args:
        row: the columns of a pickup or an alert as stored, with `criteria`.
        language: `en` or `zh`.
        zone: zone in which times are told.
    """
    criteria: Mapping[str, Any] = row.get("criteria") or {}
    values = Values(row, criteria, language, zone)
    values.update(
        observers=", ".join(map(str, criteria.get("observers") or [])) or values.unknown,
        fixes_in_window=str(criteria.get("fixes_in_window", "")),
        fixes_inside=str(criteria.get("fixes_inside", "")),
        stand_outside=values.metres(criteria.get("stand_outside_m")),
        stand_belongs_to=str(criteria.get("stand_belongs_to", "")),
        stand_away=values.metres(criteria.get("distance_m")),
        outside=values.duration(criteria.get("outside_s")),
        dwell=values.duration(criteria.get("dwell_s")),
    )
    lines = []
    for name, value in criteria.items():
        if name in _TOLD_TOGETHER or value is None:
            continue
        key = _key(name, criteria)
        values.update(name=name, value=str(value))
        lines.append(_TEXTS[key][1 if language == "zh" else 0].format_map(values))
    return lines


def _key(name: str, criteria: Mapping[str, Any]) -> str:
    """The sentence of a figure, which may depend on what it is and what stands beside it."""
    value = criteria[name]
    if name == "outside_s":
        return "outside_window" if value else "inside_window"
    if name == "other_vehicle":
        return "other_vehicle" if value else "own_vehicle"
    if name == "located":
        return "contradicted" if value else "not_located"
    if name == "dwell_max_s":
        return "stood" if criteria.get("dwell_s") is not None else "stood_at_most"
    if name == "stand_outside_m":
        return "stand_of_other" if criteria.get("stand_belongs_to") else "stand_outside"
    if name == "spread_m":
        return "spread" if "stood_until" in criteria else "scatter"
    plain = {
        "silent_from": "silent",
        "offset_m": "offset",
        "clock_offset_s": "clock",
        "nearest_m": "nearest",
        "until": "reach",
    }
    return plain.get(name, name if name in _TEXTS else "other")
