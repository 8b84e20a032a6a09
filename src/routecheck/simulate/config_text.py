"""The configuration file of a simulated site."""

from __future__ import annotations

from .amounts import Amounts

_TEXT = """\
# A simulated site (profile {profile}). Every path is relative to this file.
# truth.csv and truth_points.csv beside it say what really happened; no command but
# `evaluate` reads them.

[site]
name = "{name}"
time_zone = "Asia/Shanghai"
language = "{language}"

[points]
path = "points.csv"
datum = "wgs84"              # what the office declares; some townships were surveyed otherwise

[schedule]
path = "schedule.csv"

[fixes]
path = "fixes/*.{suffix}"
datum = "wgs84"

[alerts]
path = "alerts/*.csv"

[vehicles]
path = "vehicles.csv"

[calendar]
path = "calendar.csv"

[checks]
path = "checks.csv"

[store]
url = "sqlite:///routecheck.db"

[export]
directory = "out"
report = true                # report_D.html with the map, and a workbook, for each date
"""


def config_text(amounts: Amounts, profile: str, language: str) -> str:
    """The text of routecheck.toml."""
    name = "模拟县" if language == "zh" else "Simulated county"
    return _TEXT.format(profile=profile, name=name, language=language, suffix=amounts.fixes_format)
