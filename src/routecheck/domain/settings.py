"""Settings of the stages: frozen, with units in the names and a reason beside each default."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

LARGEST_TOLERANCE_M = 10_000.0
"""Nothing is collected from farther away; a slip of the keyboard would match every track to every
point, for hours."""
AFTER_WINDOW_S = 6 * 3600.0
"""How long after the end of a window past midnight a visit still counts for its pickup (s).

The contract's figure: a round that runs past midnight is hours late, not half a day."""


@dataclass(frozen=True)
class CleanSettings:
    """What is rejected from the fixes."""

    jump_kmh: float = 120.0
    """Implied both into and out of a fix: a jump (facts: coordinates, faults of fixes)."""
    conflict_m: float = 25.0
    """Two positions of one vehicle at one time, farther apart than GPS error: a conflict."""
    stale_repeats: int = 3
    """So many repeats of one position to the last digit while speed is reported: stale."""
    future_s: float = 600.0
    """A device time so far after its receipt is a fault of the clock."""
    oldest_year: int = 2005
    """Dates before this are those of a device that has not heard the time."""


@dataclass(frozen=True)
class StopSettings:
    """When a vehicle counts as standing."""

    gap_s: float = 300.0
    """Beyond this a segment is a gap, unless its ends are in one place."""
    same_place_m: float = 40.0
    """Two ends of a gap closer than this are one place, within GPS error."""
    standing_kmh: float = 3.0
    """At or below this a reported speed is standing (JT/T 808 devices creep to 2-3)."""
    radius_m: float = 18.0
    """Fixes of one stand lie within this of their centre; more in poor reception."""
    min_stop_s: float = 8.0
    """Shorter standing is not kept as a stop."""


@dataclass(frozen=True)
class MatchSettings:
    """How tracks are held against places."""

    tolerance_m: float = 30.0
    min_dwell_s: float = 10.0
    any_vehicle: bool = True
    gap_s: float = 300.0
    """No visit is read into a segment longer than this between two places."""


@dataclass(frozen=True)
class JudgeSettings:
    """What it takes to call a pickup collected or missed."""

    min_dwell_s: float = 10.0
    any_vehicle: bool = True
    monitor_tolerance_m: float = 30.0
    gap_s: float = 300.0
    max_speed_kmh: float = 70.0
    """How fast a truck may have driven within a gap (space-time prism), on county roads."""
    margin_m: float = 18.0
    """Beyond the tolerance, what GPS and survey error allow. Between the fix and the bin at the
    moment of emptying a p95 of 23 m and a p99 of 38 m were measured (facts: real recordings)."""


@dataclass(frozen=True)
class DiagnoseSettings:
    """What it takes to say that a record is wrong."""

    tolerance_m: float = 30.0
    """Where a point has none of its own."""
    min_dwell_s: float = 10.0
    """Shorter stands are no pickups."""
    reach_m: float = 1500.0
    """How far from its record a point is looked for one by one (facts: 80 m to 1 km)."""
    shift_m: float = 3000.0
    """How far a batch may be shifted by a constant of unknown origin."""
    min_days: int = 3
    """Days with evidence before a single point's correction is proposed."""
    min_confidence: float = 0.82
    """Below this probability nothing is proposed: odds of some nine to two."""
    settled: float = 0.8
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
