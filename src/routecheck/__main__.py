"""`python -m routecheck`, and the console script: the command line in a process of its own.

What is set for the whole process is set here and nowhere else.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import traceback
import warnings
from types import TracebackType

from routecheck.cli import main
from routecheck.texts.outside import shown_lines

COLLECT_AFTER = 200_000
"""Objects made since the collector looked last (some 20 MB)."""


def command() -> None:
    """Run the command line, and end the process with its status."""
    sys.excepthook = _print_failure
    threading.excepthook = lambda failed: _print_failure(
        failed.exc_type, failed.exc_value, failed.exc_traceback
    )
    written = warnings.formatwarning
    warnings.formatwarning = lambda *told, **more: shown_lines(written(*told, **more))
    for stream in (sys.stdout, sys.stderr):
        # Old Windows consoles cannot show every character; better a mark than a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    # Tables and modules live as long as the process, and make little garbage: looking for it each
    # time that some hundred objects are made takes a tenth of a county-day.
    gc.set_threshold(COLLECT_AFTER)
    status = main()
    try:
        sys.stdout.flush()
    except OSError as error:
        status = _unwritten(error) or status
    # What is left is not searched for garbage again: a tenth of a county-day.
    gc.freeze()
    sys.exit(status)


def _print_failure(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    """Print a traceback; what it quotes may hold secrets, and text that is none."""
    lines = "".join(traceback.format_exception(kind, error, trace))
    sys.stderr.write(shown_lines(lines))


def _unwritten(error: OSError) -> int:
    """Report what a full disk kept from being written; nothing where nobody reads any more."""
    # The interpreter flushes once more when it ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return 0
    from routecheck.cli.console import Console, environment_language
    from routecheck.cli.failures import report_failure

    return report_failure(error, Console(environment_language()))


if __name__ == "__main__":
    command()
