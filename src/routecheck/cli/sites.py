"""Commands that make sites, and look at them: `init`, `simulate`, `plot`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from routecheck.cli import speech
from routecheck.cli.common import date_of, language_of, progress_shown
from routecheck.cli.pages import Command
from routecheck.errors import UsageError
from routecheck.model.texts import text


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (init, simulate, plot):
        app.command(cls=Command)(command)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE")] = "",
) -> None:
    """Write a new site: a commented configuration and import templates."""
    from routecheck.config import write_site

    for path in write_site(directory, language_of(language) if language else speech.spoken()):
        typer.echo(str(path))


def simulate(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    seed: Annotated[int, typer.Option("--seed", metavar="N")] = 1,
    days: Annotated[int, typer.Option("--days", min=1, metavar="N")] = 7,
    profile: Annotated[str, typer.Option("--profile", metavar="PROFILE")] = "county",
    start: Annotated[str, typer.Option("--start", metavar="DATE")] = "2026-03-02",
    points: Annotated[int | None, typer.Option("--points", metavar="N")] = None,
    trucks: Annotated[int | None, typer.Option("--trucks", metavar="N")] = None,
    language: Annotated[str, typer.Option("--language", metavar="LANGUAGE")] = "en",
    amounts: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE"),
    ] = None,
) -> None:
    """Write a whole site with known truth, ready to run."""
    from routecheck.simulate import write_site

    changed = dict(_amount(text) for text in amounts or [])
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
                **changed,
            )
    except (TypeError, ValueError) as error:
        raise UsageError("not_simulated_so", reason=error) from None
    alerts = round(sum(made.alerts) / max(len(made.alerts), 1))
    counts = {
        name: getattr(made, name) for name in ("points", "trucks", "days", "fixes", "pickups")
    }
    typer.echo(text("simulated", speech.spoken(), **counts, misses=made.misses, alerts=alerts))
    command = f"routecheck run --config {directory / 'routecheck.toml'} --date {start}"
    typer.echo(text("run_it", speech.spoken(), command=command))


def _amount(text: str) -> tuple[str, Any]:
    """Name and value of `NAME=VALUE`; numbers, tuples and true or false as Python writes them."""
    from ast import literal_eval

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise UsageError("set_wanted", found=text)
    try:
        return name, literal_eval(value.strip().capitalize() if value.isalpha() else value)
    except (SyntaxError, ValueError):
        return name, value


def plot(
    directory: Annotated[Path, typer.Argument(metavar="DIR")],
    vehicle: Annotated[str, typer.Option("--vehicle", metavar="VEHICLE")] = "",
    day: Annotated[str, typer.Option("--date", metavar="DATE")] = "",
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE")] = None,
) -> None:
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
    typer.echo(str(path))
