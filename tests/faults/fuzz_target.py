"""What the fuzzer calls: a reader on a file that holds some bytes. Run by `faults.fuzzing`.

It imports nothing of ours before it is told which lines to watch.

Wrong is what no reader may do: raise what is no error for users, fail in our own code on a file
(rather than in a library that refuses it), lose count of rows, hold a table that its declaration
does not allow.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

KINDS = (
    ("points", "csv"), ("schedule", "csv"), ("alerts", "csv"), ("vehicles", "csv"),
    ("calendar", "csv"), ("checks", "csv"), ("fixes", "csv"), ("fixes", "csv.gz"),
    ("fixes", "parquet"), ("points", "xlsx"), ("schedule", "xlsx"), ("checks", "xlsx"),
)  # fmt: skip
"""Tables and formats; the first byte of what is tried chooses one."""
ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 5, 6, tzinfo=UTC)


def look(kind: tuple[str, str], data: bytes, folder: Path) -> None:
    """Read a file that holds `data`.

    Raises:
        Exception: something is wrong with how it was read.
    """
    from routecheck.domain.errors import RoutecheckError

    table, ending = kind
    path = folder / f"{table}.{ending}"
    path.write_bytes(data)
    try:
        _readers()[table](path.name, folder)
    except RoutecheckError:
        pass
    finally:
        path.unlink()


def _readers() -> dict[str, Callable[[str, Path], None]]:
    from routecheck import config
    from routecheck.domain import tables as of
    from routecheck.sources.fixes_from_files import FixFiles
    from routecheck.sources.points import read_points
    from routecheck.sources.schedule import read_schedule
    from routecheck.sources.tables import read_alerts, read_calendar, read_checks, read_vehicles

    def table(
        read: Callable[..., object], source: Callable[..., object], kind: of.Table, *zone: ZoneInfo
    ) -> Callable[[str, Path], None]:
        def reader(name: str, folder: Path) -> None:
            result = read(source(path=name), folder, *zone)
            assert result.rows_in == len(result.table) + len(result.rejected), "rows were lost"
            kind.check(result.table)

        return reader

    def fixes(name: str, folder: Path) -> None:
        with FixFiles.read(config.FixesSource(path=name), folder, ZONE, now=NOW) as found:
            kept = sum(found.rows_by_day.values())
            assert kept + len(found.rejected) == sum(found.rows_in.values()), "rows were lost"
            for on in found.days[:3]:
                of.FIXES.check(found.load(on))

    return {
        "points": table(read_points, config.PointsSource, of.POINTS),
        "schedule": table(read_schedule, config.ScheduleSource, of.SCHEDULE),
        "alerts": table(read_alerts, config.AlertsSource, of.ALERTS, ZONE),
        "vehicles": table(read_vehicles, config.VehiclesSource, of.VEHICLES),
        "calendar": table(read_calendar, config.CalendarSource, of.CALENDAR),
        "checks": table(read_checks, config.ChecksSource, of.CHECKS, ZONE),
        "fixes": fixes,
    }


class _OwnFailures(logging.Handler):
    """Keeps what our own code raised on a file, which to users is one that cannot be read."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.failed: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and _own(error):
            self.failed = error


def _own(error: BaseException) -> bool:
    """Whether an error was raised by a line of ours; a library's refusal of a file is none."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and "/routecheck/" in frames[-1].filename.replace("\\", "/")


def _where(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/routecheck/" in frame.filename or frame.name == "reader"]
    at = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {at}"


def main(found: Path, arguments: Sequence[str]) -> None:
    """The process that fuzzes; it ends with the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=["routecheck.sources"]):
        _readers()
    scratch = found / "scratch"
    scratch.mkdir(exist_ok=True)
    handler = _OwnFailures()
    log = logging.getLogger("routecheck.sources.one_file")
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False

    def one(data: bytes) -> None:
        if not data:
            return
        kind = KINDS[data[0] % len(KINDS)]
        handler.failed = None
        try:
            look(kind, data[1:], scratch)
        except Exception as error:
            handler.failed = error
        if handler.failed is not None:
            # Each place once: the fuzzer goes on.
            what = f"{'.'.join(kind)}: {_where(handler.failed)}: {str(handler.failed)[:200]}"
            path = found / f"{re.sub('[^A-Za-z0-9]+', '_', _where(handler.failed))}.json"
            if not path.exists():
                path.with_suffix(".input").write_bytes(data)
                path.write_text(json.dumps({"what": what}))

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
