"""All that tracks have of each pickup: stands, passes, stretches that may hide one, silences.

A criterion stops at what settles a pickup. Here nothing is cut short: each interval of a vehicle
that may have to do with a pickup is a row, with its distance, dwell, hour, fixes and scatter, and
with what else the vehicle served meanwhile. It is kept beside the verdicts: for whoever asks why,
and for trying other ways of judging on what all of them have to go by.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.domain.arrays import Array, Bools, Ints, records, rows_of, seconds, times
from routecheck.domain.codes import EpisodeKind, Verdict
from routecheck.domain.tables import EPISODES, TEXT
from routecheck.geo.distance import distances_m
from routecheck.verdicts import parameters as p
from routecheck.verdicts.assign_visits import stood
from routecheck.verdicts.case import Case
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.hidden import hidden_stands
from routecheck.verdicts.scene import Passes
from routecheck.verdicts.trajectories import Trajectory

_COLUMNS = (
    "pickup", "kind", "vehicle_id", "start_s", "end_s", "distance_m", "dwell_s", "dwell_max_s",
    "fixes", "place", "probability",
)  # fmt: skip
_MEASURED = (
    "outside_s", "distance_m", "tolerance_m", "dwell_s", "dwell_max_s", "usual_stand_s",
    "interval_s", "scatter_m",
)  # fmt: skip
_PICKUP = ("service_date", "point_id", "window_start")
_HERE = -1
"""Rank of the place where a point is judged."""
_Row = tuple[Any, ...]


def episodes(facts: Facts, pickups: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    """Return all that the tracks have of the pickups of a date.

    Stands and passes are those of any vehicle, but of vehicles that had no need to come only those
    in which they had time to stand. Stands farther off and at other places that come into
    question, silences, and stretches that may hide a stand are those of the vehicles that had to
    see the pickup; stretches only of pickups that no visit serves, for beside a stand that was
    seen they say nothing.

    Args:
        facts: of the date, as the pickups were judged by them.
        pickups: PICKUPS, plain index.
        judgements: JUDGEMENTS of the pickups, in their order.

    Returns:
        EPISODES, by pickup and time; times to the second, lengths and durations to a tenth.
    """
    seen = [criteria["say"] == "collected" for criteria in judgements["criteria"]]
    cases = [facts.case(k, paces=not served) for k, served in enumerate(seen)]
    passes = pd.concat(
        [
            _passes(facts.visits, cases, (EpisodeKind.STAND, EpisodeKind.PASS), facts),
            _passes(facts.touched, cases, (EpisodeKind.PASS, EpisodeKind.PASS), facts),
            _passes(facts.parked, cases, (EpisodeKind.PARKED, EpisodeKind.PARKED), facts),
            _passes(
                facts.approaches, cases, (EpisodeKind.STAND_BESIDE, EpisodeKind.PASS_BESIDE), facts
            ),
        ],
        ignore_index=True,
    )
    near = set(zip(passes["pickup"].tolist(), passes["vehicle_id"].tolist(), strict=True))
    rows = [
        *_stands_about(facts, cases),
        *(
            row
            for case, served in zip(cases, seen, strict=True)
            for track in case.observers
            for row in _watched(
                track, case, facts, served=served, near=(case.position, track.vehicle_id) in near
            )
        ),
    ]
    found = pd.concat([passes, pd.DataFrame(rows, columns=_COLUMNS)], ignore_index=True)
    # Where one of the two has no rows, pandas does not know what its columns hold.
    found = found.astype({"pickup": "int64", "start_s": float, "end_s": float})
    found = found.sort_values(["pickup", "start_s", "vehicle_id"], kind="stable", ignore_index=True)
    return _told(found, facts, cases, pickups, judgements)


def _passes(
    passes: Passes, cases: Sequence[Case], kinds: tuple[EpisodeKind, EpisodeKind], facts: Facts
) -> pd.DataFrame:
    """The passes at the places of pickups, as stands or passes; those beside them only once."""
    beside = kinds[0] == EpisodeKind.STAND_BESIDE
    of_case = []
    for case in cases:
        rows = passes.at(case.point_id)
        rows = rows[passes.touch(rows, *case.span_s)]
        own = _of_any(passes.vehicle[rows], case)
        # On a main road the whole fleet drives by.
        keep = own | (passes.dwell_max_s[rows] >= facts.settings.min_dwell_s)
        if beside:
            # A pass beside is one that did not come nearer; the own stands there are told as such.
            keep &= passes.distance_m[rows] > case.tolerance_m
            least_s, dwell_s = facts.settings.min_dwell_s, passes.dwell_s[rows]
            keep &= ~(own & stood(dwell_s, passes.dwell_max_s[rows], least_s))
        of_case.append(rows[keep])
    row = np.concatenate([np.zeros(0, dtype=np.int64), *of_case])
    enough = stood(passes.dwell_s[row], passes.dwell_max_s[row], facts.settings.min_dwell_s)
    enough &= passes.dwell_max_s[row] > 0.0  # where driving past is enough, it is no stand
    return pd.DataFrame(
        {
            "pickup": np.repeat([case.position for case in cases], [len(rows) for rows in of_case]),
            "kind": np.where(enough, *map(str, kinds)),
            "vehicle_id": passes.vehicle[row],
            "start_s": passes.entered_s[row],
            "end_s": passes.left_s[row],
            "distance_m": passes.distance_m[row],
            "dwell_s": passes.dwell_s[row],
            "dwell_max_s": passes.dwell_max_s[row],
            "fixes": passes.fixes_inside[row],
            "place": _HERE,
            "probability": np.nan,
        }
    )


def _of_any(vehicle: np.ndarray, case: Case) -> Bools:
    """Which of some vehicles had to see a pickup: one or two of them."""
    found = np.zeros(len(vehicle), dtype=bool)
    for track in case.observers:
        found |= vehicle == track.vehicle_id
    return found


def _stands_about(facts: Facts, cases: Sequence[Case]) -> Iterator[_Row]:
    """Stands of who had to see a pickup: beside it, or where it may be too.

    The point may be at other places; and which stand beside a place was meant for it is what poor
    fixes leave open.
    """
    stops = facts.stops
    for case in cases:
        lengths_s = facts.settings.min_dwell_s, p.BREAK_S
        there = stops.between(stops.of(case.observed_by), case.span_s, lengths_s)
        if not len(there):
            continue

        def row(
            kind: EpisodeKind, k: Any, away_m: float, rank: int = _HERE, share: float = np.nan,
            case: Case = case, there: Ints = there,
        ) -> _Row:  # fmt: skip
            stop = int(there[k])
            return (
                case.position, str(kind), str(stops.vehicle[stop]), *stops.span_s(stop), away_m,
                float(stops.stood_s[stop]), float(stops.stood_max_s[stop]), int(stops.fixes[stop]),
                rank, share,
            )  # fmt: skip

        if case.geometry is not None:
            away_m = stops.away_m(case.geometry, there)
            beyond_m = away_m - case.tolerance_m
            for k in np.flatnonzero((beyond_m > 0.0) & (beyond_m <= p.BESIDE_M)):
                yield row(EpisodeKind.STAND_BESIDE, k, float(away_m[k]))
        for place in facts.other_places(case):
            away_m = stops.away_m(shapely.Point(place.lon, place.lat), there)
            for k in np.flatnonzero(away_m <= case.tolerance_m):
                away = float(away_m[k])
                yield row(EpisodeKind.STAND_ELSEWHERE, k, away, place.rank, place.probability)


def _watched(
    track: Trajectory, case: Case, facts: Facts, *, served: bool, near: bool
) -> Iterator[_Row]:
    """What else the track of a vehicle that had to see a pickup has of it."""

    def row(
        kind: EpisodeKind, span_s: tuple[float, float], away_m: float, dwell_s: float, most_s: float
    ) -> _Row:
        return (
            case.position, str(kind), track.vehicle_id, *span_s, away_m, dwell_s, most_s, 0, _HERE,
            np.nan,
        )  # fmt: skip

    on_date = track.rows_between(*case.span_s)
    if not len(on_date):
        nothing = np.nan, np.nan
        yield row(EpisodeKind.UNHEARD, nothing, np.nan, np.nan, np.nan)
        return
    if case.geometry is None:
        return
    for most_s, start_s, end_s, least_m in _silences(track, case, facts):
        span_s = start_s, end_s
        yield row(EpisodeKind.SILENCE, span_s, least_m + case.tolerance_m, np.nan, most_s)
    if not served:
        span_s = case.window_s[0] - p.APART_S, case.window_s[1] + p.APART_S
        for one in hidden_stands(track, case.place, span_s, facts.settings, case.stretch):
            yield row(
                EpisodeKind.HIDDEN, (one.start_s, one.end_s), 0.0 if one.on_the_way else np.nan,
                one.stood_s, one.most_s,
            )  # fmt: skip
    if not near:
        away_m = _beyond_m(track, case, on_date)
        k = int(np.argmin(away_m))
        moment_s = float(track.time_s[on_date[k]])
        away = float(away_m[k]) + case.tolerance_m
        yield row(EpisodeKind.AWAY, (moment_s, moment_s), away, 0.0, 0.0)


def _beyond_m(track: Trajectory, case: Case, fixes: Ints) -> Array:
    """How far fixes lie beyond the tolerance of a pickup's place (m)."""
    if case.geometry.geom_type in ("Point", "MultiPoint"):  # one place, the likeliest first
        away_m = track.distance_m(case.lon, case.lat, fixes)
    else:
        away_m = distances_m(case.geometry, track.lon[fixes], track.lat[fixes])
    return np.maximum(away_m - case.tolerance_m, 0.0)


