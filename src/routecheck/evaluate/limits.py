"""What the data hold of the misses that were not found: how pickups with the same evidence ended.

A miss that stays unfound for an evidence which most often goes with a pickup cannot be told from
it: whoever called it missed would accuse the others.
"""

from __future__ import annotations

import pandas as pd

from routecheck.evaluate.compare import Compared


def not_found(compared: Compared) -> pd.DataFrame:
    """Return, by the criterion that settled them, pickups that were not called missed.

    Returns:
        Columns verdict, criterion (`say` of the judgement), unfound (misses that the data could
        show), missed and collected (of all pickups that it settled so, what became of them), share
        (missed of these, 0 to 1); only those with a miss unfound, most of them first.
    """
    p = compared.pickups
    left = p[(p["verdict"] != "missed") & p["status"].isin(["missed", "collected"])]
    missed = left["status"] == "missed"
    counted = pd.DataFrame(
        {
            "verdict": left["verdict"],
            "criterion": left["criterion"],
            "unfound": missed & left["observable"],
            "missed": missed,
            "collected": ~missed,
        }
    )
    table = counted.groupby(["verdict", "criterion"], as_index=False).sum()
    table = table[table["unfound"] > 0]
    table = table.assign(share=table["missed"] / (table["missed"] + table["collected"]))
    return table.sort_values("unfound", ascending=False, kind="stable").reset_index(drop=True)
