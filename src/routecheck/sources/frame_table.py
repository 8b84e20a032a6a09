"""A table that is at hand, a data frame, read as a file is: the same headers, the same cells.

What a frame holds is made columns of Arrow, as those of a Parquet file are; from there on every
reader treats both alike, so that rows are rejected for the same reasons.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from pandas.api.types import is_datetime64_any_dtype, is_object_dtype

from routecheck.config import LimitsSection
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.geo.crs import from_crs
from routecheck.sources.header_matching import match_headers
from routecheck.sources.text_file import Block, PlainFile

BATCH_ROWS = 1 << 18
_PLACED = frozenset({"lon", "lat", "x", "y", "position", "geometry"})
"""Columns that say where a row is; a geometry goes before them."""


@dataclass(frozen=True)
class HeldTable:
    """A table that is at hand.

    Attributes:
        frame: its columns but the geometry, by their names.
        shapes: a geometry a row, None where it has none; None: the table has no geometries.
        crs: the coordinate system of the geometries, as PROJ reads it; empty: the declared datum.
    """

    frame: pd.DataFrame
    shapes: npt.NDArray[np.object_] | None = None
    crs: str = ""

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Self:
        """Return a data frame, or a GeoDataFrame with its active geometry, as a table.

        What has a name in the index is a column; so are times that have none. The frame itself is
        neither changed nor copied.
        """
        index = frame.index
        if any(name is not None and name not in frame.columns for name in index.names):
            frame = frame.reset_index()
        elif isinstance(index, pd.DatetimeIndex) and "time" not in frame.columns:
            frame = frame.assign(time=index).reset_index(drop=True)
        shape_column = getattr(frame, "_geometry_column_name", None)
        if shape_column is None or shape_column not in frame.columns:
            return cls(pd.DataFrame(frame))
        shapes = np.asarray(frame[shape_column].array, dtype=object)
        crs: Any = frame.crs
        code = None if crs is None else crs.to_authority(min_confidence=100)
        written = "" if crs is None else ":".join(code) if code else crs.to_wkt()
        rest = pd.DataFrame(frame).drop(columns=shape_column)
        return cls(rest, shapes, written)


@dataclass
class FrameTable(PlainFile):
    """The reader of a table that is at hand; its other arguments are those of `TextFile`."""

    table: HeldTable
    label: str
    kind: str
    mapped: Mapping[str, str]
    limits: LimitsSection
    given: Collection[str] = ()
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, numbered from 1.

        Raises:
            UnreadableFileError: a required column is missing, or two mean the same.
            UsageError: the coordinate system of the geometries has no way to WGS-84.
        """
        names = [str(name) for name in self.table.frame.columns]
        placed = self.table.shapes is not None
        given = (*self.given, "lon", "lat") if placed else self.given
        places = match_headers(names, self.kind, self.mapped, self.label, given, by_call=True)
        if placed and self.kind == "fixes":
            places = {name: at for name, at in places.items() if name not in _PLACED}
            if self.table.crs:
                # Where they are is said by the geometries, whatever a column calls their datum.
                places.pop("datum", None)
        self.headers = {name: names[at] for name, at in places.items()}
        dates = {column.name for column in INPUT_COLUMNS[self.kind] if column.kind == "date"}
        count = len(self.table.frame)
        stretches = None
        if self.kind == "fixes" and "after_break" in names:
            # As our own readers hand on that recording was broken off before a fix; blank: it was
            # not. A frame that went through a file has words.
            broken = self.table.frame["after_break"].isin([True, "True", "true"]).to_numpy()
            stretches = np.cumsum(broken, dtype=np.int64)
        for first in range(0, count, BATCH_ROWS):
            rows = self.table.frame.iloc[first : first + BATCH_ROWS]
            columns = {
                name: _cells(
                    rows.iloc[:, at],
                    # A place may be described at any length.
                    None if name == "geometry" else self.limits.text_length,
                    dated=name in dates,
                )
                for name, at in places.items()
            }
            if placed and self.kind == "fixes":
                columns |= self._positions(first)
            self.rows_in += len(rows)
            lines = np.arange(first + 1, first + len(rows) + 1)
            yield Block(columns, lines, None if stretches is None else stretches[lines - 1])

    def _positions(self, first: int) -> dict[str, pa.Array]:
        """The positions of some rows, in WGS-84 where the geometries carry their system."""
        shapes = self.table.shapes
        assert shapes is not None
        shapes = shapes[first : first + BATCH_ROWS]
        points = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        # What is no point (a line of a whole trip) is no position.
        x = np.where(points, shapely.get_x(shapes), np.nan)
        y = np.where(points, shapely.get_y(shapes), np.nan)
        if self.table.crs:
            x, y = from_crs(x, y, self.table.crs)
        return {"lon": pa.array(x), "lat": pa.array(y)}


def _cells(values: pd.Series, longest: int | None, *, dated: bool) -> pa.Array:
    """A column as a file could hold it: numbers, times and dates as they are, all else as text."""
    if dated and is_datetime64_any_dtype(values.dtype):
        # The date that its own clock shows, whatever the time of day beside it.
        return pa.array([None if day is pd.NaT else day for day in values.dt.date], pa.date32())
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        categories = _cells(pd.Series(kind.categories), longest, dated=False)
        codes = values.cat.codes.to_numpy()
        return pa.DictionaryArray.from_arrays(
            pa.array(codes, pa.int32(), mask=codes < 0), categories
        ).dictionary_decode()
    if is_object_dtype(kind):
        values = pd.Series([_plain(value) for value in values.tolist()], dtype=object)
        found = pa.array(values, pa.string())
    else:
        found = pa.Array.from_pandas(values)
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if pa.types.is_duration(found.type):
        return pa.array([_plain(value) for value in values.tolist()], pa.string())
    if pa.types.is_large_string(found.type):
        found = found.cast(pa.string())
    if not pa.types.is_string(found.type) or longest is None:
        return found
    # One text stands in many rows.
    coded = found.dictionary_encode()
    texts = pc.utf8_slice_codeunits(coded.dictionary, 0, longest + 1)
    return pa.DictionaryArray.from_arrays(coded.indices, texts).dictionary_decode()


def _plain(value: Any) -> str | None:
    """A cell of no type of its own as text; a duration is a time of day (`25:10` is the next)."""
    if value is None or (not isinstance(value, list | tuple | np.ndarray) and pd.isna(value)):
        return None
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        # A whole number beside a blank: 7.0 was 7.
        return str(int(value))
    return str(value)
