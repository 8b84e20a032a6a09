"""Judged rows beside what was true, with what their confidence was made of.

What judging adds to a criterion's share for the single row (how sure its place is, another place
that comes into question) is not taken apart: it is the ratio of the confidence that was told to
what the share and the stand alone would give, and stays with the row when the shares change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.domain.codes import Verdict
from routecheck.domain.tables import JUDGEMENTS, TEXT
from routecheck.evaluate.calibration import pickups_right
from routecheck.evaluate.comparison import NOT_JUDGED, Compared, local_minutes
from routecheck.verdicts.confidence import Confidences

STAND, HIDDEN = "collected", "hidden"
"""Criteria whose confidence follows what was seen, not one share."""
COLUMNS = (
    "world", "group", "verdict", "criterion", "confidence", "right", "rest", "seen_s",
    "distance_m", "fixes_inside", "other",
)  # fmt: skip
_SAME = 0.002
"""Confidences are stored to three decimals, dwell to a tenth of a second."""


@dataclass(frozen=True)
class World:
    """A site with truth, or with field checks, that was judged.

    Attributes:
        name: what people know it by.
        group: the worlds that are left out together with it.
        rows: a row a judged pickup whose truth is known; columns COLUMNS but the first two, as
            `rows_of` gives them.
    """

    name: str
    group: str
    rows: pd.DataFrame


def rows_of(
    pickups: pd.DataFrame, compared: Compared, zone: ZoneInfo, confidences: Confidences
) -> pd.DataFrame:
    """Put what the confidence of judged pickups was made of beside whether they were right.

    Args:
        pickups: JUDGEMENTS of the site, as the store has them.
        compared: the same beside the truth.
        zone: local time of the site.
        confidences: with which it was judged.

    Returns:
        Columns verdict, criterion (the one that settled it, or the one whose share is taken for
        it), confidence (as judging gave it, before field checks adapted it), right (bool), rest
        (the part of the confidence that is the row's own, a factor), seen_s (dwell of a stand, or
        time to spare of a hidden one; blank of others), distance_m, fixes_inside, other (bool). No
        `unverifiable` row where it is not known what the data could show.
    """
    JUDGEMENTS.check(pickups[JUDGEMENTS.names])
    key = ["point_id", "service_date", "start_minute"]
    true = compared.pickups[compared.pickups["verdict"] != NOT_JUDGED]
    if not compared.observable_known:
        true = true[true["verdict"] != Verdict.UNVERIFIABLE]
    true = true[key].assign(right=pickups_right(true))
    mine = pickups[["point_id", "service_date", "verdict", "confidence", "distance_m", "criteria"]]
    mine = mine.assign(
        start_minute=local_minutes(pickups["window_start"], pickups["service_date"], zone)
    )
    rows = mine.merge(true, on=key, how="inner").reset_index(drop=True)
    criteria = [found or {} for found in rows["criteria"]]

    def numbers(name: str, other: Any = np.nan) -> Array:
        return np.array([found.get(name, other) for found in criteria], dtype=np.float64)

    says = [confidences.measured_as(str(found.get("say", ""))) for found in criteria]
    told = numbers("model_confidence")
    table = pd.DataFrame(
        {
            "verdict": rows["verdict"],
            "criterion": pd.Series(says, index=rows.index, dtype=TEXT),
            "confidence": np.where(np.isnan(told), rows["confidence"].to_numpy(), told),
            "right": rows["right"].to_numpy(dtype=bool),
            "rest": 1.0,
            "seen_s": numbers("dwell_s"),
            "distance_m": rows["distance_m"].fillna(0.0).to_numpy(dtype=np.float64),
            "fixes_inside": numbers("fixes_inside", 2),
            "other": np.array([bool(found.get("other_vehicle")) for found in criteria], dtype=bool),
        }
    )
    known = table["criterion"].isin([*confidences.tables["criterion"], STAND, HIDDEN])
    table = table[known.to_numpy()].reset_index(drop=True)
    seen = table["criterion"].isin([STAND, HIDDEN]).to_numpy()
    table.loc[~seen, "seen_s"] = np.nan
    # A stand by positions on a lattice is as sure as its criterion, where it seems surer.
    coarse = confidences.of("coarse_stand")
    plain = told_by(table, confidences)
    at_most = np.abs(table["confidence"] - coarse) < _SAME
    lattice = (table["criterion"] == STAND) & at_most & (plain > coarse + _SAME)
    table.loc[lattice, "criterion"] = confidences.measured_as("coarse_stand")
    plain = told_by(table, confidences)
    return table.assign(rest=table["confidence"].to_numpy() / plain)


def together(worlds: Sequence[World]) -> pd.DataFrame:
    """Return the rows of worlds one under the other: COLUMNS."""
    parts = [world.rows.assign(world=world.name, group=world.group) for world in worlds]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def told_by(rows: pd.DataFrame, confidences: Confidences) -> Array:
    """Return the confidence that shares give to rows, each with what is its own."""
    criterion = rows["criterion"].to_numpy(dtype=object)
    seen_s, sure = rows["seen_s"].to_numpy(), np.ones(len(rows))
    for name in np.unique(criterion[~np.isin(criterion, [STAND, HIDDEN])].astype(str)):
        sure[criterion == name] = confidences.of(str(name))
    hidden = np.flatnonzero(criterion == HIDDEN)
    sure[hidden] = [confidences.of_hidden(spare_s) for spare_s in seen_s[hidden]]
    stand = np.flatnonzero(criterion == STAND)
    evidence = (rows[name].to_numpy()[stand] for name in ("distance_m", "fixes_inside", "other"))
    sure[stand] = [
        confidences.of_stand(dwell_s, distance_m, int(fixes), other=bool(other))
        for dwell_s, distance_m, fixes, other in zip(seen_s[stand], *evidence, strict=True)
    ]
    return confidences.bounded(sure * rows["rest"].to_numpy())
