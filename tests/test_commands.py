"""The commands as a user calls them, on a small simulated county."""

from __future__ import annotations

import gzip
import json
import shutil

from pyproj import Geod

from routecheck.config import load_config
from routecheck.store import Store
from site_tools import DAYS, call, exports, header, rows, run

ALERT_COLUMNS = [
    "alert_id",
    "service_date",
    "point_id",
    "name",
    "township",
    "raised_at",
    "classification",
    "cause",
    "confidence",
    "vehicle_id",
    "arrived_at",
    "departed_at",
    "dwell_s",
    "distance_m",
    "evidence",
    "action",
]
PLACE_COLUMNS = [
    "point_id", "lon", "lat", "uncertainty_m", "confidence", "basis", "offset_m", "days_seen",
    "days_due",
]  # fmt: skip
PICKUP_COLUMNS = [
    "service_date",
    "point_id",
    "name",
    "township",
    "window_start",
    "window_end",
    "scheduled_vehicle_id",
    "verdict",
    "cause",
    "confidence",
    "vehicle_id",
    "arrived_at",
    "departed_at",
    "dwell_s",
    "distance_m",
    "alerted",
]


def test_run_writes_every_file_of_the_contract_and_a_summary_for_clerks(site, capsys):
    assert run(site) == 0
    shown = capsys.readouterr().out
    assert "Alerts of the monitor" in shown
    assert "really missed" in shown
    out = site / "out"
    for day in DAYS:
        assert header(out / f"alerts_{day}.csv")[: len(ALERT_COLUMNS)] == ALERT_COLUMNS
        for kind in ("pickups", "missed"):
            assert header(out / f"{kind}_{day}.csv")[: len(PICKUP_COLUMNS)] == PICKUP_COLUMNS
        assert header(out / f"rejected_{day}.csv")[:4] == ["file", "row", "reason", "text"]
    assert (out / "corrections.csv").exists()
    assert header(out / "places.csv")[: len(PLACE_COLUMNS)] == PLACE_COLUMNS


def test_places_are_those_of_all_points_near_the_true_ones_and_written_again_the_same(site):
    run(site)
    path = site / "out" / "places.csv"
    found = {row["point_id"]: row for row in rows(path)}
    assert set(found) == {row["point_id"] for row in rows(site / "points.csv")}
    geod = Geod(ellps="WGS84")
    sure = wrong = 0
    for true in rows(site / "truth_points.csv"):
        row = found[true["point_id"]]
        if not row["lon"] or float(row["confidence"]) < 0.9:
            continue
        at = (float(v) for v in (row["lon"], row["lat"], true["lon"], true["lat"]))
        sure += 1
        wrong += geod.inv(*at)[2] > 30.0
    assert sure > 0.6 * len(found)
    assert wrong <= 0.1 * sure
    before = path.read_bytes()
    path.unlink()
    assert call("export", "--date", DAYS[0], "--config", str(site / "routecheck.toml")) == 0
    assert path.read_bytes() == before


def test_every_alert_and_every_due_pickup_has_its_row(site):
    run(site)
    for day in DAYS:
        raised = rows(site / "alerts" / f"alerts_{day}.csv")
        shown = rows(site / "out" / f"alerts_{day}.csv")
        assert sorted(r["alert_id"] for r in shown) == sorted({r["alert_id"] for r in raised})
        true = [r for r in rows(site / "truth.csv") if r["service_date"] == day]
        due = {(r["point_id"], r["window_start"]) for r in true if r["window_start"]}
        judged = rows(site / "out" / f"pickups_{day}.csv")
        assert {(r["point_id"], r["window_start"]) for r in judged} == due
        missed = [r for r in judged if r["verdict"] == "missed"]
        listed = rows(site / "out" / f"missed_{day}.csv")
        assert [{name: row[name] for name in judged[0]} for row in listed] == missed
        assert all(row["evidence"] and row["action"] and row["route_id"] for row in listed)
        for row in judged:
            assert 0.0 <= float(row["confidence"]) <= 1.0
            assert row["window_start"].endswith("+08:00")


