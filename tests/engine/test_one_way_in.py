"""Runs, re-checks and diagnoses answer alike, whatever the points file has become since.

A simulated site whose points move, are renamed, split, retired and added between runs: what the
runs stored is held against what the queries compute again from the files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.engine.session import Session, open_site
from routecheck.jobs.catch_up import do_round
from routecheck.jobs.run import reconcile
from routecheck.queries.corrections import diagnose_records
from routecheck.queries.explain import explain_point
from routecheck.store import Store
from site_tools import call
from site_tools import rows as table

NOW = pd.Timestamp("2026-03-20", tz="UTC")
DATES = [date(2026, 3, 2) + timedelta(days=n) for n in range(6)]
KEY = ["point_id", "window_start"]
ANSWER = ["verdict", "cause", "confidence", "vehicle_id", "arrived_at", "departed_at", "dwell_s"]
Rows = list[dict[str, str]]


def edit(path: Path, change: Callable[[Rows], Rows]) -> None:
    """Rewrite a CSV file."""
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    names = list(dict.fromkeys([*rows[0], "valid_from", "valid_to"]))
    changed = io.StringIO()
    writer = csv.DictWriter(changed, names, restval="")
    writer.writeheader()
    writer.writerows(change(rows))
    path.write_text(changed.getvalue(), encoding="utf-8")


def north(row: dict[str, str], metres: float) -> dict[str, str]:
    return row | {"lat": f"{float(row['lat']) + metres / 111_000:.6f}"}


def renamed_in_schedule(old: str, new: list[str], on: date) -> Callable[[Rows], Rows]:
    """The schedule of a careful clerk: old rows end the day before, new ones begin."""

    def change(rows: Rows) -> Rows:
        kept = []
        for row in rows:
            if row["point_id"] != old:
                kept.append(row)
                continue
            kept.append(row | {"valid_to": str(on - timedelta(days=1))})
            kept += [row | {"point_id": one, "valid_from": str(on)} for one in new]
        return kept

    return change


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of the configuration of a site whose runs went by four points files."""
    folder = tmp_path_factory.mktemp("way") / "site"
    size = ("--seed", "7", "--days", "6", "--points", "40", "--trucks", "4")
    call("simulate", str(folder), *size)
    path = folder / "routecheck.toml"
    path.write_text(path.read_text("utf-8").replace("report = true", "report = false"), "utf-8")
    points, schedule = folder / "points.csv", folder / "schedule.csv"
    names = [row["point_id"] for row in table(points) if row["lat"].startswith("28.")]
    moved, renamed, split, retired, later = names[3], names[8], names[14], names[20], names[27]

    def run(*dates: date) -> None:
        reconcile(load_config(path), dates, now=NOW)

    run(DATES[0])
    edit(points, lambda rows: [north(r, 3000.0) if r["point_id"] == moved else r for r in rows])
    run(DATES[1])

    def second(rows: Rows) -> Rows:
        kept = []
        for row in rows:
            if row["point_id"] == renamed:
                row = row | {"point_id": "RENAMED"}
            elif row["point_id"] == split:
                kept += [north(row | {"point_id": f"{split}-{n}"}, 20.0 * n) for n in (-1, 1)]
                continue
            elif row["point_id"] == retired:
                continue
            kept.append(row)
        return [*kept, north(rows[2] | {"point_id": "FRESH"}, 250.0)]

    edit(points, second)
    edit(schedule, renamed_in_schedule(renamed, ["RENAMED"], DATES[2]))
    edit(schedule, renamed_in_schedule(split, [f"{split}-{n}" for n in (-1, 1)], DATES[2]))
    run(*DATES[2:5])
    # A change that holds from a date on which others were judged later.
    edit(points, lambda rows: [north(r, 400.0) if r["point_id"] == later else r for r in rows])
    run(DATES[3])
    run(DATES[5])
    # What the next run will read is of no concern to dates that were judged.
    edit(points, lambda rows: [north(r, 900.0) if r["point_id"] == names[30] else r for r in rows])
    return path


