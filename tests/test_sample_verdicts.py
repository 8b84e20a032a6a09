"""A change of verdicts on sample_data is a change that somebody has looked at."""

from __future__ import annotations

import pytest

from accept_sample import ACCEPTED, HOW, SAMPLE, difference, sample_verdicts


@pytest.mark.skipif(not SAMPLE.exists(), reason="no sample_data beside the tests")
def test_verdicts_on_the_sample_are_those_accepted(tmp_path):
    assert ACCEPTED.exists(), f"no verdicts accepted yet: {HOW}"
    told = difference(ACCEPTED.read_text(encoding="utf-8"), sample_verdicts(tmp_path))
    if told:
        pytest.fail(f"verdicts on sample_data changed:\n{told}", pytrace=False)


def test_a_difference_names_each_pickup_and_how_to_accept_it():
    before = (
        "date,point,window,verdict,cause\n"
        "2026-03-02,P1,06:00,collected,\n"
        "2026-03-02,P2,06:00,missed,passed_by\n"
    )
    now = before.replace("missed,passed_by", "unverifiable,gap")
    told = difference(before, now)
    assert "-2026-03-02,P2,06:00,missed,passed_by" in told
    assert "+2026-03-02,P2,06:00,unverifiable,gap" in told
    assert "P1" not in told
    assert HOW in told
    assert difference(before, before) == ""


def test_a_long_difference_is_cut_and_counted():
    now = "\n".join(f"2026-03-02,P{n},06:00,missed,gap" for n in range(500))
    told = difference("", now)
    assert "… and 302 more lines" in told  # 500 lines and the two names, 200 shown
