"""The tables that pass between the rooms, and their checks.

A table is a pandas DataFrame with a plain index. Its columns are declared in `columns.toml`, each
once, with type, unit and meaning. `Table.check` is called where a table enters or leaves a stage;
it refuses missing columns, wrong types, forbidden blanks and codes that do not exist.

A schema library would check no more than this: importing pandera takes longer than all checks of
a county-day together with reading its files (see ARCHITECTURE.md).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files
from typing import Any, Literal, cast

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionDtype
from pandas.api.types import (
    is_bool_dtype,
    is_integer_dtype,
    is_object_dtype,
    is_string_dtype,
)

from routecheck.domain import codes

Kind = Literal["text", "vehicle", "time", "date", "float", "int", "bool", "geometry", "object"]

TIME_DTYPE = "datetime64[us, UTC]"
TEXT = pd.StringDtype("python", na_value=np.nan)
"""Of columns of text: pandas' "str", kept as Python's own strings.

What says "str" only is kept by Arrow, with which the many small operations on some hundred rows
take several times as long.
"""


@dataclass(frozen=True)
class _Type:
    """The pandas type of a kind of column.

    Attributes:
        dtype: that it is made with.
        fits: whether another will do.
        left_out: what stands in a row that is made without it.
    """

    dtype: str | ExtensionDtype
    fits: Callable[[Any], bool]
    left_out: Any = None


_TYPES: Mapping[Kind, _Type] = {
    "text": _Type(TEXT, is_string_dtype, ""),
    "vehicle": _Type("category", lambda dtype: isinstance(dtype, pd.CategoricalDtype)),
    "time": _Type(TIME_DTYPE, lambda dtype: str(dtype) == TIME_DTYPE, pd.NaT),
    "date": _Type("object", is_object_dtype),
    "float": _Type("float64", lambda dtype: bool(dtype == np.float64), np.nan),
    "int": _Type("int64", is_integer_dtype),
    "bool": _Type("bool", is_bool_dtype),
    "geometry": _Type("object", is_object_dtype),
    "object": _Type("object", is_object_dtype),
}


class TableError(AssertionError):
    """A stage was given, or made, a table that is not what its contract says: a bug."""


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit, meaning, and whether it may be blank.

    A table may come without a column that has a default: all of it is that.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    blank: bool = False
    codes: type[StrEnum] | None = None
    default: Any = None


@dataclass(frozen=True)
class Table:
    """A named set of columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return [column.name for column in self.columns]

    @cached_property
    def _without_rows(self) -> pd.DataFrame:
        # Made once: it is needed often, and takes a millisecond.
        return pd.DataFrame(
            {c.name: pd.Series([], dtype=_TYPES[c.kind].dtype).array for c in self.columns}
        )

    @cached_property
    def _index(self) -> pd.Index:
        # Each look-up of a column reads a name of it, which Arrow's strings have to make first.
        return pd.Index(self.names, dtype=object)

    def empty(self) -> pd.DataFrame:
        """Return the table without rows."""
        return self._without_rows.copy(deep=False)

    def of_rows(self, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Return the table with these rows; text that a row leaves out is empty, the rest blank.

        Raises:
            TableError: as `check`.
        """
        columns: dict[str, pd.Series] = {}
        for column in self.columns:
            made = _TYPES[column.kind]
            values = [row.get(column.name, made.left_out) for row in rows]
            if column.kind == "text":
                values = [str(value) for value in values]
            columns[column.name] = pd.Series(values, dtype=made.dtype)
        return self.check(pd.DataFrame(columns))

    def check(self, df: pd.DataFrame) -> pd.DataFrame:
        """Return `df` with just the columns of this table, in order, its text as TEXT.

        Raises:
            TableError: a column is missing, of another type, blank where it must not be, or
                holds a code that does not exist.
        """
        found = df.columns.tolist()
        missing = [name for name in self.names if name not in found]
        if missing:
            defaults = {c.name: c.default for c in self.columns if c.default is not None}
            lacking = [name for name in missing if name not in defaults]
            if lacking:
                raise TableError(f"{self.name}: columns missing: {', '.join(lacking)}")
            df = df.assign(**{name: defaults[name] for name in missing})
        df = df.copy(deep=False) if found == self.names else df[self.names]
        df.columns = self._index
        for column, (_, values) in zip(self.columns, df.items(), strict=True):
            _check_column(f"{self.name}.{column.name}", column, values)
        return with_text(df)


def with_text(df: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its columns of text, and categories of texts, as TEXT."""
    changed = {
        str(name): _as_text(df[name]) for name, dtype in df.dtypes.items() if _kept_by_arrow(dtype)
    }
    return df.assign(**changed) if changed else df


def _kept_by_arrow(dtype: Any) -> bool:
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
    return isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"


def _as_text(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.rename_categories(values.cat.categories.astype(TEXT).array)
    return values.astype(TEXT)


def _check_column(where: str, column: Column, values: pd.Series) -> None:
    dtype = values.dtype
    if not _TYPES[column.kind].fits(dtype) and not (column.kind == "text" and len(values) == 0):
        raise TableError(f"{where}: wanted {column.kind}, found {dtype}")
    # Numbers and truth values of numpy cannot be blank; of objects None may be meant.
    never = isinstance(dtype, np.dtype) and dtype.kind in "iub"
    if not (column.blank or column.kind == "object" or never):
        # From the array: through the column each of some hundred checks takes twice as long.
        blank = int(pd.isna(values.array).sum())
        if blank:
            raise TableError(f"{where}: blank in {blank} rows")
    if column.codes is not None:
        strange = set(values.dropna().unique()) - {str(code) for code in column.codes}
        if strange:
            raise TableError(f"{where}: unknown codes {sorted(strange)}")


_DECLARED: Mapping[str, Any] = tomllib.loads(
    files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
)


def _table(name: str) -> Table:
    """Return a table as `columns.toml` declares it."""
    declared, common = _DECLARED[name], _DECLARED["common"]
    return Table(
        name,
        declared["meaning"],
        tuple(_column(n, given or common[n]) for n, given in declared["columns"].items()),
    )


def _column(name: str, given: Mapping[str, Any]) -> Column:
    kind = given["type"]  # with a question mark: may be blank
    return Column(
        name=name,
        kind=cast(Kind, kind.removesuffix("?")),
        meaning=given["meaning"],
        unit=given.get("unit", ""),
        blank=kind.endswith("?"),
        codes=getattr(codes, given["codes"]) if "codes" in given else None,
        default=given.get("default"),
    )


POINTS = _table("points")
SCHEDULE = _table("schedule")
FIXES = _table("fixes")
REJECTED = _table("rejected")
ALERTS = _table("alerts")
CALENDAR = _table("calendar")
ALERT_KEY = ("service_date", "alert_id")
"""What tells alerts apart: there are monitors that number anew each day."""
VEHICLES = _table("vehicles")
CHECKS = _table("checks")
TRACKS = _table("tracks")
CLOCKS = _table("clocks")
STOPS = _table("stops")
PLACES = _table("places")
CANDIDATES = _table("candidates")
HISTORY = _table("history")
PACES = _table("paces")
PICKUPS = _table("pickups")
VISITS = _table("visits")
JUDGEMENTS = _table("judgements")
EPISODES = _table("episodes")
PLAIN = _table("plain")
SHOWN = _table("shown")
CLASSIFIED = _table("classified")
CORRECTIONS = _table("corrections")
CHECKED = _table("checked")
INCIDENTS = _table("incidents")
