"""The thinned tracks of a date as maps draw them: lines, found by the part of the map."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array

MOST = 0.9
"""Where more than this share of all vertices is asked for, all are drawn."""


class MapLines:
    """Thinned tracks (see `routecheck.tracks.thinned`), with the extent of each of their pieces.

    Attributes:
        vehicles: their names, sorted; lines refer to them by number.
    """

    def __init__(self, tracks: pd.DataFrame | None) -> None:
        """Take the tracks; None: none were kept."""
        self.vehicles: list[str] = []
        self._count = 0 if tracks is None else len(tracks)
        if tracks is None or tracks.empty:
            return
        self.vehicles = sorted(str(name) for name in tracks["vehicle_id"].unique())
        number = {name: n for n, name in enumerate(self.vehicles)}
        names = [str(name) for name in tracks["vehicle_id"].cat.categories]
        numbers = np.array([number.get(name, -1) for name in names])
        x, y = tracks["lon_e5"].to_numpy(), tracks["lat_e5"].to_numpy()
        self._place = np.column_stack([x, y, tracks["time_s"].to_numpy()]).astype(np.int64)
        self._first = np.append(0, np.flatnonzero(np.diff(tracks["piece"].to_numpy())) + 1)
        self._last = np.append(self._first[1:], len(tracks))
        self._vehicle = numbers[tracks["vehicle_id"].cat.codes.to_numpy()[self._first]]
        self._low = np.minimum.reduceat(self._place[:, :2], self._first)
        self._high = np.maximum.reduceat(self._place[:, :2], self._first)

    def within(self, low: Array, high: Array) -> list[list[Any]]:
        """Return lines as `[vehicle, [lon, lat, s, dlon, dlat, ds, …]]`, in 1e-5 deg.

        Args:
            low: least longitude and latitude of the part of the map, 1e-5 deg.
            high: greatest.
        """
        if self._count == 0:
            return []
        near = np.flatnonzero(((self._low <= high) & (self._high >= low)).all(axis=1))
        rows, pieces = self._rows(near)
        place = self._place[rows, :2]
        here = ((place >= low) & (place <= high)).all(axis=1)
        if here.sum() > MOST * self._count:
            rows, pieces = self._rows(np.arange(len(self._first)))
        else:
            rows, pieces = rows[here], pieces[here]
        if len(rows) == 0:
            return []
        begins = np.append(0, np.flatnonzero((np.diff(pieces) != 0) | (np.diff(rows) != 1)) + 1)
        # A line begins with a place; what follows are steps from one to the next.
        steps = self._place[rows]
        steps[1:] = np.diff(steps, axis=0)
        steps[begins] = self._place[rows[begins]]
        vehicles = self._vehicle[pieces[begins]].tolist()
        edges = [*begins.tolist(), len(rows)]
        return [
            [vehicle, steps[first:last].ravel().tolist()]
            for vehicle, (first, last) in zip(vehicles, itertools.pairwise(edges), strict=True)
            if last - first > 1
        ]

    def _rows(self, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The vertices of some pieces, in order, and the piece of each."""
        first, length = self._first[pieces], (self._last - self._first)[pieces]
        before = np.cumsum(length) - length
        rows = np.arange(int(length.sum())) + np.repeat(first - before, length)
        return rows, np.repeat(pieces, length)
