"""The corrected points, as files to hand to whoever runs the monitor.

The monitor has the points file, or one like it. So the CSV is that file, every cell as it stands,
with the corrected position beside it in the datum that the file is declared in: it can be checked
line by line and taken over column by column. The GeoJSON is in WGS-84, as its standard says.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import records
from routecheck.domain.codes import CorrectionState
from routecheck.geo.crs import from_wgs84
from routecheck.geo.plane import distance_m
from routecheck.present.csv_files import guarded
from routecheck.present.files import write_whole
from routecheck.sources.raw_points import RawTable

ADDED = (
    "corrected_lon", "corrected_lat", "corrected_tolerance_m", "correction", "correction_state",
    "moved_m",
)  # fmt: skip
_CANONICAL = ("point_id", "name", "township", "village", "lon", "lat", "tolerance_m", "datum")


def write_corrected(
    points: pd.DataFrame, corrections: pd.DataFrame, file: RawTable | None, directory: Path
) -> list[Path]:
    """Write `corrected_points.geojson` and `corrected_points.csv`, and return where.

    Args:
        points: POINTS, a row a point, `geometry` and `tolerance_m` as corrected.
        corrections: CORRECTIONS that were applied, with their state.
        file: the points file as it stands; None: its usual columns are written instead.
        directory: made where it is missing.

    Raises:
        ExportError: a file could not be written.
    """
    live = corrections[(corrections["state"] != str(CorrectionState.REJECTED)).to_numpy()]
    by_point = {row.point_id: row for row in records(live)}
    features = json.dumps(
        {"type": "FeatureCollection", "features": _features(points, by_point)}, ensure_ascii=False
    )
    return [
        write_whole(directory / "corrected_points.geojson", features.encode()),
        write_whole(directory / "corrected_points.csv", _table(points, by_point, file)),
    ]


def _features(points: pd.DataFrame, by_point: dict[str, Any]) -> list[dict[str, Any]]:
    features = []
    for row in records(points):
        cure = by_point.get(row.point_id)
        shape = None
        if row.geometry is not None:
            shape = json.loads(shapely.to_geojson(shapely.set_precision(row.geometry, 1e-7)))
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "point_id": row.point_id,
                    "name": row.name,
                    "township": row.township,
                    "village": row.village,
                    "tolerance_m": None if np.isnan(row.tolerance_m) else row.tolerance_m,
                    "correction": "" if cure is None else str(cure.cause),
                    "correction_state": "" if cure is None else str(cure.state),
                },
                "geometry": shape,
            }
        )
    return features


def _table(points: pd.DataFrame, by_point: dict[str, Any], file: RawTable | None) -> bytes:
    added = _added(points, by_point)
    if file is None:
        header = list(_CANONICAL)
        rows = [
            [
                row.point_id, row.name, row.township, row.village, _number(row.recorded_lon, 7),
                _number(row.recorded_lat, 7), _number(row.tolerance_m, 1), row.datum,
            ]
            for row in records(points)
        ]  # fmt: skip
        ids, last = [str(row[0]) for row in rows], {}
    else:
        header, rows = file.header, file.rows
        ids = [row[file.places["point_id"]].strip() for row in rows]
        # Of several validities of a point the last is the one that is corrected.
        last = {point: n for n, point in enumerate(ids)}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*header, *ADDED])
    for n, (point, row) in enumerate(zip(ids, rows, strict=True)):
        mine = added.get(point, [""] * len(ADDED)) if last.get(point, n) == n else [""] * len(ADDED)
        writer.writerow([*(_cell(cell) for cell in row), *mine])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _added(points: pd.DataFrame, by_point: dict[str, Any]) -> dict[str, list[str]]:
    """By point the cells of `ADDED`; positions in the datum of its own record."""
    centre = shapely.centroid(points["geometry"].to_numpy(dtype=object))
    lon, lat = shapely.get_x(centre), shapely.get_y(centre)
    x, y = np.full(len(points), np.nan), np.full(len(points), np.nan)
    written = points["recorded_lon"].to_numpy(dtype=float)
    datums = points["datum"].to_numpy(dtype=object)
    for name in set(datums):
        same = datums == name
        x[same], y[same] = from_wgs84(lon[same], lat[same], str(name), like=written[same])
    found = {}
    for n, row in enumerate(records(points)):
        cure = by_point.get(row.point_id)
        if cure is None or cure.recorded_lon == cure.proposed_lon:
            # Left where it is: as it is written, not as it would be converted to and fro.
            place = [_number(row.recorded_lon, 7), _number(row.recorded_lat, 7)]
        else:
            digits = 7 if abs(x[n]) <= 180 and abs(y[n]) <= 90 else 3
            place = [_number(x[n], digits), _number(y[n], digits)]
        moved = np.nan
        if cure is not None and not np.isnan(cure.recorded_lon):
            moved = float(
                distance_m(
                    *(
                        np.array([value])
                        for value in (
                            cure.recorded_lon, cure.recorded_lat, cure.proposed_lon,
                            cure.proposed_lat,
                        )
                    )
                )[0]
            )  # fmt: skip
        found[row.point_id] = [
            *place,
            _number(row.tolerance_m, 1),
            "" if cure is None else str(cure.cause),
            "" if cure is None else str(cure.state),
            _number(moved, 1),
        ]
    return found


def _number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _cell(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return guarded(text)
    return text
