"""What is judged: all that is known of one service date, and its passes by point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Bools, Ints, seconds, texts
from routecheck.domain.grain import Grain
from routecheck.domain.patience import Patience
from routecheck.domain.standing import Standing
from routecheck.domain.tables import CANDIDATES


@dataclass(frozen=True)
class Scene:
    """All that is known of one service date.

    Attributes:
        service_date: local calendar date.
        zone: zone of the service dates.
        pickups: PICKUPS of the date.
        around: PICKUPS of the dates beside it, to which visits may belong instead.
        places: PLACES, one row a point.
        tracks: TRACKS, from the evening before to the night after.
        standing: what was stood in their segments.
        stops: STOPS of the same tracks.
        visits: VISITS at the places, with their tolerance.
        approaches: VISITS with the tolerance widened by `margin_m`.
        usual: columns point_id, vehicle_id: who usually serves a point.
        paces: PACES, how fast vehicles drive where; may be empty.
        as_of: until when the feed as a whole reached.
        doubts: vehicles that cannot be believed at some time of the date: columns `vehicle_id`,
            `fault`, `start`, `end` (seconds since 1970) and `shift_m`, see `tracks.health`.
        candidates: CANDIDATES, all places that each point may be at; may be empty.
        grain: of the fixes: seconds and digits that are not there.
        patience: of a date that is still running; None: it is over.
    """

    service_date: date
    zone: ZoneInfo
    pickups: pd.DataFrame
    around: pd.DataFrame
    places: pd.DataFrame
    tracks: pd.DataFrame
    standing: Standing
    stops: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame
    usual: pd.DataFrame
    paces: pd.DataFrame
    as_of: pd.Timestamp
    doubts: pd.DataFrame
    candidates: pd.DataFrame = field(default_factory=CANDIDATES.empty)
    grain: Grain = field(default_factory=Grain)
    patience: Patience | None = None


@dataclass(frozen=True)
class Passes:
    """VISITS in arrays, seconds since 1970 (UTC), looked up a point at a time."""

    vehicle: np.ndarray
    entered_s: Array
    left_s: Array
    dwell_s: Array
    dwell_max_s: Array
    distance_m: Array
    fixes_inside: Ints
    covered_share: Array
    """Of a line; NaN of other places."""
    rows: Mapping[str, Ints]
    """Of each point, in their order."""

    @classmethod
    def of(cls, visits: pd.DataFrame) -> Passes:
        """Take VISITS apart."""
        return cls(
            vehicle=texts(visits["vehicle_id"]),
            entered_s=seconds(visits["entered"]),
            left_s=seconds(visits["left"]),
            dwell_s=visits["dwell_s"].to_numpy(),
            dwell_max_s=visits["dwell_max_s"].to_numpy(),
            distance_m=visits["distance_m"].to_numpy(),
            fixes_inside=visits["fixes_inside"].to_numpy(),
            covered_share=visits["covered_share"].to_numpy(),
            rows={
                str(point_id): np.asarray(rows, dtype=np.int64)
                for point_id, rows in visits.groupby("point_id", sort=False).indices.items()
            },
        )

    def at(self, point_id: str) -> Ints:
        """The rows of a point."""
        return self.rows.get(point_id, _NO_ROWS)

    def span_s(self, row: int) -> tuple[float, float]:
        """Start and end of a pass."""
        return float(self.entered_s[row]), float(self.left_s[row])

    def touch(self, rows: Ints, start_s: float, end_s: float) -> Bools:
        """Which of the rows lie in a span of time, or touch it."""
        return np.asarray((self.left_s[rows] >= start_s) & (self.entered_s[rows] <= end_s))

    def begin_within(self, rows: Ints, start_s: float, end_s: float) -> Bools:
        """Which of the rows begin in a span of time, its end left out."""
        return np.asarray((self.entered_s[rows] >= start_s) & (self.entered_s[rows] < end_s))

    def longest_first(self, rows: Ints) -> Ints:
        """The rows, those first in which most may have been stood."""
        return rows[np.argsort(-self.dwell_max_s[rows], kind="stable")]


_NO_ROWS: Ints = np.zeros(0, dtype=np.int64)
