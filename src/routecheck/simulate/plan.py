"""What is due on a day, who does what, and what goes wrong in operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from .amounts import Amounts
from .county import DAY_S, County
from .devices import Trouble
from .roads import BRANCH
from .rounds import Task


@dataclass
class Pickup:
    """One expected service and, once driven, what became of it. Times are site seconds."""

    point: int
    trip: int
    truck: int  # that is scheduled, or would be
    opens_t: float
    closes_t: float
    raised_t: float  # when the monitor looks
    skipped: str = ""  # how it was skipped: not_run | broke_off | pass | skip
    collector: int = -1
    arrive_t: float = np.nan
    depart_t: float = np.nan

    @property
    def collected(self) -> bool:
        """Whether a truck stood for it."""
        return self.collector >= 0


@dataclass
class Shift:
    """A truck's day as it will be driven."""

    truck: int
    trips: list[tuple[int, list[Task]]] = field(default_factory=list)  # nominal trip, its tasks
    starts_t: list[float] = field(default_factory=list)
    idle: bool = False
    trouble: Trouble = field(default_factory=Trouble)


@dataclass(frozen=True)
class ClockFault:
    """A terminal whose clock is off over some days, counted from the start."""

    truck: int
    first_day: int
    last_day: int
    off_s: float


@dataclass(frozen=True)
class Calendar:
    """Fixed for a site whatever the number of days: faults that last, and the holiday."""

    start: date
    clocks: tuple[ClockFault, ...]
    holiday_day: int  # -1: none
    holiday_townships: frozenset[int]
    moves: tuple[tuple[int, int, int], ...]  # day, terminal from truck, to truck


