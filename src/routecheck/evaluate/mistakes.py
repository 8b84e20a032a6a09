"""What went wrong, for engineers: mistakes one by one, and misses that were not found."""

from __future__ import annotations

import pandas as pd

from routecheck.evaluate.calibration import alerts_right
from routecheck.evaluate.comparison import Compared
from routecheck.evaluate.figures import cause_named


def mistakes(compared: Compared) -> pd.DataFrame:
    """List what went wrong.

    Returns:
        Columns kind (wrong_accusation, miss_not_found, false_alert_accused, alert_left_open,
        pickup_left_open, cause), site, point_id, service_date, start_minute (-1: of an alert),
        said (verdict or classification), cause, confidence, status, causes, observable. A row may
        stand there for several reasons.
    """
    p = compared.pickups.rename(columns={"verdict": "said"})
    a = compared.alerts.rename(columns={"classification": "said"}).assign(start_minute=-1)
    missed, called = p["status"] == "missed", p["said"] == "missed"
    named_wrong = alerts_right(compared.alerts) & (a["causes"] != "") & ~cause_named(a)
    kinds = {
        "wrong_accusation": p[called & ~missed],
        "miss_not_found": p[missed & p["observable"] & ~called],
        "false_alert_accused": a[(a["status"] != "missed") & (a["said"] == "genuine")],
        "alert_left_open": a[a["observable"] & (a["said"] == "unverifiable")],
        "pickup_left_open": p[p["observable"] & (p["said"] == "unverifiable")],
        "cause": a[named_wrong & a["observable"]],
    }
    columns = [
        "kind", "site", "point_id", "service_date", "start_minute", "said", "cause", "confidence",
        "status", "causes", "observable",
    ]  # fmt: skip
    tables = [table.assign(kind=kind) for kind, table in kinds.items() if len(table)]
    if not tables:
        return pd.DataFrame(columns=columns)
    listed: pd.DataFrame = pd.concat(tables, ignore_index=True)[columns]
    return listed


def not_found(compared: Compared) -> pd.DataFrame:
    """Return, by the criterion that settled them, pickups that were not called missed.

    A miss that stays unfound for an evidence which most often goes with a pickup cannot be
    distinguished from it: whoever called it missed would accuse the others.

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
