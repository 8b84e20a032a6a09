"""Whole sites, checked from their files by code that knows nothing of how they were made."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routecheck.simulate import SiteSummary, write_site
from routecheck.simulate.plots import plot_points, plot_truck_day

START = date(2026, 3, 2)


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def metres(lon1, lat1, lon2, lat2):  # type: ignore[no-untyped-def]
    """Haversine on a sphere: independent of the simulator's plane, good to 0.4 %."""
    a, b = np.radians(lat1), np.radians(lat2)
    h = np.sin((b - a) / 2) ** 2
    h = h + np.cos(a) * np.cos(b) * np.sin(np.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6_371_000 * np.arcsin(np.sqrt(h))


def places(directory: Path) -> pd.DataFrame:
    table = read(directory / "truth_points.csv").set_index("point_id")
    return table.astype({"lon": float, "lat": float})


def digests(directory: Path) -> dict[str, str]:
    return {
        str(p.relative_to(directory)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(directory.rglob("*"))
        if p.is_file()
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SiteSummary]:
    directory = tmp_path_factory.mktemp("county")
    return directory, write_site(directory, seed=11, days=4)


@pytest.fixture(scope="module")
def fixes(site: tuple[Path, SiteSummary]) -> pd.DataFrame:
    table = pd.concat([read(p) for p in sorted((site[0] / "fixes").glob("*.csv"))])
    for name in ("lon", "lat", "speed_kmh"):
        table[name] = pd.to_numeric(table[name], errors="coerce").replace(np.inf, np.nan)
    for name in ("time", "received_at"):
        table[name] = pd.to_datetime(table[name], errors="coerce")
    return table


@pytest.fixture(scope="module")
def due(site: tuple[Path, SiteSummary]) -> pd.DataFrame:
    truth = read(site[0] / "truth.csv")
    due = truth[truth["window_start"] != ""].copy()
    for name in ("arrived_at", "departed_at"):
        due[name] = pd.to_datetime(due[name].str.slice(0, 19).replace("", None))
    due["opens"] = pd.to_datetime(due["window_start"].str.slice(0, 19))
    return due


@pytest.fixture(scope="module")
def alerts(site: tuple[Path, SiteSummary]) -> pd.DataFrame:
    return pd.concat([read(p) for p in sorted((site[0] / "alerts").glob("*.csv"))])


def test_all_files_are_there_with_their_headers(site: tuple[Path, SiteSummary]) -> None:
    directory, summary = site
    config = tomllib.loads((directory / "routecheck.toml").read_text("utf-8"))
    for section in ("points", "schedule", "vehicles", "calendar", "checks"):
        assert (directory / config[section]["path"]).is_file()
    assert len(list(directory.glob(config["fixes"]["path"]))) >= 4
    assert len(list(directory.glob(config["alerts"]["path"]))) == 4
    headers = {
        "points.csv": "point_id,name,township,village,lon,lat,valid_from,valid_to",
        "truth_points.csv": "point_id,lon,lat,record_fault",
        "truth.csv": "point_id,service_date,window_start,collected,vehicle_id,arrived_at,"
        "departed_at,observable,cause",
        "vehicles.csv": "device_id,vehicle_id,valid_from,valid_to",
    }
    for name, header in headers.items():
        assert (directory / name).read_text("utf-8").split("\n")[0] == header
    assert (summary.points, summary.trucks, summary.days) == (406, 36, 4)
    points = read(directory / "points.csv")
    assert len(points) == points["point_id"].nunique() == 406
    assert points["township"].str.contains(r"[一-鿿]").all()
    assert read(directory / "schedule.csv")["vehicle_id"].str.fullmatch(r"0\d\d").any()


def test_the_county_has_the_promised_amounts(
    site: tuple[Path, SiteSummary], due: pd.DataFrame, alerts: pd.DataFrame
) -> None:
    summary = site[1]
    assert all(120 <= count <= 240 for count in summary.alerts)
    share = (due["collected"] == "false").mean()
    assert 0.005 < share < 0.035
    chronic = alerts.groupby("point_id")["service_date"].nunique()
    assert 90 < (chronic >= 3).sum() < 200
    assert summary.misses == (due["collected"] == "false").sum()
    assert summary.observable == pytest.approx((due["observable"] == "true").mean())
    assert 0.88 < summary.observable < 0.995
    assert 0 < summary.silent_misses < summary.misses
    missed = due[due["collected"] == "false"].groupby("point_id").size()
    assert (missed == 4).sum() >= 2  # never served
    faults = read(site[0] / "truth_points.csv")["record_fault"].value_counts()
    assert set(faults.index) == {"", "datum", "misplaced", "tolerance", "coordinate_error",
                                 "unknown_point"}  # fmt: skip
    assert 80 <= faults["datum"] <= 125


def test_the_plain_rule_recomputed_from_the_files(
    site: tuple[Path, SiteSummary], fixes: pd.DataFrame, due: pd.DataFrame, alerts: pd.DataFrame
) -> None:
    """The alerts are those of the plain rule on the files, but for the monitor's own faults."""
    directory = site[0]
    points = read(directory / "points.csv").set_index("point_id")
    schedule = read(directory / "schedule.csv")
    devices = read(directory / "vehicles.csv")
    moved = set(devices["vehicle_id"])
    by_vehicle = dict(iter(fixes.groupby("vehicle_id")))
    raised = alerts.groupby(["point_id", "service_date"])["raised_at"].agg(list).to_dict()
    checked = 0
    for row in due.itertuples():
        plans = schedule[schedule["point_id"] == row.point_id]
        clock = row.opens.strftime("%H:%M")
        plan = plans[plans["window_start"] == clock]
        assert len(plan) == 1
        vehicle = plan["vehicle_id"].iloc[0]
        if vehicle == "" or vehicle in moved or len(plans) > 1:
            continue
        closes = pd.Timestamp(f"{row.opens.date()} {plan['window_end'].iloc[0]}")
        closes += pd.Timedelta(days=int(closes <= row.opens))
        lon, lat = (pd.to_numeric(points.loc[row.point_id, n], errors="coerce")
                    for n in ("lon", "lat"))  # fmt: skip
        table = by_vehicle.get(vehicle)
        seen = edge = False
        if table is not None and abs(lat) < 90:
            inside = table[(table["time"] >= row.opens) & (table["time"] <= closes)]
            distance = metres(lon, lat, inside["lon"].to_numpy(), inside["lat"].to_numpy())
            # the earliest moment at which the monitor may look
            received = inside["received_at"] < closes + pd.Timedelta(hours=2)
            unsure = (inside["received_at"] >= closes + pd.Timedelta(hours=2)) & (
                inside["received_at"] < closes + pd.Timedelta(hours=2, minutes=21)
            )
            seen = bool(((distance < 29.8) & received).any())
            edge = bool((np.abs(distance - 30) < 0.25).any() or (unsure & (distance < 31)).any())
        alerted = (row.point_id, row.service_date) in raised
        if edge:
            continue
        checked += 1
        if seen:
            assert alerted == (row.cause == "monitor_fault"), row
        else:
            assert alerted, row
            assert row.cause, row
    assert checked > 1200


def test_pickups_called_observable_have_fixes_to_show_them(
    site: tuple[Path, SiteSummary], fixes: pd.DataFrame, due: pd.DataFrame
) -> None:
    true = (
        read(site[0] / "truth_points.csv")
        .set_index("point_id")
        .astype({"lon": float, "lat": float})
    )
    moved = set(read(site[0] / "vehicles.csv")["vehicle_id"])
    clear = due[(due["collected"] == "true") & ~due["vehicle_id"].isin(moved)
                & ~due["cause"].str.contains("clock")]  # fmt: skip
    by_vehicle = dict(iter(fixes.groupby("vehicle_id")))
    near = {"true": [], "false": []}
    for row in clear.itertuples():
        table = by_vehicle.get(row.vehicle_id)
        found = False
        if table is not None:
            span = pd.Timedelta(seconds=1)
            here = table[(table["time"] >= row.arrived_at - span)
                         & (table["time"] <= row.departed_at + span)]  # fmt: skip
            p = true.loc[row.point_id]
            found = bool((metres(p["lon"], p["lat"], here["lon"], here["lat"]) < 50).any())
            if not found and row.observable == "true":  # then it is bracketed closely
                before = table.loc[table["time"] < row.arrived_at, "time"].max()
                after = table.loc[table["time"] > row.departed_at, "time"].min()
                gap_s = (after - before).total_seconds()
                assert gap_s <= 182
                assert (row.departed_at - row.arrived_at).total_seconds() > 0.3 * gap_s
        near[row.observable].append(found)
    assert np.mean(near["true"]) > 0.9
    assert np.mean(near["false"]) < 0.4
    dwell = (clear["departed_at"] - clear["arrived_at"]).dt.total_seconds()
    assert dwell.min() >= 19
    assert dwell.max() <= 402


def test_missed_points_show_no_stand_of_their_own_truck(
    site: tuple[Path, SiteSummary], fixes: pd.DataFrame, due: pd.DataFrame
) -> None:
    """An observable miss: fixes of the scheduled vehicle there are, but no two slow ones at the
    bins (a pass at most)."""
    true = (
        read(site[0] / "truth_points.csv")
        .set_index("point_id")
        .astype({"lon": float, "lat": float})
    )
    schedule = read(site[0] / "schedule.csv").drop_duplicates("point_id").set_index("point_id")
    moved = set(read(site[0] / "vehicles.csv")["vehicle_id"])
    missed = due[(due["collected"] == "false") & (due["observable"] == "true")]
    count = 0
    for row in missed.itertuples():
        vehicle = schedule.loc[row.point_id, "vehicle_id"]
        table = fixes[(fixes["vehicle_id"] == vehicle)
                      & (fixes["time"].dt.date.astype(str) == row.service_date)]  # fmt: skip
        if vehicle in moved or vehicle == "" or table.empty:
            continue
        p = true.loc[row.point_id]
        near = table[metres(p["lon"], p["lat"], table["lon"], table["lat"]) < 20]
        assert (
            (near["speed_kmh"] == 0).sum() < 2
            or near["speed_kmh"].isna().all()
            or (table["speed_kmh"].max() == 0)
        )
        count += 1
    assert count >= 8
    assert row.cause


def test_wrong_datums_shift_whole_townships(site: tuple[Path, SiteSummary]) -> None:
    points = read(site[0] / "points.csv").set_index("point_id")
    true = read(site[0] / "truth_points.csv").set_index("point_id")
    batch = true["record_fault"] == "datum"
    for _, members in points[batch].groupby("township"):
        t, r = true.loc[members.index, ["lon", "lat"]].astype(float), members[["lon", "lat"]]
        r = r.astype(float)
        off = metres(t["lon"], t["lat"], r["lon"], r["lat"])
        assert off.max() - off.min() < 60
        assert 500 < off.median() < 600 or 1000 < off.median() < 1500
    right = true["record_fault"] == ""
    t, r = true[right][["lon", "lat"]].astype(float), points[right][["lon", "lat"]].astype(float)
    assert metres(t["lon"], t["lat"], r["lon"], r["lat"]).max() < 10
    wrong = true["record_fault"].isin(["misplaced", "coordinate_error"])
    t, r = true[wrong][["lon", "lat"]].astype(float), points[wrong][["lon", "lat"]].astype(float)
    usable = r["lat"] < 90
    assert metres(t["lon"], t["lat"], r["lon"], r["lat"])[usable].min() > 35


def test_alerts_that_were_not_due(site: tuple[Path, SiteSummary], alerts: pd.DataFrame) -> None:
    truth = read(site[0] / "truth.csv")
    odd = truth[truth["window_start"] == ""]
    assert set(odd["cause"]) <= {"not_due", "unknown_point"}
    assert (odd["collected"] == "false").all()
    named = set(zip(alerts["point_id"], alerts["service_date"], strict=True))
    assert set(zip(odd["point_id"], odd["service_date"], strict=True)) <= named
    known = set(zip(truth["point_id"], truth["service_date"], strict=True))
    assert named <= known
    due = truth[truth["window_start"] != ""]
    due_keys = set(zip(due["point_id"], due["service_date"], strict=True))
    assert not due_keys & set(zip(odd["point_id"], odd["service_date"], strict=True))


def test_the_files_are_dirty(fixes: pd.DataFrame) -> None:
    assert ((fixes["lon"] == 0) & (fixes["lat"] == 0)).any()
    assert fixes["lat"].isna().any()
    assert fixes.duplicated(["vehicle_id", "time", "lon", "lat"]).any()
    years = set(fixes["time"].dt.year.dropna())
    assert years & {1980, 2000}
    assert years & {2080, 2099}
    assert fixes["speed_kmh"].isna().mean() > 0.01
    late = (fixes["received_at"] - fixes["time"]).dt.total_seconds()
    assert (late.between(600, 86_400 * 6)).mean() > 0.001


def test_same_bytes_again_and_earlier_days_stay(tmp_path: Path) -> None:
    small = {"points": 60, "trucks": 6, "seed": 4}
    write_site(tmp_path / "a", days=2, **small)  # type: ignore[arg-type]
    write_site(tmp_path / "b", days=2, **small)  # type: ignore[arg-type]
    write_site(tmp_path / "c", days=3, **small)  # type: ignore[arg-type]
    a, b, c = (digests(tmp_path / n) for n in "abc")
    assert a == b
    for name in ("points.csv", "schedule.csv", "truth_points.csv", "vehicles.csv",
                 "fixes/fixes_2026-03-02.csv", "fixes/fixes_2026-03-03.csv",
                 "alerts/alerts_2026-03-02.csv", "alerts/alerts_2026-03-03.csv"):  # fmt: skip
        assert a[name] == c[name], name
    assert (
        (tmp_path / "c/truth.csv")
        .read_text("utf-8")
        .startswith((tmp_path / "a/truth.csv").read_text("utf-8"))
    )
    write_site(tmp_path / "d", days=1, points=60, trucks=6, seed=5)
    assert digests(tmp_path / "d")["points.csv"] != a["points.csv"]


def test_the_bytes_are_those_of_every_machine(tmp_path: Path) -> None:
    """A digest of a small site: changes only when the simulator is meant to change."""
    write_site(tmp_path, days=1, points=60, trucks=6, seed=4)
    whole = hashlib.sha256()
    for name, digest in digests(tmp_path).items():
        whole.update(f"{name} {digest}\n".encode())
    assert whole.hexdigest() == "d11de228589e3ca4788f3790a672bffa76a0a66911c5b10fdb5d114ad7346c83"


@pytest.mark.parametrize(
    "amounts",
    [
        {"points": 1, "trucks": 1},
        {"points": 3, "trucks": 5},
        {"points": 60, "trucks": 6, "town_share": 1.0},
        {"points": 60, "trucks": 6, "town_share": 0.0},
        {"points": 60, "trucks": 9, "blocks": 3, "profile": "hard"},
        {"points": 40, "trucks": 4, "dirty_share": 0.5, "stale_rate": 1.0},
    ],
)
def test_odd_sizes_work(tmp_path: Path, amounts: dict[str, object]) -> None:
    summary = write_site(tmp_path, days=1, seed=3, **amounts)  # type: ignore[arg-type]
    assert summary.points == amounts["points"]
    assert summary.trucks <= int(str(amounts["trucks"]))
    assert len(read(tmp_path / "points.csv")) == summary.points


@pytest.mark.parametrize("seed", [1, 2])
def test_ideal_has_nothing_to_accuse(tmp_path: Path, seed: int) -> None:
    summary = write_site(tmp_path, profile="ideal", seed=seed, days=2)
    assert summary.alerts == (0, 0)
    assert (summary.misses, summary.wrong_records, summary.observable) == (0, 0, 1.0)
    truth = read(tmp_path / "truth.csv")
    assert (truth["cause"] == "").all()
    assert len(truth) > 700
    # twice a day, past midnight and not every day are no faults
    schedule = read(tmp_path / "schedule.csv")
    assert schedule["point_id"].duplicated().any()
    assert (schedule["window_end"] <= schedule["window_start"]).any()
    assert (schedule["every_days"] == "2").any()
    assert (schedule["weekdays"] != "1234567").any()


def test_hard_is_harder(tmp_path: Path, site: tuple[Path, SiteSummary]) -> None:
    hard = write_site(tmp_path, profile="hard", seed=11, days=4)
    assert hard.observable < site[1].observable
    assert hard.wrong_records > site[1].wrong_records
    assert sum(hard.alerts) > sum(site[1].alerts)


def test_other_shapes_of_files(tmp_path: Path) -> None:
    few = {"points": 50, "trucks": 5, "days": 1, "seed": 3}
    write_site(tmp_path / "p", fixes_format="parquet", **few)  # type: ignore[arg-type]
    parquet = pd.read_parquet(tmp_path / "p/fixes/fixes_2026-03-02.parquet")
    assert list(parquet.columns) == ["vehicle_id", "time", "lon", "lat", "speed_kmh",
                                     "heading_deg", "received_at"]  # fmt: skip
    assert str(parquet["time"].dt.tz) == "UTC"
    plain = tmp_path / "c"
    write_site(plain, dirty_share=0.0, **few)  # type: ignore[arg-type]
    csv = read(plain / "fixes/fixes_2026-03-02.csv")
    assert len(csv) == len(parquet)
    local = pd.to_datetime(csv["time"]).sort_values().reset_index(drop=True)
    utc = parquet["time"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None).sort_values()
    assert (local == utc.reset_index(drop=True)).all()

    write_site(tmp_path / "g", fixes_format="csv.gz", headers="chinese", encoding="gb18030",
               language="zh", **few)  # type: ignore[arg-type]  # fmt: skip
    chinese = pd.read_csv(tmp_path / "g/fixes/fixes_2026-03-02.csv.gz", encoding="gb18030")
    assert list(chinese.columns)[:2] == ["车牌号", "定位时间"]
    assert "模拟县" in (tmp_path / "g/routecheck.toml").read_text("utf-8")
    assert (tmp_path / "g/points.csv").read_text("gb18030").startswith("point_id")


@pytest.mark.parametrize(("lon", "lat"), [(97.0, 36.3), (109.4, 30.3)])
def test_elsewhere_in_the_country(tmp_path: Path, lon: float, lat: float) -> None:
    write_site(tmp_path, days=1, points=80, trucks=8, centre_lon=lon, centre_lat=lat)
    true = read(tmp_path / "truth_points.csv")
    assert abs(true["lon"].astype(float).mean() - lon) < 0.5
    assert abs(true["lat"].astype(float).mean() - lat) < 0.4


def test_progress_and_pictures(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    write_site(tmp_path / "s", days=1, points=50, trucks=5, seed=2,
               progress=lambda what, share: told.append((what, share)))  # fmt: skip
    shares = [share for _, share in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    plot_points(tmp_path / "s", tmp_path / "points.png")
    vehicle = read(tmp_path / "s/truth.csv")["vehicle_id"].iloc[0]
    plot_truck_day(tmp_path / "s", vehicle, START, tmp_path / "day.png")
    for name in ("points.png", "day.png"):
        assert (tmp_path / name).read_bytes()[:4] == b"\x89PNG"
    with pytest.raises(ValueError, match="no vehicle 'nobody'"):
        plot_truck_day(tmp_path / "s", "nobody", START, tmp_path / "x.png")
