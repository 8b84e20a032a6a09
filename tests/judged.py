"""Scenes that are judged: trucks on a straight road, and the verdicts of the points beside it.

Trucks drive east along a straight road (y = 0) at 8 m/s from a depot at x = 0; point P lies at
x = 3000 beside it, others further on. Windows are 06:00 to 10:00 unless a test sets others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from routecheck.domain.settings import Settings
from routecheck.domain.tables import ALERTS, CALENDAR
from routecheck.engine import observing, pipeline
from routecheck.registry.records import recorded_places
from scene import DAY, ZONE, drive, fixes, local, points, schedule

NOW = pd.Timestamp("2026-03-10", tz="UTC")
POINTS = points(P=(3000.0, 5.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
ROUTE = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRS"])
HOME = [("to", 8000.0, 0.0, 8.0), ("to", 0.0, 0.0, 10.0), ("stand", 16000)]


def serve(*stops: float, stood_s: float = 60.0, before: float = 0.0) -> list[tuple]:
    """A round that stands at the given places along the road, then parks at the depot."""
    legs: list[tuple] = [("stand", max(before, 60.0))]
    for x in stops:
        legs += [("to", x, 0.0, 8.0), ("stand", stood_s)]
    return [*legs, *HOME]


ALL = (3000.0, 3400.0, 3800.0, 4200.0)


def a(legs, begins="06:10", **options) -> pd.DataFrame:
    sampling = {k: options.pop(k) for k in ("every_s", "lag_s") if k in options}
    return fixes("A", local(begins), drive((0.0, 0.0), legs, **sampling), **options)


def decide(
    table, *, pts=POINTS, route=ROUTE, raised=None, settings=None, places=None, paces=None,
    patience=None,
):  # fmt: skip
    settings = settings or Settings(time_zone=ZONE)
    site = observing.Site(pts, route, CALENDAR.empty())
    seen = observing.observe(table, DAY, settings, NOW)
    where = recorded_places(pts, DAY, settings.match) if places is None else places
    usual = pd.DataFrame(
        {"point_id": pd.Series([], dtype="str"), "vehicle_id": pd.Series([], dtype="str")}
    )
    raised = ALERTS.empty() if raised is None else raised
    return decided(seen, site, where, usual, raised, settings, paces=paces, patience=patience)


@dataclass(frozen=True)
class Decided:
    alerts: pd.DataFrame
    judgements: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame
    episodes: Callable[[], pd.DataFrame]


def decided(seen, site, places, usual, raised, settings, *, faults=None, **more) -> Decided:
    """A date weighed and decided at once, as far as no other date has to do with it."""
    found = pipeline.weigh(seen, site, places, usual, settings, faults=faults, **more)
    answer = pipeline.decide(found, seen, site, places, raised, settings, faults=faults)
    return Decided(*answer, found.visits, found.approaches, found.episodes)


def verdict(table, point="P", **options) -> tuple[str, str]:
    rows = decide(table, **options).judgements.set_index("point_id")
    return rows.loc[point, "verdict"], rows.loc[point, "cause"]


def classification(table, raised, **options) -> tuple[str, str]:
    row = decide(table, raised=raised, **options).alerts.iloc[0]
    return row["classification"], row["cause"]


def of_p(**values) -> pd.DataFrame:
    """Places as recorded, but for what is known of P."""
    places = recorded_places(POINTS, DAY, Settings(time_zone=ZONE).match)
    return places.assign(
        **{
            name: [value, *places[name].iloc[1:]]
            for name, value in values.items()
        }
    )  # fmt: skip
