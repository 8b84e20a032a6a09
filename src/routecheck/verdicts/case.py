"""One pickup that no visit serves, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from routecheck.domain.codes import Cause, Verdict
from routecheck.verdicts import confidence
from routecheck.verdicts.hidden import Hidden
from routecheck.verdicts.stretches import Stretch
from routecheck.verdicts.trajectories import Watch

Judgement = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One pickup that no visit serves. Times in seconds since 1970 (UTC), positions in degrees.

    Attributes:
        i: its position among the pickups of the date.
        point_id: the point.
        scheduled: the scheduled vehicle, empty: any.
        window_s: start and end of its window.
        span_s: when a visit would have counted: the date, or 6 h after a window past midnight.
        geometry: where the point is believed to be; None: not known.
        lon: longitude of its centre.
        lat: latitude of its centre.
        tolerance_m: its tolerance.
        settled: whether the place is known.
        seldom: whether it is hardly ever served, as its history shows.
        confirmed: whether the tracks themselves have spoken for its place.
        place_confidence: probability that the place is right.
        stretch: how fast vehicles drive about it; None: not known.
        observers: the vehicles whose tracks must have seen it for it to be missed.
        criteria: what was looked at, and came out; each criterion adds its own.
    """

    i: int
    point_id: str
    scheduled: str
    window_s: tuple[float, float]
    span_s: tuple[float, float]
    geometry: Any
    lon: float
    lat: float
    tolerance_m: float
    settled: bool
    seldom: bool
    confirmed: bool
    place_confidence: float
    stretch: Stretch | None
    observers: list[Watch]
    criteria: dict[str, Any] = field(default_factory=dict)

    def outside_s(self, start_s: float, end_s: float) -> float:
        """How far a span of time lies outside the window."""
        return float(max(self.window_s[0] - end_s, start_s - self.window_s[1], 0.0))

    def unverifiable(self, cause: Cause, vehicle: str = "") -> Judgement:
        """The data cannot tell; `criteria` says already which criterion found so."""
        return {
            "verdict": Verdict.UNVERIFIABLE,
            "cause": cause,
            "confidence": confidence.of(self.criteria["say"]),
            "vehicle_id": vehicle,
            "criteria": self.criteria,
        }


def iso(moment_s: float) -> str:
    """UTC text of seconds since 1970, for criteria."""
    return pd.Timestamp(round(moment_s), unit="s", tz="UTC").isoformat()


def moment(moment_s: float) -> pd.Timestamp:
    """UTC time of seconds since 1970."""
    return pd.Timestamp(round(moment_s * 1e6), unit="us", tz="UTC").as_unit("us")


def tell_hidden(case: Case, stand: Hidden) -> None:
    """Keep in the criteria when a stand may have been, and how long."""
    case.criteria.update(
        dwell_s=round(stand.stood_s, 1),
        dwell_max_s=round(stand.most_s, 1),
        silent_from=iso(stand.start_s),
        silent_until=iso(stand.end_s),
    )
