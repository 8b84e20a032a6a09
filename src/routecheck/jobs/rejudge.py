"""Judges dates again that were judged before: after a correction of history, or an upgrade.

It goes in batches, each a run of its own under the lock of the store, so that the daily round gets
its turn in between. Which batches are done is noted in the store: a call that was interrupted, by
whatever, goes on after the last of them when it is made again.

A trial does the same on a copy of the store that is thrown away: so it tells just what would
change, and nothing of the site is written or locked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import SecretStr

from routecheck import __version__
from routecheck.config import Config
from routecheck.domain.errors import Message, MissingDataError
from routecheck.engine import due_dates
from routecheck.engine.basis import Basis
from routecheck.engine.inputs import Progress
from routecheck.engine.judged_before import open_store
from routecheck.engine.notes import REJUDGING
from routecheck.engine.results import RunReport
from routecheck.engine.retention import require_kept
from routecheck.engine.session import Session, no_progress, open_site
from routecheck.engine.set_aside import Attempts
from routecheck.fetching import Fetched, fetch
from routecheck.jobs.catch_up import BATCH_DATES
from routecheck.jobs.run import run_dates
from routecheck.present.files import clear_leftovers
from routecheck.queries.changed_verdicts import Before, DateChanges, Rejudged
from routecheck.store.care import back_up

Told = Callable[[Message], None]


def rejudge(
    config: Config,
    dates: Sequence[date],
    *,
    now: pd.Timestamp,
    trial: bool = False,
    wait_s: float = 30.0,
    told: Told | None = None,
    progress: Progress = no_progress,
) -> Rejudged:
    """Judge again those of some dates that were judged before, and tell what that changes.

    What the points file changes without a date of its own holds from the first of the dates on, as
    in a run of them. Dates that have less data than they were judged on stay as they are.

    Args:
        config: the site.
        dates: service dates, in order.
        now: the present, UTC.
        trial: only tell what would change. Nothing is fetched for it.
        wait_s: how long each batch waits for another runner on the same store.
        told: is told, after some seconds, for whom it waits; the log, where not given.
        progress: informed of what is being done, and of the share of the whole that is done.

    Raises:
        MissingDataError: none of the dates was judged, or the evidence of one was removed; or
            there are no points, schedule or fixes at all.
        StoreError, ExportError: what was stored before stays; a further call goes on from there.
    """
    with open_store(config) as store:
        known = {entry["service_date"] for entry in store.dates()}
        judged = [day for day in dates if day in known]
        if judged:
            # By what is left of its past it would be judged otherwise.
            require_kept(store, judged[0])
    if not judged:
        raise MissingDataError("no_verdicts", count=len(dates), first=dates[0], last=dates[-1])
    if trial:
        with _copied(config) as copy:
            done = _Batches(copy, judged, now, wait_s, told, progress).run(None)
    else:
        span = {"first": judged[0], "last": judged[-1]}
        fetched = fetch(config, now.to_pydatetime(), **span, told=lambda what: progress(what, 0.0))
        done = _Batches(config, judged, now, wait_s, told, progress).run(fetched)
    unjudged = tuple(day for day in dates if day not in known)
    return replace(done, trial=trial, unjudged=unjudged)


@contextmanager
def _copied(config: Config) -> Iterator[Config]:
    """The same site with a copy of its store, and a folder for its files, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="routecheck-trial-") as name:
        folder = Path(name).resolve()
        copy = back_up(config.store_url, folder / "store.db")
        store = config.store.model_copy(update={"url": SecretStr(f"sqlite:///{copy.as_posix()}")})
        export = config.export.model_copy(
            update={"directory": str(folder / "out"), "report": False}
        )
        yield config.model_copy(update={"store": store, "export": export})


