"""Moving Features in JSON (OGC 19-045r3): tracks from it, and tracks as it.

Of its two forms both are read, Prism (a MovingPoint) and Trajectory (a LineString with the times
in its properties); Prism is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from routecheck.domain.errors import MissingDataError, UnreadableFileError
from routecheck.domain.tables import TEXT, TIME_DTYPE
from routecheck.present.frames import WGS84, placed
from routecheck.sources.file_paths import require_file
from routecheck.sources.one_file import as_one_file

if TYPE_CHECKING:
    import geopandas

_NAMES = ("vehicle_id", "name", "id", "traj_id", "trajectory_id", "mfid", "mfidref")
"""Properties by which a feature may say whose track it is, the first that it has; else its `id`."""
_SPEED = "speed_kmh"


def read_mfjson(source: str | Path | Mapping[str, Any]) -> geopandas.GeoDataFrame:
    """Read tracks from Moving Features JSON, as `judge`, `stops` and `visits` take them.

    Args:
        source: the path of a file, or what `json.load` made of one.

    Returns:
        In EPSG:4326, in the order of the file: `vehicle_id`, `time` (UTC), `speed_kmh` (null where
        the file has none), geometry. Positions of another system than WGS-84 are read as they
        stand: `set_crs` says in which they are.

    Raises:
        MissingDataError: there is no such file.
        UnreadableFileError: it is no JSON, or has no trajectory.
    """
    label = "mfjson"
    if isinstance(source, Mapping):
        found = source
    else:
        label = str(source)
        if not Path(source).exists():
            raise MissingDataError("no_file", file=label)
        require_file(Path(source), label)
        with as_one_file(label):
            found = json.loads(Path(source).read_text("utf-8-sig"))
    with as_one_file(label):
        parts = [_track(feature, number) for number, feature in enumerate(_features(found), 1)]
    parts = [part for part in parts if part is not None and len(part)]
    if not parts:
        raise UnreadableFileError("library.mfjson_nothing", file=label)
    whole = pd.concat(parts, ignore_index=True)
    lon, lat = (whole.pop(axis).to_numpy(dtype=float) for axis in ("lon", "lat"))
    return placed(whole, lon, lat)


def to_mfjson(tracks: geopandas.GeoDataFrame, path: str | Path | None = None) -> dict[str, Any]:
    """Return tracks as Moving Features JSON (Prism): a MovingPoint for each vehicle.

    Args:
        tracks: `vehicle_id`, `time` (with zone), Point geometries in any coordinate system;
            `speed_kmh`, where there is one, becomes a temporal property.
        path: where it is written too.
    """
    placed_ = tracks.to_crs(WGS84) if tracks.crs is not None else tracks
    rows = placed_[placed_.geometry.notna() & placed_["time"].notna()]
    rows = rows.sort_values(["vehicle_id", "time"], kind="stable")
    features = [
        _feature(str(vehicle), part)
        for vehicle, part in rows.groupby(rows["vehicle_id"].astype(str), sort=False)
    ]
    made = {
        "type": "FeatureCollection",
        "crs": {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "trs": {
            "type": "Name",
            "properties": {"name": "urn:ogc:data:time:iso8601"},
        },
        "features": features,
    }
    if path is not None:
        Path(path).write_text(json.dumps(made, ensure_ascii=False), "utf-8")
    return made


def _feature(vehicle: str, rows: geopandas.GeoDataFrame) -> dict[str, Any]:
    # Two fixes of one moment are none that a trajectory can have.
    rows = rows[~rows["time"].duplicated()]
    times = [moment.isoformat() for moment in rows["time"].dt.tz_convert("UTC")]
    feature: dict[str, Any] = {
        "type": "Feature",
        "id": vehicle,
        "properties": {"vehicle_id": vehicle},
        "temporalGeometry": {
            "type": "MovingPoint",
            "datetimes": [moment.replace("+00:00", "Z") for moment in times],
            "coordinates": np.column_stack([rows.geometry.x, rows.geometry.y]).tolist(),
            "interpolation": "Linear",
        },
    }
    if _SPEED in rows.columns:
        known = rows[_SPEED].notna().to_numpy()
        if known.any():
            at = np.flatnonzero(known)
            feature["temporalProperties"] = [
                {
                    "datetimes": [feature["temporalGeometry"]["datetimes"][i] for i in at],
                    _SPEED: {
                        "type": "Measure",
                        "form": "KMH",
                        "values": rows[_SPEED].to_numpy(dtype=float)[at].tolist(),
                        "interpolation": "Linear",
                    },
                }
            ]
    return feature


def _features(found: Any) -> Iterator[Mapping[str, Any]]:
    """The features of a file, which may be one alone."""
    if found.get("type") == "FeatureCollection":
        for feature in found.get("features", ()):
            yield from _features(feature)
    elif found.get("type") == "Feature":
        yield found


def _track(feature: Mapping[str, Any], number: int) -> pd.DataFrame | None:
    """The fixes of a feature; None: it has no moving point."""
    told = feature.get("properties") or {}
    moving = feature.get("temporalGeometry") or {}
    geometry = feature.get("geometry") or {}
    if moving.get("type") == "MovingPoint":
        times, places = moving["datetimes"], moving["coordinates"]
    elif geometry.get("type") == "LineString" and told.get("datetimes"):
        times, places = told["datetimes"], geometry["coordinates"]
    else:
        return None
    vehicle = next((told[name] for name in _NAMES if told.get(name)), feature.get("id", number))
    at = np.array([place[:2] for place in places], dtype=float).reshape(-1, 2)
    moments = _moments(times)
    return pd.DataFrame(
        {
            "vehicle_id": pd.Series([str(vehicle)] * len(moments), dtype=TEXT),
            "time": moments,
            _SPEED: _speeds(feature, moments),
            "lon": at[:, 0],
            "lat": at[:, 1],
        }
    )


def _moments(times: Any) -> pd.Series:
    """Times as text, or in milliseconds since 1970, as moments; without an offset they are UTC."""
    if times and isinstance(times[0], int | float):
        return pd.Series(pd.to_datetime(times, unit="ms", utc=True), dtype=TIME_DTYPE)
    return pd.Series(pd.to_datetime(times, utc=True, format="ISO8601"), dtype=TIME_DTYPE)


def _speeds(feature: Mapping[str, Any], moments: pd.Series) -> np.ndarray[Any, Any]:
    """Speeds (km/h) at these moments, NaN where the feature has none."""
    speeds = np.full(len(moments), np.nan)
    for group in feature.get("temporalProperties") or ():
        if isinstance(group, Mapping) and isinstance(group.get(_SPEED), Mapping):
            own = pd.Series(group[_SPEED]["values"], index=_moments(group["datetimes"]))
            speeds = own[~own.index.duplicated()].reindex(moments).to_numpy(dtype=float)
    return speeds
