"""A date whose data are cut off teaches nothing, and revises no date before it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from routecheck.domain.tables import HISTORY
from routecheck.engine.unfinished import unfinished_dates
from site_tools import call, rows

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 3, 2)


def at(n: int, clock: str) -> pd.Timestamp:
    return pd.Timestamp(f"{FIRST + timedelta(days=n)} {clock}", tz=str(ZONE)).tz_convert("UTC")


def history(*last_fix: str) -> pd.DataFrame:
    """One vehicle a date, from six until its last fix; without any where that is empty."""
    tracks = [
        {
            "service_date": FIRST + timedelta(days=n),
            "kind": "track",
            "vehicle_id": "V1",
            "start": at(n, "06:00"),
            "stood_s": (at(n, clock) - at(n, "06:00")).total_seconds(),
        }
        for n, clock in enumerate(last_fix)
        if clock
    ]
    return pd.DataFrame(tracks, columns=HISTORY.names)


def windows(days: int, *ends: str) -> pd.DataFrame:
    ended = [
        {"service_date": FIRST + timedelta(days=n), "window_end": at(n, clock)}
        for n in range(days)
        for clock in ends
    ]
    return pd.DataFrame(ended)


def found(table: pd.DataFrame, due: pd.DataFrame) -> list[int]:
    return sorted((day - FIRST).days for day in unfinished_dates(table, due, ZONE))


@pytest.mark.parametrize(
    ("last_fix", "ends", "unfinished"),
    [
        (["17:00", "17:30", "16:40", "08:00"], ["12:00", "16:00"], [3]),
        # A hole in the middle of the week, and a date without a single fix.
        (["17:00", "09:10", "16:40", ""], ["12:00", "16:00"], [1, 3]),
        # All devices are switched off at eleven, an hour before the windows end.
        (["11:00", "11:20", "10:50", "11:05"], ["12:00"], []),
        # Three windows of four are over: what is left is a day's late end.
        (["17:00", "17:00", "17:00", "12:30"], ["09:00", "10:00", "12:00", "16:00"], []),
        # A night's work, and devices that are heard until midnight.
        (["23:59", "23:58", "23:59", "23:59"], ["23:00", "23:30"], []),
        (["23:59", "23:58", "07:00", "23:59"], ["23:00", "23:30"], [2]),
        # Of one date alone nothing else can be learned.
        (["08:00"], ["16:00"], []),
    ],
)
def test_which_dates_are_unfinished(
    last_fix: list[str], ends: list[str], unfinished: list[int]
) -> None:
    assert found(history(*last_fix), windows(len(last_fix), *ends)) == unfinished


@pytest.mark.parametrize("hour", ["00", "06", "08"])
def test_a_cut_off_date_revises_no_date_before_it(tmp_path: Path, hour: str) -> None:
    size = ("--seed", "21", "--days", "4", "--points", "60", "--trucks", "3")
    exported = []
    for name, last in (("alone", 4), ("with", 5)):
        site = tmp_path / name
        call("simulate", str(site), "--profile", "county", *size)
        (site / "fixes" / "fixes_2026-03-06.csv").unlink(missing_ok=True)
        file = site / "fixes" / "fixes_2026-03-05.csv"
        head, *lines = file.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.split(",")[1] < f"2026-03-05 {hour}:00:10"]
        file.write_text(head + "".join(kept), encoding="utf-8")
        config = str(site / "routecheck.toml")
        call("run", "--from", str(FIRST), "--to", f"2026-03-0{last}", "--config", config)
        files = [
            site / "out" / f"{kind}_2026-03-0{n}.csv"
            for kind in ("alerts", "pickups", "missed")
            for n in (2, 3, 4)
        ]
        exported.append({path.name: path.read_bytes() for path in files})
    assert len(rows(site / "out" / "pickups_2026-03-04.csv")) > 30
    assert exported[0] == exported[1]
