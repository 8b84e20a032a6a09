"""All figures together: routecheck's beside the monitor's."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.errors import MissingDataError, Said
from routecheck.domain.tables import CORRECTIONS
from routecheck.evaluate.calibration import Calibration, of_alerts, of_pickups
from routecheck.evaluate.compare import Compared, compare
from routecheck.evaluate.corrections import CorrectionFigures, correction_figures
from routecheck.evaluate.figures import (
    CauseFigures,
    Figures,
    as_monitor,
    cause_figures,
    figures,
)
from routecheck.evaluate.intervals import Estimate, Share
from routecheck.evaluate.truth import Truth


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
        observable_known: whether the truth says so; where not, all count as observable.
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
    """Compare verdicts with known truth.

    Args:
        pickups: JUDGEMENTS with a column `alerted` (bool), as `Store.read_pickups` gives them.
        alerts: CLASSIFIED, as `Store.read_alerts` gives them; with a column `start_minute` (as in
            ALERTS) where the windows that alerts name are at hand.
        truth: from `read_truth`.
        corrections: CORRECTIONS.

    Raises:
        MissingDataError: nothing was judged, or on none of the dates of the truth.
    """
    return measure(compare(pickups, alerts, truth, corrections))


def evaluate_checks(
    pickups: pd.DataFrame, alerts: pd.DataFrame, checks: pd.DataFrame, zone: ZoneInfo
) -> Evaluation:
    """Compare verdicts with what someone went to see.

    Only pickups that were checked count, and what was checked is no sample of all: people go
    where they expect a miss. Shares hold for the checked ones. What the data could show is not
    known, so everything counts as observable. Checks of one pickup that contradict each other are
    left out; so are those without a window of points with several pickups that day.

    Args:
        pickups: JUDGEMENTS with a column `alerted`.
        alerts: CLASSIFIED.
        checks: CHECKS.
        zone: local time of the site.

    Raises:
        MissingDataError: there are no checks, or none on a date that was judged.
    """
    if checks.empty:
        raise MissingDataError("no_checks")
    key = ["point_id", "service_date", "start_minute"]
    said = checks.groupby(key, sort=False)["collected"].agg(["all", "any"])
    agreed = said[said["all"] == said["any"]].reset_index()
    n = len(agreed)
    blank = pd.Series([""] * n, dtype="str")
    seen = pd.DataFrame(
        {
            **{name: agreed[name] for name in key},
            "collected": agreed["all"].astype("bool"),
            "observable": np.ones(n, dtype=bool),
            "cause": blank,
            "vehicle_id": blank,
        }
    )
    truth = Truth(
        zone, seen, observable_known=False, causes_known=False, label=Said("the_checks_file")
    )
    count = pickups.groupby(["point_id", "service_date"]).size().to_dict()
    pairs = zip(seen["point_id"], seen["service_date"], seen["start_minute"], strict=True)
    # Without a window a check speaks of the only pickup of that point and date.
    usable = [
        (n_pickups := count.get((point_id, day), 0)) == 1 or (n_pickups > 1 and minute >= 0)
        for point_id, day, minute in pairs
    ]
    judged = set(pickups["service_date"])
    if not judged & set(seen["service_date"]):
        # Told as such, rather than as checks that cannot be used.
        usable = [True] * n
    truth = dataclasses.replace(truth, pickups=seen[usable].reset_index(drop=True))
    if truth.pickups.empty:
        raise MissingDataError("checks_unusable", count=len(checks))
    compared = compare(pickups, alerts, truth, CORRECTIONS.empty())
    left = len(said) - len(truth.pickups)
    return measure(dataclasses.replace(compared, source="checks", truth_rejected=left))


def measure(compared: Compared) -> Evaluation:
    """Count what was put side by side, of one site or of several pooled."""
    p, a = compared.pickups, compared.alerts
    seen = p["observable"].to_numpy(dtype=bool)
    confidence = {"pickups": of_pickups(p), "alerts": of_alerts(a)}
    if compared.observable_known:
        confidence["pickups_observable"] = of_pickups(p, seen)
        confidence["alerts_observable"] = of_alerts(a, a["observable"].to_numpy(dtype=bool))
    return Evaluation(
        source=compared.source,
        sites=compared.sites,
        dates=compared.dates,
        pickups=len(p),
        alerts=len(a),
        misses=int((p["status"] == "missed").sum()),
        observable=Share(int(seen.sum()), len(seen)),
        observable_known=compared.observable_known,
        pickups_without_truth=compared.pickups_without_truth,
        alerts_without_truth=compared.alerts_without_truth,
        not_judged=int((p["verdict"] == "").sum()),
        truth_rejected=compared.truth_rejected,
        dates_left_out=compared.dates_left_out,
        routecheck=figures(compared),
        monitor=figures(as_monitor(compared)),
        causes=cause_figures(compared),
        corrections=correction_figures(compared),
        confidence=confidence,
    )


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures as plain values for JSON: shares with hits, n, value, low and high.

    What cannot be said (a share of nothing) is null.
    """
    found = _plain(evaluation)
    assert isinstance(found, dict)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, Share):
        low, high = value.interval
        numbers = {"value": value.value, "low": low, "high": high}
        return {"hits": value.hits, "n": value.n} | {k: _number(v) for k, v in numbers.items()}
    if isinstance(value, Estimate):
        return {name: _number(getattr(value, name)) for name in ("value", "low", "high", "n")}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        result = {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
        if isinstance(value, Figures):
            result["always_found"] = _plain(value.always_found)
            result["verdicts"] = {name or "not_judged": n for name, n in value.verdicts}
        return result
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return _number(value)


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 6)
    return value
