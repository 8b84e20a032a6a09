"""Commands that judge: `run`, `recheck`, `export`, `status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from routecheck.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    date_of,
    dates_of,
    no_verdicts,
    now,
    open_site,
    plain_id,
    progress_shown,
    tell,
)
from routecheck.cli.pages import Command
from routecheck.errors import UsageError

if TYPE_CHECKING:
    from routecheck.config import Config
    from routecheck.run import RunReport


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (run, recheck, export, status):
        app.command(cls=Command)(command)


def run(
    day: Annotated[str, typer.Option("--date", metavar="DATE")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE")] = "",
    due: Annotated[bool, typer.Option("--due")] = False,
    allow_shrink: Annotated[
        bool,
        typer.Option("--allow-shrink"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Reconcile service dates: judge, store, and write the exports."""
    settings = open_site(config)
    if due:
        if day or first or last:
            raise UsageError("due_and_dates")
        _run_due(settings, allow_shrink, as_json)
    dates = dates_of(day, first, last)
    from routecheck.run import reconcile

    with progress_shown() as progress:
        report = reconcile(settings, dates, now=now(), allow_shrink=allow_shrink, progress=progress)
    _report(settings, [report], report.exit_status, as_json)
    raise typer.Exit(report.exit_status)


def _run_due(config: Config, allow_shrink: bool, as_json: bool) -> NoReturn:
    from routecheck.rounds import do_round
    from routecheck.told import round_notices

    with progress_shown() as progress:
        done = do_round(config, now=now(), allow_shrink=allow_shrink, progress=progress)
    _report(config, done.reports, done.exit_status, as_json)
    for line in round_notices(done, config.site.language):
        tell(line)
    raise typer.Exit(done.exit_status)


def recheck(
    point: Annotated[str, typer.Argument(metavar="POINT")],
    day: Annotated[str, typer.Option("--date", metavar="DATE")],
    window: Annotated[str, typer.Option("--window", metavar="HH:MM")] = "",
    tolerance: Annotated[float | None, typer.Option("--tolerance", metavar="METRES")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE.html")] = None,
    png_file: Annotated[Path | None, typer.Option("--png", metavar="FILE.png")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Judge the pickups of one point again and show the evidence. Changes nothing."""
    settings = open_site(config)
    service_date = date_of(day, "--date")
    if tolerance is not None and not 0 < tolerance <= 10_000:
        raise UsageError("tolerance_range", found=tolerance)
    from routecheck.recheck import as_text, look_again

    with progress_shown() as progress:
        look = look_again(
            settings,
            plain_id(point),
            service_date,
            window=window or None,
            tolerance_m=tolerance,
            now=now(),
            progress=progress,
        )
    if as_json:
        import json

        typer.echo(json.dumps(look.found, ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(look.found, settings.site.language))
    if map_file is not None:
        from routecheck.reports.atomic import write_whole
        from routecheck.reports.pointmap import point_page

        page = point_page(look.scene(settings), tiles=settings.export.tiles)
        tell(str(write_whole(map_file, page)))
    if png_file is not None:
        from routecheck.reports.atomic import write_whole
        from routecheck.reports.pointpicture import point_picture

        tell(str(write_whole(png_file, point_picture(look.scene(settings)))))


def export(
    day: Annotated[str, typer.Option("--date", metavar="DATE")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the CSV files again from the store."""
    settings = open_site(config)
    dates = dates_of(day, first, last)
    from routecheck.run import export as write
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise no_verdicts(dates)
        for path in write(settings, store, wanted):
            typer.echo(str(path))


def status(
    as_json: Annotated[bool, typer.Option("--json")] = False,
    check: Annotated[
        bool,
        typer.Option("--check"),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show what ran, when, on what data, and what is due."""
    settings = open_site(config)
    from routecheck.status import read_status
    from routecheck.status_lines import as_text

    found = read_status(settings, now())
    if as_json:
        import json

        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(found, settings.site.language))
    if check and found["problems"]:
        raise typer.Exit(1)


def _report(config: Config, reports: list[RunReport], status: int, as_json: bool) -> None:
    """Summary to standard output; what was kept apart, or failed, to standard error."""
    from routecheck import told

    for report in reports:
        for line in told.notices(report, config.site.language):
            tell(line)
        if not as_json:
            for line in told.results(report, config.site.language, config.time_zone):
                typer.echo(line)
    if as_json:
        import json

        typer.echo(json.dumps(told.as_json(reports, status), ensure_ascii=False, indent=2))
