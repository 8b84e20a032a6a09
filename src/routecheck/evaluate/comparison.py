"""Verdicts beside the truth: one row a pickup, one an alert, one a point whose record is in doubt.

What is compared here is only counted in the other modules. Several sites can be put together, so
that figures are pooled over rows and not averaged over sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from pyproj import Geod

from routecheck.domain.arrays import Ints, records
from routecheck.domain.codes import Cause, CorrectionState, Verdict
from routecheck.domain.errors import Message, MissingDataError
from routecheck.domain.tables import TEXT
from routecheck.evaluate.truth import Truth

NOT_JUDGED = ""
"""Verdict of a pickup that the truth knows and that was never judged."""
_KEY = ["point_id", "service_date", "start_minute"]
_RANK = {str(cause): place for place, cause in enumerate(Cause)}


def cause_rank(cause: str) -> tuple[int, str]:
    """Return what sorts causes in the order in which they apply, unknown ones last."""
    return _RANK.get(cause, len(_RANK)), cause


@dataclass(frozen=True)
class Compared:
    """Verdicts and truth side by side.

    Attributes:
        pickups: columns site (int), point_id, service_date, start_minute, verdict (empty: not
            judged), cause, criterion (which settled it, empty: not known), confidence, alerted
            (bool), vehicle_id; and of the truth: status
            (collected, missed, not_due), observable (bool), causes (joined by `|`),
            true_vehicle_id, record_right (bool; True where no truth_points are known).
        alerts: columns site, alert_id, point_id, service_date, classification, cause, confidence;
            and status (missed, collected, not_due; unknown: of a point that nobody knows),
            observable, causes.
        corrections: columns site, point_id, cause, confidence, fault (what the truth says is wrong
            with the record, empty: nothing), error_m (from the proposed place to the bins; blank
            where none is proposed); None where the places are not known.
        faults: columns site, point_id, fault, served (bool: an observable pickup in these dates),
            said (cause of its correction, empty: none); None where the places are not known.
        dates: service dates compared, of all sites.
        sites: how many sites are in it.
        observable_known: whether the truth says what is observable.
        causes_known: whether the truth has causes.
        pickups_without_truth: pickups that were judged and that the truth does not know.
        alerts_without_truth: the same of alerts.
        truth_rejected: rows of the truth that could not be used.
        dates_left_out: dates of the truth on which nothing was judged.
    """

    pickups: pd.DataFrame
    alerts: pd.DataFrame
    corrections: pd.DataFrame | None
    faults: pd.DataFrame | None
    dates: tuple[date, ...]
    sites: int = 1
    observable_known: bool = True
    causes_known: bool = True
    pickups_without_truth: int = 0
    alerts_without_truth: int = 0
    truth_rejected: int = 0
    dates_left_out: int = 0
    source: str = "truth"


def compare(
    pickups: pd.DataFrame, alerts: pd.DataFrame, truth: Truth, corrections: pd.DataFrame
) -> Compared:
    """Put verdicts beside the truth, on the dates that both have.

    A pickup is known by point, service date and start of its window; a row of the truth without a
    window means the only pickup of its point and date. An alert means the pickup whose window it
    names, without one all of its point and date.

    Args:
        pickups: JUDGEMENTS with a column `alerted` (bool).
        alerts: CLASSIFIED; where a column `start_minute` (as in ALERTS) is there, it has the
            window that the alert names; else `window_from` in its criteria does.
        truth: from `read_truth`.
        corrections: CORRECTIONS; those an operator rejected do not count.

    Raises:
        MissingDataError: nothing was judged, or on none of the dates of the truth.
    """
    judged_dates = set(pickups["service_date"]) | set(alerts["service_date"])
    true_dates = set(truth.pickups["service_date"])
    dates = judged_dates & true_dates
    if not judged_dates:
        raise MissingDataError("nothing_judged")
    if not dates:
        raise MissingDataError(
            "other_dates_judged",
            truth=truth.label,
            true=_span(true_dates),
            judged=_span(judged_dates),
        )
    known = truth.pickups[truth.pickups["service_date"].isin(dates)]
    mine = pickups[pickups["service_date"].isin(dates)].reset_index(drop=True)
    raised = alerts[alerts["service_date"].isin(dates)].reset_index(drop=True)
    minutes = local_minutes(mine["window_start"], mine["service_date"], truth.zone)
    mine = mine.assign(start_minute=minutes)
    known = _with_windows(known, mine)
    known = known.assign(status=_status(known))
    pickups_beside, pickups_without_truth = _pickups(mine, known, truth.points)
    alerts_beside, alerts_without_truth = _alerts(raised, mine, known, truth.zone)
    table = faults = None
    if truth.points is not None:
        proposed = corrections[corrections["state"] != CorrectionState.REJECTED]
        proposed = proposed.drop_duplicates("point_id", keep="last")
        table = _corrections(proposed, truth.points)
        faults = _faults(proposed, truth.points, pickups_beside)
    return Compared(
        pickups=pickups_beside,
        alerts=alerts_beside,
        corrections=table,
        faults=faults,
        dates=tuple(sorted(dates)),
        observable_known=truth.observable_known,
        causes_known=truth.causes_known,
        pickups_without_truth=pickups_without_truth,
        alerts_without_truth=alerts_without_truth,
        truth_rejected=truth.unusable,
        dates_left_out=len(true_dates - dates),
        source=truth.source,
    )


def pool(parts: Sequence[Compared]) -> Compared:
    """Put several sites together; points of different sites stay apart by the column `site`.

    Raises:
        ValueError: there are none.
    """
    if not parts:
        raise ValueError("nothing to pool")
    shifts = np.concatenate([[0], np.cumsum([part.sites for part in parts])[:-1]])

    def joined(values: list[Any]) -> Any:
        """Tables one under the other, tuples in a row, sums of counts, and what holds of all."""
        if any(value is None for value in values):
            return None
        match values[0]:
            case pd.DataFrame():
                tables = [
                    table.assign(site=table["site"] + int(shift))
                    for table, shift in zip(values, shifts, strict=True)
                ]
                filled = [table for table in tables if len(table)]
                return pd.concat(filled, ignore_index=True) if filled else tables[0]
            case tuple():
                return tuple(chain(*values))
            case bool():
                return all(values)
            case int():
                return sum(values)
        return values[0]

    names = [field.name for field in fields(Compared)]
    return Compared(**{name: joined([getattr(part, name) for part in parts]) for name in names})


def local_minutes(times: pd.Series, dates: pd.Series, zone: ZoneInfo) -> Ints:
    """Return UTC times as minutes by the wall clock after local midnight of their dates."""
    if times.empty:
        return np.zeros(0, dtype=np.int64)
    wall = times.dt.tz_convert(zone).dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    midnight = np.array([datetime.combine(day, time()) for day in dates], dtype="datetime64[us]")
    return np.asarray(np.rint((wall - midnight) / np.timedelta64(1, "m")), dtype=np.int64)


def _with_windows(known: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
    """Give rows of the truth without a window that of the only pickup of their point and date."""
    key = _KEY[:2]
    only = mine.drop_duplicates(key, keep=False)[_KEY].rename(columns={"start_minute": "only"})
    filled = known.merge(only, on=key, how="left")
    windowed = (filled["start_minute"] >= 0).groupby([filled[name] for name in key])
    take = (
        ~windowed.transform("any").astype(bool) & filled["only"].notna() & ~filled.duplicated(_KEY)
    )
    minute = filled["start_minute"].where(~take, filled["only"]).astype("int64")
    return filled.assign(start_minute=minute).drop(columns="only")


def _status(known: pd.DataFrame) -> pd.Series:
    """What became of it: collected, missed, not_due; unknown where no pickup can be meant."""
    codes = known["cause"].str.split("|")
    not_due = np.array([Cause.NOT_DUE in c for c in codes], dtype=bool)
    nobody = np.array([Cause.UNKNOWN_POINT in c for c in codes], dtype=bool)
    status = np.where(known["collected"], "collected", "missed").astype(object)
    status[not_due & ~known["collected"].to_numpy()] = "not_due"
    # Without a window, and without a pickup that it could be about: an alert of an unknown point.
    status[nobody & (known["start_minute"] < 0).to_numpy()] = "unknown"
    return pd.Series(status, index=known.index, dtype=TEXT)


def _pickups(
    mine: pd.DataFrame, known: pd.DataFrame, points: pd.DataFrame | None
) -> tuple[pd.DataFrame, int]:
    """Return judged pickups beside the truth, and how many the truth does not know."""
    judged = ["verdict", "cause", "confidence", "alerted", "vehicle_id"]
    verdicts = mine[[*_KEY, *judged]].assign(criterion=_criterion(mine))
    true = known[[*_KEY, "status", "observable", "cause", "vehicle_id"]]
    true = true.rename(columns={"cause": "causes", "vehicle_id": "true_vehicle_id"})
    both = true.merge(verdicts, on=_KEY, how="outer", indicator=True)
    without_truth = both["_merge"] == "right_only"
    # What the truth has for alerts alone is no pickup.
    no_pickup = (both["_merge"] == "left_only") & both["status"].isin(["not_due", "unknown"])
    rows = both[~without_truth & ~no_pickup].reset_index(drop=True)
    texts = {name: rows[name].fillna("").astype(TEXT)
             for name in ("verdict", "cause", "criterion", "vehicle_id")}  # fmt: skip
    wrong = set() if points is None else set(points.loc[points["record_fault"] != "", "point_id"])
    table = rows[[*_KEY, "confidence", "alerted", "status", "observable", "causes",
                  "true_vehicle_id"]].assign(
        site=0,
        **texts,
        alerted=rows["alerted"].fillna(False).astype("bool"),
        observable=rows["observable"].astype("bool"),
        record_right=~rows["point_id"].isin(wrong),
    )  # fmt: skip
    return table, int(without_truth.sum())


def _criterion(pickups: pd.DataFrame) -> pd.Series:
    criteria = pickups["criteria"] if "criteria" in pickups else [None] * len(pickups)
    names = [str(c.get("say") or "") if isinstance(c, dict) else "" for c in criteria]
    return pd.Series(names, index=pickups.index, dtype=TEXT)


def _alerts(
    raised: pd.DataFrame, mine: pd.DataFrame, known: pd.DataFrame, zone: ZoneInfo
) -> tuple[pd.DataFrame, int]:
    """Return classified alerts beside the truth, and how many the truth does not know."""
    rows: dict[tuple[str, date], list[Any]] = {}
    for row in records(known):
        rows.setdefault((row.point_id, row.service_date), []).append(row)
    named = zip(
        raised["point_id"], raised["service_date"], _named_windows(raised, mine, zone), strict=True
    )
    true = [
        _truth_of_alert(rows.get((point_id, day), []), int(minute))
        for point_id, day, minute in named
    ]
    columns = ["alert_id", "point_id", "service_date", "classification", "cause", "confidence"]
    table = raised[columns].assign(
        site=0,
        status=pd.Series([status for status, _, _ in true], dtype=TEXT),
        observable=np.array([observable for _, observable, _ in true], dtype=bool),
        causes=pd.Series([causes for _, _, causes in true], dtype=TEXT),
    )
    known_of = table["status"] != ""
    return table[known_of].reset_index(drop=True), int((~known_of).sum())


def _named_windows(raised: pd.DataFrame, mine: pd.DataFrame, zone: ZoneInfo) -> Ints:
    """Return the start of the window that each alert names, as the schedule has it; -1: none."""
    if "start_minute" in raised:
        minute = raised["start_minute"].to_numpy(dtype=np.int64).copy()
    else:
        named = [c.get("window_from") if isinstance(c, dict) else None for c in raised["criteria"]]
        times = pd.to_datetime(pd.Series(named, index=raised.index, dtype=TEXT), utc=True)
        minute = np.full(len(raised), -1, dtype=np.int64)
        some = times.notna().to_numpy(dtype=bool)
        minute[some] = local_minutes(times[some], raised.loc[some, "service_date"], zone)
    # An alert may name any time within the window.
    ends = local_minutes(mine["window_end"], mine["service_date"], zone)
    windows: dict[tuple[str, date], list[tuple[int, int]]] = {}
    for point_id, day, start, end in zip(*(mine[name] for name in _KEY), ends, strict=True):
        windows.setdefault((point_id, day), []).append((int(start), int(end)))
    for k, key in enumerate(zip(raised["point_id"], raised["service_date"], strict=True)):
        spans = windows.get(key, [])
        if minute[k] >= 0 and not any(start == minute[k] for start, _ in spans):
            within = (start for start, end in spans if start <= minute[k] < end)
            minute[k] = next(within, minute[k])
    return minute


def _truth_of_alert(rows: list[Any], named: int) -> tuple[str, bool, str]:
    """Return status, observable and causes of what an alert is about; empty: nothing is known."""
    about = [row for row in rows if row.start_minute == named] if named >= 0 else []
    if not about:
        windowed = [row for row in rows if row.start_minute >= 0]
        about = windowed if named < 0 and windowed else [r for r in rows if r.start_minute < 0]
    if not about:
        return "", False, ""
    missed = [row for row in about if row.status == "missed"]
    causes = "|".join(dict.fromkeys(c for r in missed or about for c in r.cause.split("|") if c))
    if missed:
        return "missed", any(row.observable for row in missed), causes
    kinds = {row.status for row in about}
    status = next(kind for kind in ("unknown", "collected", "not_due") if kind in kinds)
    return status, all(row.observable for row in about), causes


def _corrections(proposed: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return proposed corrections beside the true places."""
    both = proposed.merge(points, on="point_id", how="inner")
    lon, lat, true_lon, true_lat = (
        both[name].to_numpy() for name in ("proposed_lon", "proposed_lat", "lon", "lat")
    )
    return both[["point_id", "cause", "confidence"]].assign(
        site=0,
        fault=both["record_fault"],
        error_m=Geod(ellps="WGS84").inv(lon, lat, true_lon, true_lat)[2],
    )


def _faults(proposed: pd.DataFrame, points: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Return wrong records of points that were due, with the cause of their correction."""
    wrong = points[(points["record_fault"] != "") & points["point_id"].isin(beside["point_id"])]
    shown = beside[(beside["status"] == Verdict.COLLECTED) & beside["observable"]]
    causes = proposed.set_index("point_id")["cause"]
    return pd.DataFrame(
        {
            "site": 0,
            "point_id": wrong["point_id"],
            "fault": wrong["record_fault"],
            "served": wrong["point_id"].isin(shown["point_id"]),
            # reindexed, not mapped: a map over no corrections at all gives numbers
            "said": causes.reindex(wrong["point_id"], fill_value="").astype(TEXT).to_numpy(),
        }
    ).reset_index(drop=True)


def _span(dates: set[date]) -> str:
    first, last = min(dates).isoformat(), max(dates).isoformat()
    return first if first == last else Message("span", first=first, last=last)
