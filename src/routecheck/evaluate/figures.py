"""The figures of a list of verdicts, routecheck's or any monitor's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Bools, records
from routecheck.domain.tables import TEXT
from routecheck.evaluate.calibration import alerts_right, pickups_right
from routecheck.evaluate.comparison import NOT_JUDGED, Compared, cause_rank
from routecheck.evaluate.shares import Share, Split, share, split

ALWAYS_DATES = 3
"""A point that was due on fewer dates than this does not count as missed every day."""


@dataclass(frozen=True)
class Accusation:
    """A wrong one: somebody was accused of a miss that was none."""

    site: int
    point_id: str
    service_date: date
    kind: str
    """`pickup` or `alert`."""
    said: str
    """The cause that was given."""
    truth: str
    """collected, not_due or unknown."""
    causes: str
    """The causes that the truth has."""
    observable: bool


@dataclass(frozen=True)
class MissedAlways:
    """A point that was missed on every date on which it was due."""

    site: int
    point_id: str
    pickups: int
    observable: int
    called_missed: int
    """Of the observable ones."""

    @property
    def found(self) -> bool:
        """Whether more than half of its observable pickups were called missed."""
        return 2 * self.called_missed > self.observable


@dataclass(frozen=True)
class Figures:
    """How good verdicts and classifications are.

    Recall is always over what really happened; precision over the verdicts. `Split.observable`
    counts the rows whose truth the delivered fixes could show.

    Attributes:
        pickups_right: verdict right, unverifiable being right of what is not observable.
        pickups_right_good_record: the same of points whose record is right.
        verdicts: how many pickups were called what (empty: not judged).
        genuine_recall: genuine alerts that were called genuine.
        genuine_precision: alerts called genuine that were genuine.
        false_recall: false alerts that were called false.
        false_precision: alerts called false that were false.
        miss_recall: missed pickups that were called missed, alerted or not.
        miss_precision: pickups called missed that were missed.
        silent_recall: the same of missed pickups that no alert named.
        silent_precision: the same of pickups called missed that no alert named.
        vehicle_right: of pickups rightly called collected, the vehicle that did it is named.
        accused_pickups: pickups called missed that were collected or not due, of all pickups.
        accused_alerts: alerts called genuine that were not, of all alerts.
        accused: both, an alert of an accused pickup not counted again, of all pickups.
        accused_observable: of `accused`, where the data could show the truth.
        unverifiable_pickups: pickups left open, of the observable ones.
        unverifiable_pickups_hidden: pickups left open, of those that are not.
        unverifiable_alerts: alerts left open, of the observable ones.
        unverifiable_alerts_hidden: alerts left open, of those that are not.
        always: points missed on every due date (at least three), with an observable pickup.
        accusations: the wrong ones, one by one.
    """

    pickups_right: Split
    pickups_right_good_record: Split
    verdicts: tuple[tuple[str, int], ...]
    genuine_recall: Split
    genuine_precision: Split
    false_recall: Split
    false_precision: Split
    miss_recall: Split
    miss_precision: Split
    silent_recall: Split
    silent_precision: Split
    vehicle_right: Share
    accused_pickups: Share
    accused_alerts: Share
    accused: Share
    accused_observable: int
    unverifiable_pickups: Share
    unverifiable_pickups_hidden: Share
    unverifiable_alerts: Share
    unverifiable_alerts_hidden: Share
    always: tuple[MissedAlways, ...]
    accusations: tuple[Accusation, ...]

    @property
    def always_found(self) -> Share:
        """Points missed on every due date that were found."""
        return Share(sum(point.found for point in self.always), len(self.always))

    @property
    def accused_hidden(self) -> int:
        """Wrong accusations where the data could not show the truth."""
        return self.accused.hits - self.accused_observable


@dataclass(frozen=True)
class CauseFigures:
    """How often the cause that is given is one that the truth has.

    Attributes:
        alerts: alerts with a cause in the truth, the classification right or not.
        alerts_false: false alerts that were called false.
        alerts_genuine: genuine alerts that were called genuine.
        pickups: collected and missed pickups that were called so; a collected one without a cause
            in the truth must have none.
        confusion: (cause in the truth, cause given, alerts), observable alerts; where the given
            one is among several, it is the one in the truth, else the first in the order of causes.
    """

    alerts: Split
    alerts_false: Split
    alerts_genuine: Split
    pickups: Split
    confusion: tuple[tuple[str, str, int], ...]


def as_monitor(compared: Compared) -> Compared:
    """Return what is compared with the monitor's verdicts for routecheck's: each alert accuses."""
    verdict = np.where(compared.pickups["alerted"], "missed", "collected")
    return replace(
        compared,
        pickups=compared.pickups.assign(
            verdict=pd.Series(verdict, index=compared.pickups.index, dtype=TEXT), cause=""
        ),
        alerts=compared.alerts.assign(classification="genuine", cause=""),
    )


def figures(compared: Compared) -> Figures:
    """Count."""
    p, a = compared.pickups, compared.alerts
    seen, alert_seen = _bools(p["observable"]), _bools(a["observable"])
    verdict, status = p["verdict"], p["status"]
    missed, called = _bools(status == "missed"), _bools(verdict == "missed")
    silent, judged = _bools(~p["alerted"]), _bools(verdict != NOT_JUDGED)
    right = pickups_right(p)
    left_open = _bools(verdict == "unverifiable")

    given = a["classification"]
    genuine, called_genuine = _bools(a["status"] == "missed"), _bools(given == "genuine")
    false = _bools(a["status"].isin(["collected", "not_due"]))
    called_false, alert_left_open = _bools(given == "false"), _bools(given == "unverifiable")

    accused, accused_alert = called & ~missed, called_genuine & ~genuine
    key = ["site", "point_id", "service_date"]
    of_pickup = pd.MultiIndex.from_frame(a[key]).isin(pd.MultiIndex.from_frame(p.loc[accused, key]))
    new = accused_alert & ~of_pickup
    n_judged = int(judged.sum())
    named = (verdict == "collected") & (status == "collected") & (p["true_vehicle_id"] != "")
    return Figures(
        pickups_right=split(right, judged, seen),
        pickups_right_good_record=split(right, judged & _bools(p["record_right"]), seen),
        verdicts=tuple(sorted(Counter(verdict).items())),
        genuine_recall=split(called_genuine, genuine, alert_seen),
        genuine_precision=split(genuine, called_genuine, alert_seen),
        false_recall=split(called_false, false, alert_seen),
        false_precision=split(false, called_false, alert_seen),
        miss_recall=split(called, missed, seen),
        miss_precision=split(missed, called, seen),
        silent_recall=split(called, missed & silent, seen),
        silent_precision=split(missed, called & silent, seen),
        vehicle_right=share(_bools(p["vehicle_id"] == p["true_vehicle_id"]), _bools(named)),
        accused_pickups=Share(int(accused.sum()), n_judged),
        accused_alerts=Share(int(accused_alert.sum()), len(a)),
        accused=Share(int(accused.sum() + new.sum()), n_judged),
        accused_observable=int((accused & seen).sum() + (new & alert_seen).sum()),
        unverifiable_pickups=share(left_open, judged & seen),
        unverifiable_pickups_hidden=share(left_open, judged & ~seen),
        unverifiable_alerts=share(alert_left_open, alert_seen),
        unverifiable_alerts_hidden=share(alert_left_open, ~alert_seen),
        always=_missed_always(p),
        accusations=(*_accusations(p[accused], "pickup"), *_accusations(a[new], "alert")),
    )


def cause_figures(compared: Compared) -> CauseFigures | None:
    """Count causes; None where the truth has none."""
    if not compared.causes_known:
        return None
    a, p = compared.alerts, compared.pickups
    hit, stated = cause_named(a), _bools(a["causes"] != "")
    right = stated & alerts_right(a)
    seen = _bools(a["observable"])
    hit_pickup = cause_named(p) | _bools((p["causes"] == "") & (p["cause"] == ""))
    same = (p["verdict"] == p["status"]) & p["verdict"].isin(["collected", "missed"])
    confusion: Counter[tuple[str, str]] = Counter()
    rows = a[seen & stated]
    for cause, causes in zip(rows["cause"], rows["causes"], strict=True):
        several = causes.split("|")
        confusion[cause if cause in several else min(several, key=cause_rank), cause] += 1
    return CauseFigures(
        alerts=split(hit, stated, seen),
        alerts_false=split(hit, right & _bools(a["classification"] == "false"), seen),
        alerts_genuine=split(hit, right & _bools(a["classification"] == "genuine"), seen),
        pickups=split(hit_pickup, _bools(same), _bools(p["observable"])),
        confusion=tuple(
            (true, given, n)
            for (true, given), n in sorted(
                confusion.items(), key=lambda item: tuple(map(cause_rank, item[0]))
            )
        ),
    )


def cause_named(table: pd.DataFrame) -> Bools:
    """Return for which rows the cause given is one that the truth has."""
    pairs = zip(table["cause"], table["causes"], strict=True)
    named = [bool(cause) and cause in causes.split("|") for cause, causes in pairs]
    return np.array(named, dtype=bool)


def _missed_always(p: pd.DataFrame) -> tuple[MissedAlways, ...]:
    due = p[p["status"] != "not_due"]
    due = due.assign(
        hit=due["status"] == "missed",
        called=(due["verdict"] == "missed") & due["observable"],
    )
    by_point = due.groupby(["site", "point_id"], sort=True).agg(
        always=("hit", "all"),
        dates=("service_date", "nunique"),
        pickups=("hit", "size"),
        observable=("observable", "sum"),
        called=("called", "sum"),
    )
    enough = (by_point["dates"] >= ALWAYS_DATES) & (by_point["observable"] > 0)
    rows = by_point[by_point["always"].astype(bool) & enough].reset_index()
    return tuple(
        MissedAlways(int(r.site), str(r.point_id), int(r.pickups), int(r.observable), int(r.called))
        for r in records(rows)
    )


def _accusations(rows: pd.DataFrame, kind: str) -> tuple[Accusation, ...]:
    return tuple(
        Accusation(
            site=int(r.site),
            point_id=str(r.point_id),
            service_date=r.service_date,
            kind=kind,
            said=str(r.cause),
            truth=str(r.status),
            causes=str(r.causes),
            observable=bool(r.observable),
        )
        for r in records(rows.sort_values(["site", "service_date", "point_id"]))
    )


def _bools(values: pd.Series) -> Bools:
    return values.to_numpy(dtype=bool)
