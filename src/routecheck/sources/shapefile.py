"""The parts of a Shapefile, compared: GDAL reads one that is cut off as one that is shorter."""

from __future__ import annotations

import struct
from pathlib import Path

from routecheck.domain.errors import UnreadableFileError

_MAGIC = struct.pack(">i", 9994)
_HEADER_BYTES = 100
"""Of .shp and .shx (ESRI Shapefile Technical Description, 1998)."""
_DBF_HEADER_BYTES, _DBF_FIELD_BYTES = 32, 32


def check_whole(path: Path, label: str) -> None:
    """Check that a Shapefile has all its parts, and each its full length; others pass.

    Raises:
        UnreadableFileError: a part is missing, cut off, or does not fit the others.
    """
    if path.suffix.lower() != ".shp" or not path.is_file():
        return
    data = path.read_bytes()
    if data[:4] != _MAGIC:
        # Another format, or none: that is for GDAL to report.
        return
    # The length stands in the header in words of 16 bits.
    if len(data) < _HEADER_BYTES or len(data) < 2 * struct.unpack(">i", data[24:28])[0]:
        raise UnreadableFileError("shapefile_cut", file=label)
    index = _part(path, ".shx")
    shapes = (len(index) - _HEADER_BYTES) // 8 if index else None
    table = _part(path, ".dbf")
    name = str(Path(label).with_suffix(".dbf"))
    if table is None:
        raise UnreadableFileError("shapefile_part_missing", file=label, part=name)
    if len(table) <= _DBF_HEADER_BYTES:
        raise UnreadableFileError("shapefile_cut", file=name)
    records, start, length = struct.unpack("<IHH", table[4:12])
    if shapes is not None and records != shapes:
        raise UnreadableFileError(
            "shapefile_parts_differ", file=name, records=records, shapes=shapes
        )
    fields = table[_DBF_HEADER_BYTES:start].split(b"\r")[0]
    widths = table[_DBF_HEADER_BYTES + 16 : start : _DBF_FIELD_BYTES]
    count = len(fields) // _DBF_FIELD_BYTES
    if sum(widths[:count]) + 1 != length:
        raise UnreadableFileError("shapefile_damaged", file=name)
    if len(table) < start + records * length:
        raise UnreadableFileError("shapefile_cut", file=name)


def _part(path: Path, suffix: str) -> bytes | None:
    for name in (suffix, suffix.upper()):
        part = path.with_suffix(name)
        if part.is_file():
            return part.read_bytes()
    return None
