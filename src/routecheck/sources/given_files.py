"""The files of a source, those in ZIP archives among them: each is a file like any other.

A file in an archive is unpacked, under a name of ours, while it is read; `a.zip/b.csv` names it.
"""

from __future__ import annotations

import contextlib
import struct
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Self

from routecheck.config import FileSource, LimitsSection
from routecheck.domain.closing import Closing
from routecheck.domain.errors import Message, UnreadableFileError
from routecheck.sources.file_limits import MB, FileLimits
from routecheck.sources.file_paths import expand, label_of, require_file
from routecheck.sources.one_file import as_one_file
from routecheck.sources.temporary_folder import TemporaryFolder

_ENDINGS = """
.csv .txt .tsv .gz .xlsx .xlsm .xls .htm .html .parquet .pq .gpx .nmea .nma .log .gps"""
_TABLES = frozenset(_ENDINGS.split())
"""How files end that may hold a table; others in an archive are named and left out."""
_MOST_FILES = 20_000
"""A county's month, a file a vehicle and day, is half of that."""
_MOST_DIRECTORY_MB = 16
"""The list of that many files takes 2 MB; it is read as a whole."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_TAIL_BYTES = 22 + (1 << 16)
_SHOWN = 5


@dataclass(frozen=True)
class GivenFile:
    """One file of a source.

    Attributes:
        path: the file, or the archive that it is in.
        label: how messages and tables name it.
        member: its number in the archive; -1: it is in none.
        size: its bytes, packed.
    """

    path: Path
    label: str
    member: int = -1
    size: int = 0


class GivenFiles(Closing):
    """The files of a source; a context manager, which removes what was unpacked.

    Attributes:
        files: all of them, in the order of their names.
        failed: (archive, message) of those that cannot be opened.
        notes: what in the archives is left out.
    """

    def __init__(self, paths: Sequence[Path], directory: Path, limits: LimitsSection) -> None:
        """List the files.

        Args:
            paths: files, archives among them.
            directory: what labels are relative to.
            limits: what a file may hold.
        """
        self.files: list[GivenFile] = []
        self.failed: list[tuple[str, str]] = []
        self.notes: list[Message] = []
        self._limits = limits
        self._archives: dict[Path, zipfile.ZipFile] = {}
        self._folder: TemporaryFolder | None = None
        self._made = 0
        for path in paths:
            label = label_of(path, directory)
            if path.suffix.lower() != ".zip":
                size = path.stat().st_size if path.exists() else 0
                self.files.append(GivenFile(path, label, size=size))
                continue
            try:
                with as_one_file(label):
                    self._list(path, label)
            except UnreadableFileError as error:
                self.failed.append((label, error.message))

    @classmethod
    def of(cls, source: FileSource, directory: Path) -> Self:
        """List the files of a source; a table that is at hand counts as one.

        Args:
            source: the section of the configuration; without a path it has none.
            directory: what relative paths start from.
        """
        if source.held is None:
            paths = expand(directory, source.path) if source.given else []
            return cls(paths, directory, source.limits)
        given = cls([], directory, source.limits)
        given.files.append(GivenFile(Path(source.path), source.path))
        return given

    def _list(self, path: Path, label: str) -> None:
        size = require_file(path, label)
        limits = FileLimits(self._limits, label)
        _check_directory(path, label)
        try:
            archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise UnreadableFileError("zip_unreadable", file=label, reason=str(error)) from None
        self._archives[path] = archive
        entries = archive.infolist()
        if len(entries) > _MOST_FILES:
            raise UnreadableFileError("zip_many", file=label, most=_MOST_FILES)
        limits.unpacked(sum(entry.file_size for entry in entries), size)
        found: dict[str, GivenFile] = {}
        others: list[str] = []
        for number, entry in enumerate(entries):
            name = _name_of(entry)
            parts = PurePosixPath(name).parts
            # What a Mac adds, and hidden files, are nobody's data.
            if entry.is_dir() or any(part == "__MACOSX" or part.startswith(".") for part in parts):
                continue
            if PurePosixPath(name).suffix.lower() not in _TABLES:
                others.append(name)
                continue
            own = f"{label}/{name}"
            if own in found:
                own = f"{own}#{number}"
            found[own] = GivenFile(path, own, number, entry.compress_size)
        self.files += [found[own] for own in sorted(found)]
        if others:
            shown = ", ".join(others[:_SHOWN])
            self.notes.append(Message("zip_left_out", file=label, count=len(others), names=shown))
        if not found:
            raise UnreadableFileError("zip_empty", file=label)

    @contextlib.contextmanager
    def on_disk(self, file: GivenFile) -> Iterator[Path]:
        """Give the path of a file; one in an archive is there until the context ends.

        Raises:
            UnreadableFileError: it is damaged, or has a password.
            FileLimitError: it unpacks to more than it may.
        """
        if file.member < 0:
            yield file.path
            return
        with as_one_file(file.label):
            path = self._unpacked(file)
        try:
            yield path
        finally:
            # Where it is open still it stays until the folder goes.
            with contextlib.suppress(OSError):
                path.unlink()

    def _unpacked(self, file: GivenFile) -> Path:
        archive = self._archives[file.path]
        entry = archive.infolist()[file.member]
        if entry.flag_bits & 1:
            raise UnreadableFileError("zip_password", file=file.label)
        limits = FileLimits(self._limits, file.label)
        limits.unpacked(entry.file_size, entry.compress_size)
        self._folder = self._folder or TemporaryFolder()
        suffix = PurePosixPath(file.label).suffix.lower()
        # One may be looked into while it is read.
        self._made += 1
        path = self._folder.path / f"{self._made}{suffix}"
        # Not more comes out than the archive says: zipfile ends there.
        with archive.open(entry) as packed, path.open("wb") as out:
            while block := packed.read(MB):
                out.write(block)
                limits.time()
        return path

    def close(self) -> None:
        """Close the archives, and remove what was unpacked."""
        for archive in self._archives.values():
            archive.close()
        if self._folder is not None:
            self._folder.close()


def _name_of(entry: zipfile.ZipInfo) -> str:
    """The name of an entry: without the flag of UTF-8 it is what the system wrote, GBK in China."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return entry.filename


def _check_directory(path: Path, label: str) -> None:
    """Refuse an archive whose list of files, which is read as a whole, is no list of files.

    Raises:
        UnreadableFileError: it is larger than any.
    """
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL_BYTES))
        tail = file.read()
    at = tail.rfind(_END)
    size = struct.unpack_from("<L", tail, at + 12)[0] if 0 <= at <= len(tail) - 22 else 0
    at = tail.rfind(_END_64)
    if 0 <= at <= len(tail) - 56:
        size = max(size, struct.unpack_from("<Q", tail, at + 40)[0])
    if size != 0xFFFFFFFF and size > _MOST_DIRECTORY_MB * MB:
        raise UnreadableFileError("zip_many", file=label, most=_MOST_FILES)
