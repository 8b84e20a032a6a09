"""How long is waited while a day runs, by what came late at the site before."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from routecheck.engine.patience import BEGUN_S, DELAY_S, WAITING_S, delay_s, waits_s

NAMES = ["service_date", "scheduled_vehicle_id", "window_start", "window_end"]
NAMES += ["verdict", "vehicle_id", "arrived_at"]


def rounds(
    late_min: list[float | None], *, dates: int, began: bool = True, by: str = "V1"
) -> pd.DataFrame:
    """Rounds of six pickups: five in the window where it began, and one so late (None: missed)."""
    rows = []
    for n in range(dates):
        on = date(2026, 3, 2) + timedelta(days=n)
        start = pd.Timestamp(f"{on} 06:00", tz="UTC")
        end = start + pd.Timedelta(hours=3)
        plan = [-60.0] * 5 if began else []
        for late in [*plan, late_min[n % len(late_min)]]:
            made = pd.NaT if late is None else end + pd.Timedelta(minutes=late)
            verdict = "missed" if late is None else "collected"
            server = "" if late is None else by if late > 0 else "V1"
            rows.append((on, "V1", start, end, verdict, server, made))
    return pd.DataFrame(rows, columns=NAMES).astype({"arrived_at": "datetime64[us, UTC]"})


def test_what_a_site_has_not_shown_is_typed_in() -> None:
    assert waits_s(rounds([-60.0], dates=3).iloc[:0]) == (BEGUN_S, WAITING_S)
    assert waits_s(rounds([60.0], dates=9, by="V2")) == (BEGUN_S, WAITING_S)


def test_what_never_comes_late_is_not_waited_for() -> None:
    assert waits_s(rounds([None], dates=120)) == (0.0, WAITING_S)
    # A vehicle that is late itself is waited for until it is home: its lateness does not count.
    late = rounds([None, None, 100.0], dates=180)
    assert waits_s(late)[0] == 0.0


def test_so_few_come_later_that_one_miss_in_fifty_is_taken_back() -> None:
    # 150 are missed, 30 taken along 5 to 150 min late: 3 of 153 may be taken back.
    late = [None] * 5 + [5.0]
    table = pd.concat(
        [rounds([*late[:-1], 5.0 * n], dates=6, by="V2") for n in range(1, 31)], ignore_index=True
    )
    days = pd.to_timedelta(np.arange(len(table)) // 6 * 24, unit="h")
    table = table.assign(
        service_date=np.arange(len(table)) // 6,
        **{name: table[name] + days for name in ("window_start", "window_end", "arrived_at")},
    )
    assert waits_s(table)[0] == pytest.approx(27 * 5 * 60.0)


def test_a_round_that_had_not_begun_is_another_matter() -> None:
    table = rounds([200.0, 300.0], dates=200, began=False)
    assert waits_s(table) == (BEGUN_S, 300.0 * 60.0)


def test_fixes_that_come_late_are_waited_for() -> None:
    online = {"heard": {f"V{n}": {"last": "", "delay_s": 5.0} for n in range(19)}}
    assert delay_s([online, {}]) == DELAY_S
    slow = {"heard": {f"V{n}": {"last": "", "delay_s": 1200.0} for n in range(19)}}
    assert delay_s([slow]) == 1200.0
    # One that sends in the evening what it kept is no measure for the others.
    evening = {"heard": {**online["heard"], "V19": {"last": "", "delay_s": 30000.0}}}
    assert delay_s([online, evening, {"heard": {"V1": {"last": "", "delay_s": None}}}]) == DELAY_S
