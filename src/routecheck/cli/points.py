"""Commands about the records of points: `diagnose`, `accept`, `reject`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from routecheck.cli.common import (
    DEFAULT_CONFIG,
    as_json_option,
    config_option,
    date_of,
    from_option,
    now,
    open_site,
    plain_id,
    progress_shown,
    tell,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    from routecheck.domain.codes import CorrectionState

points_argument = click.argument("points", metavar="POINT…", nargs=-1)
by_option = click.option("--by", metavar="NAME", default="")
undo_option = click.option("--undo", is_flag=True)


@click.command(cls=Command)
@from_option
@to_option
@click.option("--export", is_flag=True)
@as_json_option
@config_option
def diagnose(first: str, last: str, export: bool, as_json: bool, config: Path) -> None:
    """List the points whose record is wrong, why, and the proposed correction."""
    settings = open_site(config)
    a = date_of(first, "--from") if first else None
    b = date_of(last, "--to") if last else None
    if a and b and b < a:
        raise UsageError("dates_reversed", first=a, last=b)
    from routecheck.engine.session import open_site as opened
    from routecheck.present import corrections_text
    from routecheck.queries.corrections import diagnose_records

    with progress_shown() as progress, opened(settings, now=now(), progress=progress) as site:
        found = diagnose_records(site, a, b)
    if as_json:
        import json

        click.echo(json.dumps(corrections_text.as_json(found), ensure_ascii=False, indent=2))
    else:
        click.echo(corrections_text.as_text(found, settings.site.language, settings.time_zone))
    if export:
        for path in corrections_text.export_points(settings, found):
            click.echo(str(path), err=as_json)


@click.command(cls=Command)
@points_argument
@click.option("--all", "everything", is_flag=True)
@click.option("--min-confidence", metavar="X", type=click.FloatRange(0.0, 1.0), default=0.0)
@from_option
@undo_option
@by_option
@config_option
def accept(
    points: tuple[str, ...],
    everything: bool,
    min_confidence: float,
    first: str,
    undo: bool,
    by: str,
    config: Path,
) -> None:
    """Enter proposed corrections in the registry. The points file is never written to."""
    from routecheck.domain.codes import CorrectionState

    holds_from = date_of(first, "--from") if first else None
    if undo and holds_from:
        raise UsageError("undo_and_from")
    _decide(
        config, points, CorrectionState.ACCEPTED, by=by, undo=undo, holds_from=holds_from,
        everything=everything, min_confidence=min_confidence,
    )  # fmt: skip


@click.command(cls=Command)
@points_argument
@undo_option
@by_option
@config_option
def reject(points: tuple[str, ...], undo: bool, by: str, config: Path) -> None:
    """Keep corrections from being proposed again."""
    from routecheck.domain.codes import CorrectionState

    _decide(config, points, CorrectionState.REJECTED, by=by, undo=undo)


def _decide(config: Path, points: Sequence[str], state: CorrectionState, **options: Any) -> None:
    from routecheck.jobs.decisions import decide
    from routecheck.present.decisions_text import point_lines, total_lines

    settings = open_site(config)
    ids = [plain_id(point) for point in points]
    if ids and options.get("everything"):
        raise UsageError("points_and_all")
    decision = decide(settings, ids, state, **options)
    language = settings.site.language
    for line in point_lines(decision, language):
        click.echo(line)
    more = "" if config == DEFAULT_CONFIG else f" --config {config}"
    for line in total_lines(decision, language, more=more):
        tell(line)
