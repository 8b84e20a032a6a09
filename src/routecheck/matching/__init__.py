"""Match: when each track was within the tolerance of each place.

By segments, never by fixes alone: entry, exit and least distance are solved on the line between
two fixes. `match` takes tables; `match_parquet` streams a file of any size through the same
core. Neither reads a visit into a gap.
"""

from routecheck.matching.stream import match_parquet
from routecheck.matching.table import match

__all__ = ["match", "match_parquet"]
