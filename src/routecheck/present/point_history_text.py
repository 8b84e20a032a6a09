"""The history of a point: as JSON for scripts, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, CorrectionState, Language, Verdict
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.present.sentences.figures import metres_text
from routecheck.present.sentences.verdicts import evidence
from routecheck.present.terminal import table
from routecheck.queries.point_history import KIN, Kin, PointHistory, VerdictHistory
from routecheck.texts import text
from routecheck.texts.outside import fit, within

_CORRECTION = (
    "version", "current", "state", "cause", "proposed_lon", "proposed_lat", "offset_m",
    "proposed_tolerance_m", "days_seen", "confidence", "said_at", "decided_by", "decided_at",
    "holds_from", "holds_to", "criteria",
)  # fmt: skip


def as_json(history: PointHistory, zone: ZoneInfo) -> dict[str, Any]:
    """Return the record of a point, ready for JSON; times local ISO 8601."""
    alerts = history.alerts
    return {
        "point_id": history.point_id,
        "also": _kin_json(history.kin, zone),
        "records": [_local(row, zone) for row in history.records],
        "changes": [
            {"changed_at": _moment(at, zone), "by": by, **vars(change)}
            for at, by, change in history.changes
        ],
        "corrections": [
            _local({name: getattr(row, name) for name in _CORRECTION}, zone)
            for row in records(history.corrections)
        ],
        "alerts": {
            str(kind): sum(n for _, worth, n in alerts if worth == kind) for kind in Classification
        },
        "alert_days": {
            "first": min(day for day, _, _ in alerts).isoformat(),
            "last": max(day for day, _, _ in alerts).isoformat(),
            "days": len({day for day, _, _ in alerts}),
        }
        if alerts
        else None,
    }


def kin_lines(kin: Sequence[Kin], language: Language, zone: ZoneInfo) -> list[str]:
    """Return a line for each other id of a point."""
    return _kin_lines(_kin_json(kin, zone), language)


def versions_json(
    history: VerdictHistory, language: Language, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Return every version of pickups and alerts, ready for JSON; times local ISO 8601."""
    return [
        *(_version(row, "pickup", language, zone) for row in history.pickups.to_dict("records")),
        *(_version(row, "alert", language, zone) for row in history.alerts.to_dict("records")),
    ]


