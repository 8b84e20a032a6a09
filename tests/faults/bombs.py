"""Small files that unpack, or are read, to more than a machine holds; each in a process of its own.

A bomb lies in a village among files that are right. Read by the command, it may cost at most a
gigabyte of memory and half a minute; it is named, and what the other files tell is judged.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from faults.outcome import Outcome
from scene import degrees
from village import AT_M, Village, day

MEMORY_MB, SECONDS = 1024, 30.0
"""What reading a bomb may take."""
PATIENCE_S = 150.0
ADDRESS_SPACE_MB = 12_000
"""Where the system stops what holds no limit, for the sake of the machine it is tried on."""

MB = 1 << 20
Made = Callable[[Path], None]


@dataclass(frozen=True)
class Bomb:
    """One file.

    Attributes:
        name: what it is.
        table: section of the configuration whose file it is.
        file: its name; of fixes and alerts it lies beside good ones, else in the place of the good.
        make: writes it.
        told: what standard error must say of it; empty: it need not be named, as its rows are read
            or rejected like others.
    """

    name: str
    table: str
    file: str
    make: Made
    told: str = ""

    @property
    def beside(self) -> bool:
        """Whether good files of the same table lie beside it."""
        return self.table in ("fixes", "alerts")


# --- workbooks ------------------------------------------------------------------------------------

_SHEET_HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{doctype}<worksheet '
    'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
_HEADERS = {
    "fixes": ("vehicle_id", "time", "lon", "lat"),
    "points": ("point_id", "name", "lon", "lat"),
}


def _workbook(
    path: Path,
    table: str,
    body: Iterator[bytes],
    *,
    doctype: str = "",
    shared: Iterator[bytes] | None = None,
) -> None:
    """Write a workbook whose only sheet has the headers of a table, and a body as XML."""
    types = (
        '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/'
        'package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.open'
        'xmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-office'
        'document.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" Content'
        'Type="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
        "</Types>"
    )
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", types)
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relation}/office'
            'Document" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            f'xmlns:r="{relation}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
            "</workbook>",
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relation}/worksheet"'
            f' Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{relation}/shared'
            'Strings" Target="sharedStrings.xml"/></Relationships>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_SHEET_HEAD.format(doctype=doctype).encode())
            cells = "".join(
                f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in _HEADERS[table]
            )
            sheet.write(f'<row r="1">{cells}</row>'.encode())
            for part in body:
                sheet.write(part)
            sheet.write(b"</sheetData></worksheet>")
        with book.open("xl/sharedStrings.xml", "w", force_zip64=True) as strings:
            space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
            strings.write(f'<sst xmlns="{space}">'.encode())
            for part in shared or iter(()):
                strings.write(part)
            strings.write(b"</sst>")


def _times(block: bytes, count: int) -> Iterator[bytes]:
    for _ in range(count):
        yield block


def _wrapped(before: bytes, block: bytes, count: int, after: bytes) -> Iterator[bytes]:
    yield before
    yield from _times(block, count)
    yield after


def _stray_cell(table: str) -> Made:
    stray = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    return lambda path: _workbook(path, table, iter([stray]))


def _inline_string(path: Path) -> None:
    before = b'<row r="2"><c t="inlineStr"><is><t>'
    _workbook(path, "fixes", _wrapped(before, b"A" * MB, 4096, b"</t></is></c></row>"))


def _shared_string(path: Path) -> None:
    shared = _wrapped(b"<si><t>", b"A" * MB, 4096, b"</t></si>")
    body = iter([b'<row r="2"><c t="s"><v>0</v></c></row>'])
    _workbook(path, "points", body, shared=shared)


def _shared_string_often(path: Path) -> None:
    """One string of the longest that Excel allows, in a million cells: 32 GB of text."""
    row = b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 1000
    shared = iter([b"<si><t>" + b"A" * 32_767 + b"</t></si>"])
    _workbook(path, "points", _times(row, 500), shared=shared)


def _rows(path: Path) -> None:
    _workbook(path, "fixes", _times(b"<row></row>" * 20_000, 1000))


def _cells(path: Path) -> None:
    """Cells that differ, so that the file hardly shrinks: no ratio gives it away."""
    pick = np.random.default_rng(1)
    body = (
        b"".join(
            b'<row><c t="n"><v>%d</v></c><c><v>%d</v></c><c><v>%d</v></c></row>' % tuple(row)
            for row in pick.integers(0, 1 << 40, (10_000, 3))
        )
        for _ in range(170)
    )
    _workbook(path, "points", body)


_ENTITIES = "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>{}]>".format(
    "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
)


def _workbook_entities(path: Path) -> None:
    row = b'<row r="2"><c t="inlineStr"><is><t>&a9;</t></is></c></row>'
    _workbook(path, "points", iter([row]), doctype=_ENTITIES)


# --- what is called .xls --------------------------------------------------------------------------


def _page(path: Path) -> None:
    """Cells that reach down through all rows of a page: 9 billion of them, in 10 MB."""
    head = "".join(f"<th>{name}" for name in _HEADERS["fixes"])
    with path.open("w") as file:
        file.write(f"<table><tr>{head}<tr>" + "<td rowspan=99999999>x" * 4000)
        file.write("<tr>" * 2_400_000)


def _page_letters(path: Path) -> None:
    head = "".join(f"<th>{name}" for name in _HEADERS["points"])
    long = "x" * 32_000
    path.write_text(f"<table><tr>{head}<tr><td rowspan=99999999>{long}" + "<tr>" * 400_000)


def _page_nested(path: Path) -> None:
    path.write_text("<table><tr><td>" * 1_000_000)


def _old_strings(path: Path) -> None:
    """One string of the longest that Excel allows, in 300,000 cells: 10 GB of text."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for column, name in enumerate(_HEADERS["points"]):
        sheet.write(0, column, name)
    for row in range(1, 60_000):
        for column in range(5):
            sheet.write(row, column, "A" * 32_000)
        sheet.flush_row_data()
    book.save(str(path))
    # The library leaves that to the collector.
    sheet.row_tempfile.close()


