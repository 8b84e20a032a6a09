"""What is believed of a truck by how near it stood to its other points on that date.

The scenes are those of `judged`: a straight road, points beside it, a truck at 8 m/s.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from judged import ALL, a, of_p, serve, verdict
from routecheck.verdicts.rounds import Rounds
from scene import DAY, ZONE, degrees

OTHERS = ALL[1:]


def beside_others(off_m: float) -> list[tuple]:
    """Stands on the way to Q, R and S, so far before each."""
    return serve(*[x - off_m for x in OTHERS])[1:]


@pytest.mark.parametrize(
    ("others_off_m", "expected"),
    [
        (0.0, ("unverifiable", "poor_fixes")),  # it drove past P, and stood 40 m beyond
        (24.0, ("collected", "")),  # its other stands are as far off: so is this one
    ],
)
def test_a_stand_beyond_the_point_is_weighed_by_the_other_stands_of_the_date(
    others_off_m, expected
):
    legs = [("stand", 60), ("to", 3040.0, 0.0, 8.0), ("stand", 60), *beside_others(others_off_m)]
    assert verdict(a(legs, every_s=3.0)) == expected


def test_who_stopped_in_time_may_have_stood_for_the_point():
    # It stands 40 m before P and is gone past it, and stood there too: P was within reach.
    legs = [("stand", 60), ("to", 2960.0, 0.0, 8.0), ("stand", 60)]
    stood = [*legs, ("to", 3000.0, 0.0, 8.0), ("stand", 6), *beside_others(0.0)]
    assert verdict(a(stood, every_s=3.0))[0] == "collected"


def drifting_in_its_yard(legs, scatter_m: float = 30.0) -> pd.DataFrame:
    """A receiver whose positions scatter in the yard, where houses stand about it."""
    table = a([("stand", 3600), *legs[1:]], begins="05:10")
    chance = np.random.default_rng(3)
    lon, lat = degrees(0.0, 0.0)
    yard = (np.hypot(table["lon"] - lon, table["lat"] - lat) < 1e-5).to_numpy()
    east, north = degrees(*(scatter_m * chance.standard_normal((2, int(yard.sum())))))
    columns = {name: table[name].to_numpy(copy=True) for name in ("lon", "lat")}
    columns["lon"][yard], columns["lat"][yard] = east, north
    return table.assign(**columns)


@pytest.mark.parametrize(
    ("others_off_m", "expected"),
    [(0.0, ("missed", "passed_by")), (24.0, ("unverifiable", "poor_fixes"))],
)
def test_scatter_in_the_yard_is_no_doubt_where_the_stands_of_the_round_lie_well(
    others_off_m, expected
):
    table = drifting_in_its_yard([("stand", 60), *beside_others(others_off_m)])
    assert verdict(table) == expected


@pytest.mark.parametrize(
    ("place", "every_s", "expected"),
    [
        # Right over the likeliest place, seen by a dozen fixes, and no stand about it.
        (0.6, 2.0, ("missed", "passed_by")),
        (0.45, 2.0, ("unverifiable", "unknown_point")),  # as likely it is elsewhere
        (0.6, 10.0, ("unverifiable", "unknown_point")),  # two fixes have not seen it all
    ],
)
def test_at_a_place_not_settled_only_a_pass_right_over_it_shows_a_miss(place, every_s, expected):
    places = of_p(settled=False, confidence=place)
    legs = [("stand", 60), *beside_others(0.0)]
    assert verdict(a(legs, every_s=every_s), places=places) == expected


def test_a_stand_beside_a_place_not_settled_leaves_it_open():
    legs = [("stand", 60), ("to", 3045.0, 0.0, 8.0), ("stand", 60), *beside_others(0.0)]
    places = of_p(settled=False, confidence=0.6)
    assert verdict(a(legs, every_s=2.0), places=places) == ("unverifiable", "unknown_point")


def test_a_pickup_in_doubt_was_not_left_to_a_colleague():
    window = [pd.Timestamp(f"{DAY} {hour}:00", tz=ZONE).tz_convert("UTC") for hour in ("06", "10")]
    pickups = pd.DataFrame(
        {
            "point_id": list("PQRS"),
            "vehicle_id": ["A"] * 4,
            "window_start": pd.Series([window[0]] * 4).dt.as_unit("us"),
            "window_end": pd.Series([window[1]] * 4).dt.as_unit("us"),
        }
    )
    span_s = window[0].timestamp(), window[1].timestamp()
    rounds = Rounds(pickups)
    rounds.served_by[3] = "B"  # one of four left: fewer than three in ten
    assert rounds.took_over("A", span_s) == ""
    rounds.enter_doubt(0)  # of three left it is enough
    assert rounds.took_over("A", span_s) == "B"
