"""What a run does not use it does not import: half of a county-day is imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {
    "alembic", "apprise", "apscheduler", "geopandas", "importlib_metadata", "jinja2", "matplotlib",
    "openpyxl", "psycopg", "pyogrio", "pyproj", "rich", "scipy", "xlsxwriter",
    "pyarrow.dataset", "pyarrow.parquet", "sqlalchemy.orm", "starlette", "uvicorn",
}  # fmt: skip
ROOMS = {
    "routecheck.daemon.notify", "routecheck.daemon.service", "routecheck.desk",
    "routecheck.evaluate",
    "routecheck.jobs.decisions", "routecheck.present.daily", "routecheck.present.html",
    "routecheck.present.reports", "routecheck.present.workbook", "routecheck.queries.corrections",
    "routecheck.queries.explain", "routecheck.queries.point_history", "routecheck.queries.status",
    "routecheck.simulate", "routecheck.store.care",
}  # fmt: skip
RUN = """
import sys
from routecheck.cli import main
assert main(sys.argv[1:]) == 0
print(*sys.modules)
"""


def imported_by(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_a_county_day_imports_nothing_that_it_does_not_use(site: Path) -> None:
    for day in ("2026-03-02", "2026-03-03"):  # The second is held against the first.
        imported = imported_by("run", "--date", day, "--config", str(site / "routecheck.toml"))
        assert {"routecheck.jobs.run", "routecheck.diagnosis", "sqlalchemy"} <= imported
        assert imported & (HEAVY | ROOMS) == set()


def test_help_imports_no_heavy_library() -> None:
    heavy = {"numpy", "pandas", "pyarrow", "pydantic", "shapely", "sqlalchemy"}
    assert imported_by("--help") & heavy == set()
