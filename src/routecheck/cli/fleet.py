"""Commands over many sites: `fleet …`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from routecheck.cli.console import Console
from routecheck.cli.options import FILE, ServiceDate, as_json_option, dates_of, now
from routecheck.cli.pages import Command, Group

if TYPE_CHECKING:
    from routecheck.config.fleet import Fleet

_sites = click.argument("sites", metavar="FLEET", default="fleet.toml")


@click.group(cls=Group, no_args_is_help=True)
def fleet() -> None:
    """Work on many sites together."""


@fleet.command(cls=Command)
@_sites
@click.option("--to", "last", type=ServiceDate())
@as_json_option
@click.pass_obj
def run(console: Console, sites: str, last: date | None, as_json: bool) -> int:
    """Do what is due of every site; one that fails does not stop another."""
    from routecheck.fleet.rounds import rounds as each_round
    from routecheck.present import fleet_text

    opened, rounds = _opened(console, sites), []
    for n, one in enumerate(each_round(opened, _now(), last, console.message), 1):
        rounds.append(one)
        if not as_json:
            of = f"{n}/{len(opened.sites)}"
            console.result(fleet_text.round_line(one, console.language, of))
    status = fleet_text.exit_status(rounds)
    if as_json:
        console.answer(True, fleet_text.rounds_json(rounds, status), [])
    else:
        console.result(*fleet_text.round_totals(rounds, console.language))
    return status


@fleet.command(cls=Command)
@_sites
@click.option("--from", "first", type=ServiceDate(), required=True)
@click.option("--to", "last", type=ServiceDate(), required=True)
@click.option("--dry-run", is_flag=True)
@as_json_option
@click.pass_obj
def rejudge(
    console: Console, sites: str, first: date, last: date, dry_run: bool, as_json: bool
) -> int:
    """Judge dates of every site again, and tell what that changes."""
    from routecheck.fleet.rounds import rejudged
    from routecheck.present import fleet_text

    dates, opened, entries = dates_of(None, first, last), _opened(console, sites), []
    done = rejudged(opened, _now(), dates, console.message, trial=dry_run)
    for n, one in enumerate(done, 1):
        entries.append(one)
        if not as_json:
            of = f"{n}/{len(opened.sites)}"
            line = fleet_text.rejudged_line(one, console.language, of, trial=dry_run)
            console.result(line)
    status = fleet_text.exit_status(entries)
    if as_json:
        console.answer(True, fleet_text.rejudged_json(entries, status, trial=dry_run), [])
    else:
        console.result(*fleet_text.rejudged_totals(entries, console.language, trial=dry_run))
    return status


@fleet.command(cls=Command)
@_sites
@as_json_option
@click.option("--check", is_flag=True)
@click.pass_obj
def status(console: Console, sites: str, as_json: bool, check: bool) -> int:
    """Show how every site stands, those first where most was really missed."""
    from routecheck.fleet.rounds import counties as each_county
    from routecheck.present import fleet_text

    counties = each_county(_opened(console, sites), _now(), None, console.message)
    lines = fleet_text.status_lines(counties, console.language)
    console.answer(as_json, fleet_text.status_json(counties), lines)
    wrong = any(county.problems or county.trouble for county in counties)
    return 1 if check and wrong else 0


@fleet.command(cls=Command)
@_sites
@click.option("--date", "day", type=ServiceDate())
@click.pass_obj
def report(console: Console, sites: str, day: date | None) -> None:
    """Write the page and the workbook of all sites together."""
    from routecheck.fleet.rounds import counties as each_county
    from routecheck.present.fleet_report import write_fleet_report

    opened = _opened(console, sites)
    counties = each_county(opened, _now(), day, console.message)
    written = write_fleet_report(
        counties, opened.directory, name=opened.name, language=console.language, at=now(), day=day
    )
    console.result(*written)


@fleet.command(cls=Command)
@_sites
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text")
@click.option("--log-file", type=FILE)
@click.pass_obj
def serve(
    console: Console, sites: str, log_format: Literal["text", "json"], log_file: Path | None
) -> None:
    """Keep every site every day, as a service of its own would."""
    from routecheck.daemon.fleet_service import FleetService
    from routecheck.daemon.logs import set_up_logs

    service = FleetService(sites)
    set_up_logs(log_format, log_file)
    service.serve()


def _now() -> datetime:
    return now().to_pydatetime()


def _opened(console: Console, sites: str) -> Fleet:
    """Read which sites there are; from here on the language is theirs."""
    from routecheck.config.fleet import load_fleet

    opened = load_fleet(sites, console.language)
    console.language = opened.language
    return opened
