"""The command line: what an operator types, and what a scheduler calls.

Results go to standard output, messages to standard error. Heavy libraries are imported inside
the commands, so that `--help` answers at once. One module a group of commands, each with a
`register` that adds them; errors become one line and an exit status here.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from routecheck import __version__
from routecheck.cli import evaluation, judging, points, reports, service, sites
from routecheck.cli.common import tell
from routecheck.errors import RoutecheckError

INTERRUPTED = 130
"""Exit status of what Ctrl-C ended, as shells have it."""

app = typer.Typer(
    name="routecheck",
    help="Which waste pickups were really missed, from GPS alone.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)
for group in (judging, reports, points, sites, service, evaluation):
    group.register(app)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; never ends in a traceback for something a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        # Old Windows consoles cannot show every character; better a mark than a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Tables and modules are long-lived here: collecting garbage often costs a tenth of a run.
    gc.set_threshold(1_000_000, 20, 100)
    gc.enable()
    try:
        app(args=arguments, standalone_mode=True)
    except RoutecheckError as error:
        tell(f"routecheck: {error}")
        sys.exit(error.exit_status)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            tell("routecheck: interrupted; what was stored before is whole, run it again")
        raise
    except KeyboardInterrupt:
        tell("routecheck: interrupted; what was stored before is whole")
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except MemoryError:
        tell("routecheck: out of memory; run fewer dates at once")
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
