"""What people read of a run: at the command line, and in messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from routecheck.domain.codes import Cause, Classification, Language, RejectReason, Verdict
from routecheck.domain.errors import in_language
from routecheck.engine.results import Round, RunReport
from routecheck.present.csv_files import POINT_CHANGES
from routecheck.present.doctor_text import worst
from routecheck.present.sentences.figures import duration_text, metres_text
from routecheck.present.summary import summary
from routecheck.present.terminal import indented
from routecheck.store import PointChange, Revision
from routecheck.texts import text

if TYPE_CHECKING:
    import pandas as pd

SHOWN_POINTS = 5
"""Points named in a line; the rest is counted."""
SHOWN_REASONS = 3
"""Reasons why rows were kept apart; the files tell that of every row."""
SHOWN_REVISIONS = 20
"""More of them are in the exports, by their columns `revised_at` and `earlier_verdict`."""


def unfetched_lines(unfetched: Sequence[tuple[str, str]], language: Language) -> list[str]:
    """Return what could not be fetched, and why: a line for each reason."""
    by_reason: dict[str, list[str]] = {}
    for kind, message in unfetched:
        name = text(f"codes.source_{kind}", language)
        by_reason.setdefault(in_language(message, language), []).append(name)
    return [
        text("run.unfetched", language, inputs=", ".join(names), message=reason)
        for reason, names in by_reason.items()
    ]


def notices(report: RunReport, language: Language) -> list[str]:
    """Return what was lost, kept apart, or failed: a line each."""
    lines = [loss.message.in_language(language) for loss in report.losses]
    if report.kept_dates:
        lines.append(text("losses.allow", language))
    lines += [
        text(
            "run.failed",
            language,
            file=file,
            message=_without(file, in_language(message, language)),
        )
        for file, message in report.failed
    ]
    lines += unfetched_lines(report.unfetched, language)
    lines += [text("run.set_aside", language, **asdict(one)) for one in report.aside]
    lines += [in_language(note, language) for note in report.notes]
    lines += [
        text("run.no_fixes", language, day=entry.service_date)
        for entry in report.dates
        if entry.fixes == 0 and len(entry.pickups)
    ]
    lines += [
        text(
            "run.few_fixes",
            language,
            day=entry.service_date,
            count=entry.fixes,
            usual=entry.counts["usual_rows"],
        )
        for entry in report.dates
        if entry.fixes and entry.lacks_fixes
    ]
    if report.unscheduled:
        lines.append(text("run.unscheduled", language, count=report.unscheduled))
    lines += _grain(report, language)
    away = report.rejected.get("fixes", {}).get(str(RejectReason.OUT_OF_RANGE), 0)
    if away > sum(entry.fixes for entry in report.dates):
        lines.append(text("run.swapped_fixes", language, count=away))
    for key, found in (
        ("kept_points", report.kept_points),
        ("unlocated", report.unlocated),
        ("unplaced", report.unplaced),
    ):
        if found:
            lines.append(text(f"run.{key}", language, count=len(found), points=_first(found)))
    lines += _join_lines(report, language)
    if report.changes:
        lines.append(text("run.changes", language, file=POINT_CHANGES))
        lines += point_changes(report.changes, language)
    for source, reasons in report.rejected.items():
        most = sorted(reasons.items(), key=lambda item: -item[1])
        label = ", ".join(
            f"{RejectReason(code).label(language)} {count}" for code, count in most[:SHOWN_REASONS]
        )
        if len(most) > SHOWN_REASONS:
            rest = sum(count for _, count in most[SHOWN_REASONS:])
            label += text("run.rejected_more", language, count=rest)
        name = "rejected_*.csv" if source == "fixes" else f"rejected_{source}.csv"
        count, label_of = sum(reasons.values()), text(f"codes.source_{source}", language)
        lines.append(
            text("run.rejected", language, count=count, source=label_of, reasons=label, file=name)
        )
    return lines


def _join_lines(report: RunReport, language: Language) -> list[str]:
    """What ids were joined that are spelt otherwise, and which join to nothing."""
    lines = []
    for source, same in report.joined.items():
        named = [text("run.joined_as", language, id=one, own=own) for one, own in same.items()]
        lines.append(
            text(
                "run.joined",
                language,
                count=len(same),
                source=text(f"codes.source_{source}", language),
                ids=_first(named),
            )
        )
    for source, alone in report.alone.items():
        named = [
            text("run.alone_probably", language, id=one, own=", ".join(near)) if near else one
            for one, near in alone.items()
        ]
        lines.append(text(f"run.alone_{source}", language, count=len(alone), ids=_first(named)))
    return lines


def _first(named: Sequence[str]) -> str:
    return ", ".join(named[:SHOWN_POINTS]) + (" …" if len(named) > SHOWN_POINTS else "")


def _grain(report: RunReport, language: Language) -> list[str]:
    """Seconds and digits that the fixes lack: a line each, once a run."""
    lines = []
    for kind, figure in (("times", "seconds"), ("positions", "metres")):
        found = [g[kind] for e in report.dates if kind in (g := e.counts.get("grain", {}))]
        if not found:
            continue
        files = sorted({name for one in found for name in one["files"]})
        vehicles = {name for one in found for name in one["vehicles"]}
        widest = max(float(one[figure]) for one in found)
        size = (metres_text if kind == "positions" else duration_text)(widest, language)
        named = ", ".join(files[:SHOWN_POINTS]) + (" …" if len(files) > SHOWN_POINTS else "")
        key = f"run.grain_{kind}"
        lines.append(text(key, language, files=named, count=len(vehicles), size=size))
    return lines


def _without(file: str, message: str) -> str:
    """A message without the file that it begins with."""
    return message.removeprefix(f"{file}: ").removeprefix(f"{file}：")


def point_changes(changes: Sequence[PointChange], language: Language) -> list[str]:
    """Return what an import changed in the registry: a line a kind, the rest is counted."""
    by_kind: dict[str, list[PointChange]] = defaultdict(list)
    for change in changes:
        kind = "township" if change.field == "township" else change.kind
        by_kind[kind].append(change)

    def line(kind: str, named: Sequence[str], count: int) -> str:
        first = ", ".join(named[:SHOWN_POINTS]) + (" …" if len(named) > SHOWN_POINTS else "")
        return indented(text(f"run.changes_{kind}", language, count=count, points=first))

    lines = []
    for kind in ("moved", "renamed", "split", "merged", "township", "changed"):
        found = by_kind[kind]
        if not found:
            continue
        points = len({change.point_id for change in found})
        if kind == "moved":
            found = sorted(found, key=lambda change: -(change.moved_m or 0.0))
            named = [
                text("run.changes_moved_by", language, point=c.point_id,
                     metres=metres_text(c.moved_m, language))
                if c.moved_m is not None else c.point_id
                for c in found
            ]  # fmt: skip
        elif kind in ("renamed", "split", "merged"):
            groups: dict[str, list[str]] = defaultdict(list)
            for c in found:
                whole, part = (c.point_id, c.was) if kind == "merged" else (c.was, c.point_id)
                groups[whole].append(part)
            named = [
                text(f"run.changes_{kind}_to", language, was=" + ".join(parts), now=whole)
                if kind == "merged"
                else text(f"run.changes_{kind}_to", language, was=whole, now=" + ".join(parts))
                for whole, parts in groups.items()
            ]
            points = len(groups)
        elif kind == "township":
            none = text("run.changes_none_township", language)
            ways = Counter((c.was or none, c.now or none) for c in found)
            named = [
                text("run.changes_township_to", language, count=n, was=was, now=now)
                for (was, now), n in ways.most_common()
            ]
        else:
            fields = Counter(c.field for c in found)
            named = [f"{name} {n}" for name, n in fields.most_common()]
        lines.append(line(kind, named, points))
    for kind in ("added", "retired", "returned"):
        if by_kind[kind]:
            named = [change.point_id for change in by_kind[kind]]
            lines.append(line(kind, named, len(named)))
    return lines


def results(report: RunReport, language: Language, zone: ZoneInfo) -> list[str]:
    """Return the summary of the run's dates (times in `zone`), and what it revised."""
    return [
        *(summary(report, language, zone) if report.dates else []),
        *revisions(report.revised, language),
        *worst(report.findings, language),
    ]


