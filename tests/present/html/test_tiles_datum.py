"""Maps over tiles in GCJ-02: everything that is drawn lies where the tiles have it."""

import json
import re
import shutil
from pathlib import Path

import pytest

from routecheck.simulate.datums import gcj02_from_wgs84
from site_tools import DAYS, call, rows, run

DAY = DAYS[1]
TILES = "https://tiles.example/{z}/{x}/{y}.png"


@pytest.fixture(scope="module")
def pages(county, tmp_path_factory) -> dict[str, dict]:
    """What the maps of the date and of a point draw, by datum of the tiles."""
    folder = tmp_path_factory.mktemp("tiles") / "site"
    shutil.copytree(county, folder)
    assert run(folder) == 0
    config = folder / "routecheck.toml"
    plain = config.read_text(encoding="utf-8")
    point = next(r for r in rows(folder / "out" / f"pickups_{DAY}.csv") if r["cause"] == "datum")
    found = {}
    for datum in ("wgs84", "gcj02"):
        keys = f'[export]\ntiles = "{TILES}"\ntiles_datum = "{datum}"\n'
        config.write_text(plain.replace("[export]\n", keys), encoding="utf-8")
        named = ("--date", DAY, "--config", str(config))
        assert call("report", *named) == 0
        page = folder / f"{datum}.html"
        assert call("recheck", point["point_id"], *named, "--map", str(page)) == 0
        found[datum] = {
            "date": data(folder / "out" / f"report_{DAY}.html"),
            "point": data(page),
        }
    return found


def data(path: Path) -> dict:
    text = path.read_text(encoding="utf-8")
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', text)[1]
    )


def shifted(lat: float, lon: float) -> tuple[float, float]:
    """By the simulator's own formula, which shares nothing with the one that is tested."""
    x, y = gcj02_from_wgs84(lon, lat)
    return pytest.approx(float(y), abs=2e-6), pytest.approx(float(x), abs=2e-6)


def test_points_and_the_depot_of_a_date_lie_in_the_datum_of_the_tiles(pages):
    plain, moved = (pages[datum]["date"] for datum in ("wgs84", "gcj02"))
    assert [p["i"] for p in plain["points"]] == [p["i"] for p in moved["points"]]
    for before, after in zip(plain["points"], moved["points"], strict=True):
        assert (after["y"], after["x"]) == shifted(before["y"], before["x"])
        assert ("q" in before) == ("q" in after)
        if "q" in before:
            assert (after["q"][1], after["q"][0]) == shifted(before["q"][1], before["q"][0])
    lat, lon = shifted(*plain["depot"][::-1])
    assert moved["depot"] == pytest.approx([lon.expected, lat.expected], abs=1.2e-5)


def test_tracks_of_a_date_lie_in_the_datum_of_the_tiles(pages):
    plain, moved = (pages[datum]["date"]["tracks"] for datum in ("wgs84", "gcj02"))
    assert sum(len(line[1]) for line in plain) == pytest.approx(
        sum(len(line[1]) for line in moved), rel=0.05
    )
    starts = {(line[0], line[1][2]): line[1][:2] for line in plain}
    compared = 0
    for vehicle, (lon, lat, second, *_) in moved:
        if (vehicle, second) in starts:
            was_lon, was_lat = starts[vehicle, second]
            y, x = shifted(was_lat / 1e5, was_lon / 1e5)
            assert (lat, lon) == (
                pytest.approx(y.expected * 1e5, abs=1.2),
                pytest.approx(x.expected * 1e5, abs=1.2),
            )
            compared += 1
    assert compared > 5


def test_all_that_the_map_of_a_point_draws_lies_in_the_datum_of_the_tiles(pages):
    plain, moved = (pages[datum]["point"] for datum in ("wgs84", "gcj02"))

    def places(found: dict) -> list[list[float]]:
        spots = [found["point"], found["place"]["at"], found["recorded"]["at"], *found["fit"]]
        spots += [one["at"] for one in (*found["stands"], *found["rivals"])]
        for track in found["tracks"]:
            spots += [spot for line in track["lines"] for spot in line]
            spots += [dot[:2] for dot in track["dots"]]
        return spots + [spot for gap in found["silences"] for spot in gap["outline"]]

    before, after = places(plain), places(moved)
    assert len(before) == len(after) > 50
    for old, new in zip(before, after, strict=True):
        assert tuple(new) == shifted(*old)
    assert [dot[2:] for t in plain["tracks"] for dot in t["dots"]] == [
        dot[2:] for t in moved["tracks"] for dot in t["dots"]
    ]
