"""Traccar: what its database and its interface call things, and what they leave out in silence.

Its database: `tc_positions` with `tc_devices`, asked by the number of a position. Its interface:
`/api/positions`, one device and one span of time a call, both ends included. Speeds are in knots
in both. A server, or what stands before it, may cut an answer off at some number of rows and not
say so: see `TraccarApi`. And it may have removed stands before it stored them: see `Stands`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import Message, SourceError
from routecheck.fetching.http_answers import Server
from routecheck.fetching.json_rows import as_rows
from routecheck.fetching.protocol import Caution, Mark, Slice, Source
from routecheck.fetching.sql import SqlTable
from routecheck.geo.plane import distance_m

KNOT_KMH = 1.852
MARK = "id"
LEAST = timedelta(seconds=1)
"""A span that is halved no further."""
LEAST_SLICE = timedelta(minutes=30)
"""Spans that are asked for at first get no shorter, however low a limit turns out to be."""
ROUND = 50
"""Limits are multiples of it: 100, 250, 1000, 5000."""
FEW = 10
"""So few rows show no usual interval."""
USUAL_SHARE, USUAL_TIMES = 0.9, 2.0
"""Share of the intervals between the rows of an answer that are usual ones, and how much longer an
end without rows must be to be looked into."""
LEAST_GAP_S = 30.0

ENOUGH = 500
"""So many pairs of consecutive fixes show whether stands are among them: an hour of one truck."""
WITHIN = timedelta(minutes=10)
STANDING_M = 5.0
"""Fixes of a truck that stands scatter by some metres; one that drives makes more between two."""
STANDING_SHARE = 0.002
"""Of all pairs; on counties of the simulator it is a tenth to a half."""


def query(vehicle: str) -> str:
    """Return what Traccar's database is asked for fixes.

    Args:
        vehicle: column of `tc_devices` with the plate: `name` or `uniqueid`.
    """
    return (
        f"SELECT p.id, d.{vehicle} AS vehicle_id, p.fixtime AS time, p.servertime AS received_at, "
        f"p.longitude AS lon, p.latitude AS lat, p.speed * {KNOT_KMH} AS speed_kmh, "
        "p.course AS heading_deg, p.valid AS positioned "
        "FROM tc_positions p JOIN tc_devices d ON d.id = p.deviceid "
        "WHERE p.id > :after AND p.fixtime >= :from ORDER BY p.id"
    )


class Stands:
    """Whether the fixes of a server show any stands.

    Its filters (`filter.distance`, `filter.static`, `filter.duplicate`) can drop fixes of a
    vehicle that stands before they are stored; then no two consecutive fixes of a vehicle lie
    within a few metres, and a pickup looks like driving past.
    """

    def __init__(self) -> None:
        self._pairs = self._close = 0

    def look(self, rows: pa.Table) -> None:
        """Count the pairs of consecutive fixes, and those of them within 5 m.

        Args:
            rows: with `vehicle_id`, `time`, `lon` and `lat`.
        """
        if rows.num_rows < 2:
            return
        fixes = pd.DataFrame(
            {
                "vehicle": rows["vehicle_id"].to_pandas(),
                "time": moments(rows["time"]),
                "lon": pc.cast(rows["lon"], pa.float64()).to_numpy(),
                "lat": pc.cast(rows["lat"], pa.float64()).to_numpy(),
            }
        ).sort_values(["vehicle", "time"], kind="stable")
        same = (fixes["vehicle"] == fixes["vehicle"].shift()).to_numpy()
        passed = np.diff(fixes["time"].to_numpy(), prepend=fixes["time"].to_numpy()[:1])
        pairs = same & (passed > np.timedelta64(0)) & (passed <= np.timedelta64(WITHIN))
        at = np.flatnonzero(pairs)
        lon, lat = fixes["lon"].to_numpy(), fixes["lat"].to_numpy()
        self._pairs += len(at)
        apart = distance_m(lon[at - 1], lat[at - 1], lon[at], lat[at])
        self._close += int((apart < STANDING_M).sum())

    @property
    def caution(self) -> Caution | None:
        """What is to be said: that there are none, or that too little was seen to know."""
        if self._pairs < ENOUGH:
            return Caution(Message("source_traccar_filters"), sure=False)
        if self._close < STANDING_SHARE * self._pairs:
            return Caution(Message("source_traccar_no_stands", count=self._pairs), sure=True)
        return None


class TraccarDatabase(SqlTable):
    """The fixes in Traccar's database: a `Source`."""

    def __init__(self, address: str, kind: str, *, vehicle: str, **keys: Any) -> None:
        super().__init__(address, kind, query=query(vehicle), watermark=MARK, **keys)
        self._stands = Stands()

    @property
    def caution(self) -> Caution | None:
        """What is to be known of the rows that were given."""
        return self._stands.caution

    def after(self, mark: Mark | None, since: datetime) -> Iterator[Slice]:
        """Yield the rows beyond a mark, in order of it."""
        for one in super().after(mark, since):
            self._stands.look(one.rows)
            yield one


