from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from routecheck.simulate import PROFILES, amounts_for, write_site


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
        ({"misplaced_share": 1.2}, "share of 1"),
        ({"late_rate": -0.1}, "negative"),
        ({"fixes_format": "xlsx"}, "fixes_format"),
        ({"encoding": "latin-1"}, "encoding"),
        ({"headers": "latin"}, "headers"),
        ({"points": 0}, "at least one point"),
        ({"townships": 1}, "two townships"),
        ({"interval_mix": ((0.0, 1.0),)}, "interval_mix"),
        ({"box_m": 10.0}, "box_m"),
    ],
)
def test_wrong_amounts_are_named(overrides: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        amounts_for("county", **overrides)


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
