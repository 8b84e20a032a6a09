"""Commands that write what people look at: `report`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from routecheck.cli.common import (
    config_option,
    date_option,
    dates_of,
    from_option,
    no_verdicts,
    open_site,
    tell_unjudged,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError


@click.command(cls=Command)
@date_option
@from_option
@to_option
@click.option("--month", metavar="MONTH", default="")
@config_option
def report(day: str, first: str, last: str, month: str, config: Path) -> None:
    """Write report and workbook of service dates, or the workbook of a month, from the store."""
    settings = open_site(config)
    if month:
        if day or first or last:
            raise UsageError("month_or_dates")
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
        if found is None or int(found[1]) == 0:
            raise UsageError("month_wanted", found=month)
        from routecheck.present.reports import write_month
        from routecheck.store import Store

        with Store.open(settings.store_url, create=False) as store:
            click.echo(str(write_month(settings, store, int(found[1]), int(found[2]))))
        return
    dates = dates_of(day, first, last)
    from routecheck.present.reports import write_reports
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise no_verdicts(dates)
        tell_unjudged(dates, known)
        for path in write_reports(settings, store, wanted):
            click.echo(str(path))