def as_json(reports: Sequence[RunReport], exit_status: int) -> dict[str, Any]:
    """Return what runs came to, for scripts: the same in every language; ids and codes only."""
    return {"runs": [_run_json(report) for report in reports], "exit_status": exit_status}


def _run_json(report: RunReport) -> dict[str, Any]:
    return {
        "run_id": report.run_id,
        "dates": [
            {
                "service_date": entry.service_date.isoformat(),
                "provisional": entry.provisional,
                "changed": entry.changed,
                "fixes": entry.fixes,
                "verdicts": _counted(entry.pickups, "verdict"),
                "alerts": _counted(entry.alerts, "classification"),
                "causes": _counted(entry.alerts, "cause"),
                "misses_without_alert": int(
                    ((entry.pickups["verdict"] == Verdict.MISSED) & ~entry.pickups["alerted"]).sum()
                ),
            }
            for entry in report.dates
        ],
        "corrections": _counted(report.corrections, "state"),
        "revised": [
            {
                "kind": one.kind,
                "service_date": one.service_date.isoformat(),
                "point_id": one.point_id,
                "earlier": one.earlier,
                "now": one.now,
                "cause": one.cause,
            }
            for one in report.revised
        ],
        "rejected": report.rejected,
        "findings": [
            {"code": one.code, "weight": one.weight, "ids": list(one.ids)}
            for one in report.findings
            if one.weight
        ],
        "losses": [asdict(loss) for loss in report.losses],
        "set_aside": [asdict(one) for one in report.aside],
        "failed": [
            {"file": file, "message": str(message)}
            for file, message in [*report.failed, *report.unfetched]
        ],
        "unlocated": report.unlocated,
        "unplaced": report.unplaced,
        "unregistered": list(report.alone.get("schedule", {})),
        "joined": report.joined,
        "alone": report.alone,
        "unscheduled": report.unscheduled,
        "files": [str(path) for path in report.files],
    }


