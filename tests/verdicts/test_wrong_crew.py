"""A miss names the scheduled vehicle, and asks its crew about what it did itself."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from judged import a, decide, serve
from routecheck.present.sentences.verdicts import action, evidence
from scene import drive, fixes, local, together

SHANGHAI = ZoneInfo("Asia/Shanghai")
LEGS = [("stand", 60), ("to", 9000.0, 0.0, 8.0), ("stand", 20000)]
ROUND_P = [("stand", 600), ("to", 2400.0, 700.0, 8.0), ("to", 3400.0, 700.0, 8.0)]
"""The scheduled truck goes round P at 700 m, and home the same way."""


def passing(vehicle="B", begins="06:20"):
    """Another truck, which drives by all points at 8 m/s, P among them, and goes on."""
    return fixes(vehicle, local(begins), drive((0.0, 0.0), LEGS))


def round_of_a(*stops):
    legs = [*ROUND_P, *(leg for x in stops for leg in (("to", x, 0.0, 8.0), ("stand", 60)))]
    home = [("to", 3400.0, 700.0, 8.0), ("to", 0.0, 700.0, 8.0), ("stand", 16000)]
    return a([*legs, *home])


def row_of(table, point="P"):
    row = decide(table).judgements.set_index("point_id").loc[point]
    return {**row.to_dict(), "point_id": point}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("stops", [(3400.0, 3800.0, 4200.0), (3400.0, 4200.0)])
def test_where_another_drove_past_the_scheduled_crew_is_asked_about_itself(stops, language):
    row = row_of(together(round_of_a(*stops), passing()))
    assert (row["cause"], row["vehicle_id"]) == ("passed_by", "B")
    assert 350.0 < row["criteria"]["own_nearest_m"] < 710.0
    sentence, todo = evidence(row, language, SHANGHAI), action(row, language, SHANGHAI)
    assert "A" in sentence
    assert "B" in sentence
    assert " A" in todo
    assert "B" not in todo


def test_the_nearest_of_several_that_drove_past_is_named():
    row = row_of(together(round_of_a(3400.0), passing(), passing("C", "06:50")))
    assert row["cause"] == "passed_by"
    assert "A was scheduled and came no nearer than" in evidence(row, "en", SHANGHAI)


def test_its_own_pass_is_named_before_that_of_another():
    row = row_of(together(a(serve(3400.0, 3800.0, 4200.0)), passing()))
    assert (row["cause"], row["vehicle_id"]) == ("passed_by", "A")
    assert "own_nearest_m" not in row["criteria"]
    assert "B" not in evidence(row, "en", SHANGHAI)
