"""Simulated sites with known truth: a county, its trucks, their fixes, and a plain monitor.

The package shares no code and no constants with the service it tests.

Files
-----
``write_site`` writes a directory that is ready to run: ``routecheck.toml``, ``points.csv``,
``schedule.csv``, ``fixes/fixes_DATE.csv`` (by local date of receipt; ``.csv.gz`` or ``.parquet``
by the amount ``fixes_format``), ``alerts/alerts_DATE.csv`` (by service date), ``vehicles.csv``,
``calendar.csv``, ``checks.csv``, ``truth.csv`` and ``truth_points.csv``. Times in fixes are local
(Asia/Shanghai) without an offset, in Parquet instants in UTC; in alerts, checks and truth they are
local with an offset. The same call writes the same bytes; more days leave the earlier ones as
they are, but for the fixes received after the last date.

What the monitor alerts on, what the truth says, and what counts as observable stand in `truth`.
"""

from __future__ import annotations

from .amounts import Amounts
from .profiles import DRAWN, PROFILES, amount_from_text, amounts_for
from .site import SiteSummary, write_site

__all__ = [
    "DRAWN",
    "PROFILES",
    "Amounts",
    "SiteSummary",
    "amount_from_text",
    "amounts_for",
    "write_site",
]
