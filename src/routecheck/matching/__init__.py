"""Matching: when each track was within the tolerance of each place.

By segments, never by fixes alone: entry, exit and least distance are solved on the line between
two fixes. No visit is read into a gap.
"""

from routecheck.matching.visits import match

__all__ = ["match"]
