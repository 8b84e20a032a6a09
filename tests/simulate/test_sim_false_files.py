"""What exports and spreadsheets do to the files, told from those of the same county untouched."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from routecheck.simulate import write_site

SEED = 4
SIZE = {"points": 60, "trucks": 6, "box_m": 16_000.0, "townships": 4}
GEOD = Geod(ellps="WGS84")


def write(directory: Path, **amounts: object) -> Path:
    write_site(directory, profile="ideal", seed=SEED, days=2, **SIZE, **amounts)  # type: ignore[arg-type]
    return directory


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def fixes_of(site: Path) -> pd.DataFrame:
    return pd.concat([read(p) for p in sorted((site / "fixes").glob("*.csv"))], ignore_index=True)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("clean"))


def same_but(site: Path, clean: Path, *files: str) -> None:
    """Every other file is as in the untouched county: what happened is the same."""
    names = {str(p.relative_to(clean)) for p in clean.rglob("*") if p.is_file()}
    assert names == {str(p.relative_to(site)) for p in site.rglob("*") if p.is_file()}
    changed = {n for n in names if (site / n).read_bytes() != (clean / n).read_bytes()}
    assert changed
    assert {name.split("/")[0] for name in changed} == set(files)


def test_a_feed_in_utc(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, feed_off_h=-8.0)
    told, true = fixes_of(site), fixes_of(clean)
    for name in ("time", "received_at"):
        local = pd.to_datetime(told[name]).dt.tz_localize("UTC").dt.tz_convert("Asia/Shanghai")
        assert (local.dt.tz_localize(None) == pd.to_datetime(true[name])).all()
    same_but(site, clean, "fixes")


def test_times_cut_to_the_minute(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, stamp_s=60)
    told, true = fixes_of(site), fixes_of(clean)
    for name in ("time", "received_at"):
        assert (told[name] == true[name].str.slice(0, 17) + "00").all()
    same_but(site, clean, "fixes")


def test_decimals_that_are_lost(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, fix_decimals=3)
    told, true = fixes_of(site), fixes_of(clean)
    for name in ("lon", "lat"):
        assert told[name].str.partition(".")[2].str.len().max() == 3
        np.testing.assert_allclose(told[name].astype(float), true[name].astype(float), atol=5.1e-4)
    same_but(site, clean, "fixes")


def test_a_datum_that_is_not_that_of_the_fixes(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, declared_datum="gcj02")
    config = tomllib.loads((site / "routecheck.toml").read_text("utf-8"))
    assert (config["fixes"]["datum"], config["points"]["datum"]) == ("gcj02", "wgs84")
    same_but(site, clean, "routecheck.toml")


def test_plates_spelt_otherwise(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, respelt_share=1.0)
    told, true = (read(s / "schedule.csv")["vehicle_id"] for s in (site, clean))
    assert (told != true).all()
    pairs = set(zip(true, told, strict=True))
    assert len(pairs) == true.nunique() == told.nunique() == SIZE["trucks"]
    assert ("V0001", "V·0001") in pairs
    assert ("002", "0 02") in pairs
    assert ("V0003", "v0003(黄)") in pairs
    assert ("V0004", "\uff36\uff10\uff10\uff10\uff14") in pairs
    same_but(site, clean, "schedule.csv")
    some = read(write(tmp_path / "some", respelt_share=0.5) / "schedule.csv")["vehicle_id"]
    assert 0 < (some != true).sum() < len(true)


def test_zeros_that_a_spreadsheet_took(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, zeros_lost=True)
    told, true = read(site / "schedule.csv"), read(clean / "schedule.csv")
    assert told["point_id"].tolist() == true["point_id"].str.lstrip("P0").tolist()
    assert told["vehicle_id"].tolist() == true["vehicle_id"].str.lstrip("0").tolist()
    numbers = read(site / "points.csv")["point_id"]
    assert numbers.tolist() == [f"{n:06d}" for n in range(1, 61)]
    assert set(read(site / "truth.csv")["point_id"]) <= set(numbers)


def test_weekdays_as_masks(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, weekday_masks=True, weekday_share=0.5)
    masks = read(site / "schedule.csv")["weekdays"]
    assert masks.str.fullmatch("[01]{7}").all()
    spelt = {"1111111": "1234567", "1010100": "135", "0101010": "246", "1111100": "12345",
             "1010101": "1357", "1001001": "147"}  # fmt: skip
    plain = write(tmp_path / "plain", weekday_share=0.5)
    assert masks.map(spelt).tolist() == read(plain / "schedule.csv")["weekdays"].tolist()
    assert masks.nunique() > 2


def test_ends_past_midnight_as_hours_past_24(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, hours_past_24=True)
    told, true = read(site / "schedule.csv"), read(clean / "schedule.csv")
    over = true["window_end"] < true["window_start"]
    assert over.any()
    hours = told["window_end"].str.slice(0, 2).astype(int)
    assert (hours[over] == true["window_end"].str.slice(0, 2).astype(int)[over] + 24).all()
    pd.testing.assert_frame_equal(told[~over], true[~over])
    same_but(site, clean, "schedule.csv")


def test_rows_and_dates_that_cannot_be_read(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, schedule_spoilt_share=0.3)
    told, true = read(site / "schedule.csv"), read(clean / "schedule.csv")
    spoilt = told["window_start"] == "########"
    assert 0.1 < spoilt.mean() < 0.5
    pd.testing.assert_frame_equal(told[~spoilt], true[~spoilt])
    same_but(site, clean, "schedule.csv")

    more = {"monitor_fault_rate": 0.5}
    site, true_site = write(tmp_path / "a", alerts_spoilt_share=0.3, **more), tmp_path / "b"
    write(true_site, **more)
    name = "alerts/alerts_2026-03-03.csv"
    told, true = read(site / name), read(true_site / name)
    lost = told["service_date"] == "0:00:00"
    assert 0.05 < lost.mean() < 0.6
    pd.testing.assert_frame_equal(told[~lost], true[~lost])
    same_but(site, true_site, "alerts")


def test_points_whose_coordinates_are_blank(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, blank_share=0.2)
    told, true = read(site / "points.csv"), read(clean / "points.csv")
    blank = told["lon"] == ""
    assert 0.05 < blank.mean() < 0.4
    assert (told["lat"] == "")[blank].all()
    pd.testing.assert_frame_equal(told[~blank], true[~blank])
    faults = read(site / "truth_points.csv")
    assert (faults["record_fault"] == "unknown_point").tolist() == blank.tolist()
    places = ["point_id", "lon", "lat"]  # the bins stand where they stood
    assert faults[places].equals(read(clean / "truth_points.csv")[places])
    truth = read(site / "truth.csv").set_index("point_id")
    nowhere = truth.index.isin(told["point_id"][blank])
    assert (truth["observable"] == np.where(nowhere, "false", "true")).all()

    rounds = write(tmp_path / "r", blank_rounds=2)
    told, rows = read(rounds / "points.csv"), read(rounds / "schedule.csv")
    gone = set(told["point_id"][told["lon"] == ""])
    served = rows.groupby("vehicle_id")["point_id"].agg(set)
    assert gone == set().union(*(points for points in served if points & gone))
    assert sum(bool(points & gone) for points in served) == 2


def test_points_beside_the_yard(clean: Path, tmp_path: Path) -> None:
    site = write(tmp_path, yard_points=3)
    told, true = read(site / "truth_points.csv"), read(clean / "truth_points.csv")
    changed = (told[["lon", "lat"]] != true[["lon", "lat"]]).any(axis=1)
    assert changed.sum() == 3
    fixes = fixes_of(site)
    schedule = read(site / "schedule.csv").set_index("point_id")["vehicle_id"]
    for row in told[changed].itertuples():
        mine = fixes[fixes["vehicle_id"] == schedule[row.point_id]]
        hour = mine["time"].str.slice(11, 13).astype(int)
        parked = mine[(hour >= 3) & (hour < 5)]  # by day trucks; no night truck is among them
        if parked.empty:  # silent with the ignition off
            parked = mine.iloc[:1]
        lon, lat = (parked[name].astype(float).median() for name in ("lon", "lat"))
        assert 15 < GEOD.inv(float(row.lon), float(row.lat), lon, lat)[2] < 34
    served = read(site / "truth.csv").set_index("point_id").loc[told["point_id"][changed]]
    assert set(served["collected"]) == {"true"}
