"""The day as it goes: dates that are not over, judged as far as their windows and data go.

What is stored of such a date is provisional and leaves no trace: the run that closes the date
replaces it, and nothing else in the store rests on it. The registry, the corrections and what is
learned from are left as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import StoppedError, StoreError
from routecheck.engine.basis import Basis
from routecheck.engine.due_dates import FINISHED
from routecheck.engine.inputs import Progress, keep_found
from routecheck.engine.losses import find_losses
from routecheck.engine.notes import TODAY
from routecheck.engine.results import RunReport
from routecheck.engine.session import Session, no_progress, open_site
from routecheck.engine.set_aside import Aside, Attempts
from routecheck.fetching import fetch
from routecheck.jobs.judging import judge_all, note_of
from routecheck.jobs.kept_decisions import begin_anew
from routecheck.present.exports import export_running

COMMAND = "today"
"""What is entered in the ledger of runs: of these runs only the last stays."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Today:
    """What a round of the running day came to.

    Attributes:
        dates: that are running.
        report: of those that were judged; None: nothing new had come.
    """

    dates: tuple[date, ...]
    report: RunReport | None = None


def do_today(
    config: Config,
    *,
    now: pd.Timestamp,
    until: date,
    wait_s: float = 0.0,
    reports: bool = True,
    progress: Progress = no_progress,
) -> Today:
    """Judge the dates that are running, as far as anything new has come for them.

    Args:
        config: the site.
        now: the present, UTC.
        until: the last date that a morning's run closes, or has closed.
        wait_s: how long to wait for another runner on the same store.
        reports: write page and workbook of each date, whatever the configuration says.
        progress: called with what is being done; may raise `StoppedError`.

    Raises:
        MissingDataError: no points, no schedule or no fixes at all: nothing was written.
        StoreError, ExportError: what was stored before stays.
    """
    fetched = fetch(config, now.to_pydatetime(), told=lambda what: progress(what, 0.0))
    today = now.tz_convert(config.time_zone).date()
    # After midnight, those of the evening before with windows past it.
    days = [day for day in (today - timedelta(days=1), today) if day > until]
    with (
        open_site(config, now=now, progress=progress, fetched=fetched) as site,
        site.running(wait_s=wait_s) as store,
    ):
        begin_anew(site)
        closed = {entry["service_date"] for entry in store.dates()}
        days = [day for day in days if day not in closed]
        if not days:
            return Today(())
        basis = site.as_running(days, allow_shrink=False)
        due = [day for day in days if _is_due(site, basis, day)]
        report = run_running(site, basis, due, reports=reports) if due else None
        if report is None:
            with store.as_one():
                keep_found(store, site.fixes)
                store.put_note(TODAY, {"looked_at": now.isoformat()})
    progress("progress.done", 1.0)
    return Today(tuple(days), report)


def _is_due(site: Session, basis: Basis, day: date) -> bool:
    """Whether a window of a running date is over, and anything is other than when last judged."""
    pickups = basis.pickups(day)
    if not bool((pickups["window_end"] <= site.now).any()):
        return False
    entry = site.store.date_entry(day)
    if entry is None:
        return True
    ended = site.store.run_states().get(entry["run_id"], "done") in FINISHED
    return not ended or entry["input_hash"] != basis.input_hash(day)


def run_running(
    site: Session,
    basis: Basis,
    dates: Sequence[date],
    *,
    allow_shrink: bool = False,
    reports: bool = False,
    exports: bool = True,
) -> RunReport:
    """Judge, store and export dates that are not over, under the lock of the store, as one run.

    Args:
        site: opened.
        basis: from `as_running`, of these dates at least.
        dates: in order.
        allow_shrink: judge dates too that have less data than they were judged on.
        reports: write page and workbook of each date, whatever the configuration says.
        exports: write the files of the dates.

    Raises:
        StoreError, ExportError: what was stored before stays.
    """
    store, config = site.store, site.config
    with store.as_one():
        run_id = store.begin_run(COMMAND)
        store.write_rejected(site.inputs.rejected)
        keep_found(store, site.fixes)
    try:
        attempts = Attempts()
        losses = find_losses(
            site.inputs, basis, store, dates, allow_shrink=allow_shrink, attempts=attempts
        )
        report = judge_all(site, basis, attempts, dates, losses, run_id)
        site.progress("progress.exporting", 0.95)
        judged = [entry.service_date for entry in report.dates]
        files = (
            export_running(
                config, store, judged, basis.site.points,
                reports=reports or config.export.report, attempt=attempts.about,
            )
            if exports
            else []
        )  # fmt: skip
        since = site.now.isoformat(timespec="seconds")
        failed = sorted(attempts.failed.items())
        # The run that closes them tries again: they are not kept aside.
        aside = [Aside(str(day), reason, since, 1) for day, reason in failed]
        report = replace(report, files=files, aside=aside)
    except BaseException as error:
        with suppress(StoreError):
            state = "stopped" if isinstance(error, StoppedError) else "failed"
            store.finish_run(run_id, state, note=note_of(error, config.site.language))
        raise
    with store.as_one():
        store.finish_run(run_id, "partial" if report.exit_status else "done")
        store.put_note(TODAY, {"looked_at": site.now.isoformat()})
        store.forget_runs(COMMAND, but=run_id)
    return report
