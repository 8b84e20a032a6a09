"""Commands that make sites, and look at them: `init`, `simulate`, `plot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from routecheck.cli.common import date_of, language_of, progress_shown
from routecheck.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (init, simulate, plot):
        app.command()(command)


def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make.", metavar="DIR")],
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
) -> None:
    """Write a new site: a commented configuration and import templates."""
    from routecheck.config import write_site

    for path in write_site(directory, language_of(language)):
        typer.echo(str(path))


def simulate(
    directory: Annotated[Path, typer.Argument(help="The folder to make.", metavar="DIR")],
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another county.")] = 1,
    days: Annotated[int, typer.Option("--days", min=1, help="How many service dates.")] = 7,
    profile: Annotated[
        str, typer.Option("--profile", help="county, ideal, hard, dense or prefecture.")
    ] = "county",
    start: Annotated[str, typer.Option("--start", help="First service date.")] = "2026-03-02",
    points: Annotated[int | None, typer.Option("--points", help="How many points.")] = None,
    trucks: Annotated[int | None, typer.Option("--trucks", help="How many trucks.")] = None,
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
    amounts: Annotated[
        list[str] | None,
        typer.Option("--set", help="Another amount, such as noise_m=12.", metavar="NAME=VALUE"),
    ] = None,
) -> None:
    """Write a whole site with known truth, ready to run."""
    from routecheck.simulate import write_site

    changed = dict(_amount(text) for text in amounts or [])
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; name a new folder")
    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty; name a new folder")
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
                **changed,
            )
    except (TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
    alerts = round(sum(made.alerts) / max(len(made.alerts), 1))
    typer.echo(
        f"{made.points} points, {made.trucks} trucks, {made.days} days, {made.fixes} fixes, "
        f"{made.pickups} pickups, {made.misses} really missed, about {alerts} alerts a day"
    )
    typer.echo(f"Run it:  routecheck run --config {directory / 'routecheck.toml'} --date {start}")


def _amount(text: str) -> tuple[str, Any]:
    """Name and value of `NAME=VALUE`; numbers, tuples and true or false as Python writes them."""
    from ast import literal_eval

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError(f"--set wants NAME=VALUE, such as noise_m=12, found {text!r}")
    try:
        return name, literal_eval(value.strip().capitalize() if value.isalpha() else value)
    except (SyntaxError, ValueError):
        return name, value


def plot(
    directory: Annotated[Path, typer.Argument(help="A simulated site.", metavar="DIR")],
    vehicle: Annotated[str, typer.Option("--vehicle", help="Draw a day of this vehicle.")] = "",
    day: Annotated[str, typer.Option("--date", help="Which day of it; default: the first.")] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to; default: in DIR.")
    ] = None,
) -> None:
    """Draw a simulated site: recorded against true points, or a day of a vehicle."""
    from routecheck.simulate.plots import first_date, plot_points, plot_truck_day

    if day and not vehicle:
        raise UsageError("--date is of a vehicle: say which with --vehicle")
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
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror or error})") from None
    typer.echo(str(path))
