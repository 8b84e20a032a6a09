"""Settings of the stages: frozen, with units in the names and a reason beside each default.

The numbers that only one stage rests on stand in its own `parameters`; here is what a site may
set, and what several stages must agree on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2999, 12, 31)
"""Service dates that can be judged. The calendar itself ends a few days beyond 9999, and windows
reach into the days about theirs."""
LARGEST_TOLERANCE_M = 10_000.0
"""Nothing is collected from farther away; a slip of the keyboard would match every track to every
point, for hours."""
AFTER_WINDOW_S = 6 * 3600.0
"""How long after the end of a window past midnight a visit still counts for its pickup (s).

The contract's figure: a round that runs past midnight is hours late, not half a day."""
GAP_S = 300.0
"""Beyond this a segment between two fixes is a gap, unless its ends are in one place (s).

Devices report every 10 to 120 s while driving; several reports in a row are lost."""
UNMOVED_M = 40.0
"""Two fixes closer than this may be of a vehicle that did not move, by GPS error (m)."""
EDGE_S = 0.5
"""Fixes so close to the ends of a visit belong to it: its ends lie between fixes (s)."""
STANDING_KMH = 3.0
"""At or below this a reported speed is standing (km/h): JT/T 808 devices creep to 2-3."""


@dataclass(frozen=True)
class CleanSettings:
    """What is rejected from the fixes."""

    jump_kmh: float = 120.0
    """Implied both into and out of a fix: a jump."""
    conflict_m: float = 25.0
    """Two positions of one vehicle at one time, farther apart than GPS error: a conflict."""
    stale_repeats: int = 3
    """So many repeats of one position to the last digit while speed is reported: stale."""
    future_s: float = 600.0
    """A device time so far after its receipt is a fault of the clock."""
    oldest_year: int = 2005
    """Dates before this are those of a device that has not yet received the time."""


@dataclass(frozen=True)
class StopSettings:
    """When a vehicle counts as standing."""

    gap_s: float = GAP_S
    same_place_m: float = UNMOVED_M
    standing_kmh: float = STANDING_KMH
    radius_m: float = 18.0
    """Fixes of one stand lie within this of their centre; more in poor reception."""
    min_stop_s: float = 8.0
    """Shorter standing is not kept as a stop."""


@dataclass(frozen=True)
class MatchSettings:
    """How near a track must come to a place."""

    tolerance_m: float = 30.0
    """Where a point has none of its own."""


@dataclass(frozen=True)
class JudgeSettings:
    """What it takes to call a pickup collected or missed."""

    min_dwell_s: float = 10.0
    """A pickup takes at least so long; 0: driving past is enough."""
    min_line_share: float = 0.0
    """Of a line, what has to be driven along; 0: touching it is enough."""
    any_vehicle: bool = True
    """Whether a pickup by another vehicle than the scheduled one counts."""
    monitor_tolerance_m: float = 30.0
    """The monitor's own tolerance, where a point has none of its own."""
    gap_s: float = GAP_S
    max_speed_kmh: float = 70.0
    """How fast a truck may have driven within a gap (space-time prism), on county roads."""
    confidence: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How often criteria are right at this site, as far as it differs from what is installed
    (`verdicts/confidence.toml`, its sections and keys)."""
    margin_m: float = 18.0
    """Beyond the tolerance, what GPS and survey error allow. Between the fix and the bin at the
    moment of emptying a p95 of 23 m and a p99 of 38 m were measured on real recordings."""


@dataclass(frozen=True)
class DiagnoseSettings:
    """What it takes to diagnose a record as wrong."""

    tolerance_m: float = 30.0
    """Where a point has none of its own."""
    min_dwell_s: float = 10.0
    """Shorter stands are no pickups."""
    reach_m: float = 1500.0
    """How far from its record a point is looked for one by one: misplaced records lie 80 m to 1 km
    off."""
    far_reach_m: float = 4000.0
    """A stand between `reach_m` and this may be of a point that was entered in another village. It
    serves and corrects nothing, but meanwhile nobody is accused: on five simulated sites whose
    amounts were drawn, with records up to 4 km off, 15 wrong accusations were left of 51, and one
    point that was missed every day was left open (five pickups of 35 found)."""
    shift_m: float = 3000.0
    """How far a batch may be shifted by a constant of unknown origin."""
    min_days: int = 3
    """Days with evidence before a single point's correction is proposed."""
    min_confidence: float = 0.68
    """Below this probability nothing is proposed: odds of some two to one."""
    fixes_datum: str = "wgs84"
    """What fixes were declared in when they were read."""
    points_datum: str = "wgs84"
    """What points were declared in."""
    surveyed: bool = False
    """The places of points are known to be right: none is looked for elsewhere."""
    settled: float = 0.85
    """Least probability that a record is right where nothing stands for it."""


@dataclass(frozen=True)
class Settings:
    """All settings that stages read, and nothing that is only shown."""

    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    clean: CleanSettings = field(default_factory=CleanSettings)
    stops: StopSettings = field(default_factory=StopSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    diagnose: DiagnoseSettings = field(default_factory=DiagnoseSettings)
