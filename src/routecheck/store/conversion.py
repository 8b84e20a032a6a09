"""Tables of the stages to rows of the store, and back.

Figures are rounded here, once, to the digits that `routecheck.store.schema` gives; times to the
second. Finer differences are no change of a verdict, and do not make a new version.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from routecheck.domain.errors import Message, StoreError
from routecheck.domain.tables import TEXT, Table, with_text
from routecheck.store.schema import DEGREES_DIGITS, JsonText, UtcDateTime

_US_PER_S = 1_000_000


def to_rows(table: pd.DataFrame, columns: Iterable[sa.Column[Any]]) -> list[dict[str, Any]]:
    """Return a table as rows of the store.

    Args:
        table: has a column by the name of each of `columns`.
        columns: of the store; their types and digits decide how values are converted.
    """
    lists = {column.name: _converted(table[column.name], column) for column in columns}
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def _converted(values: pd.Series, column: sa.Column[Any]) -> list[Any]:
    match column.type:
        case JsonText():
            return [as_json(value) for value in values]
        case sa.Text():
            return texts(values)
        case UtcDateTime():
            return moments(values)
        case sa.Double():
            return numbers(values, column.info.get("digits"))
        case sa.Date():
            return dates(values)
        case sa.Boolean() | sa.Integer():
            return [column.type.python_type(value) for value in values]
    return list(values)


def texts(values: pd.Series) -> list[str]:
    """Return texts, blank as empty, without what a database cannot hold (NUL, lone surrogates)."""
    blank = values.isna().to_numpy()
    found = [
        "" if b else str(v) for v, b in zip(values.astype(object).tolist(), blank, strict=True)
    ]
    together = "".join(found)
    if "\x00" not in together and _is_unicode(together):
        return found
    return [clean_text(text) for text in found]


def clean_text(text: str) -> str:
    """Return the text with NUL and lone surrogates replaced by the replacement character."""
    if text.isascii() and "\x00" not in text:
        return text
    text = text.replace("\x00", "\ufffd")
    if _is_unicode(text):
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def moments(values: pd.Series, *, whole_seconds: bool = True) -> list[datetime | None]:
    """Return aware UTC datetimes, None where blank; to the nearest second by default.

    Raises:
        ValueError: the column has no time zone.
    """
    if len(values) and getattr(values.dtype, "tz", None) is None:
        if bool(values.isna().all()):
            return [None] * len(values)
        raise ValueError(f"{values.name}: times without a time zone cannot be stored")
    stamps = values.to_numpy(dtype="datetime64[us]")
    if whole_seconds:
        blank = np.isnat(stamps)
        seconds = (stamps.astype(np.int64) + _US_PER_S // 2) // _US_PER_S
        stamps = (seconds * _US_PER_S).astype("datetime64[us]")
        stamps[blank] = np.datetime64("NaT", "us")
    return [None if t is None else t.replace(tzinfo=UTC) for t in stamps.tolist()]


def as_kept(table: pd.DataFrame, columns: Iterable[sa.Column[Any]]) -> pd.DataFrame:
    """Return a table with its times and figures as the store would give them back.

    So what is judged again, and not stored, is told in the same figures as what was.

    Args:
        table: of the stages.
        columns: of the store; those that the table lacks are left out.
    """
    kept: dict[str, Any] = {}
    for column in columns:
        if column.name not in table:
            continue
        values = table[column.name]
        if isinstance(column.type, UtcDateTime):
            stamps = np.array(
                [None if t is None else t.replace(tzinfo=None) for t in moments(values)],
                dtype="datetime64[us]",
            )
            kept[column.name] = pd.DatetimeIndex(stamps, tz=UTC)
        elif isinstance(column.type, sa.Double):
            found = numbers(values, column.info.get("digits"))
            kept[column.name] = np.array(found, dtype=np.float64)
    return table.assign(**kept)


def numbers(values: pd.Series, digits: int | None = None) -> list[float | None]:
    """Return floats rounded to `digits`, None where blank or not finite."""
    array = values.to_numpy(dtype=np.float64, na_value=np.nan)
    if digits is not None:
        array = np.round(array, digits) + 0.0  # + 0.0: no negative zero
    finite = np.isfinite(array)
    return [v if ok else None for v, ok in zip(array.tolist(), finite.tolist(), strict=True)]


def dates(values: pd.Series) -> list[date | None]:
    """Return dates, None where blank."""
    return [None if pd.isna(v) else _date(v) for v in values.astype(object).tolist()]


def _date(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def as_json(value: Mapping[str, Any] | None) -> str:
    """Return criteria as JSON: times ISO in UTC, spans in seconds, not-a-number as null."""
    return json.dumps(_plain(value or {}), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    # What criteria are made of comes first: a county-day has some thousands.
    if isinstance(value, float):
        return round(float(value), DEGREES_DIGITS) if math.isfinite(value) else None
    if isinstance(value, str):
        return clean_text(str(value))
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, dict):
        return {clean_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return [_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return _plain(
            value.astype("datetime64[us]").item() if value.dtype.kind == "M" else value.item()
        )
    if value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, datetime):  # inside all is UTC, numpy's naive times too
        return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _plain(value.total_seconds())
    if isinstance(value, Mapping):
        return _plain(dict(value))
    if isinstance(value, Iterable):
        return [_plain(item) for item in value]
    return clean_text(str(value))


def strange_content(error: Exception, store: str = "none") -> Message:
    """Return what is said of rows that cannot be what was written: the store is damaged."""
    reason = (str(error).splitlines() or [""])[0][:120]
    return Message("store_strange", store=store, reason=reason or type(error).__name__)


@contextmanager
def _as_written() -> Iterator[None]:
    """Within, whatever cannot be read is damage.

    Raises:
        StoreError: values are no values of their columns.
    """
    try:
        yield
    except (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError, OSError) as error:
        # What Arrow raises is one of these too.
        raise StoreError(strange_content(error)) from error


def content(text: str) -> Any:
    """Return JSON of the store as the value that it stands for.

    Raises:
        StoreError: it is none.
    """
    with _as_written():
        return json.loads(text)


def frame(table: Table, rows: Sequence[Any], *, more: Sequence[str] = ()) -> pd.DataFrame:
    """Return rows of the store as the table they came from.

    Args:
        table: its columns, found by name in each row.
        rows: rows that were selected, with `criteria` still as JSON.
        more: further columns to append as they are.

    Raises:
        StoreError: values are no values of their columns.
    """
    with _as_written():
        return _frame(table, rows, more)


def _frame(table: Table, rows: Sequence[Any], more: Sequence[str]) -> pd.DataFrame:
    kinds = {column.name: column.kind for column in table.columns}
    columns: dict[str, Any] = {}
    if not rows:
        none = pd.Series([], dtype=object)
        return table.empty().assign(**{name: none for name in more if name not in kinds})
    taken = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))
    for name in [*table.names, *(name for name in more if name not in kinds)]:
        values = taken[name]
        kind = kinds.get(name)
        if kind == "time" or (kind is None and name.endswith("_at")):
            columns[name] = _times(values)
        elif kind == "float":
            columns[name] = np.array(values, dtype=np.float64)
        elif kind == "text" or (kind is None and isinstance(values[0], str)):
            columns[name] = pd.array(values, dtype=TEXT)
        elif kind == "vehicle":
            columns[name] = pd.Series(values, dtype=TEXT).astype("category").array
        elif name == "criteria":
            columns[name] = _objects([json.loads(v) for v in values])
        elif kind in ("date", "object", "geometry"):
            columns[name] = _objects(values)
        else:
            columns[name] = np.array(values)
    return pd.DataFrame(columns)


def _objects(values: Sequence[Any]) -> np.ndarray[Any, np.dtype[np.object_]]:
    result = np.empty(len(values), dtype=object)
    result[:] = values
    return result


def _times(values: Sequence[datetime | None]) -> pd.DatetimeIndex:
    # Windows, and the moments of versions, are the same in many rows: each is converted once.
    places = {value: n for n, value in enumerate(dict.fromkeys(values))}
    naive = [None if value is None else value.replace(tzinfo=None) for value in places]
    stamps = np.array(naive, dtype="datetime64[us]")[[places[value] for value in values]]
    return pd.DatetimeIndex(stamps, tz=UTC)


def pack(df: pd.DataFrame) -> bytes:
    """Return a table as bytes (Arrow IPC with zstd); the same table gives the same bytes.

    The evidence of earlier days and the rejected rows are read and written a date at a time and
    never searched, so they are one value each: a tenth of the rows they would be. The index is
    not kept.
    """
    import pyarrow as pa

    # Column by column: the whole would start a pool of threads, and describe itself in JSON.
    arrays = [_with_long_offsets(pa.array(df[name], from_pandas=True)) for name in df.columns]
    table = pa.table(arrays, names=[str(name) for name in df.columns])
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd", emit_dictionary_deltas=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def _with_long_offsets(values: Any) -> Any:
    """Return an Arrow column with offsets of 64 bits to its texts: zstd packs them better."""
    import pyarrow as pa

    if pa.types.is_string(values.type):
        return values.cast(pa.large_string())
    if pa.types.is_dictionary(values.type):
        return pa.DictionaryArray.from_arrays(values.indices, _with_long_offsets(values.dictionary))
    return values


def unpack(content: bytes) -> pd.DataFrame:
    """Return the table that was packed: types kept, categories and UTC times among them.

    Raises:
        StoreError: the bytes are not those that were packed.
    """
    import pyarrow as pa

    with _as_written(), pa.ipc.open_stream(content) as reader:
        return with_text(reader.read_all().to_pandas(use_threads=False))
