"""The daily report: one self-contained HTML file, or one a township where the area is large.

Nothing is requested from anywhere: styles and scripts stand in the file, and its content security
policy allows those by their hashes and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from routecheck.geo.crs import WGS84
from routecheck.present.daily import Daily
from routecheck.present.html.page import render
from routecheck.present.html.report import view
from routecheck.present.html.whole_date import WholeDate

PAGE_POINTS = 1500
"""A page with more points than this opens slowly on office machines: it is split by township."""


def build_report(
    daily: Daily, *, tiles: str = "", tiles_datum: str = "wgs84"
) -> Mapping[str, bytes]:
    """Return the files of the report of a service date, by name.

    Args:
        daily: the date, ready to be shown.
        tiles: address of map tiles (`https://…/{z}/{x}/{y}.png`, or a path relative to the
            report); empty: none, and nothing is requested.
        tiles_datum: their datum, `wgs84` or `gcj02`; what is drawn is shifted to it.

    Returns:
        `report_D.html`; above `PAGE_POINTS` points it is an overview, and `report_D_01.html` …
        hold a township each.
    """
    day, points = daily.report.day.service_date, daily.report.points
    first = f"report_{day}.html"
    whole = WholeDate(daily, tiles_datum if tiles else WGS84)
    if len(points) <= PAGE_POINTS:
        return {first: render(view(whole, tiles=tiles), tiles)}
    names = sorted(set(points["township"]))
    digits = max(2, len(str(len(names))))
    pages = {
        township: f"report_{day}_{number:0{digits}d}.html"
        for number, township in enumerate(names, start=1)
    }
    files = {first: render(view(whole, tiles=tiles, pages=pages), tiles)}
    for township, name in pages.items():
        files[name] = render(view(whole, tiles=tiles, township=township, back=first), tiles)
    return files
