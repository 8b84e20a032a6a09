"""How much of everything a simulated county has: every amount declared once, with its profiles.

`Amounts` is the table from which the profiles, the check of values, the reading of `NAME=VALUE`
and the documentation page are made. Shares are of 1; rates are probabilities for each truck-day or
pickup; a name that ends in `_m` or `_s` is in metres or seconds.
"""

from __future__ import annotations

from ast import literal_eval
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

PROFILE_NAMES = ("county", "ideal", "hard", "dense", "prefecture")


def _amount(
    county: Any,
    meaning: str,
    *,
    group: str = "",
    least: float | None = 0,
    most: float | None = None,
    one_of: tuple[str, ...] = (),
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
        profiles: values by name of profile.
    """
    about = {"meaning": meaning, "group": group, "least": least, "most": most, "one_of": one_of}
    return field(default=county, metadata=about | {"profiles": {"county": county, **profiles}})


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
    centre_lon: float = _amount(108.77, "longitude of the centre, deg", least=-180, most=180)
    centre_lat: float = _amount(28.84, "latitude of the centre, deg", least=-90, most=90)
    box_m: float = _amount(
        46_000.0,
        "side of a county, m",
        least=5_000,
        most=200_000,
        dense=16_000.0,
        prefecture=34_000.0,
    )
    townships: int = _amount(14, "townships", least=2, dense=4)
    blocks: int = _amount(
        1, "counties side by side, each with roads of its own", least=1, prefecture=25
    )
    town_share: float = _share(0.45, "share of the points along the streets of a town", dense=0.85)
    town_spacing_m: tuple[float, float] = _amount(
        (40.0, 80.0), "distance of points along a street, m", dense=(30.0, 50.0)
    )
    parallel_roads: int = _amount(10, "roads that run beside another one", hard=16)

    twice_share: float = _share(
        0.07, "share of points due in both trips of a day", group="The service", hard=0.10
    )
    weekday_share: float = _share(0.06, "share of points not due on every weekday")
    every_second_share: float = _share(0.04, "share of points due every second day")
    no_vehicle_share: float = _fault_share(0.008, "share of schedule rows without a vehicle")
    night_trucks: int = _amount(2, "trucks whose windows run past midnight", prefecture=1)
    retired_points: int = _fault(4, "points that are no longer valid")
    holiday: bool = _fault(True, "whether a township has a holiday")

    gcj02_townships: int = _fault(3, "townships surveyed in GCJ-02", group="The records", dense=1)
    bd09_townships: int = _fault(2, "townships surveyed in BD-09", dense=0)
    batch_share: float = _share(0.25, "share of points in them, aimed at", hard=0.3, dense=0.2)
    misplaced_share: float = _fault_share(
        0.06, "share of points recorded elsewhere", hard=0.09, dense=0.1
    )
    tolerance_fault_share: float = _fault_share(
        0.05, "share of points recorded just beyond the tolerance of the stands", hard=0.08
    )
    coordinate_fault_share: float = _fault_share(
        0.03, "share of swapped, misread or cut coordinates", hard=0.04
    )
    no_location_points: int = _fault(1, "points without a location", hard=3)

    interval_mix: tuple[tuple[float, float], ...] = _amount(
        ((10.0, 0.25), (20.0, 0.25), (30.0, 0.25), (60.0, 0.14), (90.0, 0.06), (120.0, 0.05)),
        "seconds between fixes, and their shares of the devices",
        group="The devices",
        ideal=((10.0, 1.0),),
        hard=((10.0, 0.2), (20.0, 0.2), (30.0, 0.25), (60.0, 0.2), (90.0, 0.1), (120.0, 0.05)),
        prefecture=((10.0, 0.72), (20.0, 0.12), (30.0, 0.08), (60.0, 0.05), (120.0, 0.03)),
    )
    noise_m: float = _amount(3.5, "noise, m (standard deviation in each axis)", ideal=1.5, hard=4.5)
    multipath_per_hour: float = _fault(0.25, "bursts of multipath an hour", hard=0.6, dense=0.6)
    cold_start_m: float = _fault(30.0, "error after a cold start, m")
    poor_day_rate: float = _fault_share(
        0.006, "days of a device with poor positions throughout", hard=0.02
    )
    speed_missing_share: float = _fault_share(0.08, "share of devices without speed", hard=0.15)
    speed_zero_share: float = _fault_share(
        0.06, "share of devices whose speed is always 0", hard=0.1
    )
    zero_speed_filtered_share: float = _fault_share(
        0.06, "share of devices that drop fixes at speed 0", hard=0.12
    )
    silent_when_parked_share: float = _fault_share(
        0.4, "share of devices silent with the ignition off"
    )
    single_loss_share: float = _fault_share(0.01, "share of fixes that are lost", hard=0.03)
    short_gaps_per_day: float = _fault(0.35, "short gaps, a truck and day", hard=1.0)
    dead_zones: int = _fault(2, "valleys where nothing is positioned", hard=4, dense=0)
    blind_zones: int = _fault(4, "valleys whose fixes arrive late", hard=6, dense=1)
    dead_day_rate: float = _fault_share(0.006, "days on which a device reports nothing", hard=0.015)
    died_rate: float = _fault_share(0.005, "days on which a device falls silent", hard=0.015)
    feed_silent_rate: float = _fault_share(
        0.10, "days on which the feed of all trucks falls silent for a while", hard=0.3
    )
    late_rate: float = _fault_share(0.015, "days whose fixes are uploaded late", hard=0.03)
    clock_trucks: int = _fault(2, "trucks with a wrong clock for some days", hard=4)
    terminal_moves: int = _fault(1, "terminals moved to another truck", hard=2)
    dirty_share: float = _fault_share(0.004, "share of dirty rows", hard=0.015)
    stale_rate: float = _fault_share(
        0.02, "stale repeats of a position while the truck moves", hard=0.05
    )

    rest_rate: float = _share(
        0.5, "long stands at a driver's usual place, a trip", group="The operation"
    )
    light_stop: float = _share(0.35, "probability of a stop at a signal")
    halts_per_trip: float = _amount(0.5, "stands for no reason of the service, a trip", hard=1.2)
    crawls_per_trip: float = _amount(1.5, "stretches at walking pace, a trip", hard=3.0)
    round_swap_rate: float = _fault_share(0.006, "rounds that two trucks swap", hard=0.015)
    takeover_share: float = _share(
        0.35, "share of rounds not run or broken off that a colleague finishes"
    )
    point_swap_rate: float = _fault_share(0.006, "points that a colleague takes along", hard=0.012)
    delay_rate: float = _fault_share(0.008, "rounds that begin hours late", hard=0.015)
    trip_swap_rate: float = _fault_share(
        0.006, "days on which the two trips are swapped", hard=0.012
    )

    not_run_rate: float = _fault_share(
        0.003,
        "rounds not run; one truck a day and county at most",
        group="Genuine misses",
        hard=0.006,
    )
    broke_off_rate: float = _fault_share(0.005, "rounds broken off", hard=0.008)
    passed_by_rate: float = _fault_share(0.0018, "pickups driven past", hard=0.004)
    not_approached_rate: float = _fault_share(
        0.002, "pickups whose branch is not driven", hard=0.003
    )
    never_served_points: int = _fault(3, "points never served on any day", hard=4)
    decoy_share: float = _share(
        0.35, "share of skipped points with a stand 36 to 60 m away", hard=0.6
    )

    monitor_fault_rate: float = _fault_share(
        0.004, "alerts against the monitor's own rule, a pickup", group="The monitor", hard=0.008
    )
    not_due_alerts: float = _fault(3.0, "alerts a day for pickups that were not due", hard=6.0)
    unknown_id_rate: float = _fault(0.25, "alerts a day for a point that nobody knows", hard=0.5)

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
    check_share: float = _share(0.01, "share of pickups that somebody went to see (`checks.csv`)")

    gcj02_day_rate: float = _share(
        0.0, "days of a device in GCJ-02", group="Devices that say what is not so"
    )
    bd09_day_rate: float = _share(0.0, "days of a device in BD-09")
    displaced_day_rate: float = _share(0.0, "days of a device displaced by a constant")
    displaced_m: tuple[float, float] = _amount((60.0, 600.0), "that constant, m")
    sign_lost_rate: float = _share(0.0, "days of a device whose longitude has the wrong sign")
    axes_swapped_rate: float = _share(0.0, "days of a device with longitude and latitude exchanged")
    wandering_rate: float = _share(0.0, "days of a device whose error wanders")
    wandering_m: tuple[float, float] = _amount((20.0, 60.0), "least and greatest such error, m")
    stuck_rate: float = _share(0.0, "days on which a receiver begins to repeat one position")
    stuck_h: float = _amount(24.0, "hours that it goes on, on average; up to twice as long")
    no_fix_rate: float = _share(
        0.0,
        "days on which a receiver has no fix from somewhere on its way until the engine is off: "
        "its rows repeat the last position and say so in the column `valid`",
    )
    held_back_rate: float = _share(0.0, "days of a device that arrive days later")
    held_back_days: float = _amount(5.0, "days that these are late")
    fault_days: int = _amount(
        1, "days that each of these goes on, but for being stuck", least=1, most=365
    )
    last_speed_share: float = _share(
        0.0, "share of devices that repeat position and last speed while they stand"
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

PROFILES = {
    profile: Amounts(
        **{
            name: each.metadata["profiles"][profile]
            for name, each in FIELDS.items()
            if profile in each.metadata["profiles"]
        }
    )
    for profile in PROFILE_NAMES
}


def amounts_for(profile: str, **overrides: Any) -> Amounts:
    """The amounts of a profile with some replaced.

    Raises:
        ValueError: there is no such profile or amount, or a value is of another kind or out of
            range.
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; there are: {', '.join(PROFILES)}")
    for name, value in overrides.items():
        _check(name, value)
    return replace(PROFILES[profile], **overrides)


def amount_from_text(name: str, text: str) -> Any:
    """The value of an amount as a command line gives it: `0.3`, `false`, `((30,1.0),)`, `csv.gz`.

    Raises:
        ValueError: there is no such amount, or the text is no value of it.
    """
    value: Any = text
    if not isinstance(_field(name).default, str):
        with suppress(SyntaxError, ValueError):  # what remains text is refused by name
            value = literal_eval(text.strip().capitalize() if text.isalpha() else text)
    _check(name, value)
    return value


def _field(name: str) -> Any:
    if name not in FIELDS:
        raise ValueError(f"unknown amount {name}; there are: {', '.join(FIELDS)}")
    return FIELDS[name]


def _check(name: str, value: Any) -> None:
    """Refuse a value of another kind than the default, or out of range."""
    about, default = _field(name).metadata, _field(name).default
    if about["one_of"]:
        if value not in about["one_of"]:
            *most, last = about["one_of"]
            raise ValueError(f"amount {name} is {', '.join(most)} or {last}, not {value!r}")
    elif isinstance(default, tuple):
        _check_numbers(name, value)
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"amount {name} is true or false, not {value!r}")
    elif not _is_number(value) or (isinstance(default, int) and value != int(value)):
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ValueError(f"amount {name} is {kind}, not {value!r}")
    elif about["least"] is not None and value < about["least"]:
        raise ValueError(f"amount {name} is at least {about['least']:,}, not {value:,}")
    elif about["most"] is not None and value > about["most"]:
        raise ValueError(f"amount {name} is at most {about['most']:,}, not {value:,}")


def _check_numbers(name: str, value: Any) -> None:
    """Refuse what is no pair of distances, or no list of intervals with their shares."""
    pairs = value if name == "interval_mix" else [value]
    several = isinstance(pairs, (tuple, list)) and len(pairs) > 0
    if not several or not all(
        isinstance(pair, (tuple, list)) and len(pair) == 2 and all(map(_is_number, pair))
        for pair in pairs
    ):
        shape = "pairs of seconds and shares" if name == "interval_mix" else "a pair of metres"
        raise ValueError(f"amount {name} is {shape}, not {value!r}")
    if any(low < 1 or high <= 0 for low, high in pairs):
        raise ValueError(f"amount {name} has a value that is too small: {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