def test_rows_in_are_rows_kept_and_rows_rejected(site):
    run(site, "--date", DAYS[0])
    whole = 0
    for path in (site / "fixes").iterdir():
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig") as file:
            whole += sum(1 for _ in file) - 1
    for day in ("2026-03-01", DAYS[1], "2026-03-04", "2026-03-05", "2026-03-06"):
        run(site, "--date", day)
    config = load_config(site / "routecheck.toml")
    with Store.open(config.store_url) as store:
        entries = {e["service_date"].isoformat(): e["counts"] for e in store.dates()}
    counted = sum(entry["fixes_in"] for entry in entries.values())
    for entry in entries.values():
        assert entry["fixes_in"] == entry["fixes_kept"] + sum(entry["rejected"].values())
    # What has no date of its own in any of these days is counted under none of them.
    assert whole * 0.98 <= counted <= whole


def test_the_same_run_again_changes_nothing(site):
    run(site)
    before = exports(site)
    run(site)
    assert exports(site) == before


def test_day_by_day_and_in_one_go_agree_on_what_was_seen(site, county, tmp_path):
    run(site)
    other = tmp_path / "other"
    shutil.copytree(county, other)
    for day in DAYS:
        run(other, "--date", day)
    for day in DAYS:
        a = {(r["point_id"], r["window_start"]): r for r in rows(site / f"out/pickups_{day}.csv")}
        b = {(r["point_id"], r["window_start"]): r for r in rows(other / f"out/pickups_{day}.csv")}
        assert a.keys() == b.keys()


def test_export_writes_the_same_files_again_from_the_store(site):
    run(site)
    before = exports(site)
    shutil.rmtree(site / "out")
    assert (
        call("export", "--from", DAYS[0], "--to", DAYS[1], "-c", str(site / "routecheck.toml")) == 0
    )
    assert exports(site) == before


def test_export_of_a_date_that_was_never_run_writes_nothing(site, capsys):
    run(site)
    before = exports(site)
    assert call("export", "--date", "2026-01-01", "-c", str(site / "routecheck.toml")) == 3
    assert "2026-01-01" in capsys.readouterr().err
    assert exports(site) == before


def test_export_names_the_dates_that_it_had_to_leave_out(site, capsys):
    run(site, "--date", DAYS[1])
    capsys.readouterr()
    assert (
        call("export", "--from", DAYS[0], "--to", DAYS[1], "-c", str(site / "routecheck.toml")) == 0
    )
    output = capsys.readouterr()
    assert DAYS[0] in output.err
    assert DAYS[0] not in output.out
    assert f"pickups_{DAYS[1]}.csv" in output.out


def test_recheck_agrees_with_the_run_and_changes_nothing(site, capsys):
    run(site)
    before = exports(site)
    database = (site / "routecheck.db").read_bytes()
    judged = rows(site / "out" / f"pickups_{DAYS[1]}.csv")
    for row in judged[:3] + [r for r in judged if r["verdict"] != "collected"][:3]:
        capsys.readouterr()
        config = str(site / "routecheck.toml")
        assert call("recheck", row["point_id"], "--date", DAYS[1], "--json", "-c", config) == 0
        found = json.loads(capsys.readouterr().out)
        mine = {p["window_start"]: p for p in found["pickups"]}[row["window_start"]]
        assert (mine["verdict"], mine["cause"] or "") in {
            (row["verdict"], row["cause"]),
            # The cause of an alerted pickup may lie in the alert alone.
            (row["verdict"], ""),
        }
        # To the second, as the files have them.
        for column in ("arrived_at", "departed_at"):
            assert (mine[column] or "") == row[column]
    assert exports(site) == before
    assert (site / "routecheck.db").read_bytes() == database


