"""Files written whole or not at all.

The new content goes to a temporary file in the same folder, is forced to the disk, and takes
the place of the old file in one step. A reader, a crash or a full disk never meets half a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from routecheck.domain.errors import RoutecheckError

_TEMPORARY = ".routecheck-tmp"
_RETRIES = 3
"""On Windows a virus scanner holds a fresh file for a moment; a spreadsheet holds it for hours."""
_RETRY_S = 0.1
_BESIDE = 20
"""Copies that are tried, where each is held, before giving up."""


class ExportError(RoutecheckError):
    """A file could not be written; the former one, if there was one, is as it was."""

    exit_status = 1


def put_aside(path: Path, name: str) -> Path:
    """Give a file another name in its folder; return its path.

    Raises:
        ExportError: the folder cannot be written.
    """
    with _explained(path):
        return path.replace(path.with_name(name))


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file as a whole and return the path it was written to; see `write_all`."""
    return write_all({path: content})[0]


def write_all(contents: Mapping[Path, bytes], *, beside: bool = True) -> list[Path]:
    """Write files, each as a whole and none before all are on the disk; return their paths.

    Where another program holds a file (a spreadsheet, on Windows), its content is written
    beside it as `name (2).csv`, and that path is returned. A file that has its content already
    is left alone. Folders are made where they are missing.

    Args:
        contents: by path.
        beside: write a copy beside a file that is held; where not, that is an error.

    Raises:
        ExportError: a folder cannot be written, the disk is full, or a file is held.
    """
    written = {path: path for path in contents}
    with contextlib.ExitStack() as stack:
        files: dict[Path, BinaryIO] = {}
        for path, content in contents.items():
            with _explained(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                if not _holds(path, content):
                    files[path] = stack.enter_context(_temporary(path))
                    files[path].write(content)
        # Not one by one: a disk takes several at once in little more time than one.
        for path, file in files.items():
            with _explained(path), file:
                file.flush()
                os.fsync(file.fileno())
        for path, file in files.items():
            with _explained(path):
                written[path] = _put_in_place(Path(file.name), path, beside)
        for folder in {path.parent for path in files}:
            with _explained(folder):
                _sync_folder(folder)
    return list(written.values())


def clear_leftovers(directory: Path) -> int:
    """Remove temporary files that killed runs have left; return how many.

    Only for the one that holds the store's lock: another writer's would be removed too.
    """
    leftovers = list(directory.glob(f".*{_TEMPORARY}")) if directory.is_dir() else []
    for path in leftovers:
        with contextlib.suppress(OSError):
            path.unlink()
    return len(leftovers)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path`; afterwards it is gone, unless it has been put in place."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    file = temporary.open("wb")
    try:
        yield file
    finally:
        # What a full disk refuses here was reported where the file was written.
        with contextlib.suppress(OSError):
            file.close()
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _put_in_place(temporary: Path, path: Path, beside: bool) -> Path:
    for target in _targets(path) if beside else [path]:
        if _replace(temporary, target):
            return target
    raise ExportError("export_held", path=path)


def _targets(path: Path) -> Iterator[Path]:
    yield path
    for n in range(2, _BESIDE):
        yield path.with_name(f"{path.stem} ({n}){path.suffix}")


def _replace(temporary: Path, target: Path) -> bool:
    """Put the file in place; return whether it could, false where the target is held."""
    for attempt in range(_RETRIES):
        try:
            temporary.replace(target)
        except PermissionError:
            if attempt + 1 < _RETRIES:
                time.sleep(_RETRY_S)
        else:
            return True
    return False


def _sync_folder(folder: Path) -> None:
    # The new name survives a power cut too. Windows has no such call.
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear `ExportError`."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ExportError("export_no_space", path=path) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise ExportError("export_not_permitted", path=path) from error
        raise ExportError("export_refused", path=path, reason=error.strerror or error) from error
