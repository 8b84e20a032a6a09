"""Scores any method's verdicts on a world with truth, by the measures of the accuracy ledger.

    python -m benchmarks.submission WORLD VERDICTS [WORLD VERDICTS …]

WORLD is a folder that `routecheck simulate` wrote, with truth.csv in it. VERDICTS is a CSV or
Parquet file of pickups, or a folder with `pickups_*.csv` and, as far as the method says so much,
`alerts_*.csv` and `corrections.csv`, all as routecheck exports them. Figures of several worlds are
pooled over their rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import routecheck
from benchmarks.accuracy_page import ledger_rows
from benchmarks.sites import true_of
from routecheck.config import load_config
from routecheck.domain.codes import CorrectionState
from routecheck.domain.tables import CLASSIFIED, CORRECTIONS, JUDGEMENTS, TEXT, TIME_DTYPE
from routecheck.evaluate import Compared, Evaluation, compare, local_minutes, measure, pool
from routecheck.present.evaluation_text import aligned

VERDICTS = ("collected", "missed", "unverifiable")
CLASSES = {"collected": "false", "missed": "genuine", "unverifiable": "unverifiable"}
"""What an alert is, by the verdict of the pickup that it names."""
REQUIRED = ("point_id", "service_date", "verdict")
OF_ALERTS = ("alert_id", "classification")
OF_CORRECTIONS = ("point_id", "cause", "proposed_lon", "proposed_lat")
NO_WORD = 0.5
"""Confidence of a row that says none."""
_ZONED = r"(?:Z|[+-]\d\d(?::?\d\d)?)$"


class NotAVerdictError(ValueError):
    """A table that was handed in cannot be scored."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Score what is asked for, and print the ledger."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.submission", description=__doc__.splitlines()[0]
    )
    parser.add_argument("pairs", nargs="+", type=Path, metavar="WORLD VERDICTS")
    parser.add_argument("--name", default="found", help="how the column is headed")
    given = parser.parse_args(arguments)
    if len(given.pairs) % 2:
        parser.error("each WORLD needs its VERDICTS")
    try:
        parts = [
            scored(world, read_submission(path))
            for world, path in zip(given.pairs[::2], given.pairs[1::2], strict=True)
        ]
    except NotAVerdictError as error:
        parser.error(str(error))
    print("\n".join(aligned(score_rows(given.name, measure(pool(parts))))))


def score_rows(name: str, found: Evaluation) -> list[list[str]]:
    """The rows of the ledger, and how far what was handed in is about the pickups of the world.

    Shares of pickups are over those with a verdict: who leaves some out is to be seen to do so.
    """
    rows = ledger_rows({name: found})
    after = 1 + next(k for k, row in enumerate(rows) if row[0] == "pickups")
    rows[after:after] = [
        ["  without a verdict", "", f"{found.not_judged:,}"],
        ["verdicts of no pickup", "", f"{found.pickups_without_truth:,}"],
    ]
    return rows


@dataclass(frozen=True)
class Submission:
    """What a method says of one world; all columns as text.

    Attributes:
        pickups: columns point_id, service_date (YYYY-MM-DD), verdict (collected, missed,
            unverifiable); optional window_start (ISO 8601, local where it has no zone; needed where
            a point is due twice a day), confidence (that the verdict is right, 0 to 1), cause,
            vehicle_id.
        alerts: columns alert_id, classification (false, genuine, unverifiable); optional cause,
            confidence. None: each alert is judged as the pickup that it names, false where that
            was collected, genuine where it was missed; one whose pickup has no verdict, such as
            that of a point that nobody knows, is left open.
        corrections: columns point_id, cause, proposed_lon, proposed_lat (WGS-84); optional
            confidence. None: the method corrects no records.
    """

    pickups: pd.DataFrame
    alerts: pd.DataFrame | None = None
    corrections: pd.DataFrame | None = None


