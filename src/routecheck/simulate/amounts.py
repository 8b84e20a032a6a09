"""How much of everything a simulated county has: one frozen dataclass, and the profiles."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Amounts:
    """Every adjustable amount. Shares are of 1; rates per truck-day or pickup are probabilities."""

    # --- the place -------------------------------------------------------------------------
    points: int = 406
    trucks: int = 36
    centre_lon: float = 108.77
    centre_lat: float = 28.84
    box_m: float = 46_000.0
    townships: int = 14
    blocks: int = 1  # counties side by side, each with roads of its own
    town_share: float = 0.45  # of the points, along streets; the rest along country roads
    town_spacing_m: tuple[float, float] = (40.0, 80.0)
    parallel_roads: int = 10
    # --- the service -----------------------------------------------------------------------
    twice_share: float = 0.07  # points due in both trips of a day
    weekday_share: float = 0.06  # points not due on every weekday
    every_second_share: float = 0.04
    no_vehicle_share: float = 0.008  # schedule rows without a vehicle
    night_trucks: int = 2  # windows past midnight
    retired_points: int = 4
    holiday: bool = True
    # --- the record ------------------------------------------------------------------------
    gcj02_townships: int = 3
    bd09_townships: int = 2
    batch_share: float = 0.25  # of all points, aimed at: in townships of another datum
    misplaced_share: float = 0.06
    tolerance_fault_share: float = 0.05
    coordinate_fault_share: float = 0.03
    no_location_points: int = 1
    # --- the devices -----------------------------------------------------------------------
    interval_mix: tuple[tuple[float, float], ...] = (
        (10.0, 0.25),
        (20.0, 0.25),
        (30.0, 0.25),
        (60.0, 0.14),
        (90.0, 0.06),
        (120.0, 0.05),
    )
    noise_m: float = 3.5
    multipath_per_hour: float = 0.25
    cold_start_m: float = 30.0
    poor_day_rate: float = 0.006
    speed_missing_share: float = 0.08
    speed_zero_share: float = 0.06
    zero_speed_filtered_share: float = 0.06
    silent_when_parked_share: float = 0.4
    single_loss_share: float = 0.01
    short_gaps_per_day: float = 0.35
    dead_zones: int = 2  # valleys where nothing is positioned
    blind_zones: int = 4  # valleys whose fixes arrive late
    dead_day_rate: float = 0.006
    died_rate: float = 0.005
    feed_silent_rate: float = 0.10  # per day and county
    late_rate: float = 0.015
    clock_trucks: int = 2
    terminal_moves: int = 1
    dirty_share: float = 0.004
    stale_rate: float = 0.02
    # --- the operation ---------------------------------------------------------------------
    rest_rate: float = 0.5  # a long stand per trip at the driver's usual place
    light_stop: float = 0.35  # at a signal
    halts_per_trip: float = 0.5
    crawls_per_trip: float = 1.5
    round_swap_rate: float = 0.006
    takeover_share: float = 0.35  # of rounds not run or broken off: a colleague does the rest
    point_swap_rate: float = 0.006
    delay_rate: float = 0.008
    trip_swap_rate: float = 0.006
    # --- genuine misses --------------------------------------------------------------------
    not_run_rate: float = 0.003  # one truck a day and county at most
    broke_off_rate: float = 0.005
    passed_by_rate: float = 0.0018
    not_approached_rate: float = 0.002
    never_served_points: int = 3
    decoy_share: float = 0.35  # of skipped points: a stand 36-60 m away
    # --- the monitor -----------------------------------------------------------------------
    monitor_fault_rate: float = 0.004
    not_due_alerts: float = 3.0  # a day
    unknown_id_rate: float = 0.25  # alerts a day for a point that nobody knows
    # --- the files -------------------------------------------------------------------------
    fixes_format: str = "csv"  # csv | csv.gz | parquet
    headers: str = "canonical"  # canonical | chinese: headers of the fixes
    encoding: str = "utf-8"  # of points and alerts: utf-8 | utf-8-sig | gb18030
    check_share: float = 0.01


_HARD = Amounts(
    parallel_roads=16,
    twice_share=0.10,
    batch_share=0.3,
    misplaced_share=0.09,
    tolerance_fault_share=0.08,
    coordinate_fault_share=0.04,
    no_location_points=3,
    interval_mix=((10.0, 0.2), (20.0, 0.2), (30.0, 0.25), (60.0, 0.2), (90.0, 0.1), (120.0, 0.05)),
    noise_m=4.5,
    multipath_per_hour=0.6,
    poor_day_rate=0.02,
    speed_missing_share=0.15,
    speed_zero_share=0.1,
    zero_speed_filtered_share=0.12,
    single_loss_share=0.03,
    short_gaps_per_day=1.0,
    dead_zones=4,
    blind_zones=6,
    dead_day_rate=0.015,
    died_rate=0.015,
    feed_silent_rate=0.3,
    late_rate=0.03,
    clock_trucks=4,
    terminal_moves=2,
    dirty_share=0.015,
    stale_rate=0.05,
    halts_per_trip=1.2,
    crawls_per_trip=3.0,
    round_swap_rate=0.015,
    point_swap_rate=0.012,
    delay_rate=0.015,
    trip_swap_rate=0.012,
    not_run_rate=0.006,
    broke_off_rate=0.008,
    passed_by_rate=0.004,
    not_approached_rate=0.003,
    never_served_points=4,
    decoy_share=0.6,
    monitor_fault_rate=0.008,
    not_due_alerts=6.0,
    unknown_id_rate=0.5,
)

_NOTHING_WRONG: dict[str, Any] = {
    "no_vehicle_share": 0.0,
    "retired_points": 0,
    "holiday": False,
    "gcj02_townships": 0,
    "bd09_townships": 0,
    "misplaced_share": 0.0,
    "tolerance_fault_share": 0.0,
    "coordinate_fault_share": 0.0,
    "no_location_points": 0,
    "interval_mix": ((10.0, 1.0),),
    "noise_m": 1.5,
    "multipath_per_hour": 0.0,
    "cold_start_m": 0.0,
    "poor_day_rate": 0.0,
    "speed_missing_share": 0.0,
    "speed_zero_share": 0.0,
    "zero_speed_filtered_share": 0.0,
    "silent_when_parked_share": 0.0,
    "single_loss_share": 0.0,
    "short_gaps_per_day": 0.0,
    "dead_zones": 0,
    "blind_zones": 0,
    "dead_day_rate": 0.0,
    "died_rate": 0.0,
    "feed_silent_rate": 0.0,
    "late_rate": 0.0,
    "clock_trucks": 0,
    "terminal_moves": 0,
    "dirty_share": 0.0,
    "stale_rate": 0.0,
    "round_swap_rate": 0.0,
    "point_swap_rate": 0.0,
    "delay_rate": 0.0,
    "trip_swap_rate": 0.0,
    "not_run_rate": 0.0,
    "broke_off_rate": 0.0,
    "passed_by_rate": 0.0,
    "not_approached_rate": 0.0,
    "never_served_points": 0,
    "monitor_fault_rate": 0.0,
    "not_due_alerts": 0.0,
    "unknown_id_rate": 0.0,
}

PROFILES: dict[str, Amounts] = {
    "county": Amounts(),
    "ideal": dataclasses.replace(Amounts(), **_NOTHING_WRONG),
    "hard": _HARD,
    "dense": Amounts(
        box_m=16_000.0,
        townships=4,
        town_share=0.85,
        town_spacing_m=(30.0, 50.0),
        gcj02_townships=1,
        bd09_townships=0,
        batch_share=0.2,
        misplaced_share=0.1,
        dead_zones=0,
        blind_zones=1,
        multipath_per_hour=0.6,
    ),
    "prefecture": Amounts(
        points=10_000,
        trucks=400,
        blocks=25,
        box_m=34_000.0,
        night_trucks=1,
        interval_mix=((10.0, 0.72), (20.0, 0.12), (30.0, 0.08), (60.0, 0.05), (120.0, 0.03)),
        fixes_format="parquet",
    ),
}


def amounts_for(profile: str, **overrides: Any) -> Amounts:
    """The amounts of a profile with some replaced.

    Raises ValueError for an unknown profile, an unknown amount, or one out of range.
    """
    if profile not in PROFILES:
        raise ValueError(f"unknown profile {profile!r}; there are: {', '.join(PROFILES)}")
    known = {field.name: field.type for field in dataclasses.fields(Amounts)}
    unknown = sorted(set(overrides) - set(known))
    if unknown:
        raise ValueError(f"unknown amount {', '.join(unknown)}; there are: {', '.join(known)}")
    amounts = dataclasses.replace(PROFILES[profile], **overrides)
    for name in known:
        value = getattr(amounts, name)
        if isinstance(value, (int, float)) and value < 0 and name not in _SIGNED:
            raise ValueError(f"amount {name} must not be negative: {value}")
        per_one = name.endswith("_share") or (name.endswith("_rate") and name != "unknown_id_rate")
        if per_one and value > 1:
            raise ValueError(f"amount {name} is a share of 1: {value}")
    if amounts.points < 1 or amounts.trucks < 1:
        raise ValueError("a county needs at least one point and one truck")
    if amounts.townships < 2 or amounts.blocks < 1:
        raise ValueError("a county needs at least two townships, a site at least one block")
    if not amounts.interval_mix or any(s < 1 or n <= 0 for s, n in amounts.interval_mix):
        raise ValueError(f"interval_mix is pairs of seconds and shares: {amounts.interval_mix}")
    if not 5_000 <= amounts.box_m <= 200_000:
        raise ValueError(f"box_m lies between 5,000 and 200,000: {amounts.box_m}")
    if amounts.fixes_format not in ("csv", "csv.gz", "parquet"):
        raise ValueError(f"fixes_format is csv, csv.gz or parquet, not {amounts.fixes_format!r}")
    if amounts.headers not in ("canonical", "chinese"):
        raise ValueError(f"headers is canonical or chinese, not {amounts.headers!r}")
    if amounts.encoding not in ("utf-8", "utf-8-sig", "gb18030"):
        raise ValueError(f"encoding is utf-8, utf-8-sig or gb18030, not {amounts.encoding!r}")
    return amounts


_SIGNED = ("centre_lon", "centre_lat")
