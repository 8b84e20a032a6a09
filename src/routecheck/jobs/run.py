"""A run: judges service dates, stores what was found, and writes the exports.

A range of dates is observed date by date, diagnosed as a whole, then judged and stored date by
date, a transaction each. Observations are kept while they are small and made again where not, so
that memory does not grow with the number of dates.
"""

from __future__ import annotations

import logging
import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from routecheck.alerts.incidents import find_incidents
from routecheck.config import Config
from routecheck.domain.codes import Cause, Language
from routecheck.domain.errors import Message, RoutecheckError, StoppedError, StoreError
from routecheck.domain.local_time import day_begins
from routecheck.engine import due_dates
from routecheck.engine.basis import Basis, Judged
from routecheck.engine.evidence import routes_and_places
from routecheck.engine.feed import device_counts
from routecheck.engine.inputs import Progress, keep_found
from routecheck.engine.join_report import joined_to_nothing, spelt_otherwise
from routecheck.engine.losses import Losses, calendar_rows, find_losses, keep_losses
from routecheck.engine.observing import Observation
from routecheck.engine.pipeline import Learned
from routecheck.engine.results import DateReport, RunReport
from routecheck.engine.session import Session, no_progress, open_site
from routecheck.engine.set_aside import Attempts, faults, keep_aside
from routecheck.fetching import fetch
from routecheck.jobs.kept_decisions import begin_anew, keep_decisions
from routecheck.present.csv_files import export_point_changes
from routecheck.present.exports import export
from routecheck.present.files import clear_leftovers
from routecheck.queries.doctor import of_run
from routecheck.sources.rejected_rows import joined
from routecheck.store import RUNNING, PointChange, Store
from routecheck.tracks.thinned import compact, thinned
from routecheck.verdicts.field_checks import counted

EPOCH = date(1970, 1, 1)
FEW_ROWS, OTHER_DATES = 0.1, 3
"""A date with fewer than this share of the fixes of other dates lacks a file: what it has, its
neighbours' files brought along. So many other dates show what is usual."""

log = logging.getLogger(__name__)


def reconcile(
    config: Config,
    dates: Sequence[date],
    *,
    now: pd.Timestamp,
    allow_shrink: bool = False,
    new_store: bool = False,
    command: str = "run",
    wait_s: float = 30.0,
    told: Callable[[Message], None] | None = None,
    progress: Progress = no_progress,
) -> RunReport:
    """Judge service dates, store what was found, and write the exports.

    Dates that are not over are judged as they go (see `routecheck.jobs.today`).

    Args:
        config: the site.
        dates: service dates, in order.
        now: the present, UTC.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        new_store: begin anew where the store of a site that was judged before is gone.
        command: what is entered in the ledger of runs.
        wait_s: how long to wait for another runner on the same store.
        told: is told, after some seconds, for whom it waits; the log, where not given.
        progress: informed of what is being done, and of the share of the whole that is done.

    Raises:
        MissingDataError: no points, no schedule or no fixes at all: nothing was written.
        StoreError: the store cannot be used; what it held stays.
    """
    fetched = fetch(
        config,
        now.to_pydatetime(),
        first=dates[0],
        last=dates[-1],
        told=lambda what: progress(what, 0.0),
    )
    with (
        open_site(config, now=now, progress=progress, new_store=new_store, fetched=fetched) as site,
        site.running(wait_s=wait_s, told=told),
    ):
        clear_leftovers(config.export_directory)
        begin_anew(site)
        running = [day for day in dates if site.runs_still(day)]
        over = [day for day in dates if day not in running]
        reports = []
        if over:
            reports.append(run_dates(site, over, allow_shrink=allow_shrink, command=command))
        if running:
            # What closes dates and what judges them as they go share the judging below.
            from routecheck.jobs.today import run_running

            basis = site.as_running(running, allow_shrink=allow_shrink)
            reports.append(run_running(site, basis, running, allow_shrink=allow_shrink))
    progress("progress.done", 1.0)
    return reports[0] if len(reports) == 1 else reports[0].followed_by(reports[1])


