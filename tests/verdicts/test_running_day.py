"""While a date is running: until when a truck may still make a pickup, and what stays told."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from judged import ALL, a, decide, of_p
from routecheck.domain.patience import Patience
from routecheck.engine.patience import WAITING_S
from scene import drive, fixes, local, schedule

EARLY = schedule(*[(p, "A", "06:00", "07:00") for p in "PQRS"])
PATIENCE = Patience(begun_s=600.0, waiting_s=6 * 3600.0, delay_s=120.0)
TIP = [("to", 9000.0, 0.0, 12.0)]
ON = [("to", 12000.0, 0.0, 12.0)]
HOME = ("to", 0.0, 0.0, 12.0)


def day(
    *legs: tuple, before: Sequence[tuple] = (("stand", 11_400),), begins: str = "03:00"
) -> pd.DataFrame:
    """From its yard, where it has stood since three, to all points but P; then such legs."""
    round_of = list(before)
    for x in ALL[1:]:
        round_of += [("to", x, 0.0, 8.0), ("stand", 60)]
    return a([*round_of, *legs], begins=begins)


def said(table: pd.DataFrame, **options: object) -> str:
    """What is said of P, the last fix of all being the present."""
    sure = of_p(confidence=0.98)
    judged = decide(table, **{"route": EARLY, "places": sure, "patience": PATIENCE, **options})
    row = judged.judgements.set_index("point_id").loc["P"]
    return f"{row['verdict']} {row['criteria']['say']}"


@pytest.mark.parametrize(
    ("legs", "wanted"),
    [
        # The round is over at 06:20, the window at seven.
        ([*TIP, ("stand", 2200)], "unverifiable round_awaited"),
        ([*ON, *TIP * 9, ("to", 9000.0, 40000.0, 8.0)], "unverifiable round_awaited"),
        ([*TIP, ("stand", 3600)], "missed passed_by"),
        # It sets out on its next round: what it rested it has rested.
        ([*TIP, ("stand", 3600), *ON, ("stand", 60), *TIP], "missed passed_by"),
        # Out and back again it has not rested meanwhile.
        ([*TIP, ("stand", 1500), *ON, *TIP, ("stand", 1500)], "unverifiable round_awaited"),
        # Through its yard, and on.
        ([HOME, ("to", -40000.0, 0.0, 12.0)], "unverifiable round_awaited"),
        ([HOME, ("stand", 3000), ("to", 5.0, 9.0, 0.1), ("stand", 120)], "missed passed_by"),
    ],
)
def test_when_a_truck_is_done_with_its_round(legs: list[tuple], wanted: str) -> None:
    assert said(day(*legs)) == wanted


def test_a_truck_that_is_just_home_is_waited_for_a_little() -> None:
    late = [*ON, ("to", 12000.0, 24000.0, 8.0), ("to", 0.0, 0.0, 12.0)]
    assert said(day(*late)) == "unverifiable round_awaited"
    assert said(day(*late, ("stand", 300))) == "unverifiable pickup_awaited"
    assert said(day(*late, ("stand", 720))) == "missed passed_by"
    assert said(day(*late, ("stand", 720), *TIP)) == "missed passed_by"


def test_where_a_truck_is_at_home_is_not_changed_by_where_it_stands_later() -> None:
    # Half an hour in the yard, then twice as long at the tip, never long enough for a rest.
    tip = [*TIP, ("stand", 1800), *ON, *TIP, ("stand", 1800), *ON]
    assert said(day(*tip, before=[("stand", 1800)], begins="05:40")) == "unverifiable round_awaited"


def test_a_round_that_was_not_begun_waits_as_long_as_the_site_is_known_to_be_late() -> None:
    idle = a([("stand", 15 * 3600)], begins="03:00")
    assert said(idle) == "missed route_not_run"
    unknown = Patience(begun_s=600.0, waiting_s=WAITING_S, delay_s=120.0)
    assert said(idle, patience=unknown) == "unverifiable pickup_awaited_morning"


def with_another(table: pd.DataFrame) -> pd.DataFrame:
    """The same, and a truck that is heard until ten."""
    other = fixes("B", local("03:00"), drive((0.0, 90.0), [("stand", 7 * 3600)], every_s=60.0))
    both = pd.concat([table.astype({"vehicle_id": "str"}), other.astype({"vehicle_id": "str"})])
    return both.astype({"vehicle_id": "category"}).reset_index(drop=True)


def test_a_device_that_is_silent_at_home_is_there() -> None:
    assert said(with_another(day(HOME, ("stand", 60)))) == "missed passed_by"
    # One that falls silent at a stop of its round has lost its connection.
    silent = (*TIP, ("stand", 60))
    assert said(with_another(day(*silent))) == "unverifiable data_awaited"
    # Where it rested in the night it is parked.
    night = [("stand", 5000), *TIP, ("stand", 3000), HOME, ("stand", 1900)]
    assert said(with_another(day(*silent, before=night))) == "missed passed_by"


@pytest.mark.parametrize(
    ("confidence", "wanted"), [(0.95, "unverifiable place_awaited"), (0.97, "missed passed_by")]
)
def test_a_place_that_is_not_sure_waits_for_the_morning(confidence: float, wanted: str) -> None:
    table, place = day(*TIP, ("stand", 3600)), of_p(confidence=confidence)
    assert said(table, places=place) == wanted
    over = decide(table, route=EARLY, places=place).judgements.set_index("point_id").loc["P"]
    assert over["verdict"] == "missed"
