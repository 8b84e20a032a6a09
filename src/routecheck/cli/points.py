"""Commands about the records of points: `diagnose`, `accept`, `reject`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from routecheck.cli.console import Console
from routecheck.cli.options import (
    PointId,
    as_json_option,
    check_order,
    config_option,
    from_option,
    now,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    from routecheck.config import Config

points_argument = click.argument("points", type=PointId(), nargs=-1)
by_option = click.option("--by", metavar="NAME", default="")
undo_option = click.option("--undo", is_flag=True)


@click.command(cls=Command)
@from_option
@to_option
@click.option("--export", is_flag=True)
@as_json_option
@config_option
@click.pass_obj
def diagnose(
    console: Console,
    first: date | None,
    last: date | None,
    export: bool,
    as_json: bool,
    config: Config,
) -> None:
    """List the points whose record is wrong, why, and the proposed correction."""
    check_order(first, last)
    from routecheck.engine.session import open_site
    from routecheck.present import corrections_text
    from routecheck.queries.corrections import diagnose_records

    with console.progress() as progress, open_site(config, now=now(), progress=progress) as site:
        records = diagnose_records(site, first, last)
    lines = [corrections_text.as_text(records, console.language, config.time_zone)]
    console.answer(as_json, corrections_text.as_json(records), lines)
    if export:
        files = corrections_text.export_points(config, records)
        (console.message if as_json else console.result)(*files)


@click.command(cls=Command)
@points_argument
@click.option("--all", "everything", is_flag=True)
@click.option("--min-confidence", type=click.FloatRange(0.0, 1.0), default=0.0)
@from_option
@undo_option
@by_option
@config_option
@click.pass_obj
def accept(
    console: Console,
    points: tuple[str, ...],
    everything: bool,
    min_confidence: float,
    first: date | None,
    undo: bool,
    by: str,
    config: Config,
) -> None:
    """Enter proposed corrections in the registry. The points file is never written to."""
    if undo and first:
        raise UsageError("calls.undo_and_from")
    if points and everything:
        raise UsageError("calls.points_and_all")
    _decide(
        console, config, points, CorrectionState.ACCEPTED, by=by, undo=undo, holds_from=first,
        everything=everything, min_confidence=min_confidence,
    )  # fmt: skip


@click.command(cls=Command)
@points_argument
@undo_option
@by_option
@config_option
@click.pass_obj
def reject(console: Console, points: tuple[str, ...], undo: bool, by: str, config: Config) -> None:
    """Keep corrections from being proposed again."""
    _decide(console, config, points, CorrectionState.REJECTED, by=by, undo=undo)


def _decide(
    console: Console,
    config: Config,
    points: tuple[str, ...],
    state: CorrectionState,
    **options: Any,
) -> None:
    from routecheck.jobs.decisions import decide
    from routecheck.present.decisions_text import point_lines, total_lines

    decision = decide(config, points, state, told=console.message, **options)
    console.result(*point_lines(decision, console.language))
    more = f" --config {console.config_path}" if console.config_named else ""
    console.message(*total_lines(decision, console.language, more=more))