def _old_numbers(rows: int) -> Made:
    """So many rows of 256 numbers, six bytes each, without a container."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def begin(kind: int) -> bytes:
        return record(0x809, struct.pack("<4H2I", 0x600, kind, 0, 0, 0, 0))

    def make(path: Path) -> None:
        end = record(0x0A, b"")
        sheet = record(0x85, struct.pack("<I4B", 0, 0, 0, 1, 0) + b"S")
        at = len(begin(5) + sheet + end)
        sheet = record(0x85, struct.pack("<I4B", at, 0, 0, 1, 0) + b"S")
        numbers = struct.pack("<HI", 0, (123_456 << 2) | 2) * 256
        with path.open("wb") as file:
            file.write(begin(5) + sheet + end + begin(0x10))
            for row in range(rows):
                cells = struct.pack("<HH", row, 0) + numbers + struct.pack("<H", 255)
                file.write(record(0xBD, cells))
            file.write(end)

    return make


def _spreadsheet_entities(path: Path) -> None:
    path.write_text(
        f'<?xml version="1.0"?>{_ENTITIES}<Workbook xmlns="urn:schemas-microsoft-com:office:'
        'spreadsheet"><Worksheet><Table><Row><Cell><Data>&a9;</Data></Cell></Row></Table>'
        "</Worksheet></Workbook>"
    )


# --- GPX ------------------------------------------------------------------------------------------

_GPX = '<?xml version="1.0"?>{}<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
_TRACK = (
    '<trk><name>{}</name><trkseg><trkpt lat="28.8" lon="108.7"><time>2026-03-01T22:30:00Z</time>'
    "</trkpt></trkseg></trk>"
)


def _gpx_entities(path: Path) -> None:
    path.write_text(f"{_GPX.format(_ENTITIES)}{_TRACK.format('&a9;')}</gpx>")


def _gpx_vehicles(path: Path) -> None:
    with path.open("w") as file:
        file.write(_GPX.format(""))
        for n in range(200_000):
            file.write(_TRACK.format(f"T{n}"))
        file.write("</gpx>")


def _gpx_name(path: Path) -> None:
    path.write_text(f"{_GPX.format('')}{_TRACK.format('V' * (150 * MB))}</gpx>")


def _gpx_nested(path: Path) -> None:
    path.write_text(_GPX.format("") + "<extensions>" * 5_000_000)


# --- ZIP ------------------------------------------------------------------------------------------


def _zip_large(path: Path) -> None:
    """A file of 4 GB in 4 MB."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("V1.csv", "w", force_zip64=True) as file,
    ):
        file.write(_FIXES)
        for _ in range(4096):
            file.write(_FIX * (MB // len(_FIX)))


def _zip_many(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(100_000):
            archive.writestr(f"V{n}.csv", b"")


def _zip_overlapping(path: Path) -> None:
    """20,000 files of 10 MB each, all of them the same bytes of the archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("V00000.csv", _FIXES + _FIX * (10 * MB // len(_FIX)))
    data = packed.getvalue()
    at, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[at:end]
    entries = [entry.replace(b"V00000", b"V%05d" % n) for n in range(20_000)]
    listed = b"".join(entries)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 20_000, 20_000, len(listed), at, 0)
    path.write_bytes(data[:at] + listed + tail)


# --- delimited text -------------------------------------------------------------------------------

_FIXES = b"vehicle_id,time,lon,lat\n"
_FIX = b"V1,2026-03-02T06:30:00+08:00,108.7,28.8\n"


def _gzip(head: bytes, block: bytes, count: int) -> Made:
    """Gzip whose last member is repeated: soon written, however much it unpacks to."""

    def make(path: Path) -> None:
        member = gzip.compress(block, 9)
        with path.open("wb") as file:
            file.write(gzip.compress(head, 9))
            for _ in range(count):
                file.write(member)

    return make


def _text(head: bytes, row: bytes, count: int) -> Made:
    return lambda path: path.write_bytes(head + row * count) and None


def _long_ids(table: str, length: int = 100_000, count: int = 400) -> Made:
    rows = {
        "points": ("point_id,name,lon,lat\n", "{id},Gate,108.7,28.8\n"),
        "schedule": (
            "point_id,vehicle_id,weekdays,window_start,window_end\n",
            "{id},{id},1234567,06:00,08:00\n",
        ),
        "fixes": (_FIXES.decode(), "{id},2026-03-02T06:30:00+08:00,108.7,28.8\n"),
        "alerts": (
            "alert_id,point_id,service_date,raised_at\n",
            "{id},{id},2026-03-02,2026-03-02T12:00:00+08:00\n",
        ),
    }
    header, row = rows[table]

    def make(path: Path) -> None:
        with path.open("w") as file:
            file.write(header)
            for n in range(count):
                file.write(row.format(id=f"{n:06d}" + "x" * length))

    return make


def _many_vehicles(path: Path) -> None:
    with path.open("w") as file:
        file.write(_FIXES.decode())
        for n in range(600_000):
            file.write(f"T{n:07d},2026-03-02T06:30:00+08:00,108.7,28.8\n")


def _many_points(path: Path) -> None:
    """Good points, and so many more with ids that hardly differ."""
    with path.open("w") as file:
        file.write("point_id,name,lon,lat\n")
        for point, x in AT_M.items():
            lon, lat = degrees(x, 0.0)
            file.write(f"{point},Gate,{lon:.7f},{lat:.7f}\n")
        for n in range(300_000):
            file.write(f"Q{n:07d},Gate,{100 + n / 1e4:.4f},28.8\n")


def _wide(path: Path) -> None:
    path.write_text("vehicle_id,time,lon,lat" + ",x" * 400_000 + "\n" + ",y" * 400_003 + "\n")


def _many_members(path: Path) -> None:
    path.write_bytes(gzip.compress(_FIXES) + gzip.compress(b"") * 600_000)


# --- Parquet --------------------------------------------------------------------------------------


def _parquet(path: Path) -> None:
    """200 million fixes of one vehicle: every column is one value, and takes no room."""
    rows = 1_000_000
    once = pa.RecordBatch.from_pydict(
        {
            "vehicle_id": pa.array(["V1"] * rows),
            "time": pa.array(["2026-03-02T06:30:00+08:00"] * rows),
            "lon": pa.array(np.full(rows, 108.7)),
            "lat": pa.array(np.full(rows, 28.8)),
        }
    )
    with pq.ParquetWriter(path, once.schema, compression="zstd") as writer:
        for _ in range(200):
            writer.write_batch(once)


def _parquet_string(path: Path) -> None:
    """One id of 50 MB, in as many rows as a dictionary repeats it: 2.5 TB of text."""
    values = pa.array(["V" * (50 * MB)])
    column = pa.DictionaryArray.from_arrays(pa.array(np.zeros(50_000, np.int32)), values)
    table = pa.table(
        {
            "vehicle_id": column,
            "time": pa.array(["2026-03-02T06:30:00+08:00"] * len(column)),
            "lon": pa.array(np.full(len(column), 108.7)),
            "lat": pa.array(np.full(len(column), 28.8)),
        }
    )
    pq.write_table(table, path, compression="zstd")


# --- files with geometries ------------------------------------------------------------------------


def _feature(geometry: str, point: str = "P1") -> str:
    return f'{{"type":"Feature","properties":{{"point_id":"{point}"}},"geometry":{geometry}}}'


def _collection(*features: str) -> str:
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'


def _nested(path: Path) -> None:
    path.write_text(_collection('{"a":' * 3_000_000))


def _vertices(path: Path) -> None:
    """A polygon of half a million vertices about a point."""
    angle = np.linspace(0.0, 2.0 * np.pi, 500_000)
    ring = np.column_stack([108.7 + 1e-3 * np.cos(angle), 28.8 + 1e-3 * np.sin(angle)])
    ring[-1] = ring[0]
    whole = json.dumps([ring.round(9).tolist()])
    path.write_text(_collection(_feature(f'{{"type":"Polygon","coordinates":{whole}}}')))


def _features(path: Path) -> None:
    point = '{"type":"Point","coordinates":[108.7,28.8]}'
    with path.open("w") as file:
        file.write('{"type":"FeatureCollection","features":[')
        file.write(_feature(point))
        file.write(f",{_feature(point)}" * 900_000)
        file.write("]}")


def _view(path: Path) -> None:
    """A GeoPackage whose layer is a view without end."""
    import pyogrio
    import shapely

    pyogrio.raw.write(
        path, geometry=shapely.to_wkb(np.array([shapely.Point(108.7, 28.8)], object)),
        field_data=[np.array(["P1"], object)], fields=np.array(["point_id"]), layer="points",
        geometry_type="Point", crs="EPSG:4326", driver="GPKG",
    )  # fmt: skip
    with closing(sqlite3.connect(path)) as connection, connection:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]
        for name in names:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("ALTER TABLE points RENAME TO origin")
        connection.execute(
            "CREATE VIEW points AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT n.i AS fid, origin.geom, hex(zeroblob(20000000)) AS point_id FROM n, origin"
        )


def _zipped_shapefile(path: Path) -> None:
    """A Shapefile whose table is 4 GB of blanks."""
    fields = struct.pack("<11sc4xBB14x", b"point_id", b"C", 254, 0)
    records = 16_000_000
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        head = struct.pack(">i20xi", 9994, 50) + struct.pack("<ii8d", 1000, 1, *[0.0] * 8)
        archive.writestr("p.shp", head)
        archive.writestr("p.shx", head)
        with archive.open("p.dbf", "w", force_zip64=True) as table:
            table.write(struct.pack("<BBBBIHH20x", 3, 126, 1, 1, records, 65, 255))
            table.write(fields + b"\r")
            for _ in range(records // 4000):
                table.write(b" " * (255 * 4000))


def _kml_entities(path: Path) -> None:
    path.write_text(
        f'<?xml version="1.0"?>{_ENTITIES}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
        "<Placemark><name>&a9;</name><Point><coordinates>108.7,28.8</coordinates></Point>"
        "</Placemark></Document></kml>"
    )


def _kmz(*parts: tuple[bytes, int]) -> Made:
    def make(path: Path) -> None:
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open("doc.kml", "w", force_zip64=True) as file,
        ):
            file.write(b'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>')
            for block, times in parts:
                for _ in range(times):
                    file.write(block)

    return make


_PLACEMARK = (
    b"<Placemark><name>P%07d</name><Point><coordinates>108.7,28.8</coordinates></Point></Placemark>"
)
_KMZ_PLACES = ((b"".join(_PLACEMARK % n for n in range(10_000)), 20),)
_KMZ_DATA = (
    (b"".join(b"<Placemark><name>P</name><ExtendedData><SimpleData name='d%d'>x</SimpleData>"
              b"</ExtendedData></Placemark>" % n
              for n in range(20_000)), 1),
)  # fmt: skip


RATIO, WHOLE, CELLS, ROWS = (
    f"limits.{key}" for key in ("unpacked_ratio", "whole_mb", "cells", "rows")
)
BOMBS = (
    Bomb("workbook, a stray cell", "fixes", "b.xlsx", _stray_cell("fixes")),
    Bomb("workbook of points, a stray cell", "points", "b.xlsx", _stray_cell("points")),
    Bomb("workbook, a string of 4 GB", "fixes", "b.xlsx", _inline_string, RATIO),
    Bomb("workbook, a shared string of 4 GB", "points", "b.xlsx", _shared_string, RATIO),
    Bomb("workbook, a string in 1 M cells", "points", "b.xlsx", _shared_string_often, WHOLE),
    Bomb("workbook, 20 M rows", "fixes", "b.xlsx", _rows, RATIO),
    Bomb("workbook, 5 M cells", "points", "b.xlsx", _cells, CELLS),
    Bomb("workbook, entities", "points", "b.xlsx", _workbook_entities, "b.xlsx"),
    Bomb("page as .xls, 9 G cells", "fixes", "b.xls", _page, CELLS),
    Bomb("page as .xls, 13 GB of text", "points", "b.xls", _page_letters, WHOLE),
    Bomb("page as .xls, 1 M tables in each other", "points", "b.xls", _page_nested, "b.xls"),
    Bomb("old workbook, a string in 300,000 cells", "points", "b.xls", _old_strings, WHOLE),
    Bomb("old workbook, 17 M cells", "fixes", "b.xls", _old_numbers(65_000), "b.xls"),
    Bomb("old workbook, 6 M cells", "fixes", "b.xls", _old_numbers(25_000), CELLS),
    Bomb("XML as .xls, entities", "fixes", "b.xls", _spreadsheet_entities, "b.xls"),
    Bomb("GPX, entities", "fixes", "b.gpx", _gpx_entities, "b.gpx"),
    Bomb("GPX, 200,000 vehicles", "fixes", "b.gpx", _gpx_vehicles, "limits.vehicles"),
    Bomb("GPX, a name of 150 MB", "fixes", "b.gpx", _gpx_name, "text_length"),
    Bomb("GPX, 5 M levels", "fixes", "b.gpx", _gpx_nested, "b.gpx"),
    Bomb("ZIP, a file of 4 GB", "fixes", "b.zip", _zip_large, RATIO),
    Bomb("ZIP, 100,000 files", "fixes", "b.zip", _zip_many, "b.zip"),
    Bomb("ZIP, 200 GB of one file", "fixes", "b.zip", _zip_overlapping, "limits."),
    Bomb("Parquet, 200 M rows", "fixes", "b.parquet", _parquet, "limits."),
    Bomb("Parquet, an id of 50 MB", "fixes", "b.parquet", _parquet_string, "limits."),
    Bomb("gzip, 11 GB of a fix", "fixes", "b.csv.gz",
         _gzip(_FIXES, _FIX * (1 << 20), 270), "limits."),
    Bomb("gzip, an open quote", "fixes", "b.csv.gz",
         _gzip(_FIXES + b'"', b"a\n" * (8 * MB), 64), "b.csv.gz"),
    Bomb("gzip, one line", "fixes", "b.csv.gz", _gzip(_FIXES, b"\1" * 16 * MB, 64), "b.csv.gz"),
    Bomb("gzip of points, 1 GB", "points", "b.csv.gz",
         _gzip(b"point_id,lon,lat\n", b"P1,108.7,28.8\n" * MB, 73), "limits."),
    Bomb("gzip, 600,000 members", "fixes", "b.csv.gz", _many_members),
    Bomb("text, 16 MB of empty lines", "fixes", "b.csv", _text(_FIXES, b"\n", 16 * MB)),
    Bomb("text, 16 MB of short rows", "fixes", "b.csv", _text(_FIXES, b"a\n", 8 * MB), "b.csv"),
    Bomb("text, 16 MB of blank rows", "fixes", "b.csv", _text(_FIXES, b",,,\n", 4 * MB), "b.csv"),
    Bomb("text, a quote in each line", "fixes", "b.csv", _text(_FIXES, b'"a,b\n', 3 * MB), "b.csv"),
    Bomb("text, 400,000 columns", "fixes", "b.csv", _wide, "b.csv"),
    Bomb("text, 600,000 vehicles", "fixes", "b.csv", _many_vehicles, "limits.vehicles"),
    Bomb("text, 300,000 points", "points", "b.csv", _many_points, "limits.points"),
    *(
        Bomb(f"{table}, ids of 100,000 characters", table, "b.csv", _long_ids(table), "text_length")
        for table in ("points", "schedule", "fixes", "alerts")
    ),
    Bomb("GeoJSON, 3 M levels", "points", "b.geojson", _nested, "b.geojson"),
    Bomb("GeoJSON, a polygon of 500,000 vertices", "points", "b.geojson", _vertices),
    Bomb("GeoJSON, 900,000 features", "points", "b.geojson", _features, "limits."),
    Bomb("GeoPackage, a view without end", "points", "b.gpkg", _view, "b.gpkg"),
    Bomb("Shapefile, zipped 4 GB", "points", "b.zip", _zipped_shapefile, RATIO),
    Bomb("KML, entities", "points", "b.kml", _kml_entities, "b.kml"),
    Bomb("KMZ, 4 GB", "points", "b.kmz", _kmz((b" " * MB, 4096)), RATIO),
    Bomb("KMZ, 200,000 Placemarks", "points", "b.kmz", _kmz(*_KMZ_PLACES), "limits."),
    Bomb("KMZ, 20,000 columns", "points", "b.kmz", _kmz(*_KMZ_DATA), CELLS),
)  # fmt: skip


_SLOW = ("GB of a fix", "4 GB", "5 M cells", "20 M rows", "200 M rows", "M cells", "polygon",
         "900,000", "600,000", "blank rows")  # fmt: skip
QUICK = tuple(bomb for bomb in BOMBS if not any(word in bomb.name for word in _SLOW))
"""Those that are soon made and soon read."""


@dataclass(frozen=True)
class Cost:
    """What reading a bomb took, and what was said."""

    status: int
    seconds: float
    memory_mb: float
    said: str


def village(folder: Path) -> Path:
    """A village whose truck did its round; two points have alerts."""
    site = Village(folder)
    site.deliver(day(0))
    site.alert("A1", "P1", day(0))
    site.alert("A2", "P2", day(0))
    return folder


def set_off(bomb: Bomb, good: Path, folder: Path) -> Cost:
    """Put a bomb in a copy of the village and run it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(good, folder)
    config = folder / "routecheck.toml"
    if bomb.beside:
        bomb.make(folder / bomb.table / bomb.file)
        text = config.read_text().replace(f'"{bomb.table}/*.csv"', f'"{bomb.table}/*"')
    else:
        bomb.make(folder / bomb.file)
        text = config.read_text().replace(f'"{bomb.table}.csv"', f'"{bomb.file}"')
    config.write_text(text)
    return run(folder)


def run(folder: Path) -> Cost:
    """Judge the village's date in a process of its own; what that took at most."""

    def bounded() -> None:
        limit = ADDRESS_SPACE_MB * MB
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    command = [sys.executable, "-m", "routecheck", "run", "--date", str(day(0))]
    said = folder / "said"
    began = time.monotonic()
    with said.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--config", str(folder / "routecheck.toml")],
            stdout=subprocess.DEVNULL, stderr=out, preexec_fn=bounded,
        )  # fmt: skip
        largest = 0
        while True:
            found, status, usage = os.wait4(process.pid, os.WNOHANG)
            if found:
                break
            largest = max(largest, sum(_resident_kb(pid) for pid in _family(process.pid)))
            if time.monotonic() > began + PATIENCE_S:
                process.kill()
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.02)
    process.returncode = os.waitstatus_to_exitcode(status)
    # Of the processor, its children's among it: how long it takes by the clock says more of what
    # else the machine does.
    seconds = usage.ru_utime + usage.ru_stime
    return Cost(process.returncode, seconds, largest / 1024, said.read_text())


def _family(pid: int) -> list[int]:
    """A process and its children; none where it has ended."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *map(int, children)]


def _resident_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def wrong(bomb: Bomb, cost: Cost, folder: Path) -> str:
    """What did not hold; empty: all of it did."""
    found = []
    if cost.seconds > SECONDS:
        found.append(f"{cost.seconds:.0f} s")
    if cost.memory_mb > MEMORY_MB:
        found.append(f"{cost.memory_mb:.0f} MB")
    if cost.status not in (0, 1, 3) or "Traceback" in cost.said:
        found.append(f"status {cost.status}")
    if bomb.told not in cost.said:
        found.append(f"'{bomb.told}' is not told")
    if bomb.beside:
        found += _misjudged(folder)
    return ", ".join(found)


def _misjudged(folder: Path) -> list[str]:
    """What the good files tell, and was not judged so."""
    import csv

    path = folder / "out" / f"pickups_{day(0)}.csv"
    if not path.exists():
        return ["nothing was judged"]
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    wrong = {row["point_id"]: row["verdict"] for row in rows if row["verdict"] != "collected"}
    missed = [point for point, verdict in wrong.items() if verdict == "missed"]
    return [f"called missed: {', '.join(missed)}"] if missed else []


def try_all(folder: Path, times: int) -> Outcome:
    """Set off the first so many; with the worst of time and memory."""
    good = village(folder / "good")
    longest = largest = 0.0
    failures = []
    for bomb in BOMBS[:times]:
        cost = set_off(bomb, good, folder / "bomb")
        longest, largest = max(longest, cost.seconds), max(largest, cost.memory_mb)
        if amiss := wrong(bomb, cost, folder / "bomb"):
            failures.append(f"{bomb.name}: {amiss}; {cost.said.strip()[:300]}")
        shutil.rmtree(folder / "bomb")
    figures = {"longest, s": round(longest), "largest, MB": round(largest)}
    return Outcome(min(times, len(BOMBS)), tuple(failures), figures)
