"""Many sites together: as JSON for scripts, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from routecheck.domain.codes import Language
from routecheck.engine.results import SiteRejudged, SiteRound, SiteWork
from routecheck.present.terminal import indented, table
from routecheck.queries.county import County
from routecheck.texts import text


def exit_status(rounds: Sequence[SiteWork]) -> int:
    """Return 0 where all is done, 1 where a part failed, 3 where no site could be done at all."""
    statuses = [one.exit_status for one in rounds]
    if not any(statuses):
        return 0
    return 3 if all(one.trouble for one in rounds) else 1


def round_line(entry: SiteRound, language: Language, of: str) -> str:
    """Return what a round of one site came to, in a line."""

    def say(key: str, **values: object) -> str:
        return text(f"fleet.{key}", language, **values)

    if entry.trouble:
        return _failed_line(entry, language, of)
    if not entry.dates:
        key = "site_nothing_due" if entry.exit_status == 0 else "site_partly"
        return say(key, of=of, site=entry.name, config=entry.config)
    first, last = entry.dates[0], entry.dates[-1]
    line = say(
        "site_done",
        of=of,
        site=entry.name,
        count=len(entry.dates),
        days=str(first) if first == last else f"{first} – {last}",
        missed=entry.missed,
        pickups=entry.pickups,
        false=entry.false_alerts,
        alerts=entry.alerts,
    )
    return line + (say("see_status", config=entry.config) if entry.exit_status else "")


def _failed_line(entry: SiteWork, language: Language, of: str) -> str:
    """Why the work on a site failed; names of sites may be alike, so its file is told too."""
    values = {"site": entry.name, "config": entry.config, "why": entry.trouble}
    return text("fleet.site_failed", language, of=of, **values)


def rejudged_line(entry: SiteRejudged, language: Language, of: str, *, trial: bool) -> str:
    """Return what judging dates of one site again came to, in a line."""
    if entry.trouble:
        return _failed_line(entry, language, of)
    figures = {name: value for name, value in asdict(entry).items() if isinstance(value, int)}
    line = text(
        "fleet.site_would" if trial else "fleet.site_rejudged",
        language,
        of=of,
        site=entry.name,
        **figures,
    )
    see = text("fleet.see_status", language, config=entry.config)
    return line + (see if entry.exit_status else "")


def rejudged_totals(
    entries: Sequence[SiteRejudged], language: Language, *, trial: bool
) -> list[str]:
    """Return what judging dates of all sites again came to; by name the sites that failed."""
    failed = [one for one in entries if one.trouble]
    names = ("dates", "pickups", "changed_pickups", "alerts", "changed_alerts")
    line = text(
        "fleet.would_totals" if trial else "fleet.rejudged_totals",
        language,
        done=len(entries) - len(failed),
        sites=len(entries),
        **{name: sum(getattr(one, name) for one in entries) for name in names},
    )
    return [line, *_failed(failed, language)]


def _failed(failed: Sequence[SiteWork], language: Language) -> list[str]:
    """The names of the sites that failed, in a line, where there are any."""
    if not failed:
        return []
    names = ", ".join(sorted(one.name for one in failed))
    return [text("fleet.failed", language, count=len(failed), sites=names)]


def rejudged_json(entries: Sequence[SiteRejudged], status: int, *, trial: bool) -> dict[str, Any]:
    """Return what judging dates again came to, ready for JSON, by configuration."""
    ordered = sorted(entries, key=lambda one: one.config)
    sites = [asdict(one) | {"trouble": one.trouble or None} for one in ordered]
    return {"trial": trial, "exit_status": status, "sites": sites}


def round_totals(rounds: Sequence[SiteRound], language: Language) -> list[str]:
    """Return what all rounds came to; the sites that failed once more, by name."""

    def say(key: str, **values: object) -> str:
        return text(f"fleet.{key}", language, **values)

    failed = [one for one in rounds if one.trouble]
    lines = [
        say(
            "totals",
            done=len(rounds) - len(failed),
            sites=len(rounds),
            missed=sum(one.missed for one in rounds),
            pickups=sum(one.pickups for one in rounds),
            false=sum(one.false_alerts for one in rounds),
            alerts=sum(one.alerts for one in rounds),
        )
    ]
    return [*lines, *_failed(failed, language)]


def rounds_json(rounds: Sequence[SiteRound], status: int) -> dict[str, Any]:
    """Return rounds, ready for JSON, in order of the configurations."""
    return {
        "exit_status": status,
        "sites": [
            asdict(one) | {"dates": [str(day) for day in one.dates], "trouble": one.trouble or None}
            for one in sorted(rounds, key=lambda one: one.config)
        ],
    }


def status_json(counties: Sequence[County]) -> dict[str, Any]:
    """Return how sites stand, ready for JSON."""
    return {
        "sites": [
            {
                "config": one.config,
                "name": one.name,
                "service_date": None if one.service_date is None else str(one.service_date),
                "provisional": one.provisional,
                "pickups": dict(one.verdicts),
                "alerts": dict(one.alerts),
                "silent_devices": list(one.silent),
                "corrections": {"waiting": one.waiting, "accepted": one.accepted},
                "due": [str(day) for day in one.due],
                "problems": list(one.problems),
                "trouble": one.trouble or None,
            }
            for one in counties
        ]
    }


def status_lines(counties: Sequence[County], language: Language) -> list[str]:
    """Return how sites stand, a line each, and below it what someone should look at."""

    def say(key: str, **values: object) -> str:
        return text(f"fleet.{key}", language, **values)

    head = [
        say(key)
        for key in (
            "site", "date", "missed", "untold", "pickups", "false", "alerts", "silent", "waiting",
        )
    ]  # fmt: skip
    rows = [
        [
            one.name,
            "-" if one.service_date is None else str(one.service_date),
            *(
                ["-"] * 5
                if one.service_date is None
                else map(str, (one.missed, one.untold, one.pickups, one.false_alerts, one.raised))
            ),
            str(len(one.silent)),
            str(one.waiting),
        ]
        for one in counties
    ]
    lines = table([head, *rows], right=range(2, 9))
    for one in counties:
        told = [*([one.trouble] if one.trouble else []), *one.problems]
        told = list(dict.fromkeys(told))
        if told:
            lines += ["", f"{one.name}  ({one.config})", *(indented(line) for line in told)]
    return lines
