"""routecheck: which waste pickups were really missed, from GPS alone.

    result = routecheck.judge(points, schedule, fixes, date="2026-03-02", time_zone="Asia/Shanghai")

What can be called is listed in `routecheck.api`, and imported when it is first used. It is
provisional until 1.0.
"""

__version__ = "0.2.0"
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
    "__version__",
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


def __getattr__(name: str) -> object:
    # By name, so that rooms which import this package for its version do not import what is above
    # them (PEP 562).
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module("routecheck.api"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
