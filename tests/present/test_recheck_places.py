"""What `recheck` shows of a point that may be at several places."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from routecheck.present.maps.point_page import _rivals
from routecheck.present.recheck_text import _rival_lines
from routecheck.queries.point_scene import PointScene
from scene import ZONE, degrees
from site_tools import call
from village import AT_M, Village, day


def place(lat: float, probability: float, apart_m: int, basis: str = "learnt") -> dict:
    return {
        "lon": 108.5, "lat": lat, "probability": probability, "basis": basis, "apart_m": apart_m,
        "days_seen": 11, "days_due": 12,
    }  # fmt: skip


def test_two_places_are_named_with_how_far_apart_and_how_probable() -> None:
    lines = _rival_lines([place(28.1, 0.62, 0), place(28.2, 0.36, 122, "recorded")], "en")
    assert lines == [
        "two places come into question, 122 m apart:",
        "  28.1, 108.5 (learnt): 62%, a vehicle of it stood there on 11 of 12 due days",
        "  28.2, 108.5 (recorded): 36%, a vehicle of it stood there on 11 of 12 due days",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_place_needs_no_words(language) -> None:
    assert _rival_lines([], language) == []
    assert _rival_lines([place(28.1, 0.99, 0)], language) == []
    three = [place(28.1, 0.4, 0), place(28.2, 0.3, 90), place(28.3, 0.3, 1500)]
    assert len(_rival_lines(three, language)) == 4
    assert "3" in _rival_lines(three, language)[0]


def test_no_place_is_drawn_twice_within_what_a_stand_is_known_to() -> None:
    """Judged where an operator accepted it, ten metres from where the vehicle stands now."""
    nobody = pd.DataFrame()
    candidates = [place(28.1 + 9e-5, 0.7, 0), place(28.1 + 18e-5, 0.2, 10)]
    scene = PointScene(
        found={"candidates": candidates}, name="", township="", language="en", zone=ZONE,
        recorded=None, place=shapely.Point(108.5, 28.1), tolerance_m=30.0, tracks=nobody,
        gap=np.zeros(0, dtype=bool), stops=nobody, speeds_ms={}, min_dwell_s=10.0,
    )  # fmt: skip
    assert [rival["at"] for rival in _rivals(scene)] == [[28.1 + 18e-5, 108.5]]


def test_the_map_shows_the_place_that_was_judged_and_apart_from_it_the_other(
    tmp_path: Path,
) -> None:
    """P5 is in the files no more, and P6 is recorded between the stands of both."""
    village = Village(tmp_path / "village")
    for n in range(3):
        village.deliver(day(n))
    lon, lat = degrees((AT_M["P5"] + AT_M["P6"]) / 2, 0.0)
    for name in ("points", "schedule"):
        path = village.folder / f"{name}.csv"
        lines = [line for line in path.read_text("utf-8").splitlines() if line[:2] != "P5"]
        if name == "points":
            lines = [line for line in lines if line[:2] != "P6"]
            lines.append(f"P6,Gate P6,North,{lon:.7f},{lat:.7f}")
        path.write_text("\n".join(lines) + "\n", "utf-8")
    page, config = tmp_path / "map.html", str(village.config)
    assert call("run", "--from", str(day(0)), "--to", str(day(2)), "-c", config) == 0
    assert call("recheck", "P6", "--date", str(day(2)), "--map", str(page), "-c", config) == 0
    found = re.search(r'<script[^>]*id="data">(.*?)</script>', page.read_text("utf-8"), re.S)
    assert found is not None
    data = json.loads(html.unescape(found[1]))
    shown = [data["place"]["at"], *(rival["at"] for rival in data["rivals"])]
    bins = [degrees(AT_M[name], 8.0)[::-1] for name in ("P5", "P6")]
    # A ten-thousandth of a degree is some ten metres.
    assert sorted(shown) == [pytest.approx(place, abs=1e-4) for place in sorted(bins)]
