"""The figures of a list of verdicts, routecheck's or any monitor's."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause
from routecheck.evaluate.calibration import alerts_right, pickups_right
from routecheck.evaluate.compare import NOT_JUDGED, Compared
from routecheck.evaluate.intervals import Share, share

Bools = NDArray[np.bool_]

ALWAYS_DATES = 3
"""A point that was due on fewer dates than this cannot be said to be missed every day."""


@dataclass(frozen=True)
class Split:
    """A share over the rows whose truth the data could show, and over all rows."""

    observable: Share
    every: Share


@dataclass(frozen=True)
class Accusation:
    """A wrong one: somebody was accused of a miss that was none."""

    site: int
    point_id: str
    service_date: date
    kind: str
    """`pickup` or `alert`."""
    said: str
    """The cause that was told."""
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

    Recall is always over what really happened; precision over what was said. `Split.observable`
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


@dataclass(frozen=True)
class CauseFigures:
    """How often the cause that is told is one that the truth has.

    Attributes:
        alerts: alerts with a cause in the truth, the classification right or not.
        alerts_false: false alerts that were called false.
        alerts_genuine: genuine alerts that were called genuine.
        pickups: collected and missed pickups that were called so; a collected one without a cause
            in the truth must be told without one.
        confusion: (cause in the truth, cause told, alerts), observable alerts; where the told one
            is among several, it is the one in the truth, else the first in the order of causes.
    """

    alerts: Split
    alerts_false: Split
    alerts_genuine: Split
    pickups: Split
    confusion: tuple[tuple[str, str, int], ...]


def as_monitor(compared: Compared) -> Compared:
    """Return what is compared with the monitor's word for routecheck's: each alert accuses."""
    verdict = np.where(compared.pickups["alerted"], "missed", "collected")
    return replace(
        compared,
        pickups=compared.pickups.assign(
            verdict=pd.Series(verdict, index=compared.pickups.index, dtype="str"), cause=""
        ),
        alerts=compared.alerts.assign(classification="genuine", cause=""),
    )


def figures(compared: Compared) -> Figures:
    """Count."""
    p, a = compared.pickups, compared.alerts
    seen, alert_seen = _is(p["observable"]), _is(a["observable"])
    verdict, status = p["verdict"], p["status"]
    missed, called = _is(status == "missed"), _is(verdict == "missed")
    silent = ~_is(p["alerted"])
    judged = _is(verdict != NOT_JUDGED)
    good = _is(p["record_right"])
    right = pickups_right(p)

    said, truth = a["classification"], a["status"]
    genuine, called_genuine = _is(truth == "missed"), _is(said == "genuine")
    false, called_false = _is(truth.isin(["collected", "not_due"])), _is(said == "false")

    accused, accused_alert = called & ~missed, called_genuine & ~genuine
    behind = set(_keys(p[accused]))
    new = accused_alert & np.array([key not in behind for key in _keys(a)], dtype=bool)
    return Figures(
        pickups_right=_split(right, judged, seen),
        pickups_right_good_record=_split(right, judged & good, seen),
        verdicts=tuple(sorted(Counter(verdict).items())),
        genuine_recall=_split(called_genuine, genuine, alert_seen),
        genuine_precision=_split(genuine, called_genuine, alert_seen),
        false_recall=_split(called_false, false, alert_seen),
        false_precision=_split(false, called_false, alert_seen),
        miss_recall=_split(called, missed, seen),
        miss_precision=_split(missed, called, seen),
        silent_recall=_split(called, missed & silent, seen),
        silent_precision=_split(missed, called & silent, seen),
        vehicle_right=share(
            _is(p["vehicle_id"] == p["true_vehicle_id"]),
            _is((verdict == "collected") & (status == "collected") & (p["true_vehicle_id"] != "")),
        ),
        accused_pickups=Share(int(accused.sum()), int(judged.sum())),
        accused_alerts=Share(int(accused_alert.sum()), len(a)),
        accused=Share(int(accused.sum() + new.sum()), int(judged.sum())),
        accused_observable=int((accused & seen).sum() + (new & alert_seen).sum()),
        unverifiable_pickups=share(_is(verdict == "unverifiable"), judged & seen),
        unverifiable_pickups_hidden=share(_is(verdict == "unverifiable"), judged & ~seen),
        unverifiable_alerts=share(_is(said == "unverifiable"), alert_seen),
        unverifiable_alerts_hidden=share(_is(said == "unverifiable"), ~alert_seen),
        always=_always(p),
        accusations=(*_told(p[accused], "pickup"), *_told(a[new], "alert")),
    )


def cause_figures(compared: Compared) -> CauseFigures | None:
    """Count causes; None where the truth has none."""
    if not compared.causes_known:
        return None
    a, p = compared.alerts, compared.pickups
    hit = _among(a["cause"], a["causes"])
    stated = _is(a["causes"] != "")
    right = alerts_right(a)
    called_false = right & _is(a["classification"] == "false")
    called_genuine = right & _is(a["classification"] == "genuine")
    seen = _is(a["observable"])
    told = p["cause"]
    hit_pickup = _among(told, p["causes"]) | _is((p["causes"] == "") & (told == ""))
    same = _is((p["verdict"] == p["status"]) & p["verdict"].isin(["collected", "missed"]))
    confusion: Counter[tuple[str, str]] = Counter()
    rows = a[seen & stated]
    for cause, causes in zip(rows["cause"], rows["causes"], strict=True):
        confusion[_true_cause(cause, causes), cause] += 1
    return CauseFigures(
        alerts=_split(hit, stated, seen),
        alerts_false=_split(hit, stated & called_false, seen),
        alerts_genuine=_split(hit, stated & called_genuine, seen),
        pickups=_split(hit_pickup, same, _is(p["observable"])),
        confusion=tuple(
            (true, said, n)
            for (true, said), n in sorted(
                confusion.items(), key=lambda item: (_place(item[0][0]), _place(item[0][1]))
            )
        ),
    )


def mistakes(compared: Compared) -> pd.DataFrame:
    """List what went wrong, for engineers.

    Returns:
        Columns kind (wrong_accusation, miss_not_found, false_alert_accused, alert_left_open,
        pickup_left_open, cause), site, point_id, service_date, start_minute (-1: of an alert),
        said, cause, confidence, status, causes, observable. A row may stand there for several
        reasons.
    """
    p = compared.pickups.rename(columns={"verdict": "said"})
    a = compared.alerts.rename(columns={"classification": "said"}).assign(start_minute=-1)
    seen, alert_seen = _is(p["observable"]), _is(a["observable"])
    missed, called = _is(p["status"] == "missed"), _is(p["said"] == "missed")
    false = _is(a["status"] != "missed")
    right = alerts_right(compared.alerts)
    columns = [
        "site", "point_id", "service_date", "start_minute", "said", "cause", "confidence",
        "status", "causes", "observable",
    ]  # fmt: skip
    parts = [
        ("wrong_accusation", p[called & ~missed]),
        ("miss_not_found", p[missed & seen & ~called]),
        ("false_alert_accused", a[false & _is(a["said"] == "genuine")]),
        ("alert_left_open", a[alert_seen & _is(a["said"] == "unverifiable")]),
        ("pickup_left_open", p[seen & _is(p["said"] == "unverifiable")]),
        (
            "cause",
            a[right & alert_seen & _is(a["causes"] != "") & ~_among(a["cause"], a["causes"])],
        ),
    ]
    tables = [table[columns].assign(kind=kind) for kind, table in parts if len(table)]
    if not tables:
        return pd.DataFrame(columns=["kind", *columns])
    return pd.concat(tables, ignore_index=True)[["kind", *columns]]


def _split(hits: Bools, of: Bools, seen: Bools) -> Split:
    return Split(share(hits, of & seen), share(hits, of))


def _always(p: pd.DataFrame) -> tuple[MissedAlways, ...]:
    due = p[p["status"] != "not_due"]
    due = due.assign(
        hit=(due["status"] == "missed"),
        called=(due["verdict"] == "missed") & due["observable"],
    )
    by_point = due.groupby(["site", "point_id"], sort=True).agg(
        all_missed=("hit", "all"),
        dates=("service_date", "nunique"),
        pickups=("hit", "size"),
        observable=("observable", "sum"),
        called=("called", "sum"),
    )
    rows = by_point[
        by_point["all_missed"].astype(bool)
        & (by_point["dates"] >= ALWAYS_DATES)
        & (by_point["observable"] > 0)
    ].reset_index()
    return tuple(
        MissedAlways(int(r.site), str(r.point_id), int(r.pickups), int(r.observable), int(r.called))
        for r in records(rows)
    )


def _told(rows: pd.DataFrame, kind: str) -> tuple[Accusation, ...]:
    return tuple(
        Accusation(
            int(r.site),
            str(r.point_id),
            r.service_date,
            kind,
            str(r.cause),
            str(r.status),
            str(r.causes),
            bool(r.observable),
        )
        for r in records(rows.sort_values(["site", "service_date", "point_id"]))
    )


def _keys(table: pd.DataFrame) -> list[tuple[int, str, date]]:
    return list(zip(table["site"], table["point_id"], table["service_date"], strict=True))


def _among(cause: pd.Series, causes: pd.Series) -> Bools:
    return np.array(
        [bool(c) and c in several.split("|") for c, several in zip(cause, causes, strict=True)],
        dtype=bool,
    )


def _true_cause(told: str, causes: str) -> str:
    several = causes.split("|")
    return told if told in several else min(several, key=_place)


_ORDER = {str(cause): place for place, cause in enumerate(Cause)}


def _place(cause: str) -> tuple[int, str]:
    return _ORDER.get(cause, len(_ORDER)), cause


def _is(values: pd.Series) -> Bools:
    return np.asarray(values.to_numpy(dtype=bool), dtype=bool)