def _silences(
    track: Trajectory, case: Case, facts: Facts
) -> list[tuple[float, float, float, float]]:
    """The silences in a window in which a vehicle may have served a place, the longest few.

    The most time it can have stood there (s), start, end, and the distance beyond the tolerance of
    the nearer end (m). Before its first fix and after its last one a vehicle may have come from
    anywhere, or gone there.
    """
    first_s, last_s = case.window_s
    k = track.silences
    k = k[(track.time_s[k] < last_s) & (track.time_s[k + 1] > first_s)]
    start_s, end_s = track.time_s[k], track.time_s[k + 1]
    # Of both ends of each silence, and of the first and the last fix.
    away_m = _beyond_m(track, case, np.concatenate([k, k + 1, [0, len(track.time_s) - 1]]))
    before_m, after_m = away_m[: len(k)], away_m[len(k) : 2 * len(k)]
    most_s = end_s - start_s - (before_m + after_m) / track.speed_ms
    inner = (most_s, start_s, end_s, np.minimum(before_m, after_m))
    found = list(zip(*(values.tolist() for values in inner), strict=True))
    first_m, last_m = away_m[2 * len(k) :].tolist()
    for beyond_m, begins_s, ends_s in (
        (first_m, first_s, min(float(track.time_s[0]), last_s)),
        (last_m, max(float(track.time_s[-1]), first_s), last_s),
    ):
        time_s = ends_s - begins_s - beyond_m / track.speed_ms
        found.append((time_s, begins_s, ends_s, beyond_m))
    enough = [one for one in found if one[0] >= facts.settings.min_dwell_s]
    return sorted(enough, reverse=True)[: p.MOST_SILENCES]


