"""How much of everything a simulated county has: every amount declared once, with its profiles.

`Amounts` is the table from which the profiles, what a seed draws in `drawn`, the check of values,
the reading of `NAME=VALUE` and the documentation page are made. Shares are of 1; rates are
probabilities for each truck-day or pickup; a name that ends in `_m` or `_s` is in metres or
seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from .drawn import Mix, Range


def _amount(
    county: Any,
    meaning: str,
    *,
    group: str = "",
    least: float | None = 0,
    most: float | None = None,
    one_of: tuple[str, ...] = (),
    drawn: tuple[float, float] | Range | Mix | None = None,
    **profiles: Any,
) -> Any:
    """An amount: its value in `county` and, where they differ, in other profiles.

    Args:
        county: the default; other values have its type.
        meaning: what it is, with its unit.
        group: heading under which it and those after it are listed.
        least: the lowest value allowed; None: any.
        most: the highest; None: any.
        one_of: the words allowed.
        drawn: the range from which each seed of the profile `drawn` draws; None: as in `county`.
        profiles: values by name of profile.
    """
    about = {"meaning": meaning, "group": group, "least": least, "most": most, "one_of": one_of}
    by = {
        "profiles": {"county": county, **profiles},
        "drawn": Range(*drawn) if isinstance(drawn, tuple) else drawn,
    }
    return field(default=county, metadata=about | by)


def _share(county: float, meaning: str, **profiles: Any) -> Any:
    """A share of 1 or a probability."""
    return _amount(county, meaning, most=1, **profiles)


def _fault(county: Any, meaning: str, **about: Any) -> Any:
    """An amount of something that is wrong: there is none of it in the profile `ideal`."""
    return _amount(county, meaning, ideal=type(county)(0), **about)


def _fault_share(county: float, meaning: str, **profiles: Any) -> Any:
    """A share of 1 or a probability of something that is wrong."""
    return _fault(county, meaning, most=1, **profiles)


@dataclass(frozen=True)
class Amounts:
    """Every adjustable amount."""

    points: int = _amount(406, "collection points", group="The place", least=1, prefecture=10_000)
    trucks: int = _amount(36, "trucks", least=1, prefecture=400)
    centre_lon: float = _amount(
        108.77, "longitude of the centre, deg", least=-180, most=180, drawn=(82, 125)
    )
    centre_lat: float = _amount(
        28.84, "latitude of the centre, deg", least=-90, most=90, drawn=(20, 46)
    )
    box_m: float = _amount(
        46_000.0,
        "side of a county, m",
        least=5_000,
        most=200_000,
        dense=16_000.0,
        prefecture=34_000.0,
        drawn=(12_000, 60_000),
    )
    townships: int = _amount(14, "townships", least=2, dense=4, drawn=(4, 18))
    blocks: int = _amount(
        1, "counties side by side, each with roads of its own", least=1, prefecture=25
    )
    town_share: float = _share(
        0.45, "share of the points along the streets of a town", dense=0.85, drawn=(0, 0.95)
    )
    town_spacing_m: tuple[float, float] = _amount(
        (40.0, 80.0), "distance of points along a street, m", dense=(30.0, 50.0), drawn=(15, 120)
    )
    country_spacing: float = _amount(
        1.0,
        "distances of points along country roads, in multiples of 160 to 650 m on branches and "
        "500 to 1,700 m on main roads",
        least=0.05,
        drawn=(0.25, 3),
    )
    parallel_roads: int = _amount(10, "roads that run beside another one", hard=16, drawn=(0, 25))

    twice_share: float = _share(
        0.07,
        "share of points due in both trips of a day",
        group="The service",
        hard=0.10,
        drawn=(0, 0.3),
    )
    stand_s: float = _amount(
        90.0, "typical stand for a pickup, s (median of the points)", least=5, drawn=(9, 150)
    )
    stand_spread: float = _amount(
        0.55, "standard deviation of its logarithm over the points", most=2, drawn=(0.2, 0.8)
    )
    stand_least_s: float = _amount(
        20.0, "shortest such stand, s", least=5, drawn=Range(0.2, 0.5, of="stand_s")
    )
    stand_most_s: float = _amount(
        400.0, "longest such stand, s", least=5, drawn=Range(2, 3.2, of="stand_s")
    )
    weekday_share: float = _share(0.06, "share of points not due on every weekday", drawn=(0, 0.4))
    every_second_share: float = _share(0.04, "share of points due every second day", drawn=(0, 0.2))
    no_vehicle_share: float = _fault_share(
        0.008, "share of schedule rows without a vehicle", drawn=(0, 0.05)
    )
    night_trucks: int = _amount(
        2, "trucks whose windows run past midnight", prefecture=1, drawn=(0, 6)
    )
    retired_points: int = _fault(4, "points that are no longer valid", drawn=(0, 8))
    holiday: bool = _fault(True, "whether a township has a holiday", drawn=(0, 1))

    gcj02_townships: int = _fault(
        3, "townships surveyed in GCJ-02", group="The records", dense=1, drawn=(0, 4)
    )
    bd09_townships: int = _fault(2, "townships surveyed in BD-09", dense=0, drawn=(0, 2))
    batch_share: float = _share(
        0.25, "share of points in them, aimed at", hard=0.3, dense=0.2, drawn=(0.05, 0.5)
    )
    misplaced_share: float = _fault_share(
        0.06, "share of points recorded elsewhere", hard=0.09, dense=0.1, drawn=(0.005, 0.15)
    )
    misplaced_m: tuple[float, float] = _amount(
        (80.0, 1_000.0),
        "how far, m; the record of another point, on another road or anywhere",
        drawn=(60, 4_000),
    )
    tolerance_fault_share: float = _fault_share(
        0.05,
        "share of points recorded just beyond the tolerance of the stands",
        hard=0.08,
        drawn=(0.005, 0.15),
    )
    coordinate_fault_share: float = _fault_share(
        0.03, "share of swapped, misread or cut coordinates", hard=0.04, drawn=(0.003, 0.06)
    )
    no_location_points: int = _fault(1, "points without a location", hard=3, drawn=(0, 4))

    interval_mix: tuple[tuple[float, float], ...] = _amount(
        ((10.0, 0.25), (20.0, 0.25), (30.0, 0.25), (60.0, 0.14), (90.0, 0.06), (120.0, 0.05)),
        "seconds between fixes, and their shares of the devices",
        group="The devices",
        ideal=((10.0, 1.0),),
        hard=((10.0, 0.2), (20.0, 0.2), (30.0, 0.25), (60.0, 0.2), (90.0, 0.1), (120.0, 0.05)),
        prefecture=((10.0, 0.72), (20.0, 0.12), (30.0, 0.08), (60.0, 0.05), (120.0, 0.03)),
        drawn=Mix(1, 180, kinds=4),
    )
    noise_m: float = _amount(
        3.5, "noise, m (standard deviation in each axis)", ideal=1.5, hard=4.5, drawn=(1.5, 9)
    )
    multipath_per_hour: float = _fault(
        0.25, "bursts of multipath an hour", hard=0.6, dense=0.6, drawn=(0.05, 2)
    )
    cold_start_m: float = _fault(30.0, "error after a cold start, m", drawn=(5, 80))
    poor_day_rate: float = _fault_share(
        0.006, "days of a device with poor positions throughout", hard=0.02, drawn=(0.002, 0.06)
    )
    speed_missing_share: float = _fault_share(
        0.08, "share of devices without speed", hard=0.15, drawn=Range(0.05, 0.6, absent=0.3)
    )
    speed_zero_share: float = _fault_share(
        0.06,
        "share of devices whose speed is always 0",
        hard=0.1,
        drawn=Range(0.03, 0.3, absent=0.3),
    )
    zero_speed_filtered_share: float = _fault_share(
        0.06,
        "share of devices that drop fixes at speed 0",
        hard=0.12,
        drawn=Range(0.03, 0.4, absent=0.3),
    )
    silent_when_parked_share: float = _fault_share(
        0.4, "share of devices silent with the ignition off", drawn=(0, 0.9)
    )
    single_loss_share: float = _fault_share(
        0.01, "share of fixes that are lost", hard=0.03, drawn=(0.002, 0.08)
    )
    short_gaps_per_day: float = _fault(
        0.35, "short gaps, a truck and day", hard=1.0, drawn=(0.1, 2)
    )
    dead_zones: int = _fault(
        2, "valleys where nothing is positioned", hard=4, dense=0, drawn=(0, 6)
    )
    blind_zones: int = _fault(4, "valleys whose fixes arrive late", hard=6, dense=1, drawn=(0, 8))
    dead_day_rate: float = _fault_share(
        0.006, "days on which a device reports nothing", hard=0.015, drawn=(0.001, 0.03)
    )
    died_rate: float = _fault_share(
        0.005, "days on which a device falls silent", hard=0.015, drawn=(0.001, 0.03)
    )
    feed_silent_rate: float = _fault_share(
        0.10,
        "days on which the feed of all trucks falls silent for a while",
        hard=0.3,
        drawn=(0.02, 0.4),
    )
    late_rate: float = _fault_share(
        0.015, "days whose fixes are uploaded late", hard=0.03, drawn=(0.003, 0.08)
    )
    clock_trucks: int = _fault(2, "trucks with a wrong clock for some days", hard=4, drawn=(0, 4))
    terminal_moves: int = _fault(1, "terminals moved to another truck", hard=2, drawn=(0, 2))
    dirty_share: float = _fault_share(0.004, "share of dirty rows", hard=0.015, drawn=(0.001, 0.02))
    stale_rate: float = _fault_share(
        0.02, "stale repeats of a position while the truck moves", hard=0.05, drawn=(0.005, 0.08)
    )

    rest_rate: float = _share(
        0.5, "long stands at a driver's usual place, a trip", group="The operation", drawn=(0.1, 1)
    )
    light_stop: float = _share(0.35, "probability of a stop at a signal", drawn=(0.05, 0.7))
    halts_per_trip: float = _amount(
        0.5, "stands for no reason of the service, a trip", hard=1.2, drawn=(0.2, 4)
    )
    crawls_per_trip: float = _amount(
        1.5, "stretches at walking pace, a trip", hard=3.0, drawn=(0.3, 6)
    )
    round_swap_rate: float = _fault_share(
        0.006, "rounds that two trucks swap", hard=0.015, drawn=(0.001, 0.03)
    )
    takeover_share: float = _share(
        0.35, "share of rounds not run or broken off that a colleague finishes", drawn=(0.05, 0.9)
    )
    point_swap_rate: float = _fault_share(
        0.006, "points that a colleague takes along", hard=0.012, drawn=(0.001, 0.03)
    )
    delay_rate: float = _fault_share(
        0.008, "rounds that begin hours late", hard=0.015, drawn=(0.001, 0.03)
    )
    trip_swap_rate: float = _fault_share(
        0.006, "days on which the two trips are swapped", hard=0.012, drawn=(0.001, 0.02)
    )

    not_run_rate: float = _fault_share(
        0.003,
        "rounds not run; one truck a day and county at most",
        group="Genuine misses",
        hard=0.006,
        drawn=(0.0003, 0.02),
    )
    broke_off_rate: float = _fault_share(
        0.005, "rounds broken off", hard=0.008, drawn=Range(0.3, 3, of="not_run_rate")
    )
    passed_by_rate: float = _fault_share(
        0.0018, "pickups driven past", hard=0.004, drawn=Range(0.3, 3, of="not_run_rate")
    )
    not_approached_rate: float = _fault_share(
        0.002,
        "pickups whose branch is not driven",
        hard=0.003,
        drawn=Range(0.2, 2, of="not_run_rate"),
    )
    never_served_points: int = _fault(
        3, "points never served on any day", hard=4, drawn=Range(1, 8, absent=0.4)
    )
    decoy_share: float = _share(
        0.35, "share of skipped points with a stand 36 to 60 m away", hard=0.6, drawn=(0.1, 0.9)
    )

    monitor_fault_rate: float = _fault_share(
        0.004,
        "alerts against the monitor's own rule, a pickup",
        group="The monitor",
        hard=0.008,
        drawn=(0.001, 0.02),
    )
    not_due_alerts: float = _fault(
        3.0, "alerts a day for pickups that were not due", hard=6.0, drawn=(0.5, 8)
    )
    unknown_id_rate: float = _fault(
        0.25, "alerts a day for a point that nobody knows", hard=0.5, drawn=(0.05, 1)
    )

    fixes_format: str = _amount(
        "csv",
        "`csv`, `csv.gz` or `parquet`",
        group="The files",
        one_of=("csv", "csv.gz", "parquet"),
        prefecture="parquet",
    )
    headers: str = _amount(
        "canonical",
        "headers of the fixes: `canonical` or `chinese`",
        one_of=("canonical", "chinese"),
    )
    encoding: str = _amount(
        "utf-8",
        "of points and alerts: `utf-8`, `utf-8-sig` or `gb18030`",
        one_of=("utf-8", "utf-8-sig", "gb18030"),
    )
    check_share: float = _share(
        0.01, "share of pickups that somebody went to see (`checks.csv`)", drawn=(0, 0.03)
    )

    gcj02_day_rate: float = _share(
        0.0,
        "days of a device in GCJ-02",
        group="Devices that say what is not so",
        drawn=Range(0.002, 0.02, absent=0.7),
    )
    bd09_day_rate: float = _share(
        0.0, "days of a device in BD-09", drawn=Range(0.002, 0.02, absent=0.7)
    )
    displaced_day_rate: float = _share(
        0.0, "days of a device displaced by a constant", drawn=Range(0.002, 0.02, absent=0.7)
    )
    displaced_m: tuple[float, float] = _amount((60.0, 600.0), "that constant, m", drawn=(40, 1_000))
    sign_lost_rate: float = _share(
        0.0,
        "days of a device whose longitude has the wrong sign",
        drawn=Range(0.002, 0.01, absent=0.8),
    )
    axes_swapped_rate: float = _share(
        0.0,
        "days of a device with longitude and latitude exchanged",
        drawn=Range(0.002, 0.01, absent=0.8),
    )
    wandering_rate: float = _share(
        0.0, "days of a device whose error wanders", drawn=Range(0.005, 0.04, absent=0.5)
    )
    wandering_m: tuple[float, float] = _amount(
        (20.0, 60.0), "least and greatest such error, m", drawn=(20, 80)
    )
    stuck_rate: float = _share(
        0.0,
        "days on which a receiver begins to repeat one position",
        drawn=Range(0.002, 0.01, absent=0.7),
    )
    stuck_h: float = _amount(
        24.0, "hours that it goes on, on average; up to twice as long", drawn=(2, 48)
    )
    no_fix_rate: float = _share(
        0.0,
        "days on which a receiver has no fix from somewhere on its way until the engine is off: "
        "its rows repeat the last position and say so in the column `valid`",
        drawn=Range(0.002, 0.03, absent=0.7),
    )
    held_back_rate: float = _share(0.0, "days of a device that arrive days later")
    held_back_days: float = _amount(5.0, "days that these are late")
    fault_days: int = _amount(
        1, "days that each of these goes on, but for being stuck", least=1, most=365, drawn=(1, 5)
    )
    last_speed_share: float = _share(
        0.0,
        "share of devices that repeat position and last speed while they stand",
        drawn=Range(0.05, 0.4, absent=0.5),
    )

    feed_off_h: float = _amount(
        0.0,
        "hours that all times of the fixes are off; -8: UTC without an offset",
        group="Files that say what is not so",
        least=-24,
        most=24,
    )
    stamp_s: int = _amount(1, "seconds to which times of the fixes are cut; 60: minutes", least=1)
    fix_decimals: int = _amount(6, "decimals of a degree in the fixes", least=1, most=7)
    declared_datum: str = _amount(
        "wgs84",
        "datum that the configuration declares for the fixes, which are WGS-84",
        one_of=("wgs84", "gcj02", "bd09"),
    )
    respelt_share: float = _share(0.0, "share of trucks whose plate the schedule spells otherwise")
    zeros_lost: bool = _amount(
        False, "whether points have numbers, and the schedule lost the zeros before them"
    )
    weekday_masks: bool = _amount(
        False, "whether the schedule writes weekdays as seven digits of 0 and 1"
    )
    hours_past_24: bool = _amount(
        False, "whether the schedule writes ends past midnight as hours past 24:00"
    )
    schedule_spoilt_share: float = _share(0.0, "share of schedule rows with an unreadable window")
    blank_share: float = _share(0.0, "share of points whose coordinates are left blank")
    blank_rounds: int = _amount(0, "trucks all of whose points have blank coordinates")
    alerts_spoilt_share: float = _share(0.0, "share of alerts with a time of day for a date")
    yard_points: int = _amount(0, "points moved beside the yard of their truck")


FIELDS = {each.name: each for each in fields(Amounts)}
