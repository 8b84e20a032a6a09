"""The corrected points, as files for whoever runs the monitor.

The monitor has the points file, or one like it. So the CSV is that file, every cell as it stands,
with the corrected position beside it in the datum that the file is declared in: it can be checked
line by line and taken over column by column. The GeoJSON is in WGS-84, as its standard wants.
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

from routecheck.domain.arrays import Array, records
from routecheck.domain.codes import CorrectionState
from routecheck.geo.crs import from_wgs84
from routecheck.geo.plane import distance_m
from routecheck.present.csv_files import guarded
from routecheck.present.files import write_whole
from routecheck.sources.raw_points import RawTable
from routecheck.texts.outside import fit, within

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
    table = _with_cures(points, corrections)
    features = {"type": "FeatureCollection", "features": [_feature(r) for r in records(table)]}
    return [
        write_whole(
            directory / "corrected_points.geojson",
            json.dumps(within(features, fit), ensure_ascii=False).encode(),
        ),
        write_whole(directory / "corrected_points.csv", _content(table, file)),
    ]


def _with_cures(points: pd.DataFrame, corrections: pd.DataFrame) -> pd.DataFrame:
    """Return the points with the cells of `ADDED`; positions in the datum of their own record."""
    live = corrections[(corrections["state"] != str(CorrectionState.REJECTED)).to_numpy()]
    live = live.drop_duplicates("point_id", keep="last").set_index("point_id")
    cures = live.reindex(points["point_id"])
    was_lon, was_lat, lon, lat = (
        cures[name].to_numpy(dtype=float)
        for name in ("recorded_lon", "recorded_lat", "proposed_lon", "proposed_lat")
    )
    # Left where it is: as it is written, not as it would be converted to and fro.
    left = ~points["point_id"].isin(live.index).to_numpy() | (was_lon == lon)
    recorded = points[["recorded_lon", "recorded_lat"]].to_numpy(dtype=float)
    x, y = np.where(left[:, None], recorded, _in_own_datum(points)).T
    degrees = left | ((abs(x) <= 180) & (abs(y) <= 90))
    digits = np.where(degrees, 7, 3).tolist()
    moved_m = distance_m(was_lon, was_lat, lon, lat)
    return points.assign(
        corrected_lon=[_number(*cell) for cell in zip(x, digits, strict=True)],
        corrected_lat=[_number(*cell) for cell in zip(y, digits, strict=True)],
        corrected_tolerance_m=[_number(metres, 1) for metres in points["tolerance_m"]],
        correction=cures["cause"].astype(object).fillna("").to_numpy(),
        correction_state=cures["state"].astype(object).fillna("").to_numpy(),
        moved_m=[_number(metres, 1) for metres in moved_m],
    )


def _in_own_datum(points: pd.DataFrame) -> Array:
    """Return the centres of points, a row each, in the datum of its record."""
    centre = shapely.centroid(points["geometry"].to_numpy(dtype=object))
    lon, lat = shapely.get_x(centre), shapely.get_y(centre)
    written = points["recorded_lon"].to_numpy(dtype=float)
    datums = points["datum"].to_numpy(dtype=object)
    place = np.full((len(points), 2), np.nan)
    for name in set(datums):
        same = datums == name
        moved = from_wgs84(lon[same], lat[same], str(name), like=written[same])
        place[same] = np.column_stack(moved)
    return place


def _feature(row: Any) -> dict[str, Any]:
    shape = None
    if row.geometry is not None:
        shape = json.loads(shapely.to_geojson(shapely.set_precision(row.geometry, 1e-7)))
    return {
        "type": "Feature",
        "properties": {
            "point_id": row.point_id,
            "name": row.name,
            "township": row.township,
            "village": row.village,
            "tolerance_m": None if np.isnan(row.tolerance_m) else row.tolerance_m,
            "correction": row.correction,
            "correction_state": row.correction_state,
        },
        "geometry": shape,
    }


def _content(table: pd.DataFrame, file: RawTable | None) -> bytes:
    """Return the CSV: the points file (else its usual columns) and the cells of `ADDED` beside."""
    added = dict(zip(table["point_id"], zip(*(table[n] for n in ADDED), strict=True), strict=True))
    if file is None:
        header = list(_CANONICAL)
        rows = [
            [
                row.point_id, row.name, row.township, row.village, _number(row.recorded_lon, 7),
                _number(row.recorded_lat, 7), _number(row.tolerance_m, 1), row.datum,
            ]
            for row in records(table)
        ]  # fmt: skip
        ids = [str(row[0]) for row in rows]
    else:
        header, rows = file.header, file.rows
        ids = [row[file.places["point_id"]].strip() for row in rows]
    # Of several validities of a point in the file the last is the one that is corrected.
    last = {point: n for n, point in enumerate(ids)}
    blank = [""] * len(ADDED)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*map(_cell, header), *ADDED])
    for n, (point, row) in enumerate(zip(ids, rows, strict=True)):
        mine = added.get(point, blank) if last[point] == n else blank
        writer.writerow([*(_cell(cell) for cell in row), *mine])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _number(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}".rstrip("0").rstrip(".")


def _cell(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return guarded(text)
    return text
