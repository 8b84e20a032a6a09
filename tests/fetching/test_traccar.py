"""A county in Traccar's database and behind its interface, which cuts answers off in silence."""

from __future__ import annotations

import itertools
import math
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from fetching import elsewhere
from fetching.test_databases import same
from fetching.web import Asked, Reply, Web, serving
from routecheck.config.table_sections import LimitsSection
from routecheck.domain.errors import SourceError, UsageError
from routecheck.fetching import http_answers
from routecheck.fetching.traccar import Stands, TraccarApi
from servers import new_database
from site_tools import call, exports, run

Row = Mapping[str, str]
START = datetime(2026, 3, 2, tzinfo=UTC)


def whole_rows(site: Path) -> list[dict[str, str]]:
    """The fixes of a site that have all that Traccar requires."""
    rows = elsewhere.sound_fixes(elsewhere.rows_of(site, "fixes/*.csv"))
    # A TIMESTAMP of MariaDB ends in 2038: a clock that is off by decades does not get into it.
    rows = [row for row in rows if "2000" < row["time"] < "2038"]
    return [row for row in rows if row["speed_kmh"] and row["heading_deg"]]


def as_files(site: Path, folder: Path, rows: Sequence[Row]) -> Path:
    """The same site with such rows in a file."""
    shutil.copytree(site, folder)
    shutil.rmtree(folder / "fixes")
    elsewhere.write_csv(folder / "fixes" / "all.csv", rows)
    return folder


def numbered(rows: Sequence[Row]) -> dict[str, int]:
    """The number of each device, by its name."""
    return {name: 10 + n for n, name in enumerate(sorted({row["vehicle_id"] for row in rows}))}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# --- the database --------------------------------------------------------------------------------


def fill(engine: sa.Engine, rows: Sequence[Row]) -> None:
    """Make and fill the tables as Traccar does: zone-less times, speeds in knots."""
    meta = sa.MetaData()
    time = sa.TIMESTAMP().with_variant(mysql.TIMESTAMP(fsp=6), "mysql", "mariadb")
    devices = sa.Table(
        "tc_devices", meta,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Unicode(128), nullable=False),
        sa.Column("uniqueid", sa.Unicode(128), nullable=False, unique=True),
    )  # fmt: skip
    positions = sa.Table(
        "tc_positions", meta,
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("deviceid", sa.Integer, nullable=False),
        *(sa.Column(name, time, nullable=False, server_default=sa.func.current_timestamp())
          for name in ("servertime", "devicetime", "fixtime")),
        sa.Column("valid", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.Double, nullable=False) for name in ("latitude", "longitude")),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("speed", "course")),
    )  # fmt: skip
    numbers = numbered(rows)
    names = [
        {"id": number, "name": name, "uniqueid": f"86{number:013d}"}
        for name, number in numbers.items()
    ]
    with engine.begin() as connection:
        if engine.dialect.name != "postgresql":
            # Traccar connects in UTC.
            connection.execute(sa.text("SET time_zone = '+00:00'"))
        meta.create_all(connection)
        connection.execute(devices.insert(), names)
        for at in range(0, len(rows), 5000):
            connection.execute(
                positions.insert(),
                [
                    {
                        "deviceid": numbers[row["vehicle_id"]],
                        "servertime": utc(row["received_at"]).replace(tzinfo=None),
                        "devicetime": utc(row["time"]).replace(tzinfo=None),
                        "fixtime": utc(row["time"]).replace(tzinfo=None),
                        "valid": True,
                        "latitude": float(row["lat"]),
                        "longitude": float(row["lon"]),
                        "speed": float(row["speed_kmh"]) / 1.852,
                        "course": float(row["heading_deg"]),
                    }
                    for row in rows[at : at + 5000]
                ],
            )


