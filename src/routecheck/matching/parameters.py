"""The numbers that matching rests on, and those that only bound its memory and rounding."""

from __future__ import annotations

CREEP_KMH = 10.0
"""km/h. Along a line the service creeps: a truck that works from bin to bin at the kerb, or sweeps,
is slower than this, one that passes is faster. Brisk running pace; chosen, not measured."""

BLOCK_FIXES = 1 << 16
"""Fixes looked up in the grid at a time: the columns at work stay in a core's own cache (measured:
larger blocks are slower, smaller ones pay more for each call)."""

LEAST_LINE_M = 1e-3
"""m. A line without length is a point: the least that a share is taken of."""

SAME_DISTANCE_M = 1e-6
"""m. Distances this close are equal: the first moment counts, not the one that rounding prefers."""

TOUCH = 1e-9
"""Share of a segment. Intervals closer than this are one: the capsules of two edges meet at their
corner, and rounding must not part them."""
