"""Data sets in folders of dates, on a disk and on a server that answers as S3."""

from __future__ import annotations

import contextlib
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from fetching import elsewhere
from fetching.test_databases import same
from routecheck.config import load_config
from routecheck.domain.errors import UsageError
from routecheck.fetching import fetch
from routecheck.fetching.datasets import DataSet
from servers import free_port
from site_tools import DAYS, exports, rows, run

Row = Mapping[str, str]
CHINA = timezone(timedelta(hours=8))
PASSWORD = "pass-Word-991"
NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)


class Place:
    """Where a data set lies, and what its address is."""

    def __init__(self, files: fs.FileSystem, root: str, address: Callable[[str], str]) -> None:
        self.files, self.root, self._address = files, root, address

    def address(self, name: str) -> str:
        return self._address(name)

    def write(self, name: str, data: bytes) -> None:
        self.files.create_dir(f"{self.root}/{name}".rpartition("/")[0], recursive=True)
        with self.files.open_output_stream(f"{self.root}/{name}") as stream:
            stream.write(data)


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.server)])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    if request.param == "disk":
        root = tmp_path / "office"
        root.mkdir()
        yield Place(fs.LocalFileSystem(), str(root), lambda name: f"file://{root}/{name}")
        return
    server = request.getfixturevalue("s3_server")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "reader")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", PASSWORD)
    bucket = f"b{secrets.token_hex(6)}"
    files = fs.S3FileSystem(
        endpoint_override=server.partition("://")[2], scheme="http", region="us-east-1",
        allow_bucket_creation=True,
    )  # fmt: skip
    files.create_dir(bucket)
    yield Place(
        files, f"{bucket}/x", lambda name: f"s3://{bucket}/x/{name}?endpoint_override={server}"
    )


def as_parquet(rows_of: Sequence[Row]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows_of]), sink)
    return sink.getvalue().to_pybytes()


def partitioned(typed: Sequence[Row], zone: timezone) -> dict[date, list[Row]]:
    """Rows by the date on which they were received."""
    folders: dict[date, list[Row]] = {}
    for row in typed:
        moment = datetime.fromisoformat(row["received_at"])
        folders.setdefault(moment.astimezone(zone).date(), []).append(row)
    return folders


def moved_to(place: Place, site: Path, zone: timezone = CHINA) -> dict[date, list[Row]]:
    """Put fixes, points and schedule of a site there; as files only the same fixes stay."""
    typed = elsewhere.sound_fixes(elsewhere.rows_of(site, "fixes/*.csv"))
    folders = partitioned(typed, zone)
    for day, of_day in folders.items():
        half = len(of_day) // 2
        place.write(f"fixes/date={day}/a.parquet", as_parquet(of_day[:half]))
        place.write(f"fixes/date={day}/b.parquet", as_parquet(of_day[half:]))
    place.write("fixes/date=2025-01-01/a.parquet", b"no Parquet: whoever opens it fails")
    place.write("fixes/_SUCCESS", b"")
    place.write("points.csv", (site / "points.csv").read_bytes())
    place.write("schedule.parquet", as_parquet(elsewhere.rows_of(site, "schedule.csv")))
    shutil.rmtree(site / "fixes")
    elsewhere.write_csv(site / "fixes" / "all.csv", typed)
    return folders


