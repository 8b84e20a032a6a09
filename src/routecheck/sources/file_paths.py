"""Where the files of a source lie, and how messages and tables name them."""

from __future__ import annotations

import glob
import os
import stat
from pathlib import Path
from typing import IO

from routecheck.domain.errors import UnreadableFileError
from routecheck.domain.special_files import special_kind


def require_file(path: Path, label: str) -> int:
    """Return the size of a file, of one that a link leads to also.

    What is no file is not opened: a named pipe would keep its reader waiting, a device gives bytes
    without end.

    Raises:
        UnreadableFileError: there is none, or it is a folder, a named pipe, a socket or a device.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableFileError("no_file", file=label) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableFileError("file_refused", file=label, reason=reason) from None
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableFileError("file_is_folder", file=label)
    what = special_kind(found.st_mode)
    if what is not None:
        raise UnreadableFileError("file_is_special", file=label, what=what)
    return found.st_size


def open_file(path: Path) -> IO[bytes]:
    """Open a file to read its bytes.

    Raises:
        OSError: it cannot be read.
    """
    return path.open("rb")


def resolve(directory: Path, path: str) -> tuple[Path, str]:
    """Return a path of the configuration, and how messages name it."""
    full = directory / path
    return full, label_of(full, directory)


def label_of(path: Path, directory: Path) -> str:
    """Return a path relative to the configuration where it lies below it."""
    try:
        return path.relative_to(directory).as_posix()
    except ValueError:
        return path.as_posix()


def expand(directory: Path, pattern: str) -> list[Path]:
    """Return the files of a glob, in order of their names, each once; folders are passed over.

    A link to a folder or a file leads to the same file again, which is one under its first name.
    """
    full = directory / pattern
    if full.is_file():
        # A name with brackets in it is a file before it is a pattern.
        return [full]
    if not Path(pattern).is_absolute():
        # The folder of the site is no pattern, whatever its name.
        full = Path(glob.escape(str(directory))) / pattern
    matching = glob.glob(str(full), recursive=True)  # noqa: PTH207 - the pattern may be absolute
    found = sorted({path for path in map(Path, matching) if not path.is_dir()})
    files: dict[str, Path] = {}
    for path in sorted(found, key=lambda path: len(path.parts)):
        files.setdefault(os.path.realpath(path), path)
    return sorted(files.values())
