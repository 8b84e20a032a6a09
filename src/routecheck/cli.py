"""The command line: what an operator types, and what a scheduler calls.

Results go to standard output, messages to standard error. Heavy libraries are imported inside
the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from routecheck import __version__
from routecheck.errors import RoutecheckError, UsageError

if TYPE_CHECKING:
    from routecheck.config import Config
    from routecheck.run import Progress, RunReport

app = typer.Typer(
    name="routecheck",
    help="Which waste pickups were really missed, from GPS alone.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration of the site.", metavar="FILE")
]
DEFAULT_CONFIG = Path("config/routecheck.toml")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; never ends in a traceback for something a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        # Old Windows consoles cannot show every character; better a mark than a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Tables and modules are long-lived here: collecting garbage often costs a tenth of a run.
    gc.set_threshold(200_000, 20, 100)
    try:
        app(args=arguments, standalone_mode=True)
    except RoutecheckError as error:
        _tell(f"routecheck: {error}")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        _tell("routecheck: interrupted; what was stored before is whole")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except MemoryError:
        _tell("routecheck: out of memory; run fewer dates at once")
        sys.exit(1)
    sys.exit(0)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"routecheck {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Which waste pickups were really missed, from GPS alone."""


@app.command()
def run(
    day: Annotated[str, typer.Option("--date", help="A service date, ISO.")] = "",
    first: Annotated[str, typer.Option("--from", help="First service date of a range.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last service date of a range.")] = "",
    allow_shrink: Annotated[
        bool,
        typer.Option(
            "--allow-shrink", help="Take a points file that lacks many of the known points."
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Reconcile service dates: judge, store, and write the exports."""
    from routecheck.config import load_config

    settings = load_config(config)
    dates = _dates(day, first, last)
    from routecheck.run import reconcile

    with _progress() as progress:
        report = reconcile(
            settings, dates, now=_now(), allow_shrink=allow_shrink, progress=progress
        )
    _report(settings, report)
    raise typer.Exit(report.exit_status)


@app.command()
def recheck(
    point: Annotated[str, typer.Argument(help="The point, as the exports name it.")],
    day: Annotated[str, typer.Option("--date", help="The service date, ISO.")],
    window: Annotated[
        str, typer.Option("--window", help="Only the pickup whose window starts at HH:MM.")
    ] = "",
    tolerance: Annotated[
        float | None, typer.Option("--tolerance", help="What if the tolerance were so many metres.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Judge the pickups of one point again and show the evidence. Changes nothing."""
    from routecheck.config import load_config

    settings = load_config(config)
    service_date = _date(day, "--date")
    if tolerance is not None and not 0 < tolerance <= 10_000:
        raise UsageError(f"--tolerance must be between 0 and 10000 metres, found {tolerance:g}")
    from routecheck.recheck import as_text, look_again

    with _progress() as progress:
        found = look_again(
            settings,
            _plain_id(point),
            service_date,
            window=window or None,
            tolerance_m=tolerance,
            now=_now(),
            progress=progress,
        )
    if as_json:
        import json

        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(found, settings.site.language))


@app.command()
def export(
    day: Annotated[str, typer.Option("--date", help="A service date, ISO.")] = "",
    first: Annotated[str, typer.Option("--from", help="First service date of a range.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last service date of a range.")] = "",
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write the CSV files again from the store."""
    from routecheck.config import load_config

    settings = load_config(config)
    dates = _dates(day, first, last)
    from routecheck.errors import MissingDataError
    from routecheck.run import export as write
    from routecheck.store import Store

    with Store.open(settings.store_url, create=False) as store:
        known = {entry["service_date"] for entry in store.dates()}
        wanted = [one for one in dates if one in known]
        if not wanted:
            raise MissingDataError(
                f"the store holds no verdicts for {dates[0]}"
                + (f" to {dates[-1]}" if len(dates) > 1 else "")
                + "; run that date first; nothing was written"
            )
        for path in write(settings, store, wanted):
            typer.echo(str(path))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Show what ran, when, on what data, and what is due."""
    from routecheck.config import load_config

    settings = load_config(config)
    from routecheck.status import as_text, read_status

    found = read_status(settings, _now())
    if as_json:
        import json

        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        typer.echo(as_text(found, settings.site.language))


@app.command()
def init(
    directory: Annotated[Path, typer.Argument(help="The folder to make.", metavar="DIR")],
    language: Annotated[str, typer.Option("--language", help="en or zh.")] = "en",
) -> None:
    """Write a new site: a commented configuration and import templates."""
    from routecheck.config import write_site

    for path in write_site(directory, _language(language)):
        typer.echo(str(path))


@app.command()
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
) -> None:
    """Write a whole site with known truth, ready to run."""
    from routecheck.simulate import write_site

    if directory.exists() and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty; name a new folder")
    try:
        with _progress() as progress:
            made = write_site(
                directory,
                profile=profile,
                seed=seed,
                days=days,
                start=_date(start, "--start"),
                points=points,
                trucks=trucks,
                language=_language(language),
                progress=progress,
            )
    except ValueError as error:
        raise UsageError(str(error)) from None
    alerts = round(sum(made.alerts) / max(len(made.alerts), 1))
    typer.echo(
        f"{made.points} points, {made.trucks} trucks, {made.days} days, {made.fixes} fixes, "
        f"{made.pickups} pickups, {made.misses} really missed, about {alerts} alerts a day"
    )
    typer.echo(f"Run it:  routecheck run --config {directory / 'routecheck.toml'} --date {start}")


def _report(config: Config, report: RunReport) -> None:
    """Summary to standard output; what was kept apart, or failed, to standard error."""
    from routecheck.model.texts import text
    from routecheck.reports.summary import summary

    language = config.site.language
    for file, message in report.failed:
        _tell(text("failed", language, file=file, message=message))
    for entry in report.dates:
        if entry.fixes == 0:
            _tell(text("no_fixes", language, day=entry.service_date))
    for source, reasons in report.rejected.items():
        from routecheck.model.codes import RejectReason

        label = ", ".join(
            f"{RejectReason(code).label(language)} {count}" for code, count in reasons.items()
        )
        name = "rejected_*.csv" if source == "fixes" else f"rejected_{source}.csv"
        count = sum(reasons.values())
        _tell(text("rejected", language, count=count, source=source, reasons=label, file=name))
    lines = summary(
        [entry.pickups for entry in report.dates],
        [entry.alerts for entry in report.dates],
        [entry.service_date for entry in report.dates],
        [entry.provisional for entry in report.dates],
        report.corrections,
        report.files,
        language,
    )
    for line in lines:
        typer.echo(line)


def _dates(day: str, first: str, last: str) -> list[date]:
    from routecheck.run import dates_between

    if day and not (first or last):
        return [_date(day, "--date")]
    if first and last and not day:
        a, b = _date(first, "--from"), _date(last, "--to")
        if b < a:
            raise UsageError(f"--to {b} lies before --from {a}")
        return dates_between(a, b)
    raise UsageError("say which dates: --date D, or --from A --to B")


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} wants a date like 2026-03-02, found {text!r}") from None


def _language(text: str) -> str:
    if text not in ("en", "zh"):
        raise UsageError(f"--language is en or zh, found {text!r}")
    return text


def _plain_id(text: str) -> str:
    """An id as the exports show it: without the mark that keeps spreadsheets from formulas."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _now() -> object:
    import pandas as pd

    return pd.Timestamp.now("UTC")


def _tell(message: str) -> None:
    typer.echo(message, err=True)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Progress on one line of a terminal; nothing where standard error is not one."""
    width = 0

    def show(what: str, share: float) -> None:
        nonlocal width
        line = f"{share:4.0%}  {what}"
        sys.stderr.write("\r" + line.ljust(width))
        sys.stderr.flush()
        width = len(line)

    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    try:
        yield show
    finally:
        sys.stderr.write("\r" + " " * width + "\r")
        sys.stderr.flush()
