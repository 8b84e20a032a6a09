"""Every change of a clock in every zone of the time-zone database, and sites that work through it.

The truth is what each zone answers when it is asked for a moment in UTC, which is never in doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones


@dataclass(frozen=True)
class Change:
    """Clocks of `zones` go from one offset to another at a moment."""

    at: datetime
    before: timedelta
    after: timedelta
    zones: tuple[str, ...]

    @property
    def dates(self) -> list[date]:
        """The local dates that it touches: a day has a first and a last hour."""
        walls = {(self.at + offset).date() for offset in (self.before, self.after)}
        return sorted({day + timedelta(days=n) for day in walls for n in (-1, 0, 1)})


@cache
def changes(first: date, last: date) -> list[Change]:
    """All changes of clocks between two dates; zones that change alike are one."""
    found: dict[tuple[datetime, timedelta, timedelta], list[str]] = {}
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    days = (last - first).days
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        offsets = [_offset(begin + timedelta(days=n), zone) for n in range(days + 1)]
        for n in range(days):
            if offsets[n] == offsets[n + 1]:
                continue
            low, high = begin + timedelta(days=n), begin + timedelta(days=n + 1)
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) / 2
                if _offset(middle, zone) == offsets[n]:
                    low = middle
                else:
                    high = middle
            at = high.replace(second=0, microsecond=0)
            found.setdefault((at, offsets[n], offsets[n + 1]), []).append(name)
    return [Change(*key, tuple(zones)) for key, zones in sorted(found.items())]


def about_now() -> list[Change]:
    """All changes of the last three years and of the next three."""
    today = datetime.now(UTC).date()
    return changes(today - timedelta(days=3 * 366), today + timedelta(days=3 * 366))


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


# --- a site that works through a change -------------------------------------------------------

PLACES = {"P1": (108.770, 28.840), "P2": (108.779, 28.840)}
NAMED = {
    "Africa/Cairo": date(2026, 4, 24),
    "Asia/Beirut": date(2026, 3, 29),
    "America/Santiago": date(2026, 9, 6),
    "America/Havana": date(2026, 3, 8),
}
"""Dates without a midnight, in zones that people live in."""


def begins(day: date, zone: ZoneInfo) -> datetime:
    """The first moment whose wall clock shows the date or a later one, found by asking."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001
    while moment.astimezone(zone).replace(tzinfo=None) < midnight:
        # Clocks change at whole quarters of an hour.
        moment += timedelta(minutes=15)
    return moment


def write_zone_site(folder: Path, zone_name: str, days: list[date]) -> Path:
    """A truck that empties P1 twenty minutes into each date, and P2 at noon; returns the config."""
    zone = ZoneInfo(zone_name)
    (folder / "fixes").mkdir(parents=True)
    (folder / "alerts").mkdir()
    points = [f"{point},Gate,Town,{x},{y}\n" for point, (x, y) in PLACES.items()]
    (folder / "points.csv").write_text("point_id,name,township,lon,lat\n" + "".join(points))
    (folder / "schedule.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end\n"
        "P1,V1,1234567,00:00,03:00\nP2,V1,1234567,11:00,13:00\n"
    )
    alerts = []
    for n, day in enumerate(days):
        rows = ["vehicle_id,time,lon,lat\n"]
        start = begins(day, zone)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone).astimezone(UTC)
        for first, point in ((start + timedelta(minutes=10), "P1"), (noon, "P2")):
            x, y = PLACES[point]
            # Ten minutes on the way there, four minutes' stand, and away again.
            for step in range(144):
                off = 0.000813 * (max(0, 60 - step) + max(0, step - 84))
                at = first + timedelta(seconds=10 * step)
                rows.append(f"V1,{at:%Y-%m-%dT%H:%M:%SZ},{x + off:.7f},{y:.7f}\n")
        (folder / "fixes" / f"{day}.csv").write_text("".join(rows))
        raised = noon + timedelta(hours=6)
        alerts += [f"A{n}{p},{p},{day},{raised:%Y-%m-%dT%H:%M:%SZ},\n" for p in PLACES]
        # By its window: of a time of day that the clocks leave out, too.
        alerts.append(f"W{n},P1,{day},{raised:%Y-%m-%dT%H:%M:%SZ},00:00\n")
    head = "alert_id,point_id,service_date,raised_at,window_start\n"
    (folder / "alerts" / "all.csv").write_text(head + "".join(alerts))
    config = folder / "routecheck.toml"
    config.write_text(
        f'[site]\ntime_zone = "{zone_name}"\n[points]\npath = "points.csv"\n'
        '[schedule]\npath = "schedule.csv"\n[fixes]\npath = "fixes/*.csv"\n'
        '[alerts]\npath = "alerts/*.csv"\n[store]\nurl = "sqlite:///routecheck.db"\n'
    )
    return config


def commands(config: Path, days: list[date]) -> list[tuple[str, ...]]:
    """Every command that deals with dates, on the dates of a site, or on the middle one."""
    span = ("--from", str(days[0]), "--to", str(days[-1]))
    of_day = ("--date", str(days[len(days) // 2]))
    given = [
        ("run", *span), ("recheck", "P1", *of_day), ("history", "P1", *of_day),
        ("report", *of_day), ("export", *of_day), ("diagnose", *span), ("doctor",), ("status",),
        ("run", "--due"),
    ]  # fmt: skip
    return [(*command, "--config", str(config)) for command in given]
