"""What the report of a service date shows beside its verdicts: routes, places, tracks, the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import pandas as pd

from routecheck.engine.losses import Loss, kept_losses
from routecheck.queries.chronic import chronic_points
from routecheck.queries.counts import by_date, township_summary
from routecheck.queries.drive_order import depot
from routecheck.queries.service_date import ServiceDate, with_names
from routecheck.store import Store
from routecheck.tracks.thinned import restored

TREND_DAYS = 42
"""Dates that the trend looks back on: six weeks, as diagnosis does."""
_DAY_S = 24 * 3600


@dataclass(frozen=True)
class DailyReport:
    """A service date with what its report shows. Tables are made when first used.

    Attributes:
        day: the date.
        tracks: thinned tracks (see `routecheck.tracks.thinned`), None where none were kept.
        rejected: (file, reason, rows) of the date.
        past_pickups: `service_date`, `verdict`, `pickups`, this date included.
        past_alerts: `service_date`, `point_id`, `classification`, `cause`, this date included.
        past_due: days due in that time, by point; None: every date.
        losses: what of the date, or of a table as a whole, could not be used.
    """

    day: ServiceDate
    tracks: pd.DataFrame | None
    rejected: Sequence[tuple[str, str, int]]
    past_pickups: pd.DataFrame
    past_alerts: pd.DataFrame
    past_due: pd.Series | None = None
    losses: tuple[Loss, ...] = ()

    @cached_property
    def points(self) -> pd.DataFrame:
        """See `ServiceDate.places`."""
        return self.day.places

    @cached_property
    def pickups(self) -> pd.DataFrame:
        """See `ServiceDate.placed_pickups`. Sorted by township, point and window."""
        by = ["township", "point_id", "window_start"]
        return self.day.placed_pickups.sort_values(by, kind="stable")

    @cached_property
    def alerts(self) -> pd.DataFrame:
        """The named alerts, sorted by township, point and id."""
        by = ["township", "point_id", "alert_id"]
        return self.day.named_alerts.sort_values(by, kind="stable")

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """The corrections with names, those of the highest confidence first."""
        return by_confidence(with_names(self.day.corrections, self.day.records))

    @cached_property
    def townships(self) -> pd.DataFrame:
        """See `counts.township_summary`."""
        return township_summary(self.pickups, self.alerts)

    @cached_property
    def trend(self) -> pd.DataFrame:
        """See `counts.by_date`."""
        return by_date(self.past_pickups, self.past_alerts)

    @cached_property
    def chronic(self) -> pd.DataFrame:
        """See `chronic.chronic_points`, with names."""
        dates = self.trend["service_date"].tolist()
        often = chronic_points(self.past_alerts, dates, self.past_due)
        return with_names(often, self.day.records)

    @cached_property
    def depot(self) -> tuple[float, float] | None:
        """Longitude and latitude of where most vehicles begin, None where not known."""
        return depot(self.tracks)

    @cached_property
    def reported(self) -> dict[str, tuple[int, int]] | None:
        """By vehicle, its first and last fix of the date in seconds since local midnight.

        None where no tracks were kept.
        """
        if self.tracks is None:
            return None
        today = self.tracks[(self.tracks["time_s"] < _DAY_S).to_numpy()]
        ends = today.groupby("vehicle_id", observed=True)["time_s"].agg(["min", "max"])
        return {str(v): (int(a), int(b)) for v, a, b in ends.itertuples()}


def read_daily_report(store: Store, service_date: ServiceDate) -> DailyReport:
    """Read what the report of a service date shows beside its verdicts.

    Args:
        store: open; only read.
        service_date: the date.
    """
    day = service_date.service_date
    tracks = store.evidence("tracks", day, day).get(day)
    began = day - timedelta(days=TREND_DAYS - 1)
    past_pickups, past_alerts = store.outcomes(began, day)
    return DailyReport(
        service_date,
        tracks=None if tracks is None else restored(tracks),
        rejected=store.rejected_counts(day),
        past_pickups=past_pickups,
        past_alerts=past_alerts,
        past_due=store.due_days(began, day),
        losses=tuple(loss for loss in kept_losses(store) if loss.day in ("", str(day))),
    )


def by_confidence(corrections: pd.DataFrame) -> pd.DataFrame:
    """Return CORRECTIONS, those of the highest confidence first."""
    return corrections.sort_values(
        ["confidence", "point_id"], ascending=[False, True], kind="stable"
    )
