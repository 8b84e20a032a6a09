"""The shell around the pipeline: reads, runs the stages in order, stores and exports.

A range of dates is observed date by date, diagnosed as a whole, then judged and stored date by
date, a transaction each. Observations are kept while they are small and made again where not, so
that memory does not grow with the number of dates.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck.alerts.incidents import find_incidents
from routecheck.config import Config
from routecheck.domain.codes import Language
from routecheck.domain.errors import RoutecheckError, Said, StoppedError, StoreError
from routecheck.domain.tables import CORRECTIONS, INCIDENTS
from routecheck.engine import due_dates, pipeline
from routecheck.engine.evidence import routes_and_places
from routecheck.engine.inputs import Inputs, Progress, keep_found, open_site, read_inputs
from routecheck.engine.observing import Observer, input_hash, learn
from routecheck.present.csv_files import (
    DateTables,
    export_corrections,
    export_date,
    export_point_changes,
    export_rejected_inputs,
)
from routecheck.present.files import clear_leftovers
from routecheck.sources.fixes_from_files import FixDays
from routecheck.sources.rejected_rows import joined
from routecheck.store import Revision, Store
from routecheck.store.changes import PointChange, other_ids
from routecheck.tracks.device_stats import clocks_told, heard
from routecheck.tracks.thinned import compact, thinned
from routecheck.verdicts.field_checks import CheckBook, counted

EPOCH = date(1970, 1, 1)

log = logging.getLogger(__name__)


@dataclass
class DateReport:
    """What a service date came to."""

    service_date: date
    provisional: bool
    fixes: int
    pickups: pd.DataFrame
    alerts: pd.DataFrame
    changed: bool
    counts: dict[str, Any] = field(default_factory=dict)
    """What was counted, as the store has it."""
    incidents: pd.DataFrame = field(default_factory=INCIDENTS.empty)


@dataclass
class RunReport:
    """What a run did, for people."""

    dates: list[DateReport] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    corrections: pd.DataFrame = field(default_factory=CORRECTIONS.empty)
    rejected: dict[str, dict[str, int]] = field(default_factory=dict)
    failed: list[tuple[str, str]] = field(default_factory=list)
    changes: list[PointChange] = field(default_factory=list)
    unlocated: list[str] = field(default_factory=list)
    """Points of the file without a usable location."""
    swapped: int = 0
    """Points whose latitude can only be a longitude, where they are most of the file; else 0."""
    unregistered: list[str] = field(default_factory=list)
    """Points of the schedule that the registry does not know."""
    run_id: str = ""
    revised: list[Revision] = field(default_factory=list)
    """What this run says otherwise than it was said before."""

    @property
    def exit_status(self) -> int:
        """0 done, 1 done with a part that failed."""
        silent = any(entry.fixes == 0 and len(entry.pickups) > 0 for entry in self.dates)
        return 1 if self.failed or silent else 0


def reconcile(
    config: Config,
    dates: Sequence[date],
    *,
    now: pd.Timestamp,
    allow_shrink: bool = False,
    command: str = "run",
    wait_s: float = 30.0,
    progress: Progress | None = None,
) -> RunReport:
    """Judge service dates, store what was found, and write the exports.

    Args:
        config: the site.
        dates: service dates, in order.
        now: the present, UTC.
        allow_shrink: take a points file that lacks more than a tenth of the known points.
        command: what is entered in the ledger of runs.
        wait_s: how long to wait for another runner on the same store.
        progress: told what is being done, and which share of the whole is done.

    Raises:
        MissingDataError: no points, no schedule or no fixes at all: nothing was written.
        StoreError: the store cannot be used; what it held stays.
    """
    tell = progress or (lambda _what, _share: None)
    tell("progress.reading", 0.0)
    inputs = read_inputs(config)
    with open_site(config, inputs, now, tell) as (fixes, store), store.lock(wait_s=wait_s):
        clear_leftovers(config.export_directory)
        report = run_dates(
            config,
            inputs,
            fixes,
            store,
            dates,
            now=now,
            allow_shrink=allow_shrink,
            command=command,
            tell=tell,
        )
    tell("progress.done", 1.0)
    return report


def run_dates(
    config: Config,
    inputs: Inputs,
    fixes: FixDays,
    store: Store,
    dates: Sequence[date],
    *,
    now: pd.Timestamp,
    allow_shrink: bool = False,
    command: str = "run",
    tell: Progress = lambda _what, _share: None,
) -> RunReport:
    """Judge, store and export service dates, under the lock of the store, as one run.

    The run is entered as finished when the files are written too: a date whose run did not come
    so far is done again by the service. `tell` may raise `StoppedError` to end it between two
    transactions.

    Raises:
        StoreError, ExportError: what was stored before stays.
    """
    with store.as_one():
        run_id = store.begin_run(command)
        changes = store.sync_points(
            inputs.points,
            on=dates[0],
            by=f"import of {config.points.path}",
            allow_shrink=allow_shrink,
        )
        store.write_rejected(inputs.rejected)
        keep_found(store, fixes)
    log.info("run of %s to %s", dates[0], dates[-1], extra={"run_id": run_id})
    try:
        run = _Run(config, inputs, fixes, store, run_id, now, tell)
        report = run.reconcile(dates)
        report.changes = [] if _filled(changes, inputs.points) else changes
        tell("progress.exporting", 0.95)
        known = run.site.points, report.corrections
        report.files += export(config, store, dates, known=known)
        if report.changes:
            zone = config.time_zone
            report.files.append(
                export_point_changes(store.point_changes(), config.export_directory, zone=zone)
            )
        if config.export.report or command == "serve":
            from routecheck.present.reports import write_reports

            report.files += write_reports(config, store, dates)
    except BaseException as error:
        # Where the store itself has failed, the next run finds this one as killed.
        with suppress(StoreError):
            state = "stopped" if isinstance(error, StoppedError) else "failed"
            store.finish_run(run_id, state, note=_note(error, config.site.language))
        raise
    state = "partial" if report.exit_status else "done"
    store.finish_run(run_id, state)
    log.info("run %s", state, extra={"run_id": run_id})
    return report


def _swapped(points: pd.DataFrame) -> int:
    lon, lat = points["recorded_lon"].abs(), points["recorded_lat"].abs()
    wrong = int(((lat > 90) & (lat <= 180) & (lon <= 90)).sum())
    return wrong if 2 * wrong > len(points) else 0


def _note(error: BaseException, language: Language) -> str:
    text = error.told(language) if isinstance(error, RoutecheckError) else str(error)
    return text[:500]


def _filled(changes: Sequence[PointChange], points: pd.DataFrame) -> bool:
    """Whether the points file filled an empty registry: no change that anyone need be told of."""
    added = sum(change.kind == "added" for change in changes)
    return added == len(changes) == points["point_id"].nunique()


class _Run:
    """One run over a range of dates, under the lock of the store."""

    def __init__(
        self,
        config: Config,
        inputs: Inputs,
        fixes: FixDays,
        store: Store,
        run_id: str,
        now: pd.Timestamp,
        tell: Progress,
    ) -> None:
        self.config, self.inputs, self.fixes, self.store = config, inputs, fixes, store
        self.run_id, self.tell, self.settings = run_id, tell, config.settings
        self.today = now.tz_convert(config.time_zone).date()
        self.checks = CheckBook(inputs.checks, config.time_zone)
        self.site = pipeline.Site(store.points(), inputs.schedule, inputs.calendar)
        self._other_ids: dict[str, str] | None = None
        self.observer = Observer(fixes, self.settings, now, self.site)

    def reconcile(self, dates: Sequence[date]) -> RunReport:
        """Observe all dates, learn from them and from the store, judge and store each."""
        inputs, store = self.inputs, self.store
        report = RunReport(run_id=self.run_id)
        points, expected = inputs.points, inputs.schedule["point_id"].tolist()
        report.swapped = _swapped(points)
        report.unlocated = points.loc[points["geometry"].isna(), "point_id"].tolist()
        report.unregistered = sorted(set(expected) - set(points["point_id"].tolist()))
        site = self.site
        today: dict[date, pd.DataFrame] = {}
        heard_any = False
        for n, day in enumerate(dates):
            self.tell(Said("progress.observing", day=day), 0.25 + 0.35 * n / len(dates))
            pickups = site.pickups(day, self.settings)
            seen = self.observer(day)
            heard_any |= bool((seen.cleaned.tracks["day"] == (day - EPOCH).days).any())
            today[day] = seen.history(pickups, self.settings)
        self.tell("progress.diagnosing", 0.6)
        learned = learn(store, site, today, self.settings)
        if len(inputs.checks):
            self.checks.enter(store.read_pickups_of(*self.checks.wanted(dates)))
        rejected_by_reason: dict[str, int] = {}
        for n, day in enumerate(dates):
            self.tell(Said("progress.judging", day=day), 0.65 + 0.3 * n / len(dates))
            # Dates without a single fix teach nothing: what was proposed before stays.
            closing = heard_any and day == dates[-1]
            entry, counts = self._date(day, site, learned, today[day], closing=closing)
            report.dates.append(entry)
            report.revised += store.revisions(day, run_id=self.run_id)
            for reason, count in counts.items():
                rejected_by_reason[reason] = rejected_by_reason.get(reason, 0) + count
        for name, table in inputs.rejected.items():
            if len(table):
                report.rejected[name] = {
                    str(reason): int(count)
                    for reason, count in table["reason"].value_counts().items()
                }
        if rejected_by_reason:
            report.rejected["fixes"] = rejected_by_reason
        report.corrections = store.read_corrections()
        for entry in report.dates:
            entry.incidents = find_incidents(
                entry.service_date,
                entry.pickups,
                entry.alerts,
                report.corrections,
                site.points,
                entry.counts,
            ).table
        # Last: a file may have gone between the days that need it.
        report.failed = [*inputs.failed, *self.fixes.failed]
        return report

    def _under_due_ids(self, alerts: pd.DataFrame, due: set[str]) -> pd.DataFrame:
        """Alerts whose point is not due under its id, and is under its other one, speak of that.

        The monitor takes over a new id on another day than the points file and the schedule do.
        """
        if alerts["point_id"].isin(due).all():
            return alerts
        if self._other_ids is None:
            self._other_ids = other_ids(self.store.point_changes())
        names = alerts["point_id"].tolist()
        other = [self._other_ids.get(point, "") if point not in due else "" for point in names]
        known = [new if new in due else old for old, new in zip(names, other, strict=True)]
        return alerts.assign(point_id=pd.Series(known, index=alerts.index, dtype="str"))

    def _date(
        self,
        day: date,
        site: pipeline.Site,
        learned: pipeline.Learned,
        history: pd.DataFrame,
        *,
        closing: bool,
    ) -> tuple[DateReport, dict[str, int]]:
        """Judge and store a date; `closing`: with what the whole range proposes."""
        observation = self.observer(day).without_drift(learned.drifts)
        accepted = self.store.read_corrections(in_force_on=day)
        places = learned.places_on(day, site.points, accepted, self.settings)
        alerts = self.inputs.alerts
        alerts = alerts[alerts["service_date"] == day].reset_index(drop=True)
        due = site.pickups(day, self.settings)["point_id"]
        result = pipeline.decide(
            observation,
            site,
            places,
            learned.usual,
            self._under_due_ids(alerts, set(due)),
            self.settings,
            self.checks.before(day),
            learned.paces,
        )
        classified = _as_raised(result.alerts, alerts)
        self.checks.enter(result.judgements)
        number = (day - EPOCH).days
        cleaned = observation.cleaned.rejected
        rejected = joined([self.fixes.rejected_on(day), cleaned[cleaned["day"] == number]])
        kept = int((observation.cleaned.tracks["day"] == number).sum())
        judged, ends = result.judgements, result.judgements["window_end"]
        incomplete = (kept == 0 and len(ends) > 0) or bool((ends > observation.as_of).any())
        settled = due_dates.settled(day, self.today, self.config.service.revisit_days)
        reasons = {str(k): int(v) for k, v in rejected["reason"].value_counts().items()}
        counts = {
            "complete": not incomplete,
            "heard": heard(observation.cleaned.tracks, number),
            "fixes_in": kept + len(rejected),
            "fixes_kept": kept,
            "rejected": reasons,
            **clocks_told(observation.cleaned.clocks, day, self.settings),
            "checks": counted(self.checks.of(day)),
        }
        tracks = thinned(
            observation.cleaned.tracks, observation.standing.gap, day, self.settings.time_zone
        )
        evidence = {
            "history": history,
            "tracks": compact(tracks),
            "rounds": routes_and_places(site.pickups(day, self.settings), places),
        }
        rests_on = input_hash(self.fixes, site, alerts, accepted, day=day, settings=self.settings)
        with self.store.as_one():
            outcome = self.store.write_date(
                day,
                judged,
                classified,
                rejected,
                input_hash=rests_on,
                run_id=self.run_id,
                provisional=incomplete or not settled,
                counts=counts,
                evidence_tables=evidence,
            )
            if closing:
                proposed = learned.corrections.assign(evidence_from=learned.since)
                self.store.write_corrections(proposed, run_id=self.run_id)
        entry = DateReport(day, incomplete, kept, judged, classified, outcome.changed, counts)
        return entry, reasons


def _as_raised(classified: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """CLASSIFIED with the ids that the monitor gave; `known_as` in the criteria where another."""
    raised = dict(zip(alerts["alert_id"], alerts["point_id"], strict=True))
    ids = [raised[alert] for alert in classified["alert_id"]]
    if ids == classified["point_id"].tolist():
        return classified
    criteria = [
        found if point == known else {**found, "known_as": known}
        for found, point, known in zip(
            classified["criteria"], ids, classified["point_id"], strict=True
        )
    ]
    return classified.assign(
        point_id=pd.Series(ids, index=classified.index, dtype="str"),
        criteria=pd.Series(criteria, index=classified.index, dtype=object),
    )


def export(
    config: Config,
    store: Store,
    dates: Sequence[date],
    *,
    known: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> list[Path]:
    """Write the export files of dates from the store, and what is not of one date.

    Args:
        config: the site.
        store: what was judged and decided.
        dates: that are there.
        known: POINTS and CORRECTIONS, where they were just read from the store.
    """
    directory, zone, language = config.export_directory, config.time_zone, config.site.language
    points, corrections = known or (store.points(), store.read_corrections())
    decided = store.correction_states() if dates else {}
    written: list[Path] = []
    for day in dates:
        pickups, alerts = store.read_pickups(day), store.read_alerts(day)
        entry = store.date_entry(day)
        counts = entry["counts"] if entry is not None else {}
        tables = DateTables(
            day,
            pickups,
            alerts,
            points,
            store.read_rejected(day),
            find_incidents(day, pickups, alerts, corrections, points, counts),
            decided,
        )
        written += export_date(tables, directory, language=language, zone=zone)
    written.append(export_corrections(corrections, points, directory, language=language, zone=zone))
    inputs = {name: store.read_rejected(name) for name in store.rejected_inputs()}
    written += export_rejected_inputs(inputs, directory, zone=zone)
    return written