class TraccarApi(Source):
    """The fixes behind Traccar's interface: a `Source`.

    How an answer is found to be cut off: where it has a round number of rows, or its first or last
    row lies farther from that end of the span than twice the usual interval between its rows, the
    rest of the span is asked for by itself. If there are rows, the answer was cut off: it is
    dropped, the span is halved, and both halves are asked for in the same way. From then on
    an answer with as many rows is taken for cut off without asking.

    Args:
        address: of the server, with or without `/api`; secrets filled in.
        headers: what is sent with each call.
        vehicle: what of a device is the plate: `name` or `uniqueid`.
        slice_hours: how long a span one call asks for at first.
        seconds: how long one answer may take.
        limits: what an answer may hold.
    """

    def __init__(
        self,
        address: str,
        *,
        headers: Mapping[str, str],
        vehicle: str,
        slice_hours: float,
        seconds: float,
        limits: LimitsSection,
    ) -> None:
        self._server = Server(address, headers, section="fixes", seconds=seconds, limits=limits)
        self._most_cells = limits.cells
        bare = self._server.address.partition("?")[0].rstrip("/")
        self._base = bare if bare.endswith("/api") else f"{bare}/api"
        self.label = self._server.label
        self._plate = {"name": "name", "uniqueid": "uniqueId"}[vehicle]
        self._slice = self._span = timedelta(hours=slice_hours)
        self._limits: set[int] = set()
        self._stands = Stands()
        self._known: list[tuple[str, str]] | None = None

    @property
    def caution(self) -> Caution | None:
        """What is to be known of the rows that were given."""
        return self._stands.caution

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        """Yield the fixes of a span of time, device by device."""
        self._server.begin()
        if self._known is None:
            self._known = self._devices()
        for device, plate in self._known:
            at = start
            while at < end:
                until = min(at + self._span, end)
                rows = self._as_fixes(self._all(device, at, until), plate)
                self._stands.look(rows)
                yield Slice(rows)
                at = until
                self._adapt(rows.num_rows)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def _devices(self) -> list[tuple[str, str]]:
        """The devices that the user may see, each with its plate; of an administrator, all."""
        for address in (f"{self._base}/devices", f"{self._base}/devices?all=true"):
            found = self._list(address)
            if found:
                return [(str(one["id"]), str(one.get(self._plate) or one["id"])) for one in found]
        raise SourceError("source_traccar_no_devices", source=self.label)

    def _all(self, device: str, start: datetime, end: datetime) -> list[Mapping[str, Any]]:
        """The rows of a device and a span, whole."""
        rows = self._get(device, start, end)
        if not self._cut_off(device, start, end, rows):
            return rows
        if end - start <= LEAST:
            raise SourceError("source_traccar_cut", source=self.label, count=len(rows))
        middle = start + (end - start) / 2
        # Interfaces understand milliseconds.
        middle = middle.replace(microsecond=middle.microsecond // 1000 * 1000)
        return [*self._all(device, start, middle), *self._all(device, middle, end)]

    def _adapt(self, count: int) -> None:
        """Ask for spans whose rows are well below the limit, where there is one."""
        limit = min(self._limits, default=None)
        if limit is None:
            return
        if count > limit / 2:
            self._span = min(max(self._span / 2, LEAST_SLICE), self._slice)
        elif count < limit / 4:
            self._span = min(self._span * 2, self._slice)

    def _cut_off(
        self, device: str, start: datetime, end: datetime, rows: Sequence[Mapping[str, Any]]
    ) -> bool:
        if not rows:
            return False
        if len(rows) in self._limits:
            return True
        times = np.sort(moments(pa.array([str(row.get("fixTime")) for row in rows])))
        gap_s = LEAST_GAP_S
        if len(rows) >= FEW:
            passed = np.diff(times) / np.timedelta64(1, "s")
            gap_s = max(gap_s, USUAL_TIMES * float(np.quantile(passed, USUAL_SHARE)))
        first, last = (pd.Timestamp(times[n], tz="UTC").to_pydatetime() for n in (0, -1))
        even = len(rows) % ROUND == 0
        step = timedelta(milliseconds=1)
        rest = ((last + step, end, end - last), (start, first, first - start))
        for begin, until, left in rest:
            wanted = even or left.total_seconds() > gap_s
            if wanted and begin < until and self._get(device, begin, until):
                self._limits.add(len(rows))
                return True
        return False

    def _get(self, device: str, start: datetime, end: datetime) -> list[Mapping[str, Any]]:
        # The interface takes both ends in.
        last = end - timedelta(milliseconds=1)
        address = f"{self._base}/positions?deviceId={device}&from={_iso(start)}&to={_iso(last)}"
        return self._list(address)

    def _list(self, address: str) -> list[Mapping[str, Any]]:
        value = self._server.get(address).value
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise SourceError("source_traccar_odd", source=self.label)
        return value

    def _as_fixes(self, rows: Sequence[Mapping[str, Any]], plate: str) -> pa.Table:
        """Rows of the interface under the names of our columns."""
        names = ("id", "fixTime", "serverTime", "longitude", "latitude", "speed", "course", "valid")
        if not rows:
            return pa.table({})
        found = as_rows(
            [{name: row.get(name) for name in names} for row in rows],
            label=self.label,
            most_cells=self._most_cells,
        )
        speed = pc.round(pc.multiply(pc.cast(found["speed"], pa.float64()), KNOT_KMH), 3)
        return pa.table(
            {
                "id": found["id"],
                "vehicle_id": pa.array([plate] * len(rows), pa.string()),
                "time": found["fixTime"],
                "received_at": found["serverTime"],
                "lon": found["longitude"],
                "lat": found["latitude"],
                "speed_kmh": speed,
                "heading_deg": found["course"],
                "positioned": found["valid"],
            }
        )


def _iso(moment: datetime) -> str:
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        + f"{moment.microsecond:06d}"[:3]
        + "Z"
    )


def moments(times: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.datetime64]:
    """Return times, texts or timestamps, as numpy has them, UTC."""
    series = pd.to_datetime(times.to_pandas(), utc=True, format="ISO8601", errors="coerce")
    return np.asarray(pd.DatetimeIndex(series).tz_localize(None).to_numpy())
