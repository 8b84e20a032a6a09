"""Parquet files, batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa

from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.header_matching import match_headers
from routecheck.sources.text_file import Block, SheetCells

BATCH_ROWS = 1 << 18


def is_parquet(path: Path) -> bool:
    """Whether a file is Parquet, by its name."""
    return path.suffix.lower() in (".parquet", ".pq")


@dataclass
class ParquetFile:
    """One Parquet file; its arguments are those of `TextFile`."""

    path: Path
    label: str
    kind: str
    mapped: Mapping[str, str]
    on_bytes: Callable[[int], None] | None = None
    rows_in: int = 0
    cut_off: str = ""
    decimal_comma: ClassVar[bool] = False
    where: ClassVar[Sequence[SheetCells]] = ()
    left_out: ClassVar[tuple[str, ...]] = ()

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, numbered from 1.

        Raises:
            UnreadableFileError: no Parquet, or without a required column.
        """
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self.path) as file:
                names = [f.name for f in file.schema_arrow if not pa.types.is_nested(f.type)]
                places = match_headers(names, self.kind, self.mapped, self.label)
                wanted = list(dict.fromkeys(names[at] for at in places.values()))
                for batch in file.iter_batches(BATCH_ROWS, columns=wanted, use_threads=False):
                    columns = {name: batch.column(names[at]) for name, at in places.items()}
                    rows = np.arange(self.rows_in + 1, self.rows_in + batch.num_rows + 1)
                    self.rows_in += batch.num_rows
                    yield Block(columns, rows)
                    if self.on_bytes is not None:
                        share = self.rows_in / max(file.metadata.num_rows, 1)
                        self.on_bytes(int(share * self.path.stat().st_size))
        except (pa.ArrowException, OSError) as error:
            if self.rows_in:
                self.cut_off = Message("parquet_cut")
                return
            reason = str(error).splitlines()[0][:120]
            raise UnreadableFileError("no_parquet", file=self.label, reason=reason) from None
