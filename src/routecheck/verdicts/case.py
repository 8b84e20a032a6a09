"""One pickup that no visit serves, and the judgement of a pickup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import times
from routecheck.domain.codes import Cause, Verdict
from routecheck.domain.tables import JUDGEMENTS, TEXT
from routecheck.verdicts.confidence import Confidences
from routecheck.verdicts.hidden import HiddenStand
from routecheck.verdicts.stretches import Stretch
from routecheck.verdicts.trajectories import Trajectory


@dataclass(frozen=True)
class Judgement:
    """A verdict, with what led to it. Times in seconds since 1970 (UTC).

    Attributes:
        verdict: the verdict.
        cause: its cause; empty for a collected pickup.
        confidence: probability that the verdict is right.
        criteria: outcome of every criterion that was tried; `say`: the one that settled it.
        vehicle_id: the vehicle that collected or came nearest, empty: none.
        arrived_s: start of the visit, NaN: none.
        departed_s: end of the visit.
        dwell_s: time stood.
        distance_m: least distance.
    """

    verdict: Verdict
    cause: Cause | str
    confidence: float
    criteria: dict[str, Any]
    vehicle_id: str = ""
    arrived_s: float = np.nan
    departed_s: float = np.nan
    dwell_s: float = np.nan
    distance_m: float = np.nan


def judgement_table(
    pickups: pd.DataFrame, judgements: Sequence[Judgement], confidences: Confidences
) -> pd.DataFrame:
    """Return JUDGEMENTS from a judgement of each of the PICKUPS, in their order."""

    def texts(name: str) -> pd.Series:
        return pd.Series([str(getattr(one, name)) for one in judgements], dtype=TEXT)

    def numbers(name: str) -> np.ndarray:
        return np.array([getattr(one, name) for one in judgements], dtype=float)

    table = pd.DataFrame(
        {
            **{name: pickups[name].array for name in JUDGEMENTS.names[:4]},
            "scheduled_vehicle_id": pickups["vehicle_id"].array,
            "verdict": texts("verdict"),
            "cause": texts("cause"),
            "confidence": confidences.bounded(numbers("confidence")),
            "vehicle_id": texts("vehicle_id"),
            "arrived_at": times(numbers("arrived_s")),
            "departed_at": times(numbers("departed_s")),
            "dwell_s": numbers("dwell_s"),
            "distance_m": numbers("distance_m"),
            "criteria": pd.Series([one.criteria for one in judgements], dtype=object),
        }
    )
    return JUDGEMENTS.check(table)


@dataclass(frozen=True)
class Case:
    """One pickup that no visit serves. Times in seconds since 1970 (UTC), positions in degrees.

    Attributes:
        position: of the pickup among those of the date.
        point_id: the point.
        scheduled: the scheduled vehicle, empty: any.
        window_s: start and end of its window.
        span_s: when a visit would have counted: the date, or some hours after a window past
            midnight.
        geometry: where the point is believed to be; None: not known.
        lon: longitude of its centre.
        lat: latitude of its centre.
        tolerance_m: its tolerance.
        settled: whether the place is known.
        seldom: whether it is hardly ever served, as its history shows.
        confirmed: whether stands have shown its place.
        place_confidence: probability that the place is right.
        usual_stand_s: how long vehicles usually stand for it (s); NaN: not known.
        stretch: how fast vehicles drive about it; None: not known.
        observers: the vehicles whose tracks must have seen it for it to be missed.
        confidences: how often each criterion is right.
        criteria: what was tried, and its outcome; each criterion adds its own.
    """

    position: int
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
    usual_stand_s: float
    stretch: Stretch | None
    observers: list[Trajectory]
    confidences: Confidences
    criteria: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> tuple[float, float, float]:
        """Longitude, latitude and tolerance (m)."""
        return self.lon, self.lat, self.tolerance_m

    @property
    def observed_by(self) -> dict[str, Trajectory]:
        """The observers by vehicle."""
        return {track.vehicle_id: track for track in self.observers}

    def outside_s(self, start_s: float, end_s: float) -> float:
        """How far a span of time lies outside the window."""
        return float(max(self.window_s[0] - end_s, start_s - self.window_s[1], 0.0))

    def is_other(self, vehicle_id: str) -> bool:
        """Whether it is another vehicle than the scheduled one."""
        return self.scheduled not in ("", vehicle_id)

    def note(self, stand: HiddenStand) -> None:
        """Record in the criteria when a stand may have been, and how long."""
        self.criteria.update(
            dwell_s=round(stand.stood_s, 1),
            dwell_max_s=round(stand.most_s, 1),
            silent_from=iso(stand.start_s),
            silent_until=iso(stand.end_s),
        )

    def collected(
        self,
        criterion: str,
        vehicle_id: str,
        span_s: tuple[float, float],
        *,
        dwell_s: float,
        distance_m: float,
        sure: float,
    ) -> Judgement:
        """A stand of a vehicle in a span of time was the pickup."""
        self.criteria.update(
            say=criterion,
            outside_s=self.outside_s(*span_s),
            other_vehicle=self.is_other(vehicle_id),
        )
        return Judgement(
            Verdict.COLLECTED, "", sure, self.criteria, vehicle_id, *span_s, dwell_s, distance_m
        )

    def unverifiable(self, criterion: str, cause: Cause, vehicle_id: str = "") -> Judgement:
        """The data cannot show whether it was collected."""
        self.criteria["say"] = criterion
        sure = self.confidences.of(criterion)
        return Judgement(Verdict.UNVERIFIABLE, cause, sure, self.criteria, vehicle_id)


def iso(moment_s: float) -> str:
    """UTC text of seconds since 1970, for criteria."""
    return pd.Timestamp(round(moment_s), unit="s", tz="UTC").isoformat()
