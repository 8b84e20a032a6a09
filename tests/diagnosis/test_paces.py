"""How fast vehicles drive where, and what that says of the time between two fixes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from judged import NOW, a, verdict
from routecheck.diagnosis.paces import learn_paces
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CALENDAR, HISTORY, PACES
from routecheck.engine import observing
from scene import DAY, ZONE, degrees, drive, fixes, local, points, schedule

LANE = points(P=(3000.0, 800.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
ROUTE = schedule(*[(p, "A", "06:00", "10:00") for p in "PQRS"])


def history_of(legs: list[tuple], every_s: float = 10.0) -> pd.DataFrame:
    """HISTORY of one truck on one day."""
    settings = Settings(time_zone=ZONE)
    table = fixes("A", local("06:10"), drive((0.0, 0.0), legs, every_s=every_s))
    site = observing.Site(LANE, ROUTE, CALENDAR.empty())
    seen = observing.observe(table, DAY, settings, NOW)
    return seen.history(site.pickups(DAY, settings), settings)


def about(x: float, y: float, usual_ms: float, fastest_ms: float) -> pd.DataFrame:
    """PACES all about a place."""
    step = np.arange(-275.0, 300.0, 50.0)
    east, north = (v.ravel() for v in np.meshgrid(x + step, y + step))
    lon, lat = degrees(east, north)
    table = pd.DataFrame({"lon": lon, "lat": lat})
    return PACES.check(table.assign(usual_ms=usual_ms, fastest_ms=fastest_ms))


def test_a_drive_at_one_speed_has_that_pace_wherever_it_led() -> None:
    legs = [("stand", 300), ("to", 4000.0, 0.0, 7.0), ("stand", 300)]
    table = learn_paces(history_of(legs))
    assert len(table) > 30
    assert table["usual_ms"].to_numpy() == pytest.approx(7.0, abs=0.25)
    assert table["fastest_ms"].to_numpy() == pytest.approx(7.0, abs=0.25)


def test_standing_and_long_segments_give_no_pace() -> None:
    legs = [("stand", 300), ("to", 4000.0, 0.0, 7.0), ("stand", 300)]
    assert learn_paces(history_of(legs, every_s=60.0)).empty
    assert learn_paces(history_of([("stand", 3600)])).empty
    assert learn_paces(HISTORY.empty()).empty


def test_segments_that_were_mostly_stood_give_no_pace() -> None:
    # 97 s for each 500 m and its stand: every stand begins and ends at another part of a segment.
    legs = [leg for n in range(1, 13) for leg in (("to", 500.0 * n, 0.0, 10.0), ("stand", 47))]
    for every_s in (10.0, 20.0, 30.0):
        table = learn_paces(history_of([("stand", 300), *legs], every_s))
        # Where it stood for less than half of a segment, it may as well have crawled.
        assert table["usual_ms"].median() == pytest.approx(10.0, abs=0.3)
        assert table["usual_ms"].min() >= 4.5


def test_of_several_dates_the_middle_one_is_usual() -> None:
    table = history_of([("stand", 300), ("to", 4000.0, 0.0, 7.0), ("stand", 300)])
    told = table["pace_ms"].notna()
    days = [table.assign(pace_ms=table["pace_ms"].where(~told, pace)) for pace in (5.0, 6.0, 11.0)]
    paces = learn_paces(pd.concat(days, ignore_index=True))
    assert set(paces["usual_ms"]) == {6.0}
    assert set(paces["fastest_ms"]) == {11.0}
    assert len(paces) == told.sum()


def test_a_lane_on_which_no_truck_drives_fast_cannot_have_been_gone_in_a_short_silence() -> None:
    # Silent for 200 s at 943 m from P on either side: at 10 m/s there and back are 183 s.
    legs = [
        ("stand", 60), ("to", 2500.0, 0.0, 8.0), ("hide", 3500.0, 0.0, 5.0),
        ("to", 4200.0, 0.0, 8.0), ("stand", 60), ("to", 0.0, 0.0, 10.0), ("stand", 16000),
    ]  # fmt: skip
    day = a(legs)
    scene = {"pts": LANE, "route": ROUTE}
    assert verdict(day, **scene) == ("unverifiable", "gap")
    fast, slow = about(3000.0, 800.0, 10.0, 10.0), about(3000.0, 800.0, 3.0, 4.0)
    assert verdict(day, paces=fast, **scene) == ("unverifiable", "gap")
    assert verdict(day, paces=slow, **scene) == ("missed", "not_approached")
    # Of a lane that nobody was ever seen on nothing is known.
    assert verdict(day, paces=slow.iloc[:5].reset_index(drop=True), **scene)[0] == "unverifiable"


def test_a_slow_lane_is_out_of_reach_of_a_gap_too() -> None:
    # Silent for 400 s, P 1,770 m away on either side: at 12 m/s there and back are 290 s.
    far = points(P=(3000.0, 1700.0), Q=(3400.0, 5.0), R=(3800.0, 5.0), S=(4200.0, 5.0))
    legs = [
        ("stand", 60), ("to", 2500.0, 0.0, 8.0), ("hide", 3500.0, 0.0, 2.5),
        ("to", 4200.0, 0.0, 8.0), ("stand", 60), ("to", 0.0, 0.0, 10.0), ("stand", 16000),
    ]  # fmt: skip
    day = a(legs)
    scene = {"pts": far, "route": ROUTE}
    assert verdict(day, paces=about(3000.0, 1700.0, 10.0, 10.0), **scene)[0] == "unverifiable"
    slow = about(3000.0, 1700.0, 2.0, 2.5)
    assert verdict(day, paces=slow, **scene)[0] == "missed"


def test_what_a_slow_stretch_usually_takes_is_no_stand() -> None:
    # A fix a minute; past P and 150 m to both sides at 3 m/s, as everybody, else at 10 m/s.
    legs = [
        ("stand", 60), ("to", 2850.0, 0.0, 10.0), ("to", 3150.0, 0.0, 3.0),
        ("to", 8000.0, 0.0, 10.0), ("to", 0.0, 0.0, 10.0), ("stand", 16000),
    ]  # fmt: skip
    day = a(legs, every_s=60.0, speed=False)
    assert verdict(day)[0] == "collected"
    assert verdict(day, paces=about(3000.0, 0.0, 3.0, 5.0))[0] != "collected"
