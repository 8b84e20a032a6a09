"""Parquet files, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.config import LimitsSection
from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import FileLimits
from routecheck.sources.file_paths import require_file
from routecheck.sources.header_matching import match_headers
from routecheck.sources.text_file import Block, PlainFile
from routecheck.texts.outside import beginning

BATCH_ROWS = 1 << 18
VALUE_BYTES = 8
"""What a value takes in memory, of numbers and times; a text takes more."""


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its name."""
    return path.suffix.lower() in (".parquet", ".pq")


@dataclass
class ParquetFile(PlainFile):
    """One Parquet file; its arguments are those of `TextFile`."""

    path: Path
    label: str
    kind: str
    mapped: Mapping[str, str]
    limits: LimitsSection
    on_bytes: Callable[[int], None] | None = None
    given: Collection[str] = ()
    rows_in: int = 0
    cut_off: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, numbered from 1.

        Raises:
            UnreadableFileError: no Parquet, or without a required column.
            FileLimitError: it holds more than it may.
        """
        import pyarrow.parquet as pq

        size = require_file(self.path, self.label)
        limits = FileLimits(self.limits, self.label)
        try:
            schema = pq.read_schema(self.path)
            # Without that one text in many rows is made as often as there are rows.
            texts = [f.name for f in schema if _is_text(f.type)]
            with pq.ParquetFile(self.path, read_dictionary=texts) as file:
                names = [f.name for f in file.schema_arrow if not pa.types.is_nested(f.type)]
                places = match_headers(names, self.kind, self.mapped, self.label, self.given)
                self.headers = {name: names[at] for name, at in places.items()}
                wanted = list(dict.fromkeys(self.headers.values()))
                self._check_size(file.metadata, wanted, limits, size)
                for batch in file.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False):
                    made = {name: _plain(batch.column(name), limits) for name in wanted}
                    columns = {name: made[header] for name, header in self.headers.items()}
                    rows = np.arange(self.rows_in + 1, self.rows_in + batch.num_rows + 1)
                    self.rows_in += batch.num_rows
                    limits.count("rows", self.rows_in)
                    yield Block(columns, rows)
                    if self.on_bytes is not None:
                        share = self.rows_in / max(file.metadata.num_rows, 1)
                        self.on_bytes(int(share * self.path.stat().st_size))
        except (pa.ArrowException, OSError) as error:
            if self.rows_in:
                self.cut_off = Message("parquet_cut")
                return
            reason = beginning(str(error), 120)
            raise UnreadableFileError("no_parquet", file=self.label, reason=reason) from None

    def _check_size(self, found: Any, wanted: Sequence[str], limits: FileLimits, size: int) -> None:
        """Check what the file says that it holds, before any of it is unpacked."""
        limits.count("rows", found.num_rows)
        groups = [found.row_group(n) for n in range(found.num_row_groups)]
        parts = [group.column(n) for group in groups for n in range(group.num_columns)]
        told = sum(p.total_uncompressed_size for p in parts if p.path_in_schema in wanted)
        limits.unpacked(max(told, found.num_rows * len(wanted) * VALUE_BYTES), size)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _plain(column: pa.Array, limits: FileLimits) -> pa.Array:
    """Return a column whose texts are no longer than they may be, by a sign at most."""
    if not pa.types.is_dictionary(column.type) or not _is_text(column.type.value_type):
        return column
    longest = limits.limits.text_length + 1
    texts = pc.utf8_slice_codeunits(column.dictionary, 0, longest)
    return pa.DictionaryArray.from_arrays(column.indices, texts).dictionary_decode()
