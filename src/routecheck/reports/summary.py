"""The summary a clerk reads after a run: alerts, why they were false, what was really missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from routecheck.model.codes import Cause, Classification, Language, Verdict
from routecheck.model.texts import text


def summary(
    judgements: Sequence[pd.DataFrame],
    alerts: Sequence[pd.DataFrame],
    dates: Sequence[date],
    provisional: Sequence[bool],
    corrections: pd.DataFrame,
    files: Sequence[Path],
    language: Language,
) -> list[str]:
    """Return the lines of the summary of one or several service dates.

    Args:
        judgements: JUDGEMENTS with `alerted`, a table a date.
        alerts: CLASSIFIED, a table a date.
        dates: the service dates.
        provisional: whether data of the date are still missing.
        corrections: CORRECTIONS.
        files: the exported files.
        language: of the lines.
    """
    lines: list[str] = []
    if len(dates) > 1:
        lines.append(text("dates", language, first=dates[0], last=dates[-1]))
    else:
        lines.append(text("date", language, day=dates[0]))
    if any(provisional):
        lines.append(text("provisional", language))
    pickups = pd.concat(judgements, ignore_index=True)
    raised = pd.concat(alerts, ignore_index=True)
    verdicts = pickups["verdict"].value_counts()
    lines.append(
        text(
            "pickups",
            language,
            total=len(pickups),
            **{str(v): int(verdicts.get(str(v), 0)) for v in Verdict},
        )
    )
    lines += _alert_lines(raised, language)
    missed = pickups["verdict"] == Verdict.MISSED
    silent = int((missed & ~pickups["alerted"].astype(bool)).sum())
    lines.append(text("unalerted", language, count=silent))
    proposed = int((corrections["state"] == "proposed").sum()) if len(corrections) else 0
    if proposed:
        lines.append(text("corrections", language, count=proposed))
    lines += _file_lines(files, dates, language)
    return lines


def _alert_lines(raised: pd.DataFrame, language: Language) -> list[str]:
    if raised.empty:
        return [text("no_alerts", language)]
    lines = [text("alerts", language, total=len(raised))]
    for classification in Classification:
        rows = raised[raised["classification"] == classification]
        lines.append(text(f"class_{classification}", language, count=len(rows)))
        counts = rows["cause"].value_counts()
        for cause in sorted(Cause, key=lambda c: -int(counts.get(str(c), 0))):
            if counts.get(str(cause), 0):
                label = cause.label(language)
                lines.append(text("cause", language, count=int(counts[str(cause)]), label=label))
    return lines


def _file_lines(files: Sequence[Path], dates: Sequence[date], language: Language) -> list[str]:
    if not files:
        return []
    lines = [text("files", language, directory=files[0].parent)]
    last = dates[-1].isoformat()
    for kind in ("missed", "alerts", "pickups"):
        found = [f.name for f in files if f.name.startswith(f"{kind}_{last}")]
        lines += [text(f"file_{kind}", language, name=name) for name in found]
    found = [f.name for f in files if f.name.startswith("corrections")]
    lines += [text("file_corrections", language, name=name) for name in found]
    if len(dates) > 1:
        lines.append(text("more_dates", language, count=len(dates) - 1))
    return lines
