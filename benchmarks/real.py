"""What routecheck sees in real recordings: couriers with labels, garbage trucks, points.

    python -m benchmarks.real couriers FOLDER
    python -m benchmarks.real trucks FIXES
    python -m benchmarks.real points POINTS

The recordings are not part of the project; docs/real-vehicles.md tells where they come from.
`couriers` is a folder of CSV files with columns timestamp, x, y (m) and groundtruth (OnFoot or
Driving), a chunk of a track each. `trucks` is a file of fixes and `points` one of collection
points, as any input file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

import routecheck

PLANE = "EPSG:32633"
"""Chunks have metres about an origin of their own: they are put somewhere on this plane."""
ORIGIN_M = (500_000.0, 4_000_000.0)
BEGIN = pd.Timestamp("2026-03-02T06:00", tz="UTC")
STOOD_S = 10.0
"""A stand, as judging asks for one where a site says nothing else (`min_dwell_s`)."""
LONG_GAP_S = 300.0
NEAR_M = (30.0, 50.0)

Rows = list[tuple[str, str]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of one recording."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.real", description=__doc__.splitlines()[0]
    )
    parser.add_argument("what", choices=("couriers", "trucks", "points"))
    parser.add_argument("path", type=Path)
    given = parser.parse_args(arguments)
    rows = {"couriers": couriers, "trucks": trucks, "points": points}[given.what](given.path)
    print("\n".join(f"| {name} | {figure} |" for name, figure in rows))


# --- couriers -------------------------------------------------------------------------------------


def couriers(folder: Path) -> Rows:
    """Stands found, beside what the courier did, at one fix in 5, 30 and 60 s."""
    fixes = labelled(folder)
    rows = [
        ("chunks of 6 minutes", f"{fixes['vehicle_id'].nunique():,}"),
        ("fixes", f"{len(fixes):,}"),
        ("of them on foot", _percent((~fixes["driving"]).mean())),
    ]
    for every in (1, 6, 12):
        thin = fixes[fixes.groupby("vehicle_id").cumcount() % every == 0]
        rows += [(f"a fix in {5 * every} s: {name}", n) for name, n in _stands(fixes, thin)]
    return rows


def labelled(folder: Path) -> geopandas.GeoDataFrame:
    """Return columns vehicle_id (one a chunk), time, driving (bool), geometry; all chunks."""
    parts = [
        pd.read_csv(path).assign(vehicle_id=path.stem) for path in sorted(folder.rglob("*.csv"))
    ]
    if not parts:
        raise SystemExit(f"{folder}: there are no CSV files in it")
    rows = pd.concat(parts, ignore_index=True)
    at = pd.to_datetime(rows["timestamp"], format="ISO8601")
    since = at - at.groupby(rows["vehicle_id"]).transform("min")
    return geopandas.GeoDataFrame(
        {
            "vehicle_id": rows["vehicle_id"],
            "time": BEGIN + since,
            "driving": rows["groundtruth"] == "Driving",
        },
        geometry=geopandas.points_from_xy(rows["x"] + ORIGIN_M[0], rows["y"] + ORIGIN_M[1]),
        crs=PLANE,
    ).sort_values(["vehicle_id", "time"], ignore_index=True)


def runs_of(fixes: pd.DataFrame) -> pd.DataFrame:
    """Return the spans of one label: vehicle_id, driving, first, last, lasted_s."""
    change = fixes["driving"] != fixes.groupby("vehicle_id")["driving"].shift()
    runs = fixes.groupby(change.cumsum()).agg(
        vehicle_id=("vehicle_id", "first"),
        driving=("driving", "first"),
        first=("time", "first"),
        last=("time", "last"),
    )
    return runs.assign(lasted_s=(runs["last"] - runs["first"]).dt.total_seconds())


def _stands(fixes: geopandas.GeoDataFrame, thin: geopandas.GeoDataFrame) -> Rows:
    """Stands that thinned fixes show, beside the labels of all fixes."""
    found = routecheck.stops(thin[["vehicle_id", "time", "geometry"]], time_zone="UTC")
    found = found[found["stood_s"] >= STOOD_S].reset_index(drop=True)
    for name in ("start", "end"):
        found[name] = found[name].dt.tz_convert(BEGIN.tz)
    runs = runs_of(fixes).reset_index(drop=True)
    pairs = found.reset_index().merge(runs.reset_index(names="run"), on="vehicle_id")
    until = pairs["end"].where(pairs["end"] < pairs["last"], pairs["last"])
    since = pairs["start"].where(pairs["start"] > pairs["first"], pairs["first"])
    pairs = pairs.assign(shared_s=(until - since).dt.total_seconds().clip(lower=0.0))
    met = pairs[pairs["shared_s"] > 0.0]
    rows = []
    for least_s in (30.0, 60.0, 120.0):
        foot = runs[~runs["driving"] & (runs["lasted_s"] >= least_s)]
        share = foot.index.isin(met["run"]).mean()
        rows.append((f"{least_s:.0f} s and more on foot, with a stand", _percent(share)))
    on_foot_s = met.loc[~met["driving"], "shared_s"].sum()
    rows.append(("of the time in stands, on foot", _percent(on_foot_s / met["shared_s"].sum())))
    hours = runs.loc[runs["driving"], "lasted_s"].sum() / 3600
    stood = found.loc[~found.index.isin(met.loc[~met["driving"], "index"]), "stood_s"]
    rows.append(("stands while driving, an hour", f"{len(stood) / hours:.0f}"))
    if len(stood):
        lasted = f"{stood.median():.0f} s, {stood.quantile(0.9):.0f} s"
        rows.append(("how long those last: median, nine in ten within", lasted))
    return rows


# --- trucks and points ----------------------------------------------------------------------------


def trucks(path: Path) -> Rows:
    """What a feed of real trucks is like, and what cleaning and finding stands make of it."""
    fixes = routecheck.read_fixes(path, time_zone="UTC").sort_values(["vehicle_id", "time"])
    apart = fixes.groupby("vehicle_id")["time"].diff().dt.total_seconds()
    alike = fixes.duplicated(["vehicle_id", "time"], keep=False)
    spots = fixes[alike].groupby(["vehicle_id", "time"])["geometry"].nunique()
    cleaned = routecheck.clean(fixes, time_zone="UTC")
    stops = routecheck.stops(fixes, time_zone="UTC")
    stood = stops.loc[stops["stood_s"] >= STOOD_S]
    short = stood.loc[stood["stood_s"] <= 15 * 60, "stood_s"]
    per_vehicle = stood.groupby("vehicle_id").size()
    reasons = cleaned.rejected["reason"].value_counts()
    spread = ", ".join(f"{short.quantile(q):.0f}" for q in (0.1, 0.5, 0.9))
    return [
        ("fixes", f"{len(fixes):,} of {fixes['vehicle_id'].nunique()} vehicles"),
        ("seconds between fixes, median", f"{apart[apart > 0].median():.0f}"),
        ("silences of more than 5 minutes", f"{(apart > LONG_GAP_S).sum():,}"),
        ("one vehicle at one time in two places", f"{(spots > 1).sum():,} times"),
        ("fixes kept apart", ", ".join(f"{name} {n:,}" for name, n in reasons.items()) or "none"),
        ("fixes believed", f"{len(cleaned.tracks):,}"),
        ("stands of 10 s and more", f"{len(stood):,} of {len(per_vehicle)} vehicles"),
        ("of them between two fixes, none within", _percent((stood["fixes"] == 0).mean())),
        ("seconds stood, up to 15 minutes: tenth, median, nine tenths", spread),
    ]


def points(path: Path) -> Rows:
    """How near real collection points lie to each other, and how many cannot be where they are."""
    read = routecheck.read("points", path)
    table = read.table[~read.table.geometry.is_empty & read.table.geometry.notna()]
    # About the middle one: those that cannot be where they are would shift the mean far away.
    lon, lat = table.geometry.x.median(), table.geometry.y.median()
    spots = table.to_crs(f"+proj=aeqd +lon_0={lon} +lat_0={lat} +units=m").geometry
    at = np.column_stack([spots.x, spots.y])
    away_m = cKDTree(at).query(at, k=2)[0][:, 1]
    reasons = read.rejected["reason"].value_counts()
    return [
        ("points", f"{len(read.table):,}"),
        ("rows kept apart", ", ".join(f"{name} {n:,}" for name, n in reasons.items()) or "none"),
        *((f"another point within {m:.0f} m", _percent((away_m <= m).mean())) for m in NEAR_M),
        ("metres to the nearest, median", f"{np.median(away_m):.0f}"),
    ]


def _percent(share: float) -> str:
    return f"{share:.0%}"


if __name__ == "__main__":
    main()
