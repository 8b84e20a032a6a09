"""A datum that is declared wrongly for the whole feed of fixes.

Where nearly all points, whatever their township or file, lie beside where vehicles stop for them by
one and the same datum, what they have in common is not their records but the feed: its declared
datum was undone, or not, when it was read. Then no record is wrong, and none is to be corrected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.misreadings import READINGS
from routecheck.domain.codes import CorrectionState
from routecheck.domain.settings import DiagnoseSettings
from routecheck.domain.tables import TEXT

BY_FIXES: Mapping[tuple[str, str], str] = {
    ("gcj02", "gcj02"): "wgs84",
    ("bd09", "bd09"): "wgs84",
    ("wgs84", "gcj02_reversed"): "gcj02",
    ("wgs84", "bd09_reversed"): "bd09",
    ("gcj02", "gcj02_as_bd09"): "bd09",
    ("bd09", "bd09_as_gcj02"): "gcj02",
}
"""By the datum that fixes are declared in, and the reading that all points seem to ask for: the
datum that the fixes are really in."""
BY_POINTS: Mapping[tuple[str, str], str] = {
    ("wgs84", "gcj02"): "gcj02",
    ("wgs84", "bd09"): "bd09",
    ("gcj02", "gcj02_reversed"): "wgs84",
    ("bd09", "bd09_reversed"): "wgs84",
    ("gcj02", "bd09_as_gcj02"): "bd09",
    ("bd09", "gcj02_as_bd09"): "gcj02",
}
"""The same of the points, where it is their datum that is declared wrongly."""


@dataclass(frozen=True)
class FeedDatum:
    """That the declared datum of the fixes is wrong.

    Attributes:
        reading: how all records would have to be read, by its name in `READINGS`.
        declared: what the configuration declares.
        value: what it should declare.
        points_value: what it could declare of the points instead; empty: nothing explains it.
        points: how many points differ alike.
        of_points: of how many with evidence.
        offset_m: by how much, in the middle (m).
    """

    reading: str
    declared: str
    value: str
    points_value: str
    points: int
    of_points: int
    offset_m: float

    def as_the_feed_has_it(self, points: pd.DataFrame) -> pd.DataFrame:
        """Return POINTS with their places moved to where the feed, read wrongly, has them."""
        convert = next(one.convert for one in READINGS if one.name == self.reading)
        geometry = points["geometry"].to_numpy(dtype=object).copy()
        located = points["geometry"].notna().to_numpy()
        geometry[located] = shapely.transform(
            geometry[located], lambda xy: np.column_stack(convert(xy[:, 0], xy[:, 1]))
        )
        return points.assign(geometry=pd.Series(geometry, index=points.index, dtype=object))


def find_feed_datum(
    corrections: pd.DataFrame,
    places: pd.DataFrame,
    due: Collection[str],
    settings: DiagnoseSettings,
) -> FeedDatum | None:
    """Return what is wrong with the declared datum of the fixes; None: nothing.

    Args:
        corrections: CORRECTIONS, as they would be proposed.
        places: PLACES.
        due: points that were due on the dates learned from.
        settings: the declared datums.
    """
    known = places["geometry"].notna().to_numpy() & places["confirmed"].to_numpy()
    seen = set(places.loc[known, "point_id"]) & set(due)
    proposed = corrections[
        (corrections["state"] == CorrectionState.PROPOSED).to_numpy()
        & corrections["point_id"].isin(seen).to_numpy()
    ]
    readings = pd.Series(
        [(found or {}).get("reading", "") for found in proposed["criteria"]], dtype=TEXT
    )
    if readings.empty or len(seen) < par.FEED_POINTS:
        return None
    reading = readings.value_counts().index[0]
    # A township that is itself recorded so seems to be converted twice.
    alike = readings.isin([reading, f"{reading}_twice"]).to_numpy()
    count = int(alike.sum())
    declared = _plain(settings.fixes_datum)
    value = BY_FIXES.get((declared, reading))
    if value is None or count < par.FEED_SHARE * len(seen):
        return None
    return FeedDatum(
        reading=str(reading),
        declared=settings.fixes_datum,
        value=value,
        points_value=BY_POINTS.get((_plain(settings.points_datum), reading), ""),
        points=count,
        of_points=len(seen),
        offset_m=round(float(proposed["offset_m"].to_numpy()[alike].astype(float).mean()), 1),
    )


def _plain(datum: str) -> str:
    """CGCS2000 lies within a metre of WGS-84."""
    return "wgs84" if datum.lower() in ("", "cgcs2000") else datum.lower()
