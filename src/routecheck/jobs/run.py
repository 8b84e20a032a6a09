"""A run: judges service dates, stores what was found, and writes the exports.

A range of dates is observed date by date, diagnosed as a whole, then judged and stored date by
date, a transaction each. Observations are kept while they are small and made again where not, so
that memory does not grow with the number of dates.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message, StoppedError, StoreError
from routecheck.engine.inputs import Progress, keep_found
from routecheck.engine.losses import find_losses, keep_losses
from routecheck.engine.results import RunReport
from routecheck.engine.retention import require_kept
from routecheck.engine.session import Session, no_progress, open_site
from routecheck.engine.set_aside import Attempts, keep_aside
from routecheck.fetching import fetch
from routecheck.jobs.judging import judge_all, note_of
from routecheck.jobs.kept_decisions import begin_anew, keep_decisions
from routecheck.jobs.today import run_running
from routecheck.present.csv_files import export_point_changes
from routecheck.present.exports import export
from routecheck.present.files import clear_leftovers
from routecheck.store import PointChange

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
        MissingDataError: no points, no schedule or no fixes at all; or a date was judged, and its
            evidence removed since as the configuration has it. Nothing was written.
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
        for day in dates:
            if site.store.date_entry(day) is not None:
                # By what is left of its past it would be judged otherwise.
                require_kept(site.store, day)
        report = run_all(site, dates, allow_shrink=allow_shrink, command=command)
    progress("progress.done", 1.0)
    return report


def run_all(
    site: Session,
    dates: Sequence[date],
    *,
    allow_shrink: bool = False,
    command: str = "run",
    exports: bool = True,
) -> RunReport:
    """Judge and store service dates: those that are over as one run, running ones as they go.

    Args:
        site: opened, its store held.
        dates: in order, one at least.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        command: what is entered in the ledger of runs.
        exports: write the files too.

    Raises:
        MissingDataError, StoreError, ExportError: what was stored before stays.
    """
    running = [day for day in dates if site.runs_still(day)]
    over = [day for day in dates if day not in running]
    reports = []
    if over:
        reports.append(
            run_dates(site, over, allow_shrink=allow_shrink, command=command, exports=exports)
        )
    if running:
        basis = site.as_running(running, allow_shrink=allow_shrink)
        reports.append(
            run_running(site, basis, running, allow_shrink=allow_shrink, exports=exports)
        )
    return reports[0] if len(reports) == 1 else reports[0].followed_by(reports[1])


def run_dates(
    site: Session,
    dates: Sequence[date],
    *,
    allow_shrink: bool = False,
    command: str = "run",
    exports: bool = True,
) -> RunReport:
    """Judge, store and export service dates, under the lock of the store, as one run.

    The run is entered as finished when the files are written too: a date whose run did not come
    so far is done again by the service. The site's `progress` may raise `StoppedError` to end it
    between two transactions.

    Args:
        site: opened, its store held.
        dates: in order, one at least; all are over.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        command: what is entered in the ledger of runs.
        exports: write the files too.

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
        files = []
        if exports:
            reports = config.export.report or command == "serve"
            judged = [entry.service_date for entry in report.dates]
            files = export(config, store, judged, reports=reports, attempt=attempts.about)
        now = site.now.to_pydatetime()
        report = replace(report, aside=keep_aside(store, dates, attempts.failed, now))
        if exports:
            report.notes.extend(keep_decisions(config, store, basis.checks.checks))
        if exports and report.changes:
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


def _first_import(changes: Sequence[PointChange], site: Session) -> bool:
    """Whether the points file filled an empty registry: no change that anyone must hear of."""
    added = sum(change.kind == "added" for change in changes)
    return added == len(changes) == site.inputs.points["point_id"].nunique()
