"""What can go wrong for a user, with the exit status each kind ends in.

Bad rows are data, never exceptions. These are for broken runs: one clear line that says
what was required, what was found, where, and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class RoutecheckError(Exception):
    """A failure that a user can cause and mend; its text is the one line that is shown."""

    exit_status: ClassVar[int] = 1


class UsageError(RoutecheckError):
    """The call or the configuration is wrong."""

    exit_status = 2


class MissingDataError(RoutecheckError):
    """The data a run cannot do without is not there; nothing was written."""

    exit_status = 3


class UnreadableFileError(RoutecheckError):
    """A whole file is bad: not the format it claims, a required column missing, cut off."""

    exit_status = 1


class StoreError(RoutecheckError):
    """The store cannot be opened, read or written."""

    exit_status = 1


class StoppedError(RoutecheckError):
    """The run was asked to stop, and did so between two transactions."""

    exit_status = 1
