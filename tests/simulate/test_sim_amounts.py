from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from routecheck.simulate import PROFILES, amount_from_text, amounts_for, write_site
from site_tools import call


def test_profiles_are_there() -> None:
    assert set(PROFILES) == {"county", "ideal", "hard", "dense", "prefecture"}
    assert PROFILES["county"].points == 406
    assert 30 <= PROFILES["county"].trucks <= 40
    assert (PROFILES["prefecture"].points, PROFILES["prefecture"].trucks) == (10_000, 400)


def test_ideal_has_no_fault_at_all() -> None:
    ideal = PROFILES["ideal"]
    for name in ("not_run_rate", "passed_by_rate", "never_served_points", "misplaced_share",
                 "gcj02_townships", "dirty_share", "dead_zones", "clock_trucks", "late_rate",
                 "monitor_fault_rate", "not_due_alerts", "short_gaps_per_day"):  # fmt: skip
        assert getattr(ideal, name) == 0, name


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"mises": 1}, "unknown amount mises"),
        ({"misplaced_share": 1.2}, "misplaced_share is at most 1, not 1.2"),
        ({"late_rate": -0.1}, "late_rate is at least 0, not -0.1"),
        ({"fixes_format": "xlsx"}, "fixes_format"),
        ({"encoding": "latin-1"}, "encoding"),
        ({"headers": "latin"}, "headers"),
        ({"points": 0}, "points is at least 1, not 0"),
        ({"points": 1.5}, "points is a whole number"),
        ({"points": "many"}, "points is a whole number"),
        ({"noise_m": True}, "noise_m is a number"),
        ({"holiday": 2}, "holiday is true or false"),
        ({"townships": 1}, "townships is at least 2"),
        ({"interval_mix": ((0.0, 1.0),)}, "interval_mix"),
        ({"interval_mix": 30}, "interval_mix is pairs of seconds and shares"),
        ({"town_spacing_m": (1, 2, 3)}, "town_spacing_m is a pair of metres"),
        ({"box_m": 10.0}, "box_m"),
        ({"stand_s": 10.0}, r"stand_s is from stand_least_s to stand_most_s \(20 to 400\), not 10"),
    ],
)
def test_wrong_amounts_are_named(overrides: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        amounts_for("county", **overrides)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("late_rate", "0.3", 0.3),
        ("points", "20", 20),
        ("holiday", "false", False),
        ("fixes_format", "csv.gz", "csv.gz"),
        ("interval_mix", "((30,1.0),)", ((30, 1.0),)),
    ],
)
def test_amounts_are_read_as_a_command_line_gives_them(name: str, text: str, value: object) -> None:
    assert amount_from_text(name, text) == value


def test_a_text_that_is_no_value_of_its_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="late_rate is a number, not 'often'"):
        amount_from_text("late_rate", "often")
    with pytest.raises(ValueError, match="unknown amount lateness"):
        amount_from_text("lateness", "1")


def test_wrong_calls_write_nothing(tmp_path: Path) -> None:
    target = tmp_path / "site"
    with pytest.raises(ValueError, match="unknown profile"):
        write_site(target, profile="city")
    with pytest.raises(ValueError, match="days"):
        write_site(target, days=0)
    with pytest.raises(ValueError, match="language"):
        write_site(target, language="fr", start=date(2026, 3, 2))
    with pytest.raises(ValueError, match="seed"):
        write_site(target, seed=-1)
    assert not target.exists()


def test_points_and_trucks_are_amounts_like_others_on_the_command_line(tmp_path: Path) -> None:
    target = tmp_path / "site"
    chosen = ["--days", "1", "--set", "points=30", "--set", "trucks=3"]
    assert call("simulate", str(target), *chosen) == 0
    assert len((target / "points.csv").read_text("utf-8").splitlines()) == 31
