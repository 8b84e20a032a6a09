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
from collections.abc import Iterator
from pathlib import Path

from routecheck.errors import RoutecheckError

_TEMPORARY = ".routecheck-tmp"
_RETRIES = 3
"""On Windows a virus scanner holds a fresh file for a moment; a spreadsheet holds it for hours."""
_RETRY_S = 0.1
_BESIDE = 20
"""So many held copies are tried before giving up."""


class ExportError(RoutecheckError):
    """A file could not be written; the former one, if there was one, is as it was."""

    exit_status = 1


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file as a whole and return the path it was written to.

    Where another program holds the file (a spreadsheet, on Windows), the content is written
    beside it as `name (2).csv`, and that path is returned. A file that has this content already
    is left alone. The folder is made where it is missing.

    Raises:
        ExportError: the folder cannot be written, or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if _holds(path, content):
            return path
        with _temporary(path, content) as temporary:
            for target in _targets(path):
                if _replace(temporary, target):
                    _sync_folder(path.parent)
                    return target
    except OSError as error:
        raise _explained(path, error) from error
    raise ExportError("export_held", path=path)


def clear_leftovers(directory: Path) -> int:
    """Remove temporary files that killed runs have left; return how many.

    Only for the one that holds the store's lock: another writer's would be removed too.
    """
    found = list(directory.glob(f".*{_TEMPORARY}")) if directory.is_dir() else []
    for path in found:
        with contextlib.suppress(OSError):
            path.unlink()
    return len(found)


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


@contextlib.contextmanager
def _temporary(path: Path, content: bytes) -> Iterator[Path]:
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}{_TEMPORARY}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


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


def _explained(path: Path, error: OSError) -> ExportError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ExportError("export_no_space", path=path)
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return ExportError("export_not_permitted", path=path)
    return ExportError("export_refused", path=path, reason=error.strerror or error)
