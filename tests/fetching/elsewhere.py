"""A site whose tables lie in a database: the same rows as in the files of a simulated county."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import sqlalchemy as sa

TABLES = ("points", "schedule", "alerts", "vehicles", "calendar", "checks")
KINDS = {
    "lon": sa.Double, "lat": sa.Double, "speed_kmh": sa.Double, "heading_deg": sa.Double,
}  # fmt: skip


def rows_of(site: Path, pattern: str) -> list[dict[str, str]]:
    """All rows of some files, in order of the files."""
    found = []
    for path in sorted(site.glob(pattern)):
        data = path.read_bytes()
        text = gzip.decompress(data) if path.suffix == ".gz" else data
        found += list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    return found


def pattern_of(site: Path, name: str) -> str:
    """The files of a table, as the configuration names them."""
    config = tomllib.loads((site / "routecheck.toml").read_text("utf-8"))
    return str(config.get(name, {}).get("path", ""))


def engine_of(url: str) -> sa.Engine:
    """An engine with the driver that the tests have."""
    for scheme, driver in (("postgresql:", "postgresql+psycopg:"), ("mysql:", "mysql+pymysql:")):
        url = url.replace(scheme, driver, 1) if url.startswith(scheme) else url
    return sa.create_engine(url, poolclass=sa.NullPool)


def fill(
    engine: sa.Engine,
    name: str,
    rows: Sequence[Mapping[str, str]],
    *,
    as_time: Sequence[str] = (),
    kinds: Mapping[str, type[sa.Double]] = KINDS,
) -> None:
    """Make a table with an id, its columns text but for positions and (zone-less UTC) times."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    columns = [sa.Column("id", number, primary_key=True, autoincrement=True)]
    for header in rows[0]:
        kind = sa.DateTime() if header in as_time else kinds.get(header, sa.Unicode(200))
        columns.append(sa.Column(header, kind))
    table = sa.Table(name, sa.MetaData(), *columns)
    with engine.begin() as connection:
        table.create(connection)
        for part in _parts(rows, 5000):
            connection.execute(table.insert(), [_typed(row, as_time, kinds) for row in part])


def _parts(rows: Sequence[Mapping[str, str]], size: int) -> Iterator[Sequence[Mapping[str, str]]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _typed(
    row: Mapping[str, str], as_time: Sequence[str], kinds: Mapping[str, type[sa.Double]]
) -> dict[str, object]:
    typed: dict[str, object] = {}
    for header, cell in row.items():
        if cell == "":
            typed[header] = None
        elif header in as_time:
            moment = datetime.datetime.fromisoformat(cell)
            typed[header] = moment.astimezone(datetime.UTC).replace(tzinfo=None)
        elif header in kinds:
            typed[header] = float(cell)
        else:
            typed[header] = cell
    return typed


def points_at(site: Path, sections: dict[str, str]) -> None:
    """Let sections of the configuration name another place in the stead of their path."""
    path = site / "routecheck.toml"
    text = path.read_text("utf-8")
    for name, keys in sections.items():
        text = re.sub(
            rf"(?ms)^(\[{name}\][^\n]*\n)(.*?)(?=^\[|\Z)",
            lambda found, keys=keys: (
                found[1] + keys + "\n" + re.sub(r"(?m)^path = .*\n", "", found[2])
            ),
            text,
        )
    path.write_text(text, "utf-8")


def rows_of_table(engine: sa.Engine, name: str) -> list[dict[str, str]]:
    """All rows of a table of texts, without the id."""
    with engine.connect() as connection:
        found = connection.execute(sa.text(f"SELECT * FROM {name} ORDER BY id")).mappings()
        return [{k: v or "" for k, v in row.items() if k != "id"} for row in found]


def sound_fixes(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fixes that fit typed columns, their local times (China's) as aware ones."""
    sound = []
    for row in rows:
        try:
            times = {
                name: datetime.datetime.fromisoformat(row[name]).isoformat() + "+08:00"
                for name in ("time", "received_at")
                if len(row[name]) == len("2026-03-02 03:01:03")
            }
            [float(row[name]) for name in KINDS if row[name]]
        except ValueError:
            continue
        if len(times) == 2 and row["lon"] and row["lat"] and row["vehicle_id"]:
            sound.append({**row, **times})
    return sound


def write_csv(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Write rows as a file."""
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
