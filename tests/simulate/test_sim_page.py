"""The page of the simulator is generated; it must be what the amounts and rules say."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from routecheck.simulate import PROFILES, Amounts
from routecheck.simulate.page import MEANINGS, simulator_page

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_the_amounts_and_rules_say() -> None:
    assert (DOCS / "simulator.md").read_text(encoding="utf-8") == simulator_page(), (
        "write it anew: python -m routecheck.simulate.page > docs/simulator.md"
    )


def test_every_amount_has_a_meaning_and_its_row() -> None:
    names = [field.name for field in dataclasses.fields(Amounts)]
    assert list(MEANINGS) == names
    rows = [line for line in simulator_page().splitlines() if line.startswith("| `")]
    assert [name for name in names if sum(r.startswith(f"| `{name}` |") for r in rows) != 1] == []


def test_a_row_tells_the_value_of_each_profile() -> None:
    row = next(r for r in simulator_page().splitlines() if r.startswith("| `never_served_points`"))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    told = dict(zip(PROFILES, cells[2:], strict=True))
    assert told == {"county": "3", "ideal": "0", "hard": "4", "dense": "", "prefecture": ""}


def test_what_the_page_shows_is_there() -> None:
    for name in ("simulated-day.png", "simulated-points.png"):
        assert f"]({name})" in simulator_page()
        assert (DOCS / name).read_bytes().startswith(b"\x89PNG")
