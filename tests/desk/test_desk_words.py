"""Words from the field: said with one tap, counted as checks, and how right the list has been."""

from __future__ import annotations

import re

import pytest
from desk_tools import Clerk

from routecheck.config import load_config
from routecheck.domain.codes import FieldWord
from routecheck.engine.session import open_site
from routecheck.queries.explain import explain_point
from routecheck.store import Store
from site_tools import call, rows, run
from village import FIRST, Village, day

SKIPPED = ("P2", "P4", "P6")


@pytest.fixture(scope="module")
def judged_village(tmp_path_factory) -> Village:
    """Three mornings on which the truck drives past three points."""
    village = Village(tmp_path_factory.mktemp("words") / "site")
    for n in range(3):
        village.deliver(day(n), skip=SKIPPED if n else ())
    assert run(village.folder, "--from", str(FIRST), "--to", str(day(2))) == 0
    return village


@pytest.fixture
def desk(judged_village, tmp_path) -> Clerk:
    import shutil

    folder = tmp_path / "site"
    shutil.copytree(judged_village.folder, folder)
    clerk = Clerk(folder)
    clerk.folder = folder  # type: ignore[attr-defined]
    return clerk


def values(page: str, label: str) -> dict[str, str]:
    """By point, what the button with a label would send."""
    found = re.findall(r'value="([^"]*\|[^"]*)" aria-pressed="[a-z]+">' + label, page)
    return {value.rpartition("|")[2]: value for value in found}


def say(clerk: Clerk, label: str, point: str, on=None) -> None:
    page = clerk.get(f"/day/{on or day(1)}")
    clerk.post("/word", word=values(page, label)[point])


def test_only_what_was_missed_is_asked_about(desk):
    assert set(values(desk.get(f"/day/{day(1)}"), "Really missed")) == set(SKIPPED)
    assert values(desk.get(f"/day/{FIRST}"), "Really missed") == {}
    assert set(values(desk.get(f"/point/P2?date={day(1)}"), "Blocked")) == {"P2"}
    assert values(desk.get(f"/point/P1?date={day(1)}"), "Blocked") == {}


def test_a_word_leaves_what_was_read_as_it_is(desk):
    say(desk, "Really missed", "P2")
    with desk.desk.site.store() as store:
        before = desk.desk.site.daily(store, day(1), "en")
    say(desk, "Really missed", "P4")
    with desk.desk.site.store() as store:
        assert desk.desk.site.daily(store, day(1), "en") is before


def test_a_word_becomes_a_check_and_is_taken_back_by_saying_it_again(desk, capsys):
    say(desk, "Collected after all", "P2")
    say(desk, "Blocked", "P4")
    say(desk, "Cannot say", "P6")
    with desk.desk.site.store() as store:
        assert [(one["point_id"], one["word"], one["said_by"]) for one in store.words()] == [
            ("P2", "collected", "Li Na"), ("P4", "blocked", "Li Na"), ("P6", "unsure", "Li Na"),
        ]  # fmt: skip
    config = str(desk.folder / "routecheck.toml")
    capsys.readouterr()
    assert call("evaluate", "--checks", "--json", "--config", config) == 0
    assert '"pickups": 2' in re.sub(r"\s+", " ", capsys.readouterr().out).replace("'", '"')
    page = desk.get(f"/day/{day(1)}")
    assert "Of 2 looked at, 1 was as said" in page
    assert 'aria-pressed="true">Collected after all' in page
    say(desk, "Collected after all", "P2")
    assert "Of 1 looked at, 1 was as said" in desk.get(f"/day/{day(1)}")
    say(desk, "Really missed", "P2")
    say(desk, "Really missed", "P6")
    assert "Of 3 looked at, 3 were as said (between 44% and 100%" in desk.get(f"/day/{day(1)}")


