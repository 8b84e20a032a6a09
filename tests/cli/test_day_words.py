"""`today` and `yesterday` beside ISO dates: by the clock of the site's own time zone."""

from pathlib import Path

import pandas as pd
import pytest

from routecheck.config import load_config
from routecheck.store import Store
from site_tools import call
from village import Village, day


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Village:
    # 22:00 of the evening before in London: already the fifth day in Shanghai.
    at = pd.Timestamp(f"{day(3)} 22:00", tz="UTC")
    monkeypatch.setattr("routecheck.cli.options.now", lambda: at)
    monkeypatch.setattr("routecheck.cli.judging.now", lambda: at)
    village = Village(tmp_path / "village")
    for n in range(4):
        village.deliver(day(n))
    return village


def test_yesterday_is_closed_and_today_is_running(village: Village) -> None:
    config = ("--config", str(village.config))
    assert call("run", "--date", "yesterday", *config) == 0
    assert call("run", "--date", "today", *config) == 1  # no fixes at all so far
    with Store.open(load_config(village.config).store_url) as store:
        assert [entry["service_date"] for entry in store.dates()] == [day(3)]
        assert [entry["service_date"] for entry in store.running()] == [day(4)]
    assert (village.folder / "out" / f"pickups_{day(4)}.csv").exists()
    assert call("run", "--from", str(day(2)), "--to", "yesterday", *config) == 0
    assert call("export", "--date", "today", *config) == 0


def test_other_words_are_no_dates(village: Village, tmp_path: Path) -> None:
    config = ("--config", str(village.config))
    assert call("run", "--date", "tomorrow", *config) == 2
    # A simulated county has no today.
    assert call("simulate", str(tmp_path / "county"), "--start", "today") == 2
