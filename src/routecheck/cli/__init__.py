"""The command line: what an operator types, and what a scheduler calls.

Results go to standard output, messages to standard error. Heavy libraries are imported inside
the commands, so that `--help` answers at once. One module a group of commands, each with a
`register` that adds them; errors become one line and an exit status here.
"""

from __future__ import annotations

import copy
import gc
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.main import get_command_name
from typer.models import CommandInfo

from routecheck import __version__
from routecheck.cli import evaluation, judging, points, reports, service, sites, speech
from routecheck.cli.common import tell
from routecheck.cli.pages import WrongCall, dress, typer_app, wrong_call
from routecheck.errors import RoutecheckError, Said, UsageError

INTERRUPTED = 130
"""Exit status of what Ctrl-C ended, as shells have it."""

app = typer_app("routecheck")
for group in (judging, reports, points, sites, service, evaluation):
    group.register(app)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; never ends in a traceback for something a user can cause."""
    for stream in (sys.stdout, sys.stderr):
        # Old Windows consoles cannot show every character; better a mark than a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    speech.speak(speech.of_environment())
    # Tables and modules are long-lived here: collecting garbage often costs a tenth of a run.
    gc.set_threshold(1_000_000, 20, 100)
    gc.enable()
    try:
        words = sys.argv[1:] if arguments is None else arguments
        command = dress(typer.main.get_command(_called(words)))
        status = command.main(args=arguments, prog_name="routecheck", standalone_mode=False)
        if status == INTERRUPTED:
            tell(f"routecheck: {Said('interrupted').told(speech.spoken())}")
        sys.exit(status if isinstance(status, int) else 0)
    except RoutecheckError as error:
        tell(f"routecheck: {error.told(speech.spoken())}")
        sys.exit(error.exit_status)
    except WrongCall as error:
        page = type(error).__name__ == "NoArgsIsHelpError"
        tell(str(error) if page else f"routecheck: {wrong_call(error).told(speech.spoken())}")
        sys.exit(UsageError.exit_status)
    except KeyboardInterrupt:
        tell(f"routecheck: {Said('interrupted').told(speech.spoken())}")
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        tell(f"routecheck: {_refused(error).told(speech.spoken())}")
        sys.exit(1)
    except MemoryError:
        tell(f"routecheck: {Said('out_of_memory').told(speech.spoken())}")
        sys.exit(1)


def _called(words: Sequence[str]) -> typer.Typer:
    """Return the app with the command that is called alone: Typer takes 10 ms to build them all.

    Where the first word is none of them (an option, a group, a slip) all are there to be told of.
    """
    named = [known for known in app.registered_commands if words and _name(known) == words[0]]
    if not named:
        return app
    alone = copy.copy(app)
    alone.registered_commands, alone.registered_groups = named, []
    return alone


def _name(known: CommandInfo) -> str:
    return known.name or get_command_name(getattr(known.callback, "__name__", ""))


def _refused(error: OSError) -> Said:
    """What a full disk or a forbidden folder has kept from being read, written or said."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return Said("not_written_out", reason=reason)
    return Said("refused_by_system", file=error.filename, reason=reason)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"routecheck {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    """Which waste pickups were really missed, from GPS alone."""
