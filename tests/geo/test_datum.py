"""The datum shifts against published vectors and against themselves."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.geo import datum

with (Path(__file__).parent / "gcj_vectors.csv").open(encoding="utf-8") as file:
    VECTORS = {
        key: np.array([float(row[key]) for row in rows])
        for rows in [list(csv.DictReader(file))]
        for key in rows[0]
        if key != "place"
    }
WGS = (VECTORS["wgs_lon"], VECTORS["wgs_lat"])
GCJ = (VECTORS["gcj_lon"], VECTORS["gcj_lat"])
BD = (VECTORS["bd_lon"], VECTORS["bd_lat"])
# Well inside the rectangle: on its edge a place and its image lie on different sides.
LON = st.floats(73.0, 137.0)
LAT = st.floats(2.0, 55.0)


@pytest.mark.parametrize(
    ("convert", "given_", "wanted"),
    [
        (datum.wgs84_to_gcj02, WGS, GCJ),
        (datum.gcj02_to_wgs84, GCJ, WGS),
        (datum.gcj02_to_bd09, GCJ, BD),
        (datum.bd09_to_gcj02, BD, GCJ),
        (datum.wgs84_to_bd09, WGS, BD),
        (datum.bd09_to_wgs84, BD, WGS),
    ],
)
def test_published_vectors(convert, given_, wanted):
    lon, lat = convert(*given_)
    # The vectors agree to better than 1e-7 degrees, so the inverses may differ by as much more.
    np.testing.assert_allclose(lon, wanted[0], rtol=0, atol=2e-7)
    np.testing.assert_allclose(lat, wanted[1], rtol=0, atol=2e-7)


@pytest.mark.parametrize(
    ("there", "back", "within_m"),
    [
        (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84, 0.0005),
        (datum.gcj02_to_bd09, datum.bd09_to_gcj02, 0.0001),
        (datum.wgs84_to_bd09, datum.bd09_to_wgs84, 0.0006),
    ],
)
@given(lon=LON, lat=LAT)
def test_round_trip(there, back, within_m, lon, lat):
    new_lon, new_lat = back(*there(lon, lat))
    assert np.hypot((new_lon - lon) * np.cos(np.radians(lat)), new_lat - lat) * 111_320 < within_m


def test_shift_of_a_county_is_what_was_measured():
    """Youyang: 549 m towards 131 degrees, over a 50 km box."""
    lon, lat = np.meshgrid(np.linspace(108.51, 109.02, 30), np.linspace(28.62, 29.07, 30))
    new_lon, new_lat = datum.wgs84_to_gcj02(lon, lat)
    east = (new_lon - lon) * 111_320 * np.cos(np.radians(lat))
    north = (new_lat - lat) * 110_850
    assert east.mean() == pytest.approx(414, abs=4)
    assert north.mean() == pytest.approx(-361, abs=4)


def test_outside_is_flagged_and_left_alone():
    lon = np.array([0.0, -74.1, 139.7, 108.7, np.nan])
    lat = np.array([0.0, 40.7, 35.7, 28.8, 28.8])
    assert datum.outside_china(lon, lat).tolist() == [True, True, True, False, True]
    for convert in (datum.wgs84_to_gcj02, datum.gcj02_to_wgs84, datum.bd09_to_wgs84):
        new_lon, new_lat = convert(lon, lat)
        np.testing.assert_array_equal(new_lon[[0, 1, 2, 4]], lon[[0, 1, 2, 4]])
        np.testing.assert_array_equal(new_lat[[0, 1, 2, 4]], lat[[0, 1, 2, 4]])
        assert new_lon[3] != lon[3]


def test_inverse_ends_at_the_corner_where_others_hang():
    lon, lat = datum.gcj02_to_wgs84([72.0041], [0.8294])
    assert np.isfinite([lon[0], lat[0]]).all()


def test_input_is_not_changed():
    lon, lat = WGS[0].copy(), WGS[1].copy()
    datum.wgs84_to_bd09(lon, lat)
    np.testing.assert_array_equal(lon, WGS[0])
    np.testing.assert_array_equal(lat, WGS[1])
