"""Observes, learns, judges and stores the service dates of a run: what all runs have in common."""

from __future__ import annotations

import logging
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from routecheck.alerts.incidents import find_incidents
from routecheck.domain.codes import Cause, Language
from routecheck.domain.errors import Message, RoutecheckError
from routecheck.domain.local_time import day_begins
from routecheck.engine import due_dates
from routecheck.engine.basis import Basis
from routecheck.engine.evidence import routes_and_places
from routecheck.engine.feed import device_counts
from routecheck.engine.join_report import joined_to_nothing, spelt_otherwise
from routecheck.engine.judged import Judged
from routecheck.engine.learning import Learned
from routecheck.engine.losses import Losses, calendar_rows
from routecheck.engine.observing import Observation
from routecheck.engine.results import DateReport, RunReport
from routecheck.engine.session import Session
from routecheck.engine.set_aside import Attempts, faults
from routecheck.queries.doctor import of_run
from routecheck.sources.rejected_rows import joined
from routecheck.store import RUNNING, Store
from routecheck.texts.outside import without_secrets
from routecheck.tracks.thinned import compact, thinned
from routecheck.verdicts.field_checks import counted

log = logging.getLogger(__name__)

EPOCH = date(1970, 1, 1)
FEW_ROWS, OTHER_DATES = 0.1, 3
"""A date with fewer than this share of the fixes of other dates lacks a file: what it has, its
neighbours' files brought along. So many other dates show what is usual."""


def judge_all(
    site: Session,
    basis: Basis,
    attempts: Attempts,
    dates: Sequence[date],
    losses: Losses,
    run_id: str,
) -> RunReport:
    """Observe all dates, learn from them and from the store, judge and store each.

    Of dates that are running (`basis.running`) nothing is kept that other dates would learn from.
    Dates that lost what they were judged on are reported as they are in the store; those that
    fail are left out.
    """
    store, inputs, engine = site.store, site.inputs, site.config.engine
    wanted = [day for day in attempts.left(dates) if day not in losses.kept]
    observed, any_fixes = _observed(site, basis, attempts, wanted)
    site.progress("progress.diagnosing", 0.6)
    learned = _learned(basis, attempts, observed)
    # What a date teaches that is not over is of no other date.
    teaching = [day for day in attempts.left(wanted) if day not in basis.running]
    last = max(teaching, default=None)
    by_date = {day: _as_stored(site, day) for day in dates if day in losses.kept}
    revised = []
    proposed = False
    if learned is not None:
        left = attempts.left(wanted)
        for n, (day, judge) in enumerate(basis.judge_each(left, learned, engine, _watch)):
            site.progress(Message("progress.judging", day=day), 0.65 + 0.3 * n / len(left))
            with attempts.about(day):
                judged = judge()
                # Dates without a single fix teach nothing: what was proposed before stays.
                proposing = learned if any_fixes and day == last else None
                entry = _stored(site, basis, judged, observed[day], run_id, learned, proposing)
                revised += store.revisions(day, run_id=run_id)
                proposed |= proposing is not None
                by_date[day] = entry
    if learned is not None and any_fixes and not proposed and attempts.left(teaching):
        # The last date, which would have brought them, has failed.
        _propose(store, learned, run_id)
    entries = [by_date[day] for day in sorted(by_date)]
    corrections = store.read_corrections()
    points = inputs.points
    # After judging: a file may have gone between the days that need it.
    failed = [*inputs.failed, *site.fixes.failed]
    kept = site.kept_points()
    unlocated = sorted(set(points.loc[points["geometry"].isna(), "point_id"]) - set(kept))
    shown = []
    for entry in entries:
        with attempts.about(entry.service_date):
            shown.append(_with_incidents(entry, corrections, basis))
    return RunReport(
        dates=shown,
        corrections=corrections,
        rejected=_rejected(inputs.rejected, entries),
        failed=failed,
        unfetched=list(site.fetched.failed),
        notes=[*inputs.notes, *site.fixes.notes],
        unlocated=unlocated,
        unplaced=_unplaced(unlocated, entries),
        kept_points=kept,
        losses=losses.found,
        kept_dates=losses.kept,
        joined=spelt_otherwise(inputs, site.fixes),
        alone={}
        if learned is None
        else joined_to_nothing(
            inputs,
            site.fixes,
            entries,
            basis.site.points,
            basis.heard(learned),
            basis.strangers(learned),
        ),
        run_id=run_id,
        revised=revised,
        findings=of_run(inputs, {entry.service_date: entry.counts for entry in entries}, failed),
    )


def _watch(where: Message) -> None:
    """Where the workers of a run can be watched."""
    log.info("%s", where)


def _observed(
    site: Session, basis: Basis, attempts: Attempts, dates: Sequence[date]
) -> tuple[dict[date, pd.DataFrame], bool]:
    """HISTORY by date, and whether any of them has a fix of its own."""
    observed: dict[date, pd.DataFrame] = {}
    any_fixes = False
    each = basis.observe_each(dates, site.config.engine, _watch)
    for n, (day, observe) in enumerate(each):
        site.progress(Message("progress.observing", day=day), 0.25 + 0.35 * n / len(dates))
        with attempts.about(day):
            seen, observed[day] = observe()
            any_fixes |= bool((seen.cleaned.tracks["day"] == (day - EPOCH).days).any())
    return observed, any_fixes


def _learned(
    basis: Basis, attempts: Attempts, observed: dict[date, pd.DataFrame]
) -> Learned | None:
    """What dates teach together; those that nothing can be learned with are set aside.

    None where no date is left.
    """
    good = {day: observed[day] for day in attempts.left(observed)}
    if not good:
        return None
    # Which date it is about, if one of several, shows when each is tried alone.
    with faults("learning from all dates together"):
        return basis.learn(good)
    for day, history in good.items():
        with attempts.about(day):
            basis.learn({day: history})
    left = {day: good[day] for day in attempts.left(good)}
    return basis.learn(left) if left else None


