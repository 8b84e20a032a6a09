"""Commands of the daily service: `serve`, `history`, `store …`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from routecheck.cli.console import Console
from routecheck.cli.options import (
    DEFAULT_CONFIG,
    FILE,
    as_json_option,
    config_option,
    date_option,
    now,
    point_argument,
)
from routecheck.cli.pages import Command, Group
from routecheck.domain.errors import Message

if TYPE_CHECKING:
    from routecheck.config import Config


@click.command(cls=Command)
@click.option("--log-format", type=click.Choice(["text", "json"]), default="text")
@click.option("--log-file", type=FILE)
@config_option
@click.pass_obj
def serve(
    console: Console, log_format: Literal["text", "json"], log_file: Path | None, config: Config
) -> None:
    """Run every day at the configured hour, catching up what was missed."""
    from routecheck.daemon.logs import set_up_logs
    from routecheck.daemon.service import Service

    # It reads the configuration again for every round.
    service = Service(console.config_path or DEFAULT_CONFIG)
    set_up_logs(log_format, log_file)
    service.serve()


@click.command(cls=Command)
@point_argument
@date_option
@as_json_option
@config_option
@click.pass_obj
def history(console: Console, point: str, day: date | None, as_json: bool, config: Config) -> None:
    """Show the record of a point, or every version of its verdicts on a date."""
    from routecheck.domain.errors import MissingDataError
    from routecheck.engine.judged_before import open_store
    from routecheck.present import point_history_text as present
    from routecheck.queries.point_history import point_history, verdict_history

    language, zone = console.language, config.time_zone
    with open_store(config) as store:
        if day is None:
            record = present.as_json(point_history(store, point), zone)
            console.answer(as_json, record, present.as_text(record, language))
            return
        verdicts = verdict_history(store, point, day)
        for line in present.kin_lines(verdicts.kin, language, zone):
            console.message(f"{point}: {line}")
        if verdicts.pickups.empty and verdicts.alerts.empty:
            raise MissingDataError("nothing_said", store=store.label, point=point, day=day)
    versions = present.versions_json(verdicts, language, zone)
    console.answer(as_json, versions, present.versions_text(versions, language))


@click.group(cls=Group, no_args_is_help=True)
def store() -> None:
    """Look after the store."""


@store.command(cls=Command)
@click.argument("file", type=FILE, required=False)
@config_option
@click.pass_obj
def backup(console: Console, file: Path | None, config: Config) -> None:
    """Copy the store, whole and consistent, into one SQLite file; also while it is in use."""
    from routecheck.engine.judged_before import gone_is_told
    from routecheck.store.care import back_up

    with gone_is_told(config):
        console.result(back_up(config.store_url, file))


@store.command(cls=Command)
@click.argument("file", type=FILE)
@config_option
@click.pass_obj
def restore(console: Console, file: Path, config: Config) -> None:
    """Put a backup in the place of the store; the former store is kept beside it."""
    from routecheck.store.care import restore as put_back

    console.result(*put_back(config.store_url, file))


@store.command(cls=Command)
@click.argument("file", type=FILE)
@config_option
@click.pass_obj
def decisions(console: Console, file: Path, config: Config) -> None:
    """Enter what was decided of corrections, from the file that is kept beside a store."""
    from routecheck.jobs.kept_decisions import read_in

    count = read_in(config, file, told=console.message)
    console.result(Message("decisions_read_in", path=file, count=count))


@store.command(cls=Command)
@as_json_option
@config_option
@click.pass_obj
def check(console: Console, as_json: bool, config: Config) -> int:
    """Read the whole store and report whether it is sound; exit status 1 where it is not."""
    from routecheck.engine.judged_before import gone_is_told
    from routecheck.store.care import check as check_store

    with gone_is_told(config):
        report = check_store(config.store_url)
    console.answer(as_json, {"facts": report.facts, "faults": report.faults}, report.facts)
    console.message(*report.faults)
    return 1 if report.faults else 0


@store.command(cls=Command)
@click.option("--keep-days", type=click.IntRange(90), default=400)
@click.option("--verdicts", is_flag=True)
@config_option
@click.pass_obj
def prune(console: Console, keep_days: int, verdicts: bool, config: Config) -> None:
    """Remove what is old, and give the space back. The ledger of dates is kept."""
    from routecheck.engine.judged_before import gone_is_told
    from routecheck.store.care import prune as remove

    today = now().tz_convert(config.time_zone).date()
    with gone_is_told(config):
        lines = remove(config.store_url, today, keep_days=keep_days, verdicts=verdicts)
    console.result(*lines)
