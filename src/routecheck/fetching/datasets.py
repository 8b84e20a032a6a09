"""Parquet data sets in folders `date=2026-03-02/`, on S3 or on a disk; small tables as one file.

    s3://bucket/fixes?endpoint_override=http://minio:9000     keys from the environment
    file:///data/fixes

Of fixes, only the folders of the dates that are asked for are listed and read, and those that are
as they were are not read again. Whether their dates are local or UTC does not matter: a row counts
under its own date, and the folders before and after a date are asked for with it.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import fs

from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import RoutecheckError, SourceError, UsageError
from routecheck.fetching.long_texts import is_text, shortened
from routecheck.fetching.protocol import PartError, Slice, Source
from routecheck.fetching.s3_listing import Listed, Listing, Which
from routecheck.fetching.s3_process import file_system
from routecheck.texts.outside import beginning, remember_secret

BATCH_ROWS = 65_536
ALL_ANSWERS = 60
"""One piece of work may take so many times as long as an answer."""
T = TypeVar("T")
MB = 1_000_000
_FOLDER = re.compile(r"(date|dt|day)=(\d{4})-?(\d\d)-?(\d\d)")
_SECRET = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_OPTIONS = frozenset({"endpoint_override", "region", "anonymous"})


class DataSet(Source):
    """A data set of fixes, or a small table in one file: a `Source`.

    Args:
        address: `s3://` or `file://`, secrets filled in.
        kind: which input it is.
        zone: of the site: it says which date a moment is.
        seconds: how long an answer of a server may take.
        limits: what a file may hold.

    Raises:
        UsageError: it is no such address.
    """

    def __init__(
        self, address: str, kind: str, *, zone: ZoneInfo, seconds: float, limits: LimitsSection
    ) -> None:
        self._kind, self._zone, self._seconds, self._limits = kind, zone, seconds, limits
        try:
            self._parts = urlsplit(address)
            _ = self._parts.port if self._parts.scheme == "file" else None
        except ValueError:
            raise UsageError("source_dataset_url_wrong", section=kind) from None
        host = self._parts.netloc.rpartition("@")[2]
        path = unquote(self._parts.path).rstrip("/")
        self._s3 = self._parts.scheme == "s3"
        options = dict(parse_qsl(self._parts.query))
        if bool(host) != self._s3 or not (host or path) or options.keys() - _OPTIONS:
            raise UsageError("source_dataset_url_wrong", section=kind)
        self._options = options
        self._root = f"{host}{path}" if self._s3 else path
        self.label = f"{self._parts.scheme}://{host}{path}"
        self._files: fs.FileSystem | None = None
        self._listing: Listing | None = None
        self._folders: dict[date, list[str]] | None = None
        self._listed: dict[date, list[Listed]] = {}

    # --- a Source --------------------------------------------------------------------------------

    def whole(self) -> Iterator[pa.Table]:
        """Yield the table in a file."""
        with self._explained():
            [info] = self._asked(self._root, "itself")
            if not info.is_file:
                raise SourceError("source_dataset_missing", source=self.label)
            if (info.size or 0) > self._limits.whole_mb * MB:
                raise SourceError(
                    "source_dataset_large", source=self.label, key="limits.whole_mb",
                    limit=self._limits.whole_mb,
                )  # fmt: skip
            if self._root.endswith(".parquet"):
                yield from self._rows(info)
            elif self._root.endswith(".csv"):
                yield self._csv(info)
            else:
                raise SourceError("source_dataset_kind", source=self.label)

    def state(self, start: datetime, end: datetime) -> str:
        """Return what is known of the files of a span without reading them."""
        with self._explained():
            files = [
                (info.path, info.size, info.mtime_ns)
                for day in self._days(start, end)
                for info in self._of_date(day)
            ]
        return hashlib.blake2b(repr(files).encode(), digest_size=16).hexdigest()

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        """Yield the fixes in the folders of the local dates of a span.

        Raises:
            PartError: a file cannot be read; the others of its date were given.
        """
        failed: PartError | None = None
        for day in self._days(start, end):
            with self._explained():
                files = self._of_date(day)
            for info in files:
                try:
                    with self._explained(info.path):
                        for rows in self._rows(info):
                            yield Slice(rows)
                except PartError as error:
                    failed = failed or error
        if failed is not None:
            raise failed

    def close(self) -> None:
        """Let go of the connection."""
        self._files = None
        if self._listing is not None:
            self._listing.close()

    # --- files -----------------------------------------------------------------------------------

    def _days(self, start: datetime, end: datetime) -> Iterator[date]:
        day = start.astimezone(self._zone).date()
        last = (end - timedelta(microseconds=1)).astimezone(self._zone).date()
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _of_date(self, day: date) -> list[Listed]:
        """The files in the folders of a date."""
        if day not in self._listed:
            found = [
                info
                for folder in self._dated_folders().get(day, ())
                for info in self._asked(folder, "all")
                if info.is_file
                and info.base_name.endswith(".parquet")
                and not info.base_name.startswith((".", "_"))
            ]
            self._listed[day] = sorted(found, key=lambda info: info.path)
        return self._listed[day]

    def _dated_folders(self) -> dict[date, list[str]]:
        """The folders of each date, without a look into them."""
        if self._folders is None:
            folders: dict[date, list[str]] = {}
            for info in self._asked(self._root, "below"):
                found = _FOLDER.fullmatch(info.base_name)
                if found and info.is_folder:
                    try:
                        day = date(int(found[2]), int(found[3]), int(found[4]))
                    except ValueError:
                        continue
                    folders.setdefault(day, []).append(info.path)
            if not folders:
                raise SourceError("source_dataset_no_dates", source=self.label)
            self._folders = folders
        return self._folders

    def _rows(self, info: Listed) -> Iterator[pa.Table]:
        """The rows of a Parquet file, in pieces; what folders below that of the date name, too."""
        with self._connected().open_input_file(info.path) as opened:
            file = self._in_time(lambda: pq.ParquetFile(opened))
            # Without that one text in many rows is made as often as there are rows.
            texts = [f.name for f in file.schema_arrow if is_text(f.type)]
            file = pq.ParquetFile(opened, metadata=file.metadata, read_dictionary=texts)
            groups = [file.metadata.row_group(n) for n in range(file.metadata.num_row_groups)]
            unpacked = sum(group.total_byte_size for group in groups)
            for key, held, limit in (
                ("limits.rows", file.metadata.num_rows, self._limits.rows),
                ("limits.unpacked_mb", unpacked / MB, self._limits.unpacked_mb),
            ):
                if held > limit:
                    raise SourceError(
                        "source_dataset_large", source=self._named(info.path), key=key, limit=limit
                    )
            named = self._partitions(info.path)
            batches = file.iter_batches(BATCH_ROWS)
            while (batch := self._in_time(lambda: next(batches, None))) is not None:
                rows = shortened(pa.table(batch), self._limits.text_length)
                # The date of the folder is none of the fix: the fix has its time.
                rows = rows.select([n for n in rows.column_names if n not in self._date_names])
                for name, value in named.items():
                    if name not in rows.column_names:
                        rows = rows.append_column(
                            name, pa.array([value] * rows.num_rows, pa.string())
                        )
                yield rows

    @property
    def _date_names(self) -> tuple[str, ...]:
        return ("date", "dt", "day") if self._kind == "fixes" else ()

    def _partitions(self, path: str) -> dict[str, str]:
        inner = PurePosixPath(path).relative_to(self._root).parts[:-1]
        pairs = (part.partition("=") for part in inner)
        return {n: unquote(v) for n, equals, v in pairs if equals and n not in self._date_names}

    def _csv(self, info: Listed) -> pa.Table:
        import io

        import pandas as pd

        with self._connected().open_input_stream(info.path) as opened:
            data = self._in_time(opened.read)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030", "replace")
        read = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        columns = {str(name): pa.array(read[name].tolist(), pa.string()) for name in read}
        return pa.table(columns)

    # --- the place -------------------------------------------------------------------------------

    def _asked(self, path: str, of: Which) -> list[Listed]:
        """A path itself, what is directly below it, or all below it."""
        if not self._s3:
            where = (
                path
                if of == "itself"
                else fs.FileSelector(path, recursive=of == "all", allow_not_found=True)
            )
            found = self._connected().get_file_info(where)
            return [Listed.of(info) for info in ([found] if of == "itself" else found)]
        if self._listing is None:
            self._listing = Listing(
                self._keys, label=self.label, answer_mb=self._limits.answer_mb,
                seconds=ALL_ANSWERS * self._seconds,
            )  # fmt: skip
        listing = self._listing
        try:
            return self._in_time(lambda: listing.ask(path, of))
        except SourceError:
            listing.close()
            raise

    def _in_time(self, work: Callable[[], T]) -> T:
        """What a piece of work gives, unless it takes too long.

        The time-outs of the library hold for each piece of an answer; one that comes byte by byte
        meets none. Such a call is left alone.

        Raises:
            SourceError: it took too long.
        """
        if not self._s3:
            return work()
        given: list[T] = []
        failed: list[BaseException] = []

        def worker() -> None:
            try:
                given.append(work())
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=worker, daemon=True)
        thread.start()
        most_s = ALL_ANSWERS * self._seconds
        thread.join(most_s)
        if thread.is_alive():
            raise SourceError("source_http_long", source=self.label, seconds=most_s)
        if failed:
            raise failed[0]
        return given[0]

    def _connected(self) -> Any:
        if self._files is None:
            self._files = file_system(self._keys) if self._s3 else fs.LocalFileSystem()
        return self._files

    @cached_property
    def _keys(self) -> Mapping[str, Any]:
        """How the server is reached, in pyarrow's words."""
        for name in _SECRET:
            remember_secret(os.environ.get(name, ""))
        scheme, there, host = self._options.get("endpoint_override", "").rpartition("://")
        user, _, password = self._parts.netloc.rpartition("@")[0].partition(":")
        keys: dict[str, Any] = {}
        if user:
            keys |= {"access_key": unquote(user), "secret_key": unquote(password)}
            remember_secret(unquote(password))
        if self._options.get("anonymous") == "true":
            keys["anonymous"] = True
        if host:
            keys |= {"endpoint_override": host, "scheme": scheme if there else "https"}
        region = self._options.get("region") or os.environ.get("AWS_DEFAULT_REGION")
        if not region and not host:
            region = fs.resolve_s3_region(self._root.partition("/")[0])
        return keys | {
            "region": region or "us-east-1",
            "connect_timeout": self._seconds,
            "request_timeout": self._seconds,
        }

    def _named(self, path: str) -> str:
        return f"{self._parts.scheme}://{path}"

    @contextmanager
    def _explained(self, path: str = "") -> Iterator[None]:
        """Say in one line what came in the way: of a file, if it is that which cannot be read."""
        try:
            yield
        except SourceError as error:
            if path:
                raise PartError(error.message) from None
            raise
        except RoutecheckError:
            raise
        except (OSError, pa.ArrowException, ValueError) as error:
            reason = beginning(str(error), 300) or type(error).__name__
            if path and isinstance(error, pa.ArrowInvalid | ValueError):
                raise PartError("source_refused", source=self._named(path), reason=reason) from None
            raise SourceError("source_refused", source=self.label, reason=reason) from None
