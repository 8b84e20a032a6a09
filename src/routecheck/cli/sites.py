"""Commands that make sites, and look at them: `init`, `simulate`, `plot`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from routecheck.cli.console import Console
from routecheck.cli.options import FILE, LANGUAGE, ServiceDate
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError
from routecheck.texts import Language, text

directory_argument = click.argument("directory", metavar="DIR", type=FILE)


@click.command(cls=Command)
@directory_argument
@click.option("--language", type=LANGUAGE)
@click.pass_obj
def init(console: Console, directory: Path, language: Language | None) -> None:
    """Write a new site: a commented configuration and import templates."""
    from routecheck.config import write_site

    console.result(*write_site(directory, language or console.language))


@click.command(cls=Command)
@directory_argument
@click.option("--seed", default=1)
@click.option("--days", type=click.IntRange(1), default=7)
@click.option("--profile", metavar="NAME", default="county")
@click.option("--start", type=ServiceDate(), default="2026-03-02")
@click.option("--points", type=int)
@click.option("--trucks", type=int)
@click.option("--language", type=LANGUAGE, default="en")
@click.option("--set", "amounts", metavar="NAME=VALUE", multiple=True)
@click.pass_obj
def simulate(
    console: Console,
    directory: Path,
    seed: int,
    days: int,
    profile: str,
    start: date,
    points: int | None,
    trucks: int | None,
    language: Language,
    amounts: tuple[str, ...],
) -> None:
    """Write a whole site with known truth, ready to run."""
    from routecheck.simulate import write_site

    if directory.exists() and not directory.is_dir():
        raise UsageError("calls.folder_is_file", path=directory)
    if directory.exists() and any(directory.iterdir()):
        raise UsageError("calls.folder_not_empty", path=directory)
    try:
        with console.progress() as progress:
            made = write_site(
                directory,
                profile=profile,
                seed=seed,
                days=days,
                start=start,
                language=language,
                progress=progress,
                **{"points": points, "trucks": trucks} | dict(map(_amount, amounts)),
            )
    except (TypeError, ValueError) as error:
        raise UsageError("calls.not_simulated_so", reason=error) from None
    alerts = round(sum(made.alerts) / max(len(made.alerts), 1))
    counts = {
        name: getattr(made, name)
        for name in ("points", "trucks", "days", "fixes", "pickups", "misses")
    }
    command = f"routecheck run --config {directory / 'routecheck.toml'} --date {start}"
    console.result(
        text("simulation.simulated", console.language, **counts, alerts=alerts),
        text("simulation.run_it", console.language, command=command),
    )


def _amount(text: str) -> tuple[str, Any]:
    """Return name and value of `NAME=VALUE`."""
    from routecheck.simulate import amount_from_text

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError("calls.set_wanted", found=text)
    return name, amount_from_text(name, value)


@click.command(cls=Command)
@directory_argument
@click.option("--vehicle", metavar="VEHICLE")
@click.option("--date", "day", type=ServiceDate())
@click.option("--output", "-o", type=FILE)
@click.pass_obj
def plot(
    console: Console, directory: Path, vehicle: str | None, day: date | None, output: Path | None
) -> None:
    """Draw a simulated site: recorded against true points, or a day of a vehicle."""
    from routecheck.simulate.plots import first_date, plot_points, plot_truck_day

    if day and not vehicle:
        raise UsageError("calls.date_of_which_vehicle")
    path = output or directory / "points.png"
    try:
        if vehicle:
            on = day or first_date(directory)
            path = output or directory / f"{vehicle}_{on}.png"
            plot_truck_day(directory, vehicle, on, path)
        else:
            plot_points(directory, path)
    except ValueError as error:
        raise UsageError("calls.not_simulated_so", reason=error) from None
    except OSError as error:
        raise UsageError("not_written", path=path, reason=error.strerror or error) from None
    console.result(path)
