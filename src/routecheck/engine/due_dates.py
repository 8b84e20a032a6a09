"""What is due: expected service dates held against those done. Pure.

The timer of the service only ticks; whether there is anything to do is worked out here, from the
dates that have data, the ledger in the store and the hash of what each date was judged on. So
neither downtime, sleep, a clock set back nor a change of summer time can lose a date or do it
twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely

DATA_SHARE = 0.01
"""A date with less than a hundredth of the rows of the busiest one has hardly any data: clocks
that are off scatter single fixes over months."""
FIRST_SHARE = 0.1
"""The first date has at least a tenth of the rows of a usual one: before it lie the evening's
fixes of vehicles that work past midnight, and trials."""
HOLE_DAYS = 31
"""A hole in the data is filled (its pickups are `no_fixes`) up to a month; beyond that the site did
not work. So long, too, data are waited for before a date without them is final."""
SHRUNK_SHARE = 0.5
"""With fewer rows than this share of what it was judged on, a date has lost its data (files were
archived or cut off) and is not judged again by the service."""
FINISHED = frozenset({"done", "partial"})
"""States of runs whose dates are stored, diagnosed and exported as a whole."""


@dataclass(frozen=True)
class Expected:
    """The dates that should have been done.

    Attributes:
        dates: in order.
        last_data: the last date that has data; None where there are none.
        silent_days: dates since then, up to the one that should have come.
    """

    dates: tuple[date, ...]
    last_data: date | None
    silent_days: int


@dataclass(frozen=True)
class Due:
    """What is to be done.

    Attributes:
        dates: to be judged, in order, each once.
        missing: those of them that were never judged.
        final: dates that need no judging and are final from now on.
        shrunk: dates that have lost data since they were judged, and are left as they are.
    """

    dates: tuple[date, ...] = ()
    missing: tuple[date, ...] = ()
    final: tuple[date, ...] = ()
    shrunk: tuple[date, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What the ledger knows of a date that was judged."""

    service_date: date
    state: str
    input_hash: str
    run_state: str
    complete: bool
    rows: int


def entries(dates: Iterable[Mapping[str, Any]], run_states: Mapping[str, str]) -> dict[date, Entry]:
    """Return the ledger by date.

    Args:
        dates: as `Store.dates` gives them.
        run_states: state of each run by its id.
    """
    ledger = {}
    for row in dates:
        counts = row["counts"] or {}
        rows = int(counts.get("fixes_kept", 0))
        ledger[row["service_date"]] = Entry(
            row["service_date"],
            row["state"],
            row["input_hash"],
            run_states.get(row["run_id"], "done"),
            bool(counts.get("complete", rows > 0)),
            rows,
        )
    return ledger


