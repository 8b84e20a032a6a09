"""One setting for how long tracks are kept: what goes by it, and what never does."""

import json
from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.jobs.catch_up import do_round
from routecheck.store import Store
from site_tools import DAYS, call, rows, run


def at(moment: str) -> pd.Timestamp:
    return pd.Timestamp(moment, tz="UTC")


@pytest.fixture
def judged(site) -> Path:
    """A judged site with its pages, a copy for outsiders, and a month's workbook."""
    config = str(site / "routecheck.toml")
    assert run(site) == 0
    assert call("report", "--from", DAYS[0], "--to", DAYS[1], "--config", config) == 0
    assert call("report", "--date", DAYS[0], "--anonymous", "--config", config) == 0
    assert call("report", "--month", DAYS[0][:7], "--config", config) == 0
    return site


def keep(site: Path, days: int) -> Path:
    path = site / "routecheck.toml"
    path.write_text(path.read_text("utf-8") + f"\n[retention]\nkeep_days = {days}\n", "utf-8")
    return path


def files(site: Path) -> set[str]:
    out = site / "out"
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


def evidence(path: Path) -> dict[str, int]:
    kinds = ("tracks", "rounds", "episodes", "candidates", "history")
    days = [pd.Timestamp(day).date() for day in DAYS]
    with Store.open(load_config(path).store_url, create=False) as store:
        return {kind: len(store.evidence(kind, *days)) for kind in kinds}


def test_by_default_everything_is_kept(judged):
    path = judged / "routecheck.toml"
    before, had = files(judged), evidence(path)
    do_round(load_config(path), now=at("2026-06-20 01:00"))
    assert before <= files(judged)
    assert evidence(path) == had
    assert had["tracks"] == 2


def test_what_is_older_goes_and_verdicts_and_counts_stay(judged, capsys):
    path = keep(judged, 60)
    pickups = {day: rows(judged / "out" / f"pickups_{day}.csv") for day in DAYS}
    do_round(load_config(path), now=at("2026-03-20 01:00"))
    assert f"report_{DAYS[0]}.html" in files(judged)
    assert evidence(path)["tracks"] == 2
    tracks_in = ("routecheck_{}.gpkg", "stops_{}.parquet", "visits_{}.geojson")
    span = f"{DAYS[0]}_{DAYS[1]}"
    layers = {when: {name.format(when) for name in tracks_in} for when in (*DAYS, span)}
    for name in {f"pickups_{DAYS[0]}.geojson"}.union(*layers.values()):
        (judged / "out" / name).write_bytes(b"layer")
    copied = judged / "out" / "anonymous" / f"stops_{DAYS[0]}_{DAYS[0]}.parquet"
    copied.write_bytes(b"layer")
    # The first date is 61 days old, the second 60.
    capsys.readouterr()
    do_round(load_config(path), now=at("2026-05-02 01:00"))
    left = files(judged)
    assert (
        not {f"report_{DAYS[0]}.html", f"report_{DAYS[0]}.xlsx", f"rejected_{DAYS[0]}.csv"} & left
    )
    assert not [name for name in left if name.startswith("anonymous/") and DAYS[0] in name]
    assert not layers[DAYS[0]] & left
    assert layers[DAYS[1]] | layers[span] | {f"pickups_{DAYS[0]}.geojson"} <= left
    assert {f"report_{DAYS[1]}.html", f"report_{DAYS[0][:7]}.xlsx"} <= left
    assert {f"{kind}_{DAYS[0]}.csv" for kind in ("pickups", "alerts", "missed")} <= left
    assert evidence(path)["tracks"] == 1
    # The date that is kept is judged by the one before it too, and comes out as it did.
    assert evidence(path)["history"] == 2
    config = load_config(path)
    with Store.open(config.store_url, create=False) as store:
        entry = store.date_entry(pd.Timestamp(DAYS[0]).date())
        assert entry["counts"]["fixes_kept"] > 0
        assert store.rejected_counts(pd.Timestamp(DAYS[0]).date())
    # What was written is what the seals say, and is written again alike.
    assert call("export", "--from", DAYS[0], "--to", DAYS[1], "--config", str(path)) == 0
    assert {day: rows(judged / "out" / f"pickups_{day}.csv") for day in DAYS} == pickups
    assert call("store", "check", "--config", str(path)) == 0
    # The office's own files are not touched.
    assert len(list((judged / "fixes").iterdir())) >= 2

    capsys.readouterr()
    point = pickups[DAYS[0]][0]["point_id"]
    assert call("recheck", point, "--date", DAYS[0], "--config", str(path)) == 3
    said = capsys.readouterr().err
    assert f"the evidence of {DAYS[0]} is gone" in said
    assert "retention.keep_days = 60" in said
    assert call("recheck", point, "--date", DAYS[1], "--config", str(path)) == 0
    span = ("--from", DAYS[0], "--to", DAYS[1])
    for again in (("rejudge", *span, "--dry-run"), ("run", "--date", DAYS[0])):
        assert call(*again, "--config", str(path)) == 3
        assert "is gone" in capsys.readouterr().err
    capsys.readouterr()
    one = ("--from", DAYS[1], "--to", DAYS[1], "--dry-run", "--json")
    assert call("rejudge", *one, "--config", str(path)) == 0
    assert json.loads(capsys.readouterr().out)["dates"][0]["pickups"]["changed"] == 0
    capsys.readouterr()
    assert call("status", "--config", str(path)) == 0
    assert f"kept for 60 days; those before {DAYS[1]} are gone" in capsys.readouterr().out


def test_what_diagnosis_needs_cannot_be_set_to_go(site, capsys):
    path = keep(site, 30)
    assert call("status", "--config", str(path)) == 2
    said = capsys.readouterr().err
    assert "retention.keep_days" in said
    assert "60 at least" in said
