"""Commands of the daily service: `serve`, `history`, `store …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.cli.common import (
    FILE,
    as_json_option,
    config_option,
    date_of,
    date_option,
    now,
    open_site,
    plain_id,
    say,
    tell,
)
from routecheck.cli.pages import Command, Group
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    from routecheck.config import Config


@click.command(cls=Command)
@click.option("--log-format", metavar="FORM", default="text")
@click.option("--log-file", metavar="FILE", type=FILE)
@config_option
def serve(log_format: str, log_file: Path | None, config: Path) -> None:
    """Run every day at the configured hour, catching up what was missed."""
    if log_format not in ("text", "json"):
        raise UsageError("log_format_wanted", found=log_format)
    from routecheck.daemon.logs import set_up_logs
    from routecheck.daemon.service import Service

    open_site(config)
    service = Service(config)
    set_up_logs("json" if log_format == "json" else "text", log_file)
    service.serve()


@click.command(cls=Command)
@click.argument("point", metavar="POINT")
@date_option
@as_json_option
@config_option
def history(point: str, day: str, as_json: bool, config: Path) -> None:
    """Show the record of a point, or everything that was said of it on a date."""
    settings = open_site(config)
    name = plain_id(point)
    if not day:
        _record(settings, name, as_json)
        return
    on = date_of(day, "--date")
    from routecheck.domain.errors import MissingDataError
    from routecheck.present import point_history_text
    from routecheck.queries.point_history import verdict_history
    from routecheck.store import Store

    language, zone = settings.site.language, settings.time_zone
    with Store.open(settings.store_url, create=False) as store:
        found = verdict_history(store, name, on)
        for line in point_history_text.kin_lines(found.kin, language, zone):
            tell(f"{name}: {line}")
        if found.pickups.empty and found.alerts.empty:
            raise MissingDataError("nothing_said", store=store.label, point=name, day=on)
    versions = point_history_text.versions_json(found, language, zone)
    if as_json:
        import json

        click.echo(json.dumps(versions, ensure_ascii=False, indent=2))
        return
    for line in point_history_text.versions_text(versions, language):
        click.echo(line)


def _record(config: Config, point_id: str, as_json: bool) -> None:
    """The record of a point through time."""
    from routecheck.present.point_history_text import as_json as history_json
    from routecheck.present.point_history_text import as_text
    from routecheck.queries.point_history import point_history
    from routecheck.store import Store

    with Store.open(config.store_url, create=False) as store:
        found = history_json(point_history(store, point_id), config.time_zone)
    if as_json:
        import json

        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in as_text(found, config.site.language):
        click.echo(line)


@click.group(cls=Group, no_args_is_help=True)
def store() -> None:
    """Look after the store."""


@store.command(cls=Command)
@click.argument("file", metavar="FILE", type=FILE, required=False)
@config_option
def backup(file: Path | None, config: Path) -> None:
    """Copy the store, whole and consistent, into one SQLite file; also while it is in use."""
    from routecheck.store.care import back_up

    click.echo(str(back_up(open_site(config).store_url, file)))


@store.command(cls=Command)
@click.argument("file", metavar="FILE", type=FILE)
@config_option
def restore(file: Path, config: Path) -> None:
    """Put a backup in the place of the store; the former store is kept beside it."""
    from routecheck.store.care import restore as put_back

    for line in put_back(open_site(config).store_url, file):
        say(line)


@store.command(cls=Command)
@as_json_option
@config_option
def check(as_json: bool, config: Path) -> None:
    """Read the whole store and tell whether it is sound; exit status 1 where it is not."""
    from routecheck.store.care import check as look

    found = look(open_site(config).store_url)
    if as_json:
        import json

        click.echo(json.dumps({"facts": found.facts, "faults": found.faults}, indent=2))
    else:
        for line in found.facts:
            say(line)
    for line in found.faults:
        tell(line)
    raise click.exceptions.Exit(1 if found.faults else 0)


@store.command(cls=Command)
@click.option("--keep-days", metavar="N", type=click.IntRange(90), default=400)
@click.option("--verdicts", is_flag=True)
@config_option
def prune(keep_days: int, verdicts: bool, config: Path) -> None:
    """Remove what is old, and give the space back. The ledger of dates is kept."""
    from routecheck.store.care import prune as remove

    settings = open_site(config)
    today = now().tz_convert(settings.time_zone).date()
    for line in remove(settings.store_url, today, keep_days=keep_days, verdicts=verdicts):
        say(line)
