"""What is believed of a truck by how near it stood to its other points on that date.

The scenes are those of `judged`: a straight road, points beside it, a truck at 8 m/s.
"""

from __future__ import annotations

import pandas as pd
import pytest

from judged import ALL, a, serve, verdict
from routecheck.verdicts.rounds import Rounds
from scene import DAY, ZONE

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
    rounds.enter(0, "A", span_s[0])  # of three left it is enough
    assert rounds.took_over("A", span_s) == "B"
