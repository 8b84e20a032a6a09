"""Commands that judge: `run`, `rejudge`, `recheck`, `export`, `status`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import (
    FILE,
    ServiceDate,
    as_json_option,
    config_option,
    date_option,
    dates_of,
    from_option,
    judged_dates,
    now,
    point_argument,
    tell_unjudged,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import RoutecheckError, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config
    from routecheck.engine.results import RunReport
    from routecheck.evaluate.sampling import Sampled
    from routecheck.present.layers import Format


@click.command(cls=Command)
@date_option
@from_option
@to_option
@click.option("--due", is_flag=True)
@click.option("--allow-shrink", is_flag=True)
@click.option("--new-store", is_flag=True)
@as_json_option
@config_option
@click.pass_obj
def run(
    console: Console,
    day: date | None,
    first: date | None,
    last: date | None,
    due: bool,
    allow_shrink: bool,
    new_store: bool,
    as_json: bool,
    config: Config,
) -> int:
    """Reconcile service dates: judge, store, and write the exports."""
    if due:
        if day or first or last:
            raise UsageError("calls.due_and_dates")
        return _run_due(console, config, allow_shrink, new_store, as_json)
    dates = dates_of(day, first, last)
    from routecheck.jobs.run import reconcile

    with console.progress() as progress:
        report = reconcile(
            config,
            dates,
            now=now(),
            allow_shrink=allow_shrink,
            new_store=new_store,
            told=console.message,
            progress=progress,
        )
    _report(console, config, [report], report.exit_status, as_json)
    return report.exit_status


def _run_due(
    console: Console, config: Config, allow_shrink: bool, new_store: bool, as_json: bool
) -> int:
    from routecheck.jobs.catch_up import do_round
    from routecheck.present.run_summary import round_notices

    with console.progress() as progress:
        done = do_round(
            config,
            now=now(),
            allow_shrink=allow_shrink,
            new_store=new_store,
            told=console.message,
            progress=progress,
        )
    _report(console, config, done.reports, done.exit_status, as_json)
    console.message(*round_notices(done, console.language))
    return done.exit_status


def _report(
    console: Console, config: Config, reports: list[RunReport], status: int, as_json: bool
) -> None:
    """Summary to standard output; what was kept apart, or failed, to standard error."""
    from routecheck.present import run_summary

    lines = []
    for report in reports:
        console.message(*run_summary.notices(report, console.language))
        lines += run_summary.results(report, console.language, config.time_zone)
    console.answer(as_json, run_summary.as_json(reports, status), lines)


@click.command(cls=Command)
@from_option
@to_option
@click.option("--dry-run", is_flag=True)
@as_json_option
@config_option
@click.pass_obj
def rejudge(
    console: Console,
    first: date | None,
    last: date | None,
    dry_run: bool,
    as_json: bool,
    config: Config,
) -> int:
    """Judge again dates that were judged, and tell what that changes."""
    dates = dates_of(None, first, last)
    from routecheck.jobs.rejudge import rejudge as judge_again
    from routecheck.present import rejudge_text, run_summary

    with console.progress() as progress:
        done = judge_again(
            config, dates, now=now(), trial=dry_run, told=console.message, progress=progress
        )
    tell_unjudged(console, done.unjudged)
    console.message(*run_summary.notices(done.report, console.language))
    answer = rejudge_text.as_json(done, config.time_zone)
    lines = rejudge_text.as_text(done, console.language, config.time_zone)
    console.answer(as_json, answer, lines)
    return done.exit_status


@click.command(cls=Command)
@point_argument
@click.option("--date", "day", type=ServiceDate(words=True), required=True)
@click.option("--window", metavar="HH:MM")
@click.option("--tolerance", metavar="METRES", type=float)
@as_json_option
@click.option("--map", "map_file", type=FILE)
@click.option("--png", "png_file", type=FILE)
@config_option
@click.pass_obj
def recheck(
    console: Console,
    point: str,
    day: date,
    window: str | None,
    tolerance: float | None,
    as_json: bool,
    map_file: Path | None,
    png_file: Path | None,
    config: Config,
) -> None:
    """Judge the pickups of one point again and show the evidence. Changes nothing."""
    from routecheck.domain.settings import LARGEST_TOLERANCE_M

    if tolerance is not None and not 0 < tolerance <= LARGEST_TOLERANCE_M:
        raise UsageError("calls.tolerance_range", most=LARGEST_TOLERANCE_M, found=tolerance)
    starts = _clock(window) if window else None
    from routecheck.engine.session import open_site
    from routecheck.present import recheck_text
    from routecheck.present.files import write_whole
    from routecheck.queries.explain import explain_point

    with console.progress() as progress, open_site(config, now=now(), progress=progress) as site:
        explanation = explain_point(site, point, day, window=starts, tolerance_m=tolerance)
    answer = recheck_text.as_json(explanation, console.language, config.time_zone)
    console.answer(as_json, answer, [recheck_text.as_text(answer, console.language)])
    if map_file is not None:
        from routecheck.present.maps.point_page import point_page

        scene, export = recheck_text.scene_of(explanation, config), config.export
        page = point_page(scene, tiles=export.tiles, tiles_datum=export.tiles_datum)
        console.message(write_whole(map_file, page))
    if png_file is not None:
        from routecheck.present.maps.point_picture import point_picture

        console.message(
            write_whole(png_file, point_picture(recheck_text.scene_of(explanation, config)))
        )


def _clock(text: str) -> str:
    """Return a time of day as windows start at, `HH:MM`, however a schedule may write it."""
    from routecheck.sources.cell_values import read_minute

    try:
        hour, minute = divmod(read_minute(text), 60)
    except ValueError:
        raise UsageError("calls.window_wanted", found=text) from None
    return f"{hour:02}:{minute:02}"


@click.command(cls=Command)
@date_option
@from_option
@to_option
@click.option("--episodes", is_flag=True)
@click.option("--dataset", metavar="DIR", type=FILE)
@click.option("--format", "form", type=click.Choice(["gpkg", "geoparquet", "geojson"]))
@config_option
@click.pass_obj
def export(
    console: Console,
    day: date | None,
    first: date | None,
    last: date | None,
    episodes: bool,
    dataset: Path | None,
    form: Format | None,
    config: Config,
) -> None:
    """Write the CSV files again from the store, a data set to be analysed, or layers of a map."""
    dates = dates_of(day, first, last)
    if dataset is not None and episodes:
        raise UsageError("calls.episodes_and_dataset")
    if form is not None and (dataset is not None or episodes):
        raise UsageError("calls.format_alone")
    from routecheck.engine.judged_before import open_store

    with open_store(config) as store:
        judged = {entry["service_date"] for entry in [*store.dates(), *store.running()]}
        wanted = judged_dates(console, dates, judged)
        store.require_as_written(wanted)
        if form is not None:
            from routecheck.present.layers import export_layers

            console.result(*export_layers(config, store, wanted, form))
            return
        if dataset is None:
            from routecheck.present.exports import export as write

            console.result(*write(config, store, wanted, episodes=episodes))
            return
        from routecheck.present.dataset import export_dataset

        with console.progress() as progress:
            written = export_dataset(config, store, wanted, dataset, progress=progress)
        console.result(*written)


@click.command(cls=Command)
@as_json_option
@click.option("--check", is_flag=True)
@click.option("--learned", is_flag=True)
@config_option
@click.pass_obj
def status(console: Console, as_json: bool, check: bool, learned: bool, config: Config) -> int:
    """Show what ran, when, on what data, and what is due; or what the data have taught."""
    if learned:
        if check:
            raise UsageError("calls.learned_and_check")
        _learned(console, as_json, config)
        return 0
    from routecheck.present import status_text
    from routecheck.queries.status import read_status

    status = read_status(config, now())
    answer = status_text.as_json(status, console.language, config.time_zone)
    if status.failure is not None:
        if as_json:
            console.answer(as_json, answer, [])
        raise status.failure
    lines = [status_text.as_text(answer, console.language)]
    if (sampled := _sampled(config)) is not None:
        from routecheck.present.evaluation_json import as_json as plain
        from routecheck.present.sample_text import sampled_lines

        answer["sampled"] = plain(sampled)
        lines += sampled_lines(sampled, console.language)
    console.answer(as_json, answer, lines)
    return 1 if check and status.problems else 0


def _sampled(config: Config) -> Sampled | None:
    """What is known by drawn samples; None: none was drawn, or it cannot be read now."""
    from routecheck.engine.field_checks import all_checks
    from routecheck.engine.judged_before import open_store
    from routecheck.evaluate.sample_draws import kept_draws, what_samples_say
    from routecheck.sources.tables import read_checks

    try:
        with open_store(config) as store:
            if not kept_draws(store):
                return None
            zone = config.time_zone
            checks = read_checks(config.checks, config.directory, zone).table
            return what_samples_say(store, all_checks(checks, store, zone), zone)
    except RoutecheckError:
        return None


def _learned(console: Console, as_json: bool, config: Config) -> None:
    from routecheck.engine.session import open_site
    from routecheck.present import learned_text
    from routecheck.queries.learned import what_was_learned

    with console.progress() as progress, open_site(config, now=now(), progress=progress) as site:
        answer = learned_text.as_json(what_was_learned(site))
    console.answer(as_json, answer, [learned_text.as_text(answer, console.language)])
