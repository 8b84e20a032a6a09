"""Pieces of columns by day: in memory, and beyond a limit on disk."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Piece = dict[str, npt.NDArray[Any]]

COLUMNS: dict[str, type[np.generic]] = {
    "vehicle": np.int32,
    "time": np.int64,
    "lon": np.float64,
    "lat": np.float64,
    "speed": np.float64,
    "heading": np.float64,
    "received": np.int64,
    "positioned": np.bool_,
    "day": np.int32,
    "row": np.int64,
    "file": np.int32,
    "after_break": np.bool_,
}


class DateBuckets:
    """Fixes by the number of a day, in the order of the files, and as each file has them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows_in_memory = 0
        self._memory: dict[int, list[Piece]] = defaultdict(list)
        self._disk: dict[int, list[Path]] = defaultdict(list)
        self._dropped: set[int] = set()

    def add(self, piece: Piece, days: npt.NDArray[np.integer[Any]]) -> None:
        """Add rows, each under its day."""
        if not len(days):
            return
        self.rows_in_memory += len(days)
        lowest = int(days.min())
        if lowest == int(days.max()):
            self._memory[lowest].append(piece)
            return
        order = np.argsort(days, kind="stable")
        ordered = days[order]
        ends = np.flatnonzero(np.diff(ordered)) + 1
        for rows in np.split(order, ends):
            self._memory[int(days[rows[0]])].append({n: c[rows] for n, c in piece.items()})

    def get(self, day: int) -> Piece:
        """Return the rows of a day."""
        parts = [self._kept(_from_disk(path)) for path in self._disk.get(day, ())]
        parts += self._memory.get(day, [])
        if not parts:
            return {name: np.empty(0, kind) for name, kind in COLUMNS.items()}
        whole = parts[0]
        if len(parts) > 1:
            whole = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
        if np.any(np.diff(whole["file"]) < 0):
            # A file was read later than one after it.
            order = np.argsort(whole["file"], kind="stable")
            whole = {name: column[order] for name, column in whole.items()}
        return whole

    def drop(self, file: int) -> None:
        """Forget the rows of a file."""
        self._dropped.add(file)
        for day, parts in self._memory.items():
            # A piece is of one file.
            self._memory[day] = [part for part in parts if part["file"][0] != file]
        self.rows_in_memory = sum(len(p["row"]) for parts in self._memory.values() for p in parts)

    def _kept(self, part: Piece) -> Piece:
        if not self._dropped:
            return part
        rows = ~np.isin(part["file"], list(self._dropped))
        return {name: column[rows] for name, column in part.items()}

    def spill(self, directory: Path) -> None:
        """Write what is in memory below `directory`, a file a day."""
        for day, parts in self._memory.items():
            if not parts:
                continue
            whole = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
            path = directory / f"{self.name}_{day}_{len(self._disk[day])}.arrow"
            batch = pa.RecordBatch.from_pydict({n: pa.array(c) for n, c in whole.items()})
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
                writer.write_batch(batch)
            self._disk[day].append(path)
        self._memory.clear()
        self.rows_in_memory = 0


def _from_disk(path: Path) -> Piece:
    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
        table = reader.read_all()
    return {name: table[name].to_numpy() for name in COLUMNS}
