"""What a site has taught (`status --learned`), held against sites that were made with it known."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.engine.patience import LEAST, learned_patience
from routecheck.engine.session import open_site
from routecheck.present.learned_text import as_json, as_text
from routecheck.queries.learned import what_was_learned
from routecheck.queries.learned_figures import Checked, Device, Doubted, Figure, WhatWasLearned
from routecheck.tracks.health import FAULTS
from site_tools import call, rows, run

FIRST, DAYS = date(2026, 3, 2), 9
NOW = pd.Timestamp("2026-11-30", tz="UTC")
AMOUNTS = {
    "stand_s": "50",
    "stand_spread": "0.3",
    "noise_m": "3",
    "interval_mix": "((30.0, 1.0),)",
}


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> Path:
    """A site without a fault, of nine dates that were run: all devices report every 30 s."""
    folder = tmp_path_factory.mktemp("learned") / "county"
    amounts = [part for name, value in AMOUNTS.items() for part in ("--set", f"{name}={value}")]
    size = ("--profile", "ideal", "--seed", "11", "--days", str(DAYS))
    call("simulate", str(folder), *size, "--points", "40", "--trucks", "4", *amounts)
    config = folder / "routecheck.toml"
    config.write_text(config.read_text("utf-8").replace("report = true", "report = false"), "utf-8")
    assert run(folder, "--from", str(FIRST), "--to", str(FIRST + timedelta(days=DAYS - 1))) == 0
    return folder


def learned(site: Path) -> WhatWasLearned:
    with open_site(load_config(site / "routecheck.toml"), now=NOW) as opened:
        return what_was_learned(opened)


@pytest.fixture(scope="module")
def answer(known) -> WhatWasLearned:
    return learned(known)


def figures(found: WhatWasLearned) -> dict[str, Figure]:
    return {one.name: one for one in found.figures}


def true_stands_s(site: Path) -> pd.Series:
    """The usual stand of each point (s), by the truth."""
    truth = pd.read_csv(site / "truth.csv")
    truth = truth[truth["collected"].astype(str).str.lower() == "true"]
    arrived, left = (pd.to_datetime(truth[f"{name}_at"]) for name in ("arrived", "departed"))
    log_s = np.log((left - arrived).dt.total_seconds())
    return np.exp(log_s.groupby(truth["point_id"]).mean())


def test_devices_that_report_every_30_s_are_shown_so(answer):
    interval = figures(answer)["interval"]
    assert (interval.value, interval.low, interval.high) == (30.0, 30.0, 30.0)
    assert interval.count == interval.total == 4
    assert [one.interval_s for one in answer.devices] == [30.0] * 4


def test_fixes_scatter_as_the_receivers_do(answer):
    """Noise of 3 m in each axis, a device's own within 0.8 to 1.25 of that."""
    scatter = figures(answer)["scatter"]
    assert 0.6 * 3 * np.sqrt(2) < scatter.value < 1.3 * 3 * np.sqrt(2)
    assert scatter.start == 4.0
    assert scatter.count == sum(one.stands for one in answer.devices) > 20


def test_stands_are_as_long_as_they_were_made(answer, known):
    low, middle, high = true_stands_s(known).quantile([0.1, 0.5, 0.9])
    of_points, usual = (figures(answer)[name] for name in ("stand_of_points", "stand_usual"))
    assert of_points.value == pytest.approx(middle, rel=0.15)
    assert of_points.low == pytest.approx(low, rel=0.25)
    assert of_points.high == pytest.approx(high, rel=0.25)
    assert (of_points.count, of_points.total) == (40, 40)
    # What is assumed at first is 90 s.
    assert usual.start == 90.0
    assert usual.learnt
    assert usual.value == pytest.approx(middle, rel=0.2)


def test_every_point_is_served_on_its_days_and_rightly_recorded(answer):
    assert answer.places is not None
    assert answer.records is not None
    assert (answer.places.points, answer.places.shown, answer.places.unknown) == (40, 40, 0)
    assert (answer.records.points, answer.records.wrong, answer.records.by_cause) == (40, 0, ())
    assert figures(answer)["days_seen"].value == 1.0
    assert answer.doubted == ()


def test_stands_lie_from_points_as_the_bins_lie_from_the_vehicles(answer, known):
    """Each pickup's own distance, as the run exported it, has the same middle."""
    pickups = [row for path in known.glob("out/pickups_*.csv") for row in rows(path)]
    true_m = float(np.median([float(row["distance_m"]) for row in pickups]))
    assert figures(answer)["stand_offset"].value == pytest.approx(true_m, abs=4.0)


