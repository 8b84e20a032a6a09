"""One piece of work for every site of a fleet, and an answer for every site, whatever happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from routecheck.config.fleet import Fleet
from routecheck.domain.errors import Message
from routecheck.engine.results import SiteRejudged, SiteRound, SiteWork
from routecheck.engine.workers import Done, work
from routecheck.fleet.work import rejudged_of, round_of
from routecheck.queries.county import County, ranked, read_site

Told = Callable[[Message], None]
Work = TypeVar("Work", bound=SiteWork)


def rounds(fleet: Fleet, now: datetime, until: date | None, told: Told) -> Iterator[SiteRound]:
    """Do what is due of every site, and return what each comes to, as soon as it is done.

    Args:
        fleet: the sites.
        now: the present, UTC.
        until: the last date that may be done; yesterday, where not given.
        told: is told where the work can be watched.

    Raises:
        UsageError: the engine cannot be used.
    """
    return _answers(SiteRound, fleet, _each(fleet, round_of, told, now, until))


def rejudged(
    fleet: Fleet, now: datetime, dates: Sequence[date], told: Told, *, trial: bool
) -> Iterator[SiteRejudged]:
    """Judge dates of every site again, and return what each comes to, as soon as it is done.

    Args:
        fleet: the sites.
        now: the present, UTC.
        dates: service dates, in order.
        told: is told where the work can be watched.
        trial: only tell what would change.

    Raises:
        UsageError: the engine cannot be used.
    """
    each = _each(fleet, rejudged_of, told, now, tuple(dates), trial)
    return _answers(SiteRejudged, fleet, each)


def counties(fleet: Fleet, now: datetime, day: date | None, told: Told) -> list[County]:
    """Return how every site stands, those first where most was really missed.

    Args:
        fleet: the sites.
        now: the present, UTC.
        day: the service date; None: the last one that was judged of each.
        told: is told where the work can be watched.

    Raises:
        UsageError: the engine cannot be used.
    """
    return ranked(
        [
            County(done.name, _folder(done), trouble=_why(done, fleet), exit_status=1)
            if done.answer is None
            else done.answer
            for done in _each(fleet, read_site, told, now, day)
        ]
    )


def _each(
    fleet: Fleet, function: Callable[..., Any], told: Told, *arguments: Any
) -> Iterator[Done[Any]]:
    pieces = {str(path): (str(path), fleet.language, *arguments) for path in fleet.sites}
    return work(fleet.engine, function, pieces, told)


def _answers(kind: type[Work], fleet: Fleet, each: Iterator[Done[Any]]) -> Iterator[Work]:
    """What each site came to, those among them whose work was lost."""
    for done in each:
        if done.answer is None:
            why = _why(done, fleet)
            yield kind(done.name, _folder(done), 1, trouble=why, tries=done.tries)
        else:
            yield replace(done.answer, tries=done.tries)


def _folder(done: Done[Any]) -> str:
    return Path(done.name).parent.name


def _why(done: Done[Any], fleet: Fleet) -> str:
    return "" if done.failure is None else done.failure.in_language(fleet.language)
