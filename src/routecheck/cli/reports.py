"""Commands that write what people look at: `report`, `doctor`."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import (
    as_json_option,
    config_option,
    date_option,
    dates_of,
    from_option,
    judged_dates,
    now,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import MissingDataError, UnreadableFileError, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config


@click.command(cls=Command)
@date_option
@from_option
@to_option
@click.option("--month", metavar="MONTH")
@click.option("--anonymous", is_flag=True)
@config_option
@click.pass_obj
def report(
    console: Console,
    day: date | None,
    first: date | None,
    last: date | None,
    month: str | None,
    anonymous: bool,
    config: Config,
) -> None:
    """Write report and workbook of service dates, or the workbook of a month, from the store."""
    if month and (day or first or last):
        raise UsageError("calls.month_or_dates")
    year_month = _year_month(month) if month else None
    dates = [] if month else dates_of(day, first, last)
    from routecheck.engine.judged_before import open_store
    from routecheck.present.reports import write_anonymous_reports, write_month, write_reports

    with open_store(config) as store:
        if year_month:
            console.result(write_month(config, store, *year_month, anonymous=anonymous))
            return
        judged = {entry["service_date"] for entry in [*store.dates(), *store.running()]}
        wanted = judged_dates(console, dates, judged)
        store.require_as_written(wanted)
        write = write_anonymous_reports if anonymous else write_reports
        console.result(*write(config, store, wanted))


@click.command(cls=Command)
@as_json_option
@config_option
@click.pass_obj
def doctor(console: Console, as_json: bool, config: Config) -> int:
    """Examine what the site is fed, and list what to do. Changes nothing."""
    from routecheck.engine.session import open_site
    from routecheck.present import doctor_text
    from routecheck.queries.doctor import examine, refused

    try:
        with (
            console.progress() as progress,
            open_site(config, now=now(), progress=progress) as site,
        ):
            found = examine(site)
    except (MissingDataError, UnreadableFileError) as error:
        found = refused(error)
    answer = doctor_text.as_json(found, console.language)
    console.answer(as_json, answer, doctor_text.as_text(found, console.language, config.time_zone))
    return 1 if found.to_do or len(found.incidents) else 0


def _year_month(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)
    if match is None or int(match[1]) == 0:
        raise UsageError("calls.month_wanted", found=text)
    return int(match[1]), int(match[2])
