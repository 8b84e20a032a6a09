"""What routecheck sees in real recordings: couriers with labels, garbage trucks, points.

    python -m benchmarks.real couriers FILE…
    python -m benchmarks.real trucks FILE…
    python -m benchmarks.real points FILE…

The recordings are not part of the project; docs/real-vehicles.md tells where they come from. FILE
is a file as its publisher has it (`benchmarks.real_sources` tells the forms) or a folder of such;
for `trucks` and `points` any input file of routecheck will do as well, so that anybody's own
recording can be looked at.
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
from benchmarks.real_sources import read_couriers, read_stops, read_trucks

STOOD_S = 10.0
"""A stand, as judging asks for one where a site says nothing else (`min_dwell_s`)."""
BRIEF_S = 900.0
"""What lasts longer is rather a break, or the end of work."""
LONG_GAP_S = 300.0
NEAR_M = (30.0, 50.0)
FAR_M = 100_000.0
"""No stop of a municipality lies so far from the middle one."""
DWELLS_S = (0.0, 30.0, 60.0, 300.0, BRIEF_S, np.inf)
DWELL_NAMES = ("10 to 30 s", "30 to 60 s", "1 to 5 min", "5 to 15 min", "longer")

Rows = list[tuple[str, str]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of one recording."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.real", description=__doc__.splitlines()[0]
    )
    parser.add_argument("what", choices=("couriers", "trucks", "points"))
    parser.add_argument("paths", type=Path, nargs="+", metavar="FILE")
    given = parser.parse_args(arguments)
    rows = {"couriers": couriers, "trucks": trucks, "points": points}[given.what](given.paths)
    print("\n".join(f"| {name} | {figure} |" for name, figure in rows))


# --- couriers -------------------------------------------------------------------------------------


def couriers(paths: Sequence[Path]) -> Rows:
    """Stands found, beside what the courier did, at one fix in 5, 30 and 60 s."""
    fixes = read_couriers(paths)
    rows = [
        ("chunks of 6 minutes", f"{fixes['vehicle_id'].nunique():,}"),
        ("fixes", f"{len(fixes):,}"),
        ("of them on foot", _percent((~fixes["driving"]).mean())),
    ]
    for every in (1, 6, 12):
        thin = fixes[fixes.groupby("vehicle_id").cumcount() % every == 0]
        rows += [(f"a fix in {5 * every} s: {name}", n) for name, n in _stands(fixes, thin)]
    return rows


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
        found[name] = found[name].dt.tz_convert(fixes["time"].dt.tz)
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


# --- trucks ---------------------------------------------------------------------------------------


def trucks(paths: Sequence[Path]) -> Rows:
    """What a feed of real trucks is like, and what cleaning and finding stands make of it."""
    fixes = read_trucks(paths)
    return [*_feed(fixes), *_cleaned(fixes), *_stood(fixes)]


def _feed(fixes: geopandas.GeoDataFrame) -> Rows:
    """The fixes as they came; intervals are of those received while the feed was watched."""
    moments = fixes.drop_duplicates(["vehicle_id", "time"]).sort_values(["vehicle_id", "time"])
    received = fixes["received_at"].dropna() if "received_at" in fixes else pd.Series(dtype=object)
    rows = [
        ("fixes", f"{len(fixes):,} of {fixes['vehicle_id'].nunique()} vehicles"),
        ("vehicles with one moment only", f"{_sizes(moments).eq(1).sum():,}"),
    ]
    if len(received):
        begun = received.min()
        late_s = (fixes["received_at"] - fixes["time"]).dt.total_seconds()[fixes["time"] >= begun]
        rows += [
            ("hours from the first to the last receipt", _hours(received.max() - begun)),
            ("fixes older than the first receipt", f"{(fixes['time'] < begun).sum():,}"),
            ("seconds from a later fix to its receipt: tenth, median, nine tenths", _three(late_s)),
        ]
        moments = moments[moments["time"] >= begun]
    apart_s = moments.groupby("vehicle_id")["time"].diff().dt.total_seconds().dropna()
    rows += [
        ("seconds between fixes: tenth, median, nine tenths", _three(apart_s)),
        ("silences of more than 5 minutes", f"{(apart_s > LONG_GAP_S).sum():,}"),
        ("vehicles with such a silence", f"{_silent(moments, apart_s)}"),
    ]
    plane = fixes.to_crs(fixes.estimate_utm_crs())
    where = plane.assign(x=plane.geometry.x, y=plane.geometry.y)
    spans = where.groupby(["vehicle_id", "time"])[["x", "y"]].agg(["min", "max"])
    width_m = np.hypot(spans["x", "max"] - spans["x", "min"], spans["y", "max"] - spans["y", "min"])
    twice = width_m[width_m > 0]
    rows.append(("moments of a vehicle with several places", f"{len(twice):,}"))
    if len(twice):
        rows.append(("metres between those: tenth, median, nine tenths", _three(twice)))
    return rows


def _silent(moments: pd.DataFrame, apart_s: pd.Series) -> str:
    """Of the vehicles that have an interval at all, how many are silent for long at least once."""
    vehicles = moments.loc[apart_s.index, "vehicle_id"]
    silent = vehicles[apart_s > LONG_GAP_S].nunique()
    return f"{silent} of {vehicles.nunique()}"


def _cleaned(fixes: geopandas.GeoDataFrame) -> Rows:
    cleaned = routecheck.clean(fixes, time_zone="UTC")
    reasons = cleaned.rejected["reason"].value_counts()
    return [
        ("fixes kept apart", ", ".join(f"{name} {n:,}" for name, n in reasons.items()) or "none"),
        ("fixes believed", f"{len(cleaned.tracks):,}"),
        ("devices whose clock was off", f"{cleaned.clocks['vehicle_id'].nunique():,}"),
    ]


def _stood(fixes: geopandas.GeoDataFrame) -> Rows:
    found = routecheck.stops(fixes, time_zone="UTC")
    stood = found[found["stood_s"] >= STOOD_S].reset_index(drop=True)
    rows = [
        ("stands of 10 s and more", f"{len(stood):,} of {stood['vehicle_id'].nunique()} vehicles"),
        ("a vehicle: tenth, median, nine tenths", _three(_sizes(stood))),
        ("between two fixes, none within", _percent((stood["fixes"] == 0).mean())),
    ]
    shares = pd.cut(stood["stood_s"], DWELLS_S, right=False, labels=DWELL_NAMES)
    rows += [
        (f"lasting {name}", _percent(share))
        for name, share in shares.value_counts(normalize=True, sort=False).items()
    ]
    short = stood[stood["stood_s"] < 60.0]
    if len(short):
        open_s = "seconds that the data leave open of those below a minute"
        rows.append(
            (
                f"{open_s}: tenth, median, nine tenths",
                _three(short["stood_max_s"] - short["stood_min_s"]),
            )
        )
    brief = stood[stood["stood_s"] <= BRIEF_S].reset_index(drop=True)
    if brief.empty:
        return rows
    # The places of brief stands, as if they were collection points: who else came by?
    places = geopandas.GeoDataFrame(
        {"point_id": brief.index.astype(str)}, geometry=brief.geometry.array, crs=brief.crs
    )
    visits = routecheck.visits(fixes, places, time_zone="UTC")
    own = brief["vehicle_id"].reindex(visits["point_id"].astype(int)).to_numpy()
    others = visits[visits["vehicle_id"].to_numpy() != own]
    came = others["point_id"].nunique() / len(brief)
    also = others.loc[others["served"], "point_id"].nunique() / len(brief)
    return [
        *rows,
        ("of the places of stands up to 15 min: another vehicle came within 30 m", _percent(came)),
        ("and stood there too", _percent(also)),
    ]


# --- points ---------------------------------------------------------------------------------------


def points(paths: Sequence[Path]) -> Rows:
    """How near real collection points lie to each other, and how many cannot be where they are."""
    table, rejected = read_stops(paths)
    reasons = rejected["reason"].value_counts()
    rows = [
        ("points", f"{len(table):,}"),
        ("rows kept apart", ", ".join(f"{name} {n:,}" for name, n in reasons.items()) or "none"),
    ]
    if "stop_id" in table:
        points_of_id = table.groupby("stop_id").size()
        rows.append(("ids that stand for two points", f"{(points_of_id > 1).sum():,}"))
    placed = table[table.geometry.notna() & ~table.geometry.is_empty]
    # About the middle one: those that cannot be where they are would shift the mean far away.
    lon, lat = placed.geometry.x.median(), placed.geometry.y.median()
    spots = placed.to_crs(f"+proj=aeqd +lon_0={lon} +lat_0={lat} +units=m").geometry
    at = np.column_stack([spots.x, spots.y])
    away_m = cKDTree(at).query(at, k=2)[0][:, 1]
    near = int((np.hypot(*at.T) <= FAR_M).sum())
    rows += [
        ("no place, or one more than 100 km from the middle one", f"{len(table) - near:,}"),
        ("at the very place of another", f"{(away_m == 0).sum():,}"),
        *((f"another point within {m:.0f} m", _percent((away_m <= m).mean())) for m in NEAR_M),
        ("metres to the nearest: tenth, median, nine tenths", _three(pd.Series(away_m))),
    ]
    if "turn" in placed:
        of_route = placed.assign(x=at[:, 0], y=at[:, 1]).sort_values(["route_id", "turn"])
        step = of_route.groupby("route_id")[["x", "y"]].diff().dropna()
        step_m = np.hypot(step["x"], step["y"])
        rows.append(("pairs of points that follow each other on a route", f"{len(step_m):,}"))
        rows += [(f"of them within {m:.0f} m", _percent((step_m <= m).mean())) for m in NEAR_M]
    return rows


# --- how figures are shown ------------------------------------------------------------------------


def _sizes(table: pd.DataFrame) -> pd.Series:
    return table.groupby("vehicle_id").size()


def _three(values: pd.Series) -> str:
    return ", ".join(f"{values.quantile(q):,.0f}" for q in (0.1, 0.5, 0.9))


def _hours(span: pd.Timedelta) -> str:
    return f"{span.total_seconds() / 3600:.0f}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


if __name__ == "__main__":
    main()
