"""Commands that write what people look at: `report`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from routecheck.cli.common import DEFAULT_CONFIG, ConfigOption, dates_of
from routecheck.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(report)


def report(
    day: Annotated[str, typer.Option("--date", help="A service date, ISO.")] = "",
    first: Annotated[str, typer.Option("--from", help="First service date of a range.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last service date of a range.")] = "",
    month: Annotated[
        str, typer.Option("--month", help="A month like 2026-03: its workbook, with the trend.")
    ] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write report and workbook of service dates, or the workbook of a month, from the store."""
    from routecheck.config import load_config

    settings = load_config(config)
    if month:
        if day or first or last:
            raise UsageError("say either --month, or --date, or --from and --to")
        found = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", month)
        if found is None or int(found[1]) == 0:
            raise UsageError(f"--month wants a month like 2026-03, found {month!r}")
        from routecheck.reporting import write_month
        from routecheck.store import Store

        with Store.open(settings.store_url, create=False) as store:
            typer.echo(str(write_month(settings, store, int(found[1]), int(found[2]))))
        return
    dates = dates_of(day, first, last)
    from routecheck.errors import MissingDataError
    from routecheck.reporting import write_reports
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise MissingDataError(
                f"the store holds no verdicts for {dates[0]}"
                + (f" to {dates[-1]}" if len(dates) > 1 else "")
                + "; run that date first; nothing was written"
            )
        for path in write_reports(settings, store, wanted):
            typer.echo(str(path))
