"""Brings what lies elsewhere, a table after the other, and says what could not be had.

A source that is down, slow or gives half an answer stops nothing: what was kept before is used, and
the dates that may lack something are not finished.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa

from routecheck.config import Config, FileSource, FixesSource
from routecheck.domain.errors import (
    Message,
    MissingDataError,
    SourceError,
    UnreadableFileError,
)
from routecheck.domain.local_time import day_begins
from routecheck.fetching.cache import DAY, ROW, VEHICLE, Cache
from routecheck.fetching.fetch import Fetched, Progress
from routecheck.fetching.json_rows import LEAST_ROWS
from routecheck.fetching.kinds import source_of, zone_of
from routecheck.fetching.known_rows import Known, row_hashes
from routecheck.fetching.long_texts import shortened
from routecheck.fetching.protocol import PartError, Slice, Source
from routecheck.sources.fix_file import moments
from routecheck.sources.header_matching import match_headers
from routecheck.sources.one_file import as_one_file
from routecheck.sources.time_values import as_days, local_days, read_times

COMMIT_ROWS, COMMIT_CELLS, COMMIT_BYTES = 100_000, 4_000_000, 64_000_000
"""So many rows are kept at a time, or fewer where they are large: some 10 MB usually, and a
second's work at most is lost by a kill."""
MB = 1_000_000
BEFORE = timedelta(days=1)
"""A service date needs fixes from the evening before: windows and clocks reach into it."""
AFTER = timedelta(days=1)
"""And those of the day after it: a window may end there."""
ASKED = timedelta(hours=1)
"""A date that is over was asked for so lately that it is not asked for again."""
AGAIN = timedelta(hours=2)
"""Within a date that is running, rows come late by minutes: so far back it is asked again. The
next days ask for all of it once more."""


def bring(
    config: Config, now: datetime, first: date | None, last: date | None, told: Progress
) -> Fetched:
    """Do what `fetch` says; the site has a table that lies elsewhere."""
    found = Fetched()
    sources = [(one, source_of(one, config)) for one in config.fetched]
    today = now.astimezone(config.time_zone).date()
    with Cache(config.directory / config.fetch.directory, today) as cache:
        if cache.lost_list:
            found.notes.append(Message("fetched_list_damaged", path=str(cache.folder)))
        for section, source in sources:
            told(Message("progress.fetching", source=source.label))
            try:
                # A server may answer with what nobody thought of, as a file may hold it.
                with as_one_file(source.label):
                    if isinstance(section, FixesSource):
                        cache.meant(_place(section, config))
                        _Fixes(section, source, cache, config, now, first, last).bring(found)
                        _note_caution(source, cache, config, found)
                    else:
                        _bring_table(section, source, cache, found)
                cache.set_marks(
                    {f"asked:{section.kind}": now.isoformat(), f"failed:{section.kind}": {}}
                )
            except (SourceError, UnreadableFileError) as error:
                found.failed.append((section.kind, error.message))
                _note_failure(section, cache, config, now, error)
                _require_kept(section, cache, config, error)
            finally:
                source.close()
        try:
            cache.put_together()
            gone = cache.prune(_kept_from(config, today, first), config.fetch.most_mb)
        except SourceError as error:
            # What is there can be read as it is.
            found.failed.append(("fixes", error.message))
            return found
        if gone:
            found.notes.append(Message("fetched_full", count=gone, most=config.fetch.most_mb))
    return found


def _place(section: FixesSource, config: Config) -> str:
    """A hash of all that decides what a source is asked for, and not how its rows are read."""
    asked = section.model_dump(exclude={"path", "datum"}) | {"zone": zone_of(section, config).key}
    asked["url"] = section.url.get_secret_value()
    asked["headers"] = sorted(section.headers)
    return hashlib.blake2b(repr(sorted(asked.items())).encode(), digest_size=16).hexdigest()


def _kept_days(config: Config) -> int:
    """How many days fetched fixes are kept: as they are, but no longer than tracks at all."""
    most = config.retention.keep_days
    return min(config.fetch.keep_days, most) if most else config.fetch.keep_days


def _kept_from(config: Config, today: date, first: date | None) -> date:
    """The first date of which fixes are kept: those that are judged now, however old they are."""
    usual = today - timedelta(days=_kept_days(config))
    return usual if first is None else min(usual, first - BEFORE)


def _note_caution(source: Source, cache: Cache, config: Config, found: Fetched) -> None:
    """Say what a source warns of where that is new, and note it for `status`.

    What may be so is said once; what rows have shown holds until other rows show the contrary.
    """
    name, caution = "caution:fixes", source.caution
    before = cache.mark(name)
    if caution is None:
        if before != "":
            cache.set_marks({name: ""})
    elif caution.sure or before is None:
        said = caution.what.in_language(config.site.language)
        # The figures in it change from time to time; it is the same caution.
        if not before or caution.sure != cache.mark("caution:sure"):
            found.notes.append(caution.what)
        cache.set_marks({name: said, "caution:sure": caution.sure})


