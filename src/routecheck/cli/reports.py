"""Commands that write what people look at: `report`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from routecheck.cli.common import DEFAULT_CONFIG, ConfigOption, dates_of, no_verdicts, open_site
from routecheck.cli.pages import Command
from routecheck.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(cls=Command)(report)


def report(
    day: Annotated[str, typer.Option("--date", metavar="DATE")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE")] = "",
    month: Annotated[str, typer.Option("--month", metavar="MONTH")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write report and workbook of service dates, or the workbook of a month, from the store."""
    settings = open_site(config)
    if month:
        if day or first or last:
            raise UsageError("month_or_dates")
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
        if found is None or int(found[1]) == 0:
            raise UsageError("month_wanted", found=month)
        from routecheck.reporting import write_month
        from routecheck.store import Store

        with Store.open(settings.store_url, create=False) as store:
            typer.echo(str(write_month(settings, store, int(found[1]), int(found[2]))))
        return
    dates = dates_of(day, first, last)
    from routecheck.reporting import write_reports
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise no_verdicts(dates)
        for path in write_reports(settings, store, wanted):
            typer.echo(str(path))
