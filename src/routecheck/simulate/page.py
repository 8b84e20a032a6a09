"""The page of the simulator (docs/simulator.md), generated so that it cannot be out of date.

python -m routecheck.simulate.page > docs/simulator.md
"""

from __future__ import annotations

import dataclasses
import re
import sys
from typing import Any

import routecheck.simulate

from .amounts import PROFILES, Amounts

_ABOUT = """\
# The simulator

    routecheck simulate DIR --profile county --seed 1 --days 14
    routecheck run --config DIR/routecheck.toml --from 2026-03-02 --to 2026-03-15
    routecheck evaluate --truth DIR/truth.csv --config DIR/routecheck.toml

Nobody publishes the tracks of waste trucks with their schedules and the truth beside them, so
counties are made up here, and whoever wants to can try routecheck on one before there is any data
of their own. A site needs seconds; the same seed gives the same bytes on every machine, another
seed another county.

## What is simulated

- **The place.** Roads wind (a vertex every 40 to 60 m), some run side by side 40 to 70 m apart;
  streets of a town have points 40 to 80 m apart, country roads fewer. There are depots and
  transfer stations.
- **The work.** Trucks make one or two trips a day over rounds of their own, some by night with
  windows past midnight. Some points are due twice a day, some on certain weekdays or every second
  day, and a holiday cancels a township. Drivers rest at their usual place, halt, wait at signals,
  crawl, turn round, swap rounds, do a colleague's points, are late.
- **The motion** is known to the second, with smooth accelerations: a pickup is a stand of 20 to
  400 s, 0 to 18 m along the road from the bins.
- **The devices** report every 10 to 120 s, with noise that lasts from fix to fix, bursts of
  multipath, cold starts, valleys without positions or with late uploads, gaps, silence with the
  ignition off, no speed or a speed stuck at 0, clocks that are off, terminals moved to another
  truck, and rows that are plainly dirty.
- **The records** of points are wrong as in real registries: whole townships surveyed in GCJ-02 or
  BD-09, swapped axes, degrees-minutes read as degrees, digits cut off, points on the wrong road
  or at another point's place, some without any.
- **The misses.** Single points skipped on the way or never driven to, some every day, rounds that
  broke off or did not run; beside some of the skipped a truck stands for another reason.

## Profiles

| profile | what for |
| --- | --- |
| `county` | the county of the alerts: 406 points, about 170 alerts a day, 1 to 2% really missed |
| `ideal` | nothing wrong with records, devices or operation: nobody may be accused |
| `hard` | poorer devices, more faults and more misses |
| `dense` | points 30 to 50 m apart along streets: neighbours share stands |
| `prefecture` | 10,000 points, 400 trucks, Parquet: for speed |

`--points` and `--trucks` resize any of them, and `--set NAME=VALUE` sets any other amount (see
below): `routecheck simulate DIR --profile hard --set late_rate=0.2`.

## Looking at it

    routecheck plot DIR                                      # recorded against true points
    routecheck plot DIR --vehicle V0009 --date 2026-03-02    # a day of a truck

A day of a truck of `simulate DIR --days 1`, drawn by the second command:

![A day of a truck](simulated-day.png)

and the points of that county, by the first:

![Recorded against true points](simulated-points.png)
"""

_MONITOR = """\
## Trying another monitor

The files are those that any monitor gets: points, schedule, fixes, nothing in them tells the truth.
Let it judge them, and write what it says as `alerts/*.csv` of the site (`alert_id`, `point_id`,
`service_date`, `raised_at`, optional `window_start`) in place of the files there. Then

    routecheck run --config DIR/routecheck.toml --from 2026-03-02 --to 2026-03-15
    routecheck evaluate --truth DIR/truth.csv --config DIR/routecheck.toml

tells precision and recall of these alerts beside those of routecheck. The rows of `truth.csv`
with the cause `not_due` or `unknown_point` and an empty window belong to the alerts that were
there before: leave them out with those alerts. To judge by other means, join
`point_id`, `service_date` and `window_start` with `truth.csv`, count as wrong accusations what was
collected, and leave out of every count what is not `observable`: there nobody can know.
"""

_GROUPS = {
    "points": "The place",
    "twice_share": "The service",
    "gcj02_townships": "The records",
    "interval_mix": "The devices",
    "rest_rate": "The operation",
    "not_run_rate": "Genuine misses",
    "monitor_fault_rate": "The monitor",
    "fixes_format": "The files",
}
"""The amount with which each group begins."""

