"""How fast vehicles drive where: what the passes of many dates show.

A winding village road is driven at half the pace of a valley road, by whichever vehicle. What a
stretch allows bounds what may have been done on it unseen (the space-time prism, Hägerstrand
1970), and what it usually takes shows what was stood on top.
"""

from __future__ import annotations

import pandas as pd

from routecheck.domain.tables import HISTORY, PACES


def learn_paces(history: pd.DataFrame) -> pd.DataFrame:
    """Return PACES of every cell in which any date has a pace.

    Args:
        history: HISTORY of some dates, in any order; may be empty.
    """
    HISTORY.check(history)
    paced = history[(history["kind"] == "pass").to_numpy() & history["pace_ms"].notna().to_numpy()]
    if paced.empty:
        return PACES.empty()
    of_cell = paced.groupby(["lat", "lon"])["pace_ms"]
    table = of_cell.agg(usual_ms="median", fastest_ms="max").reset_index()
    return PACES.check(table[PACES.names])