def test_recheck_takes_the_name_of_a_point(site, capsys):
    points, config = rows(site / "points.csv"), str(site / "routecheck.toml")
    names = [point["name"] for point in points]
    once = next(point for point in points if names.count(point["name"]) == 1)
    assert call("recheck", once["name"], "--date", DAYS[0], "--json", "-c", config) == 0
    assert json.loads(capsys.readouterr().out)["point_id"] == once["point_id"]


def test_recheck_answers_what_if(site, capsys):
    run(site)
    config = str(site / "routecheck.toml")
    row = next(
        r
        for r in rows(site / "out" / f"pickups_{DAYS[0]}.csv")
        if r["verdict"] == "collected" and not r["cause"] and float(r["distance_m"]) > 3
    )
    window = row["window_start"][11:16]
    capsys.readouterr()
    call("recheck", row["point_id"], "--date", DAYS[0], "--window", window, "--tolerance", "1",
         "--json", "-c", config)  # fmt: skip
    found = json.loads(capsys.readouterr().out)
    assert found["place"]["tolerance_m"] == 1.0
    assert len(found["pickups"]) == 1


def test_recheck_takes_a_window_as_a_schedule_may_write_it(site, capsys):
    config = str(site / "routecheck.toml")
    point = rows(site / "points.csv")[0]["point_id"]
    call("recheck", point, "--date", DAYS[0], "--json", "-c", config)
    start = json.loads(capsys.readouterr().out)["pickups"][0]["window_start"][11:16]
    short = start.lstrip("0") if not start.startswith("00") else start[1:]
    assert call("recheck", point, "--date", DAYS[0], "--window", short, "--json", "-c", config) == 0
    assert len(json.loads(capsys.readouterr().out)["pickups"]) == 1


def test_status_shows_what_ran(site, capsys):
    run(site)
    capsys.readouterr()
    assert call("status", "--json", "-c", str(site / "routecheck.toml")) == 0
    found = json.loads(capsys.readouterr().out)
    assert [entry["service_date"] for entry in found["dates"]] == list(DAYS)
    assert found["runs"][0]["state"] == "done"


def test_accepting_a_correction_holds_and_can_be_seen(site, capsys):
    run(site)
    config = str(site / "routecheck.toml")
    proposed = [r for r in rows(site / "out/corrections.csv") if r["state"] == "proposed"]
    assert proposed
    first = proposed[0]["point_id"]
    assert call("accept", first, "-c", config) == 0
    state = {r["point_id"]: r["state"] for r in rows(site / "out/corrections.csv")}
    assert state[first] == "accepted"
    with Store.open(load_config(config).store_url) as store:
        held = store.read_corrections().set_index("point_id").loc[first]
    assert held["holds_from"].isoformat() == DAYS[0]
    assert call("accept", "--all", "--min-confidence", "0.99", "-c", config) == 0
    run(site)
    state = {r["point_id"]: r["state"] for r in rows(site / "out/corrections.csv")}
    assert state[first] == "accepted"
    shown = [r for r in rows(site / f"out/alerts_{DAYS[0]}.csv") if r["point_id"] == first]
    # Causes are reported against the record as the points file has it.
    assert all(r["cause"] == proposed[0]["cause"] for r in shown if r["classification"] == "false")
    assert call("accept", "no such point", "-c", config) == 2
    assert "no such point" in capsys.readouterr().err


def test_a_rejected_correction_is_not_proposed_again(site):
    run(site)
    point = next(r["point_id"] for r in rows(site / "out/corrections.csv"))
    assert call("reject", point, "-c", str(site / "routecheck.toml")) == 0
    run(site)
    state = {r["point_id"]: r["state"] for r in rows(site / "out/corrections.csv")}
    assert state[point] == "rejected"


