"""What files hold and nothing is read from: columns, and sheets of workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from routecheck.config import FileSource
from routecheck.domain.errors import RoutecheckError
from routecheck.sources.file_paths import expand, label_of
from routecheck.sources.rejected_rows import Rejects
from routecheck.sources.table_files import open_table
from routecheck.sources.text_file import TextFile
from routecheck.sources.workbooks import Sheet

_TABLES = frozenset({".csv", ".txt", ".tsv", ".gz", ".xlsx", ".xlsm", ".xls", ".htm", ".html"})
"""Other formats have features or schemas of their own, of which most columns are meant for maps."""


@dataclass(frozen=True)
class UnusedParts:
    """Of one file: headers of columns and titles of sheets that nothing is read from."""

    file: str
    kind: str
    columns: tuple[str, ...]
    sheets: tuple[str, ...]


def unused_parts(sources: list[FileSource], directory: Path) -> Iterator[UnusedParts]:
    """Yield what nothing is read from, of the last file of each source.

    Files that cannot be read are passed over: reading them reports that.

    Args:
        sources: sections of the configuration.
        directory: what relative paths start from.
    """
    found: list[tuple[Path, UnusedParts]] = []
    read: set[tuple[Path, str]] = set()
    for source in sources:
        paths = expand(directory, source.path) if source.given else []
        if not paths or paths[-1].suffix.lower() not in _TABLES:
            continue
        label = label_of(paths[-1], directory)
        with suppress(RoutecheckError):
            table = open_table(paths[-1], label, source.kind, source, Rejects(label))
            next(iter(table.blocks()), None)
            if isinstance(table, TextFile | Sheet):
                sheets = table.other_sheets if isinstance(table, Sheet) else ()
                found.append((paths[-1], UnusedParts(label, source.kind, table.unused, sheets)))
                read |= {(paths[-1], title) for title in getattr(table, "read", ())}
    for path, parts in found:
        # One workbook may hold several tables, each in a sheet of its own.
        sheets = tuple(title for title in parts.sheets if (path, title) not in read)
        if parts.columns or sheets:
            yield replace(parts, sheets=sheets)