def _note_failure(
    section: FileSource,
    cache: Cache,
    config: Config,
    now: datetime,
    error: SourceError | UnreadableFileError,
) -> None:
    """Note since when a source fails, and why, for `status`."""
    name = f"failed:{section.kind}"
    since = (cache.mark(name) or {}).get("since", now.isoformat())
    cache.set_marks({name: {"since": since, "why": error.in_language(config.site.language)}})


def _require_kept(
    section: FileSource, cache: Cache, config: Config, error: SourceError | UnreadableFileError
) -> None:
    """Require that what cannot be had now was had before, of what no run can do without.

    That is all but alerts: a calendar that fails in silence accuses on holidays.
    """
    if section.kind == "fixes":
        kept = any((cache.folder / "fixes").glob("*/*.parquet"))
    else:
        kept = section.kind == "alerts" or cache.has_table(section.kind)
    if not kept:
        raise MissingDataError(error.message) from None


def _bring_table(section: FileSource, source: Source, cache: Cache, found: Fetched) -> None:
    """Bring the whole of a small table, in the place of what was kept of it."""
    whole = whole_of(source, section)
    if not whole.num_rows and section.kind in ("points", "schedule"):
        raise SourceError("source_empty", source=source.label)
    cache.put_table(section.kind, as_texts(whole))
    found.rows[section.kind] = whole.num_rows


def whole_of(source: Source, section: FileSource) -> pa.Table:
    """Return the whole of a small table.

    Raises:
        SourceError: it cannot be had, or is larger than a table may be.
    """
    limits, rows, size = section.limits, 0, 0
    names: set[str] = set()
    parts: list[pa.Table] = []
    for given in source.whole():
        part = shortened(given, limits.text_length)
        rows, size = rows + part.num_rows, size + part.nbytes
        names.update(part.column_names)
        if max(rows, LEAST_ROWS) * max(len(names), 1) > limits.cells:
            raise SourceError("source_too_large", source=source.label, limit=limits.cells)
        if size > limits.whole_mb * MB:
            key = "limits.whole_mb"
            raise SourceError(
                "source_dataset_large", source=source.label, key=key, limit=limits.whole_mb
            )
        parts.append(part)
    return together(parts)