def test_the_next_run_counts_words_of_earlier_dates(desk):
    """As many that contradict the list make its next misses less sure, as checks of a file do."""

    def confidence() -> float:
        assert run(desk.folder, "--date", str(day(2))) == 0
        [row] = [
            r for r in rows(desk.folder / "out" / f"pickups_{day(2)}.csv") if r["point_id"] == "P2"
        ]
        assert row["verdict"] == "missed"
        return float(row["confidence"])

    before = confidence()
    for point in SKIPPED:
        say(desk, "Collected after all", point)
    after = confidence()
    assert after < before
    # The copy beside the store has them; recheck computes what the run has stored.
    kept = rows(desk.folder / "rc.db.checks.csv")
    assert {(row["point_id"], row["collected"], row["by"]) for row in kept} == {
        (point, "true", "Li Na") for point in SKIPPED
    }
    for point in SKIPPED:
        say(desk, "Collected after all", point)
    config = load_config(desk.folder / "routecheck.toml")
    with open_site(config, now=desk.desk.site.clock()) as site:
        again = explain_point(site, "P2", day(2))
    assert round(float(again.pickups["confidence"].iloc[0]), 3) == after


def test_a_word_while_a_run_holds_the_store_needs_no_waiting(desk):
    with desk.desk.site.store() as store, store.lock():
        say(desk, "Really missed", "P2")
    with desk.desk.site.store() as store:
        assert len(store.words()) == 1


@pytest.mark.parametrize(
    "word",
    ["", "missed", "missed|x|2026-03-03|P2", "stolen|2026-03-02T22:00:00+00:00|2026-03-03|P2",
     "missed|2026-03-02T22:00:00|2026-03-03|P2", "missed|2026-03-02T22:00:00+00:00|x|P2",
     "missed|2026-03-02T22:00:00+00:00|2026-03-03|P99",
     "missed|2026-03-02T23:00:00+00:00|2026-03-03|P2"],
)  # fmt: skip
def test_what_is_no_word_is_refused(desk, word):
    desk.post("/word", 404, word=word)
    with desk.desk.site.store() as store:
        assert store.words() == []


def test_words_have_versions(tmp_path):
    with Store.open(f"sqlite:///{tmp_path / 's.db'}") as store:
        from datetime import UTC, datetime, timedelta

        start, clock = datetime(2026, 3, 1, 22, tzinfo=UTC), [datetime(2026, 3, 3, tzinfo=UTC)]
        store.now = lambda: clock[0]
        before = store.mark()
        for word in (FieldWord.MISSED, FieldWord.COLLECTED, ""):
            clock[0] += timedelta(hours=1)
            store.say_word(FIRST, "P1", start, str(word), verdict="missed", by="A")
            assert store.mark() != before
            before = store.mark()
        moments = [datetime(2026, 3, 3, h, 30, tzinfo=UTC) for h in range(4)]
        stood = [[one["word"] for one in store.words(as_of=at)] for at in moments]
        assert stood == [[], ["missed"], ["collected"], []]
        assert store.words() == []


def test_a_handful_is_drawn_once_and_what_is_found_tells_how_right_the_list_is(desk):
    assert "Draw 20" in desk.get(f"/sample/{day(1)}")
    desk.post("/draw", day=str(day(1)))
    page = desk.get(f"/sample/{day(1)}")
    drawn = values(page, "Really missed")
    # Eight pickups are fewer than twenty: all are drawn, and none shows its verdict.
    assert len(drawn) == 8
    assert "pop-missed" not in page
    assert "drove past" not in page
    assert 'href="/point/' not in page
    desk.post("/draw", day=str(day(1)))
    assert values(desk.get(f"/sample/{day(1)}"), "Really missed") == drawn
    for point in drawn:
        label = "Really missed" if point in SKIPPED else "Collected after all"
        desk.post("/word", word=values(page, label)[point])
    with desk.desk.site.store() as store:
        assert len(store.words()) == 8
    assert "100%" in desk.get(f"/sample/{day(1)}")
    # How right the list of misses is counts those that it listed.
    assert "Of 3 looked at, 3 were as said" in desk.get(f"/day/{day(1)}")
    desk.post("/draw", 404, day="2020-01-01")
    desk.get("/sample/2020-01-01", 404)
