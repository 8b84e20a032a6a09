"""Verdicts beside the truth: one row a pickup, one an alert, one a point whose record is in doubt.

What is compared here is only counted in the other modules. Several sites can be put together, so
that figures are pooled over rows and not averaged over sites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array, Ints, records
from routecheck.domain.codes import Cause, CorrectionState, Verdict
from routecheck.domain.errors import MissingDataError, Said
from routecheck.evaluate.truth import Truth

NOT_JUDGED = ""
"""Verdict of a pickup that the truth knows and that was never judged."""


@dataclass(frozen=True)
class Compared:
    """Verdicts and truth side by side.

    Attributes:
        pickups: columns site (int), point_id, service_date, start_minute, verdict (empty: not
            judged), cause, criterion (which settled it, empty: not told), confidence, alerted
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
    source: str = field(default="truth")


def compare(
    pickups: pd.DataFrame, alerts: pd.DataFrame, truth: Truth, corrections: pd.DataFrame
) -> Compared:
    """Put verdicts beside the truth, on the dates that both have.

    A pickup is known by point, service date and start of its window; a row of the truth without a
    window speaks of the only pickup of its point and date. An alert speaks of the pickup whose
    window it names, without one of all of its point and date.

    Args:
        pickups: JUDGEMENTS with a column `alerted` (bool).
        alerts: CLASSIFIED; where a column `start_minute` (as in ALERTS) is there, it tells the
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
    mine = mine.assign(start_minute=_minutes(mine, truth.zone))
    known = _with_windows(known, mine)
    beside, strangers = _pickups(mine, known, truth.points)
    spoken, unspoken = _alerts(raised, mine, known, truth.zone)
    table, faults = _corrections(corrections, truth.points, beside)
    return Compared(
        pickups=beside,
        alerts=spoken,
        corrections=table,
        faults=faults,
        dates=tuple(sorted(dates)),
        observable_known=truth.observable_known,
        causes_known=truth.causes_known,
        pickups_without_truth=strangers,
        alerts_without_truth=unspoken,
        truth_rejected=len(truth.rejected),
        dates_left_out=len(true_dates - dates),
    )


def pool(parts: Sequence[Compared]) -> Compared:
    """Put several sites together; points of different sites stay apart by the column `site`.

    Raises:
        ValueError: there are none.
    """
    if not parts:
        raise ValueError("nothing to pool")
    shifts = np.concatenate([[0], np.cumsum([part.sites for part in parts])[:-1]])

    def joined(name: str) -> pd.DataFrame:
        tables: list[pd.DataFrame] = [
            getattr(part, name).assign(site=getattr(part, name)["site"] + int(shift))
            for part, shift in zip(parts, shifts, strict=True)
        ]
        filled = [table for table in tables if len(table)]
        return pd.concat(filled, ignore_index=True) if filled else tables[0]

    placed = all(part.corrections is not None for part in parts)
    return Compared(
        pickups=joined("pickups"),
        alerts=joined("alerts"),
        corrections=joined("corrections") if placed else None,
        faults=joined("faults") if placed else None,
        dates=tuple(day for part in parts for day in part.dates),
        sites=sum(part.sites for part in parts),
        observable_known=all(part.observable_known for part in parts),
        causes_known=all(part.causes_known for part in parts),
        pickups_without_truth=sum(part.pickups_without_truth for part in parts),
        alerts_without_truth=sum(part.alerts_without_truth for part in parts),
        truth_rejected=sum(part.truth_rejected for part in parts),
        dates_left_out=sum(part.dates_left_out for part in parts),
        source=parts[0].source,
    )


def local_minutes(times: pd.Series, dates: pd.Series, zone: ZoneInfo) -> Ints:
    """Return UTC times as minutes by the wall clock after local midnight of their dates."""
    wall = times.dt.tz_convert(zone).dt.tz_localize(None).to_numpy(dtype="datetime64[us]")
    midnight = np.array([datetime.combine(day, time()) for day in dates], dtype="datetime64[us]")
    return np.asarray(np.rint((wall - midnight) / np.timedelta64(1, "m")), dtype=np.int64)


def _minutes(pickups: pd.DataFrame, zone: ZoneInfo) -> Ints:
    if pickups.empty:
        return np.zeros(0, dtype=np.int64)
    return local_minutes(pickups["window_start"], pickups["service_date"], zone)


def _with_windows(known: pd.DataFrame, mine: pd.DataFrame) -> pd.DataFrame:
    """Give rows of the truth without a window that of the only pickup of their point and date."""
    key = ["point_id", "service_date"]
    only = mine.drop_duplicates(key, keep=False)[[*key, "start_minute"]]
    has = known[known["start_minute"] >= 0][key].drop_duplicates().assign(windowed=True)
    filled = known.merge(only.rename(columns={"start_minute": "only"}), on=key, how="left")
    filled = filled.merge(has, on=key, how="left")
    take = (
        (filled["start_minute"] < 0)
        & filled["only"].notna()
        & filled["windowed"].isna()
        & ~filled.duplicated([*key, "start_minute"])
    )
    minute = filled["start_minute"].where(~take, filled["only"]).astype("int64")
    return filled.assign(start_minute=minute).drop(columns=["only", "windowed"])


def _status(known: pd.DataFrame) -> pd.Series:
    """Tell what became of it: collected, missed, not_due; unknown where no pickup can be meant."""
    codes = known["cause"].str.split("|")
    not_due = np.array([Cause.NOT_DUE in c for c in codes], dtype=bool)
    nobody = np.array([Cause.UNKNOWN_POINT in c for c in codes], dtype=bool)
    status = np.where(known["collected"], "collected", "missed").astype(object)
    status[not_due & ~known["collected"].to_numpy()] = "not_due"
    # Without a window, and without a pickup that it could speak of: an alert of a stranger.
    status[nobody & (known["start_minute"] < 0).to_numpy()] = "unknown"
    return pd.Series(status, index=known.index, dtype="str")


def _pickups(
    mine: pd.DataFrame, known: pd.DataFrame, points: pd.DataFrame | None
) -> tuple[pd.DataFrame, int]:
    key = ["point_id", "service_date", "start_minute"]
    said = mine[[*key, "verdict", "cause", "confidence", "alerted", "vehicle_id"]].assign(
        criterion=_criterion(mine)
    )
    true = known.assign(status=_status(known))[
        [*key, "status", "observable", "cause", "vehicle_id"]
    ].rename(columns={"cause": "causes", "vehicle_id": "true_vehicle_id"})
    both = true.merge(said, on=key, how="outer", indicator=True)
    strangers = int((both["_merge"] == "right_only").sum())
    # What the truth says of alerts alone is no pickup.
    silent = (both["_merge"] == "left_only") & both["status"].isin(["not_due", "unknown"])
    both = both[(both["_merge"] != "right_only") & ~silent].reset_index(drop=True)
    wrong = set() if points is None else set(points.loc[points["record_fault"] != "", "point_id"])
    table = pd.DataFrame(
        {
            "site": np.zeros(len(both), dtype=np.int64),
            **{name: both[name] for name in key},
            "verdict": both["verdict"].fillna(NOT_JUDGED).astype("str"),
            "cause": both["cause"].fillna("").astype("str"),
            "criterion": both["criterion"].fillna("").astype("str"),
            "confidence": both["confidence"].astype("float64"),
            "alerted": both["alerted"].fillna(False).astype("bool"),
            "vehicle_id": both["vehicle_id"].fillna("").astype("str"),
            "status": both["status"],
            "observable": both["observable"].astype("bool"),
            "causes": both["causes"],
            "true_vehicle_id": both["true_vehicle_id"],
            "record_right": ~both["point_id"].isin(wrong),
        }
    )
    return table, strangers


def _criterion(pickups: pd.DataFrame) -> pd.Series:
    criteria = pickups["criteria"] if "criteria" in pickups else [None] * len(pickups)
    told = [str(c.get("say") or "") if isinstance(c, dict) else "" for c in criteria]
    return pd.Series(told, index=pickups.index, dtype="str")


def _alerts(
    raised: pd.DataFrame, mine: pd.DataFrame, known: pd.DataFrame, zone: ZoneInfo
) -> tuple[pd.DataFrame, int]:
    minute = _named_windows(raised, mine, zone)
    true = known.assign(status=_status(known))
    rows: dict[tuple[str, date], list[Any]] = {}
    for row in records(true):
        rows.setdefault((row.point_id, row.service_date), []).append(row)
    found: list[tuple[str, bool, str]] = []
    for point_id, day, named in zip(
        raised["point_id"], raised["service_date"], minute, strict=True
    ):
        found.append(_truth_of_alert(rows.get((point_id, day), []), int(named)))
    status, observable, causes = zip(*found, strict=True) if found else ((), (), ())
    table = pd.DataFrame(
        {
            "site": np.zeros(len(raised), dtype=np.int64),
            **{
                name: raised[name]
                for name in ("alert_id", "point_id", "service_date", "classification", "cause")
            },
            "confidence": raised["confidence"].astype("float64"),
            "status": pd.Series(status, dtype="str"),
            "observable": np.array(observable, dtype=bool),
            "causes": pd.Series(causes, dtype="str"),
        }
    )
    told = (table["status"] != "").to_numpy(dtype=bool)
    return table[told].reset_index(drop=True), int((~told).sum())


def _named_windows(raised: pd.DataFrame, mine: pd.DataFrame, zone: ZoneInfo) -> Ints:
    """Return the start of the window that each alert names, as the schedule has it; -1: none."""
    n = len(raised)
    if "start_minute" in raised:
        minute = raised["start_minute"].to_numpy(dtype=np.int64).copy()
    else:
        minute = np.full(n, -1, dtype=np.int64)
        for k, (criteria, day) in enumerate(
            zip(raised["criteria"], raised["service_date"], strict=True)
        ):
            told = criteria.get("window_from") if isinstance(criteria, dict) else None
            if told:
                moment = pd.Series([pd.Timestamp(told).tz_convert("UTC")])
                minute[k] = local_minutes(moment, pd.Series([day]), zone)[0]
    # An alert may name any time within the window.
    windows: dict[tuple[str, date], list[tuple[int, int]]] = {}
    if len(mine):
        ends = local_minutes(mine["window_end"], mine["service_date"], zone)
        for point_id, day, start, end in zip(
            mine["point_id"], mine["service_date"], mine["start_minute"], ends, strict=True
        ):
            windows.setdefault((point_id, day), []).append((int(start), int(end)))
    for k, (point_id, day) in enumerate(
        zip(raised["point_id"], raised["service_date"], strict=True)
    ):
        spans = windows.get((point_id, day), [])
        if minute[k] >= 0 and not any(start == minute[k] for start, _ in spans):
            within = [start for start, end in spans if start <= minute[k] < end]
            minute[k] = within[0] if within else minute[k]
    return minute


def _truth_of_alert(rows: list[Any], named: int) -> tuple[str, bool, str]:
    """Return status, observable and causes of what an alert speaks of; empty: nothing is known."""
    spoken = [row for row in rows if row.start_minute == named] if named >= 0 else []
    if not spoken:
        windowed = [row for row in rows if row.start_minute >= 0]
        spoken = windowed if named < 0 and windowed else [r for r in rows if r.start_minute < 0]
    if not spoken:
        return "", False, ""
    missed = [row for row in spoken if row.status == "missed"]
    deciding = missed or spoken
    causes = "|".join(dict.fromkeys(c for r in deciding for c in r.cause.split("|") if c))
    if missed:
        return "missed", any(row.observable for row in missed), causes
    kinds = {row.status for row in spoken}
    status = next(kind for kind in ("unknown", "collected", "not_due") if kind in kinds)
    return status, all(row.observable for row in spoken), causes


def _corrections(
    corrections: pd.DataFrame, points: pd.DataFrame | None, beside: pd.DataFrame
) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    if points is None:
        return None, None
    proposed = corrections[corrections["state"] != CorrectionState.REJECTED]
    proposed = proposed[
        ["point_id", "cause", "confidence", "proposed_lon", "proposed_lat"]
    ].drop_duplicates("point_id", keep="last")
    both = proposed.merge(points, on="point_id", how="inner")
    table = pd.DataFrame(
        {
            "site": np.zeros(len(both), dtype=np.int64),
            "point_id": both["point_id"],
            "cause": both["cause"],
            "confidence": both["confidence"].astype("float64"),
            "fault": both["record_fault"],
            "error_m": _apart_m(both),
        }
    )
    served = set(
        beside.loc[
            (beside["status"] == Verdict.COLLECTED) & beside["observable"], "point_id"
        ].unique()
    )
    due = set(beside["point_id"].unique())
    wrong = points[(points["record_fault"] != "") & points["point_id"].isin(due)]
    said = dict(zip(proposed["point_id"], proposed["cause"], strict=True))
    faults = pd.DataFrame(
        {
            "site": np.zeros(len(wrong), dtype=np.int64),
            "point_id": wrong["point_id"].array,
            "fault": wrong["record_fault"].array,
            "served": wrong["point_id"].isin(served).to_numpy(dtype=bool),
            "said": pd.Series([said.get(p, "") for p in wrong["point_id"]], dtype="str"),
        }
    )
    return table, faults


def _apart_m(both: pd.DataFrame) -> Array:
    result = np.full(len(both), np.nan)
    some = both[["proposed_lon", "proposed_lat", "lon", "lat"]].notna().all(axis=1).to_numpy()
    if some.any():
        from pyproj import Geod

        rows = both[some]
        result[some] = Geod(ellps="WGS84").inv(
            rows["proposed_lon"].to_numpy(),
            rows["proposed_lat"].to_numpy(),
            rows["lon"].to_numpy(),
            rows["lat"].to_numpy(),
        )[2]
    return result


def _span(dates: set[date]) -> str:
    first, last = min(dates).isoformat(), max(dates).isoformat()
    return first if first == last else Said("span", first=first, last=last)
