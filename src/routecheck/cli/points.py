"""Commands about the records of points: `diagnose`, `accept`, `reject`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from routecheck.cli.common import (
    DEFAULT_CONFIG,
    ConfigOption,
    date_of,
    now,
    open_site,
    plain_id,
    progress_shown,
    tell,
)
from routecheck.cli.pages import Command
from routecheck.errors import UsageError

if TYPE_CHECKING:
    from routecheck.model.codes import CorrectionState

Points = Annotated[list[str] | None, typer.Argument(metavar="POINT…")]
By = Annotated[str, typer.Option("--by", metavar="NAME")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (diagnose, accept, reject):
        app.command(cls=Command)(command)


def diagnose(
    first: Annotated[str, typer.Option("--from", metavar="DATE")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE")] = "",
    export: Annotated[bool, typer.Option("--export")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """List the points whose record is wrong, why, and the proposed correction."""
    settings = open_site(config)
    a = date_of(first, "--from") if first else None
    b = date_of(last, "--to") if last else None
    if a and b and b < a:
        raise UsageError("dates_reversed", first=a, last=b)
    from routecheck import corrections

    with progress_shown() as progress:
        found = corrections.diagnose_site(settings, a, b, now=now(), progress=progress)
    if as_json:
        import json

        typer.echo(json.dumps(corrections.as_json(found), ensure_ascii=False, indent=2))
    else:
        typer.echo(corrections.as_text(found, settings.site.language, settings.time_zone))
    if export:
        for path in corrections.export_points(settings, found):
            typer.echo(str(path), err=as_json)


def accept(
    points: Points = None,
    everything: Annotated[bool, typer.Option("--all")] = False,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0.0, max=1.0, metavar="X")
    ] = 0.0,
    first: Annotated[str, typer.Option("--from", metavar="DATE")] = "",
    undo: Annotated[bool, typer.Option("--undo")] = False,
    by: By = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Enter proposed corrections in the registry. The points file is never written to."""
    from routecheck.model.codes import CorrectionState

    holds_from = date_of(first, "--from") if first else None
    if undo and holds_from:
        raise UsageError("undo_and_from")
    _decide(
        config, points, CorrectionState.ACCEPTED, by=by, undo=undo, holds_from=holds_from,
        everything=everything, min_confidence=min_confidence,
    )  # fmt: skip


def reject(
    points: Points = None,
    undo: Annotated[bool, typer.Option("--undo")] = False,
    by: By = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Keep corrections from being proposed again."""
    from routecheck.model.codes import CorrectionState

    _decide(config, points, CorrectionState.REJECTED, by=by, undo=undo)


def _decide(config: Path, points: list[str] | None, state: CorrectionState, **options: Any) -> None:
    from routecheck.decisions import decide, point_lines, total_lines

    settings = open_site(config)
    ids = [plain_id(point) for point in points or []]
    if ids and options.get("everything"):
        raise UsageError("points_and_all")
    decision = decide(settings, ids, state, **options)
    language = settings.site.language
    for line in point_lines(decision, language):
        typer.echo(line)
    more = "" if config == DEFAULT_CONFIG else f" --config {config}"
    for line in total_lines(decision, language, more=more):
        tell(line)
