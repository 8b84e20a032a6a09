"""Whether records called wrong are wrong, and whether the proposed places are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from routecheck.domain.codes import RECORD_CAUSES
from routecheck.evaluate.comparison import Compared, cause_rank
from routecheck.evaluate.shares import Estimate, Share, estimate_of_quantile, share

CLOSE_M = 30.0
"""A proposed place this near to the bins serves: the usual tolerance (contract, section 3)."""


@dataclass(frozen=True)
class KindFigures:
    """One kind of fault: how many were found and named, how many that were called it are wrong."""

    fault: str
    found: Share
    named: Share
    """Of those found, the same fault was named."""
    precision: Share
    """Of the corrections of this cause, the record is wrong in some way."""


@dataclass(frozen=True)
class CorrectionFigures:
    """How good proposed corrections are.

    Attributes:
        precision: corrections of a place whose record is really wrong.
        recall: wrong places (datum, coordinate_error, misplaced) that were found, of the points
            due in these dates.
        recall_served: the same of points with at least one pickup that the data could show:
            nothing can tell where a point is that nobody serves.
        named: of those found, the very fault was named.
        median_m: the middle distance of the proposed places to the bins, of wrong records.
        p95_m: 95% of them are nearer.
        close: proposed places within 30 m of the bins, of all that were proposed.
        kinds: one by one, other faults than those of places among them.
    """

    precision: Share
    recall: Share
    recall_served: Share
    named: Share
    median_m: Estimate
    p95_m: Estimate
    close: Share
    kinds: tuple[KindFigures, ...]


def correction_figures(compared: Compared) -> CorrectionFigures | None:
    """Count; None where the true places are not known."""
    table, faults = compared.corrections, compared.faults
    if table is None or faults is None:
        return None
    places = [str(cause) for cause in RECORD_CAUSES]
    fault, named_cause = faults["fault"], faults["said"]
    wrong, served = fault.isin(places).to_numpy(), faults["served"].to_numpy(dtype=bool)
    found, named = (named_cause != "").to_numpy(), (named_cause == fault).to_numpy()
    moved, really = table["cause"].isin(places).to_numpy(), (table["fault"] != "").to_numpy()
    error_m = table["error_m"].to_numpy(dtype=np.float64)
    placed = ~np.isnan(error_m)

    def kind(name: str) -> KindFigures:
        of_kind = (fault == name).to_numpy()
        given = (table["cause"] == name).to_numpy()
        return KindFigures(
            name, share(found, of_kind), share(named, of_kind & found), share(really, given)
        )

    return CorrectionFigures(
        precision=share(really, moved),
        recall=share(found, wrong),
        recall_served=share(found, wrong & served),
        named=share(named, wrong & found),
        median_m=estimate_of_quantile(error_m[placed & really], 0.5),
        p95_m=estimate_of_quantile(error_m[placed & really], 0.95),
        close=share(error_m <= CLOSE_M, placed),
        kinds=tuple(map(kind, sorted({*fault, *table["cause"]}, key=cause_rank))),
    )
