"""What is generated of the simulator's page must be what the amounts and rules say."""

from __future__ import annotations

from pathlib import Path

import pytest

from routecheck.simulate import DRAWN, PROFILES
from routecheck.simulate.amounts import FIELDS
from routecheck.simulate.page import refreshed

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "simulator.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_amounts_and_rules_say() -> None:
    assert refreshed(PAGE) == PAGE, (
        "write it anew: python -m routecheck.simulate.page docs/simulator.md"
    )


def test_a_page_without_a_place_for_the_amounts_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for its amounts"):
        refreshed(PAGE.replace("<!-- amounts", "<!-- something"))


def test_every_amount_has_a_meaning_and_its_row() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    assert [name for name in FIELDS if sum(r.startswith(f"| `{name}` |") for r in rows) != 1] == []
    assert [name for name, field in FIELDS.items() if not field.metadata["meaning"]] == []


def row(name: str) -> dict[str, str]:
    """The cells of an amount by profile."""
    line = next(r for r in PAGE.splitlines() if r.startswith(f"| `{name}`"))
    cells = [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
    return dict(zip((*PROFILES, DRAWN), cells[2:], strict=True))


def test_a_row_shows_the_value_of_each_profile() -> None:
    values = row("never_served_points")
    assert values.pop(DRAWN) == "40% of the seeds 0, else 1 to 8"
    assert values == {"county": "3", "ideal": "0", "hard": "4", "dense": "", "prefecture": ""}


def test_a_row_shows_the_range_that_seeds_draw_from() -> None:
    assert row("noise_m")[DRAWN] == "1.5 to 9"
    assert row("interval_mix")[DRAWN] == "1 to 4 kinds of 1 to 180"
    assert row("stand_least_s")[DRAWN] == "0.2 to 0.5 × `stand_s`, at least 5"
    assert row("holiday")[DRAWN] == "yes or no"
    assert row("points")[DRAWN] == ""


def test_what_the_page_shows_is_there() -> None:
    for name in ("simulated-day.png", "simulated-points.png"):
        assert f"]({name})" in PAGE
        assert (DOCS / name).read_bytes().startswith(b"\x89PNG")
