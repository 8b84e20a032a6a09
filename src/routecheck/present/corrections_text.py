"""Wrong records of points: as lines for a terminal, as JSON for scripts, as files to hand over."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, CorrectionState, Language
from routecheck.domain.tables import CORRECTIONS
from routecheck.present.corrected_points import write_corrected
from routecheck.present.sentences.corrections import correction_evidence
from routecheck.present.terminal import table as columns
from routecheck.queries.corrections import Diagnosis
from routecheck.sources.raw_points import raw_points
from routecheck.texts import text


def export_points(config: Config, diagnosis: Diagnosis) -> list[Path]:
    """Write the corrected points as GeoJSON and CSV: see `corrected_points.write_corrected`."""
    file = raw_points(config.points, config.directory)
    return write_corrected(diagnosis.points, diagnosis.corrections, file, config.export_directory)


def as_text(diagnosis: Diagnosis, language: Language, zone: ZoneInfo) -> str:
    """The wrong records as lines for a terminal; times in `zone`."""

    def say(key: str, **values: object) -> str:
        return text(f"diagnosis.{key}", language, **values)

    table = diagnosis.corrections
    first, last = diagnosis.dates[0], diagnosis.dates[-1]
    lines = [say("dates", first=first, last=last, count=len(table))]
    for row in records(table.sort_values(["cause", "point_id"])):
        where = f"{row.proposed_lat:.6f}, {row.proposed_lon:.6f}"
        if row.cause == Cause.TOLERANCE:
            where = f"{row.proposed_tolerance_m:g} m"
        state = CorrectionState(row.state)
        told = state.label(language)
        if state != CorrectionState.PROPOSED and row.decided_by:
            at = row.decided_at.astimezone(zone).date()
            told = say(str(state), by=row.decided_by, at=at, since=row.holds_from)
        lines += [
            say(
                "point",
                point=row.point_id,
                cause=Cause(row.cause).label(language),
                where=where,
                confidence=f"{row.confidence:.2f}",
                state=told,
            ),
            "    "
            + correction_evidence(row._asdict(), language)
            + say("tried", silenced=row.silenced, hidden=row.hidden)
            + (say("tried_raised", raised=row.raised) if row.raised else ""),
        ]
    if len(table):
        counts = table.groupby("cause")[["silenced"]].agg(["size", "sum"]).droplevel(0, axis=1)
        lines.append(say("by_cause"))
        lines += columns(
            [
                [str(row.size), Cause(str(row.Index)).label(language), say("gone", count=row.sum)]
                for row in counts.sort_values("size", ascending=False).itertuples()
            ],
            indent="  ",
            right=[0],
        )
    before, after = diagnosis.raised_before, diagnosis.raised_after
    lines.append(say("plain_rule", before=before, after=after))
    return "\n".join(lines)


def as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """The same, ready for JSON; moments in UTC."""
    table = diagnosis.corrections
    kept = [
        *CORRECTIONS.names,
        "silenced",
        "hidden",
        "raised",
        "decided_by",
        "decided_at",
        "holds_from",
    ]
    rows = table[[name for name in kept if name in table.columns]].to_dict("records")
    return {
        "dates": [day.isoformat() for day in diagnosis.dates],
        "raised_before": diagnosis.raised_before,
        "raised_after": diagnosis.raised_after,
        "corrections": [
            {str(name): _plain(value) for name, value in row.items() if name != "criteria"}
            | {"criteria": row["criteria"]}
            for row in rows
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if pd.isna(value):
        return None
    return value.isoformat() if isinstance(value, date) else value
