"""A file that cannot be read is one file: it is named, and the others go on."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from routecheck.domain.errors import RoutecheckError, UnreadableFileError
from routecheck.texts.outside import beginning

_OF_THIS_MACHINE = frozenset(
    {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EMFILE, errno.ENFILE}
)
"""What no file is to blame for: a full disk, too many open files."""

log = logging.getLogger(__name__)


@contextmanager
def as_one_file(label: str) -> Iterator[None]:
    """Turn whatever reading a file raises into `UnreadableFileError`.

    Libraries raise what their parts raise where a file is not as they expect (`zlib.error`,
    `ParseError`, `KeyError`); our own code may meet a cell that nobody thought of. Either is
    about this file.

    Args:
        label: how messages name the file.

    Raises:
        UnreadableFileError: with the kind of what was raised, and the first line of what it says.
    """
    try:
        yield
    except RoutecheckError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _OF_THIS_MACHINE:
            raise
        log.debug("%s cannot be read", label, exc_info=True)
        said = beginning(str(getattr(error, "strerror", None) or error), 120)
        reason = f"{type(error).__name__}: {said}" if said else type(error).__name__
        raise UnreadableFileError("file_unreadable", file=label, reason=reason) from error
