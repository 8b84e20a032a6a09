"""What the report of a service date shows beside its verdicts: routes, places, tracks, the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from routecheck.engine.losses import Loss, kept_losses
from routecheck.queries.chronic import chronic_points
from routecheck.queries.counts import by_date, township_summary
from routecheck.queries.drive_order import depot
from routecheck.queries.service_date import ServiceDate, with_names
from routecheck.registry.records import holds_on
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
        rounds: see `engine.evidence.routes_and_places`, None where none were kept.
        rejected: (file, reason, rows) of the date.
        past_pickups: `service_date`, `verdict`, `pickups`, this date included.
        past_alerts: `service_date`, `point_id`, `classification`, `cause`, this date included.
        past_due: days due in that time, by point; None: every date.
        losses: what of the date, or of a table as a whole, could not be used.
    """

    day: ServiceDate
    tracks: pd.DataFrame | None
    rounds: pd.DataFrame | None
    rejected: Sequence[tuple[str, str, int]]
    past_pickups: pd.DataFrame
    past_alerts: pd.DataFrame
    past_due: pd.Series | None = None
    losses: tuple[Loss, ...] = ()

    @cached_property
    def points(self) -> pd.DataFrame:
        """A row a point, sorted: where it is recorded, and where it was judged to be.

        `point_id`, `name`, `township`, `village`, `geometry` (recorded), `holds` (its record holds
        on the date), `recorded_lon`, `recorded_lat` (centre, WGS-84), `lon`, `lat` (where it is
        believed to be), `tolerance_m` (NaN: not known).
        """
        rows = self.day.records.sort_values("point_id", kind="stable").reset_index(drop=True)
        centre = shapely.centroid(rows["geometry"].to_numpy(dtype=object))
        recorded = np.column_stack([shapely.get_x(centre), shapely.get_y(centre)])
        places = _by_point(self.rounds, rows["point_id"], ["lon", "lat", "tolerance_m"])
        moved = ["proposed_lon", "proposed_lat"]
        proposed = _by_point(self.day.corrections, rows["point_id"], moved)
        # A date that was judged before places were kept: what is proposed now, else the record.
        place = np.where(np.isnan(places[:, :2]), proposed, places[:, :2])
        place = np.where(np.isnan(place), recorded, place)
        table = rows[["point_id", "name", "township", "village", "geometry"]]
        return table.assign(
            holds=holds_on(rows, self.day.service_date),
            recorded_lon=recorded[:, 0],
            recorded_lat=recorded[:, 1],
            lon=place[:, 0],
            lat=place[:, 1],
            tolerance_m=places[:, 2],
        )

    @cached_property
    def pickups(self) -> pd.DataFrame:
        """The named pickups with `lon`, `lat` (judged at), `route_id` and `route`.

        `route` is the route, else the scheduled vehicle. Sorted by township, point and window.
        """
        table = self.day.named_pickups.merge(
            self.points[["point_id", "lon", "lat"]], on="point_id", how="left"
        )
        key = ["point_id", "window_start"]
        if self.rounds is None:
            table["route_id"] = ""
        else:
            routes = self.rounds.drop_duplicates(key)[[*key, "route_id"]]
            table = table.merge(routes, on=key, how="left").fillna({"route_id": ""})
        vehicle = table["scheduled_vehicle_id"].to_numpy(dtype=object)
        table["route"] = np.where(table["route_id"] != "", table["route_id"], vehicle)
        return table.sort_values(["township", *key], kind="stable")

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
        rounds=store.evidence("rounds", day, day).get(day),
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


def _by_point(table: pd.DataFrame | None, points: pd.Series, names: list[str]) -> np.ndarray:
    """Return figures of points as a matrix, from the first row of each; NaN where there is none."""
    if table is None or table.empty:
        return np.full((len(points), len(names)), np.nan)
    known = table.drop_duplicates("point_id").set_index("point_id")[names]
    return np.asarray(known.reindex(points).to_numpy(dtype=float))
