"""What a site's own data have taught: each figure with what it started from and rests on.

Nothing is shown that judging or diagnosing does not use: the history in the store is learned from
as a run of the last judged date does, and that date's devices are looked at as judging does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from routecheck.diagnosis import likelihood as lk
from routecheck.domain.arrays import Array, records
from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import Message
from routecheck.engine import patience as waits
from routecheck.engine.basis import Basis
from routecheck.engine.judged import Judged
from routecheck.engine.learning import Learned
from routecheck.engine.patience import LearnedPatience, learned_patience
from routecheck.engine.session import Session
from routecheck.queries.learned_figures import (
    Checked,
    Device,
    Doubted,
    Figure,
    PlacesKnown,
    RecordsFound,
    WhatWasLearned,
    WrongRecords,
)
from routecheck.tracks.believed import doubts_on
from routecheck.verdicts import Scene
from routecheck.verdicts import parameters as judging
from routecheck.verdicts.devices import device_figures
from routecheck.verdicts.recalibrate import Recalibration

WEEK = timedelta(days=7)
"""So much earlier the same figures are looked at, to see how they move."""
LOW, HIGH = 0.1, 0.9
"""Between these quantiles lie eight in ten."""
Z_HIGH = 1.2816
"""Standard deviations above which one in ten of a normal distribution lies."""
TYPICAL_CONFIDENCE = 0.9
"""A confidence by which it is shown what field checks make of one."""


def what_was_learned(site: Session) -> WhatWasLearned:
    """Return what the data of a site have taught, as of its last judged date.

    Args:
        site: opened; nothing is changed.

    Raises:
        StoreNotOpenedError: the site was judged before, and its store is gone.
    """
    site.require_not_lost()
    ledger = site.stored.dates() if site.stored is not None else []
    judged = [entry["service_date"] for entry in ledger]
    if not judged:
        return WhatWasLearned()
    # A date without fixes shows no device; what was learnt is the same.
    heard = [e["service_date"] for e in ledger if (e["counts"] or {}).get("fixes_kept")]
    day = max(heard, default=judged[-1])
    site.progress("progress.diagnosing", 0.3)
    basis = site.as_judged([day])
    learned = basis.learn({})
    before = max((one for one in judged if one <= day - WEEK), default=None)
    earlier: _Taught | None = None
    if before is not None:
        earlier = _taught(site, basis.until(before).learn({}), before)
    now = _taught(site, learned, day)
    site.progress(Message("progress.judging", day=day), 0.7)
    seen = basis.judge(day, learned)
    devices = device_figures(_scene(basis, learned, seen), site.settings.judge)
    return WhatWasLearned(
        on=day,
        since=learned.since,
        dates=learned.habits.dates,
        week_before=before,
        stands=learned.habits.stands,
        figures=(*_with_before(now.figures, earlier), *_of_devices(devices)),
        places=now.places,
        places_before=None if earlier is None else earlier.places,
        records=now.records,
        devices=tuple(_devices(devices, seen)),
        doubted=tuple(_doubted(learned)),
        checks=tuple(_checked(basis.checks.before(day))),
    )


@dataclass(frozen=True)
class _Taught:
    """What all dates together taught."""

    figures: tuple[Figure, ...]
    places: PlacesKnown
    records: RecordsFound


def _taught(site: Session, learned: Learned, day: date) -> _Taught:
    places, habits = learned.places, learned.habits
    usual, stood_s = habits.usual_stand, _known(places["stand_s"])
    spread = np.array([-1.0, 1.0]) * Z_HIGH * usual.log_sd
    low_s, high_s = np.exp(usual.log_s + spread).tolist()
    best = learned.candidates[(learned.candidates["rank"] == 0).to_numpy()]
    due = best[(best["days_due"] > 0).to_numpy()]
    figures = (
        Figure(
            "stand_usual",
            "s",
            float(np.exp(usual.log_s)),
            lk.USUAL_STAND_S,
            "stands",
            usual.stands,
            low_s,
            high_s,
            least=lk.USUAL_STAND_LEAST,
        ),
        _figure("stand_of_points", "s", stood_s, None, "points", total=len(places)),
        _figure(
            "service_seen",
            "share",
            habits.vehicles["service"].to_numpy(dtype=float),
            lk.SERVICE_SEEN,
            "due_days",
            count=int(habits.vehicles["due_days"].sum()),
        ),
        _figure(
            "days_seen",
            "share",
            (due["days_seen"] / due["days_due"]).to_numpy(dtype=float),
            None,
            "points",
            total=len(places),
        ),
        _figure("pace_roads", "km/h", _known(learned.paces["usual_ms"]) * 3.6, None, "cells"),
        *_waits(learned_patience(site.stored, day + timedelta(days=1))),
    )
    return _Taught(figures, _places_known(places), _records_found(learned))


def _waits(learned: LearnedPatience) -> tuple[Figure, ...]:
    """How late data and pickups come, which the running day waits for."""
    of = learned.patience

    # Without end: until the run that closes the date.
    not_begun_s, not_begun_start_s = _or_none(of.waiting_s), _or_none(waits.WAITING_S)
    return (
        Figure("fixes_late", "s", of.delay_s, waits.DELAY_S, "delays", learned.delays),
        Figure(
            "wait_begun",
            "s",
            of.begun_s,
            waits.BEGUN_S,
            "pickups",
            learned.begun,
            least=waits.LEAST,
        ),
        Figure(
            "wait_not_begun",
            "s",
            not_begun_s,
            not_begun_start_s,
            "pickups",
            learned.waiting,
            least=waits.LEAST,
        ),
    )


def _places_known(places: pd.DataFrame) -> PlacesKnown:
    settled = places["settled"].to_numpy(dtype=bool)
    shown = settled & (places["stand_days"].to_numpy() > 0)
    return PlacesKnown(
        points=len(places),
        shown=int(shown.sum()),
        recorded=int((settled & ~shown).sum()),
        unknown=int((~settled).sum()),
        seldom=int(places["seldom"].sum()),
    )


def _records_found(learned: Learned) -> RecordsFound:
    held = learned.corrections
    held = held[(held["state"] != str(CorrectionState.REJECTED)).to_numpy()]
    held = held.drop_duplicates("point_id", keep="last")
    of_cause = held.groupby(held["cause"].astype(str))["offset_m"].agg(["size", "median"])
    of_cause = of_cause.sort_values("size", ascending=False, kind="stable")
    return RecordsFound(
        points=len(learned.places),
        wrong=len(held),
        by_cause=tuple(
            WrongRecords(str(cause), int(count), _or_none(middle_m))
            for cause, count, middle_m in of_cause.itertuples()
        ),
    )


def _of_devices(devices: pd.DataFrame) -> tuple[Figure, ...]:
    """What the devices of the date have in common."""
    scatter_m, offset_m = _known(devices["scatter_m"]), _known(devices["offset_m"])
    pace_kmh = _known(devices["pace_ms"]) * 3.6
    count, total = int(devices["stands"].sum()), len(devices)
    at_first = judging.UNKNOWN_PACE_MS * 3.6
    return (
        _figure("interval", "s", _known(devices["interval_s"]), None, "vehicles", total=total),
        _figure("scatter", "m", scatter_m, judging.TYPICAL_SCATTER_M, "stands", count=count),
        _figure("stand_offset", "m", offset_m, None, "vehicles", total=total),
        _figure("pace_vehicles", "km/h", pace_kmh, at_first, "vehicles", total=total),
    )


def _figure(
    name: str,
    unit: str,
    values: Array,
    start: float | None,
    counted: str,
    *,
    count: int | None = None,
    total: int | None = None,
) -> Figure:
    """The middle of some values and where eight in ten lie; without any what was assumed."""
    count = len(values) if count is None else count
    if not len(values):
        return Figure(name, unit, start, start, counted, 0, total=total)
    low, middle, high = np.quantile(values, [LOW, 0.5, HIGH]).tolist()
    return Figure(name, unit, middle, start, counted, count, low, high, total)


def _known(values: pd.Series) -> Array:
    return values.dropna().to_numpy(dtype=float)


def _with_before(figures: tuple[Figure, ...], earlier: _Taught | None) -> tuple[Figure, ...]:
    """The figures with their values of a week earlier."""
    if earlier is None:
        return figures
    then = {one.name: one.value for one in earlier.figures if one.learnt}
    return tuple(replace(one, week_before=then.get(one.name)) for one in figures)


def _scene(basis: Basis, learned: Learned, seen: Judged) -> Scene:
    """The date as judging looks at it."""
    day, observation = seen.service_date, seen.observation
    return Scene(
        service_date=day,
        zone=basis.settings.time_zone,
        pickups=basis.pickups(day),
        around=basis.pickups(day).iloc[:0],
        places=seen.places,
        tracks=observation.cleaned.tracks,
        standing=observation.standing,
        stops=observation.stops,
        visits=seen.visits,
        approaches=seen.approaches,
        usual=learned.usual,
        paces=learned.paces,
        as_of=observation.as_of,
        doubts=doubts_on(day, learned.faults),
        candidates=learned.candidates,
        grain=observation.grain,
    )


def _devices(devices: pd.DataFrame, seen: Judged) -> list[Device]:
    cleaned, grain = seen.observation.cleaned, seen.observation.grain
    found = []
    for row in records(devices):
        name = str(row.vehicle_id)
        mesh = grain.mesh_m.get(name)
        habits = {
            "last_speed": name in cleaned.last_speeds,
            "false_stands": name in cleaned.false_stands,
            "leaves_out_stands": bool(row.leaves_out_stands),
            "times": name in grain.time_s,
            "positions": mesh is not None,
        }
        found.append(
            Device(
                vehicle_id=name,
                fixes=int(row.fixes),
                interval_s=_or_none(row.interval_s),
                scatter_m=_or_none(row.scatter_m),
                stands=int(row.stands),
                offset_m=_or_none(row.offset_m),
                pace_kmh=_or_none(row.pace_ms * 3.6),
                habits=tuple(habit for habit, has in habits.items() if has),
                grain_s=grain.time_s.get(name),
                mesh_m=None if mesh is None else max(mesh),
            )
        )
    return found


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _doubted(learned: Learned) -> list[Doubted]:
    days = learned.faults.groupby(["vehicle_id", "fault"])["service_date"].nunique()
    found = [
        Doubted(str(row.vehicle_id), str(row.fault), int(row.service_date))
        for row in records(days.reset_index())
    ]
    found += [Doubted(name, "drift", learned.habits.dates) for name in learned.drifts]
    return sorted(found, key=lambda one: (-one.dates, one.vehicle_id, one.fault))


def _checked(shifts: Recalibration) -> list[Checked]:
    logit = np.log(TYPICAL_CONFIDENCE / (1.0 - TYPICAL_CONFIDENCE))
    return [
        Checked(
            verdict,
            shifts.checks[verdict],
            TYPICAL_CONFIDENCE,
            float(1.0 / (1.0 + np.exp(-(logit + shift)))),
        )
        for verdict, shift in shifts.verdict.items()
    ]
