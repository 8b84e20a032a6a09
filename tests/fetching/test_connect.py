"""`connect`: what a newcomer sees of a source, what looks wrong with it, and what is written."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from fetching import elsewhere
from routecheck.cli import options
from routecheck.cli.sources import KINDS
from routecheck.config import load_config
from routecheck.config.rewrite import without_secrets_in
from routecheck.config.table_sections import SOURCES
from site_tools import DAYS, call, exports, run

NOW = "2026-03-03T16:03:00Z"
"""Some minutes after the last fix of the county's second date."""


@pytest.fixture
def base(site: Path) -> Path:
    """A database with the tables of the site, the times of its fixes without a zone, in UTC."""
    path = site / "office.db"
    engine = elsewhere.engine_of(f"sqlite:///{path}")
    for name in elsewhere.TABLES:
        elsewhere.fill(engine, name, elsewhere.rows_of(site, elsewhere.pattern_of(site, name)))
    rows = elsewhere.rows_of(site, "fixes/*.csv")
    sound = [row for row in elsewhere.sound_fixes(rows) if DAYS[0] <= row["time"][:10] <= DAYS[1]]
    elsewhere.fill(engine, "gps", sound, as_time=("time", "received_at"))
    engine.dispose()
    return path


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    from routecheck.cli import sources

    moment = pd.Timestamp(NOW)
    monkeypatch.setattr(options, "now", lambda: moment)
    monkeypatch.setattr(sources, "now", lambda: moment)


