"""The command line: what an operator types, and what a scheduler calls.

Results go to standard output, messages to standard error. Heavy libraries are imported inside
the commands, so that `--help` answers at once. One module a group of commands; errors become one
line and an exit status here.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from typing import NoReturn

import click
from click.exceptions import NoArgsIsHelpError

from routecheck import __version__
from routecheck.cli import evaluation, judging, points, reports, service, sites, speech
from routecheck.cli.common import tell
from routecheck.cli.completion import completion_options
from routecheck.cli.pages import Group, dress, wrong_call
from routecheck.domain.errors import RoutecheckError, Said, UsageError

INTERRUPTED = 130
"""Exit status of what Ctrl-C ended, as shells have it."""


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(f"routecheck {__version__}")
        ctx.exit()


@click.group(cls=Group, no_args_is_help=True)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@completion_options
def app() -> None:
    """Which waste pickups were really missed, from GPS alone."""


for command in (
    *(judging.run, judging.recheck, judging.export, judging.status, reports.report),
    *(points.diagnose, points.accept, points.reject),
    *(sites.init, sites.simulate, sites.plot),
    *(service.serve, service.history, evaluation.evaluate, service.store),
):
    app.add_command(command)


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
        status = dress(app).main(args=arguments, prog_name="routecheck", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except RoutecheckError as error:
        tell(f"routecheck: {error.told(speech.spoken())}")
        sys.exit(error.exit_status)
    except click.ClickException as error:
        page = isinstance(error, NoArgsIsHelpError)
        tell(str(error) if page else f"routecheck: {wrong_call(error).told(speech.spoken())}")
        sys.exit(UsageError.exit_status)
    except (KeyboardInterrupt, click.Abort):
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


def _refused(error: OSError) -> Said:
    """What a full disk or a forbidden folder has kept from being read, written or said."""
    reason = error.strerror or str(error)
    if error.filename is None:
        return Said("not_written_out", reason=reason)
    return Said("refused_by_system", file=error.filename, reason=reason)