def test_it_rests_on_the_dates_that_were_run(answer):
    last = FIRST + timedelta(days=DAYS - 1)
    assert (answer.on, answer.since, answer.dates) == (last, FIRST, DAYS)
    assert answer.week_before == last - timedelta(days=7)


def test_a_week_earlier_is_what_a_run_of_those_dates_alone_has_taught(answer, known, tmp_path):
    early = tmp_path / "early"
    shutil.copytree(known, early, ignore=shutil.ignore_patterns("out", "routecheck.db*"))
    assert run(early, "--from", str(FIRST), "--to", str(answer.week_before)) == 0
    alone = learned(early)
    then = {name: one.value for name, one in figures(alone).items()}
    moved = 0
    for name, one in figures(answer).items():
        if one.week_before is not None:
            assert one.week_before == then[name], name
            moved += one.week_before != one.value
    assert moved >= 3
    assert answer.places_before == alone.places
    assert alone.week_before is None
    assert alone.places_before is None


def test_it_changes_nothing_and_is_the_same_again(known, answer):
    before = {path: path.read_bytes() for path in known.glob("routecheck.db*")}
    assert learned(known) == answer
    assert {path: path.read_bytes() for path in known.glob("routecheck.db*")} == before


def test_fixes_that_are_gone_leave_what_the_store_has(known, answer, tmp_path):
    site = tmp_path / "county"
    shutil.copytree(known, site)
    (site / "fixes" / f"fixes_{answer.on}.csv").unlink()
    found = learned(site)
    assert found.places == answer.places
    assert figures(found)["stand_usual"] == figures(answer)["stand_usual"]
    assert sum(one.fixes for one in found.devices) < sum(one.fixes for one in answer.devices) / 2


# --- how it is shown ------------------------------------------------------------------------------

KEYS = {
    "on", "since", "dates", "week_before", "stands", "figures", "places", "records", "devices",
    "doubted", "checks",
}  # fmt: skip
FIGURE_KEYS = {
    "name", "unit", "value", "low", "high", "start", "learnt", "counted", "count", "total", "least",
    "week_before",
}  # fmt: skip
NAMES = [
    "stand_usual", "stand_of_points", "service_seen", "days_seen", "pace_roads", "fixes_late",
    "wait_begun", "wait_not_begun", "interval", "scatter", "stand_offset", "pace_vehicles",
]  # fmt: skip
DEVICE_KEYS = {
    "vehicle_id", "fixes", "interval_s", "scatter_m", "stands", "offset_m", "pace_kmh", "habits",
    "grain_s", "mesh_m",
}  # fmt: skip


def shown(site: Path, capsys, *more: str) -> str:
    capsys.readouterr()
    assert call("status", "--learned", *more, "--config", str(site / "routecheck.toml")) == 0
    return capsys.readouterr().out


def test_json_has_the_same_keys_for_every_site(known, site, capsys):
    """One that was never run, one of one date, one of many."""
    never = json.loads(shown(site, capsys, "--json"))
    assert set(never) == KEYS
    assert (never["on"], never["figures"], never["places"]) == (None, [], None)
    run(site, "--date", str(FIRST))
    one, many = (json.loads(shown(of, capsys, "--json")) for of in (site, known))
    for found in (one, many):
        assert set(found) == KEYS
        assert [figure["name"] for figure in found["figures"]] == NAMES
        assert all(set(figure) == FIGURE_KEYS for figure in found["figures"])
        assert all(set(device) == DEVICE_KEYS for device in found["devices"])
        assert set(found["records"]) == {
            "points", "wrong", "by_cause", "assumed_share", "assumed_m"
        }  # fmt: skip
        assert set(found["places"]) == {
            "points", "shown", "recorded", "unknown", "seldom", "week_before"
        }  # fmt: skip
    assert (one["dates"], one["week_before"], one["places"]["week_before"]) == (1, None, None)


def test_a_site_of_one_date_says_what_it_does_not_know_yet(site, capsys):
    run(site, "--date", str(FIRST))
    told = shown(site, capsys)
    assert f"as of {FIRST}: one date," in told
    assert "how it moves cannot be shown yet" in told
    assert "a week earlier" not in told
    assert f"fewer than {LEAST}: what is assumed holds" in told
    # The records that are wrong are those that the run exported.
    proposed = [row for row in rows(site / "out" / "corrections.csv") if row["state"] != "rejected"]
    found = json.loads(shown(site, capsys, "--json"))["records"]
    assert found["wrong"] == len(proposed) > 0
    assert sum(one["points"] for one in found["by_cause"]) == len(proposed)


