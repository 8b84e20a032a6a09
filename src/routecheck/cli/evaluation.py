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
    from routecheck.evaluate import (
        compare_store,
        measure,
        read_truth,
        stored_verdicts,
        truth_of_checks,
    )
    from routecheck.store import Store

    zone = settings.time_zone
    known = None if truth is None else read_truth(truth, zone)
    with Store.open(settings.store_url, create=False) as store:
        if known is None:
            if not settings.checks.given:
                raise UsageError("no_checks_configured")
            from routecheck.sources.tables import read_checks

            seen = read_checks(settings.checks, settings.directory, zone).table
            known = truth_of_checks(seen, stored_verdicts(store)[0], zone)
        evaluation = measure(compare_store(store, known))
    if as_json:
        import json

        from routecheck.present import evaluation_json

        click.echo(json.dumps(evaluation_json.as_json(evaluation), ensure_ascii=False, indent=2))
    else:
        from routecheck.present.evaluation_text import as_text

        click.echo(as_text(evaluation, settings.site.language))
    if plot is not None:
        from routecheck.present import evaluation_picture

        evaluation_picture.plot(evaluation, plot)
        click.echo(str(plot), err=True)
