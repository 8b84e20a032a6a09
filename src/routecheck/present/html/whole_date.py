"""A service date as its pages share it: cut by township, once for all of them.

A large area has a page a township. None of them may look through the whole date again, or the
pages take time with the square of the area.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Ints, records
from routecheck.geo.crs import WGS84, from_wgs84
from routecheck.present.daily import Daily
from routecheck.present.html.map_lines import MapLines

_NONE = np.zeros(0, dtype=np.int64)


class WholeDate:
    """A date, and which rows of its tables belong to which township.

    Positions of points, tracks and the depot are those that maps draw: in the datum of their tiles.
    """

    def __init__(self, daily: Daily, tiles_datum: str = WGS84) -> None:
        self.daily, self._datum = daily, tiles_datum
        report = daily.report
        self._tables: Mapping[str, pd.DataFrame] = {
            "pickups": daily.pickups,
            "alerts": daily.alerts,
            "points": self._drawn(report.points),
            "corrections": report.corrections,
            "chronic": report.chronic,
        }
        self._rows: dict[str, Mapping[Any, Ints]] = {}

    def rows_of(self, name: str, township: str | None) -> pd.DataFrame:
        """Return the rows of `pickups`, `alerts`, `points`, `corrections` or `chronic`.

        Args:
            name: of the table.
            township: whose rows; None: all.
        """
        table = self._tables[name]
        if township is None:
            return table
        if name not in self._rows:
            found = table.groupby("township", sort=False).indices
            self._rows[name] = {town: np.asarray(rows) for town, rows in found.items()}
        return table.iloc[self._rows[name].get(township, _NONE)]

    @cached_property
    def townships(self) -> tuple[dict[str, dict[Any, Any]], dict[Any, Any]]:
        """The counts of each township, in the order of their rank, and the totals."""
        *rows, total = self.daily.report.townships.to_dict("records")
        return {row["township"]: row for row in rows}, total

    @cached_property
    def incidents(self) -> Mapping[int, Any]:
        """The incidents as rows, by their number, the gravest first."""
        return {row.incident: row for row in records(self.daily.incidents)}

    @cached_property
    def lines(self) -> MapLines:
        """What the maps draw of the tracks."""
        tracks = self.daily.report.tracks
        if tracks is not None and self._datum != WGS84:
            lon, lat = from_wgs84(tracks["lon_e5"] / 1e5, tracks["lat_e5"] / 1e5, self._datum)
            e5 = {"lon_e5": np.round(lon * 1e5), "lat_e5": np.round(lat * 1e5)}
            tracks = tracks.assign(**{name: value.astype(int) for name, value in e5.items()})
        return MapLines(tracks)

    @cached_property
    def depot(self) -> tuple[float, float] | None:
        """Longitude and latitude of where most vehicles begin, as maps draw it."""
        start = self.daily.report.depot
        if start is None or self._datum == WGS84:
            return start
        lon, lat = from_wgs84(*start, self._datum)
        return float(lon), float(lat)

    def _drawn(self, points: pd.DataFrame) -> pd.DataFrame:
        """The points as maps draw them."""
        if self._datum == WGS84:
            return points
        moved = {}
        for x, y in (("lon", "lat"), ("recorded_lon", "recorded_lat")):
            moved[x], moved[y] = from_wgs84(points[x], points[y], self._datum)
        there = shapely.transform(
            points["geometry"].to_numpy(dtype=object),
            lambda lonlat: np.column_stack(from_wgs84(lonlat[:, 0], lonlat[:, 1], self._datum)),
        )
        return points.assign(**moved, geometry=pd.Series(there, index=points.index, dtype=object))