def _told(
    found: pd.DataFrame,
    facts: Facts,
    cases: Sequence[Case],
    pickups: pd.DataFrame,
    judgements: pd.DataFrame,
) -> pd.DataFrame:
    """EPISODES of rows, with what is known about each interval."""
    row = found["pickup"].to_numpy(dtype=np.int64)
    start_s, end_s = found["start_s"].to_numpy(float), found["end_s"].to_numpy(float)
    vehicle = found["vehicle_id"].to_numpy(dtype=object)

    def of_case(values: Sequence[float]) -> Array:
        taken: Array = np.array(values, dtype=np.float64)[row]
        return taken

    before_s = of_case([case.window_s[0] for case in cases]) - end_s
    after_s = start_s - of_case([case.window_s[1] for case in cases])
    here = found["place"].to_numpy() == _HERE
    sure = of_case([case.place_confidence for case in cases])
    table = pd.DataFrame(
        {
            **{name: pickups[name].array[row] for name in _PICKUP},
            "vehicle_id": pd.Series(vehicle, dtype=TEXT),
            "scheduled": pickups["vehicle_id"].to_numpy(dtype=object)[row] == vehicle,
            "kind": found["kind"].astype(TEXT),
            "start": times(np.round(start_s)),
            "end": times(np.round(end_s)),
            "outside_s": np.maximum(np.maximum(before_s, after_s), 0.0),
            "distance_m": found["distance_m"].astype(float),
            "tolerance_m": of_case([case.tolerance_m for case in cases]),
            "dwell_s": found["dwell_s"].astype(float),
            "dwell_max_s": found["dwell_max_s"].astype(float),
            "usual_stand_s": of_case([case.usual_stand_s for case in cases]),
            "fixes": found["fixes"].astype(np.int64),
            **_quality(facts, vehicle, start_s, end_s),
            "place": found["place"].astype(np.int64),
            "place_probability": np.round(
                np.where(here, sure, found["probability"].to_numpy(float)), p.SHARE_DIGITS
            ),
            **_part_in_verdicts(found, judgements),
        }
    )
    return EPISODES.check(table.round(dict.fromkeys(_MEASURED, p.EPISODE_DIGITS)))


