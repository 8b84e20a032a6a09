"""The ledger of places: where points are judged to be, and how sure, where that is known.

    python -m benchmarks.places --write docs/places.md
    python -m benchmarks.places --worlds DIR --jobs 2
    python -m benchmarks.places --profiles county --seeds 1,2 --terms ""

Counties of the project's own simulator, and the sites with known truth that lie in a folder, each
in folders `site` and `truth` as `benchmarks.worlds` has them. All service dates are judged as one
range, as `routecheck run` does it from nothing. Then each term of the place model is taken out
(`benchmarks.places_terms`), and the places found and the pickups judged once more.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pydantic import SecretStr
from pyproj import Geod

from benchmarks.accuracy import DAYS, PROFILES, seeds_of
from benchmarks.sites import simulated, true_of
from benchmarks.worlds import CLOSE_M, parts_of, with_alerts
from routecheck.config import load_config
from routecheck.evaluate import Compared, Truth, compare, pool

SEEDS = (201, 202, 203)
"""Of those by which nothing is chosen."""
OWN, OTHER = "own simulator", "other worlds"
LATER_DAYS = 30
"""Judged is so long after the last date: all that comes late has come."""
MISSED_DATES = 3
"""A point is missed every day if it was due on so many dates at least."""
WHOLE = ""
"""The name of the model with all of its terms."""


@dataclass(frozen=True)
class World:
    """A site and where its truth lies.

    Attributes:
        group: of whose simulator.
        name: as the page has it.
        site: a folder with routecheck.toml.
        truth: truth.csv.
        terms: names of the terms that are taken out.
    """

    group: str
    name: str
    site: Path
    truth: Path
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was found of one site, or of several pooled.

    Attributes:
        points: of the points that were due: point_id, fault (what is wrong with the record; empty:
            nothing), recorded_off_m (from the record to the bins; blank: no record that can be
            used), off_m (from the place of places.csv), judged_off_m (from the nearest of the
            places at which its pickups are judged), settled, confidence, uncertainty_m.
        compared: verdicts and corrections beside the truth.
    """

    points: pd.DataFrame
    compared: Compared

    @property
    def close(self) -> pd.Series:
        """Points whose place lies within 30 m of the bins."""
        return self.points["off_m"] <= CLOSE_M

    @property
    def settled_wrong(self) -> pd.Series:
        """Points at a settled place, and no place at which they are judged is near the bins."""
        return self.points["settled"] & ~(self.points["judged_off_m"] <= CLOSE_M)

    def missed_always(self) -> pd.Series:
        """What became of the points missed on every date: the verdict of most of their pickups."""
        p = self.compared.pickups
        by_point = p[p["status"] != "not_due"].groupby(["site", "point_id"])
        always = by_point["status"].agg(lambda s: bool((s == "missed").all()))
        always &= by_point["service_date"].nunique() >= MISSED_DATES
        most = by_point["verdict"].agg(lambda v: v.value_counts(normalize=True).idxmax())
        share = by_point["verdict"].agg(lambda v: v.value_counts(normalize=True).max())
        return most.where(share > 0.5, "mixed")[always]


@dataclass
class Ledger:
    """All worlds, and the same without each term."""

    found: dict[tuple[str, str], Found] = field(default_factory=dict)
    """By group and name, in order."""
    without: dict[str, dict[str, Found]] = field(default_factory=dict)
    """By term (first the whole model), by group: those worlds of it that were judged so."""


def main(arguments: Sequence[str] | None = None) -> None:
    from benchmarks.places_page import document
    from benchmarks.places_terms import TERMS

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.places", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--worlds", type=Path, help="a folder of sites with known truth")
    parser.add_argument("--seeds", type=seeds_of, default=SEEDS, help="such as 201-203 (default)")
    parser.add_argument(
        "--profiles", type=names_of, default=PROFILES, help="of the own simulator, or none"
    )
    parser.add_argument(
        "--days", type=int, default=DAYS, help="service dates of these (default %(default)s)"
    )
    parser.add_argument(
        "--terms", type=names_of, default=tuple(term.name for term in TERMS),
        help="which terms are taken out (default: each)",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=1, help="worlds at once")
    parser.add_argument("--sites", type=Path, help="keep the simulated counties here")
    parser.add_argument("--write", type=Path, help="write the ledger to this Markdown file")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        sites = given.sites or Path(scratch)
        worlds = [
            # Terms are taken out of one site of a kind; where all is right, none is missed.
            World(
                OWN, profile, site := simulated(profile, seed, given.days, sites),
                site / "truth.csv",
                given.terms if seed == given.seeds[0] and profile != "ideal" else (),
            )
            for profile in given.profiles
            for seed in given.seeds
        ]  # fmt: skip
        worlds += others_in(given.worlds, given.terms) if given.worlds else []
        ledger = judged(worlds, given.jobs)
    text = document(ledger, given.seeds, given.days)
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8", newline="\n")


def others_in(folder: Path, terms: tuple[str, ...]) -> list[World]:
    """The sites in a folder; terms are taken out of the first whose names differ by a number."""
    worlds: list[World] = []
    kinds: set[str] = set()
    for one in sorted(folder.iterdir()):
        site_files, truth_files = parts_of(one)
        if not (site_files / "routecheck.toml").exists():
            continue
        kind = one.name.rstrip("0123456789-_")
        taken = () if kind in kinds else terms
        kinds.add(kind)
        worlds.append(World(OTHER, one.name, site_files, truth_files / "truth.csv", taken))
    return worlds


