"""Tables with places as layers of a map: GeoPackage with styles, GeoParquet, GeoJSON.

Content and columns are those of `frames`. A GeoPackage holds all layers of the dates wanted and how
QGIS is to draw them; of GeoParquet and GeoJSON each layer is a file of its own.
"""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from routecheck.config import Config
from routecheck.domain.codes import Language
from routecheck.present.files import write_all
from routecheck.present.frames import StoredFrames
from routecheck.present.layer_styles import STYLES, qml
from routecheck.store import Store

if TYPE_CHECKING:
    import geopandas

Format = Literal["gpkg", "geoparquet", "geojson"]
LAYERS = ("pickups", "alerts", "corrections", "places", "visits", "stops")
_VERSION = "1.2"
"""Of GeoPackage: later ones add nothing that is used here, and older programs warn of them."""
_STYLE_COLUMNS = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
"""As QGIS itself makes it."""


def export_layers(config: Config, store: Store, dates: Sequence[date], form: Format) -> list[Path]:
    """Write the layers of service dates into the folder of exports, and return the files.

    Args:
        config: the site.
        store: open; only read.
        dates: service dates that it holds, in order, one at least.
        form: of the files.

    Raises:
        ExportError: a file could not be written.
        StoreError: the store cannot be read.
    """
    frames = StoredFrames(config, store, dates)
    span = "_".join(dict.fromkeys(str(day) for day in (dates[0], dates[-1])))
    folder = config.export_directory
    if form == "gpkg":
        content = geopackage(layers_of(frames), config.site.language)
        return write_all({folder / f"routecheck_{span}.gpkg": content})
    suffix, written = _FILES[form]
    files = {
        folder / f"{name}_{span}.{suffix}": written(frame)
        for name, frame in layers_of(frames).items()
    }
    return write_all(files)


def layers_of(frames: StoredFrames) -> dict[str, geopandas.GeoDataFrame]:
    """Return the layers of some dates, by name."""
    return {name: getattr(frames, name) for name in LAYERS}


def geopackage(layers: Mapping[str, geopandas.GeoDataFrame], language: Language) -> bytes:
    """Return layers as a GeoPackage 1.x, each with the style in which QGIS opens it.

    Times are UTC, as the format has them; `service_date` is a date.

    Args:
        layers: of LAYERS, by name.
        language: of the legends.
    """
    import pyogrio

    with tempfile.TemporaryDirectory(prefix="routecheck-") as folder:
        path = Path(folder) / "layers.gpkg"
        for number, (name, frame) in enumerate(layers.items()):
            pyogrio.write_dataframe(
                _in_utc(_dated(frame)), path, layer=name, driver="GPKG", geometry_type="Point",
                append=number > 0, use_arrow=True, dataset_options={"VERSION": _VERSION},
                layer_options={"GEOMETRY_NAME": "geom"},
            )  # fmt: skip
        _put_styles(path, list(layers), language)
        return path.read_bytes()


def _put_styles(path: Path, layers: Sequence[str], language: Language) -> None:
    rows = [
        ("", "", name, "geom", "routecheck", qml(name, language), True, f"routecheck: {name}")
        for name in layers
        if name in STYLES
    ]
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_STYLE_COLUMNS)
        # A table that is no layer is one of attributes; so every reader knows of it.
        file.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '')"
        )
        file.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, useAsDefault, description) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )


def _geoparquet(frame: geopandas.GeoDataFrame) -> bytes:
    """A layer as GeoParquet 1.1; longitude and latitude of WGS-84, in this order."""
    content = io.BytesIO()
    placed = _dated(frame).set_crs("OGC:CRS84", allow_override=True)
    placed.to_parquet(content, index=False, compression="zstd", schema_version="1.1.0")
    return content.getvalue()


def _geojson(frame: geopandas.GeoDataFrame) -> bytes:
    """A layer as GeoJSON by RFC 7946; times local, with their offset."""
    import pyogrio

    content = io.BytesIO()
    pyogrio.write_dataframe(
        _dated(frame), content, driver="GeoJSON", geometry_type="Point", use_arrow=True,
        layer_options={"RFC7946": "YES", "WRITE_NAME": "NO"},
    )  # fmt: skip
    return content.getvalue()


_FILES: Mapping[str, tuple[str, Callable[[geopandas.GeoDataFrame], bytes]]] = {
    "geoparquet": ("parquet", _geoparquet),
    "geojson": ("geojson", _geojson),
}


def _in_utc(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """A layer with its times in UTC."""
    times = frame.select_dtypes("datetimetz").columns
    return frame.assign(**{name: frame[name].dt.tz_convert("UTC") for name in times})


def _dated(frame: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """A layer whose service dates are dates, and no moments."""
    if "service_date" not in frame.columns:
        return frame
    days = pd.Series(frame["service_date"].dt.date, index=frame.index, dtype=object)
    return frame.assign(service_date=days)