def _quality(facts: Facts, vehicle: np.ndarray, start_s: Array, end_s: Array) -> dict[str, Any]:
    """How close in time, and how scattered, the fixes of each vehicle are about each interval."""
    interval_s, scatter_m = np.full(len(vehicle), np.nan), np.full(len(vehicle), np.nan)
    fault = np.full(len(vehicle), "", dtype=object)
    for name, rows in rows_of(vehicle).items():
        mine = rows[~np.isnan(start_s[rows])]
        track = facts.tracks.get(name)
        if track is None or not len(mine):
            continue
        first = np.searchsorted(track.time_s, start_s[mine] - p.SCATTER_HOLDS_S)
        last = np.searchsorted(track.time_s, end_s[mine] + p.SCATTER_HOLDS_S, side="right") - 1
        some = last > first
        long_s = track.time_s[np.maximum(last, 0)] - track.time_s[np.minimum(first, last)]
        interval_s[mine[some]] = long_s[some] / (last - first)[some]
        scatter_m[mine] = facts.stops.scatter_about(name, (start_s[mine] + end_s[mine]) / 2.0)
    for doubt in records(facts.scene.doubts):
        touched = (vehicle == doubt.vehicle_id) & (start_s <= doubt.end) & (end_s >= doubt.start)
        fault[touched] = str(doubt.fault)
    return {"interval_s": interval_s, "scatter_m": scatter_m, "fault": pd.Series(fault, dtype=TEXT)}


def _part_in_verdicts(found: pd.DataFrame, judgements: pd.DataFrame) -> dict[str, Any]:
    """Which other point each interval served by the verdicts, and whether its own verdict names it.

    Args:
        found: rows of episodes.
        judgements: JUDGEMENTS by position of the pickup.
    """
    named = pd.DataFrame(
        {
            "by": np.arange(len(judgements)),
            "vehicle_id": judgements["vehicle_id"].to_numpy(dtype=object),
            "point": judgements["point_id"].to_numpy(dtype=object),
            "collected": (judgements["verdict"] == str(Verdict.COLLECTED)).to_numpy(),
            "from_s": seconds(judgements["arrived_at"]),
            "until_s": seconds(judgements["departed_at"]),
        }
    )
    named = _with_silences(named, judgements["criteria"])
    rows = found[["pickup", "vehicle_id", "start_s", "end_s"]].rename_axis("row").reset_index()
    pairs = rows.merge(named[named["from_s"].notna()], on="vehicle_id")
    first_s = np.maximum(pairs["start_s"].to_numpy(float), pairs["from_s"].to_numpy(float))
    last_s = np.minimum(pairs["end_s"].to_numpy(float), pairs["until_s"].to_numpy(float))
    differs_s = (pairs["start_s"] - pairs["from_s"]).abs() + (
        pairs["end_s"] - pairs["until_s"]
    ).abs()
    pairs = pairs.assign(differs_s=differs_s)[last_s >= first_s]
    pairs = pairs.sort_values("differs_s", kind="stable")
    own = pairs["by"] == pairs["pickup"]
    decisive = np.zeros(len(found), dtype=bool)
    decisive[pairs.loc[own].drop_duplicates("pickup")["row"].to_numpy()] = True
    served = np.full(len(found), "", dtype=object)
    point = judgements["point_id"].to_numpy(dtype=object)[pairs["pickup"]]
    others = pairs[(~own & pairs["collected"] & (pairs["point"] != point)).to_numpy()]
    others = others.drop_duplicates("row")
    served[others["row"].to_numpy()] = others["point"].to_numpy(dtype=object)
    return {"served_point_id": pd.Series(served, dtype=TEXT), "decisive": decisive}


def _with_silences(named: pd.DataFrame, criteria: pd.Series) -> pd.DataFrame:
    """The intervals that verdicts name; without a visit, the silence or stand they cite."""
    from_s, until_s = named["from_s"].to_numpy(copy=True), named["until_s"].to_numpy(copy=True)
    for k in np.flatnonzero(np.isnan(from_s)):
        cited = criteria.iloc[k] or {}
        for begins, ends in (("silent_from", "silent_until"), ("stood_from", "stood_until")):
            if begins in cited and ends in cited:
                from_s[k] = pd.Timestamp(cited[begins]).timestamp()
                until_s[k] = pd.Timestamp(cited[ends]).timestamp()
    return named.assign(from_s=from_s, until_s=until_s)