def make_calendar(county: County, seed: int, start: date) -> Calendar:
    """The lasting faults and the holiday of a site."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 4]))
    amounts = county.amounts
    order = [int(n) for n in rng.permutation(len(county.trucks))]
    clocks = []
    for i, n in enumerate(order[: amounts.clock_trucks]):
        off = (8 * 3600.0, -8 * 3600.0, float(DAY_S), -7168.0 * DAY_S, -float(DAY_S))[
            int((i + rng.integers(0, 2)) % 5)
        ]
        first = 0 if i % 2 == 0 else int(rng.integers(1, 5))
        clocks.append(ClockFault(n, first, first + int(rng.integers(1, 6)), off))
    order = order[amounts.clock_trucks :]
    moves = []
    for i in range(min(amounts.terminal_moves, len(order) // 2)):
        moves.append((int(rng.integers(2, 5)), order[2 * i], order[2 * i + 1]))
    off_days = frozenset[int]()
    day = -1
    if amounts.holiday:
        day = int(rng.integers(3, 6))
        used = sorted({p.township_no for p in county.points})
        off_days = frozenset(int(t) for t in rng.choice(used, min(amounts.blocks, len(used)),
                                                        replace=False))  # fmt: skip
    return Calendar(start, tuple(clocks), day, off_days, tuple(moves))


def is_due(county: County, calendar: Calendar, n: int, day: int) -> bool:
    """Whether a point is due on a day (counted from the start)."""
    p = county.points[n]
    if p.retired or (day == calendar.holiday_day and p.township_no in calendar.holiday_townships):
        return False
    if str((calendar.start + timedelta(days=day)).isoweekday()) not in p.weekdays:
        return False
    return (day + p.phase) % p.every_days == 0


def _pickups(
    county: County, calendar: Calendar, day: int, rng: np.random.Generator
) -> list[Pickup]:
    found = []
    for n, p in enumerate(county.points):
        lag = 7200 + float(rng.integers(0, 1200))
        if not is_due(county, calendar, n, day):
            continue
        for trip in p.trips:
            opens, closes = county.trucks[p.truck].windows_s[trip]
            base = day * DAY_S
            found.append(Pickup(n, trip, p.truck, base + opens, base + closes, base + closes + lag))
    return found


def _partner(county: County, truck: int, rng: np.random.Generator) -> int:
    """A truck that could take over: by day, of the same depot."""
    a = county.trucks[truck]
    able = [
        i
        for i, b in enumerate(county.trucks)
        if i != truck
        and b.block == a.block
        and not b.night
        and b.depot == a.depot
        and b.transfer == a.transfer
        and len(b.trips) == len(a.trips)
    ]
    near = sorted(able, key=lambda i: (abs(i - truck), i))[:4]
    return int(rng.choice(near)) if near else -1


def plan_day(
    county: County, calendar: Calendar, seed: int, day: int
) -> tuple[list[Pickup], list[Shift]]:
    """The pickups due on a day and the shifts of all trucks, skips and faults included."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 5, day]))
    amounts = county.amounts
    pickups = _pickups(county, calendar, day, rng)
    rounds: list[list[list[Task]]] = [[[] for _ in t.trips] for t in county.trucks]
    by_key = {(p.point, p.trip): i for i, p in enumerate(pickups)}
    for number, truck in enumerate(county.trucks):
        for trip, members in enumerate(truck.trips):
            for n in members:
                if (n, trip) in by_key:
                    dwell = county.points[n].dwell_s * float(rng.lognormal(0.0, 0.25))
                    task = Task(n, "serve", float(np.clip(dwell, 20.0, 400.0)), by_key[n, trip])
                    rounds[number][trip].append(task)
    shifts = [Shift(i) for i in range(len(county.trucks))]
    twice = [any(len(county.points[t.point].trips) > 1 for trip in r for t in trip) for r in rounds]
    touched: set[int] = set()
    idle: set[int] = set()
    delay = np.zeros(len(shifts))
    swapped: set[int] = set()
    for i, truck in enumerate(county.trucks):
        draw = rng.random(5)
        if i in touched or truck.night:
            continue
        if draw[0] < amounts.not_run_rate and truck.block not in idle:
            shifts[i].idle = True
            idle.add(truck.block)
            left, rounds[i] = rounds[i], [[] for _ in rounds[i]]
            _leave(county, i, left, "not_run", rounds, touched, pickups, rng)
            touched.add(i)
        elif draw[1] < amounts.round_swap_rate:
            j = _partner(county, i, rng)
            if j >= 0 and j not in touched and not shifts[j].idle:
                rounds[i], rounds[j] = rounds[j], rounds[i]
                touched |= {i, j}
        elif draw[2] < amounts.broke_off_rate:
            left = _break_off(rounds[i], rng)
            _leave(county, i, left, "broke_off", rounds, touched, pickups, rng)
            touched.add(i)
        elif draw[3] < amounts.delay_rate and not twice[i]:
            delay[i] = float(rng.uniform(3.5, 6.0)) * 3600
            touched.add(i)
        elif draw[4] < amounts.trip_swap_rate and not twice[i] and len(rounds[i]) == 2:
            swapped.add(i)
            touched.add(i)
    _move_points(county, rounds, touched, rng)
    _skip(county, rounds, pickups, rng)

    silent = None
    if rng.random() < amounts.feed_silent_rate:
        begin = day * DAY_S + float(rng.uniform(6, 16)) * 3600
        silent = (begin, begin + float(rng.uniform(15, 70)) * 60)
    for i, (shift, truck) in enumerate(zip(shifts, county.trucks, strict=True)):
        base = day * DAY_S
        order = [1, 0] if i in swapped else list(range(len(rounds[i])))
        for slot, trip in enumerate(order):
            if rounds[i][trip]:
                rest = rng.random()
                long_s = float(rng.uniform(420, 1500))
                for at, task in enumerate(rounds[i][trip]):
                    if rest < amounts.rest_rate and county.points[task.point].rest is not None:
                        rounds[i][trip].insert(at + 1, Task(task.point, "rest", long_s))
                        break
                shift.trips.append((trip, rounds[i][trip]))
                late = delay[i] if slot == 0 else 0.0
                jitter = float(rng.uniform(-400, 500))
                shift.starts_t.append(base + truck.starts_s[slot] + jitter + late)
        shift.trouble = _trouble(amounts, calendar, i, day, truck.night, silent, rng)
    return pickups, shifts


def _break_off(trips: list[list[Task]], rng: np.random.Generator) -> list[list[Task]]:
    """Give up somewhere in the round; returns what is left, by trip."""
    total = sum(len(trip) for trip in trips)
    left: list[list[Task]] = [[] for _ in trips]
    if total < 3:
        return left
    keep = int(rng.integers(1, total - 1))
    for trip, rest in zip(trips, left, strict=True):
        rest.extend(trip[keep:])
        done = len(trip)
        del trip[keep:]
        keep = max(keep - done, 0)
    return left


