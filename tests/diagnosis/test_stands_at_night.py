"""A stop after midnight is of two dates where windows run past it; it was stood once."""

import numpy as np
import pytest

from routecheck.diagnosis.stands import Stops, find_stands

MIDNIGHT_S = 86_400.0


def stops(start_s: list[float], day: list[int], stood_s: float) -> Stops:
    n = len(start_s)
    return Stops(
        x=np.zeros(n),
        y=np.zeros(n),
        sigma_m=np.full(n, 4.0),
        vehicle=np.zeros(n, dtype=np.int64),
        day=np.array(day, dtype=np.int64),
        start_s=np.array(start_s),
        stood_s=np.full(n, stood_s),
        hidden=np.zeros(n, dtype=bool),
    )


def test_a_stop_of_two_dates_is_stood_once():
    # One stop an hour after midnight, of the date before and of its own; and one by day.
    night, noon = MIDNIGHT_S + 3_600.0, 2 * MIDNIGHT_S + 43_200.0
    stands = find_stands(stops([night, night, noon], [0, 1, 2], 60.0), days=3)
    assert np.exp(stands.log_stood).tolist() == [pytest.approx(60.0)]


def test_two_stops_of_one_visit_are_stood_together():
    noon = 43_200.0
    stands = find_stands(stops([noon, noon + 90.0], [0, 0], 60.0), days=1)
    assert np.exp(stands.log_stood).tolist() == [pytest.approx(120.0)]
