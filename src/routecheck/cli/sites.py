"""Commands that make sites, and look at them: `init`, `simulate`, `plot`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from routecheck.cli import speech
from routecheck.cli.common import FILE, date_of, date_option, language_of, progress_shown
from routecheck.cli.pages import Command
from routecheck.domain.errors import UsageError
from routecheck.texts import text

directory_argument = click.argument("directory", metavar="DIR", type=FILE)


@click.command(cls=Command)
@directory_argument
@click.option("--language", metavar="LANGUAGE", default="")
def init(directory: Path, language: str) -> None:
    """Write a new site: a commented configuration and import templates."""
    from routecheck.config import write_site

    for path in write_site(directory, language_of(language) if language else speech.spoken()):
        click.echo(str(path))


@click.command(cls=Command)
@directory_argument
@click.option("--seed", metavar="N", default=1)
@click.option("--days", metavar="N", type=click.IntRange(1), default=7)
@click.option("--profile", metavar="PROFILE", default="county")
@click.option("--start", metavar="DATE", default="2026-03-02")
@click.option("--points", metavar="N", type=int)
@click.option("--trucks", metavar="N", type=int)
@click.option("--language", metavar="LANGUAGE", default="en")
@click.option("--set", "amounts", metavar="NAME=VALUE", multiple=True)
def simulate(
    directory: Path,
    seed: int,
    days: int,
    profile: str,
    start: str,
    points: int | None,
    trucks: int | None,
    language: str,
    amounts: tuple[str, ...],
) -> None:
    """Write a whole site with known truth, ready to run."""
    from routecheck.simulate import write_site

    if directory.exists() and not directory.is_dir():
        raise UsageError("folder_is_file", path=directory)
    if directory.exists() and any(directory.iterdir()):
        raise UsageError("folder_not_empty", path=directory)
    try:
        with progress_shown() as progress:
            made = write_site(
                directory,
                profile=profile,
                seed=seed,
                days=days,
                start=date_of(start, "--start"),
                points=points,
                trucks=trucks,
                language=language_of(language),
                progress=progress,
                **dict(_amount(text) for text in amounts),
            )
    except (TypeError, ValueError) as error:
        raise UsageError("not_simulated_so", reason=error) from None
    alerts = round(sum(made.alerts) / max(len(made.alerts), 1))
    counts = {
        name: getattr(made, name) for name in ("points", "trucks", "days", "fixes", "pickups")
    }
    click.echo(
        text("simulation.simulated", speech.spoken(), **counts, misses=made.misses, alerts=alerts)
    )
    command = f"routecheck run --config {directory / 'routecheck.toml'} --date {start}"
    click.echo(text("simulation.run_it", speech.spoken(), command=command))


def _amount(text: str) -> tuple[str, Any]:
    """Name and value of `NAME=VALUE`."""
    from routecheck.simulate import amount_from_text

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError("set_wanted", found=text)
    return name, amount_from_text(name, value)


@click.command(cls=Command)
@directory_argument
@click.option("--vehicle", metavar="VEHICLE", default="")
@date_option
@click.option("--output", "-o", metavar="FILE", type=FILE)
def plot(directory: Path, vehicle: str, day: str, output: Path | None) -> None:
    """Draw a simulated site: recorded against true points, or a day of a vehicle."""
    from routecheck.simulate.plots import first_date, plot_points, plot_truck_day

    if day and not vehicle:
        raise UsageError("date_of_which_vehicle")
    wanted = date_of(day, "--date") if day else None
    try:
        if vehicle:
            on = wanted or first_date(directory)
            path = output or directory / f"{vehicle}_{on}.png"
            plot_truck_day(directory, vehicle, on, path)
        else:
            path = output or directory / "points.png"
            plot_points(directory, path)
    except ValueError as error:
        raise UsageError("not_simulated_so", reason=error) from None
    except OSError as error:
        raise UsageError("not_written", path=path, reason=error.strerror or error) from None
    click.echo(str(path))