@pytest.mark.parametrize(("language", "line"), [("en", "nothing has been"), ("zh", "尚未学到")])
def test_before_anything_was_run_it_is_one_line(site, capsys, language, line):
    config = site / "routecheck.toml"
    text = config.read_text("utf-8").replace('language = "en"', f'language = "{language}"')
    config.write_text(text, "utf-8")
    told = shown(site, capsys)
    assert told.startswith(line)
    assert told.count("\n") == 1


def test_both_options_at_once_are_refused(site, capsys):
    config = str(site / "routecheck.toml")
    assert call("status", "--learned", "--check", "--config", config) == 2
    assert "--learned" in capsys.readouterr().err


def everything(answer: WhatWasLearned) -> WhatWasLearned:
    """An answer with all that may be in one."""
    habits = ("last_speed", "false_stands", "leaves_out_stands", "times", "positions")
    device = Device("T1", 500, 10.0, 12.0, 40, 22.0, 30.0, habits, 60.0, 110.0)
    many = [replace(device, vehicle_id=f"T{n}", scatter_m=4.0 + n) for n in range(1, 13)]
    doubted = [Doubted("T1", fault, n) for n, fault in enumerate((*FAULTS, "drift"), 1)]
    checks = (Checked("missed", 12, 0.9, 0.83),)
    return replace(answer, devices=tuple(many), doubted=tuple(doubted), checks=checks)


def nothing_known(answer: WhatWasLearned) -> WhatWasLearned:
    """An answer of a site that has shown nothing yet."""
    blank = [replace(one, value=one.start, low=None, high=None, count=0) for one in answer.figures]
    return replace(answer, figures=tuple(blank), devices=(), week_before=None)


@pytest.mark.parametrize("make", [everything, nothing_known])
def test_all_is_said_in_both_languages(answer, make):
    found = as_json(make(answer))
    english, chinese = (as_text(found, language) for language in ("en", "zh"))
    assert english.count("\n") == chinese.count("\n")
    assert "  " not in re.sub(r"^ +", "", english, flags=re.MULTILINE)
    assert not re.search(r"[{}]|None|nan", english + chinese)
    # Names of vehicles, units and the name of a command are all that is not Chinese.
    assert not re.search(r"[a-z]{2,}", chinese.replace("recheck", ""))


def test_the_worst_devices_are_named_and_of_many_the_first(answer):
    told = as_text(as_json(everything(answer)), "en")
    assert "most: T12 16 m, T11 15 m, T10 14 m" in told
    assert "repeat their last speed while they stand; their stands count as stands: T1, " in told
    assert "T8 and 4 more" in told
    assert "a confidence of 0.90 becomes 0.83" in told


# --- what waits rest on ---------------------------------------------------------------------------


class Ledger:
    """Two closed dates: rounds of three, of which one is made late by another, one never."""

    def dates(self):
        heard = {"V1": {"last": "", "delay_s": 300.0}, "V2": {"last": "", "delay_s": None}}
        return [{"service_date": FIRST + timedelta(days=n), "counts": {"heard": heard}}
                for n in range(2)]  # fmt: skip

    def timing(self, first, last):
        made = []
        for n in range(2):
            end = pd.Timestamp(FIRST + timedelta(days=n), tz="UTC") + pd.Timedelta(hours=9)
            start = end - pd.Timedelta(hours=3)
            late = pd.Timedelta(minutes=30)
            for verdict, by, at in (
                ("collected", "V1", end - late),
                ("collected", "V2", end + late),
                ("missed", "", pd.NaT),
            ):  # fmt: skip
                day = FIRST + timedelta(days=n)
                made.append((day, "V1", start, end, verdict, by, at))
        names = ["service_date", "scheduled_vehicle_id", "window_start", "window_end"]
        table = pd.DataFrame(made, columns=[*names, "verdict", "vehicle_id", "arrived_at"])
        return table.astype({"arrived_at": "datetime64[us, UTC]"})


def test_waits_say_how_many_pickups_and_delays_they_rest_on():
    found = learned_patience(Ledger(), FIRST + timedelta(days=2))
    assert (found.begun, found.waiting, found.delays, found.dates) == (4, 0, 2, 2)
    assert found.patience.delay_s == 300.0
