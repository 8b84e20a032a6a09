"""Feeds that lost digits or seconds on their way: no point is moved, and the file is named once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.jobs.run import reconcile
from routecheck.present.run_summary import notices
from scene import ZONE
from village import AT_M, Village, day

NOW = pd.Timestamp("2026-03-20", tz="UTC")
DATES = [day(n) for n in range(4)]


def delivered(village: Village, spoil, *, skip=()) -> None:
    for on in DATES:
        path = village.deliver(on, skip=skip if on == DATES[-1] else ())
        table = pd.read_csv(path)
        spoil(table).to_csv(path, index=False)


def run(village: Village):
    return reconcile(load_config(village.config), DATES, now=NOW)


def rounded(digits: int):
    return lambda table: table.round({"lon": digits, "lat": digits + 1})


def of_a_spreadsheet(table: pd.DataFrame) -> pd.DataFrame:
    minute = pd.to_datetime(table["time"]).dt.tz_convert(str(ZONE)).dt.floor("60s")
    return table.assign(time=minute.dt.strftime("%Y-%m-%d %H:%M")).drop(columns="received_at")


@pytest.mark.parametrize("digits", [3, 4])
def test_coarse_fixes_move_no_point(tmp_path: Path, digits: int):
    village = Village(tmp_path)
    delivered(village, rounded(digits))
    report = run(village)
    assert report.corrections.empty
    verdicts = pd.concat([entry.pickups for entry in report.dates])
    # Four decimals are 10 m; of three, a stand may seem to lie beside its point.
    assert set(verdicts["verdict"]) <= {"collected", "unverifiable" if digits == 3 else "collected"}
    assert (verdicts["verdict"] == "collected").mean() >= 0.3
    assert not verdicts["cause"].isin(["tolerance", "sparse_fixes"]).any()
    named = [line for line in notices(report, "en") if "lattice" in line]
    assert len(named) == 1
    assert "V1_2026-03-02.csv" in named[0]


def test_a_record_that_is_wrong_accuses_nobody_where_fixes_are_coarse(tmp_path: Path):
    village = Village(tmp_path)
    points = pd.read_csv(village.folder / "points.csv")
    points.loc[points["point_id"] == "P5", ["lon", "lat"]] += [0.009, 0.004]
    points.to_csv(village.folder / "points.csv", index=False)
    delivered(village, rounded(3))
    report = run(village)
    assert report.corrections.empty
    verdicts = pd.concat([entry.pickups for entry in report.dates]).set_index("point_id")["verdict"]
    assert set(verdicts["P5"]) == {"unverifiable"}
    assert set(verdicts.drop("P5")) == {"collected", "unverifiable"}


def test_what_coarse_fixes_show_does_not_depend_on_an_alert(tmp_path: Path):
    quiet, loud = Village(tmp_path / "quiet"), Village(tmp_path / "loud")
    for name in AT_M:
        loud.alert(f"A{name}", name, DATES[-1])
    both = []
    for village in (quiet, loud):
        delivered(village, rounded(3))
        report = run(village)
        both.append(report.dates[-1].pickups.set_index("point_id")[["verdict", "confidence"]])
    pd.testing.assert_frame_equal(*both)
    alerts = report.dates[-1].alerts.set_index("point_id")["classification"]
    meant = {"collected": "false", "unverifiable": "unverifiable", "missed": "genuine"}
    assert dict(alerts) == {point: meant[verdict] for point, verdict in both[1]["verdict"].items()}
    assert set(alerts) == {"false", "unverifiable"}


def test_six_digits_and_seconds_are_not_named(tmp_path: Path):
    village = Village(tmp_path)
    delivered(village, lambda table: table.round({"lon": 6, "lat": 6}))
    assert not [line for line in notices(run(village), "en") if "lost" in line]


def test_minutes_of_a_spreadsheet_lose_no_fix_and_clear_no_miss(tmp_path: Path):
    village = Village(tmp_path)
    left_out = list(AT_M)[2:4]
    delivered(village, of_a_spreadsheet, skip=left_out)
    report = run(village)
    assert not report.rejected.get("fixes")
    last = report.dates[-1].pickups.set_index("point_id")["verdict"]
    assert set(last[left_out]) <= {"missed", "unverifiable"}
    assert set(last.drop(left_out)) == {"collected"}
    assert len([line for line in notices(report, "en") if "seconds" in line]) == 1
