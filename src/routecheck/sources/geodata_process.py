"""GDAL, in a process of its own: reads one file with geometries, and nothing else.

GDAL knows a hundred formats and finds out by itself which one a file is in; some of them name other
files or addresses, which it then reads. Here only the drivers of the kind that a file's name says
are left, the network is shut, and memory is bounded; what makes GDAL fail fails here.

`python -m routecheck.sources.geodata_process REQUEST`, with a request as JSON in the folder of the
file; writes an Arrow stream, with what else was found in its metadata. Where it cannot: exit status
3, and on standard error as JSON the key of a sentence with its values.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import sys
import warnings
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

REFUSED = 3
"""Exit status where the file cannot be read, for a reason that is given."""
METADATA = b"routecheck"
BATCH_ROWS = 10_000
_MB = 1 << 20
_MEMORY = 2
"""So many times what a file may hold GDAL may take, with its own libraries beside it."""
_BASE_MB = 300
_FEATURES = 2
"""So many times as many features as there may be points, by the word alone, are not looked at."""
_PLAIN_MODULES = frozenset({"rtree", "fts3", "fts4", "fts5"}) | {
    "virtualspatialindex", "virtualelementary", "virtualknn", "virtualknn2"
}  # fmt: skip
"""Virtual tables of SQLite that hold their own rows, and those that every SpatiaLite database has:
they look into its own tables. Others may read other files."""
_LAYERS = (
    ("gpkg_contents", "table_name"),
    ("geometry_columns", "f_table_name"),
    ("views_geometry_columns", "view_name"),
)
"""Tables of GeoPackage and SpatiaLite that name the layers, with the column that does."""


class _RefusedError(Exception):
    """The file cannot be read: the key of a sentence, and its values."""


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
            unusable[i] = json.dumps(value, ensure_ascii=False)[:200]
        whole = isinstance(value, float) and value.is_integer()
        texts.append(str(int(value) if whole else value).strip() if usable else "")
    properties = [feature.get("properties") for feature in features]
    named = any(isinstance(own, dict) and "id" in own for own in properties)
    return FeatureIds(texts, unusable, named)


def main(request: dict[str, Any]) -> None:
    """Read the file of a request and write it to standard output."""
    name = request["name"]
    _bound(request["whole_mb"], math.ceil(request["seconds"]))
    document = None
    if request["json"]:
        if Path(name).stat().st_size > request["whole_mb"] * _MB:
            raise _RefusedError("whole_mb", {})
        document = _document(name, request["points"])
    if request["sqlite"]:
        _check_database(name)
    # What pyogrio imports for tables of geopandas takes longer than all the rest.
    sys.modules["geopandas"] = sys.modules["pandas"] = None  # type: ignore[assignment]
    import pyarrow as pa
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError

    leave_drivers(request["drivers"])
    # A name with a colon or a leading slash would be an address, or a file system of GDAL's own.
    path = f"./{name}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            layer = _layer(path, request["layer"])
            batches, meta = _batches(path, layer, request)
    except (DataSourceError, DataLayerError, FieldError, ValueError, OSError) as error:
        reason = re.split(r"\.?;|\n", str(error))[0].replace(path, request["label"])[:200]
        raise _RefusedError("vector_unreadable", {"reason": reason}) from None
    rows = sum(batch.num_rows for batch in batches)
    ids = feature_ids(document, rows)
    crs = meta["crs"] or ""
    # Where a GeoJSON file names no system, GDAL says the one that its standard falls back on.
    own = isinstance(document, dict) and "crs" in document
    found = {
        "geometry": meta["geometry_name"] or "wkb_geometry",
        "crs": "" if request["json"] and crs == "EPSG:4326" and not own else crs,
        "ids": None if ids is None else asdict(ids),
    }
    schema = batches[0].schema if batches else meta["schema"]
    schema = schema.with_metadata({METADATA: json.dumps(found).encode()})
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as writer:
        for batch in batches:
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))


def leave_drivers(wanted: list[str]) -> None:
    """Take away all drivers but some."""
    import pyogrio
    from pyogrio._ogr import _register_drivers

    others = [name for name in pyogrio.list_drivers() if name not in wanted]
    pyogrio.set_gdal_config_options({"OGR_SKIP": ",".join(others)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _register_drivers()
    left = set(pyogrio.list_drivers()) - set(wanted)
    if left:
        raise _RefusedError("vector_unreadable", {"reason": f"GDAL keeps {', '.join(left)}"})


def _bound(whole_mb: int, seconds: int) -> None:
    """Bound memory, and time too: who asked may be gone, and would wait for nothing."""
    # Windows has no such limits; there the system's own hold.
    with suppress(ImportError):
        import resource

        memory = (_BASE_MB + _MEMORY * whole_mb) * _MB
        for which, limit in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CPU, seconds)):
            # A limit that is set already can only be lowered.
            _, most = resource.getrlimit(which)
            limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
            resource.setrlimit(which, (limit, limit))


def _document(name: str, most_points: int) -> Any:
    text = Path(name).read_bytes().decode("utf-8-sig", "replace")
    if re.match(r"\s*\{", text) is None:
        raise _RefusedError("vector_other_kind", {})
    # As objects of Python features take many times what their text does.
    if text.count('"Feature"') > _FEATURES * most_points:
        raise _RefusedError("points", {})
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        # GDAL says what is wrong with it.
        return None


def _check_database(name: str) -> None:
    """Refuse a database whose tables are made of other files."""
    with Path(name).open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3"):
            raise _RefusedError("vector_other_kind", {})
    url = f"file:{quote(name)}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(url, uri=True)) as connection:
            made = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'"
            ).fetchall()
            named = dict(connection.execute("SELECT lower(name), type FROM sqlite_master"))
            layers = {
                str(layer)
                for listed, column in _LAYERS
                if named.get(listed) == "table"
                for (layer,) in connection.execute(f"SELECT {column} FROM {listed}")
            }
    except sqlite3.Error as error:
        raise _RefusedError("vector_unreadable", {"reason": str(error)}) from None
    for layer in sorted(layers):
        if named.get(layer.lower()) == "view":
            # It may be computed without end.
            raise _RefusedError("vector_view", {"what": layer})
    for table, statement in made:
        module = re.search(r"\bUSING\s+[\"'`\[]?(\w+)", statement, re.IGNORECASE)
        if module is None or module[1].lower() not in _PLAIN_MODULES:
            raise _RefusedError("vector_refers", {"what": table})


def _layer(path: str, wanted: str) -> str | None:
    import pyogrio

    layers = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if wanted:
        if wanted not in layers:
            shown = ", ".join(layers)
            raise _RefusedError("layer_unknown", {"wanted": wanted, "layers": shown})
        return wanted
    if len(layers) > 1:
        raise _RefusedError("layers_several", {"layers": ", ".join(layers)})
    return layers[0] if layers else None


def _batches(
    path: str, layer: str | None, request: dict[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """Return all rows, and what GDAL says about them; as soon as there are too many, none."""
    import pyogrio

    options = {"encoding": request["encoding"]} if request["encoding"] else {}
    batches, cells, size = [], 0, 0
    with pyogrio.raw.open_arrow(
        path, layer=layer, use_pyarrow=True, batch_size=BATCH_ROWS, **options
    ) as (meta, reader):
        for batch in reader:
            cells += batch.num_rows * batch.num_columns
            size += batch.nbytes
            if cells > request["cells"]:
                raise _RefusedError("cells", {})
            if size > request["whole_mb"] * _MB:
                raise _RefusedError("whole_mb", {})
            batches.append(batch)
        return batches, {**meta, "schema": reader.schema}


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except _RefusedError as error:
        key, values = error.args
        sys.stderr.write(json.dumps({"key": key, "values": values}))
        sys.exit(REFUSED)
    except MemoryError:
        sys.stderr.write(json.dumps({"key": "whole_mb", "values": {}}))
        sys.exit(REFUSED)
