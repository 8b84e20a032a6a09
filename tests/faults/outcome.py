"""What a trial is, and what came of it: how often something was tried, and what failed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from faults.server import Server, binaries
from faults.yard import Yard, make_yard


@dataclass(frozen=True)
class Outcome:
    """What came of a trial.

    Attributes:
        tried: how often.
        failures: what did not hold, a line each.
        figures: what else was counted or measured, by its name.
    """

    tried: int
    failures: tuple[str, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)


class NotPossibleError(Exception):
    """This machine lacks what a trial needs."""


@dataclass
class Ground:
    """Where trials take place, and what several of them need; made when it is asked for."""

    folder: Path
    seed: int = 1
    minutes: float = math.inf

    def room(self, name: str) -> Path:
        """A new folder."""
        path = self.folder / name
        path.mkdir()
        return path

    @cached_property
    def yard(self) -> Yard:
        """Small: what is tried is the order of writes, and a round has them all."""
        return make_yard(self.room("yard"), points=16, trucks=2)

    @contextmanager
    def server(self) -> Iterator[Server]:
        """A PostgreSQL server of our own."""
        programs = binaries()
        if programs is None:
            raise NotPossibleError("PostgreSQL is not installed")
        with Server(programs) as server:
            yield server

    def small_disks(self) -> None:
        """Ask for small file systems."""
        from faults import trials

        if not trials.can_mount(self.folder):
            raise NotPossibleError("no small file system can be mounted here: needs root")


@dataclass(frozen=True)
class Trial:
    """A kind of fault.

    Attributes:
        name: as the command line knows it.
        what: what is tried, a sentence for the page.
        work: does it so many times.
        times: how many, in the long form.
    """

    name: str
    what: str
    work: Callable[[Ground, int], Outcome]
    times: int = 1
