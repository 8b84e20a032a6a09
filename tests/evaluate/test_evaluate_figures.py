"""Every figure, counted by hand on tables of a few rows."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest
from eval_tables import (
    DAY,
    NO_CORRECTIONS,
    classified,
    corrections,
    day,
    judgements,
    truth,
)

from routecheck.domain.errors import MissingDataError
from routecheck.evaluate import Share, compare, evaluate, measure, mistakes, not_found, pool
from routecheck.present.evaluation_json import as_json


def counts(share):
    return share.hits, share.n


# Ten pickups. Truth (m missed, c collected), observable (o, -), alerted (!), verdict:
#   1 m o !  missed          2 m o !  collected       3 m o    missed        4 m o   unverifiable
#   5 m - !  unverifiable    6 c o !  collected       7 c o !  missed        8 c o   missed
#   9 c - !  unverifiable   10 c -    missed
TEN_TRUTH = [
    ("1", False, True, "passed_by"),
    ("2", False, True, "not_approached"),
    ("3", False, True, "route_not_run"),
    ("4", False, True, "passed_by"),
    ("5", False, False, "gap|passed_by"),
    ("6", True, True, "datum|clock"),
    ("7", True, True, "tolerance"),
    ("8", True, True, ""),
    ("9", True, False, "gap"),
    ("10", True, False, "gap"),
]
TEN_SAID = [
    ("1", "missed", True, "passed_by"),
    ("2", "collected", True, "tolerance"),
    ("3", "missed", False, "route_not_run"),
    ("4", "unverifiable", False, "gap"),
    ("5", "unverifiable", True, "gap"),
    ("6", "collected", True, "clock"),
    ("7", "missed", True, "passed_by"),
    ("8", "missed", False, "not_approached"),
    ("9", "unverifiable", True, "no_fixes"),
    ("10", "missed", False, "passed_by"),
]
# Alerts of 1, 2, 5, 6, 7, 9, one that was not due (N), one of a stranger (X).
ALERTS = [
    ("1", "genuine", "passed_by"),
    ("2", "false", "tolerance"),
    ("5", "unverifiable", "gap"),
    ("6", "false", "clock"),
    ("7", "genuine", "passed_by"),
    ("9", "unverifiable", "no_fixes"),
    ("N", "genuine", "not_approached"),
    ("X", "unverifiable", "unknown_point"),
]


@pytest.fixture
def ten():
    pickups = judgements(
        [{"point_id": p, "verdict": v, "alerted": a, "cause": c} for p, v, a, c in TEN_SAID]
    )
    alerts = classified([{"point_id": p, "classification": k, "cause": c} for p, k, c in ALERTS])
    known = truth(
        [{"point_id": p, "collected": c, "observable": o, "cause": s} for p, c, o, s in TEN_TRUTH]
        + [
            {"point_id": "N", "minute": -1, "collected": False, "cause": "not_due"},
            {
                "point_id": "X",
                "minute": -1,
                "collected": False,
                "observable": False,
                "cause": "unknown_point",
            },
        ]
    )
    return pickups, alerts, known


@pytest.fixture
def found(ten):
    return evaluate(*ten, NO_CORRECTIONS)


def test_counts(found):
    assert (found.pickups, found.alerts, found.misses) == (10, 8, 5)
    assert counts(found.observable) == (7, 10)
    assert found.dates == (DAY,)
    assert (found.pickups_without_truth, found.alerts_without_truth, found.not_judged) == (0, 0, 0)


def test_genuine_alerts(found):
    f = found.routecheck
    # Genuine: 1, 2 (observable) and 5. Called genuine: 1, 7, N, all of them observable.
    assert counts(f.genuine_recall.observable) == (1, 2)
    assert counts(f.genuine_recall.every) == (1, 3)
    assert counts(f.genuine_precision.observable) == (1, 3)
    assert counts(f.genuine_precision.every) == (1, 3)


def test_false_alerts(found):
    f = found.routecheck
    # False: 6, 7, N observable, 9 not; X is neither. Called false: 2 (wrongly) and 6.
    assert counts(f.false_recall.observable) == (1, 3)
    assert counts(f.false_recall.every) == (1, 4)
    assert counts(f.false_precision.observable) == (1, 2)


def test_misses(found):
    f = found.routecheck
    # Missed: 1 2 3 4 observable, 5 not; called so: 1, 3, and wrongly 7, 8 and (hidden) 10.
    assert counts(f.miss_recall.observable) == (2, 4)
    assert counts(f.miss_recall.every) == (2, 5)
    assert counts(f.miss_precision.observable) == (2, 4)
    assert counts(f.miss_precision.every) == (2, 5)
    # No alert named 3, 4, 8, 10.
    assert counts(f.silent_recall.observable) == (1, 2)
    assert counts(f.silent_precision.observable) == (1, 2)
    assert counts(f.silent_precision.every) == (1, 3)


def test_wrong_accusations(found):
    f = found.routecheck
    assert counts(f.accused_pickups) == (3, 10)  # 7, 8, 10
    assert counts(f.accused_alerts) == (2, 8)  # 7, N
    # The alert of 7 is that of an accused pickup: told once.
    assert counts(f.accused) == (4, 10)
    assert f.accused_observable == 3  # all but 10
    told = [(a.kind, a.point_id, a.truth) for a in f.accusations]
    assert told == [
        ("pickup", "10", "collected"),
        ("pickup", "7", "collected"),
        ("pickup", "8", "collected"),
        ("alert", "N", "not_due"),
    ]


def test_left_open(found):
    f = found.routecheck
    assert counts(f.unverifiable_pickups) == (1, 7)  # 4
    assert counts(f.unverifiable_pickups_hidden) == (2, 3)  # 5, 9 of 5, 9, 10
    assert counts(f.unverifiable_alerts) == (0, 5)  # 1 2 6 7 N
    assert counts(f.unverifiable_alerts_hidden) == (3, 3)  # 5 9 X


def test_what_became_of_pickups_with_the_evidence_of_a_miss_that_was_not_found(ten):
    pickups, alerts, known = ten
    said = {"2": "tolerance", "4": "gap_short", "5": "gap", "6": "tolerance", "9": "gap_short"}
    criteria = [{"say": said.get(p, "passed_by")} for p in pickups["point_id"]]
    pickups = pickups.assign(criteria=pd.Series(criteria, dtype=object))
    table = not_found(compare(pickups, alerts, known, NO_CORRECTIONS))
    # 2 and 6 for a stand outside: one missed, one collected; 4 and 9 left open: the same. 5 could
    # not be shown, and what was called missed is not asked.
    rows = table.sort_values("criterion").to_dict("records")
    assert [(r["verdict"], r["criterion"]) for r in rows] == [
        ("unverifiable", "gap_short"), ("collected", "tolerance"),
    ]  # fmt: skip
    assert [(r["unfound"], r["missed"], r["collected"], r["share"]) for r in rows] == [
        (1, 1, 1, 0.5), (1, 1, 1, 0.5),
    ]  # fmt: skip


def test_right(found):
    f = found.routecheck
    # Right: 1, 3, 6 and, open where nothing shows, 5 and 9.
    assert counts(f.pickups_right.observable) == (3, 7)
    assert counts(f.pickups_right.every) == (5, 10)
    assert dict(f.verdicts) == {"missed": 5, "collected": 2, "unverifiable": 3}


def test_monitor_beside(found):
    m = found.monitor
    # It accuses 1 2 5 6 7 9, N and X, and passes 3 4 8 10.
    assert counts(m.miss_recall.observable) == (2, 4)
    assert counts(m.miss_recall.every) == (3, 5)
    assert counts(m.miss_precision.every) == (3, 6)
    assert counts(m.genuine_precision.every) == (3, 8)
    assert counts(m.genuine_recall.every) == (3, 3)
    assert counts(m.false_recall.every) == (0, 4)
    assert counts(m.accused_pickups) == (3, 10)  # 6 7 9
    assert counts(m.accused) == (5, 10)  # and N, X
    assert m.accused_observable == 3  # 6 7 N
    assert counts(m.silent_recall.observable) == (0, 2)
    assert m.silent_precision.every.n == 0
    assert counts(m.unverifiable_pickups) == (0, 7)


def test_causes(found):
    c = found.causes
    # Of all 8: 1, 5, 6 (either of two) and X are right; 2, 7, 9 and N are not.
    assert counts(c.alerts.every) == (4, 8)
    assert counts(c.alerts.observable) == (2, 5)
    assert counts(c.alerts_false.observable) == (1, 1)  # 6
    assert counts(c.alerts_genuine.observable) == (1, 1)  # 1
    # Pickups rightly called collected or missed: 1, 3, 6, all of them with a right cause.
    assert counts(c.pickups.every) == (3, 3)
    # 6 may be datum or clock: told clock, it counts as clock.
    assert c.confusion == (
        ("not_due", "not_approached", 1),
        ("clock", "clock", 1),
        ("tolerance", "passed_by", 1),
        ("passed_by", "passed_by", 1),
        ("not_approached", "tolerance", 1),
    )


def test_collected_without_a_cause_is_told_without_one():
    pickups = judgements(
        [
            {"point_id": "1", "cause": ""},
            {"point_id": "2", "cause": "datum"},
            {"point_id": "3", "cause": "datum"},
        ]
    )
    known = truth([{"point_id": "1"}, {"point_id": "2"}, {"point_id": "3", "cause": "datum"}])
    causes = evaluate(pickups, classified([]), known, NO_CORRECTIONS).causes
    assert counts(causes.pickups.every) == (2, 3)


def test_confidence_by_hand():
    # Said 0.9, 0.8, 0.6, 0.5; right, right, wrong, right.
    pickups = judgements(
        [
            {"point_id": "1", "confidence": 0.9},
            {"point_id": "2", "confidence": 0.8},
            {"point_id": "3", "confidence": 0.6},
            {"point_id": "4", "confidence": 0.5, "verdict": "unverifiable"},
        ]
    )
    known = truth(
        [
            {"point_id": "1"},
            {"point_id": "2"},
            {"point_id": "3", "collected": False},
            {"point_id": "4", "observable": False},
        ]
    )
    c = evaluate(pickups, classified([]), known, NO_CORRECTIONS).confidence["pickups"]
    assert counts(c.right) == (3, 4)
    # (0.1² + 0.2² + 0.6² + 0.5²) / 4 = 0.66 / 4
    assert c.brier.value == pytest.approx(0.165)
    assert c.best_constant == pytest.approx(0.75 * 0.25)
    assert c.ratio.value == pytest.approx(0.165 / 0.1875)
    # Four values, a bin each: |0.9-1| + |0.8-1| + |0.6-0| + |0.5-1| = 1.4, of 4 rows.
    assert c.expected_error.value == pytest.approx(0.35)
    assert c.brier.low <= c.brier.value <= c.brier.high
    observable = evaluate(pickups, classified([]), known, NO_CORRECTIONS).confidence[
        "pickups_observable"
    ]
    assert counts(observable.right) == (2, 3)


def test_points_missed_every_due_day():
    said, known = [], []
    # a: found on 2 of 3 days. b: on 1 of 3. c: collected once. d: due on two days only.
    # e: never observable.
    for point, verdicts, collected, observable in (
        ("a", ["missed", "missed", "unverifiable"], [False] * 3, True),
        ("b", ["missed", "unverifiable", "unverifiable"], [False] * 3, True),
        ("c", ["missed"] * 3, [False, False, True], True),
        ("d", ["missed"] * 2, [False] * 2, True),
        ("e", ["unverifiable"] * 3, [False] * 3, False),
    ):
        for n, (verdict, got) in enumerate(zip(verdicts, collected, strict=True)):
            said.append({"point_id": point, "verdict": verdict, "service_date": day(n + 1)})
            known.append(
                {
                    "point_id": point,
                    "collected": got,
                    "observable": observable,
                    "service_date": day(n + 1),
                }
            )
    f = evaluate(judgements(said), classified([]), truth(known), NO_CORRECTIONS).routecheck
    assert [(p.point_id, p.called_missed, p.found) for p in f.always] == [
        ("a", 2, True),
        ("b", 1, False),
    ]
    assert counts(f.always_found) == (1, 2)


def test_corrections_by_hand():
    # a: datum, found, 10 m north of the bins. b: misplaced, called datum, no place proposed.
    # c: datum, not found, nobody serves it. d: nothing wrong, and corrected. e: tolerance, found.
    # f: datum, found once and rejected by an operator.
    metres = 1 / 110_866.0  # a degree of latitude at 28 N is 110,866 m on WGS-84
    points = [
        {"point_id": "a", "fault": "datum"},
        {"point_id": "b", "fault": "misplaced"},
        {"point_id": "c", "fault": "datum"},
        {"point_id": "d"},
        {"point_id": "e", "fault": "tolerance"},
        {"point_id": "f", "fault": "datum"},
    ]
    proposed = corrections(
        [
            {"point_id": "a", "cause": "datum", "lon": 108.0, "lat": 28.0 + 10 * metres},
            {"point_id": "b", "cause": "datum"},
            {"point_id": "d", "cause": "misplaced", "lon": 108.0, "lat": 28.0 + 90 * metres},
            {"point_id": "e", "cause": "tolerance"},
            {"point_id": "f", "cause": "datum", "state": "rejected"},
            {"point_id": "nowhere", "cause": "datum"},
        ]
    )
    known = truth([{"point_id": p, "collected": p != "c"} for p in "abcdef"], points)
    pickups = judgements([{"point_id": p} for p in "abcdef"])
    found = evaluate(pickups, classified([]), known, proposed)
    c = found.corrections
    assert counts(c.precision) == (2, 3)  # a, b of a, b, d
    assert counts(c.recall) == (2, 4)  # a, b of a, b, c, f
    assert counts(c.recall_served) == (2, 3)  # without c
    assert counts(c.named) == (1, 2)  # a
    assert counts(c.close) == (1, 2)  # a of a, d
    assert c.median_m.value == pytest.approx(10.0, abs=0.01)  # a alone: d was right before
    kinds = {kind.fault: kind for kind in c.kinds}
    assert counts(kinds["datum"].found) == (1, 3)
    assert counts(kinds["datum"].precision) == (2, 2)
    assert counts(kinds["misplaced"].found) == (1, 1)
    assert counts(kinds["misplaced"].named) == (0, 1)
    assert counts(kinds["misplaced"].precision) == (0, 1)
    assert counts(kinds["tolerance"].found) == (1, 1)
    # Only d has a right record: its pickup was judged right.
    assert counts(found.routecheck.pickups_right_good_record.every) == (1, 1)


def test_a_site_without_any_correction_has_found_none_of_its_wrong_places():
    points = [{"point_id": "a", "fault": "datum"}, {"point_id": "b"}]
    known = truth([{"point_id": "a"}, {"point_id": "b"}], points)
    pickups = judgements([{"point_id": "a"}, {"point_id": "b"}])
    found = evaluate(pickups, classified([]), known, NO_CORRECTIONS).corrections
    assert counts(found.recall) == (0, 1)
    assert counts(found.precision) == (0, 0)


def test_without_true_places_nothing_is_said_of_corrections():
    found = evaluate(
        judgements([{"point_id": "a"}]), classified([]), truth([{"point_id": "a"}]), NO_CORRECTIONS
    )
    assert found.corrections is None
    assert found.causes is None


def test_vehicles():
    pickups = judgements([{"point_id": p, "vehicle_id": "V1"} for p in "abc"])
    known = truth(
        [
            {"point_id": "a", "vehicle_id": "V1"},
            {"point_id": "b", "vehicle_id": "V2"},
            {"point_id": "c", "vehicle_id": ""},
        ]
    )
    f = evaluate(pickups, classified([]), known, NO_CORRECTIONS).routecheck
    assert counts(f.vehicle_right) == (1, 2)


def test_an_alert_speaks_of_the_window_it_names_or_of_all():
    two = [
        {"point_id": "a", "window": "06:00", "verdict": "missed"},
        {"point_id": "a", "window": "16:00", "verdict": "collected"},
    ]
    known = truth(
        [
            {"point_id": "a", "minute": 360, "collected": False, "cause": "passed_by"},
            {"point_id": "a", "minute": 960, "collected": True, "cause": "clock"},
        ]
    )
    alerts = classified(
        [
            {"point_id": "a", "minute": 360},
            {"point_id": "a", "minute": 960},
            {"point_id": "a", "minute": 970},  # within the second window
            {"point_id": "a", "minute": -1},
        ]
    )
    both = compare(judgements(two), alerts, known, NO_CORRECTIONS).alerts
    assert list(both["status"]) == ["missed", "collected", "collected", "missed"]
    assert list(both["causes"]) == ["passed_by", "clock", "clock", "passed_by"]


def test_without_start_minute_the_criteria_tell_the_window():
    two = [{"point_id": "a", "window": "06:00"}, {"point_id": "a", "window": "16:00"}]
    known = truth(
        [
            {"point_id": "a", "minute": 360, "collected": False},
            {"point_id": "a", "minute": 960, "collected": True},
        ]
    )
    alerts = classified(
        [
            {"point_id": "a", "criteria": {"window_from": "2026-03-02T08:00:00+00:00"}},  # 16:00
            {"point_id": "a"},
        ]
    )
    both = compare(judgements(two), alerts, known, NO_CORRECTIONS).alerts
    assert list(both["status"]) == ["collected", "missed"]


def test_an_alert_of_all_is_observable_where_what_decides_it_is():
    two = [{"point_id": "a", "window": "06:00"}, {"point_id": "a", "window": "16:00"}]
    alerts = classified([{"point_id": "a"}])
    for first, second, observable in (
        ((False, True), (True, False), True),  # the miss shows, that settles it
        ((False, False), (True, True), False),  # it does not
        ((True, True), (True, False), False),  # one of two collected ones does not show
        ((True, True), (True, True), True),
    ):
        known = truth(
            [
                {"point_id": "a", "minute": 360, "collected": first[0], "observable": first[1]},
                {"point_id": "a", "minute": 960, "collected": second[0], "observable": second[1]},
            ]
        )
        both = compare(judgements(two), alerts, known, NO_CORRECTIONS).alerts
        assert list(both["observable"]) == [observable]


def test_truth_without_a_window_speaks_of_the_only_pickup():
    pickups = judgements(
        [
            {"point_id": "a", "verdict": "missed"},
            {"point_id": "b", "window": "06:00"},
            {"point_id": "b", "window": "16:00"},
            {"point_id": "c", "verdict": "missed"},
        ]
    )
    known = truth(
        [
            {"point_id": "a", "minute": -1, "collected": False},
            {"point_id": "b", "minute": -1, "collected": True},
            {"point_id": "c", "minute": -1, "collected": False, "cause": "not_due"},
        ]
    )
    found = compare(pickups, classified([]), known, NO_CORRECTIONS)
    status = dict(zip(found.pickups["point_id"], found.pickups["status"], strict=True))
    verdict = dict(zip(found.pickups["point_id"], found.pickups["verdict"], strict=True))
    assert status == {"a": "missed", "b": "collected", "c": "not_due"}
    # b has two pickups: of which the row speaks cannot be told, so neither is compared.
    assert verdict == {"a": "missed", "b": "", "c": "missed"}
    assert found.pickups_without_truth == 2
    # A pickup that was not due is nobody's miss.
    assert counts(measure(found).routecheck.accused) == (1, 2)


def test_what_was_never_judged_is_not_found():
    pickups = judgements([{"point_id": "a", "verdict": "missed"}])
    known = truth([{"point_id": "a", "collected": False}, {"point_id": "b", "collected": False}])
    found = evaluate(pickups, classified([]), known, NO_CORRECTIONS)
    assert found.not_judged == 1
    assert counts(found.routecheck.miss_recall.every) == (1, 2)
    assert counts(found.routecheck.accused) == (0, 1)
    assert counts(found.routecheck.pickups_right.every) == (1, 1)


def test_only_dates_that_both_have_are_compared():
    pickups = judgements(
        [{"point_id": "a", "service_date": day(n), "verdict": "missed"} for n in (1, 2)]
    )
    known = truth(
        [{"point_id": "a", "service_date": day(n), "collected": False} for n in (2, 3, 4)]
    )
    found = evaluate(pickups, classified([]), known, NO_CORRECTIONS)
    assert found.dates == (day(2),)
    assert (found.pickups, found.dates_left_out, found.pickups_without_truth) == (1, 2, 0)


def test_no_date_in_common_is_one_clear_line():
    pickups = judgements([{"point_id": "a", "service_date": day(1)}])
    known = truth([{"point_id": "a", "service_date": day(n)} for n in (5, 7)])
    with pytest.raises(MissingDataError, match=r"2026-03-06 to 2026-03-08.*2026-03-02") as error:
        evaluate(pickups, classified([]), known, NO_CORRECTIONS)
    assert "\n" not in str(error.value)
    with pytest.raises(MissingDataError, match="routecheck run"):
        evaluate(judgements([]), classified([]), known, NO_CORRECTIONS)


def test_pooling_counts_rows_and_keeps_sites_apart(ten):
    one = compare(*ten, NO_CORRECTIONS)
    both = measure(pool([one, one]))
    alone = measure(one)
    assert both.sites == 2
    assert both.pickups == 2 * alone.pickups
    assert counts(both.routecheck.accused) == (8, 20)
    assert counts(both.routecheck.genuine_recall.every) == (2, 6)
    assert both.confidence["alerts"].brier.value == pytest.approx(
        alone.confidence["alerts"].brier.value
    )
    assert {a.site for a in both.routecheck.accusations} == {0, 1}


def test_order_of_rows_does_not_matter(ten):
    pickups, alerts, known = ten
    turned = evaluate(
        pickups.iloc[::-1].reset_index(drop=True),
        alerts.iloc[::-1].reset_index(drop=True),
        known,
        NO_CORRECTIONS,
    )
    first = as_json(evaluate(pickups, alerts, known, NO_CORRECTIONS))
    assert as_json(turned) == first


def test_input_is_left_as_it_was(ten):
    pickups, alerts, known = ten
    before = pickups.copy(), alerts.copy(), known.pickups.copy()
    evaluate(pickups, alerts, known, NO_CORRECTIONS)
    for now, was in zip((pickups, alerts, known.pickups), before, strict=True):
        assert now.equals(was)


def test_mistakes_are_listed_by_kind(ten):
    pickups, alerts, known = ten
    table = mistakes(compare(pickups, alerts, known, NO_CORRECTIONS))
    listed = {kind: sorted(rows["point_id"]) for kind, rows in table.groupby("kind")}
    assert listed == {
        "wrong_accusation": ["10", "7", "8"],
        "miss_not_found": ["2", "4"],
        "false_alert_accused": ["7", "N"],
        "pickup_left_open": ["4"],
    }


def test_json_holds_plain_values(found):
    data = json.loads(json.dumps(as_json(found), allow_nan=False))
    recall = data["routecheck"]["genuine_recall"]["observable"]
    low, high = Share(1, 2).interval
    assert recall == {
        "hits": 1,
        "n": 2,
        "value": 0.5,
        "low": pytest.approx(low, abs=1e-6),
        "high": pytest.approx(high, abs=1e-6),
    }
    assert data["routecheck"]["verdicts"]["missed"] == 5
    assert data["monitor"]["silent_precision"]["every"]["value"] is None
    assert data["dates"] == ["2026-03-02"]
    assert data["corrections"] is None


def test_share_of_nothing():
    assert math.isnan(Share(0, 0).value)
    assert all(math.isnan(end) for end in Share(0, 0).interval)