class _Batches:
    """The batches of one call."""

    def __init__(
        self,
        config: Config,
        dates: Sequence[date],
        now: pd.Timestamp,
        wait_s: float,
        told: Told | None,
        progress: Progress,
    ) -> None:
        self._config, self._dates, self._now = config, dates, now
        self._wait_s, self._told, self._progress = wait_s, told, progress
        self._call = {"first": str(dates[0]), "last": str(dates[-1]), "version": __version__}
        self._noted: dict[str, Any] = {}
        self._finished = 0

    def run(self, fetched: Fetched | None) -> Rejudged:
        """Do what an interrupted call has not done, and forget that it was."""
        done = self._resumed(fetched)
        resumed, reports = len(done), []
        for batch in due_dates.batches(self._dates, BATCH_DATES):
            left = [day for day in batch if day not in done]
            if left:
                changes, report = self._judge(left, fetched)
                done |= changes
                reports.append(report)
            self._finished += len(batch)
        with open_store(self._config) as store, store.lock(wait_s=self._wait_s, told=self._told):
            store.forget_note(REJUDGING)
        self._progress("progress.done", 1.0)
        entries = tuple(done[day] for day in self._dates)
        return Rejudged(False, entries, (), resumed, _together(reports))

    def _resumed(self, fetched: Fetched | None) -> dict[date, DateChanges]:
        """What the same call has done before it was interrupted, and still holds."""
        with open_store(self._config) as store:
            note = store.read_note(REJUDGING)
        if note is None or note[0]["call"] != self._call or not note[0]["done"]:
            return {}
        with self._site(fetched) as site:
            # Else a change of the points file, which the next batch imports, would not be seen.
            site.import_points(self._dates[0])
            hashes = _hashes(site.as_stored(), map(date.fromisoformat, note[0]["done"]))
        self._noted = {
            day: one for day, one in note[0]["done"].items() if one["inputs"] == hashes[day]
        }
        entries = [DateChanges.of_plain(one["changes"]) for one in self._noted.values()]
        return {entry.service_date: entry for entry in entries}

    def _judge(
        self, days: Sequence[date], fetched: Fetched | None
    ) -> tuple[dict[date, DateChanges], RunReport]:
        """Judge the dates of a batch again, as one run, and note that."""
        with self._site(fetched) as site:
            before = Before(site.store, days)
            report = run_dates(site, days, command="rejudge")
            failed = {date.fromisoformat(one.day): one.reason for one in report.aside}
            changes = {
                day: before.changes(
                    site.store, day, kept=day in report.kept_dates, failed=failed.get(day, "")
                )
                for day in days
            }
            hashes = _hashes(site.as_stored(), days)
            self._noted |= {
                str(day): {"inputs": hashes[str(day)], "changes": one.plain()}
                for day, one in changes.items()
            }
            site.store.put_note(REJUDGING, {"call": self._call, "done": self._noted})
        return changes, _without_tables(report)

    @contextmanager
    def _site(self, fetched: Fetched | None) -> Iterator[Session]:
        """The site, opened and locked; its progress is a share of that of all batches."""
        total, finished = len(self._dates), self._finished

        def progress(what: str, share: float) -> None:
            self._progress(what, (finished + min(share, 1.0) * BATCH_DATES) / total)

        with (
            open_site(self._config, now=self._now, progress=progress, fetched=fetched) as site,
            site.running(wait_s=self._wait_s, told=self._told),
        ):
            clear_leftovers(self._config.export_directory)
            yield site


def _hashes(basis: Basis, days: Sequence[date] | Iterator[date]) -> Mapping[str, str]:
    """Of all that dates are judged on, by ISO date; empty where the program fails on one."""
    hashes, attempts = {}, Attempts()
    for day in days:
        hashes[str(day)] = ""
        with attempts.about(day):
            hashes[str(day)] = basis.input_hash(day)
    return hashes


def _without_tables(report: RunReport) -> RunReport:
    """What a batch lost, and what failed of it: a year of batches does not fit in memory."""
    return RunReport(
        failed=report.failed,
        unfetched=report.unfetched,
        losses=report.losses,
        kept_dates=report.kept_dates,
        aside=report.aside,
    )


def _together(reports: Sequence[RunReport]) -> RunReport:
    """What several batches lost, each thing once."""
    return RunReport(
        failed=list(dict.fromkeys(one for report in reports for one in report.failed)),
        unfetched=list(dict.fromkeys(one for report in reports for one in report.unfetched)),
        losses=list(dict.fromkeys(one for report in reports for one in report.losses)),
        kept_dates=frozenset().union(*(report.kept_dates for report in reports)),
        aside=[one for report in reports for one in report.aside],
    )
