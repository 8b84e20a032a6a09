"""Clocks that drift a little every date, without receipt times: told by habit and the schedule."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

import scene
from judged import decided
from routecheck.domain.codes import Cause
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CALENDAR, CORRECTIONS, HISTORY, PICKUPS
from routecheck.engine import learning, observing
from routecheck.tracks.drift import find_drifts
from scene import DAY, ZONE, local

NOW = pd.Timestamp("2026-04-01T00:00:00Z")
SETTINGS = Settings(time_zone=ZONE)
POINTS = {f"P{n}": (n * 500.0, 0.0) for n in range(12)}
NAMES = list(POINTS)
DATES = [DAY + timedelta(days=n) for n in range(9)]
ROWS = [
    *((name, "V1", "06:00", "08:00") for name in NAMES[:6]),
    *((name, "V1", "12:00", "14:00") for name in NAMES[6:]),
]
SITE = observing.Site(scene.points(**POINTS), scene.schedule(*ROWS), CALENDAR.empty())


def day_of(day: date, *, clock_s: float = 0.0, late_s: float = 0.0, receipt_s=None):
    """A truck with six points in the morning and six after noon; some begin a little late."""
    parts = []
    for begins, names in (("06:30", NAMES[:6]), ("12:30", NAMES[6:])):
        legs = [leg for name in names for leg in (("to", *POINTS[name], 8.0), ("stand", 90.0))]
        at = local(begins, day) + timedelta(seconds=late_s + 120.0 * ((day.day * 7) % 5))
        rows = scene.drive((-400.0, 0.0), legs, 20.0)
        parts.append(scene.fixes("V1", at, rows, clock_s=clock_s, receipt_s=receipt_s))
    return scene.together(*parts)


def seen_on(dates: list[date], **by_date) -> dict[date, observing.Observation]:
    """Observations; each keyword is what it is on a date, by how many dates it comes after."""
    return {
        day: observing.observe(
            day_of(day, **{name: of(n) for name, of in by_date.items()}), day, SETTINGS, NOW, SITE
        )
        for n, day in enumerate(dates)
    }


def looked_back_on(seen: dict[date, observing.Observation]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """HISTORY and PICKUPS of the dates."""
    pickups = [SITE.pickups(day, SETTINGS) for day in seen]
    history = [one.history(due, SETTINGS) for one, due in zip(seen.values(), pickups, strict=True)]
    table = pd.concat(history, ignore_index=True).astype({"vehicle_id": "category"})
    return table, pd.concat(pickups, ignore_index=True)


def learnt(seen: dict[date, observing.Observation]) -> learning.Learned:
    history, pickups = looked_back_on(seen)
    return learning.learn(history, pickups, SITE, CORRECTIONS.empty(), max(seen), SETTINGS)


@pytest.mark.parametrize("gain_s", [1200.0, -900.0])
def test_a_clock_that_gains_or_loses_with_every_date_is_found(gain_s):
    found = learnt(seen_on(DATES, clock_s=lambda n: gain_s * n)).drifts
    assert set(found) == {"V1"}
    assert found["V1"].gain_s == pytest.approx(gain_s, rel=0.1)
    # Within what windows of two hours about rounds of an hour leave open.
    last = found["V1"].correction_s(DATES[-1])
    assert last == pytest.approx(-8 * gain_s, abs=3600.0)


def test_it_is_put_right_and_reported_as_the_cause():
    seen = seen_on(DATES, clock_s=lambda n: 1500.0 * n)
    known = learnt(seen)
    late = seen[DATES[-1]]
    right = late.without_drift(known.drifts)
    assert right.cleaned.clocks["vehicle_id"].astype("str").tolist() == ["V1"]
    assert right.cleaned.clocks["offset_s"].iloc[0] == pytest.approx(-12000.0, abs=3600.0)
    moved = (right.cleaned.tracks["time"] - late.cleaned.tracks["time"]).dt.total_seconds()
    assert set(moved) == {right.cleaned.clocks["offset_s"].iloc[0]}
    assert ((right.stops["start"] - late.stops["start"]).dt.total_seconds() == moved.iloc[0]).all()

    raised = scene.alerts(("A1", "P1", "18:00"))
    later = pd.Timedelta(days=len(DATES) - 1)
    raised = raised.assign(service_date=DATES[-1], raised_at=raised["raised_at"] + later)

    def said(seen):
        return decided(seen, SITE, known.places, known.usual, raised, SETTINGS)

    assert said(late).alerts["cause"].tolist() == [str(Cause.OUTSIDE_WINDOW)]
    assert said(right).alerts["cause"].tolist() == [str(Cause.CLOCK)]
    assert set(said(right).judgements["verdict"]) == {"collected"}


def test_who_comes_later_every_date_within_the_window_rises_with_the_sun():
    assert learnt(seen_on(DATES, late_s=lambda n: 400.0 * n)).drifts == {}


def test_rounds_at_any_hour_are_no_drift():
    late = np.random.default_rng(7).uniform(-5400.0, 9000.0, len(DATES))
    assert learnt(seen_on(DATES, late_s=lambda n: float(late[n]))).drifts == {}


def test_what_jumps_to_and_fro_about_its_trend_is_no_drift():
    late = {n: 1500.0 * n + (3000.0 if n % 2 else 0.0) for n in range(len(DATES))}
    assert learnt(seen_on(DATES, late_s=late.get)).drifts == {}


def test_four_dates_are_too_few():
    assert learnt(seen_on(DATES[:4], clock_s=lambda n: 3000.0 * n)).drifts == {}
    assert find_drifts(HISTORY.empty(), PICKUPS.empty(), ZONE) == {}


def test_receipt_times_outweigh_it():
    seen = seen_on(DATES, late_s=lambda n: 1500.0 * n, receipt_s=lambda n: 5.0)
    known = learnt(seen)
    last = seen[DATES[-1]]
    assert last.without_drift(known.drifts) is last, "it was received as it was made"


def test_the_order_of_rows_changes_nothing():
    history, pickups = looked_back_on(seen_on(DATES, clock_s=lambda n: 1200.0 * n))
    shuffled = history.sample(frac=1.0, random_state=3).reset_index(drop=True)
    others = pickups.sample(frac=1.0, random_state=4).reset_index(drop=True)
    assert find_drifts(history, pickups, ZONE) == find_drifts(shuffled, others, ZONE)