def read_submission(path: Path) -> Submission:
    """Read a file, or a folder of exports.

    Raises:
        NotAVerdictError: there is nothing to read, or a column is missing.
    """
    if not path.is_dir():
        found = _files([path], REQUIRED)
        if found is None:
            raise NotAVerdictError(f"{path}: there is no such file")
        return Submission(found)
    pickups = _files(sorted(path.glob("pickups_*.csv")), REQUIRED)
    if pickups is None:
        raise NotAVerdictError(f"{path}: there is no pickups_*.csv in it")
    alerts = _files(sorted(path.glob("alerts_*.csv")), OF_ALERTS)
    return Submission(pickups, alerts, _files([path / "corrections.csv"], OF_CORRECTIONS))


def _files(paths: Sequence[Path], required: Sequence[str]) -> pd.DataFrame | None:
    """The rows of the files that exist; None where there are none."""
    parts = [
        pd.read_parquet(path).astype("str")
        if path.suffix == ".parquet"
        else pd.read_csv(path, dtype="str", encoding="utf-8-sig")
        for path in paths
        if path.is_file()
    ]
    if not parts:
        return None
    rows = pd.concat(parts, ignore_index=True)
    missing = [name for name in required if name not in rows]
    if missing:
        raise NotAVerdictError(
            f"{paths[0]}: column missing: {', '.join(missing)}; needed: {', '.join(required)}"
        )
    return rows


def scored(world: Path, handed_in: Submission) -> Compared:
    """Put what a method says of a world beside its truth.

    Raises:
        NotAVerdictError: a verdict is none, a pickup has two, or a date, time or confidence cannot
            be one.
    """
    verdicts, truth = handed_in.pickups.reset_index(drop=True), true_of(world)
    unknown = sorted({*verdicts["verdict"].dropna()} - {*VERDICTS})
    if unknown or verdicts[list(REQUIRED)].isna().any(axis=None):
        found = ", ".join(unknown) or "a blank"
        raise NotAVerdictError(f"a verdict is one of {', '.join(VERDICTS)}; found: {found}")
    zone = truth.zone
    judged = _judgements(verdicts, truth.pickups, str(zone))
    if judged.duplicated(["point_id", "service_date", "window_start"]).any():
        raise NotAVerdictError("a pickup has two verdicts")
    config = load_config(world / "routecheck.toml")
    raised = routecheck.read_alerts(str(world / str(config.alerts.path)), time_zone=str(zone))
    judged["start_minute"] = local_minutes(judged["window_start"], judged["service_date"], zone)
    alerts = _classified(raised, judged)
    key = ["point_id", "service_date"]
    about = alerts[[*key, "start_minute"]].drop_duplicates()
    named = judged.reset_index()[["index", *key, "start_minute"]].merge(about, on=key)
    same = (named["start_minute_y"] < 0) | (named["start_minute_x"] == named["start_minute_y"])
    judged["alerted"] = judged.index.isin(named.loc[same, "index"])
    if handed_in.alerts is not None:
        alerts = _as_said(alerts, handed_in.alerts)
    corrections = _corrections(handed_in.corrections)
    return compare(judged.drop(columns="start_minute"), alerts, truth, corrections)


