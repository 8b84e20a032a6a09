"""All figures together: routecheck's beside the monitor's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from routecheck.domain.tables import CLASSIFIED, CORRECTIONS, JUDGEMENTS
from routecheck.evaluate.calibration import Calibration, calibrations
from routecheck.evaluate.comparison import NOT_JUDGED, Compared, compare
from routecheck.evaluate.correction_figures import CorrectionFigures, correction_figures
from routecheck.evaluate.figures import (
    CauseFigures,
    Figures,
    as_monitor,
    cause_figures,
    figures,
)
from routecheck.evaluate.shares import Share
from routecheck.evaluate.truth import Truth
from routecheck.store import Store


@dataclass(frozen=True)
class Evaluation:
    """How good verdicts were, against known truth or field checks.

    Attributes:
        source: `truth` or `checks`.
        sites: how many sites were pooled.
        dates: service dates compared.
        pickups: pickups compared.
        alerts: alerts compared.
        misses: of the pickups, really missed.
        observable: of the pickups, those whose truth the delivered fixes could show.
        observable_known: whether that is known; where not, all count as observable.
        pickups_without_truth: judged, and not known to the truth; not counted anywhere.
        alerts_without_truth: the same of alerts.
        not_judged: known to the truth and never judged; of these no miss counts as found.
        truth_rejected: rows of the truth that could not be used.
        dates_left_out: dates of the truth on which nothing was judged.
        routecheck: the figures of the verdicts.
        monitor: the figures of the monitor, each alert taken as an accusation.
        causes: None where the truth has no causes.
        corrections: None where the true places are not known.
        confidence: of pickups, alerts, and of the observable ones of each.
    """

    source: str
    sites: int
    dates: tuple[date, ...]
    pickups: int
    alerts: int
    misses: int
    observable: Share
    observable_known: bool
    pickups_without_truth: int
    alerts_without_truth: int
    not_judged: int
    truth_rejected: int
    dates_left_out: int
    routecheck: Figures
    monitor: Figures
    causes: CauseFigures | None
    corrections: CorrectionFigures | None
    confidence: dict[str, Calibration]


def evaluate(
    pickups: pd.DataFrame, alerts: pd.DataFrame, truth: Truth, corrections: pd.DataFrame
) -> Evaluation:
    """Compare verdicts with known truth, or with field checks.

    Args:
        pickups: JUDGEMENTS with a column `alerted` (bool), as `Store.read_pickups` gives them.
        alerts: CLASSIFIED, as `Store.read_alerts` gives them; with a column `start_minute` (as in
            ALERTS) where the windows that alerts name are at hand.
        truth: from `read_truth` or `truth_of_checks`.
        corrections: CORRECTIONS.

    Raises:
        MissingDataError: nothing was judged, or on none of the dates of the truth.
    """
    return measure(compare(pickups, alerts, truth, corrections))


def stored_verdicts(store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return JUDGEMENTS with `alerted`, and CLASSIFIED, of all dates that a store holds.

    Raises:
        StoreError: the store cannot be read.
    """
    dates = [entry["service_date"] for entry in store.dates()]
    pickups = [JUDGEMENTS.empty().assign(alerted=pd.Series([], dtype="bool"))]
    alerts = [CLASSIFIED.empty()]
    for table, read in ((pickups, store.read_pickups), (alerts, store.read_alerts)):
        names = list(table[0].columns)
        filled = [rows[names] for day in dates if len(rows := read(day))]
        table[0] = pd.concat(filled, ignore_index=True) if filled else table[0]
    return pickups[0], alerts[0]


def compare_store(store: Store, truth: Truth) -> Compared:
    """Put the verdicts of a store beside the truth, on all dates that both have.

    Raises:
        StoreError: the store cannot be read.
        MissingDataError: nothing was judged, or on none of the dates of the truth.
    """
    pickups, alerts = stored_verdicts(store)
    return compare(pickups, alerts, truth, store.read_corrections()[CORRECTIONS.names])


def measure(compared: Compared) -> Evaluation:
    """Count what was put side by side, of one site or of several pooled."""
    p = compared.pickups
    return Evaluation(
        source=compared.source,
        sites=compared.sites,
        dates=compared.dates,
        pickups=len(p),
        alerts=len(compared.alerts),
        misses=int((p["status"] == "missed").sum()),
        observable=Share(int(p["observable"].sum()), len(p)),
        observable_known=compared.observable_known,
        pickups_without_truth=compared.pickups_without_truth,
        alerts_without_truth=compared.alerts_without_truth,
        not_judged=int((p["verdict"] == NOT_JUDGED).sum()),
        truth_rejected=compared.truth_rejected,
        dates_left_out=compared.dates_left_out,
        routecheck=figures(compared),
        monitor=figures(as_monitor(compared)),
        causes=cause_figures(compared),
        corrections=correction_figures(compared),
        confidence=calibrations(compared),
    )
