"""Bins that were moved without a word: what daily rounds say of their point, before and after."""

from __future__ import annotations

import pytest

from routecheck.config import load_config
from routecheck.jobs.catch_up import do_round
from site_tools import rows
from village import AT_M, Village, day, morning

MOVED_M = 120.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Village:
    """P3 is moved 120 m on before the fourth day, and alerts each day from then on."""
    village = Village(tmp_path_factory.mktemp("moved") / "v")
    for n in range(8):
        moved = n >= 3
        village.deliver(day(n), moved_m={"P3": AT_M["P3"] + MOVED_M} if moved else None)
        if moved or n == 1:
            village.alert(f"A{n}", "P3", day(n))
        do_round(load_config(village.config), now=morning(day(n + 1)))
    return village


@pytest.mark.parametrize("n", range(8))
def test_every_day_is_collected_and_every_alert_false(site: Village, n: int) -> None:
    pickups = rows(site.folder / "out" / f"pickups_{day(n)}.csv")
    [mine] = [row for row in pickups if row["point_id"] == "P3"]
    assert mine["verdict"] == "collected"
    for alert in rows(site.folder / "out" / f"alerts_{day(n)}.csv"):
        assert alert["classification"] == "false"
        # Until it was moved the record was right, and the monitor had all it needs.
        assert alert["cause"] == ("misplaced" if n >= 3 else "monitor_fault")


def test_the_correction_says_since_when(site: Village) -> None:
    [row] = rows(site.folder / "out" / "corrections.csv")
    assert (row["point_id"], row["cause"]) == ("P3", "misplaced")
    assert float(row["offset_m"]) == pytest.approx(MOVED_M, abs=3.0)
    assert row["evidence"].startswith(
        f"Before {day(3)} vehicles stood at the recorded place; from that day on they stood 120 m "
        "from it, on 5 of its due days"
    )
    alerts = rows(site.folder / "out" / f"alerts_{day(7)}.csv")
    assert "The recorded place is 120 m from where vehicles stop for it." in alerts[0]["evidence"]
