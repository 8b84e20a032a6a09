"""The parts of the page on data that lie: counted by hand, and a county of each kind."""

from __future__ import annotations

import pytest
from benchmarks import lying

from evaluate.eval_tables import NO_CORRECTIONS, classified, judgements, truth
from routecheck.evaluate import compare
from routecheck.simulate.amounts import FIELDS
from routecheck.simulate.false_days import KINDS, STUCK

PRINTED = """\
Service dates 2026-03-02 to 2026-03-08
  Pickups expected: 100   collected 90   really missed 8   cannot be decided 2
  Alerts of the monitor: 12
    8 genuine: the pickups were really missed
  Explained by one cause:
    device clock wrong, V0003: 4 pickups, 4 alerts on 2026-03-04
Files are in /somewhere/out:
3 rows of fixes were rejected
"""


def beside(said: dict[str, str]):
    """20 points, the first 4 really missed and alerted, with these verdicts; else collected."""
    ids = [f"P{n}" for n in range(20)]
    verdicts = dict.fromkeys(ids, "collected") | said
    worth = {"collected": "false", "missed": "genuine", "unverifiable": "unverifiable"}
    return compare(
        judgements([{"point_id": i, "verdict": verdicts[i], "alerted": i in ids[:6]} for i in ids]),
        classified([{"point_id": i, "classification": worth[verdicts[i]]} for i in ids[:6]]),
        truth([{"point_id": i, "collected": i not in ids[:4]} for i in ids]),
        NO_CORRECTIONS,
    )


def test_a_row_a_kind_with_the_figures_counted_by_hand():
    clean = lying.Found(
        lying.CLEAN, beside(dict.fromkeys(["P0", "P1", "P2", "P3"], "missed")), PRINTED
    )
    kind = lying.Kind("stuck", {"stuck_rate": 0.1})
    said = {"P0": "missed", "P1": "unverifiable", "P4": "missed", "P9": "missed"}
    worse = PRINTED.replace("V0003: 4", "V0001: 5").replace("\nFiles", "\n  V0007 is stuck\nFiles")
    head, first, second = lying.table([clean, lying.Found(kind, beside(said), worse)])
    row = dict(zip(head, first, strict=True))
    assert row["wrong accusations, of 10,000"].startswith("0 (0.0")
    assert row["genuine alerts found"] == "4 of 4"
    assert row["misses cleared"] == "0 of 4"
    assert row["said first"] == ""
    row = dict(zip(head, second, strict=True))
    assert row["amount"] == "`stuck_rate=0.1`"
    assert row["wrong accusations, of 10,000"] == "2 (1000.0)"
    assert row["genuine alerts found"] == "1 of 4"
    assert row["called genuine, really so"] == "1 of 2"
    assert row["misses cleared"] == "2 of 4"  # P2 and P3; P1 is left open
    assert (row["left open"], row["of these, could be shown"]) == ("5.0%", "1")
    assert row["said first"] == "V0007 is stuck"
    assert row["not judged"] == "0"


def test_an_alert_that_is_cleared_without_a_pickup_is_a_miss_that_is_cleared():
    found = beside(dict.fromkeys(["P0", "P1", "P2", "P3"], "missed"))
    found.alerts.loc[found.alerts["point_id"] == "P2", "classification"] = "false"
    assert lying.cleared(found)["point_id"].tolist() == ["P2"]


def test_what_is_said_first_is_no_figure_and_nothing_that_clean_data_say():
    assert lying.said_first(PRINTED, PRINTED) == ""
    more = PRINTED.replace("expected: 100", "expected: 40").replace("8 genuine", "9 something else")
    assert lying.said_first(more, PRINTED) == ""
    early = "The times of 18 devices are all 8 h behind. Set a key.\n" + PRINTED
    assert lying.said_first(early, PRINTED) == "The times of 18 devices are all 8 h behind"


def test_every_kind_is_one_of_the_simulator_and_every_false_day_has_its_row():
    amounts = [name for kind in lying.KINDS for name in kind.amounts]
    assert set(amounts) <= set(FIELDS)
    assert {*KINDS, STUCK} <= set(amounts)


def test_a_county_is_judged_with_what_had_arrived(tmp_path, capsys):
    small = ["--days", "2", "--profile", "ideal", "--sites", str(tmp_path)]
    lying.main([*small, "--kinds", "held_back_rate", "--mistakes", str(tmp_path / "m.csv")])
    printed = capsys.readouterr().out
    assert "fixes that arrive days later" in printed
    names = {path.name for path in tmp_path.rglob("fixes_*.csv")}
    assert max(names) == "fixes_2026-03-04.csv"  # the morning after
    assert (tmp_path / "m.csv").exists()


def test_the_page_is_not_written_of_a_seed_that_was_looked_at(capsys):
    with pytest.raises(SystemExit):
        lying.main(["--seed", "201", "--write", "a.md"])
    assert "that nothing else looks at" in capsys.readouterr().err
