"""Files with geometries: GeoJSON, GeoPackage, Shapefile and whatever else GDAL reads."""

from __future__ import annotations

import json
import re
import struct
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from routecheck.config import PointsSource
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.sources.header_matching import match_headers
from routecheck.sources.line_reader import guess_encoding
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.table_rows import Rows, rows_of
from routecheck.sources.text_file import Block

_TEXT_SUFFIXES = frozenset({"", ".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".xls"})


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
        UnreadableFileError: GDAL cannot read it, or a required column is missing.
        UsageError: several layers, and none or a wrong one named.
    """
    import pyogrio
    import shapely
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    try:
        layer = _layer(path, label, source.layer)
        options: dict[str, Any] = {}
        if encoding := _dbf_encoding(path, source.encoding):
            options["encoding"] = encoding
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            meta, table = pyogrio.read_arrow(path, layer=layer, **options)
    except (DataSourceError, DataLayerError, FieldError, ValueError, OSError) as error:
        reason = re.split(r"\.?;|\n", str(error))[0].replace(str(path), label)[:200]
        raise UnreadableFileError("vector_unreadable", file=label, reason=reason) from None
    table = table.combine_chunks()
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry not in table.column_names:
        raise UnreadableFileError("no_geometries", file=label)
    fields = [name for name in table.column_names if name != geometry]
    places = match_headers([*fields, "geometry"], "points", source.columns, label)
    columns = {
        name: table[fields[at]].combine_chunks() for name, at in places.items() if at < len(fields)
    }
    wkb = table[geometry].to_numpy()
    shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    lines = np.arange(1, table.num_rows + 1)
    rows = rows_of([Block(columns, lines)], label, Rejects(label))
    crs = meta["crs"] or ""
    return rows, shapes, "" if _is_fallback(path, crs) else crs


def _layer(path: Path, label: str, wanted: str) -> str | None:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if wanted:
        if wanted not in layers:
            raise UsageError("layer_unknown", file=label, wanted=wanted, layers=", ".join(layers))
        return wanted
    if len(layers) > 1:
        raise UsageError("layers_several", file=label, layers=", ".join(layers))
    return layers[0] if layers else None


def _is_fallback(path: Path, crs: str) -> bool:
    """Whether the coordinate system is only the default of GeoJSON."""
    if crs != "EPSG:4326" or path.suffix.lower() not in (".json", ".geojson"):
        return False
    try:
        return "crs" not in json.loads(path.read_text("utf-8-sig"))
    except (ValueError, OSError, AttributeError):
        return True


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
