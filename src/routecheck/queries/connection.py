"""What a source elsewhere gives, read as a run would read it, and what looks wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import SecretStr, ValidationError

from routecheck.config import Config, FileSource, FixesSource
from routecheck.config.mistakes import key_mistake
from routecheck.config.table_sections import SOURCES
from routecheck.domain.errors import (
    Message,
    MissingDataError,
    RoutecheckError,
    SourceError,
    UsageError,
)
from routecheck.fetching.kinds import is_sql, source_of
from routecheck.fetching.protocol import Source
from routecheck.queries.feed_checks import findings_of_fixes
from routecheck.registry.ids import POINT, VEHICLE, join_ids
from routecheck.sources.fixes_from_files import FixFiles
from routecheck.sources.header_matching import match_headers, unused_headers
from routecheck.sources.points import read_points
from routecheck.sources.rejected_rows import ReadResult
from routecheck.sources.schedule import read_schedule
from routecheck.sources.tables import read_alerts, read_calendar, read_checks, read_vehicles

LOOKED_AT = 50_000
"""Rows that are looked at: some thousand fixes show units and zones, and take a second."""
BACK_DAYS = (2, 14, 100, 1000)
"""So far back is looked for rows, one after the other, until there are some."""
SHOWN = 5


@dataclass(frozen=True)
class Tables:
    """What may be fetched from a database, where no table was named.

    Attributes:
        source: how messages name the database.
        fitting: tables that have the columns that are needed.
        others: the other ones.
    """

    source: str
    fitting: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class Connection:
    """What was seen of a source.

    Attributes:
        kind: of which input.
        source: how messages name it.
        keys: of the section, as they were given.
        rows: looked at.
        shown: the newest of them, as a run would understand them.
        first: time of the earliest row that was looked at, UTC; None where rows have no time.
        last: time of the latest.
        rejected: how many rows were rejected, by reason.
        examples: some of them, of as many reasons as there are: `reason`, and the cell or the row
            as `text`.
        known: vehicles that the schedule names as well.
        strange: vehicles that it does not name.
        silent: vehicles of the schedule that were not heard.
        unused: columns that nothing is read from.
        hints: what could be better.
        findings: what looks wrong.
    """

    kind: str
    source: str
    keys: Mapping[str, Any]
    rows: int
    shown: pd.DataFrame
    first: pd.Timestamp | None = None
    last: pd.Timestamp | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    examples: tuple[Mapping[str, str], ...] = ()
    known: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    hints: tuple[Message, ...] = ()
    findings: tuple[Message, ...] = ()


def connect(
    config: Config, kind: str, keys: Mapping[str, Any], now: datetime
) -> Connection | Tables:
    """Ask a source for some rows, and read them as a run would.

    Args:
        config: the site; points and schedule are looked at where they can be read.
        kind: which input the source is to be.
        keys: of its section: url, query or table, columns, time_zone and others.
        now: the present, an aware time.

    Returns:
        What was seen; the tables of a database, where none was named and not just one fits.

    Raises:
        UsageError: keys are wrong, or a database has no such table.
        SourceError: the source cannot be asked.
        MissingDataError: it gives no row.
        UnreadableFileError: it lacks a column that is needed.
    """
    section = _section(config, kind, keys)
    if is_sql(section) and not (section.query or section.table or keys.get("preset")):
        from routecheck.fetching.database import tables_of

        label, found = tables_of(section, config)
        fitting = tuple(name for name, headers in found.items() if _fits(kind, headers, section))
        if kind == "points":
            # Fixes have ids and places too.
            tracks = _section(config, "fixes", {"url": keys["url"]})
            fitting = tuple(name for name in fitting if not _fits("fixes", found[name], tracks))
        if len(fitting) != 1:
            return Tables(label, fitting, tuple(sorted(set(found) - set(fitting))))
        keys = {**keys, "table": fitting[0]}
        section = _section(config, kind, keys)
    looked_at = section
    if isinstance(section, FixesSource) and section.table:
        # The newest rows of a plain table are told by their time.
        looked_at = section.model_copy(update={"watermark": ""})
    source = source_of(looked_at, config)
    try:
        return _asked(section, keys, source, config, now)
    except SourceError:
        if is_sql(section) and section.table:
            _require_table(section, config)
        raise
    finally:
        source.close()


def _asked(
    section: FileSource, keys: Mapping[str, Any], source: Source, config: Config, now: datetime
) -> Connection:
    with tempfile.TemporaryDirectory(prefix="routecheck-") as scratch:
        if isinstance(section, FixesSource):
            return _of_fixes(section, keys, source, config, now, Path(scratch))
        return _of_table(section, keys, source, config, Path(scratch))


def _require_table(section: FileSource, config: Config) -> None:
    """Require that a database has the table that is named."""
    from routecheck.fetching.database import tables_of

    with suppress(SourceError):
        label, found = tables_of(section, config)
        if section.table not in found:
            fitting = [n for n, headers in found.items() if _fits(section.kind, headers, section)]
            names = ", ".join([*fitting, *sorted(set(found) - set(fitting))]) or Message("none")
            raise UsageError(
                "connect.table_unknown", source=label, table=section.table, names=names
            )


def keys_of_place(config: Config, kind: str, url: str) -> dict[str, Any]:
    """Return the keys that a section has already, where it names the same server as an address."""
    section: FileSource = getattr(config, kind)
    if _server(section.url.get_secret_value()) != _server(url):
        return {}
    return {
        name: _as_written(value)
        for name, value in section.model_dump(exclude_unset=True).items()
        if name not in ("path", "url")
    }


def _as_written(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, dict):
        return {name: _as_written(one) for name, one in value.items()}
    return value


def _server(url: str) -> str:
    """What of an address names the server."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('?')[0].rpartition('@')[2].partition('/')[0]}"


