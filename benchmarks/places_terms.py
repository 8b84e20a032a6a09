"""The terms of the place model, and how each is taken out of it: for `benchmarks.places` alone.

Nothing in routecheck knows of this. A term is taken out by putting another function or number in
the place of a module's own for a while; all else of the model stays as it is, and nothing is fitted
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np

from routecheck.diagnosis import (
    agreement,
    assignment,
    claims,
    diagnosis,
    due_days,
    findings,
    hypotheses,
    places,
)
from routecheck.diagnosis import likelihood as lk
from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.keys import starts

ALIKE = 0.25
"""Right, misplaced, never served, slipped: each as likely as the others."""
ANYWHERE_M = 60.0
"""Tolerance, and what lies beside it: within it a stand may be a point's own."""
NEVER = 1e-12

Change = tuple[ModuleType | type, str, Any]


@dataclass(frozen=True)
class Term:
    """A term of the model.

    Attributes:
        name: what it is.
        without: how the model reads when it is taken out.
        changes: a module, one of its names, and what takes its place.
    """

    name: str
    without: str
    changes: tuple[Change, ...]


@contextmanager
def taken_out(term: Term) -> Iterator[None]:
    """Take a term out, for as long as the context lasts."""
    with ExitStack() as changed:
        for where, name, value in term.changes:
            changed.enter_context(patch.object(where, name, value))
        yield


class EachAlone:
    """In the place of the assignment: every point takes what it likes best, shared or not."""

    def __init__(self, point: Any, stand: Any, gain: Any) -> None:
        order = np.lexsort((stand, -gain, point))
        best = order[starts(point[order])]
        self.solution = dict(zip(point[best].tolist(), best.tolist(), strict=True))

    def changes(self, _i: int, _stand: Any, value: Any, _private: float, now: float) -> Any:
        """What the point itself loses; nobody else loses anything."""
        return value - now


def _numbers(**values: object) -> tuple[Change, ...]:
    return tuple((lk, name, value) for name, value in values.items())


def _due_only(*given: Any) -> Any:
    return _DUE_DAYS(*given).due_only()


def _no_days(days: Any, due: Any, odd: Any, idle: Any, service: Any, worse: Any) -> Any:
    return np.zeros(len(days)), _OF_DAYS(days, due, odd, idle, service, worse)[1]


def _even_junk(*given: Any) -> Any:
    found = _JUNK(*given)
    return np.full(len(found), np.median(found)) if len(found) else found


def _no_lattice(frame: Any, points: Any) -> Any:
    found = _LATTICE(frame, points)
    blank = np.full(len(found.x), np.nan)
    return replace(found, x=blank, y=blank, half_x=blank, half_y=blank, rare=False)


def _none_vague(_evidence: Any, frame: Any, *_place: Any) -> Any:
    return np.zeros(frame.points, dtype=np.int64), np.zeros(frame.points, dtype=np.int64)


def _zeros_like(first: Any, *_others: Any) -> Any:
    return np.zeros(len(first))


def _no_order(evidence: Any, frame: Any, *_place: Any) -> Any:
    return np.zeros(len(evidence.pairs.point)), np.zeros(frame.points)


def _no_batches(_evidence: Any, frame: Any, *_rest: Any) -> Any:
    return [], (np.zeros(frame.points), np.zeros(frame.points))


def _flat_near(distance_m: Any, blur_m: Any) -> Any:
    return np.full(np.shape(distance_m + blur_m), -np.log(np.pi * ANYWHERE_M**2))


def _flat_offset(offset_m: Any, reach_m: float) -> Any:
    return np.full(len(offset_m), -np.log(np.pi * reach_m**2))


def _nothing(*_given: Any) -> None:
    return None


_OF_DAYS, _DUE_DAYS = agreement._of_days, agreement.due_days_of
_JUNK, _LATTICE = hypotheses.junk_density, diagnosis.lattice
_no_slips: Callable[..., list[Any]] = lambda *_given: []  # noqa: E731

