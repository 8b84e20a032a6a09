"""A whole site in a directory, ready to run: registry, schedule, fixes, alerts and the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from . import names
from .chance import Stream, generator
from .county import DAY_S, County
from .county_building import build_county
from .devices import NO_FIXES, concatenate
from .false_days import FalseDays
from .fix_files import FixesWriter
from .operation import Calendar, Pickup, is_due, make_calendar, plan_day
from .profiles import DRAWN, amounts_for
from .records import write_down
from .site_files import (
    Terminals,
    local_time,
    write_amounts,
    write_calendar,
    write_configuration,
    write_registry,
    write_rows,
    write_schedule,
)
from .spoilt_tables import MIDNIGHT, spoilt_alerts
from .truck_day import TruckDay, run_shift
from .truth import Judged, judge


@dataclass(frozen=True)
class SiteSummary:
    """What was written, in counts; tuples have one entry a day."""

    directory: Path
    points: int
    trucks: int
    days: int
    fixes: int
    pickups: int
    misses: int
    alerts: tuple[int, ...]
    silent_misses: int  # misses that no alert names
    wrong_records: int
    observable: float  # share of pickups


def write_site(
    directory: Path,
    *,
    profile: str = "county",
    seed: int = 1,
    days: int = 7,
    start: date = date(2026, 3, 2),
    points: int | None = None,
    trucks: int | None = None,
    language: str = "en",
    progress: Callable[[str, float], None] | None = None,
    **amounts: Any,
) -> SiteSummary:
    """Write a simulated site of some days from start, with its truth, into directory.

    Args:
        directory: where to write; made where it is not there.
        profile: one of PROFILES, or DRAWN.
        seed: which county; the same one gives the same bytes.
        days: how many service dates.
        start: the first of them.
        points: the amount of that name.
        trucks: the amount of that name.
        language: of the configuration file, `en` or `zh`.
        progress: called with what is being done (a key of the sentences, or a date) and the
            share done so far.
        amounts: replace those of the profile.

    Raises:
        ValueError: unknown profiles, amounts or languages, or no days.
    """
    if days < 1:
        raise ValueError(f"days must be at least 1, not {days}")
    if seed < 0:
        raise ValueError(f"seed must not be negative: {seed}")
    if language not in ("en", "zh"):
        raise ValueError(f"language is en or zh, not {language!r}")
    sizes = {"points": points, "trucks": trucks}
    changed = amounts | {name: size for name, size in sizes.items() if size is not None}
    settings = amounts_for(profile, seed, **changed)
    report = progress or (lambda what, share: None)

    report("progress.roads", 0.0)
    directory = Path(directory)
    county = build_county(settings, seed)
    records = write_down(county, seed)
    calendar = make_calendar(county, seed, start)
    terminals = Terminals(county, calendar)
    devices = FalseDays(county, seed)
    directory.mkdir(parents=True, exist_ok=True)
    write_configuration(directory, settings, profile, language)
    if profile == DRAWN:
        write_amounts(directory, settings)
    write_registry(directory, county, records, start)
    write_schedule(directory, county, start, seed)
    write_calendar(directory, county, calendar)
    terminals.write(directory)
    fixes_out = FixesWriter(directory / "fixes", county, start, seed)
    days_out = _DayWriter(directory, county, calendar, seed)
    before = [NO_FIXES] * len(county.trucks)
    for day in range(days):
        pickups, shifts = plan_day(county, calendar, seed, day)
        today: list[TruckDay] = []
        for shift in shifts:
            ran = run_shift(county, shift, pickups, seed, day)
            today.append(devices.told(shift.truck, day, ran))
            fixes = today[-1].fixes
            fixes_out.add(terminals.ids(shift.truck, fixes), fixes)
            report(str(start + timedelta(days=day)), (day + len(today) / len(shifts)) / days)
        # yesterday's too: a clock a day ahead makes them look like today's
        seen_by = [concatenate([a, b.fixes]) for a, b in zip(before, today, strict=True)]
        rng = generator(seed, Stream.MONITOR, day)
        at_fault = rng.random(len(pickups)) < settings.monitor_fault_rate
        judged = [
            judge(county, records, pickup, today, seen_by, bool(fault))
            for pickup, fault in zip(pickups, at_fault, strict=True)
        ]
        days_out.add(day, pickups, judged)
        before = [ran.fixes for ran in today]
        fixes_out.flush(before_day=day + 1)
    fixes_out.flush()
    days_out.finish()
    report("progress.done", 1.0)
    return SiteSummary(
        directory=directory,
        points=len(county.points),
        trucks=len(county.trucks),
        days=days,
        fixes=fixes_out.rows,
        pickups=days_out.pickups,
        misses=days_out.misses,
        alerts=tuple(days_out.alerts),
        silent_misses=days_out.silent_misses,
        wrong_records=sum(fault != "" for fault in records.fault),
        observable=days_out.observable / max(days_out.pickups, 1),
    )


class _DayWriter:
    """Alerts of each service date, and the truth and the checks of all."""

    def __init__(self, directory: Path, county: County, calendar: Calendar, seed: int) -> None:
        self._directory, self._county = directory, county
        self._calendar, self._seed = calendar, seed
        self._truth: list[tuple[str, ...]] = []
        self._checks: list[tuple[str, ...]] = []
        self.alerts: list[int] = []
        self.pickups = self.misses = self.silent_misses = self.observable = 0

    def add(self, day: int, pickups: list[Pickup], judged: list[Judged]) -> None:
        """Truth, alerts and checks of one service date."""
        rng = generator(self._seed, Stream.ALERTS, day)
        county, start = self._county, self._calendar.start
        service_date = (start + timedelta(days=day)).isoformat()
        alerts: list[tuple[float, str, str]] = []  # raised at site seconds, point, window
        for pickup, true in zip(pickups, judged, strict=True):
            p = county.points[pickup.point]
            window = local_time(start, pickup.opens_t)
            collected = str(pickup.collected).lower()
            visit: tuple[str, ...] = ("", "", "")
            if pickup.collected:
                times = (local_time(start, t) for t in (pickup.arrive_t, pickup.depart_t))
                visit = (county.trucks[pickup.collector].vehicle_id, *times)
            observable = str(true.observable).lower()
            key = (p.point_id, service_date, window)
            self._truth.append((*key, collected, *visit, observable, true.cause))
            if true.alerted:
                named = rng.random() < (0.85 if len(p.trips) > 1 else 0.5)
                alerts.append((pickup.raised_t, p.point_id, window if named else ""))
            if rng.random() < county.amounts.check_share:
                self._checks.append((*key, collected, names.person(rng)))
            self.pickups += 1
            self.misses += not pickup.collected
            self.silent_misses += not (pickup.collected or true.alerted)
            self.observable += true.observable
        for raised_t, point_id, cause in self._not_due(day, rng):
            alerts.append((raised_t, point_id, ""))
            observable = "true" if cause == "not_due" else "false"
            self._truth.append((point_id, service_date, "", "false", "", "", "", observable, cause))
        rows = [
            (f"A{service_date.replace('-', '')}-{number:04d}", point_id, service_date,
             local_time(start, raised_t), window)
            for number, (raised_t, point_id, window) in enumerate(sorted(alerts), 1)
        ]  # fmt: skip
        spoilt = spoilt_alerts(self._seed, day, len(rows), county.amounts.alerts_spoilt_share)
        rows = [
            (*row[:2], MIDNIGHT, *row[3:]) if bad else row
            for row, bad in zip(rows, spoilt, strict=True)
        ]
        write_rows(
            self._directory / "alerts" / f"alerts_{service_date}.csv",
            "alert_id point_id service_date raised_at window_start",
            rows,
            county.amounts.encoding,
        )
        self.alerts.append(len(rows))

    def _not_due(self, day: int, rng: np.random.Generator) -> list[tuple[float, str, str]]:
        """Alerts for points that nobody had to serve or that nobody knows: when, which, cause."""
        amounts = self._county.amounts
        idle = [p for p in self._county.points if not is_due(self._calendar, p, day)]
        evening_t = day * DAY_S + 20 * 3600.0
        count = min(int(rng.poisson(amounts.not_due_alerts * amounts.blocks)), len(idle))
        alerts = []
        if count:
            weight = np.array([4.0 if p.retired else 1.0 for p in idle])
            chosen = rng.choice(len(idle), count, replace=False, p=weight / weight.sum())
            for k in sorted(chosen):
                raised_t = evening_t + float(rng.integers(0, 1800))
                alerts.append((raised_t, idle[k].point_id, "not_due"))
        if rng.random() < amounts.unknown_id_rate:
            alerts.append((evening_t, f"X{int(rng.integers(100, 999))}", "unknown_point"))
        return alerts

    def finish(self) -> None:
        """Write what spans all days."""
        key = "point_id service_date window_start collected"
        visit = "vehicle_id arrived_at departed_at observable cause"
        write_rows(self._directory / "truth.csv", f"{key} {visit}", self._truth)
        write_rows(self._directory / "checks.csv", f"{key} by", self._checks)
