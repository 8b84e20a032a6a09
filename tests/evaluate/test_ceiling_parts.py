"""What the ceiling of the evidence is told from: the line that is drawn, and others' outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from benchmarks.ceiling import evidence, lines_drawn, page


def asked(rows: list[tuple[str, bool, bool, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["status", "observable", "alerted", "verdict"])


def test_the_line_is_drawn_as_far_as_its_aim_holds() -> None:
    # By falling probability: 60 genuine alerts, one false, 39 genuine, 10 false, one genuine.
    genuine, false = ("missed", True, True, "missed"), ("collected", True, True, "collected")
    rows = [genuine] * 60 + [false] + [genuine] * 39 + [false] * 10 + [genuine]
    rows[-1] = ("missed", True, True, "collected")
    table = asked(rows)
    own, precise, few, far = lines_drawn(table, np.linspace(1.0, 0.0, len(table)))
    assert (own.found.hits, own.found.n, own.right.hits, own.right.n) == (99, 100, 99, 99)
    # 99 of 101 are 0.98 and more; no wrong accusation is 2 in 10,000 of 111.
    assert (precise.found.hits, precise.right.n) == (99, 101)
    assert (few.found.hits, few.accused.hits) == (60, 0)
    assert (far.found.hits, far.right.n, far.accused.hits) == (95, 96, 1)


def test_what_the_data_could_not_show_counts_as_accused_only() -> None:
    table = asked(
        [
            ("missed", True, False, "missed"),
            ("collected", False, True, "missed"),
            ("missed", False, True, "missed"),
            ("missed", True, True, "missed"),
        ]
    )
    own = lines_drawn(table, np.array([0.9, 0.8, 0.7, 0.6]))[0]
    assert (own.found.hits, own.right.n, own.unalerted.hits, own.accused.hits) == (1, 1, 1, 1)


def test_of_its_own_outcome_a_pickup_tells_nothing() -> None:
    n = 6
    day = pd.to_datetime(pd.Series(["2026-03-02", "2026-03-03", "2026-03-04"] * 2))
    table = pd.DataFrame(
        {
            "point_id": ["P", "P", "P", "Q", "Q", "Q"],
            "service_date": day.dt.date,
            "start_minute": 360,
            "criterion": ["collected", "collected", "gap", "gap", "gap", "collected"],
            "cause": ["", "", "gap", "gap", "gap", ""],
            "confidence": 0.9,
            "alerted": [False, False, True, True, True, False],
            "vehicle_id": "A",
            "scheduled_vehicle_id": "A",
            "arrived_at": (day + pd.Timedelta(hours=7)).dt.tz_localize("UTC"),
            "window_start": (day + pd.Timedelta(hours=6)).dt.tz_localize("UTC"),
            "dwell_s": [60.0, 80.0, np.nan, np.nan, np.nan, 30.0],
            "distance_m": 5.0,
            "criteria": [{"dwell_s": 60.0, "other_vehicle": False}] * 2
            + [{"silent_from": "2026-03-02T06:00:00Z", "silent_until": "2026-03-02T06:10:00Z"}] * 3
            + [None],
        }
    )
    told = evidence(table)
    assert len(told) == n
    assert told["collected_of_point"].tolist() == pytest.approx([0.5, 0.5, 1.0, 0.5, 0.5, 0.0])
    assert told["silent_s"].tolist()[2:5] == [600.0] * 3
    assert told["dwell_s_0.5_of_point"].tolist() == [70.0] * 3 + [30.0] * 3
    assert told["late_s"].dropna().tolist() == [0.0] * n


def test_the_page_shows_a_row_a_line() -> None:
    table = asked([("missed", True, True, "missed"), ("collected", True, True, "collected")])
    text = page({"county": lines_drawn(table, np.array([0.9, 0.1]))}, (1, 2), (7,))
    assert "seeds 1 to 2, asked of 7" in text
    assert text.count("\n| the learner") == 3
    assert "| routecheck | 100.0% (20.7-100.0), 1 of 1" in text
