"""What `recheck` shows of a point that may be at several places."""

from __future__ import annotations

import pytest

from routecheck.present.recheck_text import _rival_lines


def place(lat: float, probability: float, apart_m: int, basis: str = "learnt") -> dict:
    return {
        "lon": 108.5, "lat": lat, "probability": probability, "basis": basis, "apart_m": apart_m,
        "days_seen": 11, "days_due": 12,
    }  # fmt: skip


def test_two_places_are_named_with_how_far_apart_and_how_probable() -> None:
    lines = _rival_lines([place(28.1, 0.62, 0), place(28.2, 0.36, 122, "recorded")], "en")
    assert lines == [
        "two places come into question, 122 m apart:",
        "  28.1, 108.5 (learnt): 62%, a vehicle of it stood there on 11 of 12 due days",
        "  28.2, 108.5 (recorded): 36%, a vehicle of it stood there on 11 of 12 due days",
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_one_place_needs_no_words(language) -> None:
    assert _rival_lines([], language) == []
    assert _rival_lines([place(28.1, 0.99, 0)], language) == []
    three = [place(28.1, 0.4, 0), place(28.2, 0.3, 90), place(28.3, 0.3, 1500)]
    assert len(_rival_lines(three, language)) == 4
    assert "3" in _rival_lines(three, language)[0]
