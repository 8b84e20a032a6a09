"""Commands that judge: `run`, `recheck`, `export`, `status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from routecheck.cli.common import (
    FILE,
    as_json_option,
    config_option,
    date_of,
    date_option,
    dates_of,
    from_option,
    no_verdicts,
    now,
    open_site,
    plain_id,
    progress_shown,
    tell,
    tell_unjudged,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    from routecheck.config import Config
    from routecheck.engine.results import RunReport


@click.command(cls=Command)
@date_option
@from_option
@to_option
@click.option("--due", is_flag=True)
@click.option("--allow-shrink", is_flag=True)
@as_json_option
@config_option
def run(
    day: str, first: str, last: str, due: bool, allow_shrink: bool, as_json: bool, config: Path
) -> None:
    """Reconcile service dates: judge, store, and write the exports."""
    settings = open_site(config)
    if due:
        if day or first or last:
            raise UsageError("due_and_dates")
        _run_due(settings, allow_shrink, as_json)
    dates = dates_of(day, first, last)
    from routecheck.jobs.run import reconcile

    with progress_shown() as progress:
        report = reconcile(settings, dates, now=now(), allow_shrink=allow_shrink, progress=progress)
    _report(settings, [report], report.exit_status, as_json)
    raise click.exceptions.Exit(report.exit_status)


def _run_due(config: Config, allow_shrink: bool, as_json: bool) -> NoReturn:
    from routecheck.jobs.catch_up import do_round
    from routecheck.present.run_summary import round_notices

    with progress_shown() as progress:
        done = do_round(config, now=now(), allow_shrink=allow_shrink, progress=progress)
    _report(config, done.reports, done.exit_status, as_json)
    for line in round_notices(done, config.site.language):
        tell(line)
    raise click.exceptions.Exit(done.exit_status)


@click.command(cls=Command)
@click.argument("point", metavar="POINT")
@click.option("--date", "day", metavar="DATE", required=True)
@click.option("--window", metavar="HH:MM", default="")
@click.option("--tolerance", metavar="METRES", type=float)
@as_json_option
@click.option("--map", "map_file", metavar="FILE.html", type=FILE)
@click.option("--png", "png_file", metavar="FILE.png", type=FILE)
@config_option
def recheck(
    point: str,
    day: str,
    window: str,
    tolerance: float | None,
    as_json: bool,
    map_file: Path | None,
    png_file: Path | None,
    config: Path,
) -> None:
    """Judge the pickups of one point again and show the evidence. Changes nothing."""
    settings = open_site(config)
    service_date = date_of(day, "--date")
    from routecheck.domain.settings import LARGEST_TOLERANCE_M

    if tolerance is not None and not 0 < tolerance <= LARGEST_TOLERANCE_M:
        raise UsageError("tolerance_range", most=LARGEST_TOLERANCE_M, found=tolerance)
    starts = _clock(window) if window else None
    from routecheck.engine.session import open_site as opened
    from routecheck.present.recheck_text import as_json as explanation_json
    from routecheck.present.recheck_text import as_text, scene_of
    from routecheck.queries.explain import explain_point

    with (
        progress_shown() as progress,
        opened(settings, now=now(), progress=progress) as site,
    ):
        explanation = explain_point(
            site, plain_id(point), service_date, window=starts, tolerance_m=tolerance
        )
    found = explanation_json(explanation, settings.site.language, settings.time_zone)
    if as_json:
        import json

        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found, settings.site.language))
    if map_file is not None:
        from routecheck.present.files import write_whole
        from routecheck.present.maps.point_page import point_page

        page = point_page(scene_of(explanation, settings), tiles=settings.export.tiles)
        tell(str(write_whole(map_file, page)))
    if png_file is not None:
        from routecheck.present.files import write_whole
        from routecheck.present.maps.point_picture import point_picture

        tell(str(write_whole(png_file, point_picture(scene_of(explanation, settings)))))


def _clock(text: str) -> str:
    """A time of day as windows are told, `HH:MM`, however the schedule may write it."""
    from routecheck.sources.cell_values import read_minute

    try:
        hour, minute = divmod(read_minute(text), 60)
    except ValueError:
        raise UsageError("window_wanted", found=text) from None
    return f"{hour:02}:{minute:02}"


@click.command(cls=Command)
@date_option
@from_option
@to_option
@config_option
def export(day: str, first: str, last: str, config: Path) -> None:
    """Write the CSV files again from the store."""
    settings = open_site(config)
    dates = dates_of(day, first, last)
    from routecheck.present.exports import export as write
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise no_verdicts(dates)
        tell_unjudged(dates, known)
        for path in write(settings, store, wanted):
            click.echo(str(path))


@click.command(cls=Command)
@as_json_option
@click.option("--check", is_flag=True)
@config_option
def status(as_json: bool, check: bool, config: Path) -> None:
    """Show what ran, when, on what data, and what is due."""
    settings = open_site(config)
    from routecheck.present.status_text import as_json as status_json
    from routecheck.present.status_text import as_text
    from routecheck.queries.status import read_status

    status = read_status(settings, now())
    found = status_json(status, settings.site.language, settings.time_zone)
    if as_json:
        import json

        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        click.echo(as_text(found, settings.site.language))
    if check and status.problems:
        raise click.exceptions.Exit(1)


def _report(config: Config, reports: list[RunReport], status: int, as_json: bool) -> None:
    """Summary to standard output; what was kept apart, or failed, to standard error."""
    from routecheck.present import run_summary

    for report in reports:
        for line in run_summary.notices(report, config.site.language):
            tell(line)
        if not as_json:
            for line in run_summary.results(report, config.site.language, config.time_zone):
                click.echo(line)
    if as_json:
        import json

        click.echo(json.dumps(run_summary.as_json(reports, status), ensure_ascii=False, indent=2))
