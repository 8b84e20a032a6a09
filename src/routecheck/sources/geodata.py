"""Files with geometries: GeoJSON, GeoPackage, Shapefile and others, each read as its name says."""

from __future__ import annotations

import glob
import json
import os
import struct
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

import routecheck
from routecheck.config import PointsSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import require_file
from routecheck.sources.geodata_process import METADATA, REFUSED
from routecheck.sources.header_matching import columns_among, match_headers, plain_header
from routecheck.sources.line_reader import guess_encoding
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.shapefile import check_whole
from routecheck.sources.table_rows import Rows, rows_of
from routecheck.sources.text_file import Block

_TEXT_SUFFIXES = frozenset(
    {"", ".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".xls", ".htm", ".html"}
)
_JSON, _FOLDERS = frozenset({".json", ".geojson"}), frozenset({".gdb"})
_SQLITE = frozenset({".gpkg", ".sqlite"})
_DRIVERS: Mapping[str, tuple[str, ...]] = {
    ".geojson": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".json": ("GeoJSON", "TopoJSON", "ESRIJSON"),
    ".geojsonl": ("GeoJSONSeq", "GeoJSON"),
    ".gpkg": ("GPKG",),
    ".shp": ("ESRI Shapefile",),
    ".zip": ("ESRI Shapefile",),
    ".shz": ("ESRI Shapefile",),
    ".fgb": ("FlatGeobuf",),
    ".kml": ("KML",),
    ".gml": ("GML",),
    ".gpx": ("GPX",),
    ".mif": ("MapInfo File",),
    ".tab": ("MapInfo File",),
    ".dxf": ("DXF",),
    ".gdb": ("OpenFileGDB",),
    ".sqlite": ("SQLite",),
}
"""By the end of a file's name, the only drivers of GDAL that may read it: others read what a file
names, from the disk or the network."""
_REFERRING = (b"isseamless", b"\nfile ", b"type linked")
"""In lower case, what stands in a .tab whose rows are in other tables."""
_SHUT = {
    "GDAL_HTTP_PROXY": "127.0.0.1:9",
    "GDAL_HTTPS_PROXY": "127.0.0.1:9",
    "GDAL_HTTP_MAX_RETRY": "0",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GDAL_DRIVER_PATH": "disable",
    "OGR_DRIVER_PATH": "disable",
}
"""Settings of GDAL without which a file could make it ask the network, or load more drivers."""
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
"""What of the environment GDAL needs; secrets are none of it."""


def is_geodata(path: Path) -> bool:
    """Whether a file is read by GDAL: all but delimited text and workbooks are."""
    return path.suffix.lower() not in _TEXT_SUFFIXES


def read_geodata(
    path: Path, label: str, source: PointsSource
) -> tuple[Rows, npt.NDArray[np.object_], str]:
    """Return rows (numbered from 1), geometries as in the file, and its coordinate system.

    The coordinate system is empty where the file has none, or none but what its format falls back
    on: then the declared datum holds.

    Raises:
        UnreadableFileError: GDAL cannot read it, it is not what its name says or refers to other
            files, it meets a limit, or a required column is missing.
        UsageError: several layers, and none or a wrong one named.
    """
    import shapely

    found = _read(path, label, source)
    table, cells, unusable = found.table, dict(found.cells), dict[int, str]()
    if (ids := found.ids) is not None:
        among, texts = ids["among_properties"], ids["texts"]
        others = [name for name in cells if name != "id" or among]
        mapped = [plain_header(header) for header in source.columns.values()]
        needed = "point_id" not in columns_among(others, "points", {}) | source.columns.keys()
        if not among and ("id" in mapped or needed):
            cells["id"] = pa.array(texts, pa.string())
            unusable = {int(i): shown for i, shown in ids["unusable"].items()}
        elif not among:
            cells.pop("id", None)
    fields = list(cells)
    places = match_headers([*fields, "geometry"], "points", source.columns, label)
    columns = {name: _whole(cells[fields[at]]) for name, at in places.items() if at < len(fields)}
    with np.errstate(all="ignore"):
        shapes = shapely.from_wkb(table[found.geometry].to_numpy(), on_invalid="ignore")
    lines = np.arange(1, table.num_rows + 1)
    rows = rows_of([Block(columns, lines)], label, Rejects(label))
    rows.reject_long(source.limits.text_length)
    rows.settle_times("points", source)
    for i, shown in unusable.items():
        rows.reject(i, RejectReason.BAD_VALUE, f"id: {shown}")
    return rows, shapes, found.crs


@dataclass(frozen=True)
class _Found:
    """What the file holds, as `geodata_process` writes it."""

    table: pa.Table
    geometry: str
    crs: str
    ids: Mapping[str, Any] | None

    @property
    def cells(self) -> Mapping[str, pa.ChunkedArray]:
        return {n: self.table[n] for n in self.table.column_names if n != self.geometry}


def _read(path: Path, label: str, source: PointsSource) -> _Found:
    """Have a process of its own read the file."""
    limits = FileLimits(source.limits, label)
    suffix = path.suffix.lower()
    _check_kind(path, label, suffix, limits)
    request = {
        "name": path.name,
        "label": label,
        "drivers": _DRIVERS[suffix],
        "json": suffix in _JSON,
        "sqlite": suffix in _SQLITE,
        "layer": source.layer,
        "encoding": _dbf_encoding(path, source.encoding),
        "whole_mb": source.limits.whole_mb,
        "points": source.limits.points,
        "cells": source.limits.cells,
        "seconds": source.limits.seconds,
    }
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    package = str(Path(routecheck.__file__).parents[1])
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "routecheck.sources.geodata_process", json.dumps(request)],
            cwd=path.parent,
            env=kept | _SHUT | {"PYTHONPATH": package, "ARROW_DEFAULT_MEMORY_POOL": "system"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=source.limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise limits.error("seconds") from None
    if done.returncode:
        raise _refusal(done, limits, _DRIVERS[suffix][0])
    table = pa.ipc.open_stream(done.stdout).read_all()
    found = json.loads(table.schema.metadata[METADATA])
    if found["geometry"] not in table.column_names:
        raise UnreadableFileError("no_geometries", file=label)
    return _Found(table.combine_chunks(), **found)


def _refusal(
    done: subprocess.CompletedProcess[bytes], limits: FileLimits, wanted: str
) -> UnreadableFileError | UsageError:
    try:
        refused = json.loads(done.stderr) if done.returncode == REFUSED else {}
    except ValueError:
        refused = {}
    key = refused.get("key", "")
    if key in ("whole_mb", "cells", "points"):
        return limits.error(key)
    if key in ("layer_unknown", "layers_several"):
        return UsageError(key, file=limits.label, **refused["values"])
    values = {"wanted": wanted, **refused.get("values", {})}
    # Whatever it died of, it is one file that cannot be read.
    return UnreadableFileError(key or "vector_failed", file=limits.label, **values)


def _check_kind(path: Path, label: str, suffix: str, limits: FileLimits) -> None:
    """Refuse what is no file, of no known kind, or refers to other files."""
    if suffix not in _DRIVERS:
        known = ", ".join(_DRIVERS)
        raise UnreadableFileError("vector_kind_unknown", file=label, known=known)
    if "!" in path.name or ";" in path.name:
        # pyogrio takes what stands before it for an archive, or leaves out what follows.
        raise UnreadableFileError("vector_name", file=label)
    if suffix in _FOLDERS and path.is_dir():
        for part in path.iterdir():
            require_file(part, f"{label}/{part.name}")
        return
    size = require_file(path, label)
    for part in path.parent.glob(f"{glob.escape(path.stem)}.*"):
        # A folder is nobody's part: another data set (.gdb), or what somebody put there.
        if not part.is_dir():
            require_file(part, str(Path(label).with_name(part.name)))
    if suffix in (".zip", ".shz"):
        try:
            with zipfile.ZipFile(path) as archive:
                inside = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
            wanted = _DRIVERS[suffix][0]
            raise UnreadableFileError("vector_other_kind", file=label, wanted=wanted) from None
        limits.unpacked(inside, size)
        limits.whole(inside)
    if suffix == ".tab":
        with path.open("rb") as file:
            head = file.read(1 << 16).lower()
        for sign in _REFERRING:
            if sign in head:
                what = sign.decode().strip()
                raise UnreadableFileError("vector_refers", file=label, what=what)
    check_whole(path, label)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if not (pa.types.is_string(whole.type) or pa.types.is_large_string(whole.type)):
        return whole
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        # A damaged byte costs its own cell: GDAL hands on what is no UTF-8.
        raw = whole.cast(pa.binary()).to_pylist()
        texts = [None if cell is None else cell.decode("utf-8", "replace") for cell in raw]
        return pa.array(texts, pa.string())
    return whole


def _dbf_encoding(path: Path, declared: str) -> str:
    """Return the encoding of the attributes of a Shapefile, empty where GDAL is to find out.

    Without a .cpg file GDAL takes Latin-1, and GBK becomes rubbish without an error.
    """
    if path.suffix.lower() != ".shp":
        return ""
    if declared != "auto":
        return declared
    if any(path.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG")):
        return ""
    for suffix in (".dbf", ".DBF"):
        table = path.with_suffix(suffix)
        if table.exists():
            data = table.read_bytes()
            # The header gives where the records begin, each of a fixed length: one a line.
            start, length = struct.unpack("<HH", data[8:12]) if len(data) > 12 else (0, 0)
            records = [data[i : i + length] for i in range(start, len(data), max(length, 1))]
            return guess_encoding(b"\n".join(records[:1000])).upper()
    return ""
