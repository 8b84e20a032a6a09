"""One round: what is due is worked out, done in order, and entered in the ledger.

`run --due` is one round; the service does one every morning, and in between where data that were
missing have come.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Set
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message
from routecheck.engine import due_dates
from routecheck.engine.inputs import Progress, keep_found
from routecheck.engine.late import find_late, keep_late
from routecheck.engine.notes import ROUND
from routecheck.engine.results import Round
from routecheck.engine.session import Session, no_progress, open_site
from routecheck.engine.set_aside import Attempts, kept_aside
from routecheck.fetching import fetch
from routecheck.jobs.kept_decisions import begin_anew
from routecheck.jobs.retention import forget_old
from routecheck.jobs.run import run_dates
from routecheck.present.files import clear_leftovers

BATCH_DATES = 14
"""So many dates are diagnosed together when there is much to catch up: enough to learn from, and
no more work than this is lost where the machine is switched off."""

log = logging.getLogger(__name__)


def do_round(
    config: Config,
    *,
    now: pd.Timestamp,
    until: date | None = None,
    incomplete_only: bool = False,
    allow_shrink: bool = False,
    new_store: bool = False,
    command: str = "run --due",
    wait_s: float = 30.0,
    told: Callable[[Message], None] | None = None,
    progress: Progress = no_progress,
) -> Round:
    """Do what is due.

    Args:
        config: the site.
        now: the present, UTC.
        until: the last date that may be done; yesterday, where not given.
        incomplete_only: of the dates judged before, look only at those whose data were missing.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        new_store: begin anew where the store of a site that was judged before is gone.
        command: what is entered in the ledger of runs.
        wait_s: how long to wait for another runner on the same store.
        told: is told, after some seconds, for whom it waits; the log, where not given.
        progress: called with what is being done; may raise `StoppedError`.

    Raises:
        MissingDataError: no points, no schedule or no fixes at all: nothing was written.
        StoreError, ExportError: what was stored before stays.
    """
    fetched = fetch(config, now.to_pydatetime(), told=lambda what: progress(what, 0.0))
    last = until or now.tz_convert(config.time_zone).date() - timedelta(days=1)
    with (
        open_site(config, now=now, progress=progress, new_store=new_store, fetched=fetched) as site,
        site.running(wait_s=wait_s, told=told) as store,
    ):
        clear_leftovers(config.export_directory)
        begin_anew(site)
        revisit_days = config.service.revisit_days
        expected = due_dates.expected(site.fixes.rows_by_day, last, revisit_days)
        aside = {date.fromisoformat(one.day) for one in kept_aside(store)}
        due = _due(site, expected, last, incomplete_only, allow_shrink, aside)
        for day in due.shrunk:
            log.warning("%s has lost data since it was judged, and is left as it is", day)
        # What failed before is tried last and by itself: it may fail again.
        others = [day for day in due.dates if day not in aside]
        again = [(day,) for day in due.dates if day in aside]
        reports = [
            run_dates(site, dates, allow_shrink=allow_shrink, command=command)
            for dates in [*due_dates.batches(others, BATCH_DATES), *again]
        ]
        if not reports:
            with store.as_one():
                keep_found(store, site.fixes)
                store.put_note(ROUND, {"command": command})
        if due.final:
            store.finalise(due.final)
        forget_old(config, store, now.tz_convert(config.time_zone).date())
        late = find_late(site.inputs, site.fixes, store, last)
        keep_late(store, late)
        known = due_dates.entries(store.dates(), {})
    progress("progress.done", 1.0)
    missing = tuple(day for day, entry in sorted(known.items()) if not entry.complete)
    # A run says itself what could not be fetched for it.
    unfetched = () if reports else tuple(fetched.failed)
    return Round(expected, due, reports, missing, late, unfetched)


def _due(
    site: Session,
    expected: due_dates.Expected,
    last: date,
    incomplete_only: bool,
    allow_shrink: bool,
    aside: Set[date],
) -> due_dates.Due:
    """Work out what is due, under the lock; brings the registry up to date first.

    Dates that were set aside are due until they are judged.
    """
    known = due_dates.entries(site.store.dates(), site.store.run_states())
    missing = [day for day in expected.dates if day not in known and day not in aside]
    # A change of the points file holds from the first date that was not judged yet.
    first = missing[0] if missing else last + timedelta(days=1)
    site.import_points(first, allow_shrink=allow_shrink)
    basis, attempts = site.as_stored(), Attempts()

    def hash_of(day: date) -> str:
        # A date of which not even that can be told is due: its run will set it aside.
        with attempts.about(day):
            return basis.input_hash(day)
        return ""

    due = due_dates.due(
        expected,
        known,
        site.fixes.rows_by_day,
        hash_of,
        until=last,
        revisit_days=site.config.service.revisit_days,
        incomplete_only=incomplete_only,
    )
    again = {day for day in aside & known.keys() if day <= last}
    return replace(due, dates=tuple(sorted({*due.dates, *again})))
