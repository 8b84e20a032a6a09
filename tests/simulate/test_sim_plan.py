"""Each fault of operation turned up alone: the truth must name it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from routecheck.simulate import amounts_for, write_site
from routecheck.simulate.county_building import build_county
from routecheck.simulate.operation import is_due, make_calendar

QUIET: dict[str, Any] = {"profile": "ideal", "points": 80, "trucks": 8, "days": 2, "seed": 6,
                         "night_trucks": 0, "twice_share": 0.0}  # fmt: skip


def truth_of(directory: Path, **amounts: Any) -> pd.DataFrame:
    write_site(directory, **{**QUIET, **amounts})
    table = pd.read_csv(directory / "truth.csv", dtype=str, keep_default_na=False)
    return table[table["window_start"] != ""]


def share(table: pd.DataFrame, code: str) -> float:
    return float(table["cause"].str.split("|").map(lambda codes: code in codes).mean())


@pytest.mark.parametrize(
    ("amounts", "code", "collected", "at_least"),
    [
        ({"passed_by_rate": 1.0}, "passed_by", False, 0.99),
        ({"broke_off_rate": 1.0, "takeover_share": 0.0}, "route_not_run", None, 0.2),
        ({"round_swap_rate": 1.0}, "other_vehicle", True, 0.5),
        ({"point_swap_rate": 0.5}, "other_vehicle", True, 0.2),
        ({"delay_rate": 1.0}, "outside_window", True, 0.4),
        ({"trip_swap_rate": 1.0}, "outside_window", True, 0.7),
        ({"late_rate": 1.0}, "late_data", True, 0.1),
        ({"clock_trucks": 8}, "clock", True, 0.2),
        ({"monitor_fault_rate": 1.0}, "monitor_fault", True, 0.99),
        ({"dead_day_rate": 1.0}, "no_fixes", True, 0.99),
        ({"interval_mix": ((120.0, 1.0),)}, "sparse_fixes", True, 0.1),
        ({"poor_day_rate": 1.0}, "poor_fixes", True, 0.05),
        ({"misplaced_share": 0.5}, "misplaced", True, 0.2),
        ({"tolerance_fault_share": 0.5}, "tolerance", True, 0.25),
        ({"coordinate_fault_share": 0.5}, "coordinate_error", True, 0.4),
    ],
)
def test_one_fault_alone(
    tmp_path: Path, amounts: dict[str, Any], code: str, collected: bool | None, at_least: float
) -> None:
    table = truth_of(tmp_path, **amounts)
    assert share(table, code) >= at_least
    if collected is not None:
        assert (table["collected"] == str(collected).lower()).all()
    if code not in ("poor_fixes", "no_fixes", "sparse_fixes", "passed_by", "route_not_run"):
        assert (table["observable"] == "true").mean() > 0.97


def test_a_round_not_run_is_missed_or_taken_over(tmp_path: Path) -> None:
    alone = truth_of(tmp_path / "a", not_run_rate=1.0, takeover_share=0.0)
    missed = alone[alone["collected"] == "false"]
    assert 5 <= len(missed) <= 30
    assert (missed["cause"] == "route_not_run").all()
    assert (missed["observable"] == "true").all()
    helped = truth_of(tmp_path / "b", not_run_rate=1.0, takeover_share=1.0)
    assert (helped["collected"] == "true").all()
    assert (helped["vehicle_id"] != alone["vehicle_id"]).any()
    schedule = pd.read_csv(tmp_path / "b/schedule.csv", dtype=str).set_index("point_id")
    other = helped["vehicle_id"].to_numpy() != schedule.loc[helped["point_id"], "vehicle_id"]
    assert 5 <= other.sum() <= 30


def test_a_dead_device_shows_nothing(tmp_path: Path) -> None:
    table = truth_of(tmp_path, dead_day_rate=1.0)
    assert (table["observable"] == "false").all()
    assert not list(tmp_path.glob("fixes/*"))


def test_what_is_due_follows_the_schedule(tmp_path: Path) -> None:
    """Weekdays, every second day, retirement and the holiday, from the files alone."""
    write_site(tmp_path, days=7, points=120, trucks=10, seed=8)
    read = {n: pd.read_csv(tmp_path / n, dtype=str, keep_default_na=False)
            for n in ("points.csv", "schedule.csv", "calendar.csv", "truth.csv")}  # fmt: skip
    points = read["points.csv"].set_index("point_id")
    off = set(zip(read["calendar.csv"]["date"], read["calendar.csv"]["township"], strict=True))
    assert off
    expected = set()
    for day in pd.date_range("2026-03-02", periods=7):
        for row in read["schedule.csv"].itertuples():
            point = points.loc[row.point_id]
            until = point["valid_to"]
            if str(day.isoweekday()) not in row.weekdays or (until and day > pd.Timestamp(until)):
                continue
            if (str(day.date()), point["township"]) in off:
                continue
            if row.every_days and (day - pd.Timestamp(row.valid_from)).days % int(row.every_days):
                continue
            opens = f"{day.date()}T{row.window_start}:00+08:00"
            expected.add((row.point_id, str(day.date()), opens))
    truth = read["truth.csv"]
    due = truth[truth["window_start"] != ""]
    got = list(zip(due["point_id"], due["service_date"], due["window_start"], strict=True))
    assert len(got) == len(set(got))
    assert set(got) == expected


def test_never_served_points_are_due() -> None:
    from datetime import date

    county = build_county(amounts_for("county"), 1)
    calendar = make_calendar(county, 1, date(2026, 3, 2))
    never = [n for n, p in enumerate(county.points) if p.never_served]
    assert len(never) == 3
    assert sum(is_due(calendar, county.points[n], 0) for n in never) >= 2
