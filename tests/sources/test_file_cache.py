"""Files that were read before: left alone where a day has nothing of them, and only there.

What a day loads is held against reading everything anew, whatever the clocks of the devices, of
the receiver and of this machine say.
"""

import datetime
import os
import time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routecheck.config import FixesSource
from routecheck.domain.errors import MissingDataError
from routecheck.sources import file_cache, fix_file
from routecheck.sources.file_cache import FileSummary
from routecheck.sources.fixes_from_files import FixFiles

DATE, DELTA = datetime.date, datetime.timedelta
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = DATE(2026, 3, 1)
TODAY = DATE(2026, 3, 5)
NOON = datetime.datetime.fromisoformat("2026-03-01 12:00")
HEADER = "vehicle_id,time,lon,lat,received_at\n"


def row(at, vehicle="V", received=""):
    return f"{vehicle},{at},108.7,28.8,{received}\n"


def write(folder, name, text, age_s=3600):
    path = folder / name
    path.write_text(text)
    moment = time.time() - age_s
    os.utime(path, (moment, moment))
    return path


def read(folder, known=(), *, today=TODAY, vehicles=None, source=None):
    now = datetime.datetime.combine(today, datetime.time(6, 30), tzinfo=SHANGHAI)
    return FixFiles.read(
        source or FixesSource(path="*.csv"), folder, SHANGHAI, now=now, vehicles=vehicles,
        known=kept(known),
    )  # fmt: skip


