"""A whole site in a directory, ready to run: registry, schedule, fixes, alerts and the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .amounts import Amounts, amounts_for
from .config_text import config_text
from .county import DAY_S, County, build_county
from .devices import Fixes, concatenate
from .drive_day import TruckDay, run_shift
from .files import FixesWriter, iso, write_rows
from .names import person
from .plan import Calendar, Pickup, is_due, make_calendar, plan_day
from .records import Records, write_down
from .truth import Judged, judge, nothing


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


def _clock(seconds: int) -> str:
    seconds %= DAY_S
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _write_registry(directory: Path, county: County, records: Records, start: date) -> None:
    amounts = county.amounts
    retired = (start - timedelta(days=9)).isoformat()
    points = [
        [p.point_id, p.name, p.township, p.village, records.lon[n], records.lat[n],
         (start - timedelta(days=700)).isoformat(), retired if p.retired else ""]
        for n, p in enumerate(county.points)
    ]  # fmt: skip
    write_rows(
        directory / "points.csv",
        ["point_id", "name", "township", "village", "lon", "lat", "valid_from", "valid_to"],
        points,
        amounts.encoding,
    )
    rows = []
    for p in county.points:
        truck = county.trucks[p.truck]
        for trip in p.trips:
            opens, closes = truck.windows_s[trip]
            since = start - timedelta(days=p.phase + 20 * p.every_days)
            rows.append(
                [p.point_id, truck.vehicle_id if p.scheduled else "", p.weekdays, _clock(opens),
                 _clock(closes), since.isoformat(), "",
                 str(p.every_days) if p.every_days > 1 else "",
                 f"R{p.truck + 1:03d}-{trip + 1}"]
            )  # fmt: skip
    write_rows(
        directory / "schedule.csv",
        ["point_id", "vehicle_id", "weekdays", "window_start", "window_end", "valid_from",
         "valid_to", "every_days", "route_id"],
        rows,
    )  # fmt: skip
    faults = [
        [p.point_id, f"{records.true_lon[n]:.7f}", f"{records.true_lat[n]:.7f}", records.fault[n]]
        for n, p in enumerate(county.points)
    ]
    write_rows(directory / "truth_points.csv", ["point_id", "lon", "lat", "record_fault"], faults)


def _write_calendar(directory: Path, county: County, calendar: Calendar) -> None:
    rows = []
    if calendar.holiday_day >= 0:
        off = (calendar.start + timedelta(days=calendar.holiday_day)).isoformat()
        names = {p.township_no: p.township for p in county.points}
        rows = [[off, names[t], "", "false"] for t in sorted(calendar.holiday_townships)]
    write_rows(directory / "calendar.csv", ["date", "township", "point_id", "due"], rows)


def _terminals(county: County, calendar: Calendar) -> dict[int, list[tuple[int, str]]]:
    """For trucks whose terminal changes: from which day which id the fixes bear."""
    found: dict[int, list[tuple[int, str]]] = {}
    for i, (day, a, b) in enumerate(calendar.moves):
        moved, fresh, old = f"T9{i}01", f"T9{i}02", f"T9{i}03"
        found[a] = [(-1, moved), (day, fresh)]
        found[b] = [(-1, old), (day, moved)]
    return found


def _write_vehicles(directory: Path, county: County, calendar: Calendar) -> None:
    rows = []
    for truck, spans in sorted(_terminals(county, calendar).items()):
        for i, (first, device) in enumerate(spans):
            begins = calendar.start + timedelta(days=first)
            ends = ""
            if i + 1 < len(spans):
                ends = (calendar.start + timedelta(days=spans[i + 1][0] - 1)).isoformat()
            since = "" if first < 0 else begins.isoformat()
            rows.append([device, county.trucks[truck].vehicle_id, since, ends])
    write_rows(
        directory / "vehicles.csv", ["device_id", "vehicle_id", "valid_from", "valid_to"], rows
    )


def _ids(county: County, terminals: dict[int, list[tuple[int, str]]], truck: int,
         fixes: Fixes) -> NDArray[np.object_]:  # fmt: skip
    """The id on each row: the truck's, or that of the terminal it had on that date."""
    ids = np.full(len(fixes), county.trucks[truck].vehicle_id, dtype=object)
    for first, device in terminals.get(truck, []):
        ids[fixes.device_t >= first * DAY_S] = device
    return ids


