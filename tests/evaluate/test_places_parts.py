"""The ledger of places: its tables by hand, terms taken out, and a small site from start to end."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest
from benchmarks import places, places_page, sites
from benchmarks.places_terms import TERMS, EachAlone, taken_out
from pyproj import Geod

from diagnosis.diagnose_scene import County, away
from evaluate.eval_tables import NO_CORRECTIONS, classified, day, judgements, truth
from routecheck.evaluate import compare
from routecheck.simulate import write_site
from site_tools import call

NAN = float("nan")


def found(rows: list[tuple], verdicts: dict[str, list[str]] | None = None) -> places.Found:
    """Rows of fault, recorded_off_m, off_m, judged_off_m, settled, confidence, uncertainty_m."""
    points = pd.DataFrame(
        [(f"P{k}", *row) for k, row in enumerate(rows)],
        columns=["point_id", "fault", "recorded_off_m", "off_m", "judged_off_m", "settled",
                 "confidence", "uncertainty_m"],
    )  # fmt: skip
    said = verdicts or {"P0": ["collected"]}
    pickups = [
        {"point_id": point, "service_date": day(n), "verdict": verdict}
        for point, of_point in said.items()
        for n, verdict in enumerate(of_point, start=1)
    ]
    known = [{**row, "collected": False} for row in pickups]
    return places.Found(
        points,
        compare(judgements(pickups), classified([]), truth(known), NO_CORRECTIONS),
    )


FEW = [
    ("", 2.0, 3.0, 3.0, True, 0.995, 20.0),
    ("", 0.0, 45.0, 45.0, True, 0.995, 40.0),
    ("", 29.9, 45.0, 45.0, False, 0.98, 50.0),
    ("tolerance", 45.0, 45.0, 6.0, True, 0.8, 60.0),
    ("misplaced", 150.0, 29.0, 29.0, True, 0.9, 25.0),
    ("misplaced", 30.0, 30.1, 30.1, True, 0.99, 31.0),
    ("datum", 520.0, 5.0, 5.0, True, 0.995, 20.0),
    ("coordinate_error", NAN, NAN, NAN, False, 0.0, NAN),
]


def test_points_are_counted_by_fault_and_offset() -> None:
    head, *rows = places_page.faults(found(FEW))
    assert head[2:6] == ["points", "right", "wrong", "settled, wrong"]
    assert rows == [
        ["none", "0-30 m", "3", "1", "2", "1", "1"],
        ["`coordinate_error`", "no usable record", "1", "0", "1", "0", "0"],
        ["`datum`", "over 400 m", "1", "1", "0", "0", "0"],
        ["`misplaced`", "30-60 m", "1", "0", "1", "1", "1"],
        ["`misplaced`", "60-200 m", "1", "1", "0", "0", "0"],
        ["`tolerance`", "30-60 m", "1", "0", "1", "0", "0"],
        ["all, batches apart", "0-30 m", "3", "1", "2", "1", "1"],
        ["all, batches apart", "30-60 m", "2", "0", "2", "1", "1"],
        ["all, batches apart", "60-200 m", "1", "1", "0", "0", "0"],
        ["all, batches apart", "no usable record", "1", "0", "1", "0", "0"],
    ]


def test_confidence_is_held_against_what_is_right_and_what_lies_within() -> None:
    head, row, total = places_page.reliability({"a": ("own", found(FEW))})
    assert head[1:] == ["under 0.5", "0.5-0.7", "0.7-0.9", "0.9-0.97", "0.97-0.99", "0.99-1"]
    assert row[1:] == [
        "0 of 1: 0.0% (0.0%)", "-", "0 of 1: 0.0% (100.0%)", "1 of 1: 100.0% (0.0%)",
        "0 of 1: 0.0% (100.0%)", "2 of 4: 50.0% (75.0%)",
    ]  # fmt: skip
    assert total[1:] == row[1:]


def test_points_missed_every_day_by_what_most_of_their_pickups_were_called() -> None:
    verdicts = {
        "P0": ["missed", "missed", "unverifiable"],
        "P1": ["unverifiable", "unverifiable", "collected"],
        "P2": ["collected", "missed", "unverifiable"],
        "P3": ["collected"] * 4,
        "P4": ["missed", "missed"],  # on two dates
    }
    assert places_page.missed_always(found(FEW, verdicts)) == "1 / 1 / 1 / 1"


def test_what_changes_without_a_term() -> None:
    whole, less = found(FEW), found([*FEW[:4], *FEW[5:]], {"P0": ["missed"]})
    ledger = places.Ledger(
        found={("own", "a"): whole},
        without={places.WHOLE: {"own": whole}, TERMS[0].name: {"own": less}},
    )
    _, first, second = places_page.terms(ledger)
    assert first == ["nothing", "", "3", "2", "2", "0", "0"]
    assert second == [TERMS[0].name, TERMS[0].without, "-1", "·", "·", "·", "+1"]
    page = places_page.document(
        places.Ledger(found={(places.OWN, "a"): whole}, without={}), (1, 2), 5
    )
    assert "seeds 1 to 2" in page
    assert places.OTHER not in page


def test_the_nearest_of_several_places_counts() -> None:
    import shapely

    two = shapely.MultiPoint([(108.0, 29.0), (108.001, 29.0)])
    assert places.nearest_m(two, 108.001, 29.0) == pytest.approx(0.0, abs=1e-6)
    _, _, between = Geod(ellps="WGS84").inv(108.0, 29.0, 108.001, 29.0)
    assert places.nearest_m(two.geoms[0], 108.001, 29.0) == pytest.approx(between)
    assert np.isnan(places.nearest_m(None, 108.0, 29.0))


def test_alone_every_point_takes_what_it_likes_best() -> None:
    point, stand = np.array([4, 4, 7]), np.array([0, 1, 1])
    alone = EachAlone(point, stand, np.array([1.0, 5.0, 2.0]))
    assert alone.solution == {4: 1, 7: 2}
    assert alone.changes(4, stand[:2], np.array([1.0, 5.0]), 0.0, 5.0).tolist() == [-4.0, 0.0]


def spoilt_county() -> County:
    """Wrong in every way that the terms are about."""
    county = County(townships=2, size=45, days=6, never_served={"T0-20"}, silent={"T0-25"})
    county.recorded["T0-03"] = away(county.true["T0-03"], 0.0, -55.0)
    county.recorded["T0-08"] = away(county.true["T0-08"], 200.0, 160.0)
    county.recorded["T0-09"] = away(county.true["T0-09"], -150.0, 160.0)
    county.recorded["T0-12"] = away(county.true["T0-13"], 0.0, 0.0)
    county.recorded["T0-30"] = None
    lon, lat = county.points().set_index("point_id").loc["T0-36", ["recorded_lon", "recorded_lat"]]
    county.recorded["T0-36"] = (lat, lon)
    county.halts["T0-20"] = (0.0, 45.0)
    return county


UNTOLD = {
    "other days", "visits a day", "other vehicles", "stops that no fix shows", "substitutes",
    "batches", "the stand beyond the tolerance", "one of several places",
}  # fmt: skip
"""What that county has nothing of."""


@pytest.fixture(scope="module")
def spoilt() -> County:
    """That county, its tables made once."""
    county = spoilt_county()
    for name in ("history", "pickups", "points"):
        setattr(county, name, Mock(return_value=getattr(county, name)()))
    return county


@pytest.fixture(scope="module")
def whole(spoilt) -> pd.DataFrame:
    return spoilt.diagnose().candidates


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_without_a_term_places_are_others(term, spoilt, whole) -> None:
    with taken_out(term):
        less = spoilt.diagnose().candidates
    assert less.equals(whole) == (term.name in UNTOLD)


def test_what_was_taken_out_is_put_back(spoilt, whole) -> None:
    for term in TERMS:
        with taken_out(term):
            pass
    pd.testing.assert_frame_equal(spoilt.diagnose().candidates, whole)


def test_terms_are_taken_out_of_one_site_of_a_kind(tmp_path) -> None:
    for name in ("b-2", "b-1", "flat", "c-1"):
        (tmp_path / name / "site").mkdir(parents=True)
        (tmp_path / name / "site" / "routecheck.toml").touch()
    (tmp_path / "notes").mkdir()
    (tmp_path / "README.md").touch()
    worlds = places.others_in(tmp_path, ("dwell",))
    assert [(world.name, world.terms) for world in worlds] == [
        ("b-1", ("dwell",)), ("b-2", ()), ("c-1", ("dwell",)), ("flat", ("dwell",)),
    ]  # fmt: skip
    assert worlds[0].truth == tmp_path / "b-1" / "truth" / "truth.csv"


def test_the_ledger_of_a_small_site_reads_what_places_csv_says(tmp_path) -> None:
    site = tmp_path / "village"
    write_site(site, seed=3, days=4, start=sites.FIRST, points=60, trucks=5)
    sites.leave_out_reports(site)
    world = places.World(places.OTHER, "village", site, site / "truth.csv")
    before = sorted(path.name for path in site.iterdir())
    one = places.judged_world(world)[places.WHOLE]
    assert sorted(path.name for path in site.iterdir()) == before, "nothing is written"
    last = (sites.FIRST + pd.Timedelta(days=3)).isoformat()
    call("run", "--config", str(site / "routecheck.toml"), "--from", "2026-03-02", "--to", last)
    said = pd.read_csv(site / "out" / "places.csv", encoding="utf-8-sig", dtype={"point_id": str})
    true = pd.read_csv(site / "truth_points.csv", dtype={"point_id": str})
    both = one.points.merge(said, on="point_id", suffixes=("", "_said")).merge(
        true, on="point_id", suffixes=("", "_true")
    )
    assert len(both) == len(one.points) > 30
    _, _, off_m = Geod(ellps="WGS84").inv(
        *(both[c].to_numpy() for c in ("lon", "lat", "lon_true", "lat_true"))
    )
    np.testing.assert_allclose(both["off_m"], off_m, atol=0.05)
    np.testing.assert_allclose(both["confidence"], both["confidence_said"], atol=1e-3)
    np.testing.assert_allclose(both["uncertainty_m"], both["uncertainty_m_said"], atol=0.1)
    assert (both["fault"] == both["record_fault"].fillna("")).all()
