"""Declared coordinate systems: spellings, national grids, and what must not pass silently."""

import numpy as np
import pytest
from pyproj import Transformer

from routecheck.domain.errors import UsageError
from routecheck.geo.crs import east_north, from_crs, from_wgs84, parse_datum, to_wgs84

# Youyang, in the 3-degree zone 36 (central meridian 108 E).
LON, LAT = 108.7672, 28.8411


def _grid(code):
    """Easting and northing by PROJ itself, within the datum of the grid."""
    from pyproj import CRS

    crs = CRS.from_epsg(code)
    return Transformer.from_crs(crs.geodetic_crs, crs, always_xy=True).transform(LON, LAT)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("wgs84", "wgs84"), (" WGS-84 ", "wgs84"), ("WGS 84", "wgs84"), ("wgs_84", "wgs84"),
        ("GCJ-02", "gcj02"), ("GCJ02", "gcj02"), ("gcj 02", "gcj02"), ("ＧＣＪ０２", "gcj02"),
        ("BD-09", "bd09"), ("BD09LL", "bd09"), ("CGCS-2000", "cgcs2000"), ("CGCS2000", "cgcs2000"),
        ("EPSG:4545", "EPSG:4545"), ("epsg:4545", "EPSG:4545"), ("4545", "EPSG:4545"),
        ("EPSG:4326", "wgs84"), ("EPSG:4490", "cgcs2000"),
    ],
)  # fmt: skip
def test_spellings(text, name):
    assert parse_datum(text) == name


@pytest.mark.parametrize("text", ["", "wgs48", "utm", "EPSG:1", "EPSG:99999", "EPSG:abc"])
def test_unknown_datum_is_a_clear_error(text):
    with pytest.raises(UsageError, match=r"not known|not a coordinate system"):
        parse_datum(text)


def test_no_ballpark_for_xian_80():
    with pytest.raises(UsageError, match="no reliable transformation to WGS-84"):
        to_wgs84(36575144.0, 3191736.0, "EPSG:2360")


def test_cgcs2000_is_wgs84():
    lon, lat = to_wgs84([LON], [LAT], "CGCS-2000")
    assert (lon[0], lat[0]) == (LON, LAT)


@pytest.mark.parametrize("code", [4524, 4545, 4497, 4508, 32649, 3857])
def test_projections_lead_back(code):
    lon, lat = to_wgs84(*_grid(code), f"EPSG:{code}")
    assert lon == pytest.approx(LON, abs=1e-9)
    assert lat == pytest.approx(LAT, abs=1e-9)


def test_known_easting_of_the_grid():
    """A closed form: on the central meridian the easting is the false easting."""
    for code, easting in ((4524, 36_500_000.0), (4545, 500_000.0)):
        lon, lat = to_wgs84(easting, 3_191_736.0, f"EPSG:{code}")
        assert lon == pytest.approx(108.0, abs=1e-9)
        assert 28.8 < lat < 28.9


@pytest.mark.parametrize("code", [4524, 4545, 4523, 4546])
def test_zone_in_front_of_the_easting_decides(code):
    east, north = _grid(4524)
    assert east > 36_000_000
    lon, lat = to_wgs84([east], [north], f"EPSG:{code}")
    assert lon[0] == pytest.approx(LON, abs=1e-9)
    assert lat[0] == pytest.approx(LAT, abs=1e-9)


def test_easting_without_zone_in_a_grid_with_zones():
    east, north = _grid(4545)
    assert east < 1_000_000
    lon, lat = to_wgs84([east, np.nan], [north, np.nan], "EPSG:4524")
    assert lon[0] == pytest.approx(LON, abs=1e-9)
    assert lat[0] == pytest.approx(LAT, abs=1e-9)
    assert np.isnan(lon[1])


def test_zone_that_does_not_exist_gives_no_place():
    lon, lat = to_wgs84([99_500_000.0], [3_191_736.0], "EPSG:4524")
    assert np.isnan(lon[0])
    assert np.isnan(lat[0])


def test_beijing_54_is_shifted_by_tens_of_metres():
    lon, lat = to_wgs84(LON, LAT, "EPSG:4214")
    shift_m = np.hypot((lon - LON) * 97_500, (lat - LAT) * 110_850)
    assert 20 < shift_m < 150


def test_x_is_north_in_national_grids():
    east, north = _grid(4524)
    for x, y in ((east, north), (north, east)):
        assert [float(v[0]) for v in east_north([x], [y], "EPSG:4524")] == [east, north]
    # Nothing to decide by: as the grid defines its axes.
    assert [float(v) for v in east_north(1.0, 2.0, "EPSG:4524")] == [2.0, 1.0]


def test_x_is_east_elsewhere():
    for datum in ("wgs84", "EPSG:32649"):
        assert [float(v) for v in east_north(1.0, 2.0, datum)] == [1.0, 2.0]


def test_crs_of_a_file():
    from pyproj import CRS

    for crs in (CRS.from_epsg(4545), CRS.from_epsg(4508)):
        for version in ("WKT1_ESRI", "WKT2_2019"):
            lon, lat = from_crs(*_grid(crs.to_epsg()), crs.to_wkt(version))
            assert (float(lon), float(lat)) == pytest.approx((LON, LAT), abs=1e-9)
    lon, lat = from_crs(LON, LAT, CRS.from_epsg(4490).to_wkt("WKT1_ESRI"))
    assert (float(lon), float(lat)) == (LON, LAT)
    with pytest.raises(UsageError, match="not a coordinate system"):
        from_crs(LON, LAT, "LOCAL_CS[nonsense")


@pytest.mark.parametrize(
    "datum", ["wgs84", "cgcs2000", "gcj02", "bd09", "EPSG:4545", "EPSG:4524", "EPSG:32649"]
)  # fmt: skip
def test_the_way_there_and_back(datum):
    lon, lat = np.array([LON, LON + 0.3, np.nan]), np.array([LAT, LAT - 0.2, np.nan])
    x, y = from_wgs84(lon, lat, datum)
    back = to_wgs84(x, y, datum)
    # A centimetre.
    np.testing.assert_allclose(back, (lon, lat), atol=1e-7)


@pytest.mark.parametrize(("code", "prefixed"), [(4545, False), (4524, True)])
def test_eastings_are_written_as_the_file_writes_them(code, prefixed):
    east, north = _grid(4545)
    zone = 36e6
    like = [east + 5000.0, east + zone - 5000.0, np.nan]
    x, y = from_wgs84([LON] * 3, [LAT] * 3, f"EPSG:{code}", like=like)
    as_defined = east + zone if prefixed else east
    np.testing.assert_allclose(x, [east, east + zone, as_defined], atol=0.01)
    np.testing.assert_allclose(y, north, atol=0.01)
