"""The matching of Parquet files of any size, by the same core: row groups streamed, seams joined.

pandas is not imported here: it would take longer than a county-day of matching. One thread
matches what another reads and decompresses; more threads were measured to gain nothing, as they
wait for the interpreter's lock.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.settings import MatchSettings, StopSettings
from routecheck.geo.plane import distance_m
from routecheck.geo.shapes import Shapes, points, shapes
from routecheck.matching.core import Matcher
from routecheck.matching.pieces import Pieces

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

_NEEDED = ("vehicle_id", "time", "lon", "lat")
_LOT = 1 << 18
"""Rows read at a time: what two of these take stays small beside the libraries themselves."""
_AHEAD = 3
"""Lots that wait to be matched, while more are read."""
_DRIVING_KMH = 70.0
"""How fast a truck may have driven what it did not stand, on county roads."""


def match_parquet(
    paths: str | Path | Sequence[str | Path],
    places: Mapping[str, Any] | pd.DataFrame,
    settings: MatchSettings,
    stops: StopSettings | None = None,
) -> pa.Table:
    """Return every visit in Parquet files of cleaned fixes, in bounded memory.

    Args:
        paths: one or several files that in this order are sorted by vehicle and time:
            `vehicle_id` (text), `time` (timestamp; UTC), `lon`, `lat` (deg, WGS-84), and, where
            known, `speed_kmh`.
        places: PLACES, or a mapping of its columns `point_id`, `tolerance_m` and `geometry`
            (or `lon`, `lat` in place of it).
        settings: how tracks are held against places.
        stops: what is standing and what a gap, where only the fixes themselves tell it: a
            segment longer than `gap_s` is a gap but where its ends are in one place, and an end
            stands if its speed (that of the segment, where there is none) is at most
            `standing_kmh`.

    Returns:
        VISITS as `match` has them, as an Arrow table.

    Raises:
        UnreadableFileError: a file that is no Parquet, lacks a column, has blanks in one of the
            four columns that are needed, or is not sorted.
    """
    import pyarrow as pa

    files = [Path(p) for p in ([paths] if isinstance(paths, str | Path) else paths)]
    stops = stops or StopSettings()
    matcher = Matcher(_shapes(places, settings))
    vehicles = _Vehicles()
    last: _Rows | None = None
    with ThreadPoolExecutor(max_workers=1) as worker:
        scans: deque[Future[Pieces]] = deque()
        for path, batch in _batches(files):
            rows = _Rows.of(batch, path, stops)
            if len(rows.lon) == 0:
                continue
            if last is not None:
                seam = last.before(rows)
                vehicles.check_order(seam, path)
                matcher.feed(seam)
            vehicles.enter(rows, path)
            scans.append(worker.submit(matcher.scan, rows, matcher.begin(rows)))
            last = rows.last()
            if len(scans) > _AHEAD:
                matcher.take(scans.popleft().result())
        for scan in scans:
            matcher.take(scan.result())
    found = matcher.finish(last.before(last, linked=False) if last else None)
    names, of_row = vehicles.of(found.first_row)
    time = pa.timestamp("us", tz="UTC")
    columns = {
        "point_id": pa.DictionaryArray.from_arrays(
            _arrow(found.place, pa.int64()), _texts([str(p) for p in places["point_id"]])
        ).cast(pa.string()),
        "vehicle_id": pa.DictionaryArray.from_arrays(_arrow(of_row, pa.int64()), _texts(names)),
        "entered": _arrow(found.entered, time),
        "left": _arrow(found.left, time),
        "nearest_at": _arrow(found.nearest_at, time),
        "distance_m": _arrow(found.distance_m, pa.float64()),
        "dwell_s": _arrow(found.dwell_s, pa.float64()),
        "dwell_max_s": _arrow(found.dwell_max_s, pa.float64()),
        "fixes_inside": _arrow(found.fixes, pa.int64()),
    }
    return pa.Table.from_arrays(list(columns.values()), names=list(columns))


@dataclass(frozen=True)
class _Rows:
    """Rows of a file, as the core wants them."""

    lon: Array
    lat: Array
    time: Ints
    speed_kmh: Array | None
    vehicle: NDArray[np.integer[Any]]
    names: list[str]
    stops: StopSettings

    @classmethod
    def of(cls, batch: pa.RecordBatch, path: Path, stops: StopSettings) -> _Rows:
        import pyarrow as pa

        for name in _NEEDED:
            if batch.column(name).null_count:
                raise UnreadableFileError(
                    "stream_blank", file=path, name=name, count=batch.column(name).null_count
                )
        stamp = batch.column("time")
        if not pa.types.is_timestamp(stamp.type):
            raise UnreadableFileError("stream_time", file=path, found=stamp.type)
        if stamp.type.unit != "us":
            stamp = stamp.cast(pa.timestamp("us", tz=stamp.type.tz), safe=False)
        vehicle = batch.column("vehicle_id")
        if not pa.types.is_dictionary(vehicle.type):
            vehicle = vehicle.cast(pa.string()).dictionary_encode()
        speed = None
        if "speed_kmh" in batch.schema.names:
            speed = _numbers(batch.column("speed_kmh"))
        return cls(
            _numbers(batch.column("lon")),
            _numbers(batch.column("lat")),
            _buffer(stamp, np.int64),
            speed,
            _buffer(vehicle.indices.cast(pa.int32()), np.int32),
            [str(name) for name in vehicle.dictionary.to_pylist()],
            stops,
        )

    def last(self) -> _Rows:
        """Return the last row, copied: its batch can go."""
        row = slice(len(self.lon) - 1, None)
        speed = None if self.speed_kmh is None else self.speed_kmh[row].copy()
        return _Rows(
            self.lon[row].copy(),
            self.lat[row].copy(),
            self.time[row].copy(),
            speed,
            np.zeros(1, np.int32),
            [self.names[int(self.vehicle[-1])]],
            self.stops,
        )

    def before(self, rows: _Rows, linked: bool = True) -> _Rows:
        """Return this one row with the first of `rows` behind it."""
        name = rows.names[int(rows.vehicle[0])]
        same = linked and name == self.names[0]
        speed = None
        if self.speed_kmh is not None and rows.speed_kmh is not None:
            speed = np.concatenate([self.speed_kmh, rows.speed_kmh[:1]])
        return _Rows(
            np.concatenate([self.lon, rows.lon[:1]]),
            np.concatenate([self.lat, rows.lat[:1]]),
            np.concatenate([self.time, rows.time[:1]]),
            speed,
            np.array([0, 0 if same else 1], dtype=np.int32),
            [self.names[0], name],
            self.stops,
        )

    def linked(self, row: Ints) -> Bools:
        same = self.vehicle[row] == self.vehicle[row + 1]
        took = self.time[row + 1] - self.time[row]
        linked = np.asarray(same & (took <= self.stops.gap_s * 1e6), dtype=bool)
        long = row[same & ~linked]
        if len(long):
            way = distance_m(self.lon[long], self.lat[long], self.lon[long + 1], self.lat[long + 1])
            linked[same & ~linked] = way <= self.stops.same_place_m
        return linked

    def standing(self, row: Ints, way_m: Array) -> tuple[Array, Array, NDArray[np.int8]]:
        """Estimate the standing in segments from speeds and positions alone.

        Both ends stand, and the way is none: throughout. One end stands: the time that the way
        does not need at the other end's speed. Neither: none; the most is what is left at the
        speed of a truck on county roads.
        """
        after = row + 1
        took = (self.time[after] - self.time[row]) / 1e6
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(took > 0, way_m / took * 3.6, 0.0)
        if self.speed_kmh is None:
            here = there = mean
        else:
            here, there = self.speed_kmh[row], self.speed_kmh[after]
            here = np.where(np.isnan(here), mean, here)
            there = np.where(np.isnan(there), mean, there)
        limit = self.stops.standing_kmh
        stands, stands_then = here <= limit, there <= limit
        still = (mean <= limit) | (way_m <= self.stops.radius_m)
        drove = np.maximum(np.maximum(here, there), mean).clip(limit) / 3.6
        most = np.maximum(took - way_m / (_DRIVING_KMH / 3.6), 0.0)
        part = np.minimum(np.maximum(took - way_m / drove, 0.0), most)
        whole = stands & stands_then & still
        stood = np.where(whole, took, np.where(stands | stands_then, part, 0.0))
        where = np.where(stands == stands_then, 0, np.where(stands, -1, 1)).astype(np.int8)
        return stood, np.where(whole, took, most), where


class _Vehicles:
    """Where in the stream each vehicle's rows begin; refuses rows that are not sorted."""

    def __init__(self) -> None:
        self._row = 0
        self._starts: list[int] = []
        self._names: list[str] = []
        self._seen: set[str] = set()

    def enter(self, rows: _Rows, path: Path) -> None:
        """Note the vehicles of these rows, all of which are new rows of the stream."""
        self.check_order(rows, path)
        change = np.flatnonzero(rows.vehicle[1:] != rows.vehicle[:-1]) + 1
        for start in (0, *change.tolist()):
            name = rows.names[int(rows.vehicle[start])]
            if self._names and name == self._names[-1]:
                continue
            if name in self._seen:
                raise UnreadableFileError(
                    "stream_again", file=path, vehicle=name, after=self._names[-1]
                )
            self._seen.add(name)
            self._names.append(name)
            self._starts.append(self._row + start)
        self._row += len(rows.lon)

    @staticmethod
    def check_order(rows: _Rows, path: Path) -> None:
        """Refuse time that runs backwards within a vehicle, and positions that are no numbers."""
        back = np.flatnonzero(rows.time[1:] < rows.time[:-1])
        back = back[rows.vehicle[back] == rows.vehicle[back + 1]]
        if len(back):
            raise UnreadableFileError(
                "stream_back", file=path, vehicle=rows.names[int(rows.vehicle[back[0]])]
            )
        if not np.isfinite(rows.lon.sum() + rows.lat.sum()):
            raise UnreadableFileError("stream_position", file=path)

    def of(self, row: Ints) -> tuple[list[str], Ints]:
        """Return the names of vehicles, and which of them each row is of."""
        of = np.searchsorted(np.asarray(self._starts, dtype=np.int64), row, side="right") - 1
        return self._names, of