def _judgements(verdicts: pd.DataFrame, true: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Verdicts as JUDGEMENTS; a row without a window has that of the only pickup of its date."""
    dates = _times(verdicts["service_date"], "service_date")
    rows = pd.DataFrame(
        {"point_id": verdicts["point_id"].astype(TEXT), "service_date": dates.dt.date}
    )
    only = true.drop_duplicates(["point_id", "service_date"], keep=False)
    minute = rows.merge(only, on=["point_id", "service_date"], how="left")["start_minute"]
    midnight = dates.dt.tz_localize(zone)
    start = (midnight + pd.to_timedelta(minute.fillna(0.0), unit="min")).dt.tz_convert("UTC")
    if "window_start" in verdicts:
        said = verdicts["window_start"].astype("str")
        zoned = said.str.contains(_ZONED, na=False)
        local = _times(said.where(~zoned), "window_start").dt.tz_localize(zone)
        said = _times(said.where(zoned), "window_start", utc=True).fillna(
            local.dt.tz_convert("UTC")
        )
        start = said.where(said.notna(), start)
    rows["window_start"] = start.astype(TIME_DTYPE)
    # Windows are known by their start; alerts of these worlds name it too.
    rows["window_end"] = rows["window_start"] + pd.Timedelta(minutes=1)
    blank = pd.Series("", index=verdicts.index)
    for name in ("verdict", "cause", "vehicle_id"):
        rows[name] = verdicts.get(name, blank).fillna("").astype(TEXT)
    rows["confidence"] = _confidence(verdicts)
    return JUDGEMENTS.empty().reindex(rows.index).assign(**rows)


def _times(texts: pd.Series, name: str, *, utc: bool = False) -> pd.Series:
    try:
        return pd.to_datetime(texts, utc=utc, format="ISO8601")
    except ValueError as error:
        raise NotAVerdictError(f"{name} is not in ISO 8601: {error}") from None


def _confidence(said: pd.DataFrame) -> pd.Series:
    """What rows say of how sure they are; NO_WORD where they say nothing."""
    texts = said.get("confidence", pd.Series("", index=said.index)).replace("", np.nan)
    sure = pd.to_numeric(texts, errors="coerce")
    wrong = texts[texts.notna() & ~sure.between(0.0, 1.0)]
    if len(wrong):
        raise NotAVerdictError(f"a confidence is a number from 0 to 1; found: {wrong.iloc[0]}")
    return sure.fillna(NO_WORD).astype("float64")


def _classified(raised: pd.DataFrame, judged: pd.DataFrame) -> pd.DataFrame:
    """The alerts as CLASSIFIED with `start_minute` (-1: none named), by the verdicts they name."""
    clock = pd.to_timedelta(raised["window_start"] + ":00").dt.total_seconds() / 60
    alerts = pd.DataFrame(
        {
            "alert_id": raised["alert_id"].astype(TEXT),
            "point_id": raised["point_id"].astype(TEXT),
            "service_date": raised["service_date"].dt.date,
            "start_minute": clock.fillna(-1).astype("int64"),
        }
    )
    key = ["point_id", "service_date"]
    of = alerts.reset_index().merge(judged, on=key, suffixes=("", "_judged"))
    of = of[(of["start_minute"] < 0) | (of["start_minute"] == of["start_minute_judged"])]
    # Of several pickups of a date a miss is what an alert without a window is about.
    worst = of.assign(rank=of["verdict"].map({"missed": 0, "unverifiable": 1, "collected": 2}))
    worst = worst.sort_values("rank", kind="stable").drop_duplicates("index").set_index("index")
    worst = worst.reindex(alerts.index)
    said = worst["verdict"].map(CLASSES).fillna("unverifiable")
    alerts["classification"] = said.astype(TEXT)
    alerts["cause"] = worst["cause"].fillna("").astype(TEXT)
    alerts["confidence"] = worst["confidence"].fillna(NO_WORD).astype(np.float64)
    return CLASSIFIED.empty().reindex(alerts.index).assign(**alerts)


def _as_said(alerts: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """The alerts by what the method says of them; of which it says nothing are left open."""
    of = said.drop_duplicates("alert_id").set_index("alert_id").reindex(alerts["alert_id"])
    blank = pd.Series("", index=of.index)
    return alerts.assign(
        classification=of["classification"].fillna("unverifiable").astype(TEXT).array,
        cause=of.get("cause", blank).fillna("").astype(TEXT).array,
        confidence=_confidence(of).to_numpy(dtype=np.float64),
    )


def _corrections(said: pd.DataFrame | None) -> pd.DataFrame:
    """Corrections as CORRECTIONS, all of them proposed; what is accepted by nobody counts too."""
    if said is None:
        return CORRECTIONS.empty()
    rows = {name: said[name].fillna("").astype(TEXT) for name in ("point_id", "cause")}
    for name in ("proposed_lon", "proposed_lat"):
        rows[name] = pd.to_numeric(said[name], errors="coerce").astype("float64")
    rows["confidence"] = _confidence(said)
    rows["state"] = pd.Series(str(CorrectionState.PROPOSED), index=said.index, dtype=TEXT)
    return CORRECTIONS.empty().reindex(said.index).assign(**rows)


if __name__ == "__main__":
    main()
