"""Files with geometries: GeoJSON, GeoPackage, Shapefile and whatever else GDAL reads."""

from __future__ import annotations

import json
import re
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from routecheck.config import PointsSource
from routecheck.domain.codes import RejectReason
from routecheck.domain.errors import UnreadableFileError, UsageError
from routecheck.sources.header_matching import columns_among, match_headers, plain_header
from routecheck.sources.line_reader import guess_encoding
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.shapefile import check_whole
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
        check_whole(path, label)
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
    cells = {name: table[name] for name in table.column_names if name != geometry}
    unusable: dict[int, str] = {}
    document = _document(path)
    if (ids := feature_ids(document, table.num_rows)) is not None:
        others = [name for name in cells if name != "id" or ids.among_properties]
        mapped = [plain_header(header) for header in source.columns.values()]
        needed = "point_id" not in columns_among(others, "points", {}) | source.columns.keys()
        if not ids.among_properties and ("id" in mapped or needed):
            cells["id"], unusable = pa.array(ids.texts, pa.string()), ids.unusable
        elif not ids.among_properties:
            cells.pop("id", None)
    fields = list(cells)
    places = match_headers([*fields, "geometry"], "points", source.columns, label)
    columns = {name: _whole(cells[fields[at]]) for name, at in places.items() if at < len(fields)}
    wkb = table[geometry].to_numpy()
    with np.errstate(all="ignore"):
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
    lines = np.arange(1, table.num_rows + 1)
    rows = rows_of([Block(columns, lines)], label, Rejects(label))
    rows.settle_times("points", source)
    for i, shown in unusable.items():
        rows.reject(i, RejectReason.BAD_VALUE, f"id: {shown}")
    crs = meta["crs"] or ""
    return rows, shapes, "" if _is_fallback(path, crs, document) else crs


@dataclass(frozen=True)
class FeatureIds:
    """The ids that stand beside the properties of GeoJSON features (RFC 7946, 3.2).

    Attributes:
        texts: one a feature, empty where it has none.
        unusable: by number of the feature from 0, an id that is neither text nor a number.
        among_properties: whether `id` is also the name of a property.
    """

    texts: list[str]
    unusable: dict[int, str]
    among_properties: bool


def feature_ids(document: Any, count: int) -> FeatureIds | None:
    """Return the ids of features, which GDAL drops where they are numbers.

    Args:
        document: a GeoJSON file, parsed.
        count: how many features there are.

    Returns:
        None where no feature has one, or the file is not what its name says.
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or len(features) != count:
        return None
    if not all(isinstance(feature, dict) for feature in features):
        return None
    found = [feature.get("id") for feature in features]
    if all(value is None for value in found):
        return None
    texts, unusable = [], {}
    for i, value in enumerate(found):
        usable = isinstance(value, str | int | float) and not isinstance(value, bool)
        if not usable and value is not None:
            unusable[i] = json.dumps(value, ensure_ascii=False)
        whole = isinstance(value, float) and value.is_integer()
        texts.append(str(int(value) if whole else value).strip() if usable else "")
    properties = [feature.get("properties") for feature in features]
    named = any(isinstance(own, dict) and "id" in own for own in properties)
    return FeatureIds(texts, unusable, named)


def _document(path: Path) -> Any:
    if path.suffix.lower() not in (".json", ".geojson"):
        return None
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except (ValueError, OSError, RecursionError):
        return None


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


def _is_fallback(path: Path, crs: str, document: Any) -> bool:
    """Whether the coordinate system is only the default of GeoJSON."""
    if crs != "EPSG:4326" or path.suffix.lower() not in (".json", ".geojson"):
        return False
    return not isinstance(document, dict) or "crs" not in document


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
