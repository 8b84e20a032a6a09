"""What a run or a re-check sees: observed dates, what they teach, what verdicts rest on."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from routecheck.domain.settings import Settings
from routecheck.domain.tables import HISTORY
from routecheck.engine import due_dates, pipeline
from routecheck.registry.records import valid_points
from routecheck.sources.fix_source import FixSource
from routecheck.store import Store

HISTORY_DAYS = 42
"""How far diagnosis looks about it in the store: six weeks, as points and habits do change."""
KEEP_ROWS = 600_000
"""Fixes whose observations are kept between observing and judging (some 150 MB): a county's ten
days. Those of later dates are made again, an eighth of the time of a date."""


class Observer:
    """Observes service dates, and keeps what it saw as long as that is small."""

    def __init__(
        self, fixes: FixSource, settings: Settings, now: pd.Timestamp, site: pipeline.Site
    ) -> None:
        """Remember where the fixes are; nothing is loaded yet."""
        self.fixes, self.settings, self.now, self.site = fixes, settings, now, site
        self._kept: dict[date, pipeline.Observation] = {}
        self._rows = 0

    def __call__(self, day: date) -> pipeline.Observation:
        """The observation of a date."""
        if day not in self._kept:
            # Nothing of a date that is being judged was measured long after it, whatever the
            # clock of this machine says.
            latest = max(self.now, pd.Timestamp(day, tz="UTC") + pd.Timedelta(days=3))
            seen = pipeline.observe(self.fixes.load(day), day, self.settings, latest, self.site)
            # The first is kept whatever its size: a run of one date observes once.
            if self._kept and self._rows + len(seen.cleaned.tracks) > KEEP_ROWS:
                return seen
            self._kept[day] = seen
            self._rows += len(seen.cleaned.tracks)
        return self._kept[day]


def input_hash(
    fixes: FixSource,
    site: pipeline.Site,
    alerts: pd.DataFrame,
    accepted: pd.DataFrame,
    *,
    day: date,
    settings: Settings,
) -> str:
    """Hash of all that the verdicts of a date rest on, but for the history of other dates.

    Args:
        fixes: of the site.
        site: points, schedule, calendar.
        alerts: ALERTS, of that date or of all.
        accepted: CORRECTIONS in force on that date.
        day: the service date.
        settings: all settings.
    """
    digest = due_dates.Digest().text(fixes.fingerprint(day), settings)
    digest.points(valid_points(site.points, day), day)
    for shift in (-1, 0, 1):
        digest.table(site.pickups(day + timedelta(days=shift), settings))
    digest.table(alerts[alerts["service_date"] == day].reset_index(drop=True))
    places = ["point_id", "proposed_lon", "proposed_lat", "proposed_tolerance_m"]
    return digest.table(accepted[places]).value


def learn(
    store: Store, site: pipeline.Site, today: dict[date, pd.DataFrame], settings: Settings
) -> pipeline.Learned:
    """Learn from dates just observed and from the history in the store.

    Args:
        store: an open store.
        site: points, schedule, calendar.
        today: HISTORY by date, of the dates of this run.
        settings: all settings.
    """
    around = timedelta(days=HISTORY_DAYS)
    stored = store.evidence("history", min(today) - around, max(today) + around)
    kept = {day: table for day, table in stored.items() if day not in today}
    tables = {**kept, **today}
    days = sorted(tables)
    pickups = pd.concat([site.pickups(day, settings) for day in days], ignore_index=True)
    # Dates with other vehicles have other categories, and lose them when put together.
    history = pd.concat([tables[day] for day in days], ignore_index=True)
    history = history.astype({"vehicle_id": "category"})
    # Of dates that were stored before paces were kept, none is known.
    history = history.reindex(columns=HISTORY.names)
    decided = store.read_corrections()
    return pipeline.learn(history, pickups, site, decided, max(today), settings)
