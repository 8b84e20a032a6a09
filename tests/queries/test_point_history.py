"""The record of the points from outside: the points file changes, corrections are accepted."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from routecheck.config import load_config
from routecheck.simulate.datums import bd09_from_wgs84
from routecheck.store import Store
from site_tools import DAYS, rows, run
from site_tools import call as command

WRONG_RECORD = ("datum", "coordinate_error", "misplaced", "tolerance")
Edit = dict[str, dict[str, str] | None]


def edit_points(site: Path, edits: Edit, *more: dict[str, str]) -> None:
    """Change rows of the points file by id (None: drop), and append others."""
    path = site / "points.csv"
    table = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    names = list(table[0])
    kept = [
        row | (edits.get(row["point_id"]) or {})
        for row in table
        if edits.get(row["point_id"], {}) is not None
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, names)
    writer.writeheader()
    writer.writerows([*kept, *more])
    path.write_text(text.getvalue(), encoding="utf-8")


def points_of(site: Path) -> dict[str, dict[str, str]]:
    return {row["point_id"]: row for row in rows(site / "points.csv")}


def test_what_the_points_file_changed_is_reported_once(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(site)
    assert "changed the registry" not in capsys.readouterr().err
    assert not (site / "out/points_changed.csv").exists()
    known = points_of(site)
    moved, renamed, gone, town = [p for p in known if known[p]["lat"].startswith("28.")][:4]
    edit_points(
        site,
        {
            moved: {"lat": f"{float(known[moved]['lat']) + 0.001:.6f}"},
            renamed: {"point_id": "RENAMED"},
            gone: None,
            town: {"township": "Elsewhere"},
        },
        known[gone] | {"point_id": "FRESH", "lat": "28.5", "lon": "108.5"},
    )
    run(site, "--date", DAYS[1])
    told = capsys.readouterr().err
    # A thousandth of a degree of latitude is 111 m.
    assert f"moved: 1 ({moved} by 111 m)" in told
    assert f"{renamed} is now RENAMED" in told
    assert f"removed from the file: 1 ({gone})" in told
    assert "new: 1 (FRESH)" in told
    assert "townships redrawn: 1 point " in told
    listed = {(r["kind"], r["point_id"]) for r in rows(site / "out/points_changed.csv")}
    assert listed == {
        ("moved", moved), ("renamed", "RENAMED"), ("retired", gone), ("added", "FRESH"),
        ("changed", town),
    }  # fmt: skip
    run(site, "--date", DAYS[1])
    assert "changed the registry" not in capsys.readouterr().err
    command("status", "--json", "-c", str(site / "routecheck.toml"))
    found = json.loads(capsys.readouterr().out)["points"]
    assert found["known"] == len(known)
    assert {(c["kind"], c["point_id"]) for c in found["changes"]} == listed


def test_a_points_file_that_was_cut_off_is_refused(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(site)
    capsys.readouterr()
    some = list(points_of(site))[:10]
    edit_points(site, dict.fromkeys(some))
    assert run(site, "--date", DAYS[1]) == 3
    assert "--allow-shrink" in capsys.readouterr().err
    assert run(site, "--date", DAYS[1], "--allow-shrink") in (0, 1)
    assert "removed from the file: 10" in capsys.readouterr().err


def config_of(site: Path) -> str:
    return str(site / "routecheck.toml")


def proposed(site: Path) -> list[dict[str, str]]:
    return [row for row in rows(site / "out/corrections.csv") if row["state"] == "proposed"]


def judged(site: Path) -> dict[str, list[dict[str, str]]]:
    """What is said of the dates, and proposed: not when something else was said before."""
    return {
        path.name: [
            {k: v for k, v in row.items() if k not in ("revised_at", "earlier_verdict")}
            for row in rows(path)
        ]
        for path in sorted((site / "out").glob("*.csv"))
        if path.name.startswith(("alerts", "pickups", "missed", "corrections"))
    }


def test_accepting_all_shows_the_total_and_what_is_next(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(site)
    sure = [row for row in proposed(site) if float(row["confidence"]) >= 0.95]
    assert len(sure) > 3
    capsys.readouterr()
    options = ("--min-confidence", "0.95", "--by", "Li Wei", "-c", config_of(site))
    assert command("accept", "--all", *options) == 0
    told = capsys.readouterr().err
    assert f"{len(sure)} corrections accepted by Li Wei" in told
    assert f"recorded in another datum {sum(r['cause'] == 'datum' for r in sure)}" in told
    assert f"routecheck run --from {DAYS[0]} --to {DAYS[1]}" in told
    states = {row["point_id"]: row["state"] for row in rows(site / "out/corrections.csv")}
    assert all(states[row["point_id"]] == "accepted" for row in sure)

    # Once it was run again nothing asks to accept what is accepted.
    run(site)
    names = {row["point_id"] for row in sure}
    asked = [r for day in DAYS for r in rows(site / f"out/alerts_{day}.csv")]
    mine = [r for r in asked if r["point_id"] in names and r["cause"] in WRONG_RECORD]
    assert mine
    assert not [r for r in mine if "routecheck accept" in r["action"]]
    assert all("is accepted" in r["action"] for r in mine)
    others = [r for r in asked if r["point_id"] not in names and r["cause"] in WRONG_RECORD]
    assert all("is accepted" not in r["action"] for r in others)
    capsys.readouterr()
    assert command("diagnose", "-c", config_of(site)) == 0
    assert "accepted by Li Wei" in capsys.readouterr().out


def test_taking_back_is_as_before(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(site)
    before = judged(site)
    names = [row["point_id"] for row in proposed(site)]
    config = config_of(site)
    assert command("accept", "-c", config, "--", *names[:4]) == 0
    run(site)
    assert judged(site) != before
    capsys.readouterr()
    assert command("accept", "--undo", "--by", "Wu", "-c", config, "--", *names[:4]) == 0
    assert "4 decisions taken back by Wu" in capsys.readouterr().err
    run(site)
    assert judged(site) == before
    # Again there is nothing to take back; a rejection is no acceptance.
    assert command("reject", names[0], "-c", config) == 0
    capsys.readouterr()
    assert command("accept", "--undo", names[0], "-c", config) == 0
    assert "nothing to change" in capsys.readouterr().err
    assert command("accept", "--undo", "--from", DAYS[0], names[0], "-c", config) == 2
    assert command("reject", "--undo", names[0], "-c", config) == 0
    run(site)
    assert judged(site) == before


def test_the_order_of_acceptances_does_not_matter_nor_does_running_twice(
    site: Path, tmp_path: Path
) -> None:
    run(site)
    names = [row["point_id"] for row in proposed(site)][:6]
    other = tmp_path / "other"
    shutil.copytree(site, other)
    for name in names:
        assert command("accept", name, "-c", config_of(site)) == 0
    run(site)
    first = judged(site)
    for name in reversed(names):
        assert command("accept", name, "-c", config_of(other)) == 0
    run(other)
    assert judged(other) == first
    run(site)
    assert judged(site) == first


def test_the_days_before_an_acceptance_holds_keep_their_verdicts(site: Path) -> None:
    run(site)
    kept = [f"{name}_{DAYS[0]}.csv" for name in ("pickups", "missed")]
    before = judged(site)
    assert command("accept", "--all", "--from", DAYS[1], "-c", config_of(site)) == 0
    run(site)
    after = judged(site)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    with Store.open(load_config(Path(config_of(site))).store_url) as store:
        assert store.read_corrections(in_force_on=date.fromisoformat(DAYS[0])).empty
        assert len(store.read_corrections(in_force_on=date.fromisoformat(DAYS[1]))) > 5


def test_corrected_points_are_handed_over_in_the_columns_and_datum_of_the_file(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = site / "routecheck.toml"
    # The same county, its file in BD-09, with a column of its own and Chinese headers.
    table = rows(site / "points.csv")
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["点位编号", "名称", "乡镇", "经度", "纬度", "负责人"])
    for row in table:
        lon, lat = (np.array([float(row[c] or "nan")]) for c in ("lon", "lat"))
        east, north = bd09_from_wgs84(lon, lat)
        place = ["", ""] if np.isnan(east[0]) else [f"{east[0]:.6f}", f"{north[0]:.6f}"]
        writer.writerow([row["point_id"], row["name"], row["township"], *place, "张三"])
    (site / "points.csv").write_bytes(text.getvalue().encode("gb18030"))
    told = config.read_text(encoding="utf-8")
    section = re.search(r"\[points\][^\[]*", told)
    assert section
    new = re.sub(r'datum = "\w+"', 'datum = "bd09"', section[0])
    if "datum" not in new:
        new = new.rstrip() + '\ndatum = "bd09"\n\n'
    config.write_text(told.replace(section[0], new), encoding="utf-8")
    run(site)
    capsys.readouterr()
    assert command("diagnose", "--json", "--export", "-c", str(config)) == 0
    found = {c["point_id"]: c for c in json.loads(capsys.readouterr().out)["corrections"]}
    handed = {r["点位编号"]: r for r in rows(site / "out/corrected_points.csv")}
    assert list(handed) == [row["point_id"] for row in table]
    assert all(r["负责人"] == "张三" for r in handed.values())
    moved = {p for p, r in handed.items() if r["correction"]}
    assert moved == {p for p, c in found.items() if c["state"] != "rejected"}
    shapes = json.loads((site / "out/corrected_points.geojson").read_text(encoding="utf-8"))
    wgs84 = {f["properties"]["point_id"]: f["geometry"] for f in shapes["features"]}
    for point, row in handed.items():
        if point not in moved or row["correction"] == "tolerance":
            assert (row["corrected_lon"], row["corrected_lat"]) == (
                row["经度"].rstrip("0"), row["纬度"].rstrip("0"),
            )  # fmt: skip
            continue
        cure = found[point]
        assert wgs84[point]["coordinates"] == pytest.approx(
            [cure["proposed_lon"], cure["proposed_lat"]], abs=2e-7
        )
        east, north = bd09_from_wgs84(
            np.array([cure["proposed_lon"]]), np.array([cure["proposed_lat"]])
        )
        place = float(row["corrected_lon"]), float(row["corrected_lat"])
        assert place == pytest.approx((east[0], north[0]), abs=2e-7)
        assert row["correction_state"] == "proposed"


def test_a_new_id_for_an_old_place_keeps_history_readable(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(site)
    run(site)
    schedule = site / "schedule.csv"
    due = {row["point_id"] for row in rows(schedule)}
    named = [row for row in rows(site / f"out/alerts_{DAYS[1]}.csv") if row["point_id"] in due]
    known = points_of(site)
    was = next(r for r in named if r["cause"] == "datum" and known[r["point_id"]]["lat"])
    old = was["point_id"]
    assert command("accept", old, "--by", "Li Wei", "-c", config) == 0
    first = (site / f"out/pickups_{DAYS[0]}.csv").read_bytes()
    edit_points(site, {old: {"point_id": "NEW-1"}})
    table = schedule.read_text(encoding="utf-8-sig")
    schedule.write_text(re.sub(rf"(?m)^{old},", "NEW-1,", table), encoding="utf-8")
    capsys.readouterr()
    assert run(site, "--date", DAYS[1]) in (0, 1)
    assert f"{old} is now NEW-1" in capsys.readouterr().err
    # The monitor goes on by the old id: its alert is told as before, of the same pickup.
    [alert] = [
        r for r in rows(site / f"out/alerts_{DAYS[1]}.csv") if r["alert_id"] == was["alert_id"]
    ]
    same = ("point_id", "classification", "cause", "vehicle_id", "arrived_at")
    assert [alert[name] for name in same] == [was[name] for name in same]
    assert "has the id NEW-1" in alert["evidence"]
    pickups = {r["point_id"]: r for r in rows(site / f"out/pickups_{DAYS[1]}.csv")}
    assert old not in pickups
    assert pickups["NEW-1"]["alerted"] == "true"
    # What was decided holds for the new id; the day before stands as it was.
    states = {r["point_id"]: r["state"] for r in rows(site / "out/corrections.csv")}
    assert states["NEW-1"] == "accepted"
    assert old not in states
    command("export", "--date", DAYS[0], "-c", config)
    assert (site / f"out/pickups_{DAYS[0]}.csv").read_bytes() == first
    # Each tells of the other.
    for mine, other, how in ((old, "NEW-1", "renamed_to"), ("NEW-1", old, "renamed_from")):
        capsys.readouterr()
        assert command("history", mine, "--json", "-c", config) == 0
        found = json.loads(capsys.readouterr().out)
        assert [(k["point_id"], k["how"]) for k in found["also"]] == [(other, how)]
        assert [c["decided_by"] for c in found["corrections"] if c["state"] == "accepted"] == [
            "Li Wei"
        ]
        assert command("history", mine, "-c", config) == 0
        assert other in capsys.readouterr().out
    assert command("history", old, "--date", DAYS[0], "-c", config) == 0
    assert "NEW-1" in capsys.readouterr().err
    assert command("history", "no such point", "-c", config) == 3
    capsys.readouterr()
    # A byte that is no text, as a terminal of another encoding sends it.
    assert command("history", "P\udcff1", "-c", config) == 3
    said = capsys.readouterr().err
    assert "P\ufffd1" in said
    assert "damaged" not in said


def test_the_file_wins_over_an_accepted_correction(
    site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(site)
    run(site)
    known = points_of(site)
    mine = next(
        r for r in proposed(site) if r["cause"] == "datum" and float(r["confidence"]) > 0.99
    )
    point = mine["point_id"]
    assert command("accept", point, "-c", config) == 0
    # The office corrects its file, to within a few metres of what was proposed.
    lon, lat = float(mine["proposed_lon"]) + 2e-5, float(mine["proposed_lat"])
    edit_points(site, {point: {"lon": f"{lon:.6f}", "lat": f"{lat:.6f}"}})
    run(site, "--date", DAYS[1])
    states = {r["point_id"]: r["state"] for r in rows(site / "out/corrections.csv")}
    assert point not in states
    told = [r for r in rows(site / f"out/alerts_{DAYS[1]}.csv") if r["point_id"] == point]
    assert all(r["cause"] != "datum" for r in told)
    capsys.readouterr()
    assert command("history", point, "--json", "-c", config) == 0
    found = json.loads(capsys.readouterr().out)
    [ended] = [c for c in found["corrections"] if c["state"] == "accepted"]
    assert (ended["current"], ended["holds_from"], ended["holds_to"]) == (False, DAYS[0], DAYS[0])
    spans = [(r["holds_to"], round(r["lon"], 4)) for r in found["records"]]
    assert spans == [(DAYS[0], round(float(known[point]["lon"]), 4)), (None, round(lon, 4))]


def test_what_is_kept_of_a_day_for_later_days_is_small(site: Path) -> None:
    """Well under a megabyte a county-day; this county is a seventh of one."""
    run(site)
    with Store.open(load_config(Path(config_of(site))).store_url) as store:
        path = store.path
    assert path is not None
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT service_date, SUM(LENGTH(content)) FROM evidence GROUP BY service_date"
        sizes = dict(database.execute(query).fetchall())
    assert list(sizes) == list(DAYS)
    assert all(1_000 < size < 600_000 / 7 for size in sizes.values()), sizes