class _Writer:
    """The rows that grow day by day."""

    def __init__(self, directory: Path, county: County, records: Records, calendar: Calendar,
                 seed: int) -> None:  # fmt: skip
        self.directory, self.county, self.records = directory, county, records
        self.calendar, self.seed = calendar, seed
        self.truth: list[list[str]] = []
        self.checks: list[list[str]] = []
        self.alerts: list[int] = []
        self.misses = self.silent = self.pickups = self.shown = 0

    def day(self, day: int, pickups: list[Pickup], judged: list[Judged]) -> None:
        """Truth, alerts and checks of one service date."""
        rng = np.random.default_rng(np.random.SeedSequence([self.seed, 8, day]))
        county, start = self.county, self.calendar.start
        service = (start + timedelta(days=day)).isoformat()
        alerts: list[tuple[float, str, str]] = []
        for pickup, said in zip(pickups, judged, strict=True):
            p = county.points[pickup.point]
            window = iso(start, pickup.opens_t)
            got = pickup.collected
            vehicle = county.trucks[pickup.collector].vehicle_id if got else ""
            self.truth.append(
                [p.point_id, service, window, str(got).lower(), vehicle,
                 iso(start, pickup.arrive_t) if got else "",
                 iso(start, pickup.depart_t) if got else "",
                 str(said.observable).lower(), said.cause]
            )  # fmt: skip
            if said.alerted:
                named = rng.random() < (0.85 if len(p.trips) > 1 else 0.5)
                alerts.append((pickup.raised_t, p.point_id, window if named else ""))
            if rng.random() < county.amounts.check_share:
                self.checks.append([p.point_id, service, window, str(got).lower(), person(rng)])
            self.pickups += 1
            self.misses += not got
            self.silent += not got and not said.alerted
            self.shown += said.observable
        alerts += self._not_due(day, service, rng)
        alerts.sort()
        rows = [
            [f"A{service.replace('-', '')}-{i + 1:04d}", point, service, iso(start, raised), window]
            for i, (raised, point, window) in enumerate(alerts)
        ]
        write_rows(
            self.directory / "alerts" / f"alerts_{service}.csv",
            ["alert_id", "point_id", "service_date", "raised_at", "window_start"],
            rows,
            county.amounts.encoding,
        )
        self.alerts.append(len(rows))

    def _not_due(
        self, day: int, service: str, rng: np.random.Generator
    ) -> list[tuple[float, str, str]]:
        """Alerts for points that nobody had to serve, or that nobody knows."""
        county, amounts = self.county, self.county.amounts
        idle = [n for n in range(len(county.points))
                if not is_due(county, self.calendar, n, day)]  # fmt: skip
        want = int(rng.poisson(amounts.not_due_alerts * amounts.blocks))
        weight = np.array([4.0 if county.points[n].retired else 1.0 for n in idle])
        found = []
        if idle and want:
            chosen = rng.choice(idle, min(want, len(idle)), replace=False, p=weight / weight.sum())
            for n in sorted(int(c) for c in chosen):
                p = county.points[n]
                raised = day * DAY_S + 20 * 3600 + float(rng.integers(0, 1800))
                found.append((raised, p.point_id, ""))
                self.truth.append([p.point_id, service, "", "false", "", "", "", "true", "not_due"])
        if rng.random() < amounts.unknown_id_rate:
            stranger = f"X{int(rng.integers(100, 999))}"
            found.append((day * DAY_S + 20 * 3600.0, stranger, ""))
            self.truth.append([stranger, service, "", "false", "", "", "", "false",
                               "unknown_point"])  # fmt: skip
        return found

    def finish(self) -> None:
        """Write what spans all days."""
        write_rows(
            self.directory / "truth.csv",
            ["point_id", "service_date", "window_start", "collected", "vehicle_id", "arrived_at",
             "departed_at", "observable", "cause"],
            self.truth,
        )  # fmt: skip
        write_rows(
            self.directory / "checks.csv",
            ["point_id", "service_date", "window_start", "collected", "by"],
            self.checks,
        )


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

    language is that of the configuration file (en or zh); progress is called with what is being
    done and the share done so far. amounts replace those of the profile.

    Raises ValueError for unknown profiles, amounts or languages, or for no days.
    """
    if days < 1:
        raise ValueError(f"days must be at least 1, not {days}")
    if seed < 0:
        raise ValueError(f"seed must not be negative: {seed}")
    if language not in ("en", "zh"):
        raise ValueError(f"language is en or zh, not {language!r}")
    chosen: dict[str, Any] = dict(amounts)
    if points is not None:
        chosen["points"] = points
    if trucks is not None:
        chosen["trucks"] = trucks
    settings: Amounts = amounts_for(profile, **chosen)

    def tell(what: str, share: float) -> None:
        if progress:
            progress(what, share)

    tell("progress.roads", 0.0)
    directory = Path(directory)
    county = build_county(settings, seed)
    records = write_down(county, seed)
    calendar = make_calendar(county, seed, start)
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "routecheck.toml").write_bytes(
        config_text(settings, profile, language).encode("utf-8")
    )
    _write_registry(directory, county, records, start)
    _write_calendar(directory, county, calendar)
    _write_vehicles(directory, county, calendar)
    terminals = _terminals(county, calendar)
    fixes_out = FixesWriter(directory / "fixes", county, start, (seed, 9))
    writer = _Writer(directory, county, records, calendar, seed)
    before = nothing(len(county.trucks))
    for day in range(days):
        pickups, shifts = plan_day(county, calendar, seed, day)
        today: list[TruckDay] = []
        for shift in shifts:
            ran = run_shift(county, shift, pickups, seed, day)
            today.append(ran)
            fixes_out.add(_ids(county, terminals, shift.truck, ran.fixes), ran.fixes)
            tell(
                (start + timedelta(days=day)).isoformat(),
                (day + (shift.truck + 1) / len(shifts)) / days,
            )
        # yesterday's too: a clock a day ahead makes them look like today's
        seen_by = [concatenate([a, b.fixes]) for a, b in zip(before, today, strict=True)]
        rng = np.random.default_rng(np.random.SeedSequence([seed, 7, day]))
        wrong = rng.random(len(pickups)) < settings.monitor_fault_rate
        judged = [
            judge(county, records, pickup, today, seen_by, bool(w))
            for pickup, w in zip(pickups, wrong, strict=True)
        ]
        writer.day(day, pickups, judged)
        before = [ran.fixes for ran in today]
        fixes_out.flush(before_day=day + 1)
    fixes_out.flush()
    writer.finish()
    tell("progress.done", 1.0)
    return SiteSummary(
        directory=directory,
        points=len(county.points),
        trucks=len(county.trucks),
        days=days,
        fixes=fixes_out.rows,
        pickups=writer.pickups,
        misses=writer.misses,
        alerts=tuple(writer.alerts),
        silent_misses=writer.silent,
        wrong_records=sum(bool(f) for f in records.fault),
        observable=writer.shown / max(writer.pickups, 1),
    )