def test_diagnose_shows_what_correcting_would_do(site, capsys):
    run(site)
    capsys.readouterr()
    config = str(site / "routecheck.toml")
    points = (site / "points.csv").read_bytes()
    assert call("diagnose", "--json", "--export", "-c", config) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["raised_after"] < found["raised_before"]
    assert {c["point_id"] for c in found["corrections"]} >= {
        r["point_id"] for r in rows(site / "out/corrections.csv")
    }
    collection = json.loads((site / "out/corrected_points.geojson").read_text(encoding="utf-8"))
    assert len(collection["features"]) == len(rows(site / "points.csv"))
    assert (site / "points.csv").read_bytes() == points


def test_evaluate_compares_with_the_truth(site, capsys):
    run(site)
    capsys.readouterr()
    config, truth = str(site / "routecheck.toml"), str(site / "truth.csv")
    assert call("evaluate", "--truth", truth, "--json", "-c", config) == 0
    assert json.loads(capsys.readouterr().out)
    assert call("evaluate", "--truth", truth, "-c", config) == 0
    assert "Wrong accusations" in capsys.readouterr().out


def test_amounts_of_a_simulated_county_can_be_set(tmp_path, capsys):
    few = ("--days", "1", "--points", "40", "--trucks", "4")
    noisy, calm = tmp_path / "noisy", tmp_path / "calm"
    assert call("simulate", str(noisy), *few, "--set", "noise_m=20", "--set", "holiday=false") == 0
    assert call("simulate", str(calm), *few) == 0
    a, b = ((s / "fixes" / "fixes_2026-03-02.csv").read_bytes() for s in (noisy, calm))
    assert a != b
    assert call("simulate", str(tmp_path / "x"), "--set", "nosie_m=20") == 2
    assert call("simulate", str(tmp_path / "y"), "--set", "noise_m") == 2
    shown = capsys.readouterr().err
    assert "nosie_m" in shown
    assert "NAME=VALUE" in shown


def test_init_writes_a_site_that_only_wants_data(tmp_path, capsys):
    folder = tmp_path / "new"
    assert call("init", str(folder)) == 0
    assert (folder / "routecheck.toml").exists()
    capsys.readouterr()
    assert call("run", "--date", DAYS[0], "-c", str(folder / "routecheck.toml")) == 3
    assert "nothing was written" in capsys.readouterr().err
    assert call("init", str(folder)) == 2


def test_a_chinese_site_is_answered_in_chinese(site, capsys):
    toml = site / "routecheck.toml"
    toml.write_text(toml.read_text("utf-8").replace('language = "en"', 'language = "zh"'), "utf-8")
    run(site, "--date", DAYS[0])
    assert "监控系统告警" in capsys.readouterr().out
    shown = rows(site / "out" / f"alerts_{DAYS[0]}.csv")
    assert all(any("\u4e00" <= c <= "\u9fff" for c in r["evidence"] + r["action"]) for r in shown)
    assert {r["classification"] for r in shown} <= {"false", "genuine", "unverifiable"}


def test_run_reports_to_scripts_as_json(site, capsys):
    capsys.readouterr()
    assert run(site, "--from", DAYS[0], "--to", DAYS[1], "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (shown,) = found["runs"]
    assert found["exit_status"] == 0
    assert [entry["service_date"] for entry in shown["dates"]] == list(DAYS)
    for entry in shown["dates"]:
        day = entry["service_date"]
        judged = rows(site / "out" / f"pickups_{day}.csv")
        for verdict, count in entry["verdicts"].items():
            assert count == sum(row["verdict"] == verdict for row in judged)
        assert sum(entry["verdicts"].values()) == len(judged)
        alerts = rows(site / "out" / f"alerts_{day}.csv")
        assert sum(entry["alerts"].values()) == sum(entry["causes"].values()) == len(alerts)
        missed = [r for r in judged if r["verdict"] == "missed" and r["alerted"] == "false"]
        assert entry["misses_without_alert"] == len(missed)
    assert str(site / "out" / "corrections.csv") in shown["files"]
