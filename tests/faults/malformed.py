"""Files of every table and format, spoilt in many ways, each in a village of its own.

A run on them ends in an exit status of the contract and says in clear lines what is wrong: one line
where nothing is written, no traceback, no warning of a library.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import operator
import random
import shutil
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from faults.hostile import FORMATS, Hostile
from faults.outcome import Outcome
from routecheck.cli import main
from village import day

Spoil = Callable[[bytes, random.Random], bytes]


def cut(data: bytes, pick: random.Random) -> bytes:
    return data[: pick.randrange(len(data))]


def ragged(data: bytes, pick: random.Random) -> bytes:
    lines = data.split(b"\n")
    for at in pick.sample(range(1, len(lines)), min(3, len(lines) - 1)):
        lines[at] = pick.choice([b"x", lines[at] + b",y,z", lines[at].replace(b",", b"", 1)])
    return b"\n".join(lines)


def swapped(data: bytes, pick: random.Random) -> bytes:
    table = [line.split(b",") for line in data.split(b"\n") if line]
    a, b = pick.sample(range(len(table[0])), 2)
    for row in table[1:]:
        if max(a, b) < len(row):
            row[a], row[b] = row[b], row[a]
    return b"\n".join(b",".join(row) for row in table)


def wrong_encoding(data: bytes, pick: random.Random) -> bytes:
    return data.decode("utf-8", "replace").encode(pick.choice(["utf-16", "utf-16-be", "utf-32"]))


def random_bytes(data: bytes, pick: random.Random) -> bytes:
    spoilt = bytearray(data)
    for _ in range(pick.choice([1, 3, 8, 200])):
        spoilt[pick.randrange(len(spoilt))] = pick.randrange(256)
    return bytes(spoilt)


def empty(data: bytes, pick: random.Random) -> bytes:
    return pick.choice([b"", b"\n\n", b"\xef\xbb\xbf", data.split(b"\n")[0] + b"\n"])


def huge_cell(data: bytes, pick: random.Random) -> bytes:
    lines = data.split(b"\n")
    lines[pick.randrange(len(lines))] = b"x" * pick.choice([70_000, 1_200_000]) + b",1,2"
    return b"\n".join(lines)


def quotes(data: bytes, pick: random.Random) -> bytes:
    lines = data.split(b"\n")
    for at in pick.sample(range(1, max(len(lines) - 1, 2)), min(2, max(len(lines) - 2, 1))):
        lines[at] = lines[at].replace(b",", b',"', 1)
    return b"\n".join(lines)


def zeros(data: bytes, pick: random.Random) -> bytes:
    at = pick.randrange(len(data))
    length = pick.choice([16, 512, 4096])
    return data[:at] + bytes(min(length, len(data) - at)) + data[at + length :]


def twice(data: bytes, _pick: random.Random) -> bytes:
    return data + data


def exchanged_halves(data: bytes, pick: random.Random) -> bytes:
    at = pick.randrange(1, max(len(data), 2))
    return data[at:] + data[:at]


def another_kind(_data: bytes, pick: random.Random) -> bytes:
    kinds = [
        b"PK\x03\x04",
        b"%PDF-1.7\n",
        b"PAR1",
        b"SQLite format 3\0",
        b"\x1f\x8b\x08",
        b"{",
        b"<x>",
    ]
    return pick.choice(kinds) + pick.randbytes(pick.choice([0, 40, 4000]))


def numbers(data: bytes, pick: random.Random) -> bytes:
    """Digits become what no number, date or place is."""
    wild = [b"1e999", b"-0", b"NaN", b"99999999999999999999", b"0000-00-00", b"1/0", b"", b"\xff"]
    parts = data.split(b",")
    for at in pick.sample(range(len(parts)), min(6, len(parts))):
        parts[at] = pick.choice(wild)
    return b",".join(parts)


TEXT_WAYS: tuple[Spoil, ...] = (
    cut, ragged, swapped, wrong_encoding, random_bytes, empty, huge_cell, quotes, zeros, twice,
    exchanged_halves, another_kind, numbers,
)  # fmt: skip
BINARY_WAYS: tuple[Spoil, ...] = (
    cut, random_bytes, empty, zeros, twice, exchanged_halves, another_kind,
)  # fmt: skip
_TEXT = (".csv", ".geojson")
SENT = ("xls", "html", "gpx", "nmea", "zip", "kmz")
"""Formats that offices send, besides those through which hostile text is tried."""


class Plain(Hostile):
    """The village with ordinary words, and in every format its tables may come in."""

    def __init__(self, folder: Path, form: str) -> None:
        super().__init__(folder, form, "")
        if form == "nmea":
            named = '[fixes]\nvehicle_from_name = "{vehicle}"'
            self.config.write_text(self.config.read_text().replace("[fixes]", named))

    def of(self, word: str) -> str:
        return word

    def _write(self, name: str, table: pd.DataFrame) -> str:
        folder = f"{name}/" if name in ("fixes", "alerts") else ""
        (self.folder / folder).mkdir(exist_ok=True)
        path = self.folder / folder / name
        match self.form, name:
            case "html", _:
                path = path.with_suffix(".xls")
                path.write_text(table.to_html(index=False), encoding="utf-8")
            case "xls", _:
                path = path.with_suffix(".xls")
                old_workbook(path, table)
            case "gpx", "fixes":
                path = path.with_suffix(".gpx")
                path.write_text(gpx(table), encoding="utf-8")
            case "nmea", "fixes":
                path = path.with_name("T1.nmea")
                path.write_text(nmea(table))
            case "zip", "fixes" | "alerts":
                path = path.with_suffix(".zip")
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr("1.csv", table.iloc[:50].to_csv(index=False))
                    archive.writestr("2.csv", table.iloc[50:].to_csv(index=False))
            case "kmz", "points":
                path = path.with_suffix(".kmz")
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr("doc.kml", kml(table))
            case _:
                return super()._write(name, table)
        return f"{folder}{path.name}"


def old_workbook(path: Path, table: pd.DataFrame) -> None:
    """Write a workbook of Excel 97."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for r, row in enumerate([list(table), *table.fillna("").to_numpy().tolist()]):
        for c, cell in enumerate(row):
            sheet.write(r, c, str(cell))
    book.save(str(path))


