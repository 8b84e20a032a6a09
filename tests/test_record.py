"""The record of the points from outside: the points file changes, corrections are accepted."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from site_tools import DAYS, call, rows, run

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


def test_what_the_points_file_changed_is_told_once(
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
    assert f"gone from the file: 1 ({gone})" in told
    assert "new: 1 (FRESH)" in told
    assert "townships redrawn: 1 points" in told
    listed = {(r["kind"], r["point_id"]) for r in rows(site / "out/points_changed.csv")}
    assert listed == {
        ("moved", moved), ("renamed", "RENAMED"), ("retired", gone), ("added", "FRESH"),
        ("changed", town),
    }  # fmt: skip
    run(site, "--date", DAYS[1])
    assert "changed the registry" not in capsys.readouterr().err
    call("status", "--json", "-c", str(site / "routecheck.toml"))
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
    assert "gone from the file: 10" in capsys.readouterr().err
