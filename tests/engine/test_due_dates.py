"""What is due, told by hand."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.engine import due_dates
from routecheck.engine.due_dates import Due, Entry, Expected, next_slot, slot

D = [date(2026, 3, 1) + timedelta(days=n) for n in range(120)]


def entry(day: date, **changes: object) -> Entry:
    values = {
        "state": "provisional", "input_hash": "h", "run_state": "done", "complete": True,
        "rows": 1000,
    }  # fmt: skip
    return Entry(day, **(values | changes))  # type: ignore[arg-type]


def due(
    days: list[date], known: list[Entry], until: date, hashes: str = "h", rows: int = 1000, **more
) -> Due:
    return due_dates.due(
        Expected(tuple(days), days[-1] if days else None, 0),
        {one.service_date: one for one in known},
        dict.fromkeys(D, rows),
        lambda _: hashes,
        until=until,
        revisit_days=3,
        **more,
    )


def test_expected_from_the_first_date_with_data_to_yesterday() -> None:
    rows = dict.fromkeys(D[3:10], 5000)
    assert due_dates.expected(rows, D[8], 3).dates == tuple(D[3:9])


def test_stray_fixes_make_no_dates() -> None:
    """Clocks that are off scatter fixes; the evening before the first date is no date."""
    rows = {D[0]: 3, D[20]: 400, **dict.fromkeys(D[21:28], 5000), D[90]: 2}
    assert due_dates.expected(rows, D[100], 3).dates == tuple(D[21:28])


def test_the_night_after_the_last_date_is_no_date_once_nothing_more_comes() -> None:
    rows = {**dict.fromkeys(D[:7], 5000), D[7]: 180}
    assert due_dates.expected(rows, D[7], 3).dates == tuple(D[:8])
    found = due_dates.expected(rows, D[60], 3)
    assert (found.dates, found.last_data) == (tuple(D[:7]), D[6])


def test_holes_are_filled_but_not_for_ever() -> None:
    rows = dict.fromkeys([D[0], D[1], D[9], D[10]], 5000)
    assert due_dates.expected(rows, D[10], 3).dates == tuple(D[:11])
    rows = dict.fromkeys([D[0], D[1], D[50], D[51]], 5000)
    assert due_dates.expected(rows, D[51], 3).dates == (D[0], D[1], D[50], D[51])


def test_after_the_data_only_what_is_recent() -> None:
    rows = dict.fromkeys(D[:5], 5000)
    found = due_dates.expected(rows, D[6], 3)
    assert (found.dates, found.silent_days, found.last_data) == (tuple(D[:7]), 2, D[4])
    assert due_dates.expected(rows, D[7], 3).dates == tuple(D[:8])
    # A site whose data ended months ago has nothing more to come, and says since when.
    found = due_dates.expected(rows, D[110], 3)
    assert (found.dates, found.silent_days) == (tuple(D[:5]), 106)
    assert due_dates.expected({}, D[5], 3) == Expected((), None, 0)


def test_every_hole_is_due_in_order() -> None:
    found = due(D[:6], [entry(D[1]), entry(D[3])], D[5])
    assert found.dates == found.missing == (D[0], D[2], D[4], D[5])


def test_a_changed_input_is_due_while_provisional() -> None:
    known = [entry(D[0], state="final"), entry(D[1]), entry(D[2], state="final", input_hash="o")]
    assert due(D[:3], known, D[5], hashes="new").dates == (D[1],)
    assert due(D[:3], known, D[5], hashes="h").dates == ()


def test_final_before_its_time_is_looked_at_again() -> None:
    """A clock that was ahead made it final, and has been set back."""
    known = [entry(day, state="final") for day in D[:6]]
    assert due(D[:6], known, D[5], hashes="new").dates == tuple(D[3:6])
    assert due(D[:6], known, D[5], hashes="h") == Due()
    assert due(D[:6], known, D[40], hashes="new").dates == ()


@pytest.mark.parametrize("state", ["failed", "killed", "stopped"])
def test_a_run_that_did_not_end_is_done_again(state: str) -> None:
    assert due(D[:2], [entry(D[0], run_state=state, state="final"), entry(D[1])], D[1]).dates == (
        D[0],
    )


def test_with_the_clock_set_back_nothing_is_done() -> None:
    known = [entry(day, run_state="killed") for day in D[5:8]]
    assert due([], known, D[2], hashes="new") == Due()


def test_final_after_the_days_of_grace() -> None:
    known = [entry(day) for day in D[:6]]
    # The round of D[6] does D[5] and looks at D[4], D[3], D[2] again.
    assert due(D[:6], known, D[5]).final == (D[0], D[1], D[2])
    assert due_dates.settled(D[2], D[6], 3)
    assert not due_dates.settled(D[3], D[6], 3)


def test_without_data_a_date_waits_a_month() -> None:
    known = [entry(D[0], complete=False, rows=0)]
    assert due(D[:1], known, D[20]).final == ()
    assert due(D[:1], known, D[20], hashes="new").dates == (D[0],)
    assert due(D[:1], known, D[40]).final == (D[0],)


def test_lost_data_take_nothing_back() -> None:
    found = due(D[:2], [entry(D[0], rows=1000), entry(D[1], rows=1000)], D[1], "new", rows=400)
    assert (found.dates, found.shrunk) == ((), (D[0], D[1]))


def test_between_the_mornings_only_what_was_incomplete() -> None:
    known = [entry(D[0]), entry(D[1], complete=False)]
    assert due(D[:2], known, D[1], hashes="new", incomplete_only=True).dates == (D[1],)


@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60)), st.integers(0, 70))
def test_a_round_leaves_nothing_due(data: set[int], done: set[int], until: int) -> None:
    """Whatever was done before: once what is due is done, nothing is, and no date came twice."""
    rows = {D[n]: 1000 for n in data}
    wanted = due_dates.expected(rows, D[until], 3)
    assert len(set(wanted.dates)) == len(wanted.dates)
    assert list(wanted.dates) == sorted(wanted.dates)
    known = {D[n]: entry(D[n], rows=0) for n in done}

    def found() -> Due:
        return due_dates.due(wanted, known, rows, lambda _: "h", until=D[until], revisit_days=3)

    first = found()
    assert list(first.dates) == sorted(set(first.dates))
    assert {day for day in known if day in wanted.dates} | set(first.dates) >= set(wanted.dates)
    known |= {day: entry(day, rows=0) for day in first.dates}
    assert found().dates == ()


SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "zone", "at", "was", "comes"),
    [
        ("2026-03-05T22:29:00", SHANGHAI, "06:30", "2026-03-04T22:30", "2026-03-05T22:30"),
        ("2026-03-05T22:30:00", SHANGHAI, "06:30", "2026-03-05T22:30", "2026-03-06T22:30"),
        ("2026-03-05T15:59:00", SHANGHAI, "00:00", "2026-03-04T16:00", "2026-03-05T16:00"),
        # Summer time begins on 29 March at 02:00: 02:30 is not there, and counts as 03:30.
        ("2026-03-29T01:29:00", BERLIN, "02:30", "2026-03-28T01:30", "2026-03-29T01:30"),
        ("2026-03-29T01:31:00", BERLIN, "02:30", "2026-03-29T01:30", "2026-03-30T00:30"),
        # It ends on 25 October: 02:30 comes twice, the first counts.
        ("2026-10-25T00:31:00", BERLIN, "02:30", "2026-10-25T00:30", "2026-10-26T01:30"),
        ("2026-10-25T01:31:00", BERLIN, "02:30", "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_slots(now: str, zone: ZoneInfo, at: str, was: str, comes: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert slot(moment, at, zone) == datetime.fromisoformat(was).replace(tzinfo=UTC)
    assert next_slot(moment, at, zone) == datetime.fromisoformat(comes).replace(tzinfo=UTC)


def test_the_hash_is_of_what_has_an_effect() -> None:
    points = pd.DataFrame(
        {"point_id": ["P1"], "geometry": [None], "valid_from": [None], "valid_to": [D[9]]}
    )

    def value(table: pd.DataFrame) -> str:
        return due_dates.Digest().points(table, D[5]).value

    assert value(points) == value(points.assign(valid_to=[None]))
    assert value(points) == value(points.assign(valid_from=[D[4]]))
    assert value(points) != value(points.assign(valid_to=[D[4]]))
    assert value(points) != value(points.assign(point_id=["P2"]))