TERMS = (
    Term("due days", "a stand on every due day is no better than one on a single day",
         ((agreement, "_of_days", _no_days),)),
    Term("other days", "stands on days that are not due do not count against a stand",
         ((agreement, "due_days_of", _due_only),)),
    Term("dwell", "how long vehicles stand there says nothing",
         ((agreement, "_of_dwell", _zeros_like),)),
    Term("hours", "whether they stand there within the window says nothing",
         _numbers(WINDOW_BOUNDS=(0.0, 0.0))),
    Term("visits a day", "more visits than windows cost nothing", _numbers(OFTEN_COST=0.0)),
    Term("other vehicles", "a stand of many vehicles is as good as one of a single one",
         _numbers(VEHICLES_COST=0.0)),
    Term("stops that no fix shows", "stands of them alone are as good as others",
         _numbers(BLURRED_COST=0.0)),
    Term("points seen worse", "every point of a vehicle is seen as well as its others",
         _numbers(WORSE_BOUNDS=(1e-6, 1e-6))),
    Term("substitutes", "who did another's round that day is not looked for",
         ((due_days, "_substitutes", lambda table, *_rest: table.iloc[:0]),)),
    Term("distance from the record", f"within {ANYWHERE_M:.0f} m of it, near is no better than far",
         ((hypotheses, "log_near", _flat_near), (claims, "log_near", _flat_near))),
    Term("offsets of misplaced records", "any place within reach is as likely, near or far",
         ((hypotheses, "log_offset", _flat_offset), (claims, "log_offset", _flat_offset))),
    Term("density of other stands", "as dense everywhere as in the middle of the county",
         ((hypotheses, "junk_density", _even_junk),)),
    Term("order of registry and round", "order, villages, names and times of a round say nothing",
         ((hypotheses, "affinity", _no_order),)),
    Term("exchanges by that order", "which of two points is whose is not weighed by it",
         ((par, "EXCHANGES", 0),)),
    Term("batches", "no township, village or file is recorded in another way",
         ((diagnosis, "find_batches", _no_batches),)),
    Term("slips", "single records are never exchanged, read wrongly or cut off",
         ((diagnosis, "slips", _no_slips), (diagnosis, "lattice", _no_lattice))),
    Term("shares of the kinds of fault", "right, misplaced, never served, slipped: all as likely",
         (*_numbers(MISPLACED=ALIKE, NEVER_SERVED=ALIKE, SLIPPED=ALIKE),
          (claims, "RIGHTLY", ALIKE), (hypotheses, "RIGHTLY", ALIKE))),
    Term("never served", "every point is served somewhere", _numbers(NEVER_SERVED=NEVER)),
    Term("elsewhere, not seen", "a misplaced point is at some stand that was seen",
         _numbers(UNSEEN=NEVER, UNSEEN_BLURRED=NEVER, ONE_STAND=NEVER, FIRST_DAY_UNSEEN=NEVER)),
    Term("a neighbour's stand", "no point is served from it", _numbers(SHARED=NEVER)),
    Term("silence", "what may have stood there unseen is taken for nothing",
         ((hypotheses, "vague_days", _none_vague),)),
    Term("halts", "a stand on few days near a record is no halt", _numbers(HALT=0.0)),
    Term("claims of lost points", "points without place or schedule stand nowhere",
         ((hypotheses, "_add_claims", _nothing),)),
    Term("each stand once", "one stand may be any number of points'",
         ((assignment, "_Solver", EachAlone),)),
    Term("the stand beyond the tolerance", "a point is judged at its record rather than there",
         ((findings.Findings, "shown_by", lambda self, rows: np.zeros(len(rows), dtype=bool)),)),
    Term("one of several places", "a misplaced point is judged at the likeliest alone",
         ((places, "_put_among_rivals", _nothing),)),
    Term("softening", "log-odds are taken at their word", _numbers(SOFTENED=1.0)),
)  # fmt: skip
