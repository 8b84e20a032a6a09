"""What service dates are judged on, and the one order in which that is done.

    observe each date ─► learn from them and from the history in the store ─► judge each date

Runs, re-checks, diagnoses and back-tests all go this way; they differ only in the registry and the
history that they look at (see `routecheck.engine.session`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pandas as pd

from routecheck.config.sections import EngineSection
from routecheck.domain.patience import Patience
from routecheck.domain.settings import Settings
from routecheck.domain.tables import HISTORY, TEXT
from routecheck.engine import due_dates, learning, observing, partition, pipeline
from routecheck.engine.field_checks import all_checks
from routecheck.engine.inputs import Inputs
from routecheck.engine.joins import renamed
from routecheck.engine.judged import Judged, as_raised, under_due_ids
from routecheck.engine.partition import Partition
from routecheck.engine.unfinished import unfinished_dates
from routecheck.engine.what_if import WhatIf
from routecheck.engine.workers import Told, in_order
from routecheck.registry.ids import VEHICLE, join_ids
from routecheck.registry.records import valid_points
from routecheck.registry.schedule_gaps import never_heard
from routecheck.sources.fix_source import FixSource
from routecheck.store import Store
from routecheck.store.point_changes import other_ids
from routecheck.verdicts.field_checks import CheckBook

HISTORY_DAYS = 42
"""How far diagnosis looks about it in the store: six weeks, as points and habits do change."""
KEEP_ROWS = 1_600_000
"""Fixes whose observations are kept between observing and judging (some 150 MB): a county's
fortnight. Those of later dates are made again, an eighth of the time of a date."""
LATEST_DAYS = 3
"""Nothing of a date that is being judged was measured longer after it, whatever the clock of this
machine shows."""


class Basis:
    """Inputs, registry and history on which service dates are judged.

    Args:
        inputs: what was read, but the fixes.
        fixes: of the site.
        settings: of the stages.
        now: the present, UTC.
        registry: points, their changes, and corrections.
        history: the store with the history of other dates; None: there is none.
        as_of: the registry, and the dates that had been judged, of that moment (UTC); None: now.
        together: dates that were learned from together with those judged, whenever they were
            stored.
        running: dates that are not over, with what may still come of each: nothing is learned
            from them.
        until: the last date that is learned from; None: whatever was known.
        words_until: words from the field count that stood at that moment (UTC); None: now.
    """

    def __init__(
        self,
        inputs: Inputs,
        fixes: FixSource,
        settings: Settings,
        now: pd.Timestamp,
        registry: Store,
        history: Store | None,
        *,
        as_of: datetime | None = None,
        together: frozenset[date] = frozenset(),
        running: Mapping[date, Patience] | None = None,
        until: date | None = None,
        words_until: datetime | None = None,
    ) -> None:
        self.inputs, self.fixes, self.settings, self.now = inputs, fixes, settings, now
        self.registry, self._stored = registry, history
        self._as_of, self._together, self._until = as_of, together, until
        self._words_until = words_until
        self.running = running or {}
        self.site = observing.Site(
            registry.points(as_of=as_of), inputs.schedule, inputs.calendar, inputs.gaps
        )
        checks = all_checks(inputs.checks, history, settings.time_zone, as_of=words_until)
        self.checks = CheckBook(checks, settings.time_zone)
        self._other_ids: dict[str, str] | None = None
        self._kept: dict[date, observing.Observation] = {}
        self._kept_rows = 0

    def until(self, day: date) -> Basis:
        """Return the same as if no later date were known: to see how what is learnt moves.

        Args:
            day: a date that the store has.
        """
        return Basis(
            self.inputs,
            self.fixes,
            self.settings,
            self.now,
            self.registry,
            self._stored,
            as_of=self._as_of,
            together=frozenset(one for one in self._together if one <= day) | {day},
            until=day,
            words_until=self._words_until,
        )

    # --- observe ------------------------------------------------------------------------------

    def observe(self, day: date) -> observing.Observation:
        """Return what the fixes about a date show; kept as long as that is small."""
        if day in self._kept:
            return self._kept[day]
        return self._entered(day, observing.observe(*self._to_observe(day)))

    def observe_each(
        self, days: Sequence[date], engine: EngineSection, told: Told
    ) -> Iterator[tuple[date, Callable[[], tuple[observing.Observation, pd.DataFrame]]]]:
        """Observe dates, several at a time where there are workers.

        Yields:
            Each date in its turn, and a call that returns what its fixes show, and its HISTORY.
        """
        kept = set(self._kept)
        pieces = [(day, partial(self._to_observe, day)) for day in days if day not in kept]
        each = in_order(engine, partition.observed, pieces, told)
        for day in days:
            if day in kept:
                yield day, partial(self._as_kept, day)
            else:
                yield day, partial(self._with_history, day, next(each)[1])

    def _to_observe(
        self, day: date, feed_s: float = 0.0
    ) -> tuple[pd.DataFrame, date, Settings, pd.Timestamp, observing.Site]:
        """What a date is observed with; `feed_s`: seconds that were added to all times."""
        latest = max(self.now, pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=LATEST_DAYS))
        return self.fixes.load(day, feed_s), day, self.settings, latest, self.site

    def _as_kept(self, day: date) -> tuple[observing.Observation, pd.DataFrame]:
        return self._kept[day], self.history_of(day)

    def _with_history(
        self, day: date, answer: Callable[[], tuple[observing.Observation, pd.DataFrame]]
    ) -> tuple[observing.Observation, pd.DataFrame]:
        found, history = answer()
        seen = self._entered(day, found)
        return seen, history if seen is found else self.history_of(day, seen)

    def _entered(self, day: date, seen: observing.Observation) -> observing.Observation:
        """An observation, observed anew where terminals moved by wrong times; kept if small."""
        if seen.feed_s and self.inputs.vehicles is not None:
            # Terminals moved to other vehicles at midnight by the times put right.
            seen = observing.observe(*self._to_observe(day, seen.feed_s))
        # The first is kept whatever its size: a run of one date observes once.
        if not self._kept or self._kept_rows + len(seen.cleaned.tracks) <= KEEP_ROWS:
            self._kept[day] = seen
            self._kept_rows += len(seen.cleaned.tracks)
        return seen

    def history_of(self, day: date, seen: observing.Observation | None = None) -> pd.DataFrame:
        """Return HISTORY of a date: what is learned from, on this date and on later ones.

        Args:
            day: the date.
            seen: its observation, where the caller has it; None: it is looked up, or made.
        """
        seen = self.observe(day) if seen is None else seen
        return seen.history(self.pickups(day), self.settings)

    def pickups(self, day: date) -> pd.DataFrame:
        """Return PICKUPS that were due on a date."""
        return self.site.pickups(day, self.settings)

    # --- learn --------------------------------------------------------------------------------

    def learn(self, observed: Mapping[date, pd.DataFrame]) -> learning.Learned:
        """Learn from dates just observed and from the history in the store.

        Dates whose data end before the work was over teach nothing, as long as there are others.

        Args:
            observed: HISTORY by date, of the dates that are to be judged. None at all: of dates
                that the store has, what it keeps of them.
        """
        days = sorted({*observed, *self._together})
        tables = {**self._history(days[0], days[-1]), **observed}
        dates = sorted(tables)
        pickups = pd.concat([self.pickups(day) for day in dates], ignore_index=True)
        # Dates with other vehicles have other categories, and lose them when put together.
        history = pd.concat([tables[day] for day in dates], ignore_index=True)
        history = self._as_scheduled(history).astype({"vehicle_id": "category"})
        # Of dates that were stored before paces were kept, none is known.
        history = history.reindex(columns=HISTORY.names)
        decided = self.registry.read_corrections()
        if len(self.checks.checks) and self._stored is not None:
            wanted = self.checks.wanted(sorted(observed) or days[-1:])
            self.checks.enter(self._stored.read_pickups_of(*wanted))
        unfinished = unfinished_dates(history, pickups, self.settings.time_zone)
        # Of a site that has no other date yet, the running one teaches what can be known of it.
        if not unfinished.union(self.running).issuperset(dates):
            unfinished |= self.running.keys() & set(dates)
        on = max((day for day in days if day not in unfinished), default=days[-1])
        return learning.learn(history, pickups, self.site, decided, on, self.settings, unfinished)

    def _as_scheduled(self, history: pd.DataFrame) -> pd.DataFrame:
        """HISTORY with the vehicles as the schedule spells them now; earlier it may have not."""
        names = history["vehicle_id"].astype(TEXT)
        same = join_ids(self.inputs.gaps.vehicles, names.unique(), VEHICLE).same
        return renamed(history.assign(vehicle_id=names), "vehicle_id", same) if same else history

    def _history(self, first: date, last: date) -> dict[date, pd.DataFrame]:
        """HISTORY by date of the weeks about a span, as far as it was known."""
        if self._stored is None:
            return {}
        span = first - timedelta(days=HISTORY_DAYS), last + timedelta(days=HISTORY_DAYS)
        if self._until is not None:
            span = span[0], min(span[1], self._until)
        stored = self._stored.evidence("history", *span)
        if self._as_of is None:
            return stored
        since = self._stored.first_judged(*span)
        return {
            day: table
            for day, table in stored.items()
            if day in self._together or (day in since and since[day] <= self._as_of)
        }

    # --- judge --------------------------------------------------------------------------------

    def judge(
        self,
        day: date,
        learned: learning.Learned,
        *,
        what_if: WhatIf | None = None,
    ) -> Judged:
        """Judge the pickups of a date and classify its alerts.

        Args:
            day: the service date.
            learned: from `learn`.
            what_if: what is tried on a point.
        """
        one = self._partition(day, learned, what_if)
        return self._judged(one, *partition.weighed(one), tried=what_if is not None)

    def judge_each(
        self, days: Sequence[date], learned: learning.Learned, engine: EngineSection, told: Told
    ) -> Iterator[tuple[date, Callable[[], Judged]]]:
        """Judge dates, several at a time where there are workers.

        Yields:
            Each date in its turn, and a call that judges it. The field checks of a date count for
            those after it: so they are to be called in that order.
        """
        made: dict[date, Partition] = {}

        def alone(day: date) -> tuple[Partition]:
            made[day] = self._partition(day, learned, None)
            return (made[day],)

        weigh = partition.weighed if engine.kind == "local" else partition.weighed_whole
        pieces = [(day, partial(alone, day)) for day in days]
        for day, answer in in_order(engine, weigh, pieces, told):

            def judged(day: date = day, answer: Callable[[], Any] = answer) -> Judged:
                observation, weighed = answer()
                return self._judged(made.pop(day), observation, weighed)

            yield day, judged

    def _partition(self, day: date, learned: learning.Learned, what_if: WhatIf | None) -> Partition:
        """What a date is weighed by."""
        accepted = self.registry.read_corrections(in_force_on=day)
        places = learned.places_on(day, self.site.points, accepted, self.settings)
        settings = self.settings
        if what_if is not None:
            places, settings = what_if.on_places(places), what_if.on_settings(settings)
        observation, patience = self.observe(day), self.running.get(day)
        return Partition(observation, self.site, places, accepted, learned, patience, settings)

    def _judged(
        self,
        one: Partition,
        observation: observing.Observation,
        weighed: pipeline.Weighed,
        *,
        tried: bool = False,
    ) -> Judged:
        """A date as it is decided, with its checks entered, and alerts that could not be read."""
        day, learned = observation.service_date, one.learned
        raised = self.alerts_of(day)
        alerts, judgements = pipeline.decide(
            weighed,
            observation,
            self.site,
            one.places,
            under_due_ids(raised, set(self.pickups(day)["point_id"]), self.other_id),
            one.settings,
            self.checks.before(day),
            learned.faults,
            self.strangers(learned),
        )
        if not tried:
            self.checks.enter(judgements)
        return Judged(
            service_date=day,
            observation=observation,
            places=one.places,
            accepted=one.accepted,
            raised=raised,
            alerts=as_raised(alerts, raised),
            judgements=self._with_lost_alerts(day, judgements),
            visits=weighed.visits,
            approaches=weighed.approaches,
            episodes=weighed.episodes,
        )

    def strangers(self, learned: learning.Learned) -> dict[str, str]:
        """Return vehicles of the schedule that were never heard, with the one on their round.

        Args:
            learned: from `learn`.
        """
        return never_heard(self.inputs.gaps.vehicles, self.heard(learned), learned.usual)

    def heard(self, learned: learning.Learned) -> set[str]:
        """Return vehicles that sent anything, now or before, or that the vehicles file knows.

        Args:
            learned: from `learn`.
        """
        known = set(learned.heard) | set(self.fixes.heard.values())
        if self.inputs.vehicles is not None:
            listed = self.inputs.vehicles["vehicle_id"].tolist()
            same = join_ids(self.inputs.gaps.vehicles, listed, VEHICLE).same
            known |= {same.get(name, name) for name in listed}
        return known

    def alerts_of(self, day: date) -> pd.DataFrame:
        """Return ALERTS of a date, as the monitor raised them."""
        alerts = self.inputs.alerts
        return alerts[alerts["service_date"] == day].reset_index(drop=True)

    def _with_lost_alerts(self, day: date, judgements: pd.DataFrame) -> pd.DataFrame:
        """JUDGEMENTS; a pickup counts as alerted too where an alert of its point was unusable."""
        number = (day - date(1970, 1, 1)).days
        lost = {row.point_id for row in self.inputs.lost.get("alerts", ()) if row.day == number}
        if not lost:
            return judgements
        return judgements.assign(alerted=judgements["alerted"] | judgements["point_id"].isin(lost))

    def other_id(self, point_id: str) -> str:
        """Return the other id of a point that was renamed or merged into another; else its own."""
        if self._other_ids is None:
            changes = self.registry.point_changes()
            self._other_ids = other_ids(
                one for one in changes if self._as_of is None or one[0] <= self._as_of
            )
        return self._other_ids.get(point_id, point_id)

    def input_hash(self, day: date, accepted: pd.DataFrame | None = None) -> str:
        """Return the hash of all that the verdicts of a date rest on, but for other dates.

        Only settings that stages read enter it: what is merely shown, sent or scheduled does not
        make a date due again.

        Args:
            day: the service date.
            accepted: CORRECTIONS in force on it; read, where not given.
        """
        if accepted is None:
            accepted = self.registry.read_corrections(in_force_on=day)
        digest = due_dates.Digest().text(self.fixes.fingerprint(day), self.settings)
        if day in self.running:
            digest.text("running")
        digest.points(valid_points(self.site.points, day), day)
        for shift in (-1, 0, 1):
            digest.table(self.pickups(day + timedelta(days=shift)))
        alerts = self.alerts_of(day)
        digest.table(alerts)
        if unknown := self.site.gaps.on(day, alerts["point_id"]):
            digest.text(sorted(unknown))
        places = ["point_id", "proposed_lon", "proposed_lat", "proposed_tolerance_m"]
        return digest.table(accepted[places]).value
