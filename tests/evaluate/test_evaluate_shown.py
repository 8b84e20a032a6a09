"""Text, picture, and field checks."""

from __future__ import annotations

import unicodedata

import pandas as pd
import pytest
from eval_tables import DAY, NO_CORRECTIONS, ZONE, classified, corrections, judgements, truth

from routecheck.domain.errors import MissingDataError, UsageError
from routecheck.evaluate import Share, evaluate, truth_of_checks
from routecheck.present.evaluation_picture import plot
from routecheck.present.evaluation_text import aligned, as_text, per_10000, percent


def small():
    pickups = judgements(
        [
            {"point_id": "1", "verdict": "missed", "alerted": True, "cause": "passed_by"},
            {"point_id": "2", "verdict": "missed", "alerted": True, "cause": "passed_by"},
            {"point_id": "3", "verdict": "collected", "alerted": True, "cause": "datum"},
            {"point_id": "4", "verdict": "unverifiable", "cause": "gap", "confidence": 0.6},
        ]
    )
    alerts = classified(
        [
            {"point_id": "1", "classification": "genuine", "cause": "passed_by"},
            {"point_id": "2", "classification": "genuine", "cause": "passed_by"},
            {"point_id": "3", "classification": "false", "cause": "datum"},
        ]
    )
    known = truth(
        [
            {"point_id": "1", "collected": False, "cause": "passed_by"},
            {"point_id": "2", "cause": "tolerance"},
            {"point_id": "3", "cause": "datum"},
            {"point_id": "4", "observable": False, "cause": "gap"},
        ],
        [{"point_id": "1"}, {"point_id": "2"}, {"point_id": "3", "fault": "datum"}],
    )
    proposed = corrections([{"point_id": "3", "cause": "datum", "lon": 108.0, "lat": 28.0}])
    return evaluate(pickups, alerts, known, proposed)


def line(text, start):
    return next(row for row in text.splitlines() if row.strip().startswith(start))


def test_english_text():
    text = as_text(small(), "en")
    assert "4 pickups and 3 alerts on 2026-03-02." in text
    assert "1 of 1  " in line(text, "Genuine alerts called genuine")
    # Called genuine 1 and 2, and 1 is; the monitor raised 3.
    row = line(text, "Called genuine, really genuine")
    assert "50.0% (9.5-90.5), 1 of 2" in row
    assert row.endswith("1 of 3")
    assert line(text, "for every 10,000 pickups").split()[4] == "2500.0"
    assert "2026-03-02 2 (pickup): verdict drove past; truth: collected" in text
    assert "50.0%" not in line(text, "Wrong places found")


def test_chinese_text_has_no_english_sentence():
    text = as_text(small(), "zh")
    assert "错误指控" in text
    assert "监控系统告警" in text
    assert "pickups" not in text
    assert "observable" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_columns_stand_under_each_other(language):
    # Wide characters as two, so that an index is a place on the screen.
    screen = [
        "".join(c + c if unicodedata.east_asian_width(c) in "WF" else c for c in row)
        for row in as_text(small(), language).splitlines()
    ]
    heading = {"en": "monitor's", "zh": "监监控控"}[language]
    first = next(k for k, row in enumerate(screen) if heading in row)
    place = screen[first].index(heading)
    rows = [row for row in screen[first : first + 20] if len(row) > place]
    assert len(rows) > 10
    assert all(row[place - 2 : place] == "  " and row[place] != " " for row in rows)


def test_aligned_by_hand():
    assert aligned([["heading, long"], ["中", "a"], ["xyz", "b"]]) == [
        "heading, long",
        "中   a",
        "xyz  b",
    ]


def test_a_share_is_never_rounded_to_all_or_nothing():
    assert percent(Share(99_999, 100_000)).startswith("99.99%")
    assert percent(Share(1, 100_000)).startswith("0.001%")
    assert percent(Share(3, 3)).startswith("100.0%")
    assert percent(Share(0, 3)).startswith("0.0%")
    assert percent(Share(0, 0)) == "-"
    assert per_10000(Share(1, 5000)).startswith("2.0 (0.4-11.3)")


def test_picture(tmp_path):
    path = tmp_path / "evaluation.png"
    plot(small(), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match="cannot be written"):
        plot(small(), tmp_path / "nowhere" / "evaluation.png")


def test_everything_can_be_shown_of_next_to_nothing(tmp_path):
    found = evaluate(
        judgements([{"point_id": "1", "confidence": float("nan")}]),
        classified([]),
        truth([{"point_id": "1"}]),
        NO_CORRECTIONS,
    )
    for language in ("en", "zh"):
        assert "nan" not in as_text(found, language)
    plot(found, tmp_path / "a.png")


def checks(rows):
    return pd.DataFrame(
        {
            "point_id": pd.Series([row[0] for row in rows], dtype="str"),
            "service_date": pd.Series([DAY] * len(rows), dtype=object),
            "start_minute": pd.Series([row[1] for row in rows], dtype="int64"),
            "collected": pd.Series([row[2] for row in rows], dtype="bool"),
            "by": pd.Series(["Li"] * len(rows), dtype="str"),
        }
    )


def evaluate_checks(pickups, alerts, seen, zone):
    return evaluate(pickups, alerts, truth_of_checks(seen, pickups, zone), NO_CORRECTIONS)


def test_field_checks_by_hand():
    pickups = judgements(
        [
            {"point_id": "a", "verdict": "missed", "alerted": True},
            {"point_id": "b", "verdict": "missed"},
            {"point_id": "c", "verdict": "collected"},
            {"point_id": "d", "window": "06:00"},
            {"point_id": "d", "window": "16:00", "verdict": "unverifiable"},
            {"point_id": "e", "verdict": "missed"},
        ]
    )
    alerts = classified([{"point_id": "a", "classification": "genuine"}, {"point_id": "q"}])
    seen = checks(
        [
            ("a", -1, False),  # the only pickup of a
            ("b", 360, True),
            ("c", 360, True),
            ("c", 360, False),  # contradicts: left out
            ("d", -1, True),  # of which of two? left out
            ("d", 960, False),
            ("z", 360, False),  # no such pickup: left out
        ]
    )
    found = evaluate_checks(pickups, alerts, seen, ZONE)
    f = found.routecheck
    assert found.source == "checks"
    assert found.pickups == 3  # a, b and the second of d
    assert (f.miss_recall.every.hits, f.miss_recall.every.n) == (1, 2)
    assert (f.accused.hits, f.accused.n) == (1, 3)  # b
    assert found.truth_rejected == 3
    assert (found.alerts, found.alerts_without_truth) == (1, 1)
    assert found.causes is None
    assert "pickups_observable" not in found.confidence
    text = as_text(found, "en")
    assert "field checks" in text
    assert "not observable" not in text


def test_no_checks_at_all():
    with pytest.raises(MissingDataError, match="no field checks"):
        evaluate_checks(judgements([{"point_id": "a"}]), classified([]), checks([]), ZONE)
    with pytest.raises(MissingDataError, match="the only field check cannot be used"):
        evaluate_checks(
            judgements([{"point_id": "a"}]), classified([]), checks([("z", 360, True)]), ZONE
        )
