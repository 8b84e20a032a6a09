"""routecheck from Python: the tables that one has in, tables out. Provisional until 1.0.

    import routecheck

    result = routecheck.judge(points, schedule, fixes, date="2026-03-02", time_zone="Asia/Shanghai")
    result.pickups          # a GeoDataFrame
    result.explain("P0012") # a map in a notebook

`routecheck` itself offers all names of this room; they are imported when first used. Tables may be
data frames of pandas or geopandas, in any coordinate system that PROJ knows, or paths of files. The
way of the command line is taken: the same session, the same readers, the same stages, so that the
same data give the same verdicts; what a run keeps in its store is kept in memory. Tables that are
given are never changed; nothing is printed, nothing is set for the process, no file is written.
Errors are `RoutecheckError` with the sentences of the command line.
"""

from routecheck.api.explained import Explained
from routecheck.api.gtfs import Gtfs, from_gtfs
from routecheck.api.judging import diagnose, judge
from routecheck.api.mfjson import read_mfjson, to_mfjson
from routecheck.api.readers import (
    Read,
    read,
    read_alerts,
    read_calendar,
    read_checks,
    read_fixes,
    read_points,
    read_schedule,
    read_vehicles,
)
from routecheck.api.results import Results, explain
from routecheck.api.stored import Site, open_site
from routecheck.api.tracks import CleanedFixes, clean, stops, visits
from routecheck.domain.errors import (
    MissingDataError,
    RoutecheckError,
    UnreadableFileError,
    UsageError,
)

__all__ = [
    "CleanedFixes",
    "Explained",
    "Gtfs",
    "MissingDataError",
    "Read",
    "Results",
    "RoutecheckError",
    "Site",
    "UnreadableFileError",
    "UsageError",
    "clean",
    "diagnose",
    "explain",
    "from_gtfs",
    "judge",
    "open_site",
    "read",
    "read_alerts",
    "read_calendar",
    "read_checks",
    "read_fixes",
    "read_mfjson",
    "read_points",
    "read_schedule",
    "read_vehicles",
    "stops",
    "to_mfjson",
    "visits",
]
