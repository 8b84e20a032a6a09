"""Tables of a site as a stranger would have them: read with pandas, nothing of routecheck in it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import numpy as np
import pandas as pd

from scene import degrees, drive, local

ZONE = "Asia/Shanghai"
STAND_S = 90
SERVED, PASSED = (500.0, 0.0), (1000.0, 10.0)
TABLES = ("points", "schedule", "fixes", "alerts", "vehicles", "calendar", "checks")
FILES = {"fixes": "fixes/*.csv*", "alerts": "alerts/*.csv"}


def raw_tables(site: Path) -> dict[str, pd.DataFrame]:
    """Every table of a site, each cell as its file has it."""
    found = {}
    for name in TABLES:
        parts = [
            pd.read_csv(path, dtype=str, keep_default_na=False)
            for path in sorted(site.glob(FILES.get(name, f"{name}.csv")))
        ]
        found[name] = pd.concat(parts, ignore_index=True)
    return found


def typed_tables(site: Path) -> dict[str, pd.DataFrame]:
    """The same with numbers, times and dates as such, positions as geometries in EPSG:4326.

    What cannot be read becomes blank, as whoever makes types of a dirty file would have it.
    """
    raw = raw_tables(site)

    def placed(table: pd.DataFrame) -> geopandas.GeoDataFrame:
        lon, lat = (pd.to_numeric(table[axis], errors="coerce") for axis in ("lon", "lat"))
        points = geopandas.GeoSeries(geopandas.points_from_xy(lon, lat), crs="EPSG:4326")
        points[(lon.isna() | lat.isna()).to_numpy()] = None
        return geopandas.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points.values)

    fixes = raw["fixes"].assign(vehicle_id=raw["fixes"]["vehicle_id"].astype("category"))
    for name in ("time", "received_at"):
        local = pd.to_datetime(fixes[name], errors="coerce", format="mixed")
        fixes[name] = local.dt.tz_localize(ZONE)
    for name in ("speed_kmh", "heading_deg"):
        fixes[name] = pd.to_numeric(fixes[name], errors="coerce")
    points = raw["points"]
    for name in ("valid_from", "valid_to"):
        points[name] = pd.to_datetime(points[name], errors="coerce")
    alerts = raw["alerts"]
    alerts["service_date"] = pd.to_datetime(alerts["service_date"])
    calendar = raw["calendar"].assign(
        date=pd.to_datetime(raw["calendar"]["date"]).dt.date, due=raw["calendar"]["due"] == "true"
    )
    return raw | {
        "fixes": placed(fixes),
        "points": placed(points),
        "alerts": alerts,
        "calendar": calendar,
    }


def exported(site: Path, name: str) -> pd.DataFrame:
    """The rows of CSV exports of all dates, cells as text, blank ones empty."""
    paths = sorted((site / "out").glob(f"{name}_????-??-??.csv")) or [site / "out" / f"{name}.csv"]
    parts = [
        pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False) for path in paths
    ]
    return pd.concat(parts, ignore_index=True)


def same_as_exported(frame: pd.DataFrame, csv: pd.DataFrame) -> None:
    """Hold a table of results against its CSV file, row by row and column by column."""
    assert [name for name in frame.columns if name != "geometry"] == csv.columns.tolist()
    assert len(frame) == len(csv)
    for name in csv.columns:
        found, wanted = frame[name], csv[name]
        blank = wanted == ""
        pd.testing.assert_series_equal(found.isna(), blank, check_names=False, obj=name)
        found, wanted = found[~blank.to_numpy()], wanted[~blank]
        if isinstance(found.dtype, pd.DatetimeTZDtype):
            assert str(found.dt.tz) == ZONE
            assert found.dt.floor("s").tolist() == pd.to_datetime(wanted, utc=True).tolist(), name
        elif name == "service_date":
            assert found.dt.strftime("%Y-%m-%d").tolist() == wanted.tolist()
        elif found.dtype == bool:
            assert found.tolist() == (wanted == "true").tolist(), name
        elif pd.api.types.is_numeric_dtype(found.dtype):
            np.testing.assert_allclose(
                found.astype(float), wanted.astype(float), rtol=0, atol=1e-9, err_msg=name
            )
        else:
            assert found.tolist() == wanted.tolist(), name


def given(*, every_s: float = 5.0, clock: str = "08:00", vehicle: str = "V1") -> pd.DataFrame:
    """Fixes of a truck that stands at one place, drives past another, and ends elsewhere."""
    legs = [("to", *SERVED, 8.0), ("stand", STAND_S), ("to", 1600.0, 0.0, 8.0), ("stand", 60)]
    rows = drive((0.0, 0.0), legs, every_s=every_s)
    # The scatter of a good receiver: digits that never change are those of one that is stuck.
    noise_m = np.random.default_rng(7).normal(0.0, 0.3, (2, len(rows)))
    begun = pd.Timestamp(local(clock))
    x_m, y_m = (np.array([row[k] for row in rows]) for k in (1, 2))
    lon, lat = degrees(x_m + noise_m[0], y_m + noise_m[1])
    return pd.DataFrame(
        {
            "vehicle_id": vehicle,
            "time": [begun + pd.Timedelta(seconds=row[0]) for row in rows],
            "lon": lon,
            "lat": lat,
            "speed_kmh": [3.6 * row[3] for row in rows],
        }
    )