def pointed_at(place: Place, site: Path, folder: Path) -> Path:
    """A copy of a site without the files of what lies elsewhere."""
    shutil.copytree(site, folder)
    shutil.rmtree(folder / "fixes")
    for name in ("points", "schedule"):
        (folder / f"{name}.csv").unlink()
    names = {"fixes": "fixes", "points": "points.csv", "schedule": "schedule.parquet"}
    elsewhere.points_at(folder, {n: f'url = "{place.address(to)}"' for n, to in names.items()})
    with (folder / "routecheck.toml").open("a", encoding="utf-8") as file:
        file.write("[fetch]\nfirst_days = 5\nseconds = 5\n")
    return folder


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read, in their order."""
    found: list[str] = []
    usual = DataSet._rows

    def read(self: DataSet, info: fs.FileInfo) -> Iterator[pa.Table]:
        found.append("/".join(str(info.path).split("/")[-2:]))
        return usual(self, info)

    monkeypatch.setattr(DataSet, "_rows", read)
    return found


@pytest.mark.parametrize("zone", [CHINA, UTC], ids=["local dates", "UTC"])
def test_a_county_in_a_data_set_is_judged_as_from_files(
    zone: timezone, place: Place, site: Path, tmp_path: Path, opened: list[str]
) -> None:
    moved_to(place, site, zone)
    there = pointed_at(place, site, tmp_path / "there")
    run(site)
    assert run(there) == 0
    assert len(exports(site)) > 8
    assert same(exports(there), exports(site))
    # Of the fixes, the folders of the dates that are judged, and of the days beside them.
    folders = {name.partition("/")[0] for name in opened if name.startswith("date=")}
    first, last = (date.fromisoformat(day) for day in DAYS)
    assert {f"date={first}", f"date={last}"} <= folders
    assert folders <= {f"date={first + timedelta(days=n)}" for n in (-1, 0, 1, 2)}
    written = b"".join(path.read_bytes() for path in there.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in written


def test_what_has_not_changed_is_not_read_again(
    place: Place, site: Path, tmp_path: Path, opened: list[str]
) -> None:
    folders = moved_to(place, site)
    there = pointed_at(place, site, tmp_path / "there")
    config = load_config(there / "routecheck.toml")
    before = fetch(config, NOW).rows["fixes"]
    read = [name for name in opened if name.startswith("date=")]
    assert len(read) == len(set(read)) >= 4
    opened.clear()
    # Days later, and although the dates are not settled.
    assert fetch(config, NOW + timedelta(days=1)).rows["fixes"] == 0
    assert [name for name in opened if name.startswith("date=")] == []
    day = date.fromisoformat(DAYS[0])
    late = {**folders[day][0], "time": f"{day}T12:00:00+08:00", "vehicle_id": "LATE"}
    place.write(f"fixes/date={day}/c.parquet", as_parquet([late]))
    # Even of a date that was settled long ago.
    assert fetch(config, NOW + timedelta(days=2), first=day).rows["fixes"] == 1
    read = [name for name in opened if name.startswith("date=")]
    assert read == [f"date={day}/{name}.parquet" for name in "abc"]
    assert before > 1000


def test_a_file_that_cannot_be_read_holds_up_its_dates_alone(
    place: Place, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = moved_to(place, site)
    there = pointed_at(place, site, tmp_path / "there")
    day = date.fromisoformat(DAYS[0]) - timedelta(days=1)
    place.write(f"fixes/date={day}/z.parquet", b"broken off in the middle")
    assert run(there) == 1
    assert f"date={day}/z.parquet" in capsys.readouterr().err
    found = fetch(load_config(there / "routecheck.toml"), NOW)
    assert [found.lacks(day + timedelta(days=n)) for n in (-1, 0, 1, 2)] == [True] * 3 + [False]
    place.write(f"fixes/date={day}/z.parquet", as_parquet(folders[max(folders)][:1]))
    assert run(there) == 0
    run(site)
    verdicts = [
        [(row["point_id"], row["window_start"], row["verdict"]) for row in rows(path)]
        for path in (one / "out" / f"pickups_{DAYS[1]}.csv" for one in (site, there))
    ]
    assert verdicts[0] == verdicts[1]


def test_folders_below_the_date_name_columns_and_the_date_names_none(place: Place) -> None:
    fix = {"time": "2026-03-02T01:00:00Z", "lon": "108.5", "lat": "29", "date": "1999-01-01"}
    place.write("f/date=20260302/vehicle_id=V%2007/a.parquet", as_parquet([fix]))
    keys = {"zone": CHINA, "seconds": 5.0}
    source = DataSet(place.address("f"), "fixes", limits=_limits(), **keys)
    start = datetime(2026, 3, 2, tzinfo=CHINA)
    with contextlib.closing(source):
        [one] = source.between(start, start + timedelta(days=1))
    assert one.rows.to_pylist() == [
        {"time": fix["time"], "lon": "108.5", "lat": "29", "vehicle_id": "V 07"}
    ]


def test_the_date_of_a_calendar_is_a_column_of_it(place: Place) -> None:
    rows = [{"date": "2026-03-02", "due": "false"}, {"date": "2026-03-03", "due": "true"}]
    place.write("date=2026-01-01/township=North/calendar.parquet", as_parquet(rows))
    address = place.address("date=2026-01-01/township=North/calendar.parquet")
    source = DataSet(address, "calendar", zone=CHINA, seconds=5.0, limits=_limits())
    with contextlib.closing(source):
        [table] = source.whole()
    assert table.select(["date", "due"]).to_pylist() == rows


def _limits():
    from routecheck.config.table_sections import LimitsSection

    return LimitsSection()


def test_what_is_not_there_is_said_in_one_line(
    place: Place, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved_to(place, site)
    there = pointed_at(place, site, tmp_path / "there")
    place.write("empty/a.txt", b"")
    config = there / "routecheck.toml"
    text = config.read_text("utf-8")
    for old, new, said in (
        ("/fixes", "/empty", "no folders date=YYYY-MM-DD there"),
        ("/fixes", "/nothing", "no folders date=YYYY-MM-DD there"),
        ("points.csv", "point.csv", "no such file there"),
        ("points.csv", "empty/a.txt", "a small table is a file .csv or .parquet"),
    ):
        config.write_text(text.replace(old, new), "utf-8")
        shutil.rmtree(there / "fetched", ignore_errors=True)
        assert run(there) == 3
        [line] = capsys.readouterr().err.splitlines()
        assert said in line


@pytest.mark.server
def test_a_server_that_is_down_is_said_in_one_line_without_the_key(
    site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"s3://reader:{PASSWORD}@b/x?endpoint_override=http://127.0.0.1:{free_port()}"
    elsewhere.points_at(site, {"fixes": f'url = "{url}"'})
    with (site / "routecheck.toml").open("a", encoding="utf-8") as file:
        file.write("[fetch]\nseconds = 1\n")
    assert run(site) == 3
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("routecheck: s3://b/x: ")
    assert PASSWORD not in line


@pytest.mark.parametrize(
    "address",
    ["s3:///x", "file://host/x", "file://", "s3://b/x?endpoint=http://h", "s3://b:x/y?z=1"],
)
def test_what_is_no_address_of_a_data_set(address: str) -> None:
    with pytest.raises(UsageError, match="no address of a data set"):
        DataSet(address, "fixes", zone=CHINA, seconds=1.0, limits=_limits())
