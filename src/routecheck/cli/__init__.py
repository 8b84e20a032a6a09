"""The command line: what an operator types, and what a scheduler calls.

Results go to standard output, messages to standard error. A command parses its call, has a query
or a job answer it, and hands the answer to what presents it. Heavy libraries are imported inside
the commands, so that `--help` answers at once. One module a group of commands.

Shells complete commands and options with click's own scripts (`_ROUTECHECK_COMPLETE`).
"""

from __future__ import annotations

from collections.abc import Sequence

import click

from routecheck import __version__
from routecheck.cli import (
    desk,
    evaluation,
    fleet,
    judging,
    points,
    reports,
    service,
    sites,
    sources,
)
from routecheck.cli.console import Console, environment_language
from routecheck.cli.failures import report_failure
from routecheck.cli.pages import Group


@click.group(cls=Group, no_args_is_help=True)
@click.version_option(__version__, message="%(prog)s %(version)s")
def app() -> None:
    """Which waste pickups were really missed, from GPS alone."""


for command in (
    *(
        judging.run,
        judging.rejudge,
        judging.recheck,
        judging.export,
        judging.status,
        reports.report,
        reports.doctor,
    ),
    *(points.diagnose, points.accept, points.reject),
    *(sites.init, sources.connect, sites.simulate, sites.plot),
    desk.desk,
    *(
        service.serve,
        service.history,
        evaluation.evaluate,
        evaluation.sample,
        evaluation.calibrate,
        service.store,
    ),
    fleet.fleet,
):
    app.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit status.

    Args:
        arguments: those of the process, where not given.
    """
    console = Console(environment_language())
    try:
        # A command returns its status; None is 0.
        status = app.main(arguments, prog_name="routecheck", standalone_mode=False, obj=console)
    except (Exception, KeyboardInterrupt) as error:
        return report_failure(error, console)
    return int(status or 0)