def names_of(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def judged(worlds: Sequence[World], jobs: int = 1) -> Ledger:
    """Judge worlds, each in a process of its own, with all terms and without each."""
    ledger = Ledger()
    by_name: dict[tuple[str, str], list[Found]] = {}
    by_term: dict[str, dict[str, list[Found]]] = {}
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=fresh, max_tasks_per_child=1) as processes:
        for world, found in zip(worlds, processes.map(judged_world, worlds), strict=True):
            by_name.setdefault((world.group, world.name), []).append(found[WHOLE])
            for term in [WHOLE, *world.terms] if world.terms else []:
                by_term.setdefault(term, {}).setdefault(world.group, []).append(found[term])
    ledger.found = {key: pooled(parts) for key, parts in by_name.items()}
    ledger.without = {
        term: {group: pooled(parts) for group, parts in of_group.items()}
        for term, of_group in by_term.items()
    }
    return ledger


def pooled(parts: Sequence[Found]) -> Found:
    """Put several sites together."""
    points = pd.concat([part.points for part in parts], ignore_index=True)
    return Found(points, pool([part.compared for part in parts]))


def judged_world(world: World) -> dict[str, Found]:
    """Judge a site from nothing; by the term that was taken out, first none. Writes nothing."""
    from benchmarks.places_terms import TERMS, taken_out
    from routecheck.engine import basis as engine_basis
    from routecheck.engine.session import open_site

    started = time.perf_counter()
    # Every date is observed once: none of these terms has a part in it.
    engine_basis.KEEP_ROWS = 10**9
    with tempfile.TemporaryDirectory() as scratch:
        config = load_config(world.site / "routecheck.toml")
        url = SecretStr(f"sqlite:///{scratch}/store.db")
        elsewhere = config.store.model_copy(update={"url": url})
        config = config.model_copy(update={"store": elsewhere})
        truth = with_alerts(
            true_of(world.site, world.truth), world.truth.with_name("truth_alerts.csv")
        )
        dates = sorted(set(truth.pickups["service_date"]))
        now = pd.Timestamp(dates[-1], tz="UTC") + timedelta(days=LATER_DAYS)
        by_name = {term.name: term for term in TERMS}
        found = {}
        with open_site(config, now=now) as site:
            basis = site.as_imported(dates[0])
            observed = {day: basis.history_of(day) for day in dates}
            for name in (WHOLE, *world.terms):
                with taken_out(by_name[name]) if name else nullcontext():
                    learned = basis.learn(observed)
                    days = [basis.judge(day, learned) for day in dates]
                beside = compare(
                    pd.concat([day.judgements for day in days], ignore_index=True),
                    pd.concat([day.alerts for day in days], ignore_index=True),
                    truth,
                    learned.corrections,
                )
                found[name] = Found(points_of(basis, learned, truth, beside), beside)
    print(f"{world.name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    return found


def points_of(basis, learned, truth: Truth, beside: Compared) -> pd.DataFrame:
    """The points that were due, beside where their bins stand; columns as in `Found`."""
    from routecheck.queries.whereabouts import whereabouts
    from routecheck.registry.records import valid_points

    assert truth.points is not None, "truth_points.csv is needed"
    due = truth.points["point_id"].isin(beside.pickups["point_id"])
    bins = truth.points[due].set_index("point_id")
    true_lon, true_lat = bins["lon"].to_numpy(), bins["lat"].to_numpy()
    said = whereabouts(learned.candidates, basis.settings.diagnose.reach_m)
    said = said.set_index("point_id").reindex(bins.index)
    places = learned.places.set_index("point_id").reindex(bins.index)
    records = valid_points(basis.site.points, learned.on).set_index("point_id").reindex(bins.index)
    off = [
        nearest_m(geometry, lon, lat)
        for geometry, lon, lat in zip(places["geometry"], true_lon, true_lat, strict=True)
    ]
    record = shapely.centroid(shape_or_none(records["geometry"]))
    return pd.DataFrame(
        {
            "point_id": bins.index,
            "fault": bins["record_fault"].to_numpy(),
            "recorded_off_m": apart_m(
                shapely.get_x(record), shapely.get_y(record), true_lon, true_lat
            ),
            "off_m": apart_m(said["lon"].to_numpy(), said["lat"].to_numpy(), true_lon, true_lat),
            "judged_off_m": np.array(off, dtype=float),
            "settled": (places["settled"] == True).to_numpy(),  # noqa: E712  blank: unknown
            "confidence": said["confidence"].fillna(0.0).to_numpy(),
            "uncertainty_m": said["uncertainty_m"].to_numpy(),
        }
    )


def apart_m(lon, lat, other_lon, other_lat) -> np.ndarray:
    """Metres on the ellipsoid; blank where a place is."""
    return np.asarray(Geod(ellps="WGS84").inv(lon, lat, other_lon, other_lat)[2])


def shape_or_none(geometry: pd.Series) -> np.ndarray:
    """Geometries, None where there is none."""
    return np.array([g if g is not None and g == g else None for g in geometry], dtype=object)


def nearest_m(geometry: object, lon: float, lat: float) -> float:
    """Metres from the nearest of the places at which a point is judged to its bins."""
    if geometry is None or geometry != geometry:
        return np.nan
    parts = shapely.centroid(shapely.get_parts(geometry))
    x, y = shapely.get_x(parts), shapely.get_y(parts)
    return float(apart_m(x, y, np.full(len(x), lon), np.full(len(y), lat)).min())


if __name__ == "__main__":
    main()