def _leave(county: County, truck: int, left: list[list[Task]], how: str,
           rounds: list[list[list[Task]]], touched: set[int], pickups: list[Pickup],
           rng: np.random.Generator) -> None:  # fmt: skip
    """What a truck leaves undone a colleague does after his own points, or nobody."""
    other = _partner(county, truck, rng)
    helps = rng.random() < county.amounts.takeover_share
    if helps and other >= 0 and other not in touched and all(rounds[other]):
        for trip, tasks in enumerate(left):
            rounds[other][trip].extend(tasks)
        touched.add(other)
        return
    for task in (t for tasks in left for t in tasks):
        pickups[task.pickup].skipped = how


def _move_points(county: County, rounds: list[list[list[Task]]], touched: set[int],
                 rng: np.random.Generator) -> None:  # fmt: skip
    """Single points that a colleague takes along in the same trip."""
    for i, trips in enumerate(rounds):
        for trip, tasks in enumerate(trips):
            draws = rng.random(len(tasks))
            for task, draw in zip(list(tasks), draws, strict=True):
                if draw >= county.amounts.point_swap_rate or i in touched:
                    continue
                j = _partner(county, i, rng)
                if county.trucks[i].night or j < 0 or j in touched:
                    continue
                if not rounds[j][trip]:
                    continue
                tasks.remove(task)
                network = county.networks[county.trucks[j].block]
                place = county.points[task.point].place
                costs = [network.seconds(place, county.points[t.point].place)
                         for t in rounds[j][trip]]  # fmt: skip
                rounds[j][trip].insert(int(np.argmin(costs)) + 1, task)


def _skip(county: County, rounds: list[list[list[Task]]], pickups: list[Pickup],
          rng: np.random.Generator) -> None:  # fmt: skip
    """Genuine misses of single points and branches, with decoys beside some of them."""
    amounts = county.amounts
    for trips in rounds:
        for tasks in trips:
            for task in list(tasks):
                draw, decoy = rng.random(2)
                long_s = float(rng.uniform(300, 1500))
                light_s = float(rng.uniform(15, 60))
                p = county.points[task.point]
                how = p.never_served
                if not how and draw < amounts.passed_by_rate:
                    how = "pass"
                elif not how and draw < amounts.passed_by_rate + amounts.not_approached_rate:
                    how = "skip"
                if not how or task not in tasks:
                    continue
                at = tasks.index(task)
                pickups[task.pickup].skipped = how
                if how == "pass":
                    tasks[at] = Task(task.point, "pass")
                    if decoy < amounts.decoy_share:
                        stand = light_s if decoy < amounts.decoy_share / 2 else long_s
                        tasks.insert(at, Task(task.point, "decoy", stand))
                    continue
                gone = [task]
                branch = county.networks[p.block].edges[p.place.edge].kind == BRANCH
                if branch and not p.never_served:  # the whole branch is left out
                    gone = [t for t in tasks if t.mode == "serve"
                            and county.points[t.point].place.edge == p.place.edge
                            and county.points[t.point].place.s_m >= p.place.s_m][:4]  # fmt: skip
                for other in gone:
                    pickups[other.pickup].skipped = how
                    tasks.remove(other)


def _trouble(amounts: Amounts, calendar: Calendar, truck: int, day: int, night: bool,
             silent: tuple[float, float] | None, rng: np.random.Generator) -> Trouble:  # fmt: skip
    base = float(day * DAY_S)
    draws = rng.random(4)
    hours = rng.uniform(0, 1, 4)
    opens = 22.0 if night else 6.0
    late = None
    if draws[2] < amounts.late_rate:
        begin = base + (opens + 6 * hours[1]) * 3600
        held = 1800 + 4 * 3600 * hours[2]
        # uploaded in the next nights: after the monitor has looked
        received = base + (1 + int(3 * hours[3])) * DAY_S + 26 * 3600 * (0.9 + 0.1 * hours[0])
        late = (begin, begin + held, float(np.round(received)))
    clock = 0.0
    for fault in calendar.clocks:
        if fault.truck == truck and fault.first_day <= day <= fault.last_day:
            clock = fault.off_s
    dies = draws[1] < amounts.died_rate
    return Trouble(
        dead=bool(draws[0] < amounts.dead_day_rate),
        dies_t=base + (opens + 1 + 6 * hours[0]) * 3600 if dies else np.inf,
        late=late,
        clock_off_s=clock,
        poor_m=float(18 + 25 * hours[2]) if draws[3] < amounts.poor_day_rate else 0.0,
        silent=silent,
    )
