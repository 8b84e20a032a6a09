"""`python -m routecheck`, and the console script: the command line in a process of its own."""

from __future__ import annotations

import gc
import logging
import os
import sys
from typing import NoReturn

_ENVIRONMENT = {
    # A pool of threads for products of large matrices, of which there are none here: they would
    # only spin. One also sums in the same order whatever the number of cores.
    "OPENBLAS_NUM_THREADS": "1",
}
"""What libraries ask while they are imported; what a person has set stands."""


def command() -> NoReturn:
    """Run the command line, and leave without taking the interpreter apart.

    Freeing some 100,000 objects of pandas and SQLAlchemy one by one takes a quarter of a second,
    a fifth of a county-day, and the system takes them back at once. Everything that is to last
    has been closed by then: the store and the files when their contexts ended, the logs here.
    """
    # What is imported lives as long as the process: looking for garbage in it is in vain.
    gc.disable()
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from routecheck.cli import main

    status = 1
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            raise
        status = ended.code or 0
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            pass  # nobody reads any more
        except OSError as error:
            # A full disk: what was said is lost.
            status = status or 1
            if stream is sys.stdout:
                from routecheck.domain.errors import Said

                print(
                    f"routecheck: {Said('not_written_out', reason=error.strerror)}", file=sys.stderr
                )
    os._exit(status)


if __name__ == "__main__":
    command()
