"""The ledger of sites that lie ready: its parts by hand, and a small site from start to end."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest
from benchmarks import sites, worlds

from evaluate.eval_tables import NO_CORRECTIONS, classified, day, judgements, truth
from routecheck.evaluate import compare, measure
from routecheck.simulate import write_site
from site_tools import call


def world(missed: int, places_off_m: list[float]) -> worlds.World:
    """Ten points, the first two really missed; the first `missed` called so."""
    verdicts = ["missed"] * missed + ["collected"] * (10 - missed)
    beside = compare(
        judgements(
            [{"point_id": f"P{k}", "verdict": v, "alerted": True} for k, v in enumerate(verdicts)]
        ),
        classified([]),
        truth([{"point_id": f"P{k}", "collected": k >= 2} for k in range(10)]),
        NO_CORRECTIONS,
    )
    return worlds.World(beside, pd.Series(places_off_m, dtype=float))


def cells(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0].strip(): row[1:] for row in rows}


def test_a_column_a_world_and_one_for_all() -> None:
    rows = worlds.ledger({"a": world(1, [5.0, 31.0]), "b": world(4, [29.0, float("nan")])})
    assert rows[0] == ["", "a", "b", "pooled"]
    shown = cells(rows)
    assert shown["pickups"] == ["10", "10", "20"]
    assert shown["wrong accusations"] == ["0", "2", "2"]
    assert [cell.split()[0] for cell in shown["in 10,000 pickups"]] == ["0.0", "2000.0", "1000.0"]
    assert [cell.split(", ")[1] for cell in shown["places within 30 m of the bins"]] == [
        "1 of 2", "1 of 2", "2 of 4",
    ]  # fmt: skip
    # Called missed with 0.9: all right in a; half of them in b; three of five pooled.
    errors = [float(cell.split()[0]) for cell in shown["calibration error, called missed"]]
    assert errors == pytest.approx([0.1, 0.4, 0.3])


def test_one_world_is_not_pooled() -> None:
    assert worlds.ledger({"a": world(1, [])})[0] == ["", "a"]
    assert cells(worlds.ledger({"a": world(1, [])}))["places within 30 m of the bins"] == ["-"]


def test_the_ledger_as_markdown() -> None:
    lines = worlds.markdown([["", "a"], ["  in 10,000 pickups", "3"]]).splitlines()
    assert lines == ["|  | a |", "| --- | --- |", "| in 10,000 pickups | 3 |"]


def test_alerts_without_a_pickup_are_added(tmp_path) -> None:
    path = tmp_path / "truth_alerts.csv"
    path.write_text(
        "alert_id,point_id,service_date,observable,causes\n"
        "A1,P1,2026-03-02,true,misplaced\n"
        "A2,P2,2026-03-02,true,not_due\n"
        "A3,P9,2026-03-02,false,unknown_point\n"
    )
    known = worlds.with_alerts(truth([{"point_id": "P1"}]), path)
    assert known.pickups["point_id"].tolist() == ["P1", "P2", "P9"]
    raised = [
        {"point_id": "P2", "classification": "false"},
        {"point_id": "P9", "classification": "unverifiable"},
    ]
    beside = compare(judgements([{"point_id": "P1"}]), classified(raised), known, NO_CORRECTIONS)
    assert beside.alerts["status"].tolist() == ["not_due", "unknown"]
    assert measure(beside).pickups == 1


def test_places_are_held_against_the_bins_of_points_that_were_due(tmp_path) -> None:
    path = tmp_path / "places.csv"
    path.write_text("point_id,lon,lat\nP1,108.0,28.0001\n'=P2,108.0,28.0\nP3,,\nP4,108,28\n")
    points = [{"point_id": p, "lon": 108.0, "lat": 28.0} for p in ("P1", "=P2", "P3", "P4", "P5")]
    due = ["P1", "=P2", "P3", "P5"]
    known = truth([{"point_id": p} for p in due], points)
    verdicts = judgements([{"point_id": p} for p in due])
    beside = compare(verdicts, classified([]), known, NO_CORRECTIONS)
    off_m = worlds.places_off_m(path, known, beside)
    # A ten-thousandth of a degree of latitude; P4 was not due, P5 has no row.
    assert off_m.iloc[0] == pytest.approx(11.08, abs=0.02)
    assert off_m.iloc[1] == 0
    assert off_m.isna().tolist() == [False, False, True, True]


@pytest.mark.parametrize("by_day", [False, True])
def test_a_site_is_judged_in_a_copy(tmp_path, monkeypatch, by_day) -> None:
    folder = tmp_path / "village"
    write_site(folder, profile="ideal", seed=2, days=3, points=20, trucks=2)
    runs = []

    def instead(*arguments: str) -> None:
        runs.append(arguments)
        assert call(*arguments) == 0

    monkeypatch.setattr(sites, "routecheck", instead)
    before = {p: hashlib.sha256(p.read_bytes()).digest() for p in folder.rglob("*") if p.is_file()}
    judged = worlds.judged_world(folder, 2, by_day=by_day)
    assert len(runs) == (2 if by_day else 1)
    assert judged.compared.dates == (day(1), day(2))
    assert judged.evaluation.routecheck.accused.hits == 0
    assert judged.evaluation.pickups > 20
    after = {p: hashlib.sha256(p.read_bytes()).digest() for p in folder.rglob("*") if p.is_file()}
    assert after == before
