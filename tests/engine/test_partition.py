"""One run, its dates done by other processes: the same bytes, and no date that stops another."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from engine import dates
from routecheck.config import load_config
from routecheck.engine import partition
from routecheck.store import Store
from site_tools import call, exports

FIRST, LAST = "2026-03-02", "2026-03-05"
SPAN = ("--from", FIRST, "--to", LAST)


@pytest.fixture(scope="module")
def judged_here(tmp_path_factory) -> Path:
    """A site whose four dates were judged in one process, one after the other."""
    site = tmp_path_factory.mktemp("engines") / "here"
    arguments = ("--seed", "4", "--days", "4", "--points", "60", "--trucks", "6")
    assert call("simulate", str(site), "--start", FIRST, *arguments) == 0
    assert call("run", *SPAN, "--config", str(site / "routecheck.toml")) in (0, 1)
    return site


def elsewhere(judged_here: Path, tmp_path: Path, engine: str) -> Path:
    site = tmp_path / "elsewhere"
    leave = shutil.ignore_patterns("routecheck.db*", "out", "decisions*", "*.judged")
    shutil.copytree(judged_here, site, ignore=leave)
    with (site / "routecheck.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[engine]\n{engine}\n")
    return site


def evidence(site: Path) -> dict[str, dict[date, pd.DataFrame]]:
    """What is kept beside the verdicts, by kind and date."""
    span = date.fromisoformat(FIRST), date.fromisoformat(LAST)
    with Store.open(load_config(site / "routecheck.toml").store_url, create=False) as store:
        kinds = ("history", "episodes", "tracks", "rounds")
        return {kind: store.evidence(kind, *span) for kind in kinds}


@pytest.mark.parametrize("kind", ["processes", "dask"])
def test_dates_done_elsewhere_give_the_same_bytes(judged_here, tmp_path, kind: str) -> None:
    site = elsewhere(judged_here, tmp_path, f'kind = "{kind}"')
    assert call("run", *SPAN, "--config", str(site / "routecheck.toml")) in (0, 1)
    assert exports(site) == exports(judged_here)
    mine, wanted = evidence(site), evidence(judged_here)
    for name, tables in wanted.items():
        assert len(tables) == 4
        assert list(mine[name]) == list(tables)
        for day, table in tables.items():
            pd.testing.assert_frame_equal(mine[name][day], table, check_exact=True)


@pytest.mark.skipif(sys.platform != "linux", reason="signals of Linux")
@pytest.mark.parametrize("what", ["observed", "weighed_whole"])
def test_a_date_that_kills_its_workers_is_set_aside_and_done_later(
    judged_here, tmp_path, monkeypatch, capsys, what: str
) -> None:
    site = elsewhere(judged_here, tmp_path, 'kind = "processes"')
    config = str(site / "routecheck.toml")
    with monkeypatch.context() as patched:
        patched.setattr(partition, what, getattr(dates, what))
        assert call("run", *SPAN, "--config", config) == 1
    capsys.readouterr()
    assert call("status", "--json", "--config", config) == 0
    aside = json.loads(capsys.readouterr().out)["set_aside"]
    assert [one["day"] for one in aside] == [str(dates.POISON)]
    assert "SIGKILL" in aside[0]["reason"] or "-9" in aside[0]["reason"]
    for day in (FIRST, LAST):
        assert f"pickups_{day}.csv" in exports(site)
    assert call("run", *SPAN, "--config", config) in (0, 1)
    assert exports(site) == exports(judged_here)