@pytest.mark.server
@pytest.mark.parametrize("fixture", ["server", "mariadb_server"])
def test_a_county_in_the_database_is_judged_as_from_files(
    fixture: str,
    site: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = whole_rows(site)
    files = as_files(site, tmp_path / "files", rows)
    url = new_database(request.getfixturevalue(fixture))
    fill(elsewhere.engine_of(url), rows)
    elsewhere.points_at(site, {"fixes": f'url = "{url}"\npreset = "traccar"'})
    shutil.rmtree(site / "fixes")
    run(files)
    run(site)
    assert len(exports(files)) > 8
    assert same(exports(site), exports(files))
    # Trucks stand in it: nothing is to be warned of.
    capsys.readouterr()
    assert call("status", "--config", str(site / "routecheck.toml")) == 0
    assert "filter.distance" not in capsys.readouterr().out


# --- the interface -------------------------------------------------------------------------------


def interface(
    rows: Sequence[Row], *, limit: int = 10**9, newest: bool = False
) -> Callable[[Asked], Reply]:
    """What Traccar answers, cut off at a number of rows."""
    numbers = numbered(rows)
    of_device: dict[int, list[tuple[datetime, dict[str, Any]]]] = {n: [] for n in numbers.values()}
    for n, row in enumerate(rows):
        number = numbers[row["vehicle_id"]]
        position = {
            "id": n + 1, "deviceId": number, "protocol": "gt06", "attributes": {"sat": 9},
            "serverTime": utc(row["received_at"]).isoformat(timespec="milliseconds"),
            "deviceTime": utc(row["time"]).isoformat(timespec="milliseconds"),
            "fixTime": utc(row["time"]).isoformat(timespec="milliseconds"),
            "valid": True, "latitude": float(row["lat"]), "longitude": float(row["lon"]),
            "speed": float(row["speed_kmh"]) / 1.852, "course": float(row["heading_deg"]),
        }  # fmt: skip
        of_device[number].append((utc(row["time"]), position))
    for held in of_device.values():
        held.sort(key=lambda one: one[0])

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Bearer pass-Word-881":
            return Reply("", status=401)
        if asked.path == "/api/devices":
            return Reply([
                {"id": number, "name": name, "uniqueId": f"86{number:013d}"}
                for name, number in numbers.items()
            ])  # fmt: skip
        first, last = (utc(asked.parameters[name]) for name in ("from", "to"))
        number = int(asked.parameters["deviceId"])
        found = [one for time, one in of_device[number] if first <= time <= last]
        return Reply(found[-limit:] if newest else found[:limit])

    return answer


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_answers, "FIRST_WAIT_S", 0.01)


