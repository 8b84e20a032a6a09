"""All trials, in one list. To add a kind of fault, add it here.

A function that does something so many times returns an `Outcome`. Those of `trials` count what they
did, and raise AssertionError where something was lost: `_counted` makes an outcome of that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from faults import (
    bombs,
    endless_lists,
    fetching,
    fuzzing,
    hostile,
    malformed,
    many_sites,
    planted,
    trials,
    year,
)
from faults.outcome import Ground, Outcome, Trial

Counted = Callable[[Ground, int], Mapping[str, int]]


def _counted(work: Counted, of: str = "") -> Callable[[Ground, int], Outcome]:
    """An outcome of counts; `of` names the one that tells how often, where nobody chooses that."""

    def outcome(ground: Ground, times: int) -> Outcome:
        try:
            found = work(ground, times)
        except AssertionError as error:
            return Outcome(times, (str(error),))
        return Outcome(found[of] if of else times, figures=dict(found))

    return outcome


def _on_disks(work: Counted) -> Counted:
    def asked(ground: Ground, times: int) -> Mapping[str, int]:
        ground.small_disks()
        return work(ground, times)

    return asked


def _server_stops(ground: Ground, times: int) -> Mapping[str, int]:
    with ground.server() as server:
        return trials.server_stops(ground.yard, server, times, ground.seed)


def _frozen_server(ground: Ground, _times: int) -> Mapping[str, int]:
    with ground.server() as server:
        return trials.frozen_server(ground.yard, server)


TRIALS = (
    Trial(
        "kills", "SIGKILL at a point of a round, and a normal round after it: as if undisturbed",
        _counted(lambda g, n: trials.kills(g.yard, n, g.seed, g.minutes), of="killed"), 1000,
    ),
    Trial(
        "kills-twice", "killed again, also while mending, before a normal round",
        _counted(lambda g, n: trials.kills_twice(g.yard, n, g.seed)), 50,
    ),
    Trial(
        "stops", "SIGTERM to the service at a random moment: it ends between two dates",
        _counted(lambda g, n: trials.stops(g.yard, n, g.seed)), 50,
    ),
    Trial(
        "disk-full", "no space left after so many kilobytes, and later some",
        _counted(_on_disks(lambda g, n: trials.disk_full(g.yard, n, g.seed))), 50,
    ),
    Trial(
        "read-only", "the store, and the exports, cannot be written",
        _counted(_on_disks(lambda g, _: trials.read_only(g.yard))), 2,
    ),
    Trial(
        "conflicts", "two rounds at once: nothing is done twice",
        _counted(lambda g, n: trials.conflicts(g.yard, n)), 100,
    ),
    Trial(
        "corrupted", "pages of the store overwritten: told, and a backup brings everything back",
        _counted(lambda g, n: trials.corrupted(g.yard, n, g.seed)), 50,
    ),
    Trial(
        "flipped-bits", "a bit of the store flipped: `store check` finds it, or nothing changed",
        _counted(lambda g, n: trials.flipped_bits(g.yard, n, g.seed)), 500,
    ),
    Trial(
        "server-stops", "PostgreSQL stopped at once in the middle of a round, and started again",
        _counted(_server_stops), 20,
    ),
    Trial("frozen-server", "PostgreSQL frozen in the middle of a round", _counted(_frozen_server)),
    Trial(
        "clocks", "the clock of the machine set back by minutes to a year",
        _counted(lambda g, n: trials.clocks(g.yard, n, g.seed)), 50,
    ),
    Trial(
        "zones",
        "every change of the clocks of six years that any time zone has, in a zone that has it",
        _counted(lambda g, _: trials.zones(g.room("zones")), of="changes"),
    ),
    Trial(
        "downtime", "so many days of downtime, caught up in order, also while being killed",
        _counted(lambda g, n: trials.downtime(g.room("month"), n)), 30,
    ),
    Trial(
        "soak", "so many days of the service", _counted(lambda g, n: year.soak(g.room("year"), n)),
        365,
    ),
    Trial(
        "fetches", "SIGKILL while fetching from a database, and a normal fetch after it: every row "
        "is kept once", lambda g, n: fetching.try_all(g.room("fetches"), n, g.seed), 200,
    ),
    Trial(
        "fleet-kills", "a worker of a fleet killed, or the fleet itself, and a normal round after "
        "it: as if undisturbed", lambda g, n: many_sites.try_all(g.room("fleet"), n, g.seed), 70,
    ),
    Trial(
        "dask-kills", "the same with a cluster of Dask: a worker, or its watcher, or the client",
        lambda g, n: many_sites.try_all(g.room("dask"), n, g.seed, "dask"), 70,
    ),
    Trial(
        "malformed", "a file of any table and format spoilt: an exit status of the contract, clear "
        "lines, no traceback", lambda g, n: malformed.try_all(g.room("malformed"), n, g.seed), 500,
    ),
    Trial(
        "fuzzed", "so many minutes: files that a fuzzer changes, led by which lines of the readers "
        "they reach", lambda g, n: fuzzing.try_all(g.room("fuzzed"), n, g.seed), 60,
    ),
    Trial(
        "bombs", "a small file that unpacks, or is read, to more than a machine holds: under a "
        f"gigabyte and {bombs.SECONDS:.0f} s of the processor, named, and the others are judged",
        lambda g, n: bombs.try_all(g.room("bombs"), n), len(bombs.BOMBS),
    ),
    Trial(
        "endless-lists", "object storage whose lists of files never end: left, within the same "
        "bounds, and named", lambda g, n: endless_lists.try_all(g.room("endless"), n),
        len(endless_lists.WAYS),
    ),
    Trial(
        "hostile", "every sign that is no text in every field of every table, through every format,"
        " into every output", lambda g, n: hostile.try_all(g.room("hostile"), n),
        len(hostile.FORMATS) * len(hostile.WORDS),
    ),
    Trial(
        "secrets", "a secret in a place of the configuration that can hold one: no output has it",
        lambda g, n: planted.try_all(g.room("secrets"), n), len(planted.PLANTS),
    ),
)  # fmt: skip
