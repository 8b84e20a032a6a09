"""Small tables kept whole: Arrow IPC with zstd, a tenth of the rows they would be.

The evidence of earlier days (stops) and the rejected rows are read and written a date at a
time and never searched, so they are one value each.
"""

from __future__ import annotations

import pandas as pd


def pack(df: pd.DataFrame) -> bytes:
    """Return a table as bytes; the same table gives the same bytes. Its index is not kept."""
    import pyarrow as pa

    # Column by column: the whole would start a pool of threads, and describe itself in JSON.
    arrays = [pa.array(df[name], from_pandas=True) for name in df.columns]
    table = pa.table(arrays, names=[str(name) for name in df.columns])
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd", emit_dictionary_deltas=False)
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def unpack(content: bytes) -> pd.DataFrame:
    """Return the table that was packed: types kept, categories and UTC times among them."""
    import pyarrow as pa

    with pa.ipc.open_stream(content) as reader:
        return reader.read_all().to_pandas(use_threads=False)  # type: ignore[no-any-return]