@pytest.mark.parametrize("vehicle", ["name", "uniqueid"])
def test_a_county_behind_the_interface_is_judged_as_from_files(
    vehicle: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACCAR_TOKEN", "pass-Word-881")
    rows = whole_rows(site)
    numbers = numbered(rows)
    named = rows
    if vehicle == "uniqueid":
        named = [{**row, "vehicle_id": f"86{numbers[row['vehicle_id']]:013d}"} for row in rows]
    files = as_files(site, tmp_path / "files", named)
    shutil.rmtree(site / "fixes")
    with serving(interface(rows, limit=300)) as web:
        elsewhere.points_at(
            site,
            {
                "fixes": f'url = "{web.url}"\npreset = "traccar"\nvehicle = "{vehicle}"\n'
                "headers = { Authorization = 'Bearer ${TRACCAR_TOKEN}' }"
            },
        )
        run(files)
        run(site)
    assert len(exports(files)) > 8
    assert same(exports(site), exports(files))
    written = b"".join(path.read_bytes() for path in site.rglob("*") if path.is_file())
    assert b"pass-Word-881" not in written


def trail(count: int, step_s: float, *, day: datetime = START) -> list[dict[str, str]]:
    return [
        {
            "vehicle_id": "V1", "lon": f"{108 + n / 1000}", "lat": "29",
            "time": (day + timedelta(seconds=60 + n * step_s)).isoformat(),
            "received_at": (day + timedelta(seconds=65 + n * step_s)).isoformat(),
            "speed_kmh": "18.52", "heading_deg": "90",
        }
        for n in range(count)
    ]  # fmt: skip


def api(web: Web, **more: Any) -> TraccarApi:
    keys = {
        "vehicle": "name",
        "slice_hours": 24.0,
        "seconds": 5.0,
        "limits": LimitsSection(),
        **more,
    }
    return TraccarApi(web.url, headers={"Authorization": "Bearer pass-Word-881"}, **keys)


def given(one: TraccarApi, days: int = 1) -> pa.Table:
    parts = [part.rows for part in one.between(START, START + timedelta(days=days))]
    return pa.concat_tables([part for part in parts if part.num_rows])


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("limit", [50, 100, 337, 1000, 1999])
def test_an_answer_that_is_cut_off_is_never_believed(limit: int, newest: bool) -> None:
    rows = trail(2000, 40.0)
    with serving(interface(rows, limit=limit, newest=newest)) as web:
        ids = given(api(web))["id"].to_pylist()
    assert sorted(map(int, ids)) == list(range(1, 2001))


def test_the_last_rows_of_a_day_that_a_limit_just_misses_are_had() -> None:
    # The cut takes away two rows only, and the end of the day is near: the count is round.
    rows = trail(2002, 43.0)
    with serving(interface(rows, limit=2000)) as web:
        assert given(api(web)).num_rows == 2002


def test_an_answer_that_is_whole_is_asked_for_hardly_more_than_once() -> None:
    rows = trail(1901, 45.0)
    with serving(interface(rows)) as web:
        assert given(api(web)).num_rows == 1901
        positions = [one for one in web.asked if one.path.endswith("positions")]
        assert len(positions) <= 3


def test_a_second_that_does_not_fit_an_answer_is_an_error() -> None:
    rows = [{**row, "time": START.isoformat()} for row in trail(30, 1.0)]
    rows += trail(30, 1.0, day=START + timedelta(hours=3))
    said = "single second is cut off, at 10 rows"
    with serving(interface(rows, limit=10)) as web, pytest.raises(SourceError, match=said):
        given(api(web))


def test_units_times_and_plates_are_those_of_routecheck() -> None:
    with serving(interface(trail(3, 40.0))) as web:
        rows = given(api(web)).to_pylist()
    assert rows[0] == {
        "id": "1", "vehicle_id": "V1", "time": "2026-03-02T00:01:00.000+00:00",
        "received_at": "2026-03-02T00:01:05.000+00:00", "lon": "108.0", "lat": "29.0",
        "speed_kmh": 18.52, "heading_deg": "90.0", "positioned": "true",
    }  # fmt: skip


def test_who_may_see_nothing_is_told_so() -> None:
    with serving(lambda _: Reply([])) as web, pytest.raises(SourceError, match="no device"):
        given(api(web))
    said = "address of a Traccar server"
    with serving(lambda _: Reply({"v": 6})) as web, pytest.raises(SourceError, match=said):
        given(api(web))


# --- what its filters remove ---------------------------------------------------------------------


def stops_and_drives() -> Iterator[dict[str, str]]:
    """A truck that drives 150 m between fixes, and stands for ten fixes every twenty."""
    at = 0.0
    for n in range(1500):
        at += 0 if n % 30 >= 20 else 150 / 97_000
        scatter = 1e-5 * math.sin(n * 1.7)
        yield {
            "vehicle_id": "V1", "lon": f"{108 + at + scatter}", "lat": f"{29 + scatter}",
            "time": (START + timedelta(seconds=20 * n)).isoformat(),
        }  # fmt: skip


@pytest.mark.parametrize("removed", [False, True])
def test_stands_that_were_removed_are_noticed(removed: bool) -> None:
    stands = Stands()
    rows = [row for n, row in enumerate(stops_and_drives()) if not removed or n % 30 < 20]
    stands.look(pa.Table.from_pylist(rows[:100]))
    assert stands.caution is not None
    assert not stands.caution.sure
    stands.look(pa.Table.from_pylist(rows[100:]))
    if removed:
        assert stands.caution is not None
        assert stands.caution.sure
        assert "hardly one lies within 5 m" in stands.caution.what
    else:
        assert stands.caution is None


def test_that_stands_were_removed_stays_in_status(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACCAR_TOKEN", "pass-Word-881")
    kept: list[Row] = []
    for _, of_one in itertools.groupby(
        sorted(whole_rows(site), key=lambda row: (row["vehicle_id"], row["time"])),
        key=lambda row: row["vehicle_id"],
    ):
        before = None
        for row in of_one:
            place = float(row["lon"]) * 97_000, float(row["lat"]) * 111_000
            if before is None or math.dist(place, before) > 10:
                kept.append(row)
                before = place
    shutil.rmtree(site / "fixes")
    config = ("--config", str(site / "routecheck.toml"))
    with serving(interface(kept)) as web:
        elsewhere.points_at(
            site,
            {
                "fixes": f'url = "{web.url}/api"\npreset = "traccar"\n'
                "headers = { Authorization = 'Bearer ${TRACCAR_TOKEN}' }"
            },
        )
        run(site)
        assert "hardly one lies within 5 m" in capsys.readouterr().err
        run(site)
        assert "hardly one lies within 5 m" not in capsys.readouterr().err
    call("status", *config)
    assert "hardly one lies within 5 m" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        ('url = "postgresql://u@127.0.0.1:1/x"\ntable = "a"\nrows = "b"', "rows"),
        (
            'url = "http://127.0.0.1:1/{from}/{to}"\ntable = "a"\nwatermark = "b"',
            "table, watermark",
        ),
        ('url = "file:///x"\npage = "link"\nheaders = { A = "b" }', "headers, page"),
        ('url = "http://127.0.0.1:1"\npreset = "traccar"\ndevices = ["a"]', "devices"),
    ],
)
def test_keys_of_other_places_are_refused(
    keys: str, names: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere.points_at(site, {"fixes": keys})
    assert run(site) == UsageError.exit_status
    assert f"[fixes]: {names}: such an address has no use" in capsys.readouterr().err


def test_a_preset_knows_what_to_ask(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = "postgresql://u@127.0.0.1:1/x"
    elsewhere.points_at(site, {"fixes": f'url = "{url}"\npreset = "traccar"\ntable = "a"'})
    assert run(site) == UsageError.exit_status
    assert "with a preset neither query nor table stands" in capsys.readouterr().err
