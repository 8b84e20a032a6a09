"""Texts of sources, no longer than whoever reads them needs to see that they are too long."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc


def shortened(rows: pa.Table, most: int) -> pa.Table:
    """Return rows whose texts have at most one sign more than they may have.

    Kept and read as a file, such a row is rejected, and the others are not. Texts that are coded
    come as they are otherwise.

    Args:
        rows: any columns.
        most: how many signs a text may have, `limits.text_length`.
    """
    for at, field in enumerate(rows.schema):
        column = rows.column(at)
        if pa.types.is_dictionary(field.type):
            column = pa.chunked_array([_decoded(part, most) for part in column.chunks])
        elif is_text(field.type) and (pc.max(pc.binary_length(column)).as_py() or 0) > most:
            column = _cut(column, most)
        else:
            continue
        rows = rows.set_column(at, field.name, column)
    return rows


def _decoded(part: pa.DictionaryArray, most: int) -> pa.Array:
    if not is_text(part.type.value_type):
        return part.dictionary_decode()
    return pa.DictionaryArray.from_arrays(
        part.indices, _cut(part.dictionary, most)
    ).dictionary_decode()


def _cut(texts: pa.Array | pa.ChunkedArray, most: int) -> pa.Array | pa.ChunkedArray:
    if pa.types.is_binary(texts.type) or pa.types.is_large_binary(texts.type):
        return pc.binary_slice(texts, 0, most + 1)
    return pc.utf8_slice_codeunits(texts, 0, most + 1)


def is_text(kind: pa.DataType) -> bool:
    """Whether values of a type are texts, or bytes, which take as much room."""
    is_ = pa.types
    return bool(
        is_.is_string(kind)
        or is_.is_large_string(kind)
        or is_.is_binary(kind)
        or is_.is_large_binary(kind)
    )
