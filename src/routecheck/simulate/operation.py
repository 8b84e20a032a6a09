"""What is due on a day, who does what, and what goes wrong in operation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

import numpy as np

from .chance import Stream, generator
from .county import DAY_S, County, Point
from .devices import Trouble
from .roads import BRANCH
from .trips import Task

Rounds = list[list[list[Task]]]
"""What each truck has to do, by its trips."""


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
    """Fixed for a site whatever the number of days: faults that last, and the holiday.

    Days count from the start.
    """

    start: date
    clocks: tuple[ClockFault, ...]
    holiday_day: int  # -1: none
    holiday_townships: frozenset[int]
    moves: tuple[tuple[int, int, int], ...]  # day, terminal from truck, to truck


def make_calendar(county: County, seed: int, start: date) -> Calendar:
    """The lasting faults and the holiday of a site."""
    rng = generator(seed, Stream.CALENDAR)
    amounts = county.amounts
    order = [int(n) for n in rng.permutation(len(county.trucks))]
    offsets_s = (8 * 3600.0, -8 * 3600.0, float(DAY_S), -7168.0 * DAY_S, -float(DAY_S))
    clocks = []
    for i, n in enumerate(order[: amounts.clock_trucks]):
        off = offsets_s[int((i + rng.integers(0, 2)) % 5)]
        first = 0 if i % 2 == 0 else int(rng.integers(1, 5))
        clocks.append(ClockFault(n, first, first + int(rng.integers(1, 6)), off))
    order = order[amounts.clock_trucks :]
    moves = [
        (int(rng.integers(2, 5)), order[2 * i], order[2 * i + 1])
        for i in range(min(amounts.terminal_moves, len(order) // 2))
    ]
    day, off_days = -1, frozenset[int]()
    if amounts.holiday:
        day = int(rng.integers(3, 6))
        used = sorted({p.township_no for p in county.points})
        some = rng.choice(used, min(amounts.blocks, len(used)), replace=False)
        off_days = frozenset(int(township) for township in some)
    return Calendar(start, tuple(clocks), day, off_days, tuple(moves))


def is_due(calendar: Calendar, point: Point, day: int) -> bool:
    """Whether a point is due on a day (counted from the start)."""
    holiday = day == calendar.holiday_day and point.township_no in calendar.holiday_townships
    weekday = str((calendar.start + timedelta(days=day)).isoweekday())
    return (
        not point.retired
        and not holiday
        and weekday in point.weekdays
        and (day + point.phase) % point.every_days == 0
    )


def plan_day(
    county: County, calendar: Calendar, seed: int, day: int
) -> tuple[list[Pickup], list[Shift]]:
    """The pickups due on a day and the shifts of all trucks, skips and faults included."""
    return _DayPlan(county, calendar, day, generator(seed, Stream.OPERATION, day)).shifts()


class _DayPlan:
    """A day as it is planned, and what goes wrong with it; the order of the steps is fixed."""

    def __init__(
        self, county: County, calendar: Calendar, day: int, rng: np.random.Generator
    ) -> None:
        self.county, self.calendar, self.day, self.rng = county, calendar, day, rng
        self.amounts = county.amounts
        self.base_t = float(day * DAY_S)
        self.pickups = self._pickups_due()
        self.rounds = self._rounds()
        self.idle = [False] * len(county.trucks)
        self.delay_s = [0.0] * len(county.trucks)
        self.swapped: set[int] = set()  # trucks that drive their second trip first
        self.touched: set[int] = set()  # trucks whose round is no longer the usual one

    def shifts(self) -> tuple[list[Pickup], list[Shift]]:
        """The pickups, and what each truck will do."""
        self._disturb_rounds()
        self._move_points()
        self._skip_points()
        silent = None
        if self.rng.random() < self.amounts.feed_silent_rate:
            begin = self.base_t + float(self.rng.uniform(6, 16)) * 3600
            silent = (begin, begin + float(self.rng.uniform(15, 70)) * 60)
        return self.pickups, [self._shift(i, silent) for i in range(len(self.county.trucks))]

    def _pickups_due(self) -> list[Pickup]:
        pickups = []
        for n, p in enumerate(self.county.points):
            lag_s = 7200 + float(self.rng.integers(0, 1200))
            if is_due(self.calendar, p, self.day):
                for trip in p.trips:
                    opens, closes = (
                        self.day * DAY_S + s for s in self.county.trucks[p.truck].windows_s[trip]
                    )
                    pickups.append(Pickup(n, trip, p.truck, opens, closes, closes + lag_s))
        return pickups

    def _rounds(self) -> Rounds:
        due = {(p.point, p.trip): i for i, p in enumerate(self.pickups)}
        amounts = self.amounts
        rounds: Rounds = [[[] for _ in truck.trips] for truck in self.county.trucks]
        for number, truck in enumerate(self.county.trucks):
            for trip, members in enumerate(truck.trips):
                for n in members:
                    if (n, trip) in due:
                        usual_s = self.county.points[n].dwell_s
                        dwell_s = usual_s * float(self.rng.lognormal(0.0, 0.25))
                        shortest_s, longest_s = amounts.stand_least_s, amounts.stand_most_s
                        dwell_s = float(np.clip(dwell_s, shortest_s, longest_s))
                        rounds[number][trip].append(Task(n, "serve", dwell_s, due[n, trip]))
        return rounds

    def _partner(self, truck: int) -> int:
        """A truck that could take over: by day, of the same depot. -1: there is none."""
        trucks = self.county.trucks
        a = trucks[truck]
        able = [
            i
            for i, b in enumerate(trucks)
            if i != truck
            and not b.night
            and (b.block, b.depot, b.transfer) == (a.block, a.depot, a.transfer)
            and len(b.trips) == len(a.trips)
        ]
        near = sorted(able, key=lambda i: (abs(i - truck), i))[:4]
        return int(self.rng.choice(near)) if near else -1

    def _disturb_rounds(self) -> None:
        """Rounds not run, swapped, broken off, late, or with their trips swapped."""
        amounts, rounds = self.amounts, self.rounds
        points = self.county.points
        twice = [any(len(points[t.point].trips) > 1 for t in chain(*r)) for r in rounds]
        idle_blocks: set[int] = set()
        for i, truck in enumerate(self.county.trucks):
            draw = self.rng.random(5)
            if i in self.touched or truck.night:
                continue
            if draw[0] < amounts.not_run_rate and truck.block not in idle_blocks:
                self.idle[i] = True
                idle_blocks.add(truck.block)
                left, rounds[i] = rounds[i], [[] for _ in rounds[i]]
                self._leave(i, left, "not_run")
            elif draw[1] < amounts.round_swap_rate:
                j = self._partner(i)
                if j < 0 or j in self.touched or self.idle[j]:
                    continue
                rounds[i], rounds[j] = rounds[j], rounds[i]
                self.touched.add(j)
            elif draw[2] < amounts.broke_off_rate:
                self._leave(i, self._break_off(rounds[i]), "broke_off")
            elif draw[3] < amounts.delay_rate and not twice[i]:
                self.delay_s[i] = float(self.rng.uniform(3.5, 6.0)) * 3600
            elif draw[4] < amounts.trip_swap_rate and not twice[i] and len(rounds[i]) == 2:
                self.swapped.add(i)
            else:
                continue
            self.touched.add(i)

    def _break_off(self, trips: list[list[Task]]) -> list[list[Task]]:
        """Give up somewhere in the round; returns what is left, by trip."""
        total = sum(len(trip) for trip in trips)
        left: list[list[Task]] = [[] for _ in trips]
        if total < 3:
            return left
        keep = int(self.rng.integers(1, total - 1))
        for trip, rest in zip(trips, left, strict=True):
            rest.extend(trip[keep:])
            done = len(trip)
            del trip[keep:]
            keep = max(keep - done, 0)
        return left

    def _leave(self, truck: int, left: list[list[Task]], how: str) -> None:
        """What a truck leaves undone a colleague does after his own points, or nobody."""
        other = self._partner(truck)
        helps = self.rng.random() < self.amounts.takeover_share
        if helps and other >= 0 and other not in self.touched and all(self.rounds[other]):
            for trip, tasks in enumerate(left):
                self.rounds[other][trip].extend(tasks)
            self.touched.add(other)
            return
        for task in chain(*left):
            self.pickups[task.pickup].skipped = how

    def _move_points(self) -> None:
        """Single points that a colleague takes along in the same trip."""
        points, rounds = self.county.points, self.rounds
        for i, trips in enumerate(rounds):
            for trip, tasks in enumerate(trips):
                draws = self.rng.random(len(tasks))
                for task, draw in zip(list(tasks), draws, strict=True):
                    if draw >= self.amounts.point_swap_rate or i in self.touched:
                        continue
                    j = self._partner(i)
                    unfit = self.county.trucks[i].night or j < 0 or j in self.touched
                    if unfit or not rounds[j][trip]:
                        continue
                    tasks.remove(task)
                    moved = points[task.point]
                    seconds = [
                        self.county.network(moved).seconds(moved.place, points[t.point].place)
                        for t in rounds[j][trip]
                    ]
                    rounds[j][trip].insert(int(np.argmin(seconds)) + 1, task)

    def _skip_points(self) -> None:
        """Genuine misses of single points and branches, with decoys beside some of them."""
        amounts, points = self.amounts, self.county.points
        for tasks in (tasks for trips in self.rounds for tasks in trips):
            for task in list(tasks):
                draw, decoy = self.rng.random(2)
                long_s = float(self.rng.uniform(300, 1500))
                light_s = float(self.rng.uniform(15, 60))
                p = points[task.point]
                how = p.never_served
                if not how and draw < amounts.passed_by_rate:
                    how = "pass"
                elif not how and draw < amounts.passed_by_rate + amounts.not_approached_rate:
                    how = "skip"
                if not how or task not in tasks:
                    continue
                at = tasks.index(task)
                gone = [task]
                if how == "pass":
                    tasks.insert(at, Task(task.point, "pass"))
                    if decoy < amounts.decoy_share:
                        stand_s = light_s if decoy < amounts.decoy_share / 2 else long_s
                        tasks.insert(at, Task(task.point, "decoy", stand_s))
                elif self.county.edge(p).kind == BRANCH and not p.never_served:
                    # the rest of the branch is left out with it
                    gone = [
                        t
                        for t in tasks
                        if t.mode == "serve"
                        and points[t.point].place.edge == p.place.edge
                        and points[t.point].place.s_m >= p.place.s_m
                    ][:4]
                for other in gone:
                    self.pickups[other.pickup].skipped = how
                    tasks.remove(other)

    def _shift(self, i: int, silent: tuple[float, float] | None) -> Shift:
        """What a truck will do, its long rests and what is wrong with its device included."""
        rng, truck, trips = self.rng, self.county.trucks[i], self.rounds[i]
        shift = Shift(i, idle=self.idle[i])
        order = [1, 0] if i in self.swapped else list(range(len(trips)))
        for slot, trip in enumerate(order):
            tasks = trips[trip]
            if not tasks:
                continue
            rests = rng.random() < self.amounts.rest_rate
            long_s = float(rng.uniform(420, 1500))
            near = [
                at for at, t in enumerate(tasks) if self.county.points[t.point].rest is not None
            ]
            if rests and near:
                tasks.insert(near[0] + 1, Task(tasks[near[0]].point, "rest", long_s))
            shift.trips.append((trip, tasks))
            jitter_s = float(rng.uniform(-400, 500))
            late_s = self.delay_s[i] if slot == 0 else 0.0
            shift.starts_t.append(self.base_t + truck.starts_s[slot] + jitter_s + late_s)
        shift.trouble = self._trouble(i, silent)
        return shift

    def _trouble(self, i: int, silent: tuple[float, float] | None) -> Trouble:
        amounts, draws = self.amounts, self.rng.random(4)
        hours = self.rng.uniform(0, 1, 4)
        opens = 22.0 if self.county.trucks[i].night else 6.0
        late = None
        if draws[2] < amounts.late_rate:
            begin = self.base_t + (opens + 6 * hours[1]) * 3600
            held = 1800 + 4 * 3600 * hours[2]
            # uploaded in the next nights: after the monitor has looked
            received = self.base_t + (1 + int(3 * hours[3])) * DAY_S
            received += 26 * 3600 * (0.9 + 0.1 * hours[0])
            late = (begin, begin + held, float(np.round(received)))
        clock = 0.0
        for fault in self.calendar.clocks:
            if fault.truck == i and fault.first_day <= self.day <= fault.last_day:
                clock = fault.off_s
        dies = draws[1] < amounts.died_rate
        return Trouble(
            dead=bool(draws[0] < amounts.dead_day_rate),
            dies_t=self.base_t + (opens + 1 + 6 * hours[0]) * 3600 if dies else np.inf,
            late=late,
            clock_off_s=clock,
            poor_m=float(18 + 25 * hours[2]) if draws[3] < amounts.poor_day_rate else 0.0,
            silent=silent,
        )
