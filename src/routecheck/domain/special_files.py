"""What has the name of a file, and is none: pipes, sockets, devices.

A named pipe keeps its reader waiting, a device gives bytes without end; so neither is opened,
whatever it is asked for.
"""

from __future__ import annotations

import stat
from pathlib import Path

from routecheck.domain.errors import Message, RoutecheckError

_SPECIAL = (
    (stat.S_ISFIFO, "special_pipe"),
    (stat.S_ISSOCK, "special_socket"),
    (stat.S_ISCHR, "special_device"),
    (stat.S_ISBLK, "special_device"),
)
_BESIDE = ("", "-journal", "-wal", "-shm")
"""What SQLite opens with a database."""


def special_kind(mode: int) -> Message | None:
    """Return what a mode of `stat` says that is no file and no folder; None: it is one."""
    return next((Message(what) for is_kind, what in _SPECIAL if is_kind(mode)), None)


def require_ordinary(path: Path, error: type[RoutecheckError], label: object = None) -> None:
    """Require that a name, or what a link leads to, is nothing special; it need not be there.

    Args:
        path: of the file.
        error: what is raised.
        label: how messages name it; None: by its path.

    Raises:
        RoutecheckError: of that kind.
    """
    try:
        what = special_kind(path.stat().st_mode)
    except (OSError, ValueError):
        # Whoever opens it says why.
        return
    if what is not None:
        raise error("file_is_special", file=path if label is None else label, what=what)


def require_ordinary_database(path: Path, error: type[RoutecheckError]) -> None:
    """Require that nothing of a SQLite database is special; see `require_ordinary`."""
    for end in _BESIDE:
        require_ordinary(path.with_name(f"{path.name}{end}"), error)
