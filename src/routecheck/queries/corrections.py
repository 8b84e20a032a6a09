"""Wrong records of points, and what correcting them would have done.

The back-test replays the monitor's plain rule on the tracks of the dates wanted, under the
points as recorded and under the points as corrected: which alerts would be gone, and which true
misses would then go unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from routecheck.config import Config
from routecheck.domain.arrays import records
from routecheck.domain.codes import CorrectionState, Verdict
from routecheck.domain.errors import Message, MissingDataError
from routecheck.engine import pipeline
from routecheck.engine.basis import Basis
from routecheck.engine.inputs import Progress
from routecheck.engine.learning import Learned
from routecheck.engine.session import Session
from routecheck.registry.records import corrected, same_place, valid_points


@dataclass(frozen=True)
class Diagnosis:
    """What is wrong with the records, and what correcting them would have done.

    Attributes:
        corrections: CORRECTIONS with `silenced`, `hidden` and `raised` (see `effects`),
            `decided_by`, `decided_at` (UTC), `holds_from`: blank where nothing was decided.
        points: POINTS as corrected.
        dates: service dates the back-test replayed.
        raised_before: alerts of the plain rule under the points as recorded.
        raised_after: the same under the points as corrected.
    """

    corrections: pd.DataFrame
    points: pd.DataFrame
    dates: list[date]
    raised_before: int
    raised_after: int


def diagnose_records(
    site: Session, first: date | None = None, last: date | None = None
) -> Diagnosis:
    """Diagnose the points of a site from the fixes of some dates, and try the corrections.

    Without dates, of a site that was run: what the last run proposed, computed again from the
    registry and the history that it went by (see `Session.as_judged`), tried on all dates that
    were judged. With dates: what these teach, together with the history about them; where some of
    them were not judged, the points file is taken as a run of them would import it.

    Args:
        site: an open site; nothing of it is changed.
        first: first service date, None: the first with fixes.
        last: last service date, None: the last with fixes.

    Raises:
        MissingDataError: there are no fixes in those dates.
        StoreError: the store is gone though the site was judged before.
    """
    site.require_not_lost()
    days = site.fixes.days
    judged = set() if site.stored is None else {e["service_date"] for e in site.stored.dates()}
    wanted = [
        day
        for day in days
        if (first is None or day >= first)
        and (last is None or day <= last)
        # Files of fixes reach over midnight: a date that was never judged is left out.
        and (first is not None or not judged or day in judged)
    ]
    if not wanted:
        raise _no_fixes(site.config, days, first, last)
    as_last_run = first is None and last is None and wanted[-1] in judged
    learning = wanted[-1:] if as_last_run else wanted
    basis = site.as_judged(learning)
    observed = {}
    for n, day in enumerate(learning):
        site.progress(Message("progress.observing", day=day), 0.3 + 0.3 * n / len(learning))
        observed[day] = basis.history_of(day)
    site.progress("progress.diagnosing", 0.6)
    learned = basis.learn(observed)
    decided = basis.registry.read_corrections()
    in_file = basis.site.points["point_id"].isin(site.inputs.points["point_id"])
    points = corrected_points(basis.site.points[in_file], learned)
    replayed = _replayed(basis, learned, wanted, site.progress)
    decisions = decided[["point_id", "decided_by", "decided_at", "holds_from"]]
    table = learned.corrections.merge(decisions, on="point_id", how="left")
    counts = effects(replayed).reindex(table["point_id"], fill_value=0)
    table = table.assign(**{name: counts[name].to_numpy() for name in counts.columns})
    before, after = (int((~replayed[name]).sum()) for name in ("recorded", "corrected"))
    return Diagnosis(table, points, wanted, before, after)


def _no_fixes(
    config: Config, days: Sequence[date], first: date | None, last: date | None
) -> MissingDataError:
    if not days:
        return MissingDataError("no_fixes", path=config.fixes.path)
    return MissingDataError(
        "no_fixes_between",
        first=first or Message("the_beginning"),
        last=last or Message("the_end"),
        path=config.fixes.path,
        known_first=days[0],
        known_last=days[-1],
    )


def _replayed(
    basis: Basis,
    learned: Learned,
    dates: Sequence[date],
    progress: Progress,
) -> pd.DataFrame:
    """What the plain rule says of each pickup, as recorded and as corrected.

    A correction is of one record: it is tried on the dates on which that record holds, and changes
    nothing on others.

    Returns:
        `point_id`, `recorded` and `corrected` (the rule holds: no alert), `missed`.
    """
    live = _live(learned)
    now = valid_points(basis.site.points, learned.on)
    record = {row.point_id: row for row in records(now[now["point_id"].isin(live["point_id"])])}
    parts = []
    for n, day in enumerate(dates):
        progress(Message("progress.trying", day=day), 0.65 + 0.35 * n / len(dates))
        judged = basis.judge(day, learned)
        recorded = valid_points(basis.site.points, day)
        same = {
            row.point_id
            for row in records(recorded[recorded["point_id"].isin(record)])
            if same_place(row.geometry, record[row.point_id].geometry)
        }
        cured_points = corrected(recorded, live[live["point_id"].isin(same)])
        pickups = basis.pickups(day)
        plain, cured = (
            pipeline.replay(judged.observation, pickups, points, basis.settings)
            for points in (recorded, cured_points)
        )
        parts.append(
            pd.DataFrame(
                {
                    "point_id": plain["point_id"].array,
                    "recorded": plain["holds"].to_numpy(),
                    "corrected": cured["holds"].to_numpy(),
                    "missed": (judged.judgements["verdict"] == Verdict.MISSED).to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def effects(replayed: pd.DataFrame) -> pd.DataFrame:
    """Count by point what corrections do to the alerts of the plain rule, pickup by pickup.

    Args:
        replayed: `point_id`, `recorded`, `corrected` (the rule holds: no alert), `missed`.

    Returns:
        By `point_id`: `silenced` (alerts that it raises as recorded and not as corrected),
        `hidden` (those of them that were true misses), `raised` (the reverse of silenced). So
        silenced less raised is by how many alerts the point has fewer.
    """
    gone = ~replayed["recorded"] & replayed["corrected"]
    counts = pd.DataFrame(
        {
            "silenced": gone,
            "hidden": gone & replayed["missed"],
            "raised": replayed["recorded"] & ~replayed["corrected"],
        }
    )
    return counts.groupby(replayed["point_id"]).sum().astype("int64")


def _live(learned: Learned) -> pd.DataFrame:
    """CORRECTIONS that are proposed or accepted."""
    corrections = learned.corrections
    return corrections[corrections["state"] != CorrectionState.REJECTED]


def corrected_points(points: pd.DataFrame, learned: Learned) -> pd.DataFrame:
    """POINTS, a row a point, with the proposed or accepted corrections applied."""
    return corrected(valid_points(points, learned.on), _live(learned))
