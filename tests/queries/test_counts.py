"""Figures of reports, held against tables counted by hand."""

from datetime import date

import numpy as np
import pandas as pd

from routecheck.domain.codes import Classification
from routecheck.queries.chronic import chronic_points
from routecheck.queries.counts import by_date, causes_of, township_summary

D1, D2, D3 = (date(2026, 3, n) for n in (2, 3, 4))


def test_the_summary_counts_ranks_and_totals():
    pickups = pd.DataFrame(
        {
            "township": ["甲"] * 4 + ["乙"] * 3 + ["丙"],
            "verdict": ["collected"] * 3 + ["missed"] + ["collected"] * 2 + ["unverifiable"] * 2,
        }
    )
    alerts = pd.DataFrame(
        {
            "township": ["甲", "甲", "乙", "丁"],
            "classification": ["false", "genuine", "false", "unverifiable"],
        }
    )
    table = township_summary(pickups, alerts)
    assert table["township"].tolist() == ["乙", "甲", "丁", "丙", ""]
    assert table["due"].tolist() == [3, 4, 0, 1, 8]
    assert table["missed"].tolist() == [0, 1, 0, 0, 1]
    # What cannot be told counts for nobody.
    np.testing.assert_allclose(table["rate"], [1.0, 0.75, np.nan, np.nan, 5 / 6])
    np.testing.assert_allclose(table["rank"], [1, 2, np.nan, np.nan, np.nan])
    assert table["alerts"].tolist() == [1, 2, 1, 0, 4]
    np.testing.assert_allclose(table["false_rate"], [1.0, 0.5, 0.0, np.nan, 0.5])


def test_equal_rates_share_a_rank_and_the_next_is_skipped():
    pickups = pd.DataFrame(
        {
            "township": ["a", "b", "c", "c"],
            "verdict": ["collected", "collected", "collected", "missed"],
        }
    )
    table = township_summary(pickups, pd.DataFrame({"township": [], "classification": []}))
    assert table["rank"].tolist()[:3] == [1, 1, 3]


def test_causes_are_counted_by_alert_and_by_point():
    alerts = pd.DataFrame(
        {
            "alert_id": ["1", "2", "3", "4"],
            "point_id": ["P1", "P1", "P2", "P3"],
            "classification": ["false", "false", "false", "genuine"],
            "cause": ["datum", "datum", "clock", "passed_by"],
        }
    )
    table = causes_of(alerts, Classification.FALSE)
    assert table.to_numpy().tolist() == [["datum", 2, 1], ["clock", 1, 1]]
    assert causes_of(alerts.iloc[3:], Classification.FALSE).empty


def test_dates_with_and_without_alerts_are_counted():
    pickups = pd.DataFrame(
        {
            "service_date": [D1, D1, D2],
            "verdict": ["collected", "missed", "collected"],
            "pickups": [10, 2, 12],
        }
    )
    alerts = pd.DataFrame(
        {"service_date": [D1, D1, D3], "classification": ["false", "genuine", "unverifiable"]}
    )
    table = by_date(pickups, alerts)
    assert table["service_date"].tolist() == [D1, D2, D3]
    assert table["due"].tolist() == [12, 12, 0]
    assert table["missed"].tolist() == [2, 0, 0]
    assert table["alerts"].tolist() == [2, 0, 1]
    assert table[["false", "genuine", "alerts_unverifiable"]].to_numpy().tolist() == [
        [1, 1, 0],
        [0, 0, 0],
        [0, 0, 1],
    ]


def test_chronic_points_are_those_that_alert_on_half_of_the_dates():
    said = [
        ("P1", D1, "false", "datum"),
        ("P1", D2, "genuine", "passed_by"),
        ("P1", D2, "false", "datum"),  # a second alert of the day: the graver counts
        ("P1", D3, "false", "datum"),
        ("P2", D1, "false", "clock"),
        ("P2", D3, "unverifiable", "gap"),
        ("P3", D2, "false", "late_data"),
    ]
    alerts = pd.DataFrame(said, columns=["point_id", "service_date", "classification", "cause"])
    table = chronic_points(alerts, [D1, D2, D3])
    assert table["point_id"].tolist() == ["P1", "P2"]
    assert table["marks"].tolist() == ["FGF", "F-U"]
    assert table["days"].tolist() == [3, 2]
    assert table["cause"].tolist()[0] == "datum"
    assert table[["genuine", "false", "unverifiable"]].to_numpy().tolist() == [[1, 2, 0], [0, 1, 1]]


def test_nothing_stored_makes_empty_tables():
    none = pd.DataFrame({"service_date": [], "point_id": [], "classification": [], "cause": []})
    assert chronic_points(none, []).empty
