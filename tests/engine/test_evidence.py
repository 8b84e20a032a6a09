"""What a run stores of a date beside its verdicts."""

import numpy as np
import pandas as pd
import pytest
import shapely

from routecheck.engine.evidence import routes_and_places


def test_each_pickup_has_its_route_and_the_place_it_was_judged_at():
    pickups = pd.DataFrame(
        {
            "point_id": ["P1", "P2", "P1"],
            "window_start": pd.to_datetime(["2026-03-02T00:00Z"] * 2 + ["2026-03-02T09:00Z"]),
            "route_id": ["R1", "", "R2"],
        }
    )
    places = pd.DataFrame(
        {
            "point_id": ["P1", "P2"],
            "geometry": [shapely.box(108, 28, 109, 29), None],
            "tolerance_m": [30.0, 45.0],
        }
    )
    found = routes_and_places(pickups, places)
    assert found["route_id"].tolist() == ["R1", "", "R2"]
    assert found["lon"].tolist()[0] == pytest.approx(108.5)
    assert np.isnan(found["lat"][1])
    assert found["tolerance_m"].tolist() == [30.0, 45.0, 30.0]
