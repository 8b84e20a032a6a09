"""Lines (streets, kerbs) are served by driving along them: a touch at their end is no service."""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.arrays import seconds
from routecheck.domain.tables import TEXT
from routecheck.verdicts import parameters as p


def driven_along(visits: pd.DataFrame, least_share: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set apart visits of lines that were driven along too little.

    What a vehicle covered of a line on one round counts together: GPS error beyond a narrow
    tolerance breaks one drive into several visits.

    Args:
        visits: VISITS.
        least_share: of a line, what has to be driven along; 0: touching it is enough.

    Returns:
        VISITS that may serve, and those that do not; `covered_share` is that of the whole round.
    """
    lines = visits[visits["covered_share"].notna()]
    if lines.empty:
        return visits, visits[:0]
    lines = lines.assign(
        vehicle=lines["vehicle_id"].astype(TEXT),
        entered_s=seconds(lines["entered"]),
        left_s=seconds(lines["left"]),
    ).sort_values(["point_id", "vehicle", "entered_s"], kind="stable")
    own = lines.groupby(["point_id", "vehicle"], sort=False)
    apart = lines["entered_s"] - own["left_s"].shift() >= p.APART_S
    rounds = apart.groupby([lines["point_id"], lines["vehicle"]], sort=False).cumsum()
    of_round = lines.groupby([lines["point_id"], lines["vehicle"], rounds], sort=False)
    share = of_round["covered_share"].transform("sum").clip(upper=1.0)
    visits = visits.assign(covered_share=share.reindex(visits.index))
    too_little = visits["covered_share"] < least_share
    kept, left = (visits[rows].reset_index(drop=True) for rows in (~too_little, too_little))
    return kept, left


def grazed(visits: pd.DataFrame, of: str) -> np.ndarray:
    """Which visits cover little of their line, held against the best of the same pickup.

    Args:
        visits: with `covered_share`, blank where the place is no line.
        of: the column that names the pickup.
    """
    share = visits["covered_share"]
    best = share.groupby(visits[of]).transform("max")
    return np.asarray(share < p.GRAZE_SHARE * best, dtype=bool)
