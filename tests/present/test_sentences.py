"""What people read: every text in both languages, and sentences that are true."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from routecheck.config import load_config
from routecheck.domain.codes import CorrectionState
from routecheck.present.sentences.criteria import criteria_lines
from routecheck.present.sentences.figures import clock_text
from routecheck.present.sentences.verdicts import action, evidence
from routecheck.store import Store
from routecheck.texts import has_text, text
from site_tools import DAYS, call, rows, run

ZONE = ZoneInfo("Asia/Shanghai")


def told(criteria: dict, **row: object) -> dict:
    return {"service_date": date(2026, 3, 2), "vehicle_id": "V1", **row, "criteria": criteria}


@pytest.mark.parametrize(
    ("offset_s", "english", "chinese"),
    # A device that shows 16:00 when it is 08:00 is ahead; eight hours are taken off its times.
    [(-28800, "8 h ahead", "时钟快 8 小时"), (600, "10 min behind", "时钟慢 10 分钟")],
)
def test_it_is_told_which_way_a_clock_is_off(offset_s, english, chinese):
    row = told({"say": "collected", "clock_offset_s": offset_s}, cause="clock")
    assert english in evidence(row, "en", ZONE)
    assert chinese in evidence(row, "zh", ZONE)
    assert english in criteria_lines(row, "en", ZONE)[0]
    assert clock_text(offset_s, "en") == english
    assert clock_text(offset_s, "zh") == chinese.replace("时钟", "偏")


@pytest.mark.parametrize(("spread_m", "poor"), [(5.0, False), (36.0, True)])
def test_only_fixes_that_scatter_are_called_so_and_the_antenna_suspected(spread_m, poor):
    # Good fixes scatter by some four metres; a stand somewhat outside is in doubt all the same.
    row = told({"say": "poor_fixes", "spread_m": spread_m, "distance_m": 51.0}, cause="poor_fixes")
    assert ("scatter" in evidence(row, "en", ZONE)) is poor
    assert ("定位散布" in evidence(row, "zh", ZONE)) is poor
    assert ("antenna" in action(row, "en", ZONE)) is poor
    assert ("天线" in action(row, "zh", ZONE)) is poor
    assert "51 m from the point" in evidence(row, "en", ZONE)


def test_who_stood_beside_a_point_it_drove_past_is_asked_and_its_antenna_not_blamed():
    criteria = {"say": "stood_beside", "spread_m": 4.0, "distance_m": 42.0, "others_offset_m": 3.2}
    row = told(criteria, cause="poor_fixes")
    said = evidence(row, "en", ZONE)
    assert "drove past the point and stood 42 m from it" in said
    assert "some 3 m from its other points" in said
    assert "42 米" in evidence(row, "zh", ZONE)
    assert "antenna" not in action(row, "en", ZONE)


@pytest.mark.parametrize(
    ("key", "values", "shown"),
    [
        ("run.retracted", {"count": 1}, "1 alert classified as genuine before is withdrawn"),
        ("run.more_dates", {"count": 1}, "and the same for the other date"),
        ("report.todo_unalerted", {"count": 1}, "1 of them had no alert."),
        ("incidents.undecided", {"n": 0}, "no pickup is left undecided by it"),
        ("incidents.undecided", {"n": 1}, "1 pickup cannot be decided"),
        ("status.dates_due", {"count": 1, "first": "D"}, "1 date is due, the first is D"),
        ("errors.checked_runs_left", {"count": 1}, "1 run is in progress, or was killed"),
        ("errors.checked_runs_left", {"count": 2}, "2 runs are in progress, or were killed"),
    ],
)
def test_one_is_written_as_one(key, values, shown):
    assert text(key, "en", **values) == shown


@pytest.mark.parametrize(("distance_m", "shown"), [(0.3, False), (4.0, True), (None, True)])
def test_a_stop_at_the_very_place_is_not_given_in_metres(distance_m, shown):
    row = told({"say": "collected"}, distance_m=distance_m)
    assert (" from it" in evidence(row, "en", ZONE)) is shown


@pytest.mark.parametrize("say", ["not_approached", "route_not_run"])
@pytest.mark.parametrize(("hour", "aside"), [(1, False), (5, True)])
def test_a_nearest_fix_outside_the_window_is_told_as_such(say, hour, aside):
    at = {"window_from": 0, "window_until": 3, "nearest_at": hour}
    criteria = {k: datetime(2026, 3, 2, h, tzinfo=UTC).isoformat() for k, h in at.items()}
    row = told(criteria | {"say": say, "nearest_m": 640.0, "nearest_vehicle": "V2"}, cause=say)
    assert ("outside the window" in evidence(row, "en", ZONE)) is aside
    assert ("在时间窗之外" in evidence(row, "zh", ZONE)) is aside
    assert f"{hour + 8:02}:00:00" in evidence(row, "en", ZONE)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("proposed", "routecheck accept P7"),
        ("accepted", "is accepted here"),
        ("rejected", "have the point surveyed"),
        ("ended", "has changed this point since"),
        ("", "No correction is proposed yet"),
        (None, "where none is proposed yet"),
    ],
)
@pytest.mark.parametrize("cause", ["datum", "misplaced", "coordinate_error"])
def test_what_to_do_about_a_record_follows_what_was_decided(state, wanted, cause):
    row = told({"say": "collected"}, cause=cause, point_id="P7")
    assert wanted in action(row, "en", ZONE, state)
    if state == "accepted":
        assert "Accept the" not in action(row, "en", ZONE, state)
    assert all(has_text(f"actions.record_{state}") for state in CorrectionState)


def test_every_criterion_of_a_run_is_told_in_a_sentence(site, capsys):
    run(site)
    config = load_config(site / "routecheck.toml")
    seen: set[str] = set()
    with Store.open(config.store_url) as store:
        for day in DAYS:
            table = store.read_pickups(date.fromisoformat(day))
            for row in table.to_dict("records"):
                seen |= set(row["criteria"])
                for language in ("en", "zh"):
                    for line in criteria_lines(row, language, ZONE):
                        assert "+00:00" not in line
                        assert not re.search(r"\b[a-z]+_[a-z_]+\b", line), line
                        assert not (language == "zh" and re.search("[a-z]{3,} [a-z]{2,}", line))
    assert len(seen) > 8


def test_recheck_shows_sentences_and_keeps_the_figures_for_scripts(site, capsys):
    run(site)
    missed = rows(site / "out" / f"missed_{DAYS[0]}.csv") + rows(
        site / "out" / f"missed_{DAYS[1]}.csv"
    )
    row = missed[0]
    where = ("--config", str(site / "routecheck.toml"))
    capsys.readouterr()
    assert call("recheck", row["point_id"], "--date", row["service_date"], *where) == 0
    shown = capsys.readouterr().out
    assert "What the verdict rests on:" in shown
    assert "recorded at" in shown or "no usable location on record" in shown
    assert "- m from" not in shown
    assert "+00:00" not in shown
    assert call("recheck", row["point_id"], "--date", row["service_date"], "--json", *where) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["pickups"][0]["criteria"]["say"] == found["pickups"][0]["criterion"]
    config = site / "routecheck.toml"
    config.write_text(config.read_text("utf-8").replace('"en"', '"zh"'), "utf-8")
    assert call("recheck", row["point_id"], "--date", row["service_date"], *where) == 0
    shown = capsys.readouterr().out
    assert "判定依据：" in shown
    # Names of points may be in any language; sentences may not.
    assert not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", shown)


def test_accepting_says_how_many_and_what_comes_next(site, capsys):
    run(site)
    where = ("--config", str(site / "routecheck.toml"))
    proposed = [r for r in rows(site / "out" / "corrections.csv") if r["state"] == "proposed"]
    capsys.readouterr()
    assert call("accept", "--all", *where) == 0
    said = capsys.readouterr()
    assert len(proposed) > 0
    assert f"{len(proposed)} corrections accepted by " in said.err
    assert "routecheck run --from" in said.err
    run(site)
    wrong = [r for r in rows(site / "out" / f"alerts_{DAYS[0]}.csv")
             if r["cause"] in ("datum", "misplaced", "coordinate_error")]  # fmt: skip
    accepted = {r["point_id"] for r in proposed}
    actions = {r["action"] for r in wrong if r["point_id"] in accepted}
    assert actions == {"The correction is accepted here; give the monitor the corrected record."}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("say", "more", "figures"),
    [
        ("round_unseen", {"round_due": 11, "round_stood": 9}, ("9", "11")),
        ("two_places", {"other_place_m": 49.2, "other_place_share": 0.512}, ("49", "0.51")),
    ],
)
def test_what_leaves_a_miss_open_is_told_whole(language, say, more, figures):
    trail = {"own_nearest_m": 507.9, "own_nearest_at": "2026-03-08T01:25:05+00:00"}
    row = {"vehicle_id": "V0020", "cause": "poor_fixes", "criteria": {"say": say, **trail, **more}}
    said = evidence(row, language, ZONE)
    assert all(figure in said for figure in ("V0020", *figures))
    (line,) = criteria_lines(row, language, ZONE)
    assert all(figure in line for figure in figures)