def _propose(store: Store, learned: Learned, run_id: str) -> None:
    """Store the corrections that a run proposes."""
    corrections = learned.corrections.assign(evidence_from=learned.since)
    store.write_corrections(corrections, run_id=run_id)


def _stored(
    site: Session,
    basis: Basis,
    judged: Judged,
    history: pd.DataFrame,
    run_id: str,
    learned: Learned,
    proposing: Learned | None,
) -> DateReport:
    """Store a date as judged; `proposing`: with the corrections that the whole run proposes."""
    day, seen, store = judged.service_date, judged.observation, site.store
    running = day in basis.running
    number, tracks = (day - EPOCH).days, seen.cleaned.tracks
    cleaned = seen.cleaned.rejected
    rejected = joined([site.fixes.rejected_on(day), cleaned[cleaned["day"] == number]])
    kept = int((tracks["day"] == number).sum())
    ends = judged.judgements["window_end"]
    usual = _usual_rows(site, day) if len(ends) and not running else 0
    few = kept < FEW_ROWS * usual
    incomplete = (kept == 0 and len(ends) > 0) or few or bool((ends > seen.as_of).any())
    incomplete |= site.fetched.lacks(day) or running
    today = site.now.tz_convert(site.config.time_zone).date()
    settled = due_dates.settled(day, today, site.config.service.revisit_days)
    counts: dict[str, Any] = {
        "complete": not incomplete,
        "fixes_in": kept + len(rejected),
        "fixes_kept": kept,
        "rows": site.fixes.rows_by_day.get(day, 0),
        **({"usual_rows": usual} if few else {}),
        "calendar": calendar_rows(site.inputs, day),
        "rejected": _by_reason(rejected),
        **device_counts(site.config, seen.cleaned, learned, day),
        "checks": counted(basis.checks.of(day)),
        **seen.grain.counts(),
        **({RUNNING: True, "as_of": _reach(seen, site).isoformat()} if running else {}),
    }
    evidence = {
        **({} if running else {"history": history, "episodes": judged.episodes()}),
        "tracks": compact(thinned(tracks, seen.standing.gap, day, site.settings.time_zone)),
        "rounds": routes_and_places(basis.pickups(day), judged.places),
    }
    if proposing is not None:
        evidence["candidates"] = proposing.candidates
    with store.as_one():
        outcome = store.write_date(
            day,
            judged.judgements,
            judged.alerts,
            rejected,
            input_hash=basis.input_hash(day, judged.accepted),
            run_id=run_id,
            provisional=incomplete or not settled,
            counts=counts,
            evidence_tables=evidence,
        )
        if proposing is not None:
            _propose(store, proposing, run_id)
    return DateReport(
        day, incomplete, kept, judged.judgements, judged.alerts, outcome.changed, counts
    )


def _reach(seen: Observation, site: Session) -> pd.Timestamp:
    """How far the feed of a date reaches; to its beginning, where nothing of it has come."""
    if seen.cleaned.tracks.empty:
        return pd.Timestamp(day_begins(seen.service_date, site.config.time_zone)).tz_convert("UTC")
    return min(seen.as_of, site.now)


def _usual_rows(site: Session, day: date) -> int:
    """How many fixes the other dates have, by the middle one; 0 where too few show it."""
    others = [rows for other, rows in site.fixes.rows_by_day.items() if other != day]
    return int(statistics.median(others)) if len(others) >= OTHER_DATES else 0


def _as_stored(site: Session, day: date) -> DateReport:
    """A date as the store has it."""
    store = site.store
    entry = store.date_entry(day) or {}
    counts: dict[str, Any] = entry.get("counts") or {}
    return DateReport(
        day,
        not counts.get("complete", True),
        int(counts.get("fixes_kept", 0)),
        store.read_pickups(day),
        store.read_alerts(day),
        False,
        {"rejected": {}, **counts},
    )


def _with_incidents(entry: DateReport, corrections: pd.DataFrame, basis: Basis) -> DateReport:
    incidents = find_incidents(
        entry.service_date,
        entry.pickups,
        entry.alerts,
        corrections,
        basis.site.points,
        entry.counts,
    )
    return replace(entry, incidents=incidents.table)


def _rejected(
    inputs: dict[str, pd.DataFrame], entries: Sequence[DateReport]
) -> dict[str, dict[str, int]]:
    """Rows kept apart, by input and reason; inputs without any are left out."""
    counts = {name: _by_reason(table) for name, table in inputs.items()}
    of_fixes: Counter[str] = Counter()
    for entry in entries:
        of_fixes.update(entry.counts["rejected"])
    return {
        name: reasons for name, reasons in (counts | {"fixes": dict(of_fixes)}).items() if reasons
    }


def _by_reason(rejected: pd.DataFrame) -> dict[str, int]:
    return {str(code): int(n) for code, n in rejected["reason"].value_counts().items()}


def _unplaced(unlocated: Sequence[str], entries: Sequence[DateReport]) -> list[str]:
    """Return the points without a location of which a pickup is open for want of a place."""
    still: set[str] = set()
    for entry in entries:
        unknown = entry.pickups["cause"] == Cause.UNKNOWN_POINT
        still.update(entry.pickups.loc[unknown, "point_id"])
    return [point for point in unlocated if point in still]


def note_of(error: BaseException, language: Language) -> str:
    """Return what the ledger keeps of why a run failed."""
    text = error.in_language(language) if isinstance(error, RoutecheckError) else str(error)
    return without_secrets(text)[:500]
