"""Which points alert chronically, week by week: counted by hand."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from routecheck.domain.codes import CorrectionState
from routecheck.queries.chronic import chronic_weeks, monday, needed_from, read_weeks
from routecheck.store import Store
from store.builders import (
    Clock,
    alert,
    classified,
    corrections,
    judgements,
    pickup,
    proposal,
    rejected,
)

FIRST = date(2026, 3, 2)
"""A Monday."""
WEEK, NEXT = FIRST, FIRST + timedelta(days=7)


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


# Point: days due, days with an alert, what it was worth, why.
SAID: dict[str, tuple[list[int], list[int], str, str]] = {
    "half and more": ([*range(14)], [0, 2, 4, 6, *range(7, 14)], "false", "datum"),
    "less than half": ([*range(14)], [1, 3, 5, 8, 9, 10], "false", "clock"),
    "twice of twice": ([1, 4, 8, 11], [1, 4], "genuine", "route_not_run"),
    "once a week": ([2, 9], [2, 9], "unverifiable", "gap"),
    "never due": ([], [3, 5], "false", "not_due"),
    "one alert": ([4], [4], "false", "late_data"),
}


def alerts() -> pd.DataFrame:
    rows = [
        (day(n), point, worth, cause)
        for point, (_, raised, worth, cause) in SAID.items()
        for n in raised
    ]
    # One false, one genuine: the graver tells. A second alert of a date does not count.
    rows += [
        (day(0), "two alike", "false", "datum"),
        (day(1), "two alike", "genuine", "passed_by"),
        (day(1), "two alike", "false", "datum"),
    ]
    return pd.DataFrame(rows, columns=["service_date", "point_id", "classification", "cause"])


def due() -> dict[date, pd.Series]:
    days = {point: days for point, (days, *_) in SAID.items() if days} | {"two alike": [0, 1, 2, 3]}
    return {
        week: pd.Series(
            {
                point: sum(monday(day(n)) == week for n in days)
                for point, days in days.items()
                if any(monday(day(n)) == week for n in days)
            }
        )
        for week in (WEEK, NEXT)
    }


def accepted() -> pd.DataFrame:
    state = str(CorrectionState.ACCEPTED)
    table = corrections(*(proposal(p, state=state) for p in ("half and more", "quiet", "ended")))
    return table.assign(
        current=[True, True, False],
        holds_from=[day(9), day(9), day(0)],
        holds_to=[None, None, day(8)],
    )


def test_weeks_counted_by_hand() -> None:
    told = chronic_weeks(alerts(), due(), accepted(), [day(n) for n in range(13)], [WEEK, NEXT])
    first, second = told
    assert (first["week"], first["from"], first["to"]) == ("2026-W10", "2026-03-02", "2026-03-08")
    assert (first["days_judged"], second["days_judged"]) == (7, 6)
    # half and more, twice of twice, never due, two alike.
    assert first["points"] == 4
    assert (first["false"], first["genuine"], first["unverifiable"]) == (2, 2, 0)
    assert first["causes"] == {"datum": 1, "not_due": 1, "passed_by": 1, "route_not_run": 1}
    assert (first["came"], first["left"]) == (None, None)
    assert (first["corrected"], first["corrections_in_force"]) == (0, 1)
    # half and more, and once a week: twice in four weeks.
    assert second["points"] == 2
    assert (second["false"], second["genuine"], second["unverifiable"]) == (1, 0, 1)
    assert second["causes"] == {"datum": 1, "gap": 1}
    assert (second["came"], second["left"]) == (1, 3)
    assert (second["corrected"], second["corrections_in_force"]) == (1, 2)


def test_weeks_that_lie_apart_are_not_compared() -> None:
    later = NEXT + timedelta(days=7)
    told = chronic_weeks(alerts(), due(), accepted(), [day(0), day(15)], [WEEK, later])
    assert told[1]["points"] == 0
    assert (told[1]["came"], told[1]["left"]) == (None, None)


def test_what_is_needed_reaches_back_four_weeks() -> None:
    assert needed_from([NEXT]) == NEXT - timedelta(days=21)


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(f"sqlite:///{tmp_path / 'store.db'}") as store:
        store.now = Clock()
        run_id = store.begin_run("run")
        for n in range(14):
            due_today = [point for point, (days, *_) in SAID.items() if n in days]
            raised = [(p, w, c) for p, (_, days, w, c) in SAID.items() if n in days]
            moved = {
                name: pd.Timestamp(day(n), tz="UTC") + pd.Timedelta(hours=hours)
                for name, hours in (("window_start", 0), ("window_end", 4))
            }
            store.write_date(
                day(n),
                judgements(*(pickup(p, service_date=day(n), **moved) for p in due_today)),
                classified(
                    *(
                        alert(f"A{n}-{p}", p, service_date=day(n), classification=w, cause=c)
                        for p, w, c in raised
                    )
                ),
                rejected(),
                input_hash="h",
                run_id=run_id,
                provisional=False,
            )
        store.write_corrections(corrections(proposal("half and more")), run_id=run_id)
        store.set_correction_state(
            ["half and more"], CorrectionState.ACCEPTED, by="Li", holds_from=day(9)
        )
        yield store


def test_read_from_the_store_alone(store: Store) -> None:
    dates = [entry["service_date"] for entry in store.dates()]
    first, second = read_weeks(store, dates, limit=8)
    assert first["points"] == 3
    assert first["causes"] == {"datum": 1, "not_due": 1, "route_not_run": 1}
    assert (second["points"], second["came"], second["left"]) == (2, 1, 2)
    assert (second["corrected"], second["corrections_in_force"]) == (1, 1)
    assert read_weeks(store, dates, limit=1) == [second | {"came": None, "left": None}]
    assert read_weeks(store, [], limit=8) == []
