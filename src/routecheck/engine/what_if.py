"""What if a point had another tolerance or place, or a pickup took another time: nothing stored."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.settings import Settings


@dataclass(frozen=True)
class WhatIf:
    """What is tried on one point; None: as it is.

    Attributes:
        point_id: the point.
        tolerance_m: about it.
        place: where its bins stand, longitude and latitude (deg, WGS-84).
        min_dwell_s: a pickup takes at least so long, here and everywhere.
    """

    point_id: str
    tolerance_m: float | None = None
    place: tuple[float, float] | None = None
    min_dwell_s: float | None = None

    def on_places(self, places: pd.DataFrame) -> pd.DataFrame:
        """Return PLACES with what is tried; a place that is named is a sure one."""
        mine = (places["point_id"] == self.point_id).to_numpy()
        if self.tolerance_m is not None:
            tolerance = np.where(mine, self.tolerance_m, places["tolerance_m"])
            places = places.assign(tolerance_m=tolerance.astype(float))
        if self.place is not None:
            geometry = places["geometry"].to_numpy(dtype=object).copy()
            geometry[mine] = shapely.Point(*self.place)
            settled = np.where(mine, True, places["settled"]).astype(bool)
            places = places.assign(geometry=geometry, settled=settled)
        return places

    def on_settings(self, settings: Settings) -> Settings:
        """Return settings with what is tried."""
        if self.min_dwell_s is None:
            return settings
        return replace(settings, judge=replace(settings.judge, min_dwell_s=self.min_dwell_s))
