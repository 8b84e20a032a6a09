"""Incidents: what explains many pickups is one row, and each pickup is under at most one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routecheck.alerts.incidents import find_incidents
from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Classification, IncidentKind
from routecheck.domain.settings import Settings
from routecheck.domain.tables import CLOCKS
from routecheck.engine.results import DateReport, RunReport
from routecheck.present.sentences.incidents import incident_action, incident_text
from routecheck.present.summary import summary
from routecheck.tracks.device_stats import clocks_off
from site_tools import call
from store.builders import (
    DAY,
    alert,
    as_table,
    classified,
    corrections,
    judgements,
    missed,
    pickup,
    point,
    points,
    proposal,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTRY = points(*(point(f"P{n}") for n in range(1, 9)))


def incidents(pickups, alerts=(), proposals=(), registry=REGISTRY, **counts):
    result = find_incidents(
        DAY,
        judgements(*pickups),
        classified(*alerts),
        corrections(*proposals),
        registry,
        counts,
    )
    return result, list(records(result.table))


def silent(point_id, vehicle, since, until, cause="no_fixes"):
    say = "no_fixes" if cause == "no_fixes" else "gap"
    return missed(
        point_id,
        verdict="unverifiable",
        cause=cause,
        vehicle_id=vehicle,
        scheduled_vehicle_id=vehicle,
        criteria={
            "say": say,
            "silent_from": f"2026-03-02T{since}:00+00:00",
            "silent_until": f"2026-03-02T{until}:00+00:00",
        },
    )


def collected(point_id, vehicle="V1", **changes):
    return pickup(point_id, vehicle_id=vehicle, scheduled_vehicle_id=vehicle, **changes)


def heard(**last):
    return {vehicle: {"last": f"2026-03-02T{at}:00+00:00"} for vehicle, at in last.items()}


def raised(number, point_id, cause, **changes):
    return alert(
        f"A{number}",
        point_id,
        cause=cause,
        criteria={"say": "collected", "window_from": "2026-03-01T22:00:00+00:00"},
        **changes,
    )


def test_a_device_silent_all_day_is_one_incident():
    rows = [
        silent("P1", "V2", "00:10", "02:00"),
        silent("P2", "V2", "00:10", "02:00"),
        silent("P3", "V2", "05:00", "08:00"),
        collected("P4"),
    ]
    result, listed = incidents(rows, heard=heard(V1="10:00"))
    assert [(i.kind, i.vehicle_id, i.pickups) for i in listed] == [("device_silent", "V2", 3)]
    assert result.pickup.tolist() == [0, 0, 0, -1]


def test_a_device_that_died_half_way_is_silent_from_its_last_fix_on():
    rows = [silent("P1", "V2", "03:10", "06:00"), silent("P2", "V2", "03:10", "19:00")]
    _, listed = incidents(rows, heard=heard(V2="03:10"))
    assert [i.kind for i in listed] == ["device_died"]
    sentence = incident_text(listed[0]._asdict(), "en", SHANGHAI)
    assert "V2 sent its last data of that day at 11:10:00" in sentence
    assert "2 pickups" in sentence


def test_a_device_that_reports_again_has_gaps_and_two_gaps_are_two_incidents():
    rows = [
        silent("P1", "V2", "03:00", "03:40", "gap"),
        silent("P2", "V2", "03:00", "03:40", "gap"),
        silent("P3", "V2", "06:00", "06:30", "gap"),
        silent("P4", "V2", "06:00", "06:30", "gap"),
        silent("P5", "V3", "06:00", "06:30", "gap"),
    ]
    result, listed = incidents(rows, heard=heard(V2="09:00", V3="09:00"))
    assert [(i.kind, i.pickups) for i in listed] == [("device_gap", 2), ("device_gap", 2)]
    assert result.pickup.tolist() == [0, 0, 1, 1, -1], "a single pickup is no incident"


def test_several_silent_at_once_are_the_feed_unless_somebody_was_seen():
    rows = [silent(f"P{n}", f"V{n}", f"0{n}:00", "09:00", "gap") for n in range(2, 6)]
    result, listed = incidents(rows, heard=heard(V2="10:00", V3="10:00", V4="10:00", V5="10:00"))
    assert [(i.kind, i.pickups) for i in listed] == [("feed_gap", 4)]
    assert listed[0].start == pd.Timestamp("2026-03-02T05:00Z"), "since when the last fell silent"
    assert result.pickup.tolist() == [0, 0, 0, 0]
    seen = collected(
        "P1",
        window_start="2026-03-02T04:00:00Z",
        window_end="2026-03-02T09:00:00Z",
        arrived_at="2026-03-02T06:00:00Z",
        departed_at="2026-03-02T06:02:00Z",
    )
    _, listed = incidents([*rows, seen])
    assert listed == [], "one vehicle heard meanwhile: the feed worked"


def test_a_date_without_any_fixes_is_one_incident():
    row = {"verdict": "unverifiable", "cause": "no_fixes", "criteria": {"say": "feed_missing"}}
    _, listed = incidents([missed(f"P{n}", **row) for n in range(1, 6)], heard={})
    assert [(i.kind, i.pickups) for i in listed] == [("feed_missing", 5)]


@pytest.mark.parametrize(("language", "colon"), [("en", ": "), ("zh", "：")])
def test_an_incident_of_no_single_vehicle_names_none(language, colon):
    row = {"verdict": "unverifiable", "cause": "no_fixes", "criteria": {"say": "feed_missing"}}
    result, _ = incidents([missed(f"P{n}", **row) for n in range(1, 6)], heard={})
    label = IncidentKind.FEED_MISSING.label(language)
    dates = [
        DateReport(day, False, 0, judgements(), classified(), True, incidents=result.table)
        for day in (DAY, DAY + timedelta(days=1))
    ]
    lines = summary(RunReport(dates, corrections=corrections()), language, SHANGHAI)
    assert any(line.startswith(f"    {label}{colon}") for line in lines)


def test_over_several_dates_only_what_cost_something_is_summed_up():
    """The clock of V2 was off, and no pickup or alert was the worse for it."""
    result, listed = incidents(
        [collected("P1", cause="clock", criteria={"say": "collected", "clock_offset_s": -28800})],
        [raised(1, "P1", "clock")],
        clocks={"V1": -28800, "V2": 3600},
    )
    assert [(i.vehicle_id, i.pickups, i.alerts) for i in listed] == [("V1", 1, 1), ("V2", 0, 0)]
    dates = [
        DateReport(day, False, 0, judgements(), classified(), True, incidents=result.table)
        for day in (DAY, DAY + timedelta(days=1))
    ]
    one, both = (
        "\n".join(summary(RunReport(some, corrections=corrections()), "en", SHANGHAI))
        for some in (dates[:1], dates)
    )
    assert "V1" in one
    assert "V2" in one
    assert "V1" in both
    assert "V2" not in both
    # Where nothing cost anything, there is no heading either.
    free = [replace(entry, incidents=entry.incidents.iloc[1:]) for entry in dates]
    lines = summary(RunReport(free, corrections=corrections()), "en", SHANGHAI)
    assert not any("V2" in line or "Explained by" in line for line in lines)


def test_a_round_that_was_not_run_and_one_that_was_broken_off():
    idle = {"cause": "route_not_run", "criteria": {"say": "route_not_run"}}
    rows = [
        missed("P1", scheduled_vehicle_id="V2", **idle),
        missed("P2", scheduled_vehicle_id="V2", **idle),
        missed("P3", scheduled_vehicle_id="V3", **idle),
        missed("P4", scheduled_vehicle_id="V3", **idle),
        collected("P5", "V3"),
    ]
    result, listed = incidents(rows)
    assert [(i.kind, i.vehicle_id) for i in listed] == [
        ("route_not_run", "V2"),
        ("route_broken_off", "V3"),
    ]
    assert result.pickup.tolist() == [0, 0, 1, 1, -1]
    assert "V3 collected until 07:11:00" in incident_text(listed[1]._asdict(), "en", SHANGHAI)


def test_a_township_in_another_datum_is_one_incident_with_its_alerts():
    batch = {"say": "batch_datum", "batch": "North", "reading": "gcj02"}
    rows = [
        pickup(f"P{n}", cause="datum", criteria={"say": "collected", "offset_m": 540.0 + n})
        for n in range(1, 5)
    ]
    proposals = [proposal(f"P{n}", cause="datum", criteria=batch) for n in range(1, 4)]
    alone = proposal("P4", cause="datum", criteria={"say": "datum", "reading": "gcj02"})
    alerts = [raised(n, f"P{n}", "datum") for n in (1, 2)]
    result, listed = incidents(rows, alerts, [*proposals, alone])
    assert [(i.kind, i.batch, i.pickups, i.alerts) for i in listed] == [
        ("batch_datum", "North", 3, 2)
    ]
    assert result.pickup.tolist() == [0, 0, 0, -1]
    assert result.alert.tolist() == [0, 0]
    sentence = incident_text(listed[0]._asdict(), "en", SHANGHAI)
    assert "3 points of North are recorded as GCJ-02, about 542 m" in sentence
    assert "2 false alerts" in sentence


def test_a_clock_is_one_incident_a_device_with_direction_amount_and_span():
    rows = [
        collected("P1", cause="clock", criteria={"say": "collected", "clock_offset_s": -28800}),
        collected("P2"),
    ]
    result, listed = incidents(
        rows,
        [raised(1, "P1", "clock")],
        clocks={"V1": -28800, "V2": 3600},
        clock_spans={
            "V1": ["2026-03-01T22:00:00+00:00", "2026-03-02T08:00:00+00:00"],
            "V2": ["2026-03-01T22:00:00+00:00", "2026-03-02T08:00:00+00:00"],
        },
    )
    assert [(i.vehicle_id, i.pickups, i.alerts) for i in listed] == [("V1", 1, 1), ("V2", 0, 0)]
    assert result.pickup.tolist() == [0, -1]
    first, second = (incident_text(i._asdict(), "en", SHANGHAI) for i in listed)
    assert "V1 is 8 h ahead, seen from 06:00:00 to 16:00:00" in first
    assert "1 false alert" in first
    assert "V2 is 60 min behind" in second


def test_devices_that_are_all_off_by_the_same_are_the_feed():
    rows = [
        collected(f"P{n}", f"V{n}", cause="clock", criteria={"clock_offset_s": -28800, "say": ""})
        for n in (1, 2, 3)
    ]
    off = {"V1": -28800, "V2": -28800, "V3": -28800, "V4": 3600}
    spans = {vehicle: ["2026-03-01T22:00:00+00:00"] * 2 for vehicle in off}
    known = heard(**dict.fromkeys(("V1", "V2", "V3", "V4", "V5"), "09:00"))
    _, listed = incidents(rows, clocks=off, clock_spans=spans, heard=known)
    assert [(i.kind, i.vehicle_id, i.pickups) for i in listed] == [
        ("feed_clock", "", 3),
        ("clock", "V4", 0),
    ]
    sentence = incident_text(listed[0]._asdict(), "en", SHANGHAI)
    assert "The times of 3 devices are all 8 h ahead" in sentence


def test_a_round_by_another_vehicle_is_an_incident_only_with_alerts():
    taken = {"cause": "other_vehicle", "vehicle_id": "V9", "scheduled_vehicle_id": "V1"}
    rows = [pickup(f"P{n}", **taken) for n in range(1, 5)]
    assert incidents(rows)[1] == []
    alerts = [raised(n, f"P{n}", "other_vehicle") for n in (1, 2, 3)]
    _, listed = incidents(rows, alerts)
    assert [(i.kind, i.vehicle_id, i.pickups, i.alerts) for i in listed] == [
        ("taken_over", "V1", 4, 3)
    ]
    assert incident_text(listed[0]._asdict(), "en", SHANGHAI).startswith("V9 made 4 pickups of V1")


@pytest.mark.parametrize(
    ("right", "kinds"), [(0, ["monitor_fault"]), (3, ["monitor_fault"]), (4, [])]
)
def test_the_monitor_is_wrong_about_a_batch_only_where_it_is_wrong_about_half_of_it(right, kinds):
    registry = points(
        *(point(f"P{n}") for n in range(1, 9)),
        *(point(f"Q{n}", township="South") for n in range(40)),
    )
    rows = [
        *(collected(f"P{n}", cause="monitor_fault") for n in (1, 2, 3)),
        *(collected(f"P{n}") for n in range(4, 4 + right)),
        *(collected(f"Q{n}", "V5") for n in range(40)),
    ]
    alerts = [raised(n, f"P{n}", "monitor_fault") for n in (1, 2, 3)]
    _, listed = incidents(rows, alerts, registry=registry)
    assert [i.kind for i in listed] == kinds


def test_alerts_of_a_township_in_which_nothing_was_due_are_one_incident():
    registry = points(*(point(f"P{n}", township="South") for n in (1, 2, 3)), point("P4"))
    idle = {"cause": "not_due", "vehicle_id": "", "criteria": {"say": "not_due"}}
    alerts = [alert(f"A{n}", f"P{n}", **idle) for n in (1, 2, 3)]
    result, listed = incidents([pickup("P4")], alerts, registry=registry)
    assert [(i.kind, i.batch, i.alerts) for i in listed] == [("not_due", "South", 3)]
    assert result.alert.tolist() == [0, 0, 0]


CAUSES = ["", *(str(cause) for cause in Cause)]


@st.composite
def days(draw):
    rows = []
    for n in range(draw(st.integers(0, 25))):
        cause = draw(st.sampled_from(CAUSES))
        verdict = {
            Classification.FALSE: "collected",
            Classification.GENUINE: "missed",
            Classification.UNVERIFIABLE: "unverifiable",
        }[Cause(cause).classification if cause else Classification.FALSE]
        since = draw(st.integers(0, 8))
        until = since + draw(st.integers(1, 9))
        vehicle = draw(st.sampled_from(["", "V1", "V2", "V3", "V4"]))
        rows.append(
            silent(f"P{n}", vehicle, f"0{since}:00", f"{until:02d}:00")
            | {"verdict": verdict, "cause": cause}
            | {"scheduled_vehicle_id": draw(st.sampled_from(["", "V1", "V2", "V3"]))}
            | ({"arrived_at": "2026-03-02T00:00:00Z", "departed_at": "2026-03-02T00:02:00Z"}
               if verdict == "collected" else {})
        )  # fmt: skip
    alerts = [
        raised(n, row["point_id"], row["cause"] or "monitor_fault")
        for n, row in enumerate(rows)
        if draw(st.booleans())
    ]
    listed = draw(st.one_of(st.none(), st.sets(st.sampled_from(["V1", "V2"]))))
    counts = {} if listed is None else {"heard": heard(**dict.fromkeys(listed, "03:00"))}
    return rows, alerts, counts


@settings(deadline=None, max_examples=60)
@given(days())
def test_each_pickup_is_under_at_most_one_incident_and_counts_are_those_of_the_rows(day):
    rows, alerts, counts = day
    registry = points(*(point(f"P{n}") for n in range(30)))
    result, listed = incidents(rows, alerts, registry=registry, **counts)
    assert len(result.pickup) == len(rows)
    for number, incident in enumerate(listed):
        assert incident.incident == number + 1
        assert incident.pickups == (result.pickup == number).sum()
        assert incident.alerts == (result.alert == number).sum()
        # All under one incident are of one kind.
        verdicts = {rows[k]["verdict"] for k in np.flatnonzero(result.pickup == number)}
        assert len(verdicts) <= 1
        for language in ("en", "zh"):
            row = incident._asdict()
            for sentence in (
                incident_text(row, language, SHANGHAI),
                incident_action(row, language, SHANGHAI),
            ):
                assert sentence
                assert "{" not in sentence
    order = [list(IncidentKind).index(IncidentKind(i.kind)) for i in listed]
    assert order == sorted(order)


def test_the_summary_the_files_and_the_report_show_the_same_incidents(site, capsys, monkeypatch):
    monkeypatch.chdir(site)
    config = ("--config", "routecheck.toml")
    assert call("run", "--date", "2026-03-02", *config) in (0, 1)
    printed = capsys.readouterr().out
    written = pd.read_csv(site / "out" / "incidents_2026-03-02.csv", keep_default_na=False)
    assert len(written)
    for sentence in written["evidence"].head(10):
        assert sentence in printed
    assert call("report", "--date", "2026-03-02", *config) == 0
    page = (site / "out" / "report_2026-03-02.html").read_text("utf-8")
    for sentence in written["evidence"]:
        assert sentence in page
    # What to do today comes first.
    assert page.index('id="todo"') < page.index('id="incidents"')
    # Every point under an incident is one of the date, with that cause.
    pickups = pd.read_csv(site / "out" / "pickups_2026-03-02.csv", dtype=str, keep_default_na=False)
    for row in written.itertuples():
        if row.pickups:
            ids = set(row.point_ids.split("|"))
            assert ids <= set(pickups["point_id"])
            assert pickups["point_id"].isin(ids).sum() >= row.pickups


def test_a_clock_counts_on_its_own_date():
    clocks = as_table(
        CLOCKS,
        [
            {
                "vehicle_id": vehicle,
                "offset_s": -28800.0,
                "fixes": 100,
                "first": first,
                "last": last,
            }
            for vehicle, first, last in (
                ("V1", "2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z"),
                ("V2", "2026-03-02T01:00:00Z", "2026-03-02T02:00:00Z"),
                ("V3", "2026-03-02T17:00:00Z", "2026-03-02T18:00:00Z"),
            )
        ],
    )
    listed = clocks_off(clocks, DAY, Settings(time_zone=SHANGHAI))
    assert listed["clocks"] == {"V1": -28800, "V2": -28800}, "V3's is of the next date"
    assert listed["clock_spans"] == {
        "V1": ["2026-03-01T16:00:00+00:00", "2026-03-02T15:59:59+00:00"],
        "V2": ["2026-03-02T01:00:00+00:00", "2026-03-02T02:00:00+00:00"],
    }


# --- devices that are not believed, and the feed as a whole --------------------------------------


def fault(vehicle, kind, how="", shift_m=None, start=None, end=None):
    return {
        "vehicle_id": vehicle, "fault": kind, "how": how, "shift_m": shift_m,
        "start": start and f"2026-03-02T{start}+00:00", "end": end and f"2026-03-02T{end}+00:00",
    }  # fmt: skip


def undecided(point_id, vehicle, criterion):
    return missed(
        point_id,
        verdict="unverifiable",
        cause="poor_fixes",
        vehicle_id=vehicle,
        scheduled_vehicle_id=vehicle,
        criteria={"say": criterion},
    )


@pytest.mark.parametrize(
    ("found", "criterion", "kind", "words"),
    [
        (fault("V2", "elsewhere", shift_m=21_048_200.0), "device_elsewhere", "device_elsewhere",
         "21048.2 km from the site"),
        (fault("V2", "poor", shift_m=34.0), "device_poor", "device_blurred",
         "V2 stood 34 m beside its usual places"),
        (fault("V2", "stuck", start="01:00:00", end="05:30:00"), "device_stuck", "device_stuck",
         "repeated one position from 09:00:00 to 13:30:00"),
    ],
)  # fmt: skip
def test_a_device_that_is_not_believed_is_one_incident_with_its_pickups(
    found, criterion, kind, words
):
    rows = [undecided("P1", "V2", criterion), undecided("P2", "V2", criterion), collected("P3")]
    result, listed = incidents(rows, faults=[found], heard=heard(V1="09:00", V2="09:00"))
    assert [(i.kind, i.vehicle_id, i.pickups) for i in listed] == [(kind, "V2", 2)]
    assert result.pickup.tolist() == [0, 0, -1]
    assert words in incident_text(listed[0]._asdict(), "en", SHANGHAI)
    for language in ("en", "zh"):
        assert "V2" in incident_action(listed[0]._asdict(), language, SHANGHAI)


def test_a_displaced_device_is_an_incident_though_all_its_pickups_were_found():
    shifted = fault("V1", "displaced", "gcj02", 540.0)
    _, listed = incidents([collected("P1")], faults=[shifted], heard=heard(V1="09:00", V2="09:00"))
    assert [(i.kind, i.vehicle_id, i.pickups) for i in listed] == [("device_displaced", "V1", 0)]
    sentence = incident_text(listed[0]._asdict(), "en", SHANGHAI)
    assert "in GCJ-02 on 2026-03-02, by 540 m; they were corrected for judging" in sentence


def test_many_devices_that_freeze_in_the_same_minute_are_the_feed():
    names = [f"V{n}" for n in range(1, 5)]
    frozen = [fault(v, "stuck", start=f"01:00:{n}0", end="05:00:00") for n, v in enumerate(names)]
    rows = [undecided(f"P{n}", v, "device_stuck") for n, v in enumerate(names, 1)]
    known = heard(**dict.fromkeys(names, "09:00"))
    _, listed = incidents(rows, faults=frozen, heard=known)
    assert [(i.kind, i.vehicle_id, i.pickups) for i in listed] == [("feed_stuck", "", 4)]
    # At hours of their own they are four devices.
    apart = [fault(v, "stuck", start=f"0{n}:00:00", end="05:00:00") for n, v in enumerate(names)]
    _, listed = incidents(rows, faults=apart, heard=known)
    assert [i.kind for i in listed] == ["device_stuck"] * 4
    # Two of eight devices are no feed.
    many = heard(**dict.fromkeys([*names, "V5", "V6", "V7", "V8"], "09:00"))
    _, listed = incidents(rows[:2], faults=frozen[:2], heard=many)
    assert [i.kind for i in listed] == ["device_stuck"] * 2


def test_a_whole_feed_in_another_datum_on_one_date_is_one_incident():
    names = [f"V{n}" for n in range(1, 5)]
    shifted = [fault(v, "displaced", "gcj02", 540.0) for v in names]
    _, listed = incidents(
        [collected("P1")], faults=shifted, heard=heard(**dict.fromkeys(names, "09:00"))
    )
    assert [i.kind for i in listed] == ["feed_displaced"]
    assert "4 vehicles are all in GCJ-02" in incident_text(listed[0]._asdict(), "en", SHANGHAI)


@pytest.mark.parametrize(
    ("declared", "offset_s", "amount_s", "key", "contradicted"),
    [
        ("", 28800.0, 28800, "UTC", False),
        ("UTC", 0.0, -28800, "Asia/Shanghai", True),
        ("Asia/Tokyo", 32400.0, 3600 * 5, "Etc/GMT-4", True),
    ],
)
def test_the_zone_of_the_feed_is_named_with_the_key_to_set(
    declared, offset_s, amount_s, key, contradicted
):
    off = {"V1": amount_s, "V2": amount_s}
    feed = {
        "time_zone": declared, "utc_offset_s": offset_s,
        "site_zone": "Asia/Shanghai", "site_offset_s": 28800.0,
    }  # fmt: skip
    _, listed = incidents(
        [collected("P1", cause="clock")], clocks=off, feed=feed, heard=heard(V1="09:00", V2="09:00")
    )
    assert [i.kind for i in listed] == ["feed_clock"]
    row = listed[0]._asdict()
    assert f'fixes.time_zone = "{key}"' in incident_action(row, "en", SHANGHAI)
    says = f'The configuration says fixes.time_zone = "{declared}"'
    assert (says in incident_text(row, "en", SHANGHAI)) is contradicted