def expected(rows: Mapping[date, int], until: date, revisit_days: int) -> Expected:
    """Return the dates that should have been done.

    From the first date that has data: every date that has some, holes up to a month, and after
    the last date with data, as long as that is recent, the dates whose data may still come. A
    site whose data ended long ago expects nothing more.

    Args:
        rows: fixes by the local date they are counted under.
        until: the last date that may be expected, usually yesterday.
        revisit_days: how many earlier days are judged again.
    """
    least = max(rows.values(), default=0) * DATA_SHARE
    data = sorted(day for day, n in rows.items() if n > 0 and n >= least)
    if not data:
        return Expected((), None, 0)
    usual = sorted(rows[day] for day in data)[len(data) // 2]
    while rows[data[0]] < FIRST_SHARE * usual:
        del data[0]
    # Likewise at the end, where no more will come: the night's fixes after the last date.
    while rows[data[-1]] < FIRST_SHARE * usual and data[-1] < until - timedelta(days=revisit_days):
        del data[-1]
    wanted: list[date] = []
    for n, day in enumerate(data):
        if n:
            hole = (day - data[n - 1]).days - 1
            if hole <= HOLE_DAYS:
                wanted += [data[n - 1] + timedelta(days=k) for k in range(1, hole + 1)]
        wanted.append(day)
    # Of the dates after the data only those that a running service would have met.
    wanted += [
        day
        for day in (data[-1] + timedelta(days=k) for k in range(1, max(revisit_days, 1) + 1))
        if day >= until - timedelta(days=revisit_days)
    ]
    return Expected(
        tuple(day for day in wanted if day <= until), data[-1], max((until - data[-1]).days, 0)
    )


def slot(now: datetime, daily_at: str, zone: ZoneInfo) -> datetime:
    """Return the last moment at which a daily run was due: UTC, at or before `now`.

    A time of day that a change of summer time leaves out counts by the offset before the change.
    """
    hour, minute = (int(part) for part in daily_at.split(":"))
    utc = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        moment = datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(utc)
        if moment <= now:
            return moment
    raise AssertionError("a day has passed since yesterday")


def next_slot(now: datetime, daily_at: str, zone: ZoneInfo) -> datetime:
    """Return the first moment after `now` at which a daily run is due, UTC."""
    hour, minute = (int(part) for part in daily_at.split(":"))
    utc = ZoneInfo("UTC")
    today = now.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        moment = datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(utc)
        if moment > now:
            return moment
    raise AssertionError("a day comes after today")


def settled(day: date, today: date, revisit_days: int) -> bool:
    """Return whether no later round judges a date again: this one is the last that does."""
    return day < today - timedelta(days=revisit_days)


def due(
    wanted: Expected,
    ledger: Mapping[date, Entry],
    rows: Mapping[date, int],
    hash_of: Callable[[date], str],
    *,
    until: date,
    revisit_days: int,
    incomplete_only: bool = False,
) -> Due:
    """Return what is to be done.

    Due is a date that was never judged; one whose run did not come to its end; and one that is
    provisional and whose input is another than it was judged on.

    Args:
        wanted: from `expected`.
        ledger: from `entries`.
        rows: fixes by the local date they are counted under.
        hash_of: the hash of all that a date would be judged on now.
        until: the last date that may be done; dates beyond it (the clock was set back) wait.
        revisit_days: how many earlier days are judged again.
        incomplete_only: of the dates judged before, look only at those whose data were missing.
    """
    missing = [day for day in wanted.dates if day not in ledger]
    again: list[date] = []
    final: list[date] = []
    shrunk: list[date] = []
    for day, entry in sorted(ledger.items()):
        unfinished = entry.run_state not in FINISHED
        over = settled(day, until + timedelta(days=1), revisit_days)
        # Final before its time: the clock was ahead then, and has been set back.
        if day > until or (entry.state == "final" and over and not unfinished):
            continue
        lost = rows.get(day, 0) < SHRUNK_SHARE * entry.rows
        looked_at = not (incomplete_only and entry.complete)
        if lost:
            shrunk.append(day)
        elif unfinished or (looked_at and hash_of(day) != entry.input_hash):
            again.append(day)
            continue
        given_up = settled(day, until + timedelta(days=1), revisit_days + HOLE_DAYS)
        if over and (entry.complete or lost or given_up) and not unfinished:
            final.append(day)
    return Due(tuple(sorted([*missing, *again])), tuple(missing), tuple(final), tuple(shrunk))


@dataclass
class Digest:
    """Hash of everything that the verdicts of a date rest on, but for the history of other dates.

    What has no effect on the date does not count: a schedule that changes tomorrow, a point that
    moves next week, the order of rows.
    """

    _hash: Any = field(default_factory=hashlib.sha256)

    def text(self, *values: object) -> Digest:
        """Add texts."""
        for value in values:
            self._hash.update(repr(value).encode())
        return self

    def table(self, df: pd.DataFrame) -> Digest:
        """Add a table: its columns, geometries among them."""
        if "geometry" in df.columns:
            shapes = shapely.to_wkb(df["geometry"].to_numpy(dtype=object), hex=True)
            df = df.assign(geometry=shapes)
        for name, values in df.items():
            if isinstance(values.dtype, pd.DatetimeTZDtype):
                df = df.assign(**{str(name): _as_csv(values)})
        self._hash.update(df.to_csv(index=False).encode("utf-8", "replace"))
        return self

    def points(self, valid: pd.DataFrame, day: date) -> Digest:
        """Add POINTS as they hold on a date, spans only as far as a record does not hold."""
        spans = {
            "valid_from": [v if _known(v) and v > day else "" for v in valid["valid_from"]],
            "valid_to": [v if _known(v) and v < day else "" for v in valid["valid_to"]],
        }
        return self.table(valid.assign(**spans))

    @property
    def value(self) -> str:
        """The hash, 32 hexadecimal digits."""
        return str(self._hash.hexdigest()[:32])


def _as_csv(times: pd.Series) -> pd.Series:
    """Times as a CSV has them: windows are the same in many rows, each is formatted once."""
    codes, distinct = pd.factorize(times, use_na_sentinel=False)
    lines = pd.DataFrame({"time": distinct}).to_csv(index=False, header=False, na_rep="-")
    texts = ["" if line == "-" else line for line in lines.splitlines()]
    return pd.Series(np.array(texts, dtype=object)[codes], index=times.index, dtype=object)


def _known(value: object) -> bool:
    return value is not None and not pd.isna(value)  # type: ignore[call-overload]


def batches(dates: Sequence[date], size: int) -> list[tuple[date, ...]]:
    """Return the dates in order, `size` at a time."""
    return [tuple(dates[n : n + size]) for n in range(0, len(dates), size)]