def opened(path: Path):
    return open_site(load_config(path), now=NOW)


def test_recheck_shows_what_the_run_stored_of_every_pickup(site: Path) -> None:
    with opened(site) as session, Store.open(session.config.store_url, create=False) as store:
        compared = 0
        for day in DATES:
            stored = store.read_pickups(day)
            assert len(stored) > 20
            for point_id in stored["point_id"].unique():
                rows = explain_point(session, point_id, day).pickups
                compared += held(rows, stored[stored["point_id"] == point_id])
        assert compared == sum(len(store.read_pickups(day)) for day in DATES)


def test_recheck_shows_what_the_run_kept_of_the_tracks(site: Path) -> None:
    with opened(site) as session, Store.open(session.config.store_url, create=False) as store:
        for day, kept in store.evidence("episodes", DATES[0], DATES[-1]).items():
            again = session.judged(day).judged.episodes()
            pd.testing.assert_frame_equal(
                again.astype({"service_date": str}),
                kept.astype({"service_date": str}),
                check_column_type=False,
            )
            pickups = store.read_pickups(day)
            told = kept.groupby(["point_id", "window_start"])["decisive"].sum()
            assert told.max() == 1
            # Of what is nowhere there is nothing to tell.
            nowhere = pickups.set_index(["point_id", "window_start"]).index.difference(told.index)
            unplaced = pickups[pickups["cause"] == "unknown_point"]["point_id"]
            assert set(nowhere.get_level_values("point_id")) <= set(unplaced)
            # Whoever is said to have collected was there, and is named.
            seen = pickups[(pickups["verdict"] == "collected") & pickups["dwell_s"].gt(0)]
            named = kept[kept["decisive"]].merge(seen, on=["point_id", "window_start"])
            assert len(named) == len(seen) > 10
            assert (named["vehicle_id_x"] == named["vehicle_id_y"]).all()


def held(again: pd.DataFrame, stored: pd.DataFrame) -> int:
    """Compare pickups judged again with those stored; return how many."""
    a, b = (table.sort_values(KEY).reset_index(drop=True) for table in (again, stored))
    assert a[KEY].astype(str).equals(b[KEY].astype(str))
    for name in ANSWER:
        if name in ("confidence", "dwell_s"):
            # To the digit: the page and `recheck` tell the same figures.
            np.testing.assert_array_equal(a[name], b[name])
        elif name.endswith("_at"):
            assert a[name].isna().equals(b[name].isna())
            assert (a[name].dropna() == b[name].dropna()).all()
        else:
            assert a[name].tolist() == b[name].tolist(), name
    return len(a)


def test_alerts_are_classified_under_the_id_that_was_due(site: Path) -> None:
    """An alert under the id of before a renaming is of the point under its new id."""
    with opened(site) as session, Store.open(session.config.store_url, create=False) as store:
        seen = 0
        for day in DATES:
            stored = store.read_alerts(day).set_index("alert_id")
            again = session.judged(day).judged.alerts.set_index("alert_id")
            assert sorted(again.index) == sorted(stored.index)
            for name in ("point_id", "classification", "cause"):
                assert again[name].to_dict() == stored[name].to_dict()
            seen += len(stored)
        assert seen > 20


def test_an_old_id_is_followed_to_the_one_that_is_due(site: Path) -> None:
    with opened(site) as session:
        old = session.judged(DATES[2]).basis.other_id("RENAMED")
        assert explain_point(session, old, DATES[0]).point_id == old
        assert explain_point(session, old, DATES[2]).point_id == "RENAMED"


def test_a_point_that_is_new_in_the_file_is_judged_by_the_file(site: Path) -> None:
    points = site.parent / "points.csv"
    before = points.read_bytes()
    edit(points, lambda rows: [*rows, north(rows[2] | {"point_id": "NEWEST"}, 700.0)])
    try:
        with opened(site) as session:
            found = explain_point(session, "NEWEST", DATES[5])
        assert found.place.recorded is not None
        assert found.pickups.empty
    finally:
        points.write_bytes(before)


