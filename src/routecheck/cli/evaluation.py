"""Commands that hold verdicts against what is known: `evaluate`."""

from __future__ import annotations

from pathlib import Path

import click

from routecheck.cli.common import FILE, as_json_option, config_option, open_site
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError


@click.command(cls=Command)
@click.option("--truth", metavar="FILE", type=FILE)
@click.option("--checks", is_flag=True)
@as_json_option
@click.option("--plot", metavar="FILE", type=FILE)
@config_option
def evaluate(
    truth: Path | None, checks: bool, as_json: bool, plot: Path | None, config: Path
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
            from routecheck.sources.tables import read_checks

            seen = read_checks(settings.checks, settings.directory, zone).table
            pickups, alerts = against.stored_verdicts(store)
            found = against.evaluate_checks(pickups, alerts, seen, zone)
    if as_json:
        import json

        click.echo(json.dumps(against.as_json(found), ensure_ascii=False, indent=2))
    else:
        click.echo(against.as_text(found, language))
    if plot is not None:
        against.plot(found, plot)
        click.echo(str(plot), err=True)
