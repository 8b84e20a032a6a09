"""What judging dates again changes, or would change: as JSON for scripts, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.codes import Classification, Code, Language, Verdict
from routecheck.present.terminal import indented, table
from routecheck.queries.changed_verdicts import DateChanges, Example, Rejudged, TableChanges
from routecheck.texts import text

SHOWN_DATES, SHOWN_EXAMPLES = 31, 10
"""Changed dates, and changed verdicts, that are shown to people; JSON has all."""
_TABLES: Mapping[str, type[Code]] = {"pickups": Verdict, "alerts": Classification}


def as_json(done: Rejudged, zone: ZoneInfo) -> dict[str, Any]:
    """Return what changes, ready for JSON.

    Args:
        done: from `rejudge`.
        zone: of the windows of examples.
    """
    return {
        "trial": done.trial,
        "exit_status": done.exit_status,
        "resumed": done.resumed,
        "unjudged": [str(day) for day in done.unjudged],
        "total": {name: _as_json(_sum(done.dates, name), None) for name in _TABLES},
        "dates": [
            {
                "service_date": str(entry.service_date),
                "kept": entry.kept,
                "failed": entry.failed or None,
                **{name: _as_json(getattr(entry, name), zone) for name in _TABLES},
            }
            for entry in done.dates
        ],
    }


def _as_json(changes: TableChanges, zone: ZoneInfo | None) -> dict[str, Any]:
    """Changes of a table; without a zone: without examples."""
    verdicts = [
        {"from": earlier or None, "to": now or None, "count": count}
        for earlier, now, count in changes.verdicts
    ]
    found: dict[str, Any] = {
        "rows": changes.rows,
        "changed": changes.changed,
        "verdicts": verdicts,
        "causes": changes.causes,
        "details": changes.details,
    }
    if zone is not None:
        found["examples"] = [
            {
                "point_id": one.point_id,
                "key": _key(one, zone),
                "from": one.earlier or None,
                "to": one.now or None,
                "cause": one.cause or None,
            }
            for one in changes.examples
        ]
    return found


def as_text(done: Rejudged, language: Language, zone: ZoneInfo) -> list[str]:
    """Return what changes, as lines.

    Args:
        done: from `rejudge`.
        language: of the lines.
        zone: of the windows of examples.
    """

    def t(key: str, **values: object) -> str:
        return text(f"rejudge.{key}", language, **values)

    first, last = done.dates[0].service_date, done.dates[-1].service_date
    heading = "would" if done.trial else "did"
    lines = [t(heading, count=len(done.dates), first=first, last=last)]
    if done.resumed:
        lines.append(indented(t("resumed", count=done.resumed)))
    for name, codes in _TABLES.items():
        total = _sum(done.dates, name)
        lines.append(
            indented(
                t(
                    name,
                    rows=total.rows,
                    changed=total.changed,
                    causes=total.causes,
                    details=total.details,
                )
            )
        )
        changes = [
            (str(count), _from_to(earlier, now, codes, language))
            for earlier, now, count in total.verdicts
        ]
        lines += table(changes, indent="    ", right=[0]) if changes else []
    kept = [str(entry.service_date) for entry in done.dates if entry.kept]
    if kept:
        lines.append(indented(t("kept", count=len(kept), days=_few(kept))))
    failed = [str(entry.service_date) for entry in done.dates if entry.failed]
    if failed:
        lines.append(indented(t("failed", count=len(failed), days=_few(failed))))
    changed = [one for one in done.dates if one.pickups.changed or one.alerts.changed]
    if len(done.dates) > 1 and changed:
        lines.append(indented(t("by_date")))
        lines += [
            indented(
                t(
                    "of_date",
                    day=one.service_date,
                    pickups=one.pickups.changed,
                    alerts=one.alerts.changed,
                ),
                2,
            )
            for one in changed[:SHOWN_DATES]
        ]
        if len(changed) > SHOWN_DATES:
            lines.append(indented(t("more_dates", count=len(changed) - SHOWN_DATES), 2))
    examples = [
        indented(
            t(
                "example",
                day=entry.service_date,
                point=one.point_id,
                of=_key(one, zone),
                change=_from_to(one.earlier, one.now, codes, language),
            ),
            2,
        )
        for entry in changed
        for name, codes in _TABLES.items()
        for one in getattr(entry, name).examples
    ]
    if examples:
        lines += [indented(t("examples")), *examples[:SHOWN_EXAMPLES]]
    return lines


def _sum(dates: Iterable[DateChanges], name: str) -> TableChanges:
    """The changes of a table on all dates, the most frequent first; without examples."""
    tables = [getattr(entry, name) for entry in dates]
    verdicts: Counter[tuple[str, str]] = Counter()
    for one in tables:
        for earlier, now, count in one.verdicts:
            verdicts[earlier, now] += count
    return TableChanges(
        sum(one.rows for one in tables),
        tuple((*change, count) for change, count in verdicts.most_common()),
        sum(one.causes for one in tables),
        sum(one.details for one in tables),
    )


def _from_to(earlier: str, now: str, codes: type[Code], language: Language) -> str:
    named = {
        "was": codes(earlier).label(language) if earlier else text("rejudge.none", language),
        "now": codes(now).label(language) if now else text("rejudge.none", language),
    }
    return text("rejudge.from_to", language, **named)


def _key(example: Example, zone: ZoneInfo) -> str:
    """The window of a pickup in local time, or the id of an alert."""
    try:
        return pd.Timestamp(example.key).tz_convert(zone).strftime("%H:%M")
    except (ValueError, TypeError):
        return example.key


def _few(days: list[str]) -> str:
    return ", ".join(days[:5]) + (" …" if len(days) > 5 else "")
