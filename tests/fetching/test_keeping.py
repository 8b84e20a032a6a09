"""What is kept of what was fetched: late rows, failures in the middle, damage, room."""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from faults import fetching as trial
from routecheck.config import load_config
from routecheck.domain.errors import MissingDataError, SourceError
from routecheck.fetching import bringing, fetch
from routecheck.fetching.cache import Cache
from routecheck.fetching.known_rows import row_hashes
from routecheck.fetching.protocol import Mark, Slice
from routecheck.fetching.state import source_states
from routecheck.queries.problems import problems_of
from routecheck.queries.status import read_status

NOW = trial.NOW


@pytest.fixture(params=[trial.BY_MARK, trial.BY_DATES], ids=["by mark", "by dates"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return trial.write_site(tmp_path / "site", request.param)


def insert(config: Path, *rows: tuple[object, ...]) -> None:
    with closing(sqlite3.connect(config.parent / "office.db")) as connection:
        marks = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO fixes VALUES ({marks})", rows)
        connection.commit()


def days(config: Path) -> list[str]:
    return sorted(path.name for path in (config.parent / "fetched" / "fixes").iterdir())


def test_every_row_is_kept_once_in_the_folder_of_its_date(config: Path) -> None:
    assert fetch(load_config(config), NOW).rows["fixes"] == trial.ROWS + 20
    assert trial.kept(config) == trial.in_office(config)
    assert days(config) == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert fetch(load_config(config), NOW + timedelta(hours=1)).rows["fixes"] == 0
    assert trial.kept(config) == trial.in_office(config)


def test_rows_that_come_late_are_brought(config: Path) -> None:
    fetch(load_config(config), NOW)
    # A terminal sends what it kept: yesterday's times, today's ids.
    insert(config, *((None, "V1", f"2026-03-04 12:00:{k:02d}", 108.5, 29) for k in range(30)))
    found = fetch(load_config(config), NOW + timedelta(hours=2))
    assert found.rows["fixes"] == 30
    assert found.lacking_from is None
    assert trial.kept(config) == trial.in_office(config)


def at_noon(config: Path, *days: str) -> None:
    """A fix at noon (UTC) of each of some dates."""
    insert(config, *((None, "V8", f"{day} 12:00:00", 108.5, 29) for day in days))


def noons(config: Path) -> list[str]:
    """The dates of which that fix is kept."""
    return sorted(time[:10] for vehicle, time in trial.kept(config) if vehicle == "V8")


def test_of_old_dates_those_are_brought_that_are_judged_and_those_beside(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_DATES)
    at_noon(config, *(f"2026-02-{day}" for day in range(10, 20)))
    later = NOW + timedelta(days=400)
    fetch(load_config(config), later, first=date(2026, 2, 14), last=date(2026, 2, 15))
    assert noons(config) == [f"2026-02-{day}" for day in range(13, 17)]


def test_dates_from_before_all_that_was_ever_asked_for_are_brought_by_mark(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", 'watermark = "id"\noverlap = 0\n')
    config.write_text("[fetch]\nfirst_days = 1\n" + config.read_text())
    at_noon(config, "2026-02-13", "2026-02-14", "2026-02-15")
    fetch(load_config(config), NOW)
    assert noons(config) == []
    again = {"first": date(2026, 2, 15), "last": date(2026, 2, 15)}
    fetch(load_config(config), NOW, **again)
    assert noons(config) == ["2026-02-14", "2026-02-15"]
    assert fetch(load_config(config), NOW, **again).rows["fixes"] == 0


def test_what_came_late_of_the_running_date_is_brought_by_the_next_round(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_DATES)
    fetch(load_config(config), NOW)
    measured = NOW.astimezone(load_config(config).time_zone) - timedelta(minutes=90)
    insert(config, (None, "V1", f"{measured:%Y-%m-%d %H:%M:%S}", 108.5, 29))
    assert fetch(load_config(config), NOW + timedelta(minutes=15)).rows["fixes"] == 1


def test_a_date_is_asked_for_until_all_that_comes_late_has_come(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_DATES)
    found = []
    for days in range(6):
        fetch(load_config(config), NOW + timedelta(days=days))
        insert(config, (None, "V1", f"2026-03-04 13:00:0{days}", 108.5, 29))
        found.append(fetch(load_config(config), NOW + timedelta(days=days, hours=2)).rows["fixes"])
    # Three days after it (`service.revisit_days`), and no more.
    assert found == [1, 1, 1, 0, 0, 0]


def test_an_id_that_was_committed_late_is_brought(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_MARK)
    insert(config, (9000, "V1", "2026-03-04 10:00:00", 108.5, 29))
    fetch(load_config(config), NOW)
    # Within the overlap of 50: its transaction took longer than that of the next.
    insert(config, (8990, "V1", "2026-03-04 09:59:00", 108.5, 29))
    assert fetch(load_config(config), NOW).rows["fixes"] == 1
    assert trial.kept(config) == trial.in_office(config)


def test_what_another_section_asks_for_is_asked_from_the_beginning(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_MARK)
    fetch(load_config(config), NOW)
    before = trial.kept(config)
    # The same table by dates, then in another database, whose ids begin anew below the mark.
    text = config.read_text()
    config.write_text(text.replace(trial.BY_MARK, ""))
    assert fetch(load_config(config), NOW).rows["fixes"] == 0
    other = trial.write_site(tmp_path / "other", trial.BY_MARK)
    insert(other, (None, "V9", "2026-03-04 09:00:00", 108.5, 29))
    config.write_text(text.replace("site/office.db", "other/office.db"))
    # The same rows once more, and one; ids are the same, so that the rows are.
    assert fetch(load_config(config), NOW).rows["fixes"] == 1
    assert trial.kept(config) == before + Counter({("V9", "2026-03-04 09:00:00"): 1})
    assert fetch(load_config(config), NOW).rows["fixes"] == 0
    # Read otherwise, it is the same source: what lies far below its mark is not asked for.
    insert(other, (-5, "V9", "2026-03-04 09:00:01", 108.5, 29))
    config.write_text(config.read_text() + 'datum = "gcj02"\n')
    assert fetch(load_config(config), NOW).rows["fixes"] == 0


def test_a_wrong_zone_is_mended_by_asking_again(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", 'time_zone = "America/New_York"\n')
    # The site is in China, and the table in UTC: half a day was asked for in the wrong place.
    config.write_text(
        '[site]\ntime_zone = "Asia/Shanghai"\n[fetch]\nfirst_days = 1\n' + config.read_text()
    )
    fetch(load_config(config), NOW)
    right = trial.write_site(tmp_path / "right", 'time_zone = "UTC"\n')
    right.write_text(config.read_text().split("[points]")[0] + right.read_text())
    fetch(load_config(right), NOW)
    config.write_text(config.read_text().replace("America/New_York", "UTC"))
    fetch(load_config(config), NOW)
    assert trial.kept(right) <= trial.kept(config)


def test_a_file_that_is_gone_or_cut_is_fetched_again(config: Path) -> None:
    fetch(load_config(config), NOW)
    parts = sorted((config.parent / "fetched" / "fixes").glob("*/*.parquet"))
    parts[0].unlink()
    parts[-1].write_bytes(parts[-1].read_bytes()[:-100])
    fetch(load_config(config), NOW + timedelta(hours=2))
    assert trial.kept(config) == trial.in_office(config)


def test_a_bit_that_flipped_is_found_the_day_after(config: Path) -> None:
    fetch(load_config(config), NOW)
    path = sorted((config.parent / "fetched" / "fixes").glob("*/*.parquet"))[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    found = fetch(load_config(config), NOW + timedelta(days=1))
    assert found.rows["fixes"] > 0
    assert trial.kept(config) == trial.in_office(config)
    # What it was is not thrown away, and is not read.
    assert path.with_name(f"{path.name}.damaged").read_bytes() == data


def test_without_the_list_nothing_that_was_kept_is_lost(config: Path) -> None:
    fetch(load_config(config), NOW)
    (config.parent / "fetched" / "kept.db").unlink()
    with closing(sqlite3.connect(config.parent / "office.db")) as connection:
        # The server has dropped the first date meanwhile.
        connection.execute("DELETE FROM fixes WHERE time < '2026-03-03'")
        connection.commit()
    fetch(load_config(config), NOW + timedelta(hours=2))
    assert days(config) == ["2026-03-02", "2026-03-03", "2026-03-04"]
    kept = trial.kept(config)
    assert sum(kept.values()) == trial.ROWS + 20
    assert trial.in_office(config) <= kept


def test_without_the_folder_all_is_fetched_again(config: Path) -> None:
    fetch(load_config(config), NOW)
    shutil.rmtree(config.parent / "fetched")
    fetch(load_config(config), NOW)
    assert trial.kept(config) == trial.in_office(config)


def test_many_files_of_a_date_become_one(tmp_path: Path) -> None:
    config = trial.write_site(tmp_path / "site", trial.BY_MARK)
    for n in range(12):
        insert(config, (9000 + n, "V1", f"2026-03-02 10:00:{n:02d}", 108.5, 29))
        fetch(load_config(config), NOW)
    parts = list((config.parent / "fetched" / "fixes" / "2026-03-02").iterdir())
    assert len(parts) < 8
    assert trial.kept(config) == trial.in_office(config)


def test_old_dates_go_and_what_is_judged_stays(config: Path) -> None:
    later = NOW + timedelta(days=200)
    fetch(load_config(config), NOW)
    fetch(load_config(config), later, first=date(2026, 3, 3))
    assert days(config) == ["2026-03-02", "2026-03-03", "2026-03-04"]
    fetch(load_config(config), later)
    assert days(config) == []


def test_the_oldest_dates_go_where_there_is_no_room(tmp_path: Path) -> None:
    folder = tmp_path / "fetched"
    with Cache(folder, date(2026, 6, 1)) as cache:
        for day in range(20514, 20520):  # 2026-03-02 and the five dates after it
            rows = pa.table({"x": [str(n) for n in range(9)]})
            rows = rows.append_column("routecheck_row", pa.array(row_hashes(rows)))
            rows = rows.append_column("routecheck_sorted_by", pa.array(["V1"] * 9))
            rows = rows.append_column("routecheck_day", pa.array([day] * 9))
            cache.append(rows, scope=f"day:{day}", mark=None, marks={})
        assert cache.prune(date(2026, 1, 1), most_mb=1) == 0
    # Recent dates stay, however little room there is.
    with Cache(folder, date(2026, 3, 18)) as cache:
        assert cache.prune(date(2026, 1, 1), most_mb=0) == 2
        assert min(path.name for path in (folder / "fixes").iterdir()) == "2026-03-04"
    with Cache(folder, date(2026, 6, 1)) as cache:
        assert cache.prune(date(2026, 1, 1), most_mb=0) == 4


def test_a_date_that_was_dropped_is_fetched_again_when_it_is_judged_again(config: Path) -> None:
    later, dates = NOW + timedelta(days=400), {"first": date(2026, 3, 3), "last": date(2026, 3, 4)}
    fetch(load_config(config), later, **dates)
    had = trial.kept(config)
    assert had
    fetch(load_config(config), later + timedelta(days=1))
    assert not trial.kept(config)
    fetch(load_config(config), later + timedelta(days=2), **dates)
    assert trial.kept(config) == had


class Broken:
    """A source that gives some rows, and then fails."""

    label = "broken"
    caution = None

    def __init__(self, *, by_mark: bool, slices: int) -> None:
        self.by_mark, self._slices = by_mark, slices

    def whole(self) -> Iterator[pa.Table]:
        raise SourceError("source_refused", source=self.label, reason="down")

    def lower(self, mark: Mark) -> Mark:
        return mark

    def after(self, mark: Mark | None, since: datetime) -> Iterator[Slice]:
        start = mark if isinstance(mark, int) else 0
        for n in range(start, start + self._slices):
            yield Slice(_fix(f"2026-03-04 10:{n:02d}:00"), n + 1)
        raise SourceError("source_refused", source=self.label, reason="gone")

    def state(self, start: datetime, end: datetime) -> str:
        return ""

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        if self._slices:
            yield Slice(_fix((start + timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M:%S+00:00")))
        if self._slices < 2:
            raise SourceError("source_refused", source=self.label, reason="gone")

    def close(self) -> None:
        pass


def _fix(time: str) -> pa.Table:
    return pa.table({"vehicle_id": ["V1"], "time": [time], "lon": [108.5], "lat": [29.0]})


class Changing(Broken):
    """A source whose slices have other columns, in another order, from one commit to the next."""

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        if (start.month, start.day) != (3, 3):
            return
        first = _fix("2026-03-04 02:01:00")
        yield Slice(first.append_column("note", pa.array(["a"])))
        yield Slice(_fix("2026-03-04 02:02:00").select(["lat", "lon", "time", "vehicle_id"]))


def with_fixes(monkeypatch: pytest.MonkeyPatch, source: Broken) -> None:
    """Let fixes come from such a source, all else from where it is."""
    usual = bringing.source_of
    monkeypatch.setattr(
        bringing,
        "source_of",
        lambda section, site: source if section.kind == "fixes" else usual(section, site),
    )


def test_slices_may_have_other_columns(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "COMMIT_ROWS", 1)
    with_fixes(monkeypatch, Changing(by_mark=False, slices=2))
    for hours in (0, 2):
        assert not fetch(load_config(config), NOW + timedelta(hours=hours)).failed
        assert set(trial.kept(config)) == {
            ("V1", "2026-03-04 02:01:00"), ("V1", "2026-03-04 02:02:00"),
        }  # fmt: skip
        assert sum(trial.kept(config).values()) == 2
        assert days(config) == ["2026-03-04"]


class BothEnds(Broken):
    """A source whose spans hold both their ends: it gives the fix of midnight with both dates."""

    def between(self, start: datetime, end: datetime) -> Iterator[Slice]:
        midnight = datetime(2026, 3, 3, 16, tzinfo=UTC)
        if start <= midnight <= end:
            yield Slice(_fix(midnight.isoformat()))


def test_a_fix_at_midnight_that_two_dates_give_is_kept_once(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fixes(monkeypatch, BothEnds(by_mark=False, slices=1))
    asked = fetch(load_config(config), NOW)
    assert asked.rows["fixes"] == 1
    assert sum(trial.kept(config).values()) == 1


@pytest.mark.parametrize("by_mark", [True, False])
def test_half_an_answer_is_kept_and_the_dates_are_open(
    by_mark: bool, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_fixes(monkeypatch, Broken(by_mark=by_mark, slices=1))
    found = fetch(load_config(config), NOW)
    assert found.rows["fixes"] == 1
    assert [what for what, _ in found.failed] == ["fixes"]
    assert found.lacks(NOW.date())
    assert sum(trial.kept(config).values()) == 1
    again = fetch(load_config(config), NOW)
    assert again.failed
    assert sum(trial.kept(config).values()) == (2 if by_mark else 1)


def test_points_that_were_had_before_are_used_while_the_server_is_down(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(load_config(config), NOW)
    before = (config.parent / "fetched" / "points.csv").read_bytes()
    (config.parent / "office.db").unlink()
    found = fetch(load_config(config), NOW + timedelta(hours=2))
    assert {what for what, _ in found.failed} == {"points", "schedule", "fixes"}
    assert (config.parent / "fetched" / "points.csv").read_bytes() == before
    shutil.rmtree(config.parent / "fetched")
    with pytest.raises(MissingDataError):
        fetch(load_config(config), NOW)


def test_a_row_has_one_hash_whatever_slice_it_comes_in() -> None:
    whole = pa.table(
        {"a": pa.array([1, 2], pa.int64()), "t": [datetime(2026, 3, 2, tzinfo=UTC)] * 2}
    )
    blank = pa.table(
        {"a": pa.array([None, 2.0], pa.float64()), "t": whole["t"].cast(pa.timestamp("ns", "UTC"))}
    )
    coded = pa.table({"a": whole["a"], "t": whole["t"].cast(pa.timestamp("ms", "UTC"))})
    assert row_hashes(whole).tolist() == row_hashes(coded).tolist()
    assert row_hashes(whole)[1] == row_hashes(blank)[1]
    turned = pa.table({"t": whole["t"], "a": whole["a"], "b": pa.nulls(2)})
    assert row_hashes(whole).tolist() == row_hashes(turned).tolist()
    # Nothing is not nought, nor is the same value in another column the same.
    nought, nothing = pa.table({"a": [0.0]}), pa.table({"a": pa.nulls(1, pa.float64())})
    assert row_hashes(nought) != row_hashes(nothing)
    assert row_hashes(pa.table({"a": [1], "b": [2]})) != row_hashes(pa.table({"a": [2], "b": [1]}))
    assert row_hashes(whole)[0] not in (row_hashes(whole)[1], row_hashes(blank)[0])


def test_status_names_a_source_that_fails_and_since_when(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = load_config(config)
    assert [one.asked_at for one in source_states(site)] == [None, None, None]
    fetch(site, NOW)
    assert {one.asked_at for one in source_states(site)} == {NOW}
    assert {one.failed_at for one in source_states(site)} == {None}
    office = config.parent / "office.db"
    away = office.rename(office.with_suffix(".away"))
    later = NOW + timedelta(hours=2)
    fetch(site, later)
    fetch(site, later + timedelta(hours=2))
    states = source_states(site)
    assert {(one.asked_at, one.failed_at) for one in states} == {(NOW, later)}
    assert all("office.db" in one.source for one in states)
    status = read_status(site, pd.Timestamp(later))
    problems = problems_of(site, status, later, later)
    assert sum("have not been fetched since" in str(problem) for problem in problems) == 3
    away.rename(office)
    fetch(site, later + timedelta(hours=4))
    assert {one.failed_at for one in source_states(site)} == {None}


def test_one_process_fetches_at_a_time(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routecheck.fetching.kept_list.WAIT_S", 0.2)
    with (
        Cache(config.parent / "fetched", NOW.date()),
        pytest.raises(SourceError, match="another process"),
    ):
        fetch(load_config(config), NOW)
    assert not fetch(load_config(config), NOW).failed


@pytest.mark.parametrize("damage", ["noise", "a flipped page", "of somebody else"])
def test_a_damaged_list_is_put_aside_and_nothing_is_lost(config: Path, damage: str) -> None:
    fetch(load_config(config), NOW)
    insert(config, (None, "V1", "2026-03-04 12:00:00", 108.5, 29))
    path = config.parent / "fetched" / "kept.db"
    data = bytearray(path.read_bytes())
    match damage:
        case "noise":
            path.write_bytes(b"noise" * 5000)
        case "a flipped page":
            data[4096:4196] = b"\xff" * 100
            path.write_bytes(data)
        case _:
            path.unlink()
            with closing(sqlite3.connect(path)) as connection:
                connection.executescript("CREATE TABLE part (x); CREATE TABLE mark (y)")
    found = fetch(load_config(config), NOW + timedelta(hours=1))
    assert any("kept.db.damaged" in note for note in found.notes)
    assert not found.failed
    assert path.with_name("kept.db.damaged").exists()
    assert trial.kept(config) == trial.in_office(config)
    again = fetch(load_config(config), NOW + timedelta(hours=2))
    assert not again.notes
    assert again.rows["fixes"] == 0
