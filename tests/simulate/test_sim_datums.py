"""Ten places on which independent implementations agree to better than 1e-7 degrees."""

from __future__ import annotations

import numpy as np
import pytest

from routecheck.simulate.datums import bd09_from_wgs84, gcj02_from_wgs84

# wgs_lon, wgs_lat, gcj_lon, gcj_lat, bd_lon, bd_lat
VECTORS = np.array(
    [
        [108.7672, 28.8411, 108.7715273, 28.8379284, 108.7781231, 28.8436383],
        [108.1656, 29.2938, 108.1700303, 29.2910788, 108.1766171, 29.2968004],
        [108.9363, 30.2913, 108.9406435, 30.2885303, 108.9471063, 30.2947062],
        [109.4436, 29.4578, 109.4485215, 29.4552313, 109.4549465, 29.4615288],
    ]
)
COARSE = np.array(
    [
        [108.5036, 28.5639, 108.507821, 28.560552, 108.514311, 28.566589],
        [104.9263, 33.3922, 104.929192, 33.390246, 104.935796, 33.395986],
        [102.2645, 27.8945, 102.265993, 27.891064, 102.272485, 27.897130],
        [94.6618, 40.1421, 94.662844, 40.142727, 94.669266, 40.148902],
    ]
)


@pytest.mark.parametrize(("table", "within"), [(VECTORS, 1e-7), (COARSE, 6e-7)])
def test_agrees_with_independent_implementations(table: np.ndarray, within: float) -> None:
    lon, lat = table[:, 0], table[:, 1]
    gcj, bd = gcj02_from_wgs84(lon, lat), bd09_from_wgs84(lon, lat)
    np.testing.assert_allclose(np.column_stack(gcj), table[:, 2:4], 0, within)
    np.testing.assert_allclose(np.column_stack(bd), table[:, 4:6], 0, within)


def test_is_far_from_the_identity() -> None:
    lon, lat = gcj02_from_wgs84(np.array([108.77]), np.array([28.84]))
    east, north = (lon[0] - 108.77) * 97_400, (lat[0] - 28.84) * 110_800
    assert 500 < np.hypot(east, north) < 600
