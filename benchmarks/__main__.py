"""One command for all benchmarks: `python -m benchmarks PART …`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import matching

PARTS = {"matching": matching}
"""Each a module with `add_arguments(parser)` and `run(arguments)`."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, module in PARTS.items():
        part = parts.add_parser(name, help=(module.__doc__ or "").splitlines()[0])
        part.add_argument(
            "--data",
            type=Path,
            default=Path(tempfile.gettempdir()) / "routecheck-benchmarks",
            help="where made data is kept between runs (default: %(default)s)",
        )
        part.add_argument("--repeat", type=int, default=3, help="runs of each; the median counts")
        module.add_arguments(part)
    arguments = parser.parse_args()
    PARTS[arguments.part].run(arguments)


if __name__ == "__main__":
    main()
