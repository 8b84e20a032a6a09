"""Field checks: beside verdicts, shown where they contradict, and never in place of evidence."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from routecheck.domain.tables import CHECKS
from routecheck.verdicts.field_checks import CheckBook, beside, counted
from site_tools import DAYS, call, rows, run
from store.builders import DAY, judgements, missed, pickup

ZONE = ZoneInfo("Asia/Shanghai")


def checks(*entries):
    """CHECKS of `(point, minute, collected)` or `(point, minute, collected, day)`."""
    return CHECKS.check(
        pd.DataFrame(
            {
                "point_id": pd.Series([t[0] for t in entries], dtype="str"),
                "service_date": pd.Series(
                    [t[3] if len(t) > 3 else DAY for t in entries], dtype=object
                ),
                "start_minute": np.array([t[1] for t in entries], dtype=np.int64),
                "collected": np.array([t[2] for t in entries], dtype=bool),
                "by": pd.Series(["Li Na"] * len(entries), dtype="str"),
            }
        )
    )


TWICE = judgements(
    pickup("P1"),
    pickup(
        "P2",
        window_start="2026-03-02T06:00:00Z",
        window_end="2026-03-02T08:00:00Z",
        criteria={"say": "hidden", "model_confidence": 0.8},
    ),
    pickup("P2"),
    missed("P3"),
    missed("P4", verdict="unverifiable", cause="gap"),
)


def test_a_check_concerns_the_window_it_names_or_the_only_pickup():
    checked = beside(
        checks(("P1", -1, True), ("P2", 14 * 60, False), ("P2", -1, True), ("P9", -1, True)),
        TWICE,
        ZONE,
    )
    entries = sorted(zip(checked["point_id"], checked["say"], checked["collected"], strict=True))
    assert entries == [("P1", "collected", True), ("P2", "hidden", False)]
    assert checked["confidence"].tolist() == [0.9, 0.8], "as judging gave it"


def test_checks_that_contradict_each_other_are_left_out():
    assert beside(checks(("P1", -1, True), ("P1", 360, False)), TWICE, ZONE).empty
    assert len(beside(checks(("P1", -1, True), ("P1", 360, True)), TWICE, ZONE)) == 1


def test_checks_that_agree_contradict_or_meet_an_unverifiable_are_counted():
    checked = counted(
        beside(checks(("P1", -1, False), ("P3", -1, False), ("P4", -1, False)), TWICE, ZONE)
    )
    assert (checked["agree"], checked["open"]) == (1, 1)
    [against] = checked["contradict"]
    assert (against["point_id"], against["collected"]) == ("P1", False)
    assert (against["verdict"], against["by"]) == ("collected", "Li Na")


def test_only_checks_of_earlier_dates_count_for_a_date():
    book = CheckBook(checks(("P1", -1, False), ("P3", -1, False)), ZONE)
    book.enter(TWICE)
    assert not book.before(DAY)
    assert book.before(DAY + timedelta(days=1)).checks == {"collected": 1, "missed": 1}
    assert not book.before(DAY + timedelta(days=500)), "too long ago"
    later = [DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert book.wanted(later) == ([DAY], ["P1", "P3"])
    assert book.wanted([DAY, *later]) == ([], []), "judged in this run"


def write_checks(site, entries):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["point_id", "service_date", "window_start", "collected", "by"])
    writer.writerows(entries)
    (site / "checks.csv").write_text(text.getvalue(), "utf-8")
    config = (site / "routecheck.toml").read_text("utf-8")
    if "[checks]" not in config:
        config += '\n[checks]\npath = "checks.csv"\n'
        (site / "routecheck.toml").write_text(config, "utf-8")


@pytest.fixture(scope="module")
def judged(county, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged") / "county"
    shutil.copytree(county, folder)
    write_checks(folder, [])
    assert run(folder) in (0, 1)
    return folder


@pytest.fixture
def checked_site(judged, tmp_path):
    folder = tmp_path / "county"
    shutil.copytree(judged, folder)
    return folder


def pickups(site, day):
    return rows(site / "out" / f"pickups_{day}.csv")


def test_checks_recalibrate_the_next_date_and_change_no_verdict(checked_site, capsys):
    first, second = DAYS
    before = pickups(checked_site, second)
    collected = [row for row in pickups(checked_site, first) if row["verdict"] == "collected"][:30]
    # Every third one was not collected, by the checks.
    entries = [
        (row["point_id"], first, row["window_start"], "false" if n % 3 == 0 else "true", "Li Na")
        for n, row in enumerate(collected)
    ]
    write_checks(checked_site, entries)
    capsys.readouterr()
    assert run(checked_site, "--from", first, "--to", second) in (0, 1)
    printed = capsys.readouterr().out
    against = sum(n % 3 == 0 for n in range(len(entries)))
    assert f"agree {len(entries) - against}   contradict {against}" in printed
    assert 'Li Na found it not collected, the verdict is "collected"' in printed
    now = pickups(checked_site, second)
    assert [row["verdict"] for row in now] == [row["verdict"] for row in before]
    assert [row["cause"] for row in now] == [row["cause"] for row in before]
    moved = [
        (float(a["confidence"]), float(b["confidence"]))
        for a, b in zip(before, now, strict=True)
        if a["verdict"] == "collected"
    ]
    assert all(b <= a for a, b in moved)
    assert np.mean([a - b for a, b in moved]) > 0.05
    # The date of the checks itself is not moved by them, and the same again changes nothing.
    files = {p.name: p.read_bytes() for p in (checked_site / "out").glob("*.csv")}
    assert run(checked_site, "--from", first, "--to", second) in (0, 1)
    assert files == {p.name: p.read_bytes() for p in (checked_site / "out").glob("*.csv")}
    assert run(checked_site, "--date", second) in (0, 1)
    again = pickups(checked_site, second)
    assert [row["confidence"] for row in again] == [row["confidence"] for row in now]
    config = ("--config", str(checked_site / "routecheck.toml"))
    capsys.readouterr()
    assert call("status", *config) == 0
    shown = capsys.readouterr().out
    assert f"contradict {against}" in shown
    assert "Li Na found it not collected" in shown
    assert call("report", "--date", first, *config) == 0
    page = (checked_site / "out" / f"report_{first}.html").read_text("utf-8")
    assert "Li Na found it not collected" in page
    # A page shows blanks in a row as one: the counts stand apart by commas.
    assert f" agree, {against} contradict, " in page
