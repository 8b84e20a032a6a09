"""Commands that hold verdicts against what is known: `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from routecheck.cli.common import DEFAULT_CONFIG, ConfigOption, open_site
from routecheck.cli.pages import Command
from routecheck.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(cls=Command)(evaluate)


def evaluate(
    truth: Annotated[Path | None, typer.Option("--truth", metavar="FILE")] = None,
    checks: Annotated[bool, typer.Option("--checks")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", metavar="FILE")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Compare the stored verdicts, and the monitor's alerts, with known truth."""
    settings = open_site(config)
    if (truth is None) == (not checks):
        raise UsageError("compare_with_what")
    from routecheck import evaluate as against
    from routecheck.store import Store

    zone, language = settings.time_zone, settings.site.language
    known = None if truth is None else against.read_truth(truth, zone)
    with Store.open(settings.store_url, create=False) as store:
        if known is not None:
            found = against.measure(against.compare_store(store, known))
        else:
            if not settings.checks.given:
                raise UsageError("no_checks_configured")
            from routecheck.sources.optional import read_checks

            seen = read_checks(settings.checks, settings.directory, zone).table
            pickups, alerts = against.stored_verdicts(store)
            found = against.evaluate_checks(pickups, alerts, seen, zone)
    if as_json:
        import json

        typer.echo(json.dumps(against.as_json(found), ensure_ascii=False, indent=2))
    else:
        typer.echo(against.as_text(found, language))
    if plot is not None:
        against.plot(found, plot)
        typer.echo(str(plot), err=True)
