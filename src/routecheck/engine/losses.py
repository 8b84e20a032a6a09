"""Data that should be there and cannot be used: found before anything is judged by what is left.

A row that cannot be read is not the same as no row. Where a table loses much, or a date has less
than it was judged on, the run reports it first and ends with status 1; a date that was judged on
more is not judged again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pandas as pd

from routecheck.domain.codes import RejectReason, Verdict
from routecheck.domain.errors import Message
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CALENDAR, TEXT
from routecheck.engine import observing
from routecheck.engine.basis import Basis
from routecheck.engine.due_dates import SHRUNK_SHARE
from routecheck.engine.inputs import Inputs
from routecheck.engine.set_aside import Attempts
from routecheck.store import Store, is_running

LOST_SHARE = 0.2
"""With a fifth of its rows gone a table is not the one it was meant to be: a header, a format or a
file is wrong, not a cell here and there."""
LEAST_LOST = 2
"""Rows: one bad row is a bad row, however small the table."""
GONE_SHARE = 0.1
"""With a tenth of the rows gone that were there before, a file is not whole: as of points."""
LOSSES, INPUT_ROWS = "losses", "input_rows"
"""Names of the notes in the store: what the last run of each date lost, and how many rows the
inputs had when nothing was missing."""
_OF_FIXES = frozenset(
    {
        RejectReason.MISSING_VALUE,
        RejectReason.BAD_NUMBER,
        RejectReason.BAD_TIME,
        RejectReason.BAD_VALUE,
        RejectReason.TOO_LONG,
        RejectReason.TOO_MANY_CELLS,
        RejectReason.TOO_FEW_CELLS,
        RejectReason.OUT_OF_RANGE,
    }
)
"""Reasons that lie in the file. The others are those of devices, which are judged elsewhere."""


@dataclass(frozen=True)
class Loss:
    """Something that should be there and cannot be used.

    Attributes:
        kind: message of the catalogue `losses`: `rows` (of a table, or of a date), `places` (of
            points), `shrunk` (a table against the last run), `alerts`, `pickups`, `calendar`,
            `vehicles`, `fixes` (a date against what it was judged on), `kept_points` (records that
            were kept).
        source: the input: `points`, `alerts`, …
        count: what is lost.
        total: of how many.
        day: ISO date; empty: of the table as a whole.
        example: an offending cell, or a few ids.
        kept: whether what was judged before was left as it is.
    """

    kind: str
    source: str
    count: int
    total: int
    day: str = ""
    example: str = ""
    kept: bool = False

    @property
    def message(self) -> Message:
        """The sentence that reports it, with what to do."""
        values = asdict(self) | {
            "day": self.day or "none",
            "source": Message(f"codes.source_{self.source}"),
        }
        about = Message(f"losses.{self.kind}", **values)
        return Message("losses.and_kept", what=about, day=self.day) if self.kept else about


@dataclass(frozen=True)
class Losses:
    """What a run lacks.

    Attributes:
        found: in the order in which they are reported.
        kept: dates that were judged on more, and are left as they are.
    """

    found: tuple[Loss, ...] = ()
    kept: frozenset[date] = frozenset()


def find_losses(
    inputs: Inputs,
    basis: Basis,
    store: Store,
    dates: Sequence[date],
    *,
    allow_shrink: bool,
    attempts: Attempts | None = None,
) -> Losses:
    """Return what the inputs of a run lack, as they are and against what was there before.

    Args:
        inputs: what was read.
        basis: what the dates would be judged on.
        store: what they were judged on before.
        dates: that are to be run.
        allow_shrink: what is less than before is meant to be so.
        attempts: what fails of a date sets it aside there.
    """
    attempts = attempts or Attempts()
    found = [*_of_tables(inputs), *([] if allow_shrink else _shrunk(inputs, store))]
    kept = set()
    for day in dates:
        with attempts.about(day):
            entry = None if allow_shrink else store.date_entry(day)
            # What a date had while it was running is no measure for the run that closes it.
            if entry is not None and is_running(entry) and day not in basis.running:
                entry = None
            less = [] if entry is None else list(_less(inputs, basis, store, day, entry["counts"]))
            if less:
                kept.add(day)
            found += less or _of_date(inputs, basis, day)
    return Losses(tuple(found), frozenset(kept))


def keep_losses(
    store: Store, losses: Losses, dates: Sequence[date], inputs: Inputs, *, allow_shrink: bool
) -> None:
    """Keep what was lost for `status`, until the same dates are run without it."""
    note = store.read_note(LOSSES)
    before: list[dict[str, Any]] = [] if note is None else note[0]["found"]
    run = {str(day) for day in dates}
    others = [one for one in before if one["day"] and one["day"] not in run]
    store.put_note(LOSSES, {"found": [*map(asdict, losses.found), *others]})
    rows = _input_rows(inputs)
    if allow_shrink or not any(loss.kind == "shrunk" for loss in losses.found):
        store.put_note(INPUT_ROWS, rows)


def kept_losses(store: Store) -> list[Loss]:
    """Return what the last runs lost, of tables first, then by date."""
    note = store.read_note(LOSSES)
    found = [] if note is None else [Loss(**one) for one in note[0]["found"]]
    return sorted(found, key=lambda loss: loss.day)


def _of_tables(inputs: Inputs) -> Iterable[Loss]:
    for name, table in inputs.tables.items():
        bad = _unusable(inputs.rejected[name])
        if name == "alerts":
            # Of those with a date it counts which one.
            bad = bad[bad["day"] < 0]
        # A row of the calendar cancels or orders a whole round.
        if _much(len(bad), len(table) + len(bad)) or (name == "calendar" and len(bad)):
            yield Loss("rows", name, len(bad), len(table) + len(bad), example=_example(bad))
    nowhere = inputs.points["geometry"].isna()
    if _much(int(nowhere.sum()), len(nowhere)):
        ids = inputs.points.loc[nowhere, "point_id"].tolist()
        yield Loss("places", "points", len(ids), len(nowhere), example=_named(ids))


def _shrunk(inputs: Inputs, store: Store) -> Iterable[Loss]:
    note = store.read_note(INPUT_ROWS)
    before: Mapping[str, int] = {} if note is None else note[0]
    for name, rows in _input_rows(inputs).items():
        if _much(before.get(name, 0) - rows, before.get(name, 0), GONE_SHARE):
            yield Loss("shrunk", name, before[name] - rows, before[name])


def _of_date(inputs: Inputs, basis: Basis, day: date) -> Iterable[Loss]:
    """What a date lacks of itself."""
    if "alerts" in inputs.rejected:
        bad = _on(_unusable(inputs.rejected["alerts"]), day)
        total = len(basis.alerts_of(day)) + len(bad)
        if _much(len(bad), total):
            yield Loss("rows", "alerts", len(bad), total, str(day), _example(bad))
    bad = basis.fixes.rejected_on(day)
    bad = bad[bad["reason"].isin([str(reason) for reason in _OF_FIXES])]
    total = basis.fixes.rows_by_day.get(day, 0) + len(bad)
    if _much(len(bad), total):
        yield Loss("rows", "fixes", len(bad), total, str(day), _example(bad))


def _less(
    inputs: Inputs, basis: Basis, store: Store, day: date, counts: Mapping[str, Any] | None
) -> Iterable[Loss]:
    """What a date has less than it was judged on before."""
    known = set(store.read_alerts(day)["alert_id"])
    gone = known - set(basis.alerts_of(day)["alert_id"])
    damaged = len(_unusable(inputs.rejected.get("alerts"))) or _failed(inputs)
    if gone and (gone == known or damaged or _much(len(gone), len(known))):
        yield Loss("alerts", "alerts", len(gone), len(known), str(day), _named(gone), kept=True)
    pickups = store.read_pickups(day)
    due = pickups["point_id"]
    lost = set(due) - set(_due(basis, day, basis.settings)["point_id"])
    count = int(due.isin(lost).sum())
    ids = {row.point_id for row in inputs.lost.get("schedule", ())}
    # A point that the schedule has still, and the points file has not, was not given up.
    ids |= inputs.joins.tables["schedule"].alone.keys()
    if _much(count, len(due), GONE_SHARE) or (lost and (lost & ids or "" in ids)):
        yield Loss("pickups", "schedule", count, len(due), str(day), _named(lost), kept=True)
    ordered, now = int((counts or {}).get("calendar", 0)), calendar_rows(inputs, day)
    if now < ordered:
        yield Loss("calendar", "calendar", ordered - now, ordered, str(day), kept=True)
    # One that had sent nothing is named by what is open for it, and has lost nothing since.
    came = pickups["arrived_at"].notna() & (pickups["verdict"] == Verdict.COLLECTED)
    as_planned = pickups["vehicle_id"] == pickups["scheduled_vehicle_id"]
    served = pickups[came & as_planned]["vehicle_id"]
    working = set(served) - {""}
    silent = working - _heard(basis, day) if working else working
    if silent:
        yield Loss(
            "vehicles", "vehicles", len(silent), len(working), str(day), _named(silent), kept=True
        )
    before, rows = int((counts or {}).get("fixes_kept", 0)), basis.fixes.rows_by_day.get(day, 0)
    if rows < SHRUNK_SHARE * before:
        yield Loss("fixes", "fixes", before - rows, before, str(day), kept=True)


def _due(basis: Basis, day: date, settings: Settings) -> pd.DataFrame:
    """PICKUPS of a date but for the calendar: what it cancels is not lost."""
    site = observing.Site(basis.site.points, basis.site.schedule, CALENDAR.empty())
    return site.pickups(day, settings)


def _heard(basis: Basis, day: date) -> set[str]:
    """Vehicles with fixes about a date; where a clock is off, they are counted under another."""
    return set(basis.fixes.load(day)["vehicle_id"].astype(TEXT).unique())


def _failed(inputs: Inputs) -> bool:
    """Whether a file of alerts could not be read: of the inputs only these may fail alone."""
    return bool(inputs.failed)


def _input_rows(inputs: Inputs) -> dict[str, int]:
    """Rows that could be read, of the tables that hold what is so until it is changed."""
    lasting = ("schedule", "vehicles")
    return {name: len(inputs.tables[name]) for name in lasting if name in inputs.tables}


def calendar_rows(inputs: Inputs, day: date) -> int:
    """Return how many rows of the calendar are about a date."""
    return int((inputs.calendar["date"] == day).sum())


def _unusable(rejected: pd.DataFrame | None) -> pd.DataFrame:
    """Rejected rows but those that are there twice."""
    if rejected is None:
        return pd.DataFrame({"day": [], "text": []})
    return rejected[rejected["reason"] != str(RejectReason.DUPLICATE_KEY)]


def _on(rejected: pd.DataFrame, day: date) -> pd.DataFrame:
    return rejected[rejected["day"] == (day - date(1970, 1, 1)).days]


def _much(count: int, total: int, share: float = LOST_SHARE) -> bool:
    return count >= LEAST_LOST and count >= share * total


def _example(rejected: pd.DataFrame) -> str:
    first = rejected.iloc[0]
    return " ".join(f"{first['file']}:{first['row']}: {first['text']}".split())[:120]


def _named(ids: Iterable[str], shown: int = 5) -> str:
    names = sorted(ids)
    return ", ".join(names[:shown]) + (" …" if len(names) > shown else "")
