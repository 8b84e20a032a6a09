"""The record of one point through time: where it was, under which id, and what was decided.

All of it is read from the store; points that were renamed, split or merged tell of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, CorrectionState, Language
from routecheck.domain.errors import MissingDataError
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.present.sentences.figures import metres_text
from routecheck.store import PointChange, Store
from routecheck.texts import text

KIN = ("renamed", "split", "merged")


def read_record(store: Store, point_id: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return all that is known of the record of a point, ready for JSON; times local ISO 8601.

    Raises:
        MissingDataError: nothing is known of the point.
    """
    rows = store.point_records(point_id)
    imports = store.point_changes()
    mine = [
        (at, by, change)
        for at, by, changes in imports
        for change in changes
        if point_id in (change.point_id, change.was if change.kind in KIN else "")
    ]
    corrections = store.read_corrections(every_version=True)
    corrections = corrections[corrections["point_id"] == point_id]
    alerts = store.alert_days(point_id)
    if not rows and corrections.empty and not alerts:
        raise MissingDataError("point_unknown_to_store", store=store.label, point=point_id)
    return {
        "point_id": point_id,
        "also": _kin(mine, point_id, zone),
        "records": [_local(row, zone) for row in rows],
        "changes": [
            {"changed_at": _moment(at, zone), "by": by, **vars(change)} for at, by, change in mine
        ],
        "corrections": [_correction(row, zone) for row in records(corrections)],
        "alerts": {
            str(kind): sum(n for _, said, n in alerts if said == kind) for kind in Classification
        },
        "alert_days": {
            "first": min(day for day, _, _ in alerts).isoformat(),
            "last": max(day for day, _, _ in alerts).isoformat(),
            "days": len({day for day, _, _ in alerts}),
        }
        if alerts
        else None,
    }


def kin_of(store: Store, point_id: str, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the ids that a point was, is, or was split or merged into, by its place."""
    mine = [
        (at, by, change)
        for at, by, changes in store.point_changes()
        for change in changes
        if change.kind in KIN and point_id in (change.point_id, change.was)
    ]
    return _kin(mine, point_id, zone)


def _kin(
    changes: Sequence[tuple[datetime, str, PointChange]], point_id: str, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Each of the other ids: `how` is `renamed_to`, `renamed_from`, `split_to` and so on."""
    return [
        {
            "point_id": change.point_id if (later := change.was == point_id) else change.was,
            "how": f"{change.kind}_{'to' if later else 'from'}",
            "at": _moment(at, zone),
            "moved_m": change.moved_m,
        }
        for at, _, change in changes
        if change.kind in KIN
    ]


def _correction(row: Any, zone: ZoneInfo) -> dict[str, Any]:
    names = (
        "version", "current", "state", "cause", "proposed_lon", "proposed_lat", "offset_m",
        "proposed_tolerance_m", "days_seen", "confidence", "said_at", "decided_by", "decided_at",
        "holds_from", "holds_to",
    )  # fmt: skip
    found = {name: getattr(row, name) for name in names}
    return _local(found | {"criteria": row.criteria}, zone)


def _local(row: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, (str, bool, dict)) or value is None:
            return value
        if pd.isna(value):
            return None
        if isinstance(value, datetime):
            return _moment(value, zone)
        if isinstance(value, date):
            return value.isoformat()
        return value.item() if hasattr(value, "item") else value

    return {name: plain(value) for name, value in row.items()}


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds")


def kin_lines(kin: Sequence[dict[str, Any]], language: Language) -> list[str]:
    """Return a line for each other id of a point."""
    return [
        text(f"point_history.{one['how']}", language, point=one["point_id"], at=one["at"][:10])
        for one in kin
    ]


def as_text(found: dict[str, Any], language: Language) -> list[str]:
    """Return the record of a point as lines for a terminal."""

    def say(key: str, **values: object) -> str:
        return text(f"point_history.{key}", language, **values)

    lines = [found["point_id"], *(f"  {line}" for line in kin_lines(found["also"], language))]
    lines.append(say("records"))
    for row in found["records"]:
        place = say("nowhere")
        if row["lon"] is not None:
            place = f"{row['lat']:.6f}, {row['lon']:.6f}"
        lines.append(
            "  "
            + say(
                "span",
                since=row["holds_from"] or say("always"),
                until=row["holds_to"] or say("now"),
                name=row["name"],
                township=row["township"],
                place=place,
                at=row["entered_at"][:10],
                by=row["entered_by"],
            )
        )
    told = [change for change in found["changes"] if change["kind"] not in ("added", *KIN)]
    if told:
        lines.append(say("changes"))
    for change in told:
        moved = change["moved_m"]
        what = text(f"point_history.change_{change['kind']}", language, field=change["field"])
        if change["kind"] == "moved" and moved is not None:
            what = text(
                "point_history.change_moved_by", language, metres=metres_text(moved, language)
            )
        elif change["was"] or change["now"]:
            what += f": {change['was'] or '-'} -> {change['now'] or '-'}"
        lines.append(f"  {change['changed_at'][:10]}  {what}")
    if found["corrections"]:
        lines.append(say("corrections"))
    for row in found["corrections"]:
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
        lines.append(f"  {line}")
        if row["current"]:
            proof = correction_evidence(row, language)
            lines += [f"    {proof}"] if proof else []
    days = found["alert_days"]
    if days is not None:
        counts = found["alerts"]
        lines.append(say("alerts", **days, **{str(k): counts[str(k)] for k in Classification}))
    return lines
