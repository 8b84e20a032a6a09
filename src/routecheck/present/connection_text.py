"""What a source elsewhere gives: as lines for people, as JSON for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import in_language
from routecheck.present.terminal import indented
from routecheck.queries.connection import Connection, Tables
from routecheck.texts import Language, text

NAMED = 8
"""So many vehicles are named in a line."""
LONGEST_CELL = 40
LONGEST_REJECT = 100


def as_text(found: Connection | Tables, language: Language, zone: ZoneInfo) -> list[str]:
    """Return the lines.

    Args:
        found: from `connect`.
        language: of the lines.
        zone: of the times.
    """
    if isinstance(found, Tables):
        return _tables(found, language)
    key = "looked_at" if found.kind == "fixes" else "looked_at_all"
    lines = [text(f"connect.{key}", language, source=found.source, count=found.rows)]
    shown = _of_fixes(found.shown, zone) if found.kind == "fixes" else _plain(found.shown, zone)
    lines += [indented(line) for line in shown]
    if found.first is not None and found.last is not None:
        lines.append(
            text(
                "connect.span",
                language,
                first=_local(found.first, zone),
                last=_local(found.last, zone),
                utc=f"{found.last:%Y-%m-%d %H:%M}",
            )
        )
    for name, vehicles in (
        ("known", found.known), ("strange", found.strange), ("silent", found.silent)
    ):  # fmt: skip
        if vehicles:
            lines.append(
                text(f"connect.{name}", language, count=len(vehicles), names=_some(vehicles))
            )
    if found.rejected:
        reasons = ", ".join(
            f"{RejectReason(reason).label(language)} {count:,}"
            for reason, count in found.rejected.items()
        )
        count = sum(found.rejected.values())
        lines.append(text("connect.rejected", language, count=count, reasons=reasons))
        lines += [
            indented(
                text(
                    "connect.rejected_row",
                    language,
                    reason=RejectReason(one["reason"]).label(language),
                    text=one["text"][:LONGEST_REJECT],
                )
            )
            for one in found.examples
        ]
    if found.unused:
        lines.append(text("connect.unused", language, names=_some(found.unused)))
    if found.findings:
        lines.append(text("connect.wrong", language))
        lines += [indented(in_language(one, language)) for one in found.findings]
    else:
        lines.append(text("connect.fine", language))
    lines += [in_language(one, language) for one in found.hints]
    return lines


def as_json(found: Connection | Tables, language: Language) -> dict[str, Any]:
    """Return what was found for scripts; sentences in the language asked for."""
    if isinstance(found, Tables):
        return {"source": found.source, "fitting": found.fitting, "others": found.others}
    rows = found.shown.astype(object).where(found.shown.notna(), None).to_dict("records")
    return {
        "kind": found.kind,
        "source": found.source,
        "rows": found.rows,
        "shown": [{name: _plainest(value) for name, value in row.items()} for row in rows],
        "first": _plainest(found.first),
        "last": _plainest(found.last),
        "rejected": dict(found.rejected),
        "rejected_rows": [dict(one) for one in found.examples],
        "known": found.known,
        "strange": found.strange,
        "silent": found.silent,
        "unused": found.unused,
        "hints": [in_language(one, language) for one in found.hints],
        "findings": [in_language(one, language) for one in found.findings],
    }


def _tables(found: Tables, language: Language) -> list[str]:
    if not found.fitting:
        names = ", ".join(found.others) or text("errors.none", language)
        return [text("connect.no_table", language, source=found.source, names=names)]
    names = ", ".join(found.fitting)
    return [text("connect.which_table", language, source=found.source, names=names)]


def _of_fixes(fixes: pd.DataFrame, zone: ZoneInfo) -> list[str]:
    lines = []
    for row in fixes.to_dict("records"):
        speed = "" if pd.isna(row["speed_kmh"]) else f"  {row['speed_kmh']:.0f} km/h"
        lines.append(
            f"{row['vehicle_id']}  {row['time'].tz_convert(zone):%Y-%m-%d %H:%M:%S}"
            f" ({row['time']:%H:%M:%S} UTC)  {row['lat']:.5f}, {row['lon']:.5f}{speed}"
        )
    return lines


def _plain(table: pd.DataFrame, zone: ZoneInfo) -> list[str]:
    lines = []
    for name, values in table.items():
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            table = table.assign(**{str(name): values.dt.tz_convert(zone)})
    minutes = [str(name) for name in table.columns if str(name).endswith("_minute")]
    table = table.drop(columns=["geometry", "group"], errors="ignore")
    for row in table.to_dict("records"):
        for name in minutes:
            minute = row.pop(name)
            row[name.removesuffix("_minute")] = _clock(minute) if minute >= 0 else ""
        cells = [f"{name}={_plainest(value)}"[:LONGEST_CELL] for name, value in row.items()
                 if not (value is None or value == "" or value != value)]  # fmt: skip
        lines.append("  ".join(cells))
    return lines


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _plainest(value: Any) -> Any:
    if value is None or value is pd.NaT:
        return None
    if isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _local(moment: pd.Timestamp, zone: ZoneInfo) -> str:
    return f"{moment.tz_convert(zone):%Y-%m-%d %H:%M}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
