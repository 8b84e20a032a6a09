"""Tables behind a web address that answers with JSON: by spans of time, and by device.

The address may name what is asked for:

    {from} {to}                   a span of time, UTC, as 2026-03-01T16:00:00Z
    {from_local} {to_local}       the same in the declared zone, as 2026-03-02 00:00:00
    {from_s} {to_s}               the same in seconds since 1970; {from_ms} {to_ms}: in milliseconds
    {device}                      one device a call

A row that is given twice within a date, on two pages or at the seam of two spans, counts once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa

from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError, UsageError
from routecheck.fetching.http_answers import Server
from routecheck.fetching.json_pages import Pages, Paging
from routecheck.fetching.known_rows import row_hashes
from routecheck.fetching.protocol import Slice, Source
from routecheck.sources.header_matching import columns_among

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_SPANS = ("", "_local", "_s", "_ms")
PLACEHOLDERS = ("device", *(f"{end}{form}" for form in _SPANS for end in ("from", "to")))


@dataclass(frozen=True)
class Devices:
    """Which devices are asked for, where the address asks for one at a time.

    Attributes:
        names: their ids; empty: those of `address`, or those of the schedule.
        address: of a list of them.
        rows: where in its answer they stand.
        column: the column of it with the id that the server wants.
        shown: the column with the plate or name, where that is another.
        scheduled: gives those of the schedule.
    """

    names: Sequence[str] = ()
    address: str = ""
    rows: str = ""
    column: str = "id"
    shown: str = ""
    scheduled: Callable[[], Sequence[str]] = field(default=lambda: ())


class _Seen:
    """Rows that were given, by hash."""

    def __init__(self) -> None:
        self._hashes = np.empty(0, np.uint64)

    def unseen(self, rows: pa.Table) -> pa.Table:
        """Return those that were not given before, each once; they are known from then on."""
        hashes = row_hashes(rows)
        fresh = np.zeros(len(hashes), bool)
        fresh[np.unique(hashes, return_index=True)[1]] = True
        fresh &= ~np.isin(hashes, self._hashes)
        self._hashes = np.union1d(self._hashes, hashes)
        return rows if fresh.all() else rows.filter(pa.array(fresh))


class HttpJson(Source):
    """A table behind a web address: a `Source`.

    Args:
        address: with placeholders, secrets filled in.
        kind: which input it is.
        headers: what is sent with each call.
        rows: where in an answer its rows stand; empty: it is a list itself.
        success: `path=value`: what an answer says that is no refusal.
        paging: how an answer goes on.
        devices: which devices there are.
        columns: canonical name to header, from the configuration.
        slice_hours: how long a span one call asks for.
        zone: of local times in the address.
        seconds: how long one answer may take.
        limits: what an answer may hold.

    Raises:
        UsageError: the keys do not go together, or the address names what is not known.
    """

    def __init__(
        self,
        address: str,
        kind: str,
        *,
        headers: Mapping[str, str] | None = None,
        rows: str = "",
        success: str = "",
        paging: Paging | None = None,
        devices: Devices | None = None,
        columns: Mapping[str, str] | None = None,
        slice_hours: float = 24.0,
        zone: ZoneInfo,
        seconds: float,
        limits: LimitsSection,
    ) -> None:
        self._headers, self._seconds, self._limits = headers or {}, seconds, limits
        self._kind, self._columns, self._zone = kind, columns or {}, zone
        self._server = self._server_at(address)
        self.label = self._server.label
        self._rows, self._devices = rows, devices or Devices()
        self._paging = paging or Paging()
        self._pages = Pages(self._paging, success=success, most_cells=limits.cells)
        self._slice = timedelta(hours=slice_hours)
        self._known_devices: list[tuple[str, str]] | None = None
        self._names = set(_PLACEHOLDER.findall(self._server.address))
        self._check()

    def _check(self) -> None:
        unknown = sorted(self._names - set(PLACEHOLDERS))
        if unknown or (self._names and self._kind != "fixes"):
            names = ", ".join(f"{{{name}}}" for name in unknown or sorted(self._names))
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            key = "source_http_placeholder" if unknown else "source_http_whole"
            raise UsageError(key, section=self._kind, names=names, known=known)
        if self._kind == "fixes" and not any(
            {f"from{form}", f"to{form}"} <= self._names for form in _SPANS
        ):
            raise UsageError("source_http_span", section=self._kind)
        self._paging.check(self._kind)

    def _server_at(self, address: str) -> Server:
        return Server(
            address,
            self._headers,
            section=self._kind,
            seconds=self._seconds,
            limits=self._limits,
        )

    # --- a Source --------------------------------------------------------------------------------

    def whole(self) -> Iterator[pa.Table]:
        """Yield the whole table, page by page."""
        self._server.begin()
        seen = _Seen()
        for rows in self._pages.of(self._server, self._server.address, self._rows):
            # Of one answer, two rows alike are the server's; on two pages, they are one row.
            yield seen.unseen(rows) if self._paging.kind else rows

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        """Yield the rows of a span of time."""
        self._server.begin()
        seen = _Seen()
        while start < end:
            until = min(start + self._slice, end)
            values = span_values(start, until, self._zone)
            for device, shown in self._asked():
                address = filled(self._server.address, values | {"device": device})
                for rows in self._pages.of(self._server, address, self._rows):
                    yield Slice(seen.unseen(self._named(rows, shown)))
            start = until

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    # --- devices ---------------------------------------------------------------------------------

    def _asked(self) -> Sequence[tuple[str, str]]:
        """The devices to ask for one by one, each with its name; where all come at once, none."""
        if "device" not in self._names:
            return [("", "")]
        if self._known_devices is None:
            self._known_devices = list(dict.fromkeys(self._listed()))
        if not self._known_devices:
            raise SourceError("source_http_no_devices", source=self.label)
        return self._known_devices

    def _listed(self) -> Iterator[tuple[str, str]]:
        devices = self._devices
        if devices.names or not devices.address:
            yield from ((name, name) for name in devices.names or devices.scheduled())
            return
        server = self._server_at(devices.address)
        server.begin()
        try:
            for rows in self._pages.of(server, server.address, devices.rows):
                if not rows.num_rows:
                    continue
                for name in filter(None, (devices.column, devices.shown)):
                    if name not in rows.column_names:
                        found = ", ".join(rows.column_names)
                        raise SourceError(
                            "source_http_no_device_column", source=server.label, column=name,
                            columns=found,
                        )  # fmt: skip
                ids = rows[devices.column].to_pylist()
                shown = rows[devices.shown or devices.column].to_pylist()
                yield from ((n, s or n) for n, s in zip(ids, shown, strict=True) if n)
        finally:
            server.close()

    def _named(self, rows: pa.Table, shown: str) -> pa.Table:
        """Rows with the device that was asked for, where they do not say of whom they are."""
        if not shown or not rows.num_rows:
            return rows
        known = columns_among(rows.column_names, self._kind, self._columns)
        if "vehicle_id" in known and not self._devices.shown:
            return rows
        name = self._columns.get("vehicle_id", "vehicle_id")
        if name in rows.column_names:
            rows = rows.drop_columns([name])
        return rows.append_column(name, pa.array([shown] * rows.num_rows, pa.string()))


def span_values(start: datetime, end: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Return a span of time in all forms that an address may ask for."""
    values = {}
    for name, moment in (("from", start), ("to", end)):
        values[name] = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        values[f"{name}_local"] = moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        values[f"{name}_s"] = str(int(moment.timestamp()))
        values[f"{name}_ms"] = str(int(moment.timestamp() * 1000))
    return values


def filled(address: str, values: Mapping[str, str]) -> str:
    """Return an address with values in the place of what it names."""
    return _PLACEHOLDER.sub(lambda found: quote(values[found[1]], safe=""), address)
