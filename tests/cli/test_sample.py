"""`routecheck sample`: drawn once, filled in, read back as field checks, told in `evaluate`."""

import csv
import json
from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.domain.errors import MissingDataError
from routecheck.engine.field_checks import checks_of
from routecheck.evaluate.sample_draws import kept_draws, what_samples_say
from routecheck.jobs.run import reconcile
from routecheck.jobs.sampling import draw_sample
from routecheck.store import Store
from site_tools import DAYS, call, rows, run


@pytest.fixture
def judged(site, capsys) -> Path:
    assert run(site) == 0
    config = site / "routecheck.toml"
    text = config.read_text(encoding="utf-8")
    assert 'path = "checks.csv"' in text or "[checks]" not in text
    text = text.replace('path = "checks.csv"', 'path = "out/sample_*.csv"')
    if "[checks]" not in text:
        text += '\n[checks]\npath = "out/sample_*.csv"\n'
    config.write_text(text, encoding="utf-8")
    capsys.readouterr()
    return site


def test_a_sample_is_drawn_once_filled_in_and_tells_how_right_the_list_is(judged, capsys):
    config = str(judged / "routecheck.toml")
    drawn = ("sample", "--date", DAYS[1], "--n", "12", "--config", config)
    assert call(*drawn) == 0
    first = capsys.readouterr()
    path = judged / "out" / f"sample_{DAYS[1]}.csv"
    given = rows(path)
    assert 12 <= len(given) == len({(row["point_id"], row["window_start"]) for row in given})
    assert all(row["point_id"] in first.out for row in given)
    # Whoever asks is not told what is hoped for.
    assert "verdict" not in given[0]
    assert {row["collected"] for row in given} == {""}
    # An empty form is no check, and no fault.
    assert run(judged, "--date", DAYS[1]) == 0
    assert (
        not rows(judged / "out" / "rejected_checks.csv")
        if (judged / "out" / "rejected_checks.csv").exists()
        else True
    )

    true = {
        (row["point_id"], row["window_start"]): row["collected"]
        for row in rows(judged / "truth.csv")
    }
    verdicts = {
        (row["point_id"], row["window_start"]): row["verdict"]
        for row in rows(judged / "out" / f"pickups_{DAYS[1]}.csv")
    }
    collected = [r for r in given if verdicts[r["point_id"], r["window_start"]] == "collected"]
    answered = [row for row in given if row not in collected[:2]]
    for row in answered:
        row["collected"], row["by"] = true[row["point_id"], row["window_start"]], "Li"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    filled = path.read_bytes()
    capsys.readouterr()
    # Asked again, it is the same, and the answers stay.
    assert call(*drawn) == 0
    again = capsys.readouterr()
    assert again.out.splitlines()[1:] == first.out.splitlines()[1:]
    assert path.read_bytes() == filled

    asked: list[int] = []
    of = Store.read_pickups_of

    def read_of(store, dates, points):
        asked.append(len(points))
        return of(store, dates, points)

    loaded = load_config(judged / "routecheck.toml")
    with Store.open(loaded.store_url, create=False) as store, pytest.MonkeyPatch.context() as patch:
        checks = checks_of(loaded, store)
        # Of the thousands that a date may have, only those that were drawn are read.
        patch.setattr(Store, "read_pickups", None)
        patch.setattr(Store, "read_pickups_of", read_of)
        said = what_samples_say(store, checks, loaded.time_zone)
    assert said is not None
    assert said.looked_at == len(answered)
    assert asked == [len({row["point_id"] for row in given})]

    assert call("evaluate", "--checks", "--json", "--config", config) == 0
    found = json.loads(capsys.readouterr().out)["sampled"]
    assert (found["drawn"], found["looked_at"]) == (len(given), len(answered))
    told = [
        (verdicts[row["point_id"], row["window_start"]] == "missed", row["collected"] == "false")
        for row in answered
        if verdicts[row["point_id"], row["window_start"]] != "unverifiable"
    ]
    assert found["told"] == len(told)
    assert found["as_said"] == sum(called == really for called, really in told)
    assert 0 <= found["precision"]["low"] <= found["precision"]["high"] <= 1
    assert call("status", "--config", config) == 0
    assert f"looked at {len(answered)}" in capsys.readouterr().out


def test_a_date_belongs_to_one_sample(judged, capsys):
    config = str(judged / "routecheck.toml")
    assert call("sample", "--date", DAYS[0], "--config", config) == 0
    assert call("sample", "--from", DAYS[0], "--to", DAYS[1], "--config", config) == 2
    assert DAYS[0] in capsys.readouterr().err
    assert call("sample", "--date", DAYS[1], "--config", config) == 0
    assert call("sample", "--date", "2020-01-01", "--config", config) == 3


def test_a_date_that_is_not_over_is_not_drawn_from(site):
    config = load_config(site / "routecheck.toml")
    day = pd.Timestamp(DAYS[1]).date()
    reconcile(config, [day], now=pd.Timestamp(f"{DAYS[1]} 04:00", tz="UTC"))
    with pytest.raises(MissingDataError) as refused:
        draw_sample(config, [day], 5)
    assert DAYS[1] in refused.value.in_language("en")
    with Store.open(config.store_url, create=False) as store:
        assert [entry["service_date"] for entry in store.running()] == [day]
        assert kept_draws(store) == []
