"""What a site's data have taught, as `queries.learned` answers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as diagnosing


@dataclass(frozen=True)
class Figure:
    """One figure that a site's data have taught.

    Attributes:
        name: what it is, as `learned.ftl` names it.
        unit: `s`, `m`, `km/h` or `share`.
        value: what is used now; None: nothing is known yet, and nothing assumed. Of several, the
            middle one.
        low: of several, one in ten is lower; None: there are not several.
        high: of several, one in ten is higher.
        start: what is assumed before anything is known; None: nothing.
        counted: what it rests on: `points`, `stands`, `vehicles`, `cells`, `pickups`, `delays`,
            `due_days`.
        count: how many of them.
        total: of how many there are; None: that is not bounded.
        least: how many are needed before anything is learnt.
        week_before: the value as it was a week earlier; None: not known.
    """

    name: str
    unit: str
    value: float | None
    start: float | None
    counted: str
    count: int
    low: float | None = None
    high: float | None = None
    total: int | None = None
    least: int = 1
    week_before: float | None = None

    @property
    def learnt(self) -> bool:
        """Whether the value is what the data taught, not what was assumed."""
        return self.count >= self.least


@dataclass(frozen=True)
class PlacesKnown:
    """How the places of points are known: counts of points.

    Attributes:
        points: all of them.
        shown: judged at a place where stands have shown them.
        recorded: judged at their record, which nothing contradicts and no stand has shown.
        unknown: their place is not known: nobody is accused there.
        seldom: hardly ever served, as their vehicles' stands show.
    """

    points: int
    shown: int
    recorded: int
    unknown: int
    seldom: int


@dataclass(frozen=True)
class WrongRecords:
    """Records of one cause that were found wrong.

    Attributes:
        cause: the cause.
        points: how many.
        offset_m: how far the middle one lies from the place found.
    """

    cause: str
    points: int
    offset_m: float | None


@dataclass(frozen=True)
class RecordsFound:
    """What was found of the records of points.

    Attributes:
        points: how many points there are.
        wrong: of how many the record is wrong (corrections proposed or accepted).
        by_cause: of each cause, the most frequent first.
        assumed_share: what share of records is taken to be misplaced before the tracks are looked
            at; it stays.
        assumed_m: how far, at first: from, to.
    """

    points: int
    wrong: int
    by_cause: tuple[WrongRecords, ...] = ()
    assumed_share: float = lk.MISPLACED
    assumed_m: tuple[float, float] = diagnosing.USUAL_OFFSET_M


@dataclass(frozen=True)
class Device:
    """A device, on the date that was looked at.

    Attributes:
        vehicle_id: its vehicle.
        fixes: how many were used.
        interval_s: usual time between two of them.
        scatter_m: of its fixes about a stand; None: no stand shows it.
        stands: that show it.
        offset_m: how far its stands lie from the points; None: too few show it.
        pace_kmh: how fast it usually drives, in a straight line.
        habits: what its data are like: `last_speed`, `false_stands`, `leaves_out_stands`, `times`
            (to how many seconds they are known: `grain_s`), `positions` (on a lattice: `mesh_m`).
        grain_s: to how many seconds its times are known; None: to the second.
        mesh_m: how wide the lattice of its positions is; None: there is none.
    """

    vehicle_id: str
    fixes: int
    interval_s: float | None
    scatter_m: float | None
    stands: int
    offset_m: float | None
    pace_kmh: float | None
    habits: tuple[str, ...] = ()
    grain_s: float | None = None
    mesh_m: float | None = None


@dataclass(frozen=True)
class Doubted:
    """A device that was not believed, or was put right, on some of the dates.

    Attributes:
        vehicle_id: its vehicle.
        fault: `elsewhere`, `displaced`, `poor`, `stuck` or `drift` (its clock).
        dates: how many of them.
    """

    vehicle_id: str
    fault: str
    dates: int


@dataclass(frozen=True)
class Checked:
    """What field checks taught about the confidence of a verdict.

    Attributes:
        verdict: `collected` or `missed`.
        checks: how many.
        from_confidence: a confidence that judging gives,
        to_confidence: and what it becomes.
    """

    verdict: str
    checks: int
    from_confidence: float
    to_confidence: float


@dataclass(frozen=True)
class WhatWasLearned:
    """What a site's data have taught, as of its last judged date.

    Attributes:
        on: that date; None: nothing was judged yet, and nothing else is known.
        since: the first date that was learned from.
        dates: how many there are.
        week_before: the date as of which `week_before` of the figures are; None: none is so old.
        stands: places at which vehicles stood on those dates.
        figures: what was learnt.
        places: how places are known; `places_before`: a week earlier.
        records: records found wrong.
        devices: of the date `on`, by vehicle.
        doubted: devices that were not believed, or put right, on any of the dates.
        checks: what field checks taught.
    """

    on: date | None = None
    since: date | None = None
    dates: int = 0
    week_before: date | None = None
    stands: int = 0
    figures: tuple[Figure, ...] = ()
    places: PlacesKnown | None = None
    places_before: PlacesKnown | None = None
    records: RecordsFound | None = None
    devices: tuple[Device, ...] = ()
    doubted: tuple[Doubted, ...] = ()
    checks: tuple[Checked, ...] = ()
