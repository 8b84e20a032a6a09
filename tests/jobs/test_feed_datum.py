"""A datum that is declared wrongly for all fixes: nothing is proposed for points that are right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from routecheck.simulate.datums import bd09_from_wgs84 as bd09
from routecheck.simulate.datums import gcj02_from_wgs84 as gcj02
from site_tools import call, rows

DATES = ("2026-03-02", "2026-03-03", "2026-03-04")
POINTS, TRUCKS = 36, 3
PER_TRUCK = POINTS // TRUCKS


def as_is(lon: float, lat: float) -> tuple[float, float]:
    return lon, lat


def built(folder: Path, *, fixes_in, fixes_datum: str, points_in=lambda _k: as_is) -> Path:
    """A site whose trucks stand at every point on three days; where, no one doubts.

    Args:
        folder: where to.
        fixes_in: the datum that positions of fixes are written in.
        fixes_datum: what the configuration declares of them.
        points_in: by the number of a point, the datum that its record is written in.
    """
    rng = np.random.default_rng(7)
    true = np.column_stack(
        [108.77 + rng.uniform(-0.05, 0.05, POINTS), 28.84 + rng.uniform(-0.05, 0.05, POINTS)]
    )
    points = ["point_id,name,township,lon,lat"]
    schedule = ["point_id,vehicle_id,weekdays,window_start,window_end"]
    for k, place in enumerate(true):
        lon, lat = points_in(k)(*place)
        points.append(f"P{k:02},Gate {k},T{k % 4},{float(lon):.6f},{float(lat):.6f}")
        schedule.append(f"P{k:02},V{k // PER_TRUCK},1234567,05:00,12:00")
    fixes = ["vehicle_id,time,lon,lat,speed_kmh"]
    for day in DATES:
        for truck in range(TRUCKS):
            at_s = 6 * 3600
            for k in range(truck * PER_TRUCK, (truck + 1) * PER_TRUCK):
                for step in range(8):
                    spot = true[k] + rng.normal(0, 1.5e-5, 2)
                    lon, lat = fixes_in(*spot)
                    clock = f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"
                    fixes.append(
                        f"V{truck},{day}T{clock}+08:00,{float(lon):.6f},{float(lat):.6f},0"
                    )
                    at_s += 10 if step < 7 else 0
                # On to the next one, a fix every half minute.
                following = true[min(k + 1, POINTS - 1)]
                for step in range(1, 10):
                    lon, lat = fixes_in(*(true[k] + (following - true[k]) * step / 10))
                    at_s += 30
                    clock = f"{at_s // 3600:02}:{at_s // 60 % 60:02}:{at_s % 60:02}"
                    fixes.append(
                        f"V{truck},{day}T{clock}+08:00,{float(lon):.6f},{float(lat):.6f},30"
                    )
                at_s += 30
    for name, lines in (("points", points), ("schedule", schedule), ("fixes", fixes)):
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "routecheck.toml").write_text(
        '[points]\npath = "points.csv"\n[schedule]\npath = "schedule.csv"\n'
        f'[fixes]\npath = "fixes.csv"\ndatum = "{fixes_datum}"\n',
        "utf-8",
    )
    return folder / "routecheck.toml"


@pytest.mark.parametrize(
    ("fixes_in", "declared", "right"),
    [
        (as_is, "gcj02", "wgs84"),
        (as_is, "bd09", "wgs84"),
        (gcj02, "wgs84", "gcj02"),
        (bd09, "wgs84", "bd09"),
        (bd09, "gcj02", "bd09"),
    ],
)
def test_a_wrong_datum_of_the_feed_is_named_and_no_point_is_corrected(
    tmp_path, capsys, fixes_in, declared, right
):
    config = built(tmp_path, fixes_in=fixes_in, fixes_datum=declared)
    assert call("run", "--from", DATES[0], "--to", DATES[-1], "--config", str(config)) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert f'(fixes.datum = "{declared}")' in first
    assert f'Set fixes.datum = "{right}"' in first
    assert rows(tmp_path / "out" / "corrections.csv") == []
    # Nobody is accused for it, no record is blamed, and of no place anything is sure.
    placed = rows(tmp_path / "out" / "places.csv")
    assert len(placed) == POINTS
    assert max(float(row["confidence"]) for row in placed) <= 0.5
    assert "proposed" not in {row["basis"] for row in placed}
    found = [row for day in DATES for row in rows(tmp_path / "out" / f"pickups_{day}.csv")]
    assert {row["verdict"] for row in found} == {"collected"}
    assert not {row["cause"] for row in found} & {"datum", "misplaced", "coordinate_error"}


@pytest.mark.parametrize(
    ("fixes_in", "declared", "points_in"),
    [
        # All right.
        (as_is, "wgs84", lambda _k: as_is),
        (gcj02, "gcj02", lambda _k: as_is),
        # Half of the townships, or all of them, are recorded in GCJ-02: that is in the records.
        (as_is, "wgs84", lambda k: gcj02 if k % 4 < 2 else as_is),
        (gcj02, "gcj02", lambda k: gcj02 if k % 4 < 2 else as_is),
        (as_is, "wgs84", lambda _k: gcj02),
    ],
)
def test_records_in_another_datum_are_not_blamed_on_the_feed(
    tmp_path, capsys, fixes_in, declared, points_in
):
    config = built(tmp_path, fixes_in=fixes_in, fixes_datum=declared, points_in=points_in)
    assert call("run", "--from", DATES[0], "--to", DATES[-1], "--config", str(config)) == 0
    assert "fixes.datum" not in capsys.readouterr().out
    wrong = sum(points_in(k) is not as_is for k in range(POINTS))
    proposed = rows(tmp_path / "out" / "corrections.csv")
    assert [row["cause"] for row in proposed] == ["datum"] * wrong
