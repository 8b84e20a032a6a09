"""One command for all benchmarks: `python -m benchmarks PART … [--write docs/speed.md]`."""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks import fleet, matching, outputs, whole
from benchmarks.measure import Section, markdown, table

PARTS = {"matching": matching, "run": whole, "outputs": outputs, "fleet": fleet}
"""Each a module with `add_arguments(parser)` and `run(arguments)`, which gives sections."""

ABOUT = """\
# Speed

Made by `{command}` on {today}.

{machine}

Each measurement is a process of its own, from the start of the interpreter to its end, with
compiled modules as once installed. What is compared runs in turns; seconds are medians of
{repeat} runs and ratios medians of the ratios within a turn, so that other work on the machine
meets both alike. CPU is that of all threads together. Data are made with fixed seeds.
"""


def main() -> None:
    """Run the parts that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name in (*PARTS, "all"):
        chosen = [PARTS[name]] if name in PARTS else list(PARTS.values())
        what = (chosen[0].__doc__ or "").splitlines()[0] if name in PARTS else "all of them"
        part = parts.add_parser(name, help=what)
        part.add_argument(
            "--data",
            type=Path,
            default=Path(tempfile.gettempdir()) / "routecheck-benchmarks",
            help="where made data is kept between runs (default: %(default)s)",
        )
        part.add_argument("--repeat", type=int, default=3, help="runs of each; the median counts")
        part.add_argument("--write", type=Path, help="make a page of what was found")
        for module in chosen:
            module.add_arguments(part)
    arguments = parser.parse_args()
    chosen = [PARTS[arguments.part]] if arguments.part in PARTS else list(PARTS.values())
    found: list[Section] = []
    for module in chosen:
        for section in module.run(arguments):
            print(f"{section.title}\n{table(section.rows)}\n", flush=True)
            found.append(section)
    if arguments.write is not None:
        about = ABOUT.format(
            command=" ".join(["python -m benchmarks", *sys.argv[1:]]),
            today=datetime.datetime.now(datetime.UTC).date(),
            machine=machine(),
            repeat=arguments.repeat,
        )
        arguments.write.write_text("\n".join([about, *map(markdown, found)]), encoding="utf-8")


def machine() -> str:
    """The machine, and the versions of what takes the time."""
    processor = platform.processor() or platform.machine()
    description = Path("/proc/cpuinfo")
    if description.exists():
        lines = description.read_text().splitlines()
        names = [line.split(":")[1] for line in lines if "model name" in line]
        processor = names[0].strip() if names else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ("routecheck", "numpy", "pandas", "pyarrow", "sqlalchemy", "geopandas")
    found = ", ".join(f"{name} {_version(name)}" for name in packages)
    return (
        f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}, "
        f"Python {platform.python_version()}, {found}. "
        f"Load average at the end: {os.getloadavg()[1]:.1f}; more than 1 is other work, and makes "
        "every second longer."
    )


def _version(name: str) -> str:
    if name == "routecheck":
        from routecheck import __version__

        return __version__
    return version(name)


if __name__ == "__main__":
    main()