def as_texts(table: pa.Table) -> pa.Table:
    """Values as a CSV file has them, blank where there are none."""
    columns = {}
    for name in table.column_names:
        values = table[name].combine_chunks()
        if pa.types.is_floating(values.type):
            texts = [None if v is None or v != v else _number(v) for v in values.to_pylist()]
            values = pa.array(texts, pa.string())
        elif pa.types.is_null(values.type):
            values = pa.nulls(len(values), pa.string())
        columns[name] = values.cast(pa.string())
    return pa.table(columns)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def together(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables as one; a column that is a number in one and text in another is text."""
    try:
        return pa.concat_tables(tables, promote_options="permissive")
    except pa.ArrowException:
        kinds: dict[str, set[pa.DataType]] = {}
        for table in tables:
            for field in table.schema:
                kinds.setdefault(field.name, set()).add(field.type)
        mixed = {name for name, found in kinds.items() if len(found) > 1}
        texts = [
            table.cast(
                pa.schema(
                    [f.with_type(pa.string()) if f.name in mixed else f for f in table.schema]
                )
            )
            for table in tables
        ]
        return pa.concat_tables(texts, promote_options="permissive")


class _Fixes:
    """Brings fixes: beyond a mark, or the dates that are not settled yet."""

    def __init__(
        self,
        section: FixesSource,
        source: Source,
        cache: Cache,
        config: Config,
        now: datetime,
        first: date | None,
        last: date | None,
    ) -> None:
        self._section, self._source, self._cache = section, source, cache
        self._config, self._now = config, now
        self._zone: ZoneInfo = config.time_zone
        self._written_zone = zone_of(section, config)
        self._today = now.astimezone(self._zone).date()
        self._kept_from = _kept_from(config, self._today, first)
        # What would be dropped at once need not come.
        days = min(config.fetch.first_days, _kept_days(config))
        usual = self._today - timedelta(days=days)
        self._first = usual if first is None else min(usual, first - BEFORE)
        self._last = self._today if last is None else min(self._today, last + AFTER)
        self._new = 0

    def bring(self, found: Fetched) -> None:
        """Bring what is new.

        Raises:
            SourceError, UnreadableFileError: it could not be had, or not all of it; `found` has
                the first date that may lack something.
        """
        work = self._by_mark if self._source.by_mark else self._by_dates
        try:
            work(found)
        finally:
            found.rows["fixes"] = self._new

    def _by_mark(self, found: Fetched) -> None:
        cache, source = self._cache, self._source
        mark, asked = cache.mark("mark"), cache.mark("asked:fixes")
        since = cache.mark("since")
        if mark is not None and since is not None and since > str(self._first):
            # What is wanted now lies before all that was ever asked for: once more from there.
            mark, asked = None, None
        found.lacking_from = self._first if asked is None else self._day_of(asked)
        begin = self._midnight(self._first)
        lower = None if mark is None else source.lower(mark)
        known = cache.known(since=lower)
        for rows, last in self._gathered(source.after(lower, begin)):
            beyond = last if mark is None or last is None or last > mark else mark
            self._keep(rows, known, scope="", mark=beyond, marks={"mark": beyond})
        since = min(str(self._first), since or str(self._first))
        cache.set_marks({"since": since})
        found.lacking_from = None

    def _by_dates(self, found: Fetched) -> None:
        settled = timedelta(days=self._config.service.revisit_days)
        day, failed = self._first, None
        while day <= self._last:
            scope = f"day:{day}"
            asked = self._cache.mark(scope)
            start, end = self._midnight(day), self._midnight(day + timedelta(days=1))
            last = None if asked is None else datetime.fromisoformat(asked)
            # Until all that comes late has come; the date that is running, each time.
            waits = (
                last is not None
                and last >= end
                and (last >= end + settled or self._now - last < ASKED)
            )
            found_from, found.lacking_from = found.lacking_from, found.lacking_from or day
            # Where that can be told without reading, what is as it was is not read again.
            state = self._source.state(start, end)
            if state:
                waits = last is not None and state == self._cache.mark(f"state:{day}")
            if waits:
                found.lacking_from = found_from
            else:
                if last is not None and start <= last < end and not state:
                    start = max(start, last - AGAIN) if self._now < end else start
                until = end if state else min(end, self._now)
                # Of a server whose spans hold their ends, a row at midnight is given on both days.
                beside = [f"day:{day + timedelta(days=n)}" for n in (-1, 0, 1)]
                known = self._cache.known(scopes=beside)
                try:
                    for rows, _ in self._gathered(self._source.between(start, until)):
                        self._keep(rows, known, scope=scope, mark=None, marks={})
                    done = {scope: self._now.isoformat(), f"state:{day}": state}
                    self._cache.set_marks(done)
                except PartError as error:
                    failed = failed or error
                    found.lacking.add(day)
                if found.lacking_from == day:
                    found.lacking_from = None
            day += timedelta(days=1)
        if failed is not None:
            raise failed

    def _gathered(self, slices: Iterator[Slice]) -> Iterator[tuple[pa.Table, Any]]:
        """Put slices together until they are worth a file; also what came before a failure."""
        waiting: list[pa.Table] = []
        names: set[str] = set()
        count, size, last = 0, 0, None
        try:
            for one in slices:
                if not one.rows.num_rows:
                    continue
                rows = shortened(one.rows, self._section.limits.text_length)
                cells = (count + rows.num_rows) * len(names.union(rows.column_names))
                large = cells > COMMIT_CELLS or size + rows.nbytes > COMMIT_BYTES
                if waiting and (large or count >= COMMIT_ROWS):
                    yield together(waiting), last
                    waiting, names, count, size = [], set(), 0, 0
                waiting.append(rows)
                names.update(rows.column_names)
                count, size, last = count + rows.num_rows, size + rows.nbytes, one.mark
        except SourceError:
            if waiting:
                yield together(waiting), last
            raise
        if waiting:
            yield together(waiting), last

    def _keep(
        self, rows: pa.Table, known: Known, *, scope: str, mark: Any, marks: dict[str, Any]
    ) -> None:
        """Keep the rows that are not kept yet."""
        hashes = row_hashes(rows)
        new = known.new(hashes)
        if not new.any():
            self._cache.set_marks(marks)
            return
        rows = rows.filter(pa.array(new))
        # Slices need not have the same columns: of JSON, one has those that its rows have.
        names = rows.column_names
        places = match_headers(names, "fixes", self._section.columns, self._source.label)
        columns = {name: rows[names[at]].combine_chunks() for name, at in places.items()}
        rows = rows.append_column(ROW, pa.array(hashes[new]))
        rows = rows.append_column(VEHICLE, columns["vehicle_id"].cast(pa.string()))
        rows = rows.append_column(DAY, pa.array(self._days(columns)))
        self._new += int(new.sum())
        self._cache.append(rows, scope=scope, mark=mark, marks=marks)

    def _days(self, columns: dict[str, pa.Array]) -> np.ndarray:
        """The local date of each row, the present one where it has none that is credible."""
        times = read_times(moments(columns), self._written_zone)
        days = local_days(times.us, self._zone)
        today = as_days(self._today)
        credible = ~(times.blank | times.bad) & (days <= today + 1)
        credible &= days >= as_days(self._kept_from)
        return np.where(credible, days, today).astype(np.int64)

    def _day_of(self, moment: str) -> date:
        return datetime.fromisoformat(moment).astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return pd.Timestamp(day_begins(day, self._zone)).tz_convert("UTC").to_pydatetime()