def _counted(table: pd.DataFrame, column: str) -> dict[str, int]:
    counts = table[column].astype(str).value_counts()
    return {str(code): int(n) for code, n in sorted(counts.items())}


def retracted(found: Sequence[Revision]) -> list[Revision]:
    """Return the alerts that were called genuine and are not any more."""
    genuine = str(Classification.GENUINE)
    return [one for one in found if one.kind == "alert" and one.earlier == genuine]


def revisions(found: Sequence[Revision], language: Language) -> list[str]:
    """Return what is said otherwise than before: how much of it, and the first of them."""
    if not found:
        return []
    pickups = [one for one in found if one.kind == "pickup"]
    alerts = [one for one in found if one.kind == "alert"]
    lines = [text("run.revised", language, pickups=len(pickups), alerts=len(alerts))]
    withdrawn = retracted(found)
    if withdrawn:
        lines.append(indented(text("run.retracted", language, count=len(withdrawn))))
    # What was an accusation comes first.
    weight = {str(Verdict.MISSED): 0, str(Classification.GENUINE): 0}
    order = sorted(found, key=lambda one: (weight.get(one.earlier, 1), one.service_date))
    for one in order[:SHOWN_REVISIONS]:
        kind: type[Verdict] | type[Classification] = Verdict
        name = one.point_id
        if one.kind == "alert":
            kind, name = Classification, f"{one.key[0]} ({one.point_id})"
        line = text(
            f"run.revised_{one.kind}",
            language,
            day=one.service_date,
            name=name,
            earlier=kind(one.earlier).label(language),
            now=kind(one.now).label(language),
            cause=f" ({Cause(one.cause).label(language)})" if one.cause else "",
        )
        lines.append(indented(line))
    if len(found) > SHOWN_REVISIONS:
        left = len(found) - SHOWN_REVISIONS
        lines.append(indented(text("run.more", language, count=left)))
    return lines


def round_notices(done: Round, language: Language) -> list[str]:
    """Return what a round did not do: nothing due, no data, data that were lost."""
    lines = unfetched_lines(done.unfetched, language)
    if not done.due.dates and not done.late:
        dates = done.expected.dates
        lines.append(
            text("run.nothing_due", language, last=dates[-1])
            if dates
            else text("run.nothing_expected", language)
        )
    if done.expected.silent_days:
        lines.append(
            text(
                "run.no_data_since",
                language,
                last=done.expected.last_data,
                days=done.expected.silent_days,
            )
        )
    lines += [one.message.in_language(language) for one in done.late]
    lines += [text("run.shrunk", language, day=day) for day in done.due.shrunk]
    return lines