def gpx(fixes: pd.DataFrame) -> str:
    """The fixes of a vehicle as a track of two segments; the last is a bad one."""
    points = [
        f'<trkpt lat="{row.lat}" lon="{row.lon}"><ele>9</ele><time>{row.time}</time></trkpt>\n'
        for row in fixes.itertuples()
    ]
    halves = "</trkseg><trkseg>".join(("".join(points[:60]), "".join(points[60:])))
    return (
        '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk>'
        f"<name>T1</name><trkseg>{halves}</trkseg></trk></gpx>"
    )


def nmea(fixes: pd.DataFrame) -> str:
    """The fixes of a vehicle as sentences, but for the last, which is a bad one."""
    lines = []
    for row in fixes.iloc[:-1].itertuples():
        at = pd.Timestamp(row.time).tz_convert("UTC")
        (east, e), (north, n) = (divmod(float(x) * 60, 60) for x in (row.lon, row.lat))
        place = f"{north:02.0f}{n:07.4f},N,{east:03.0f}{e:07.4f},E"
        body = f"GNRMC,{at:%H%M%S},A,{place},9.0,0,{at:%d%m%y},,"
        total = functools.reduce(operator.xor, body.encode())
        lines.append(f"${body}*{total:02X}\r\n")
    return "".join(lines)


def kml(points: pd.DataFrame) -> str:
    """The points as Placemarks."""
    places = "".join(
        f'<Placemark><name>{row.point_id}</name><ExtendedData><Data name="township"><value>'
        f"{row.township}</value></Data></ExtendedData><Point><coordinates>{row.lon},{row.lat}"
        "</coordinates></Point></Placemark>\n"
        for row in points.itertuples()
    )
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{places}</Document></kml>'


def villages(folder: Path) -> Mapping[str, Path]:
    """A village in each format; the fixes of one are packed."""
    made = {form: Plain(folder / form, form).folder for form in (*FORMATS, *SENT)}
    packed = folder / "gz"
    shutil.copytree(made["csv"], packed)
    for path in (packed / "fixes").glob("*.csv"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    config = packed / "routecheck.toml"
    config.write_text(config.read_text().replace("fixes.csv", "fixes.csv.gz"))
    return made | {"gz": packed}


def _inputs(folder: Path) -> list[Path]:
    """The input files of a village, parts of a Shapefile each."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".toml", ".db"))


def spoilt(good: Mapping[str, Path], count: int, seed: int) -> Iterator[tuple[str, Path, bytes]]:
    """Yield which village, which of its files, and what that becomes: each file in turn."""
    files = [(form, path) for form, folder in good.items() for path in _inputs(folder)]
    for n in range(count):
        form, path = files[n % len(files)]
        ways = TEXT_WAYS if path.suffix in _TEXT else BINARY_WAYS
        way = ways[(n // len(files) + n) % len(ways)]
        pick = random.Random(f"{seed} {n}")
        yield f"{form}, {way.__name__}", path.relative_to(good[form]), way(path.read_bytes(), pick)


def amiss(folder: Path) -> str:
    """Run a village; what does not hold, empty: nothing."""
    out, err = io.StringIO(), io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        warnings.simplefilter("error", RuntimeWarning)
        try:
            status = main(
                ("run", "--date", str(day(0)), "--config", str(folder / "routecheck.toml"))
            )
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    said = err.getvalue()
    lines = [line for line in said.splitlines() if line.startswith("routecheck:")]
    if status not in (0, 1, 2, 3):
        return f"exit status {status}"
    if "Traceback" in said or "Warning" in said:
        return said[-300:]
    if len(lines) != (1 if status in (2, 3) else 0):
        return f"exit status {status}, and {len(lines)} lines: {said[:300]}"
    return ""


def try_all(folder: Path, count: int, seed: int = 1) -> Outcome:
    """Spoil so many files, and run each."""
    good = villages(folder / "good")
    failures = []
    for name, path, data in spoilt(good, count, seed):
        site = folder / "spoilt"
        shutil.copytree(good[name.partition(",")[0]], site)
        (site / path).write_bytes(data)
        if found := amiss(site):
            failures.append(f"{name}, {path}: {found}")
        shutil.rmtree(site)
    return Outcome(count, tuple(failures), {"files": sum(map(len, map(_inputs, good.values())))})