def kept(found):
    """As a store gives it back."""
    files = [FileSummary.from_json(file.to_json()) for file in found]
    assert files == list(found)
    return {file.label: file for file in files}


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that are read."""
    names = []
    pieces = fix_file.FixFile.pieces

    def noted(self):
        names.append(self.label)
        return pieces(self)

    monkeypatch.setattr(fix_file.FixFile, "pieces", noted)
    return names


def daily(folder, days):
    for n in range(days):
        day = FIRST + DELTA(days=n)
        text = HEADER + "".join(row(f"{day} {hour:02}:00:00", f"V{hour}") for hour in range(24))
        write(folder, f"{day}.csv", text)


def test_a_day_of_many_reads_the_files_about_it(tmp_path, opened):
    daily(tmp_path, 100)
    today = FIRST + DELTA(days=100)
    with read(tmp_path, today=today) as days:
        assert len(opened) == len(days.summaries) == 100
        everything, found = days.rows_by_day, days.summaries
        wanted = days.load(FIRST + DELTA(days=50))
    opened.clear()
    with read(tmp_path, found, today=today) as days:
        assert days.rows_by_day == everything
        assert opened == []
        pd.testing.assert_frame_equal(days.load(FIRST + DELTA(days=50)), wanted)
        assert opened == [f"{FIRST + DELTA(days=n)}.csv" for n in (49, 50, 51)]
        # Nothing new was found in them.
        assert [file in found for file in days.summaries] == [True] * 3


def test_a_device_days_off_and_fixes_weeks_late_are_found(tmp_path, opened):
    """No name of a file, and no margin about its usual dates, would lead to these rows."""
    daily(tmp_path, 31)
    wrong = HEADER + "".join(row(f"2026-03-25 0{h}:00:00") for h in range(9))
    write(tmp_path, "2026-03-25.csv", wrong + row("2026-03-07 06:00:00", "CLOCK"))
    late = "2026-03-29 03:00:00"
    text = HEADER + row("2026-03-10 06:00:00", "LATE", late) + row("2026-03-30 08:00:00")
    write(tmp_path, "2026-03-29.csv", text)
    with read(tmp_path, today=DATE(2026, 4, 2)) as days:
        found = days.summaries
    for day, vehicle, name in (
        (DATE(2026, 3, 7), "CLOCK", "2026-03-25.csv"),
        (DATE(2026, 3, 10), "LATE", "2026-03-29.csv"),
        (DATE(2026, 3, 27), "LATE", "2026-03-29.csv"),
        (DATE(2026, 3, 29), "LATE", "2026-03-29.csv"),
    ):
        opened.clear()
        with read(tmp_path, found, today=DATE(2026, 4, 2)) as days:
            assert vehicle in set(days.load(day)["vehicle_id"])
        assert name in opened
        assert len(opened) < 6


def test_what_may_have_changed_is_read_again(tmp_path, opened, monkeypatch):
    write(tmp_path, "a.csv", HEADER + row("2026-03-01 06:00:00"))
    path = write(tmp_path, "b.csv", HEADER + row("2026-03-02 06:00:00"))
    with read(tmp_path) as days:
        found = days.summaries
    before = path.stat()
    # As long as before, and with the same time of change: only the system knows.
    path.write_text(HEADER + row("2026-03-03 06:00:00"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    opened.clear()
    with read(tmp_path, found) as days:
        assert opened == ["b.csv"]
        assert days.days == [DATE(2026, 3, 1), DATE(2026, 3, 3)]
        found = [*days.summaries, next(file for file in found if file.label == "a.csv")]
    opened.clear()
    read(tmp_path, found).close()
    assert opened == []
    table = {"device_id": ["V"], "vehicle_id": ["W"], "valid_from": [pd.NaT], "valid_to": [pd.NaT]}
    read(tmp_path, found, vehicles=pd.DataFrame(table)).close()
    assert opened == ["a.csv", "b.csv"]
    opened.clear()
    read(tmp_path, found, source=FixesSource(path="*.csv", datum="gcj02")).close()
    assert opened == ["a.csv", "b.csv"]
    opened.clear()
    monkeypatch.setattr(file_cache, "_reader", lambda: "another version")
    read(tmp_path, found).close()
    assert opened == ["a.csv", "b.csv"]


def test_a_file_changed_a_moment_ago_is_not_trusted(tmp_path):
    write(tmp_path, "a.csv", HEADER + row("2026-03-01 06:00:00"), age_s=0)
    write(tmp_path, "b.csv", HEADER + row("2026-03-01 06:00:00"), age_s=-86400)
    write(tmp_path, "c.csv", HEADER + row("2026-03-01 06:00:00"), age_s=60)
    with read(tmp_path) as days:
        assert [file.label for file in days.summaries] == ["c.csv"]


def test_a_file_that_fails_is_reported_every_time(tmp_path):
    write(tmp_path, "a.csv", HEADER + row("2026-03-01 06:00:00"))
    write(tmp_path, "b.csv", "vehicle_id,time\n")
    with read(tmp_path) as days:
        first, found = days.failed, days.summaries
    assert [file.label for file in found] == ["a.csv"]
    with read(tmp_path, found) as days:
        assert days.failed == first


def test_a_file_that_goes_while_it_waits_is_reported(tmp_path):
    write(tmp_path, "a.csv", HEADER + row("2026-03-01 06:00:00"))
    path = write(tmp_path, "b.csv", HEADER + row("2026-03-01 07:00:00"))
    with read(tmp_path) as days:
        found = days.summaries
    with read(tmp_path, found) as days:
        path.unlink()
        assert len(days.load(DATE(2026, 3, 1))) == 1
        assert days.rows_by_day == {DATE(2026, 3, 1): 1}
        assert [name for name, _ in days.failed] == ["b.csv"]


def test_what_another_version_kept_is_not_understood():
    assert FileSummary.from_json("{}") is None
    assert FileSummary.from_json("[1]") is None
    assert FileSummary.from_json("") is None
    assert FileSummary.from_json('{"label": "a", "days": [], "touched": [], "more": 1}') is None


def test_without_a_usable_row_it_is_reported_as_before(tmp_path):
    write(tmp_path, "a.csv", HEADER + "V,x,1,2,\n" + row("2026-03-01 06:00:00"))
    with read(tmp_path) as days:
        found = days.summaries
    assert found[0].rows == 2
    with read(tmp_path, found) as days:
        assert days.rows_in == {"a.csv": 2}
        assert len(days.rejected) == 0
        assert days.rejected_on(DATE(2026, 3, 1))["row"].tolist() == [2]


def test_no_usable_row_is_reported_with_the_same_figures(tmp_path):
    write(tmp_path, "a.csv", HEADER + "V,x,1,2,\n" * 3)
    write(tmp_path, "b.csv", HEADER + row("2026-03-01 06:00:00"))
    with read(tmp_path) as days:
        found = days.summaries
    (tmp_path / "b.csv").unlink()
    assert [file.label for file in found] == ["b.csv"]
    for known in ((), found):
        with pytest.raises(MissingDataError, match="3 rejected"):
            read(tmp_path, known)


STAMP = st.one_of(
    st.integers(-24 * 5, 24 * 12).map(
        lambda hours: str(NOON + DELTA(hours=hours))
    ),
    st.sampled_from(
        ["", "x", "1980-01-06 00:00:00", "2106-01-01 00:00:00", "2025-06-01 06:00:00",
         "2027-01-01 06:00:00", "2030-01-01 06:00:00", "2006-07-16 06:00:00"]
    ),
)  # fmt: skip
FILES = st.lists(
    st.lists(st.tuples(STAMP, STAMP, st.sampled_from(["A", "B"])), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
)


def same(table: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Hold tables against each other; return whether they have rows, as those of most dates not."""
    assert len(table) == len(other)
    if len(table):
        pd.testing.assert_frame_equal(table, other)
    return len(table) > 0


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40
)
@given(
    files=FILES,
    before=st.integers(-3, 12),
    after=st.integers(-3, 400),
    order=st.randoms(use_true_random=False),
)
def test_a_day_is_the_same_as_if_all_were_read(tmp_path, files, before, after, order):
    for path in tmp_path.glob("*.csv"):
        path.unlink()
    write(tmp_path, "0.csv", HEADER + row("2026-03-01 06:00:00"))
    for n, rows in enumerate(files, 1):
        text = HEADER + "".join(row(at, vehicle, received) for at, received, vehicle in rows)
        write(tmp_path, f"{n}.csv", text)
    earlier, later = FIRST + DELTA(days=before), FIRST + DELTA(days=after)
    with read(tmp_path, today=earlier) as days:
        found = days.summaries
    wanted = [FIRST + DELTA(days=n) for n in range(-6, 15)]
    wanted += [DATE(2025, 6, 1), DATE(2027, 1, 1), DATE(2030, 1, 1)]
    order.shuffle(wanted)
    with read(tmp_path, today=later) as whole, read(tmp_path, found, today=later) as days:
        assert days.rows_by_day == whole.rows_by_day
        assert days.rows_in == whole.rows_in
        for day in wanted:
            if same(days.load(day), whole.load(day)):
                assert days.fingerprint(day) == whole.fingerprint(day)
            same(days.rejected_on(day), whole.rejected_on(day))
