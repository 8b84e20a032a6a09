"""Commands that compare verdicts with what is known: `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import FILE, as_json_option, config_option
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError

if TYPE_CHECKING:
    from routecheck.config import Config


@click.command(cls=Command)
@click.option("--truth", type=FILE)
@click.option("--checks", is_flag=True)
@as_json_option
@click.option("--plot", type=FILE)
@config_option
@click.pass_obj
def evaluate(
    console: Console,
    truth: Path | None,
    checks: bool,
    as_json: bool,
    plot: Path | None,
    config: Config,
) -> None:
    """Compare the stored verdicts, and the monitor's alerts, with known truth."""
    if (truth is None) == (not checks):
        raise UsageError("calls.compare_with_what")
    if checks and not config.checks.given:
        raise UsageError("calls.no_checks_configured")
    from routecheck.engine.judged_before import open_store
    from routecheck.evaluate import (
        compare_store,
        measure,
        read_truth,
        stored_verdicts,
        truth_of_checks,
    )
    from routecheck.present import evaluation_json, evaluation_text
    from routecheck.sources.tables import read_checks

    zone = config.time_zone
    known = None if truth is None else read_truth(truth, zone)
    with open_store(config) as store:
        if known is None:
            checked = read_checks(config.checks, config.directory, zone).table
            known = truth_of_checks(checked, stored_verdicts(store)[0], zone)
        evaluation = measure(compare_store(store, known))
    lines = [evaluation_text.as_text(evaluation, console.language)]
    console.answer(as_json, evaluation_json.as_json(evaluation), lines)
    if plot is not None:
        from routecheck.present import evaluation_picture

        evaluation_picture.plot(evaluation, plot)
        console.message(plot)
