"""Where the files of a source lie, and how messages and tables name them."""

from __future__ import annotations

import glob
from pathlib import Path


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
    """Return the files of a glob, in order of their names; folders are passed over."""
    full = directory / pattern
    if full.is_file():
        # A name with brackets in it is a file before it is a pattern.
        return [full]
    matching = glob.glob(str(full), recursive=True)  # noqa: PTH207 - the pattern may be absolute
    return sorted(path for path in map(Path, matching) if not path.is_dir())
