"""What `recheck` says of one point, in English and Chinese, by key."""

from __future__ import annotations

from collections.abc import Mapping

from routecheck.domain.codes import Language

_TEXTS: Mapping[str, tuple[str, str]] = {
    "recorded": ("recorded at {lat}, {lon}", "登记位置 {lat}, {lon}"),
    "not_recorded": ("no usable location on record", "没有可用的登记坐标"),
    "judged_recorded": (
        "judged there, tolerance {tolerance} m",
        "按此位置判定，容差 {tolerance} 米",
    ),
    "judged_learnt": (
        "judged at {lat}, {lon}{offset}: learnt from where vehicles stop for it; "
        "tolerance {tolerance} m",
        "按 {lat}, {lon} 判定{offset}：由车辆停靠处得出；容差 {tolerance} 米",
    ),
    "judged_accepted": (
        "judged at {lat}, {lon}{offset}: the correction that was accepted; tolerance {tolerance} m",
        "按 {lat}, {lon} 判定{offset}：已接受的更正；容差 {tolerance} 米",
    ),
    "offset": (", {metres} m from there", "，距登记位置 {metres} 米"),
    "judged_nowhere": (
        "its place is not known, so nobody is accused",
        "位置不明，因此不判漏收",
    ),
    "unsettled": (
        "the tracks contradict this place, and do not settle another yet",
        "轨迹与该位置矛盾，正确位置尚未确定",
    ),
    "wrong": ("the record is wrong: {cause}", "登记有误：{cause}"),
    "not_due": ("no pickup was due on that date", "当天无收运安排"),
    "window": ("window {start}-{end}", "时间窗 {start}-{end}"),
    "scheduled": ("scheduled {vehicle}", "计划车辆 {vehicle}"),
    "no_vehicle": ("no vehicle scheduled", "未指定车辆"),
    "confidence": ("confidence {confidence}", "置信度 {confidence}"),
    "evidence": ("Evidence: {text}", "证据：{text}"),
    "action": ("To do: {text}", "处理：{text}"),
    "looked_at": ("What was looked at:", "判定依据："),
    "alert": ("alert {alert}: {said} ({cause})", "告警 {alert}：{said}（{cause}）"),
    "visits": ("Passes within the tolerance:", "进入容差范围："),
    "approaches": (
        "Passes within the tolerance and the error of GPS:",
        "进入容差加定位误差范围：",
    ),
    "gaps": ("Gaps of the track in the window:", "时间窗内的轨迹中断："),
    "nearest": ("Nearest fixes of the date:", "当日最近的定位："),
    "distance": ("{distance} m away", "距 {distance} 米"),
    "stood": ("stood {dwell} s", "停留 {dwell} 秒"),
    "stood_perhaps": ("(perhaps {most} s)", "（最多 {most} 秒）"),
    "fixes": ("{count} fixes", "定位 {count} 条"),
    "lasted": ("{length} s", "{length} 秒"),
    "is_scheduled": ("scheduled", "计划车辆"),
}


def recheck_text(key: str, language: Language, **values: object) -> str:
    """Return a text in the language asked for, with its figures filled in."""
    return _TEXTS[key][1 if language == "zh" else 0].format(**values)
