"""The summary a clerk reads after a run: alerts, why they were false, what was really missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, IncidentKind, Language, Verdict
from routecheck.engine.results import RunReport
from routecheck.present.sentences.incidents import incident_action, incident_text
from routecheck.present.terminal import indented
from routecheck.texts import text

SHOWN_INCIDENTS = 10
"""The rest is counted, and stands in `incidents_*.csv`."""
FEED_KINDS = (
    IncidentKind.FEED_CLOCK,
    IncidentKind.FEED_DATUM,
    IncidentKind.FEED_DISPLACED,
    IncidentKind.FEED_STUCK,
)
"""What makes the whole summary doubtful stands before it."""


def summary(report: RunReport, language: Language, zone: ZoneInfo) -> list[str]:
    """Return the lines of the summary of a run of one or several service dates.

    Args:
        report: what the run came to.
        language: of the lines.
        zone: zone of the times.
    """
    dates = [entry.service_date for entry in report.dates]
    lines = feed_lines([entry.incidents for entry in report.dates], language, zone)
    if len(dates) > 1:
        lines.append(text("run.dates", language, first=dates[0], last=dates[-1]))
    else:
        lines.append(text("run.date", language, day=dates[0]))
    lines += [indented(loss.message.in_language(language)) for loss in report.losses]
    if any(entry.provisional for entry in report.dates):
        lines.append(indented(text("run.provisional", language)))
    pickups = pd.concat([entry.pickups for entry in report.dates], ignore_index=True)
    raised = pd.concat([entry.alerts for entry in report.dates], ignore_index=True)
    verdicts = pickups["verdict"].value_counts()
    counts = {str(v): int(verdicts.get(str(v), 0)) for v in Verdict}
    lines.append(indented(text("run.pickups", language, total=len(pickups), **counts)))
    unusable = sum(
        one.count for one in report.losses if (one.kind, one.source) == ("rows", "alerts")
    )
    lines += _alert_lines(raised, unusable, language)
    missed = pickups["verdict"] == Verdict.MISSED
    silent = int((missed & ~pickups["alerted"].astype(bool)).sum())
    lines.append(indented(text("run.unalerted", language, count=silent)))
    checks = [entry.counts.get("checks", {}) for entry in report.dates]
    for n, line in enumerate(check_lines(dates, checks, language, zone)):
        lines.append(indented(line, 2 if n else 1))
    lines += _incident_lines([entry.incidents for entry in report.dates], language, zone)
    proposed = int((report.corrections["state"] == "proposed").sum())
    if proposed:
        lines.append(text("run.corrections", language, count=proposed))
    lines += _file_lines(report.files, dates, language)
    return lines


def feed_lines(incidents: Sequence[pd.DataFrame], language: Language, zone: ZoneInfo) -> list[str]:
    """What is wrong with the feed as a whole, and what to do: a line each kind, the last date's.

    Args:
        incidents: INCIDENTS, a table a date.
        language: of the lines.
        zone: zone of the times.
    """
    latest: dict[str, Any] = {}
    for table in incidents:
        wrong = table[table["kind"].isin([str(kind) for kind in FEED_KINDS])]
        latest |= {row.kind: row for row in records(wrong)}
    space = text("figures.space", language)
    return [
        space.join(
            [
                incident_text(row._asdict(), language, zone),
                incident_action(row._asdict(), language, zone),
            ]
        )
        for row in (latest[str(kind)] for kind in FEED_KINDS if str(kind) in latest)
    ]


def check_lines(
    dates: Sequence[date],
    checks: Sequence[Mapping[str, Any]],
    language: Language,
    zone: ZoneInfo | None = None,
    *,
    head: str = "run.checks",
) -> list[str]:
    """How field checks compare with the verdicts, and a line for each that contradicts one.

    Args:
        dates: service dates.
        checks: of each of them, see `routecheck.verdicts.field_checks.counted`.
        language: of the lines.
        zone: zone of the windows; as they are written, where not given.
        head: the text of the first line.
    """
    agree = sum(of_day.get("agree", 0) for of_day in checks)
    left_open = sum(of_day.get("open", 0) for of_day in checks)
    against = [
        (day, one)
        for day, of_day in zip(dates, checks, strict=False)
        for one in of_day.get("contradict", ())
    ]
    total = agree + left_open + len(against)
    if not total:
        return []
    counts = {"total": total, "agree": agree, "contradict": len(against), "open": left_open}
    lines = [text(head, language, **counts)]
    for day, one in against:
        at = datetime.fromisoformat(one["window_start"])
        at = at if zone is None else at.astimezone(zone)
        lines.append(
            text(
                "run.check_collected" if one["collected"] else "run.check_missed",
                language,
                day=day,
                point=one["point_id"],
                at=f"{at:%H:%M}",
                by=one["by"] or text("run.check_somebody", language),
                verdict=Verdict(one["verdict"]).label(language),
            )
        )
    return lines


def _about(row: Any, language: Language) -> str:
    """What kind of thing happened, and the vehicle or batch, where it was one."""
    whom = " ".join(name for name in (row.vehicle_id, row.batch) if name)
    kind = IncidentKind(row.kind).label(language)
    return text("figures.comma", language).join(part for part in (kind, whom) if part)


def _incident_lines(
    incidents: Sequence[pd.DataFrame], language: Language, zone: ZoneInfo
) -> list[str]:
    """What explains several at once: of one date a sentence each, of several dates counted."""
    tables = [table for table in incidents if len(table)]
    if not tables:
        return []
    rows = pd.concat(tables, ignore_index=True)
    if len(incidents) == 1:
        found = [
            incident_text(row._asdict(), language, zone)
            for row in records(rows.iloc[:SHOWN_INCIDENTS])
        ]
        left = len(rows) - len(found)
    else:
        order = {str(kind): n for n, kind in enumerate(IncidentKind)}
        groups = rows.groupby(["kind", "vehicle_id", "batch"], sort=False)
        counted = groups.agg(
            pickups=("pickups", "sum"),
            alerts=("alerts", "sum"),
            dates=("service_date", "nunique"),
            day=("service_date", "first"),
        ).reset_index()
        # A device at fault that cost nothing stands in `status` and in the file.
        counted = counted[(counted["pickups"] > 0) | (counted["alerts"] > 0)]
        counted = counted.assign(order=counted["kind"].map(order)).sort_values(
            ["order", "pickups", "alerts", "vehicle_id", "batch"],
            ascending=[True, False, False, True, True],
        )
        found = [
            text(
                "run.incident_on_date" if row.dates == 1 else "run.incident_over_dates",
                language,
                about=_about(row, language),
                pickups=row.pickups,
                alerts=row.alerts,
                dates=row.dates,
                day=row.day,
            )
            for row in records(counted.iloc[:SHOWN_INCIDENTS])
        ]
        left = len(counted) - len(found)
    found += [text("run.more", language, count=left)] if left else []
    head = [indented(text("run.incidents", language))] if found else []
    return [*head, *(indented(line, 2) for line in found)]


def _alert_lines(raised: pd.DataFrame, unusable: int, language: Language) -> list[str]:
    if raised.empty and unusable:
        return [indented(text("run.alerts_unusable", language, count=unusable))]
    if raised.empty:
        return [indented(text("run.no_alerts", language))]
    lines = [indented(text("run.alerts", language, total=len(raised)))]
    counts = Counter(zip(raised["classification"].tolist(), raised["cause"].tolist(), strict=True))
    for said in Classification:
        of_said = {cause: counts[str(said), str(cause)] for cause in Cause}
        total = sum(count for (one, _), count in counts.items() if one == said)
        lines.append(indented(text(f"run.class_{said}", language, count=total), 2))
        for cause, count in sorted(of_said.items(), key=lambda item: -item[1]):
            if count:
                lines.append(indented(f"{count:>5}  {cause.label(language)}", 3))
    return lines


def _file_lines(files: Sequence[Path], dates: Sequence[date], language: Language) -> list[str]:
    if not files:
        return []
    lines = [text("run.files", language, directory=files[0].parent)]
    last = dates[-1].isoformat()
    for kind in ("missed", "alerts", "pickups", "incidents"):
        found = [f.name for f in files if f.name.startswith(f"{kind}_{last}")]
        lines += [indented(text(f"run.file_{kind}", language, name=name)) for name in found]
    for kind in ("corrections", "places"):
        found = [f.name for f in files if f.name == f"{kind}.csv"]
        lines += [indented(text(f"run.file_{kind}", language, name=name)) for name in found]
    if len(dates) > 1:
        lines.append(indented(text("run.more_dates", language, count=len(dates) - 1)))
    return lines
