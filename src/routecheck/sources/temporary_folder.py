"""A folder for fixes that do not fit in memory, gone when its process is: killed ones' too."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

PREFIX = "routecheck-fixes-"
_LOCK = "lock"
_YOUNG_S = 60.0
"""A folder as young as this may not have its lock yet."""


class TemporaryFolder:
    """A temporary folder with a lock, which the system frees when its owner dies."""

    def __init__(self) -> None:
        """Make the folder, and remove those that killed processes have left.

        Raises:
            OSError: the system's folder for temporary files cannot be written.
        """
        clear_abandoned(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
        try:
            self._lock = sqlite3.connect(
                self.path / _LOCK, isolation_level=None, check_same_thread=False
            )
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            shutil.rmtree(self.path, ignore_errors=True)
            raise OSError(errno.EIO, str(error), str(self.path)) from error

    def close(self) -> None:
        """Remove the folder."""
        with contextlib.suppress(sqlite3.Error):
            self._lock.rollback()
        self._lock.close()
        shutil.rmtree(self.path, ignore_errors=True)


def clear_abandoned(directory: Path) -> int:
    """Remove the folders whose owners are dead; return how many.

    Those of the living, of other users, and of the last minute are left alone.
    """
    found = [path for path in directory.glob(f"{PREFIX}*") if _abandoned(path)]
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
    return len(found)


def _abandoned(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _YOUNG_S:
            return False
        url = f"{(folder / _LOCK).resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(url, uri=True, timeout=0)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (OSError, sqlite3.Error):
        return False
    return True