def _section(config: Config, kind: str, keys: Mapping[str, Any]) -> FileSource:
    try:
        section = SOURCES[kind].model_validate({**keys, "path": "-"})
    except ValidationError as error:
        what = key_mistake("", {}, error, above=[kind])
        raise UsageError("connect.key_wrong", kind=kind, what=what) from None
    section._limits = config.limits
    return section


def _fits(kind: str, headers: list[str], section: FileSource) -> bool:
    with suppress(RoutecheckError):
        return bool(match_headers(headers, kind, section.columns, ""))
    return False


# --- fixes ------------------------------------------------------------------------------------


def _of_fixes(
    section: FixesSource,
    keys: Mapping[str, Any],
    source: Source,
    config: Config,
    now: datetime,
    scratch: Path,
) -> Connection:
    rows = _newest(source, now)
    pq.write_table(rows, scratch / "rows.parquet")
    read = section.model_copy(update={"path": str(scratch / "rows.parquet")})
    read._limits = config.limits
    scheduled = _scheduled(config)
    vehicles = None
    with suppress(RoutecheckError):
        vehicles = read_vehicles(config.vehicles, config.directory).table
    # What lies in the future is to be seen, not to be left out.
    ahead = now + timedelta(days=2)
    with FixFiles.read(
        read, scratch, config.time_zone, vehicles=vehicles, now=ahead, scheduled=scheduled
    ) as files:
        fixes = pd.concat([files.load(day) for day in files.days], ignore_index=True)
        rejected = files.rejected
    fixes["vehicle_id"] = fixes["vehicle_id"].astype(object)
    fixes = fixes.drop_duplicates(["vehicle_id", "time", "row"]).sort_values("time", kind="stable")
    heard = set(fixes["vehicle_id"])
    same = join_ids(scheduled, sorted(heard), VEHICLE).same if scheduled else {}
    named = {same.get(one, one) for one in heard}
    return Connection(
        kind="fixes",
        source=source.label,
        keys=keys,
        rows=rows.num_rows,
        shown=fixes.tail(SHOWN),
        first=fixes["time"].min(),
        last=fixes["time"].max(),
        **_rejected(rejected),
        known=tuple(sorted(named & scheduled)),
        strange=tuple(sorted(named - scheduled)) if scheduled else (),
        silent=tuple(sorted(scheduled - named)),
        unused=_unused(rows, section),
        hints=tuple(_hints(rows, section)),
        findings=(
            *_of_mark(rows, section, source.label),
            *findings_of_fixes(fixes, section, config, now),
        ),
    )


def _rejected(rejected: pd.DataFrame) -> dict[str, Any]:
    """How many rows were rejected, by reason; and some of them, the first of each reason first."""
    counts = {str(reason): int(n) for reason, n in rejected["reason"].value_counts().items()}
    of_reason = rejected.groupby("reason", observed=True).cumcount()
    some = rejected.iloc[np.argsort(of_reason.to_numpy(), kind="stable")[:SHOWN]]
    rows = zip(some["reason"].astype(str), some["text"].astype(str), strict=True)
    return {
        "rejected": counts,
        "examples": tuple({"reason": reason, "text": cells} for reason, cells in rows),
    }