def _version(row: dict[Any, Any], kind: str, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    pickup = kind == "pickup"
    column = "verdict" if pickup else "classification"
    worth = Verdict(row[column]) if pickup else Classification(row[column])
    return {
        "kind": kind,
        "id": _plain(row["window_start"], zone) if pickup else row["alert_id"],
        "point_id": row["point_id"],
        "version": int(row["version"]),
        "current": bool(row["current"]),
        column: str(worth),
        "label": worth.label(language),
        "cause": str(row["cause"]),
        "cause_label": Cause(row["cause"]).label(language) if row["cause"] else "",
        "confidence": float(row["confidence"]),
        "vehicle_id": str(row["vehicle_id"]),
        "arrived_at": _plain(row["arrived_at"], zone),
        "departed_at": _plain(row["departed_at"], zone),
        "evidence": evidence(row, language, zone),
        "said_at": _plain(row["said_at"], zone),
        "ended_at": _plain(row["ended_at"], zone),
        "run_id": str(row["run_id"]),
        "input_hash": str(row["input_hash"]),
        "program_version": str(row["program_version"]),
    }


def _kin_json(kin: Sequence[Kin], zone: ZoneInfo) -> list[dict[str, Any]]:
    return [vars(one) | {"at": _moment(one.at, zone)} for one in kin]


def _local(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    return {name: _plain(value, zone) for name, value in row.items()}


def _plain(value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, (str, bool, dict)) or value is None:
        return value
    if pd.isna(value):
        return None
    if isinstance(value, datetime):
        return _moment(value, zone)
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else value


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def _kin_lines(kin: Sequence[dict[str, Any]], language: Language) -> list[str]:
    return [
        text(f"point_history.{one['how']}", language, point=one["point_id"], at=one["at"][:10])
        for one in kin
    ]


def versions_text(versions: Sequence[dict[str, Any]], language: Language) -> list[str]:
    """Return versions, from `versions_json`, as lines for a terminal."""
    heads = []
    for row in within(versions, fit):
        since, until = _minute(row["said_at"]), _minute(row["ended_at"])
        cause = f" ({row['cause_label']})" if row["cause"] else ""
        span = "point_history.said_until" if until else "point_history.said_from"
        heads.append(
            [
                text(f"point_history.kind_{row['kind']}", language),
                _minute(row["id"]) if row["kind"] == "pickup" else row["id"],
                text("point_history.version", language, version=row["version"]),
                text(span, language, since=since, until=until),
                row["label"] + cause,
                f"{row['confidence']:.3f}",
                row["vehicle_id"],
                f"[{row['run_id']}]",
            ]
        )
    lines = []
    for head, row in zip(table(heads), versions, strict=True):
        lines.append(head)
        if row["evidence"]:
            lines.append(f"    {row['evidence']}")
    return lines


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else ""


def as_text(found: dict[str, Any], language: Language) -> list[str]:
    """Return the record of a point as lines for a terminal."""
    found = within(found, fit)
    lines = [found["point_id"], *(f"  {line}" for line in _kin_lines(found["also"], language))]
    for head, told in as_parts(found, language):
        lines += [head, *(f"  {line}" for line in told)]
    return lines


def as_parts(found: dict[str, Any], language: Language) -> list[tuple[str, list[str]]]:
    """Return the record of a point, from `as_json`, as headings with the lines below each."""

    def say(key: str, **values: object) -> str:
        return text(f"point_history.{key}", language, **values)

    parts = [(say("records"), [_record_line(row, language) for row in found["records"]])]
    shown = [change for change in found["changes"] if change["kind"] not in ("added", *KIN)]
    if shown:
        parts.append((say("changes"), [_change_line(change, language) for change in shown]))
    if found["corrections"]:
        told = [line for row in found["corrections"] for line in _correction_lines(row, language)]
        parts.append((say("corrections"), told))
    days = found["alert_days"]
    if days is not None:
        counts = {str(k): found["alerts"][str(k)] for k in Classification}
        parts.append((say("alerts", **days, **counts), []))
    return parts


def _record_line(row: dict[str, Any], language: Language) -> str:
    def say(key: str, **values: object) -> str:
        return text(f"point_history.{key}", language, **values)

    place = say("nowhere")
    if row["lon"] is not None:
        place = f"{row['lat']:.6f}, {row['lon']:.6f}"
    return say(
        "span",
        since=row["holds_from"] or say("always"),
        until=row["holds_to"] or say("now"),
        name=row["name"],
        township=row["township"],
        place=place,
        at=row["entered_at"][:10],
        by=row["entered_by"],
    )


def _change_line(change: dict[str, Any], language: Language) -> str:
    moved = change["moved_m"]
    what = text(f"point_history.change_{change['kind']}", language, field=change["field"])
    if change["kind"] == "moved" and moved is not None:
        metres = metres_text(moved, language)
        what = text("point_history.change_moved_by", language, metres=metres)
    elif change["was"] or change["now"]:
        what += f": {change['was'] or '-'} -> {change['now'] or '-'}"
    return f"{change['changed_at'][:10]}  {what}"


def _correction_lines(row: dict[str, Any], language: Language) -> list[str]:
    """What was proposed or decided, and of what stands now, its proof."""

    def say(key: str, **values: object) -> str:
        return text(f"point_history.{key}", language, **values)

    state = CorrectionState(row["state"])
    line = say(
        "correction",
        at=row["said_at"][:10],
        state=state.label(language),
        cause=Cause(row["cause"]).label(language),
        confidence=f"{row['confidence']:.2f}",
    )
    if row["decided_by"]:
        line += say("decided", by=row["decided_by"])
    if state == CorrectionState.ACCEPTED:
        since, until = row["holds_from"], row["holds_to"]
        if until:
            line += say("held", since=since, until=until)
        elif row["current"]:
            line += say("holds", since=since)
    elif not row["current"]:
        line += say("past")
    proof = correction_evidence(row, language) if row["current"] else ""
    return [line, f"  {proof}"] if proof else [line]
