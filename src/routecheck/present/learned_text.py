"""What a site's data have taught: as JSON for scripts, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from routecheck.domain.codes import Cause, Language, Verdict
from routecheck.present.sentences.figures import duration_text, metres_text
from routecheck.present.terminal import indented
from routecheck.queries.learned_figures import Figure, WhatWasLearned
from routecheck.texts import text

DIGITS = {"s": 1, "m": 1, "km/h": 1, "share": 3}
"""Decimals of figures in JSON, by unit."""
SHOWN_VEHICLES, WORST = 8, 3
"""Vehicles that are named in a line; and of those farthest from the middle one."""
STANDING = ("stand_usual", "stand_of_points", "days_seen", "service_seen")
DRIVING = ("pace_roads", "pace_vehicles")
OF_DEVICES = ("interval", "scatter", "stand_offset")
WAITING = ("fixes_late", "wait_begun", "wait_not_begun")
WORST_OF = {"interval": "interval_s", "scatter": "scatter_m", "stand_offset": "offset_m"}
"""Figures of which the devices with most are named."""


def as_json(learned: WhatWasLearned) -> dict[str, Any]:
    """Return what was learnt, ready for JSON: the same keys whatever is known.

    Args:
        learned: from `what_was_learned`.
    """
    places, records = learned.places, learned.records
    return {
        "on": _iso(learned.on),
        "since": _iso(learned.since),
        "dates": learned.dates,
        "week_before": _iso(learned.week_before),
        "stands": learned.stands,
        "figures": [_figure(one) for one in learned.figures],
        "places": None
        if places is None
        else asdict(places)
        | {"week_before": asdict(learned.places_before) if learned.places_before else None},
        "records": None
        if records is None
        else {
            "points": records.points,
            "wrong": records.wrong,
            "by_cause": [
                asdict(one) | {"offset_m": _rounded(one.offset_m, 1)} for one in records.by_cause
            ],
            "assumed_share": records.assumed_share,
            "assumed_m": list(records.assumed_m),
        },
        "devices": [
            asdict(one)
            | {
                name: _rounded(getattr(one, name), 1)
                for name in ("interval_s", "scatter_m", "offset_m", "pace_kmh", "grain_s", "mesh_m")
            }
            | {"habits": list(one.habits)}
            for one in learned.devices
        ],
        "doubted": [asdict(one) for one in learned.doubted],
        "checks": [
            asdict(one) | {"to_confidence": round(one.to_confidence, 3)} for one in learned.checks
        ],
    }


def _figure(one: Figure) -> dict[str, Any]:
    digits = DIGITS[one.unit]
    numbers = ("value", "low", "high", "start", "week_before")
    rounded = {name: _rounded(getattr(one, name), digits) for name in numbers}
    return asdict(one) | rounded | {"learnt": one.learnt}


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def as_text(found: dict[str, Any], language: Language) -> str:
    """Return what was learnt as lines for a terminal.

    Args:
        found: from `as_json`.
        language: `en` or `zh`.
    """

    def say(key: str, **values: object) -> str:
        return text(f"learned.{key}", language, **values)

    if found["on"] is None:
        return say("nothing")
    figures = {one["name"]: one for one in found["figures"]}

    def shown(*names: str) -> list[str]:
        return [
            line for name in names for line in _figure_lines(figures[name], found, language, say)
        ]

    span = {"on": found["on"], "since": found["since"], "dates": found["dates"]}
    lines = [say("of", stands=found["stands"], **span), say("typical")]
    if found["week_before"] is None:
        lines.append(say("no_week_before"))
    else:
        lines.append(say("week_before", on=found["week_before"]))
    lines += [say("places"), *_place_lines(found, language, say)]
    lines += [say("standing"), *shown(*STANDING)]
    lines += [say("driving"), *shown(*DRIVING)]
    lines += [say("devices", on=found["on"]), *shown(*OF_DEVICES)]
    lines += _habit_lines(found["devices"], language, say)
    if found["doubted"]:
        lines += [say("doubted"), *_doubted_lines(found["doubted"], language, say)]
    lines += [say("waiting"), *shown(*WAITING)]
    for one in found["checks"]:
        verdict = Verdict(one["verdict"]).label(language)
        values = {"from": one["from_confidence"], "to": one["to_confidence"]}
        lines.append(say("checks", verdict=verdict, checks=one["checks"], **values))
    return "\n".join(lines)


def _figure_lines(
    one: dict[str, Any], found: dict[str, Any], language: Language, say: Callable[..., str]
) -> list[str]:
    """A figure in words; below it what it started from, what it rests on, what it was before."""
    unit = one["unit"]
    shown = _shown(one["value"], unit, language)
    ends = {name: _shown(one[name], unit, language) for name in ("low", "high")}
    # Where one in ten is no lower, or no higher, than the typical one, that need not be said.
    told = [name for name, end in ends.items() if end not in ("", shown)]
    spread = say(f"spread_{'_'.join(told)}", **ends) if told else ""
    unknown = one["value"] is None
    shown = say(f"{one['name']}_unknown") if unknown else say(one["name"], value=shown)
    parts = []
    if one["start"] is not None:
        parts.append(say("start", value=_shown(one["start"], unit, language)))
    elif one["name"] == "wait_not_begun":
        parts.append(say("start_not_begun"))
    rests = f"rests_{one['counted']}" + ("_of" if one["total"] is not None else "")
    parts.append(say(rests, count=one["count"], total=one["total"] or 0))
    if not one["learnt"]:
        parts.append(say("too_few", least=one["least"]) if one["least"] > 1 else say("not_yet"))
    if one["week_before"] is not None:
        parts.append(say("before", value=_shown(one["week_before"], unit, language)))
    lines = [indented(shown + spread), indented(say("semicolon").join(parts), 3)]
    worst = _worst(found["devices"], WORST_OF.get(one["name"]), unit, language)
    if worst:
        lines.append(indented(say("worst", vehicles=_joined(worst, language)), 3))
    return lines


def _shown(value: float | None, unit: str, language: Language) -> str:
    """A figure with its unit, as people write it."""
    if value is None:
        return ""
    match unit:
        case "share":
            return text("learned.share", language, n=f"{100 * value:.0f}")
        case "km/h":
            return text("learned.pace", language, n=f"{value:.0f}")
        case "m" if value < 10:
            return text("figures.metres", language, n=f"{value:.1f}")
        case "m":
            return metres_text(value, language)
    return duration_text(value, language)


def _worst(
    devices: Sequence[dict[str, Any]], column: str | None, unit: str, language: Language
) -> list[str]:
    """The devices with most of something, where there are several and they differ."""
    if column is None:
        return []
    known = [one for one in devices if one[column] is not None]
    most = sorted(known, key=lambda one: (-one[column], one["vehicle_id"]))[:WORST]
    if len(known) < 2 or most[0][column] == min(one[column] for one in known):
        return []
    return [f"{one['vehicle_id']} {_shown(one[column], unit, language)}" for one in most]


def _place_lines(found: dict[str, Any], language: Language, say: Callable[..., str]) -> list[str]:
    places, records = found["places"], found["records"]
    lines = [say("places_known", **{k: v for k, v in places.items() if k != "week_before"})]
    if places["seldom"]:
        lines.append(say("places_seldom", count=places["seldom"]))
    then = places["week_before"]
    if then is not None:
        lines.append(say("places_before", shown=then["shown"], unknown=then["unknown"]))
    lines.append(say("records_wrong", wrong=records["wrong"], points=records["points"]))
    for one in records["by_cause"]:
        cause, away = Cause(one["cause"]).label(language), _shown(one["offset_m"], "m", language)
        key = "records_of_cause" if away else "records_of_cause_nowhere"
        lines.append("    " + say(key, cause=cause, count=one["points"], offset=away))
    low_m, high_m = records["assumed_m"]
    assumed = {"low": metres_text(low_m, language), "high": metres_text(high_m, language)}
    share = _shown(records["assumed_share"], "share", language)
    lines.append(say("records_assumed", share=share, **assumed))
    return [indented(line) for line in lines]


def _habit_lines(
    devices: Sequence[dict[str, Any]], language: Language, say: Callable[..., str]
) -> list[str]:
    """What some devices do, each with the vehicles that have the habit."""
    if not devices:
        return [indented(say("no_devices"))]
    lines = []
    for habit in ("last_speed", "false_stands", "leaves_out_stands", "times", "positions"):
        mine = [one for one in devices if habit in one["habits"]]
        if not mine:
            continue
        names = [one["vehicle_id"] for one in mine]
        if habit == "times":
            names = [f"{v['vehicle_id']} {_shown(v['grain_s'], 's', language)}" for v in mine]
        elif habit == "positions":
            names = [f"{v['vehicle_id']} {_shown(v['mesh_m'], 'm', language)}" for v in mine]
        lines.append(indented(say(f"habit_{habit}", vehicles=_some(names, language, say))))
    return lines


def _doubted_lines(
    doubted: Sequence[dict[str, Any]], language: Language, say: Callable[..., str]
) -> list[str]:
    lines = []
    for fault in dict.fromkeys(one["fault"] for one in doubted):
        names = [
            say("on_dates", vehicle=one["vehicle_id"], dates=one["dates"])
            for one in doubted
            if one["fault"] == fault
        ]
        lines.append(indented(say(f"fault_{fault}", vehicles=_some(names, language, say))))
    return lines


def _some(names: Sequence[str], language: Language, say: Callable[..., str]) -> str:
    """Names, of many the first."""
    shown = _joined(names[:SHOWN_VEHICLES], language)
    more = len(names) - SHOWN_VEHICLES
    return shown + say("and_more", count=more) if more > 0 else shown


def _joined(parts: Sequence[str], language: Language) -> str:
    return text("figures.comma", language).join(parts)
