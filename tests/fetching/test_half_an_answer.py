"""A server that ends in the middle: dates are open, nobody is accused, later all is as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from fetching.test_databases import BY_MARK, moved_to
from routecheck.config import load_config
from routecheck.daemon.service import Service
from routecheck.domain.errors import SourceError
from routecheck.fetching import bringing
from routecheck.fetching.protocol import Mark, Slice, Source
from routecheck.jobs.catch_up import do_round
from routecheck.present.run_summary import round_notices
from routecheck.store import Store
from site_tools import DAYS, rows

MORNING = pd.Timestamp("2026-03-04T06:35", tz="Asia/Shanghai").tz_convert("UTC")


class Half:
    """A source that fails after the first slices; with the last rows of the last that it gives."""

    def __init__(self, source: Source, slices: int) -> None:
        self._source, self._left = source, slices
        self.label, self.by_mark = source.label, source.by_mark

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)

    def after(self, mark: Mark | None, since: datetime) -> Iterator[Slice]:
        yield from self._some(self._source.after(mark, since))

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        yield from self._some(self._source.between(start, end))

    def _some(self, slices: Iterator[Slice]) -> Iterator[Slice]:
        for one in slices:
            for at in range(0, one.rows.num_rows, 1000):
                if self._left == 0:
                    raise SourceError("source_refused", source=self.label, reason="cut")
                self._left -= 1
                part = one.rows.slice(at, 1000)
                yield Slice(part, part["id"][-1].as_py() if self.by_mark else None)


@pytest.mark.parametrize("slices", [3, 12])
def test_what_a_server_gave_in_part_is_judged_again(
    slices: int, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved_to(f"sqlite:///{site / 'office.db'}", site, BY_MARK)
    whole = tmp_path / "whole"
    shutil.copytree(site, whole)
    do_round(load_config(whole / "routecheck.toml"), now=MORNING)
    usual = bringing.source_of
    with monkeypatch.context() as half:
        half.setattr(
            bringing,
            "source_of",
            lambda section, config: (
                Half(usual(section, config), slices)
                if section.kind == "fixes"
                else usual(section, config)
            ),
        )
        done = do_round(load_config(site / "routecheck.toml"), now=MORNING)
    assert any("cut" in message for report in done.reports for _, message in report.unfetched)
    assert done.incomplete
    assert missed(site) <= missed(whole)
    again = do_round(load_config(site / "routecheck.toml"), now=MORNING, incomplete_only=True)
    assert again.due.dates
    assert judged(site) == judged(whole)
    with Store.open(load_config(site / "routecheck.toml").store_url) as store:
        states = {
            str(entry["service_date"]): entry["counts"]["complete"] for entry in store.dates()
        }
    assert all(states[day] for day in DAYS)


def judged(site: Path) -> dict[str, list[dict[str, str]]]:
    """The exports, but for what a date said before, and where rows stood that were rejected."""
    before = ("revised_at", "earlier_verdict")
    return {
        path.name: [{k: v for k, v in row.items() if k not in before} for row in rows(path)]
        for path in sorted((site / "out").glob("*.csv"))
        if not path.name.startswith("rejected")
    }


def missed(site: Path) -> set[tuple[str, str]]:
    """Pickups that the exports call missed."""
    return {
        (row["service_date"], row["point_id"])
        for path in (site / "out").glob("missed_*.csv")
        for row in rows(path)
    }


def test_a_round_with_nothing_to_do_says_that_a_source_is_down(site: Path) -> None:
    moved_to(f"sqlite:///{site / 'office.db'}", site, BY_MARK)
    config = load_config(site / "routecheck.toml")
    assert do_round(config, now=MORNING).exit_status == 0
    (site / "office.db").unlink()
    done = do_round(config, now=MORNING)
    assert not done.reports
    assert done.exit_status == 1
    lines = round_notices(done, "en")
    # One line for all that the one server did not give.
    assert sum("not fetched: points, schedule, fixes" in line for line in lines) == 1
    assert not (site / "office.db").exists()


def test_the_service_asks_again_until_the_data_have_come(site: Path) -> None:
    engine = moved_to(f"sqlite:///{site / 'office.db'}", site, BY_MARK)
    with engine.begin() as connection:
        # The second date has not arrived in the office yet.
        connection.execute(sa.text("CREATE TABLE later AS SELECT * FROM fixes WHERE id > 9000"))
        connection.execute(sa.text("DELETE FROM fixes WHERE id > 9000"))
    now = [MORNING]
    service = Service(site / "routecheck.toml", clock=lambda: now[0])
    first = service.tick()
    assert first is not None
    assert first.incomplete
    now[0] += pd.Timedelta(minutes=10)
    idle = service.tick()
    assert idle is None or not idle.reports
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO fixes SELECT * FROM later"))
    now[0] += pd.Timedelta(minutes=10)
    second = service.tick()
    assert second is not None
    assert second.due.dates
    assert not second.incomplete