def _batches(files: list[Path]) -> Iterator[tuple[Path, pa.RecordBatch]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in files:
        try:
            # Buffering ahead would keep the whole file in memory.
            file = pq.ParquetFile(os.fspath(path), read_dictionary=["vehicle_id"], pre_buffer=False)
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFileError(
                "stream_no_parquet", file=path, reason=_first_line(error)
            ) from error
        missing = [name for name in _NEEDED if name not in file.schema_arrow.names]
        if missing:
            raise UnreadableFileError(
                "stream_columns",
                file=path,
                wanted=", ".join(_NEEDED),
                missing=", ".join(missing),
                found=", ".join(file.schema_arrow.names),
            )
        columns = [n for n in (*_NEEDED, "speed_kmh") if n in file.schema_arrow.names]
        with file:
            try:
                for batch in file.iter_batches(batch_size=_LOT, columns=columns):
                    yield path, batch
            except (pa.ArrowException, OSError) as error:
                raise UnreadableFileError(
                    "stream_damaged", file=path, reason=_first_line(error)
                ) from error


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _numbers(column: pa.Array) -> Array:
    import pyarrow as pa

    if column.type != pa.float64():
        column = column.cast(pa.float64())
    if column.null_count:
        column = column.fill_null(np.nan)
    return _buffer(column, np.float64)


def _buffer(column: pa.Array, dtype: Any) -> NDArray[Any]:
    """Return the values of an Arrow column without blanks, not copied.

    Arrow's own `to_numpy` would import pandas.
    """
    values = np.frombuffer(column.buffers()[1], dtype=dtype)
    return values[column.offset : column.offset + len(column)]


def _arrow(values: NDArray[Any], kind: pa.DataType) -> pa.Array:
    """Return numbers as an Arrow column, not copied; `pa.array` would import pandas."""
    import pyarrow as pa

    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _texts(values: list[str]) -> pa.Array:
    """Return texts as an Arrow column; `pa.array` would import pandas."""
    import pyarrow as pa

    encoded = [value.encode() for value in values]
    ends = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum([len(value) for value in encoded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(values), buffers)


def _shapes(places: Mapping[str, Any] | pd.DataFrame, settings: MatchSettings) -> Shapes:
    tolerance = np.asarray(places["tolerance_m"], dtype=np.float64)
    tolerance = np.where(np.isnan(tolerance), settings.tolerance_m, tolerance)
    if "geometry" in places:
        return shapes(np.asarray(places["geometry"], dtype=object), tolerance)
    lon, lat = (np.asarray(places[name], dtype=np.float64) for name in ("lon", "lat"))
    return points(lon, lat, tolerance)