def _unused(rows: pa.Table, section: FileSource) -> tuple[str, ...]:
    """Columns that nothing is read from."""
    names = rows.column_names
    return unused_headers(names, match_headers(names, section.kind, section.columns, ""))


def _hints(rows: pa.Table, section: FixesSource) -> Iterator[Message]:
    """A column that could be the watermark, where there is none."""
    if not section.table or section.watermark or "id" not in rows.column_names:
        return
    if pa.types.is_integer(rows.schema.field("id").type):
        yield Message("connect.hint_mark", column="id")


def _of_mark(rows: pa.Table, section: FixesSource, label: str) -> Iterator[Message]:
    """Whether the watermark can be one."""
    kinds = {name.lower(): field.type for name, field in zip(rows.column_names, rows.schema)}  # noqa: B905
    wanted = section.watermark.lower().rpartition(".")[2]
    if wanted and wanted not in kinds:
        found = ", ".join(rows.column_names)
        raise SourceError("source_no_mark", source=label, column=section.watermark, columns=found)
    if wanted and not (pa.types.is_integer(kinds[wanted]) or pa.types.is_timestamp(kinds[wanted])):
        yield Message("connect.mark_kind", column=section.watermark)


def _newest(source: Source, now: datetime) -> pa.Table:
    """The rows of the last days that have some, the oldest first; not more than are looked at."""
    for days in BACK_DAYS:
        since = now - timedelta(days=days)
        ahead = now + timedelta(days=2)
        slices = source.after(None, since) if source.by_mark else source.between(since, ahead)
        parts, count = [], 0
        for one in slices:
            parts.append(one.rows)
            count += one.rows.num_rows
            if count >= LOOKED_AT:
                break
        if count:
            return pa.concat_tables(parts, promote_options="permissive")
    raise MissingDataError("connect.no_rows", source=source.label, days=BACK_DAYS[-1])


def _scheduled(config: Config) -> frozenset[str]:
    with suppress(RoutecheckError):
        schedule = read_schedule(config.schedule, config.directory).table
        return frozenset(schedule["vehicle_id"]) - {""}
    return frozenset()


# --- the other tables -------------------------------------------------------------------------


def _of_table(
    section: FileSource, keys: Mapping[str, Any], source: Source, config: Config, scratch: Path
) -> Connection:
    from routecheck.fetching.bringing import as_texts, whole_of
    from routecheck.fetching.cache import write_csv

    whole = whole_of(source, section)
    if not whole.num_rows:
        raise MissingDataError("connect.no_rows", source=source.label, days=0)
    name = f"{section.table or section.kind}.csv"
    write_csv(as_texts(whole), scratch / name)
    read = section.model_copy(update={"path": name})
    read._limits = config.limits
    result = _read(read, scratch, config)
    return Connection(
        kind=section.kind,
        source=source.label,
        keys=keys,
        rows=whole.num_rows,
        shown=result.table.head(SHOWN),
        **_rejected(result.rejected),
        unused=_unused(whole, section),
        findings=tuple(_of_ids(section.kind, result.table, config)),
    )


def _of_ids(kind: str, table: pd.DataFrame, config: Config) -> Iterator[Message]:
    """Points that the schedule does not have, not one of them; or rows about no known point."""
    if "point_id" not in table:
        return
    with suppress(RoutecheckError):
        if kind == "points":
            other, key = read_schedule(config.schedule, config.directory).table, "no_points_due"
        else:
            other, key = read_points(config.points, config.directory).table, "not_scheduled"
        known = set(other["point_id"])
        given = set(table["point_id"]) - {""}
        same = join_ids(known, sorted(given), POINT).same
        if known and not same and known.isdisjoint(given):
            yield Message(f"connect.{key}")


def _read(section: Any, directory: Path, config: Config) -> ReadResult:
    """Read a table as a run reads it."""
    zone = config.time_zone
    if section.kind == "alerts":
        alerts = read_alerts(section, directory, zone)
        for _, message in alerts.failed:
            raise MissingDataError(message)
        return alerts
    if section.kind == "checks":
        return read_checks(section, directory, zone)
    readers: dict[str, Any] = {
        "points": read_points,
        "schedule": read_schedule,
        "vehicles": read_vehicles,
        "calendar": read_calendar,
    }
    result: ReadResult = readers[section.kind](section, directory)
    return result