def asked(site: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    config = ("--config", str(site / "routecheck.toml"))
    url = f"sqlite:///{site / 'office.db'}"
    capsys.readouterr()
    assert call("connect", "fixes", url, *arguments, "--json", *config) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def change(base: Path, statement: str) -> None:
    with closing(sqlite3.connect(base)) as connection:
        connection.execute(statement)
        connection.commit()


def test_five_rows_as_a_run_understands_them(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = asked(site, capsys, "--table", "gps", "--time-zone", "UTC")
    with closing(sqlite3.connect(base)) as connection:
        newest = connection.execute(
            "SELECT vehicle_id, time, lon, lat FROM gps ORDER BY time DESC LIMIT 1"
        ).fetchone()
        bound = dict(
            connection.execute("SELECT device_id, vehicle_id FROM vehicles ORDER BY id DESC")
        )
        heard = {
            bound.get(row[0], row[0])
            for row in connection.execute("SELECT DISTINCT vehicle_id FROM gps")
        }
        named = {row[0] for row in connection.execute("SELECT DISTINCT vehicle_id FROM schedule")}
    last = found["shown"][-1]
    assert (last["time"][:19], last["lon"], last["lat"]) == (
        newest[1][:19].replace(" ", "T"), newest[2], newest[3],
    )  # fmt: skip
    assert len(found["shown"]) == 5
    assert set(found["known"]) == heard & named
    assert set(found["silent"]) == named - heard
    assert found["findings"] == []


@pytest.mark.parametrize(
    ("statement", "arguments", "wrong"),
    [
        ("SELECT 1", (), "received"),
        (
            "UPDATE gps SET received_at = NULL, time = datetime(time, '+8 hours')",
            ("UTC",),
            "future",
        ),
        ("UPDATE gps SET speed_kmh = speed_kmh / 3.6", ("UTC",), "m/s"),
        ("UPDATE gps SET speed_kmh = speed_kmh / 1.852", ("UTC",), "kn"),
        ("UPDATE gps SET time = substr(time, 1, 17) || '00'", ("UTC",), "whole minutes"),
        ("UPDATE gps SET lon = lat, lat = lon", ("UTC",), "exchanged"),
        ("UPDATE gps SET lon = lon + 12", ("UTC",), "from the points"),
        (
            "UPDATE gps SET time = datetime(time, '-9 days'), received_at = NULL",
            ("UTC",),
            "days old",
        ),
    ],
)
def test_what_looks_wrong(
    statement: str,
    arguments: tuple[str, ...],
    wrong: str,
    site: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(base, statement)
    if wrong == "received":
        # Times and receipts in different zones.
        change(base, "UPDATE gps SET time = datetime(time, '+8 hours')")
    zone = ("--time-zone", *arguments) if arguments else ()
    findings = asked(site, capsys, "--table", "gps", *zone)["findings"]
    assert len(findings) >= 1, wrong
    assert any(wrong in finding for finding in findings), findings


def test_another_datum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # A county whose records are right; its positions as a Chinese platform shifts them.
    from routecheck.geo.crs import from_wgs84

    site = tmp_path / "ideal"
    size = ("--seed", "5", "--days", "1", "--points", "60", "--trucks", "6")
    call("simulate", str(site), "--profile", "ideal", *size)
    sound = elsewhere.sound_fixes(elsewhere.rows_of(site, "fixes/*.csv"))
    assert _datum_found(site, sound, "right", capsys) == []
    lon, lat = ([float(row[axis]) for row in sound] for axis in ("lon", "lat"))
    for row, x, y in zip(sound, *from_wgs84(lon, lat, "gcj02"), strict=True):
        row["lon"], row["lat"] = str(x), str(y)
    (finding,) = _datum_found(site, sound, "shifted", capsys)
    assert 'datum = "gcj02"' in finding
    assert _datum_found(site, sound, "again", capsys, "--datum", "gcj02") == []
    (finding,) = _datum_found(site, sound, "wrong", capsys, "--datum", "bd09")
    assert 'datum = "gcj02"' in finding


def _datum_found(
    site: Path,
    rows: list[dict[str, str]],
    name: str,
    capsys: pytest.CaptureFixture[str],
    *arguments: str,
) -> list[str]:
    base = site / "office.db"
    elsewhere.fill(
        elsewhere.engine_of(f"sqlite:///{base}"), name, rows, as_time=("time", "received_at")
    )
    found = asked(site, capsys, "--table", name, "--time-zone", "UTC", *arguments)["findings"]
    assert isinstance(found, list)
    return [one for one in found if "days old" not in one]


def test_from_a_database_to_a_judged_day(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(site)
    wanted = exports(site)
    other = site / "new"
    assert call("init", str(other)) == 0
    config, url = str(other / "routecheck.toml"), f"sqlite:///{base}"
    capsys.readouterr()
    change(base, "DROP TABLE gps")
    raw = elsewhere.rows_of(site, "fixes/*.csv")
    elsewhere.fill(elsewhere.engine_of(url), "gps", raw, kinds={})
    given = (
        ("points",), ("schedule",), ("alerts",), ("calendar",), ("vehicles",),
        ("checks",), ("fixes", "--table", "gps", "--watermark", "id"),
    )  # fmt: skip
    for kind, *more in given:
        assert call("connect", kind, url, *more, "--write", "--config", config) == 0, kind
    capsys.readouterr()
    assert call("recheck", "P0001", "--date", DAYS[0], "--config", config) == 3
    assert "nothing has been fetched yet" in capsys.readouterr().err
    text = Path(config).read_text("utf-8")
    assert "# what counts as a pickup" in text
    assert load_config(config).fixes.watermark == "id"
    run(other)
    found = exports(other)
    judged = {name for name in wanted if not name.startswith("rejected")}
    assert {n for n in judged if found.get(n) != wanted[n]} == set()


def test_fixes_are_no_points(site: Path, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, url = str(site / "routecheck.toml"), f"sqlite:///{base}"
    capsys.readouterr()
    assert call("connect", "points", url, "--config", config) == 0
    assert 'table = "points"' in capsys.readouterr().err
    change(base, "CREATE TABLE others AS SELECT 'X' || point_id AS point_id, lon, lat FROM points")
    call("connect", "points", url, "--table", "others", "--config", config)
    assert "none of these points is in the schedule" in capsys.readouterr().out


def test_a_feed_that_is_behind_by_the_offset_of_its_zone(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(base, "UPDATE gps SET received_at = NULL")
    findings = asked(site, capsys, "--table", "gps")["findings"]
    assert any('time_zone = "UTC"' in finding for finding in findings), findings


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("--watermark", "vehicle_id"), "neither a number nor a time"),
        (("--column", "lon=lat", "--column", "lat=lon"), "exchanged"),
        (("--column", "lon=heading_deg"), "no places on the earth"),
    ],
)
def test_what_is_declared_wrongly(
    arguments: tuple[str, ...],
    wrong: str,
    site: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change(base, "UPDATE gps SET heading_deg = 250 + id % 100")
    zone = ("--table", "gps", "--time-zone", "UTC")
    findings = asked(site, capsys, *zone, *arguments)["findings"]
    assert any(wrong in finding for finding in findings), findings


def test_columns_that_are_not_used_are_named_and_what_could_be_a_mark(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(base, "ALTER TABLE gps ADD COLUMN driver TEXT")
    found = asked(site, capsys, "--table", "gps", "--time-zone", "UTC")
    assert "driver" in found["unused"]
    assert any("--watermark id" in hint for hint in found["hints"])
    assert asked(site, capsys, "--table", "gps", "--watermark", "id")["hints"] == []


def test_rows_that_cannot_be_used_are_shown_of_each_reason_some(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(base, "UPDATE schedule SET weekdays = 'sometimes' WHERE id <= 6")
    change(base, "UPDATE schedule SET point_id = '' WHERE id = 9")
    config = ("--config", str(site / "routecheck.toml"))
    capsys.readouterr()
    call("connect", "schedule", f"sqlite:///{base}", *config)
    lines = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(lines) if "rows cannot be used" in line)
    assert lines[at].startswith("7 rows")
    shown = lines[at + 1 : at + 6]
    # Five of seven, and the one reason that is rare among them.
    assert [line.startswith("  ") for line in lines[at + 1 : at + 7]] == [True] * 5 + [False]
    assert sum(line.endswith(": sometimes") for line in shown) == 4
    call("connect", "schedule", f"sqlite:///{base}", "--json", *config)
    found = json.loads(capsys.readouterr().out)["rejected_rows"]
    assert len(found) == 5
    assert {one["reason"] for one in found} == {"bad_value", "missing_value"}


def test_what_is_written_is_what_was_tried(site: Path, base: Path) -> None:
    config = site / "routecheck.toml"
    url = f"sqlite:///{base}"
    text = config.read_text("utf-8").replace("[fixes]\n", '[fixes]\ntime_zone = "Asia/Tokyo"\n')
    config.write_text(text, "utf-8")
    given = ("--table", "gps", "--config", str(config))
    # Of another place nothing stays.
    assert call("connect", "fixes", url, "--time-zone", "UTC", "--write", *given) == 0
    assert load_config(config).fixes.time_zone == "UTC"
    assert load_config(config).fixes.model_fields_set == {"url", "table", "time_zone", "path"}
    # Of the same place all does that is not given anew.
    assert call("connect", "fixes", url, "--watermark", "id", "--write", *given) == 0
    fixes = load_config(config).fixes
    assert (fixes.time_zone, fixes.watermark) == ("UTC", "id")


def test_every_table_that_is_read_can_be_connected() -> None:
    # Written out in the command: its help is to come without what reads the configuration.
    assert tuple(SOURCES) == KINDS


def test_secrets_are_not_written(
    site: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for url, kept, names in (
        ("postgresql://me:pw-7781@office/gps", "postgresql://me:${FIXES_PASSWORD}@office/gps",
         ("FIXES_PASSWORD",)),
        ("http://me:p@ss:w@office/x?from={from}&to={to}",
         "http://me:${FIXES_PASSWORD}@office/x?from={from}&to={to}", ("FIXES_PASSWORD",)),
        ("https://office/x?from={from}&key=s3cr3tkey&to={to}",
         "https://office/x?from={from}&key=${FIXES_KEY}&to={to}", ("FIXES_KEY",)),
    ):  # fmt: skip
        assert without_secrets_in(url, "fixes") == (kept, names)
        assert without_secrets_in(kept, "fixes") == (kept, ())
    for fine in ("sqlite:///office.db", "https://host/x?a=b", "https://host/x?a=b@c:d"):
        assert without_secrets_in(fine, "fixes") == (fine, ())
    before = (site / "routecheck.toml").read_bytes()
    arguments = ("--table", "t", "--write", "--config", str(site / "routecheck.toml"))
    call("connect", "fixes", "postgresql://me:pw-7781@127.0.0.1:9/gps", *arguments)
    header = ("--header", "Authorization=Bearer tok-7781")
    assert call("connect", "fixes", "http://127.0.0.1:9/x", *header, *arguments[3:]) == 2
    said = capsys.readouterr()
    assert "7781" not in said.out + said.err
    assert (site / "routecheck.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("sqlite:///nowhere/office.db",), "office.db"),
        (("ftp://office/gps",), "ftp"),
        (("sqlite:///office.db", "--query", "SELECT * FROM gps"), ":from and :to"),
        (("sqlite:///office.db", "--table", "gone"), "no table gone; there are gps, alerts, cale"),
        (("sqlite:///office.db", "--datum", "mars"), "fixes.datum must be"),
        (("sqlite:///office.db", "--column", "plate=x"), '"fixes.columns.plate" is not known'),
        (("sqlite:///office.db", "--table", "gps", "--watermark", "ident"), "ident"),
    ],
)
def test_one_line_where_it_cannot_be(
    arguments: tuple[str, ...],
    line: str,
    site: Path,
    base: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(site)
    capsys.readouterr()
    status = call("connect", "fixes", *arguments, "--config", str(site / "routecheck.toml"))
    said = capsys.readouterr()
    assert status in (1, 2, 3)
    assert len(said.err.splitlines()) == 1, said.err
    assert line in said.err
