"""Commands that compare verdicts with what is known, and learn from it: `evaluate`, `calibrate`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.cli.console import Console
from routecheck.cli.options import (
    FILE,
    as_json_option,
    config_option,
    config_parameter,
    date_option,
    dates_of,
    from_option,
    judged_dates,
    now,
    to_option,
)
from routecheck.cli.pages import Command
from routecheck.domain.errors import Message, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.config import Config
    from routecheck.evaluate import World
    from routecheck.store import Store


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
    from routecheck.engine.judged_before import open_store
    from routecheck.evaluate import (
        compare_store,
        measure,
        read_truth,
        stored_verdicts,
        truth_of_checks,
    )
    from routecheck.evaluate.sample_draws import what_samples_say
    from routecheck.present import evaluation_json, evaluation_text
    from routecheck.present.sample_text import sampled_lines

    zone = config.time_zone
    known = None if truth is None else read_truth(truth, zone)
    checked = None
    with open_store(config) as store:
        if known is None:
            checked = _checked(config, store)
            known = truth_of_checks(checked, stored_verdicts(store)[0], zone)
        evaluation = measure(compare_store(store, known))
        sampled = what_samples_say(store, checked, zone) if checked is not None else None
    lines = [evaluation_text.as_text(evaluation, console.language)]
    answer = evaluation_json.as_json(evaluation)
    if sampled is not None:
        lines += ["", *sampled_lines(sampled, console.language)]
        answer["sampled"] = evaluation_json.as_json(sampled)
    console.answer(as_json, answer, lines)
    if plot is not None:
        from routecheck.present import evaluation_picture

        evaluation_picture.plot(evaluation, plot)
        console.message(plot)


@click.command(cls=Command)
@click.option("--n", "count", type=click.IntRange(min=1), default=20)
@date_option
@from_option
@to_option
@config_option
@click.pass_obj
def sample(
    console: Console,
    count: int,
    day: date | None,
    first: date | None,
    last: date | None,
    config: Config,
) -> None:
    """Draw at random which pickups to look at, and write the file to fill in."""
    dates = dates_of(day, first, last)
    from routecheck.engine.judged_before import open_store
    from routecheck.jobs.sampling import draw_sample
    from routecheck.present.sample_text import sample_lines, write_sample

    with open_store(config) as store:
        judged = {entry["service_date"] for entry in store.dates()}
    wanted = judged_dates(console, dates, judged)
    drawn = draw_sample(config, wanted, count, told=console.message)
    console.result(*sample_lines(drawn, console.language, config.time_zone))
    path, new = write_sample(config, drawn)
    console.message(Message("calls.sample_written" if new else "calls.sample_kept", path=path))


@click.command(cls=Command)
@click.argument("files", type=FILE, nargs=-1)
@click.option("--truth", type=FILE, multiple=True)
@click.option("--checks", is_flag=True)
@click.option("--group", "groups", metavar="NAME=GLOB", multiple=True)
@click.option("--only-gains", is_flag=True)
@click.option("--write", type=FILE)
@as_json_option
@config_parameter
@click.pass_obj
def calibrate(
    console: Console,
    files: Sequence[Path],
    truth: Sequence[Path],
    checks: bool,
    groups: Sequence[str],
    only_gains: bool,
    write: Path | None,
    as_json: bool,
    config: Path,
) -> None:
    """Refit the confidences of judging, and say what that is worth on worlds left out."""
    if not (truth or files or checks):
        raise UsageError("calls.calibrate_by_what")
    named = _named_groups(groups)
    from routecheck.evaluate import refit
    from routecheck.present import calibration_text, evaluation_json
    from routecheck.present.files import write_whole
    from routecheck.verdicts.confidence import installed

    paths = [*truth, *files]
    names = _world_names(paths)
    worlds = [
        _world(name, _group_of(name, path, named), path, config)
        for name, path in zip(names, paths, strict=True)
    ]
    if checks:
        name = config.resolve().parent.name
        worlds.append(_world(f"{name} (checks)", _group_of(name, config, named), None, config))
    found = refit(worlds, installed(), only_gains=only_gains)
    text = calibration_text.as_text(found, console.language)
    console.answer(as_json, evaluation_json.as_json(found), [text])
    if write is None:
        console.message(Message("calibration.nothing_written"))
        return
    toml = calibration_text.as_toml(found, now().date(), console.language)
    path = write_whole(write, toml.encode())
    console.message(Message("calibration.written", path=path))


def _named_groups(groups: Sequence[str]) -> list[tuple[str, str]]:
    """Names and patterns of groups.

    Raises:
        UsageError: one is not `NAME=GLOB`.
    """
    parted = [group.partition("=") for group in groups]
    for group, (name, _, pattern) in zip(groups, parted, strict=True):
        if not (name and pattern):
            raise UsageError("calls.calibrate_group", found=group)
    return [(name, pattern) for name, _, pattern in parted]


def _world_names(paths: Sequence[Path]) -> list[str]:
    """The folders of truth files, by as much of each as tells them apart."""
    folders = [path.resolve().parent for path in paths]
    short = [folder.name for folder in folders]
    return [
        name if short.count(name) == 1 else str(folder)
        for name, folder in zip(short, folders, strict=True)
    ]


def _group_of(name: str, path: Path, groups: Sequence[tuple[str, str]]) -> str:
    """The first group whose pattern fits the folder's name or the file; else its own."""
    for group, pattern in groups:
        if fnmatchcase(name, pattern) or fnmatchcase(path.as_posix(), pattern):
            return group
    return name


def _world(name: str, group: str, truth: Path | None, config_path: Path) -> World:
    """A judged site beside its truth, or beside its field checks."""
    from routecheck.config import load_config
    from routecheck.engine.judged_before import open_store
    from routecheck.evaluate import (
        World,
        compare_store,
        read_truth,
        rows_of,
        stored_verdicts,
        truth_of_checks,
    )
    from routecheck.verdicts.confidence import adapted

    beside = truth.with_name("routecheck.toml") if truth is not None else config_path
    config = load_config(beside if beside.exists() else config_path)
    zone = config.time_zone
    with open_store(config) as store:
        pickups, _ = stored_verdicts(store)
        if truth is not None:
            known = read_truth(truth, zone)
        else:
            known = truth_of_checks(_checked(config, store), pickups, zone)
        compared = compare_store(store, known)
    confidences = adapted(config.settings.judge.confidence)
    return World(name, group, rows_of(pickups, compared, zone, confidences))


def _checked(config: Config, store: Store) -> pd.DataFrame:
    """CHECKS of the file and of the words that were said at the desk.

    Raises:
        UsageError: there is no such file, and nothing was said.
    """
    from routecheck.engine.field_checks import checks_of

    checks = checks_of(config, store)
    if checks.empty and not config.checks.given:
        raise UsageError("calls.no_checks_configured")
    return checks
