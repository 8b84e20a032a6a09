"""Receivers that are in another datum on most of their days: told by where the others stand."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import pytest

from routecheck.domain.tables import PICKUPS, POINTS
from routecheck.geo import datum
from routecheck.tracks.health import find_faults
from tracks.test_health import FIRST, ZONE, day_of, joined, round_of, shifted, site

DAYS = 6
OTHERS = ("T2", "T3", "T4")
SHIFTS = {"gcj02": datum.wgs84_to_gcj02, "bd09": datum.wgs84_to_bd09}


def own_round(number: int, *, apart: bool = False) -> np.ndarray:
    """Ten points of a vehicle between a yard and a tip; `apart`: of its own, else those of all."""
    yard, tip = round_of(99, 2)
    if apart:
        yard, tip = round_of(500 + number, 2)
    return np.vstack([yard, round_of(number, 10), tip])


def fleet(
    places: np.ndarray,
    off: Collection[int],
    convert,
    *,
    recorded: np.ndarray | None = None,
    later: np.ndarray | None = None,
    common: np.ndarray | None = None,
) -> list[tuple[int, str, str]]:
    """Faults of T1, whose positions on some days are converted, beside three sound vehicles.

    `recorded`: places of T1's points in the file; `later`: where it stands after its first day;
    `common`: where the others stand besides.
    """
    days, pickups, points = [], [], []
    for number, vehicle in enumerate(OTHERS):
        theirs = own_round(number)
        stands = theirs if common is None else np.vstack([theirs, common])
        days += [day_of(stands, n, vehicle) for n in range(DAYS)]
        registry = site(theirs[:-1], vehicle)
        pickups.append(registry[0].assign(point_id=vehicle + registry[0]["point_id"]))
        points.append(registry[1].assign(point_id=vehicle + registry[1]["point_id"]))
    for n in range(DAYS):
        seen = places if later is None or n == 0 else later
        days.append(day_of(shifted(seen, convert) if n in off else seen, n))
    registry = site((places if recorded is None else recorded)[:-1])
    pickups.append(registry[0])
    points.append(registry[1])
    faults = find_faults(
        joined(*days),
        PICKUPS.check(pd.concat(pickups, ignore_index=True)),
        pd.concat(points, ignore_index=True)[POINTS.names],
        ZONE,
    )
    assert set(faults["vehicle_id"]) <= {"T1"}, "nobody else is in doubt"
    return [((row.service_date - FIRST).days, row.fault, row.how) for row in faults.itertuples()]


@pytest.mark.parametrize("name", SHIFTS)
@pytest.mark.parametrize("off", [(2,), (1, 2, 3, 4), tuple(range(DAYS))])
def test_days_in_another_datum_are_put_back_however_many_they_are(name, off):
    assert fleet(own_round(7), off, SHIFTS[name]) == [(n, "displaced", name) for n in off]


@pytest.mark.parametrize("convert", [datum.wgs84_to_gcj02, datum.gcj02_to_wgs84])
def test_records_in_another_datum_do_not_displace_a_receiver(convert):
    """It still comes to the yard and the tip of all."""
    places = own_round(7)
    assert fleet(places, (), convert, recorded=shifted(places, convert)) == []


def test_records_alone_do_not_displace_a_vehicle_that_meets_nobody():
    """Its records were put back once too often, which looks as if its receiver were in GCJ-02."""
    places = own_round(7, apart=True)
    recorded = shifted(places, datum.gcj02_to_wgs84)
    assert fleet(places, (), datum.wgs84_to_gcj02, recorded=recorded) == []


def test_a_vehicle_that_meets_nobody_is_taken_as_it_is():
    places = own_round(7, apart=True)
    assert fleet(places, range(DAYS), datum.wgs84_to_gcj02) == []


def test_of_a_receiver_that_is_known_to_be_in_a_datum_few_stands_show_it():
    """Three known places and a halt: on the first day, by itself, that would not be enough."""
    places = own_round(7)
    few = np.vstack([places[[0, 1, 11]], round_of(77, 1)])
    every = [(n, "displaced", "gcj02") for n in range(DAYS)]
    assert fleet(places, range(DAYS), datum.wgs84_to_gcj02, later=few) == every
    assert fleet(few, range(DAYS), datum.wgs84_to_gcj02, recorded=places) == []


def test_a_vehicle_that_rests_in_the_yard_of_all_is_not_displaced():
    """Though its records seem to say so, and others stand where its yard would then be."""
    places = own_round(7)
    there = shifted(places[:1], datum.gcj02_to_wgs84)
    recorded = shifted(places, datum.gcj02_to_wgs84)
    assert fleet(places, (), datum.wgs84_to_gcj02, recorded=recorded, common=there) == []
