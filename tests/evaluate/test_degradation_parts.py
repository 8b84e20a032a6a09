"""The parts of the degradation page: counted by hand, drawn, and of counties that differ."""

from __future__ import annotations

import csv
from datetime import datetime

import numpy as np
import pytest
from benchmarks import accuracy, degradation, sites

from evaluate.eval_tables import NO_CORRECTIONS, classified, judgements, truth
from routecheck.evaluate import evaluate
from site_tools import call


def county(accused: int, left_open: int, found: int):
    """100 points, 10 really missed and alerted; so many found, accused wrongly, left open."""
    ids = [f"P{n}" for n in range(100)]
    missed = set(ids[:10])
    said = dict.fromkeys(ids, "collected")
    said |= dict.fromkeys(ids[:found], "missed") | dict.fromkeys(ids[10 : 10 + accused], "missed")
    said |= dict.fromkeys(ids[50 : 50 + left_open], "unverifiable")
    worth = {"collected": "false", "missed": "genuine", "unverifiable": "unverifiable"}
    return evaluate(
        judgements([{"point_id": i, "verdict": said[i], "alerted": True} for i in ids]),
        classified([{"point_id": i, "classification": worth[said[i]]} for i in ids]),
        truth([{"point_id": i, "collected": i not in missed} for i in ids]),
        NO_CORRECTIONS,
    )


def test_the_table_shows_a_column_a_step_with_the_figures_counted_by_hand():
    sampling = degradation.SERIES[0]
    found = {10.0: county(0, 0, 10), 60.0: county(2, 5, 6)}
    head, *rows = degradation.table(sampling, found)
    assert head == ["sampling", "10 s", "60 s"]
    cells = {row[0]: row[1:] for row in rows}
    assert cells["really missed, of pickups"] == ["10 of 100", "10 of 100"]
    recall = cells["genuine alerts called genuine, of all"]
    assert recall[0].startswith("100")
    assert recall[1].startswith("60")
    assert cells["called genuine, really genuine"][1].startswith("75"), "6 of 8"
    assert cells["pickups left open, of all"][1].startswith("5")
    assert cells["wrong accusations for every 10,000 pickups"][1].startswith("200")


def test_the_page_has_both_series_and_shows_the_picture(tmp_path):
    found = {
        series.name: {step: county(k, k, 10 - k) for k, step in enumerate(series.steps)}
        for series in degradation.SERIES
    }
    degradation.draw(found, tmp_path / "falls.png")
    page = degradation.document(found, "falls.png", "county", (301, 302), 7)
    assert "![How the figures fall](falls.png)" in page
    for series in degradation.SERIES:
        for step in series.steps:
            assert f" {step:g} {series.unit} |" in page
    import matplotlib.image

    pixels = matplotlib.image.imread(tmp_path / "falls.png")
    assert pixels.shape[0] > 600
    assert np.ptp(pixels[..., :3]) > 0.5, "something is drawn"


def test_the_counties_of_a_series_differ_in_what_is_made_worse(tmp_path, monkeypatch):
    made = []

    def instead(*arguments):
        if arguments[0] == "simulate":
            assert call(*arguments, "--points", "30", "--trucks", "3") == 0
            made.append(arguments[1])
        else:
            assert call(*arguments) in (0, 1)

    monkeypatch.setattr(sites, "routecheck", instead)
    sampling = degradation.SERIES[0]
    for step in (10.0, 60.0):
        compared = accuracy.judged_county("ideal", 301, 1, tmp_path, sampling.amounts(step))
        assert len(compared.pickups) >= 30
    # Of fixes while a truck drives, the usual interval is the one asked for.
    usual = []
    for site in made:
        [*files] = (tmp_path / site / "fixes").glob("*2026-03-02*")
        with files[0].open(encoding="utf-8") as file:
            rows = [row for row in csv.DictReader(file) if float(row["speed_kmh"] or 0) > 5]
        by_vehicle: dict[str, list[float]] = {}
        for row in rows:
            at = datetime.fromisoformat(row["time"]).timestamp()
            by_vehicle.setdefault(row["vehicle_id"], []).append(at)
        steps = np.concatenate([np.diff(sorted(times)) for times in by_vehicle.values()])
        usual.append(float(np.median(steps)))
    assert usual == pytest.approx([10.0, 60.0], abs=1.0)


def test_the_page_is_not_written_of_seeds_that_were_looked_at(capsys):
    with pytest.raises(SystemExit):
        degradation.main(["--seeds", "201", "--write", "a.md", "b.png"])
    assert "seeds that nothing else looks at" in capsys.readouterr().err