MEANINGS = {
    "points": "collection points",
    "trucks": "trucks",
    "centre_lon": "longitude of the centre, deg",
    "centre_lat": "latitude of the centre, deg",
    "box_m": "side of a county, m",
    "townships": "townships",
    "blocks": "counties side by side, each with roads of its own",
    "town_share": "share of the points along the streets of a town",
    "town_spacing_m": "distance of points along a street, m",
    "parallel_roads": "roads that run beside another one",
    "twice_share": "share of points due in both trips of a day",
    "weekday_share": "share of points not due on every weekday",
    "every_second_share": "share of points due every second day",
    "no_vehicle_share": "share of schedule rows without a vehicle",
    "night_trucks": "trucks whose windows run past midnight",
    "retired_points": "points that are no longer valid",
    "holiday": "whether a township has a holiday",
    "gcj02_townships": "townships surveyed in GCJ-02",
    "bd09_townships": "townships surveyed in BD-09",
    "batch_share": "share of points in them, aimed at",
    "misplaced_share": "share of points recorded elsewhere",
    "tolerance_fault_share": "share of points recorded just beyond the tolerance of the stands",
    "coordinate_fault_share": "share of swapped, misread or cut coordinates",
    "no_location_points": "points without a location",
    "interval_mix": "seconds between fixes, and their shares of the devices",
    "noise_m": "noise, m (standard deviation in each axis)",
    "multipath_per_hour": "bursts of multipath an hour",
    "cold_start_m": "error after a cold start, m",
    "poor_day_rate": "days of a device with poor positions throughout",
    "speed_missing_share": "share of devices without speed",
    "speed_zero_share": "share of devices whose speed is always 0",
    "zero_speed_filtered_share": "share of devices that drop fixes at speed 0",
    "silent_when_parked_share": "share of devices silent with the ignition off",
    "single_loss_share": "share of fixes that are lost",
    "short_gaps_per_day": "short gaps, a truck and day",
    "dead_zones": "valleys where nothing is positioned",
    "blind_zones": "valleys whose fixes arrive late",
    "dead_day_rate": "days on which a device reports nothing",
    "died_rate": "days on which a device falls silent",
    "feed_silent_rate": "days on which the feed of all trucks falls silent for a while",
    "late_rate": "days whose fixes are uploaded late",
    "clock_trucks": "trucks with a wrong clock for some days",
    "terminal_moves": "terminals moved to another truck",
    "dirty_share": "share of dirty rows",
    "stale_rate": "stale repeats of a position while the truck moves",
    "rest_rate": "long stands at a driver's usual place, a trip",
    "light_stop": "probability of a stop at a signal",
    "halts_per_trip": "stands for no reason of the service, a trip",
    "crawls_per_trip": "stretches at walking pace, a trip",
    "round_swap_rate": "rounds that two trucks swap",
    "takeover_share": "share of rounds not run or broken off that a colleague finishes",
    "point_swap_rate": "points that a colleague takes along",
    "delay_rate": "rounds that begin hours late",
    "trip_swap_rate": "days on which the two trips are swapped",
    "not_run_rate": "rounds not run; one truck a day and county at most",
    "broke_off_rate": "rounds broken off",
    "passed_by_rate": "pickups driven past",
    "not_approached_rate": "pickups whose branch is not driven",
    "never_served_points": "points never served on any day",
    "decoy_share": "share of skipped points with a stand 36 to 60 m away",
    "monitor_fault_rate": "alerts against the monitor's own rule, a pickup",
    "not_due_alerts": "alerts a day for pickups that were not due",
    "unknown_id_rate": "alerts a day for a point that nobody knows",
    "fixes_format": "`csv`, `csv.gz` or `parquet`",
    "headers": "headers of the fixes: `canonical` or `chinese`",
    "encoding": "of points and alerts: `utf-8`, `utf-8-sig` or `gb18030`",
    "check_share": "share of pickups that somebody went to see (`checks.csv`)",
}
"""Of every amount. Rates are probabilities for each truck-day or pickup."""


def simulator_page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_ABOUT, _rules(), _MONITOR, _amounts()])


def _rules() -> str:
    """The rules of files, monitor and truth, as the package states them."""
    text = (routecheck.simulate.__doc__ or "").split("\n", 4)[4]
    text = re.sub(r"^(.+)\n-+$", r"## \1\n", text, flags=re.MULTILINE)
    return text.replace("``", "`")


def _amounts() -> str:
    lines = [
        "## Amounts",
        "",
        "Blank: as in `county`. Shares are of 1; rates are probabilities for each truck-day or",
        "pickup.",
    ]
    names = list(PROFILES)
    base = PROFILES["county"]
    for field in dataclasses.fields(Amounts):
        if field.name in _GROUPS:
            heads = " | ".join(f"`{name}`" for name in names)
            lines += ["", f"### {_GROUPS[field.name]}", "", f"| amount | meaning | {heads} |"]
            lines.append("| --- | --- |" + " --- |" * len(names))
        cells = [_shown(getattr(base, field.name))]
        for name in names[1:]:
            value = getattr(PROFILES[name], field.name)
            cells.append("" if value == getattr(base, field.name) else _shown(value))
        lines.append(f"| `{field.name}` | {MEANINGS[field.name]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.6g}" if value < 1000 else f"{value:,.0f}"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return ", ".join(f"{_shown(s)}: {_shown(share)}" for s, share in value)
    if isinstance(value, tuple):
        return " to ".join(_shown(one) for one in value)
    return f"`{value}`"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(simulator_page())