def test_of_a_date_to_come_the_points_file_is_taken_as_a_run_would(tmp_path: Path) -> None:
    """Before and after the run of a date that is judged by a changed file."""
    folder = tmp_path / "site"
    call("simulate", str(folder), "--seed", "9", "--days", "2", "--points", "25", "--trucks", "3")
    path = folder / "routecheck.toml"
    config = load_config(path)
    with opened(path) as session:
        first = answers(session, DATES[0])
    assert not Path(config.store_url.removeprefix("sqlite:///")).exists()
    reconcile(config, DATES[:1], now=NOW)
    edit(folder / "points.csv", lambda rows: [north(r, 300.0) if r["lat"] else r for r in rows])
    with opened(path) as session:
        again, second = answers(session, DATES[0]), answers(session, DATES[1])
        places = session.judged(DATES[1]).basis.site.points
    assert again == first
    reconcile(config, DATES[1:2], now=NOW)
    with opened(path) as session:
        assert answers(session, DATES[1]) == second
        assert session.judged(DATES[1]).basis.site.points["valid_from"].tolist() == (
            places["valid_from"].tolist()
        )


def answers(session: Session, day: date) -> list[tuple[object, ...]]:
    rows = session.judged(day).judged.judgements
    return list(rows[[*KEY, "verdict", "cause", "confidence"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("again", [(), tuple(DATES)], ids=["a date a run", "a range"])
def test_diagnose_lists_what_the_last_run_proposed(site: Path, again: tuple[date, ...]) -> None:
    config = load_config(site)
    if again:
        reconcile(config, again, now=NOW)
    with opened(site) as session:
        listed = diagnose_records(session).corrections
    with Store.open(config.store_url) as store:
        stored = store.read_corrections()
    assert len(stored) > 0
    names = ["point_id", "cause", "state", "days_seen", "confidence"]
    a, b = (table.sort_values("point_id").reset_index(drop=True) for table in (listed, stored))
    assert a[names[:-1]].to_numpy().tolist() == b[names[:-1]].to_numpy().tolist()
    np.testing.assert_allclose(a["confidence"], b["confidence"], atol=0.00051)


def test_reading_takes_no_lock_and_writes_nothing(site: Path) -> None:
    config = load_config(site)
    path = Path(config.store_url.removeprefix("sqlite:///"))
    with Store.open(config.store_url) as store, store.lock():
        before = path.read_bytes()
        with opened(site) as session:
            assert len(session.judged(DATES[0]).judged.judgements)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "due"),
    [
        ('language = "en"', 'language = "zh"', False),
        ('directory = "out"', 'directory = "elsewhere"', False),
        ("[store]", '[service]\ndaily_at = "04:15"\ncheck_minutes = 7\n\n[store]', False),
        ("[store]", '[messages]\nurls = ["json://localhost"]\n\n[store]', False),
        ("[store]", "[matching]\nmin_dwell_s = 12\n\n[store]", True),
    ],
)
def test_only_what_stages_read_makes_dates_due_again(
    tmp_path: Path, old: str, new: str, due: bool
) -> None:
    folder = tmp_path / "site"
    call("simulate", str(folder), "--seed", "3", "--days", "2", "--points", "20", "--trucks", "2")
    path = folder / "routecheck.toml"
    now = pd.Timestamp("2026-03-04T02:00", tz="UTC")
    written = path.read_text("utf-8").replace("report = true", "report = false")
    path.write_text(written, "utf-8")
    first = do_round(load_config(path), now=now).due.dates
    assert set(first) >= set(DATES[:2])
    assert old in written
    path.write_text(written.replace(old, new), "utf-8")
    again = do_round(load_config(path), now=now).due.dates
    assert again == (first if due else ())
