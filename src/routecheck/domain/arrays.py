"""Small helpers on columns that every stage needs."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def seconds(times: pd.Series) -> Array:
    """Seconds since 1970 (UTC) of a time column, NaN where blank; exact to a microsecond."""
    micros = times.to_numpy(dtype="datetime64[us]")
    result = micros.astype("int64") / 1e6
    result[np.isnat(micros)] = np.nan
    return np.asarray(result, dtype=np.float64)


def times(values_s: Array) -> pd.DatetimeIndex:
    """Time column (datetime64[us, UTC]) of seconds since 1970; NaN becomes blank."""
    values = np.asarray(values_s, dtype=np.float64)
    micros = np.full(len(values), np.iinfo("int64").min, dtype="int64")
    known = ~np.isnan(values)
    micros[known] = np.round(values[known] * 1e6).astype("int64")
    return pd.DatetimeIndex(micros.view("datetime64[us]")).tz_localize("UTC")


def texts(column: pd.Series) -> NDArray[np.object_]:
    """Texts of a column as Python's own; of categories, each is made once and not for each row."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column.to_numpy(dtype=object)
    return np.append(column.cat.categories.to_numpy(dtype=object), "")[column.cat.codes.to_numpy()]


def runs_of(sorted_codes: NDArray[np.generic]) -> tuple[NDArray[np.generic], Ints, Ints]:
    """Values, starts and lengths of the runs of equal neighbours."""
    n = len(sorted_codes)
    if n == 0:
        return sorted_codes, np.zeros(0, np.int64), np.zeros(0, np.int64)
    start = np.flatnonzero(np.concatenate([[True], sorted_codes[1:] != sorted_codes[:-1]]))
    return sorted_codes[start], start, np.diff(np.append(start, n))


def rows_of(names: NDArray[Any]) -> dict[str, Ints]:
    """The rows of each of some names, in order: one look at all instead of one a name."""
    codes, distinct = pd.factorize(np.asarray(names, dtype=object))
    order = np.argsort(codes, kind="stable")
    values, starts, counts = runs_of(codes[order])
    return {
        str(distinct[code]): order[start : start + count].astype(np.int64)
        for code, start, count in zip(
            values.tolist(), starts.tolist(), counts.tolist(), strict=True
        )
    }


def records(table: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples, for the few places that look at rows one by one.

    As `itertuples` gives them, without a class of its own for each table: most have few rows.
    """
    row = _row(tuple(map(str, table.columns)))
    return map(row._make, zip(*(column.tolist() for _, column in table.items()), strict=True))


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)
