"""The small files of a site: configuration, registry, schedule, calendar, terminals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .amounts import FIELDS, Amounts
from .county import DAY_S, County
from .devices import Fixes
from .operation import Calendar
from .records import Records
from .spoilt_tables import TOO_NARROW, clock, mask, plate, spoilt_rows

OFFSET = "+08:00"
"""Every simulated county keeps Chinese time."""
USUAL_DWELL_S = 10.0
"""What the configuration need not say of the shortest pickup: its default."""
_MATCHING = (
    "\n[matching]\nmin_dwell_s = {}              # a truck of this county stands no shorter\n"
)


def local_time(start: date, site_s: float) -> str:
    """Local time with its offset, of site seconds (since local midnight of the first day)."""
    moment = datetime.combine(start, time()) + timedelta(seconds=round(site_s))
    return moment.isoformat() + OFFSET


def write_rows(
    path: Path, header: str, rows: Iterable[Sequence[str]], encoding: str = "utf-8"
) -> None:
    """A small CSV file; the names of its columns are parted by blanks."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.getvalue().encode(encoding))


def write_configuration(directory: Path, amounts: Amounts, profile: str, language: str) -> None:
    """Write routecheck.toml."""
    name = "模拟县" if language == "zh" else "Simulated county"
    template = (files(__package__) / "site.toml").read_text("utf-8")
    text = template.format(
        profile=profile,
        name=name,
        language=language,
        suffix=amounts.fixes_format,
        declared_datum=amounts.declared_datum,
        matching=_MATCHING.format(int(amounts.stand_least_s))
        if amounts.stand_least_s < USUAL_DWELL_S
        else "",
    )
    (directory / "routecheck.toml").write_bytes(text.encode("utf-8"))


def write_amounts(directory: Path, amounts: Amounts) -> None:
    """Write amounts.csv: all that a seed may draw, as drawn or as set, as `--set` reads it."""
    drawn = (name for name, field in FIELDS.items() if field.metadata["drawn"] is not None)
    rows = [(name, repr(getattr(amounts, name))) for name in drawn]
    write_rows(directory / "amounts.csv", "amount value", rows)


def write_registry(directory: Path, county: County, records: Records, start: date) -> None:
    """Write points.csv as recorded, and truth_points.csv."""
    since = (start - timedelta(days=700)).isoformat()
    retired = (start - timedelta(days=9)).isoformat()
    write_rows(
        directory / "points.csv",
        "point_id name township village lon lat valid_from valid_to",
        [
            (p.point_id, p.name, p.township, p.village, lon, lat, since,
             retired if p.retired else "")
            for p, lon, lat in zip(county.points, records.lon, records.lat, strict=True)
        ],
        county.amounts.encoding,
    )  # fmt: skip
    truth = zip(county.points, records.true_lon, records.true_lat, records.fault, strict=True)
    write_rows(
        directory / "truth_points.csv",
        "point_id lon lat record_fault",
        [(p.point_id, f"{lon:.7f}", f"{lat:.7f}", fault) for p, lon, lat, fault in truth],
    )


def write_schedule(directory: Path, county: County, start: date, seed: int) -> None:
    """Write schedule.csv, as another system or a spreadsheet may have spoilt it."""
    amounts = county.amounts
    plates = [
        plate(truck.vehicle_id, number, amounts.respelt_share, seed)
        for number, truck in enumerate(county.trucks)
    ]
    rows = []
    for p in county.points:
        truck = county.trucks[p.truck]
        ids = [p.point_id, plates[p.truck] if p.scheduled else ""]
        if amounts.zeros_lost:
            ids = [text.lstrip("0") for text in ids]
        weekdays = mask(p.weekdays) if amounts.weekday_masks else p.weekdays
        since = start - timedelta(days=p.phase + 20 * p.every_days)
        for trip in p.trips:
            opens, closes = truck.windows_s[trip]
            rows.append(
                (*ids, weekdays, clock(opens), clock(closes, amounts.hours_past_24),
                 since.isoformat(), "", str(p.every_days) if p.every_days > 1 else "",
                 f"R{p.truck + 1:03d}-{trip + 1}")
            )  # fmt: skip
    spoilt = spoilt_rows(seed, len(rows), amounts.schedule_spoilt_share)
    rows = [
        (*row[:3], TOO_NARROW, *row[4:]) if bad else row
        for row, bad in zip(rows, spoilt, strict=True)
    ]
    columns = (
        "point_id vehicle_id weekdays window_start window_end valid_from valid_to every_days "
        "route_id"
    )
    write_rows(directory / "schedule.csv", columns, rows)


def write_calendar(directory: Path, county: County, calendar: Calendar) -> None:
    """Write calendar.csv: the holiday."""
    rows = []
    if calendar.holiday_day >= 0:
        off = (calendar.start + timedelta(days=calendar.holiday_day)).isoformat()
        names = {p.township_no: p.township for p in county.points}
        rows = [(off, names[t], "", "false") for t in sorted(calendar.holiday_townships)]
    write_rows(directory / "calendar.csv", "date township point_id due", rows)


class Terminals:
    """Which id the fixes of a truck bear, and from which day on, where its terminal changes."""

    def __init__(self, county: County, calendar: Calendar) -> None:
        self._county, self._start = county, calendar.start
        self._spans: dict[int, list[tuple[int, str]]] = {}
        for i, (day, a, b) in enumerate(calendar.moves):
            self._spans[a] = [(-1, f"T9{i}01"), (day, f"T9{i}02")]
            self._spans[b] = [(-1, f"T9{i}03"), (day, f"T9{i}01")]

    def ids(self, truck: int, fixes: Fixes) -> NDArray[np.object_]:
        """The id on each row: the truck's, or that of the terminal it had on that date."""
        ids = np.full(len(fixes), self._county.trucks[truck].vehicle_id, dtype=object)
        for first, device in self._spans.get(truck, []):
            ids[fixes.device_t >= first * DAY_S] = device
        return ids

    def write(self, directory: Path) -> None:
        """Write vehicles.csv."""
        rows = []
        for truck, ((_, old), (day, new)) in sorted(self._spans.items()):
            vehicle_id, moved = self._county.trucks[truck].vehicle_id, timedelta(days=day)
            last = self._start + moved - timedelta(days=1)
            rows.append((old, vehicle_id, "", last.isoformat()))
            rows.append((new, vehicle_id, (self._start + moved).isoformat(), ""))
        write_rows(directory / "vehicles.csv", "device_id vehicle_id valid_from valid_to", rows)