def run_dates(
    site: Session, dates: Sequence[date], *, allow_shrink: bool = False, command: str = "run"
) -> RunReport:
    """Judge, store and export service dates, under the lock of the store, as one run.

    The run is entered as finished when the files are written too: a date whose run did not come
    so far is done again by the service. The site's `progress` may raise `StoppedError` to end it
    between two transactions.

    Raises:
        StoreError, ExportError: what was stored before stays.
    """
    store, config = site.store, site.config
    with store.as_one():
        run_id = store.begin_run(command)
        changes = site.import_points(dates[0], allow_shrink=allow_shrink)
        store.write_rejected(site.inputs.rejected)
        keep_found(store, site.fixes)
    log.info("run of %s to %s", dates[0], dates[-1], extra={"run_id": run_id})
    try:
        basis = site.as_stored()
        attempts = Attempts()
        losses = find_losses(
            site.inputs, basis, store, dates, allow_shrink=allow_shrink, attempts=attempts
        )
        keep_losses(store, losses, attempts.left(dates), site.inputs, allow_shrink=allow_shrink)
        report = judge_all(site, basis, attempts, dates, losses, run_id)
        report = replace(report, changes=[] if _first_import(changes, site) else changes)
        site.progress("progress.exporting", 0.95)
        reports = config.export.report or command == "serve"
        judged = [entry.service_date for entry in report.dates]
        files = export(config, store, judged, reports=reports, attempt=attempts.about)
        now = site.now.to_pydatetime()
        report = replace(report, aside=keep_aside(store, dates, attempts.failed, now))
        report.notes.extend(keep_decisions(config, store, site.inputs.checks))
        if report.changes:
            imports, directory = store.point_changes(), config.export_directory
            files.append(export_point_changes(imports, directory, zone=config.time_zone))
    except BaseException as error:
        # Where the store itself has failed, the next run finds this one as killed.
        with suppress(StoreError):
            state = "stopped" if isinstance(error, StoppedError) else "failed"
            store.finish_run(run_id, state, note=note_of(error, config.site.language))
        raise
    state = "partial" if report.exit_status else "done"
    store.finish_run(run_id, state)
    log.info("run %s", state, extra={"run_id": run_id})
    return replace(report, files=files)


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
    store, inputs = site.store, site.inputs
    wanted = [day for day in attempts.left(dates) if day not in losses.kept]
    observed, any_fixes = _observed(site, basis, attempts, wanted)
    site.progress("progress.diagnosing", 0.6)
    learned = _learned(basis, attempts, observed)
    # What a date teaches that is not over is of no other date.
    teaching = [day for day in attempts.left(wanted) if day not in basis.running]
    last = max(teaching, default=None)
    entries: list[DateReport] = []
    revised = []
    proposed = False
    for n, day in enumerate(dates):
        if day in losses.kept:
            entries.append(_as_stored(site, day))
            continue
        if learned is None or day in attempts.failed:
            continue
        site.progress(Message("progress.judging", day=day), 0.65 + 0.3 * n / len(dates))
        with attempts.about(day):
            judged = basis.judge(day, learned)
            # Dates without a single fix teach nothing: what was proposed before stays.
            proposing = learned if any_fixes and day == last else None
            entry = _stored(site, basis, judged, observed[day], run_id, learned, proposing)
            revised += store.revisions(day, run_id=run_id)
            proposed |= proposing is not None
            entries.append(entry)
    if learned is not None and any_fixes and not proposed and attempts.left(teaching):
        # The last date, which would have brought them, has failed.
        _propose(store, learned, run_id)
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


def _observed(
    site: Session, basis: Basis, attempts: Attempts, dates: Sequence[date]
) -> tuple[dict[date, pd.DataFrame], bool]:
    """HISTORY by date, and whether any of them has a fix of its own."""
    observed: dict[date, pd.DataFrame] = {}
    any_fixes = False
    for n, day in enumerate(dates):
        site.progress(Message("progress.observing", day=day), 0.25 + 0.35 * n / len(dates))
        with attempts.about(day):
            observed[day] = basis.history_of(day)
            seen = basis.observe(day).cleaned.tracks["day"]
            any_fixes |= bool((seen == (day - EPOCH).days).any())
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
        **({} if running else {"history": history}),
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
    return text[:500]


def _first_import(changes: Sequence[PointChange], site: Session) -> bool:
    """Whether the points file filled an empty registry: no change that anyone must hear of."""
    added = sum(change.kind == "added" for change in changes)
    return added == len(changes) == site.inputs.points["point_id"].nunique()
