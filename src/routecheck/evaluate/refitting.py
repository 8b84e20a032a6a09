"""The shares behind confidence, fitted anew on worlds with truth, and what that is worth.

What it is worth is told on worlds that were left out of the fit, a group at a time: a simulator,
the sites with sparse fixes, a county. On its own worlds every fit is good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from routecheck.domain.arrays import Array, Bools
from routecheck.domain.codes import Verdict
from routecheck.domain.errors import UsageError
from routecheck.evaluate.between_worlds import NewWorld, new_world
from routecheck.evaluate.calibration import equal_bins
from routecheck.evaluate.confidence_rows import HIDDEN, STAND, World, together, told_by
from routecheck.evaluate.shares import Share
from routecheck.verdicts.confidence import Confidences

DIGITS = 4
"""Decimals of a share that is written."""
ABOUT_NINE = (0.85, 0.95)
"""Rows that say 0.9: between these, and as many of them should be right."""
_LEAST = 1e-4
"""Where the logarithm of what was thought impossible ends."""


@dataclass(frozen=True)
class Change:
    """A share before and after.

    Attributes:
        section: of `confidence.toml`.
        key: in it.
        place: in its list; None: it is one number.
        seen_s: with a place, the seconds that it is for.
        now: the share that holds.
        refitted: the share by these worlds.
        found: what it rests on.
        better_in: groups left out in which the rows of this share, or of its list, gain by the fit
            without them (logarithmic loss).
        groups: groups that have such rows.
    """

    section: str
    key: str
    place: int | None
    seen_s: float | None
    now: float
    refitted: float
    found: NewWorld
    better_in: int = 0
    groups: int = 0

    @property
    def gains(self) -> bool:
        """Whether it is better in every group left out, of two at least."""
        return self.better_in == self.groups > 1


@dataclass(frozen=True)
class Told:
    """How far the confidence of some rows can be believed.

    Attributes:
        right: rows that were right.
        expected_error: mean difference of confidence and share right, over bins of equal count.
        brier: mean squared difference of confidence and outcome.
        log_loss: mean of minus the logarithm of what was held possible of the outcome.
        about_nine: of the rows that say 0.85 to 0.95, those that were right.
    """

    right: Share
    expected_error: float
    brier: float
    log_loss: float
    about_nine: Share


@dataclass(frozen=True)
class LeftOut:
    """A verdict in a group of worlds, by shares that were fitted without it.

    Attributes:
        group: the worlds left out; empty: all groups, each by the fit without it.
        worlds: how many.
        verdict: of the rows.
        now: by the confidence that was told.
        refitted: by the shares of the other worlds.
    """

    group: str
    worlds: int
    verdict: str
    now: Told
    refitted: Told


@dataclass(frozen=True)
class Refit:
    """New shares, and what they would be worth.

    Attributes:
        worlds: name, group and rows of each.
        left_out: figures by group and verdict; last those of all groups.
        changes: all shares that these worlds tell something of.
        tables: sections and keys of `confidence.toml` that differ from what holds.
    """

    worlds: tuple[tuple[str, str, int], ...]
    left_out: tuple[LeftOut, ...]
    changes: tuple[Change, ...]
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def worse_in(self) -> tuple[str, ...]:
        """Groups in which collected or missed rows lose by it (logarithmic loss)."""
        names = [
            one.group
            for one in self.left_out
            if one.group and one.verdict != Verdict.UNVERIFIABLE
            if one.refitted.log_loss > one.now.log_loss
        ]
        return tuple(dict.fromkeys(names))


def refit(worlds: Sequence[World], confidences: Confidences, *, only_gains: bool = False) -> Refit:
    """Fit the shares anew, and measure that on each group of worlds left out of the fit.

    Args:
        worlds: with truth; at least two groups of them.
        confidences: the shares that hold.
        only_gains: change only shares that gain in every group left out. The figures stay those of
            all shares, each by the fit without its group.

    Raises:
        UsageError: all worlds are of one group.
    """
    worlds = sorted(worlds, key=lambda world: (world.group, world.name))
    groups = sorted({world.group for world in worlds})
    if len(groups) < 2:
        raise UsageError("calls.calibrate_one_group", count=len(worlds))
    rows = together(worlds)
    of_group = rows["group"].to_numpy(dtype=object)
    refitted = np.zeros(len(rows))
    for group in groups:
        left = of_group == group
        shares = fitted(rows[~left].reset_index(drop=True), confidences)
        refitted[left] = told_by(rows[left], adapted_by(confidences, shares))
    changes = _with_gains(fitted(rows, confidences), rows, refitted)
    taken = [change for change in changes if change.gains or not only_gains]
    return Refit(
        worlds=tuple((world.name, world.group, len(world.rows)) for world in worlds),
        left_out=tuple(_left_out(rows, refitted, groups)),
        changes=tuple(changes),
        tables=_changed(confidences, taken),
    )


def _with_gains(changes: Sequence[Change], rows: pd.DataFrame, refitted: Array) -> list[Change]:
    """Changes with the groups in which they gain, by what was told of each without it."""
    right = rows["right"].to_numpy(dtype=bool)
    lost = _log_losses(refitted, right) - _log_losses(rows["confidence"].to_numpy(), right)
    lost_by = pd.Series(lost).groupby([rows["criterion"], rows["group"]]).mean()
    of_list = {"stand": STAND, "hidden": HIDDEN}
    counted = []
    for change in changes:
        by_group = lost_by.loc[[of_list.get(change.section, change.key)]]
        better = int((by_group < 0).sum())
        counted.append(replace(change, better_in=better, groups=len(by_group)))
    return counted


def fitted(rows: pd.DataFrame, confidences: Confidences) -> list[Change]:
    """Return the shares that rows tell something of, each as of a world that was not seen.

    Args:
        rows: of several worlds, from `together`.
        confidences: the shares that hold.
    """
    criterion = rows["criterion"].to_numpy(dtype=object)
    changes = []
    for name, now in confidences.tables["criterion"].items():
        mine = rows[criterion == name]
        if len(mine):
            found = new_world(mine.assign(factor=mine["rest"]), float(now))
            share = float(_within(found.share, confidences))
            changes.append(Change("criterion", name, None, None, float(now), share, found))
    for section, what, of in (("stand", STAND, "dwell_s"), ("hidden", HIDDEN, "spare_s")):
        mine = rows[criterion == what]
        if len(mine):
            changes += _by_seconds(mine, confidences, section, of)
    return changes


def adapted_by(confidences: Confidences, changes: Sequence[Change]) -> Confidences:
    """Return shares with changes made to them."""
    tables = _changed(confidences, changes)
    return Confidences(
        {name: {**table, **tables.get(name, {})} for name, table in confidences.tables.items()}
    )


def _by_seconds(
    rows: pd.DataFrame, confidences: Confidences, section: str, of: str
) -> list[Change]:
    """The shares of a list, each of the rows nearest to its seconds; longer is never less sure."""
    knots = np.array(confidences.tables[section][of], dtype=np.float64)
    now = np.array(confidences.tables[section]["right"], dtype=np.float64)
    nearest = np.searchsorted((knots[:-1] + knots[1:]) / 2, rows["seen_s"].to_numpy())
    factor = rows["confidence"].to_numpy() / now[nearest]
    rows = rows.assign(factor=factor)
    found = [new_world(rows[nearest == k], float(now[k])) for k in range(len(knots))]
    shares = np.array([one.share for one in found])
    weights = np.array([one.rows + 1.0 for one in found])
    rising = _within(isotonic_regression(shares, weights=weights).x, confidences)
    return [
        Change(section, "right", k, float(knots[k]), float(now[k]), float(rising[k]), found[k])
        for k in range(len(knots))
    ]


def _within(share: float | Array, confidences: Confidences) -> Array:
    return np.round(confidences.bounded(np.asarray(share, dtype=np.float64)), DIGITS)


def _changed(confidences: Confidences, changes: Sequence[Change]) -> dict[str, dict[str, Any]]:
    """The sections and keys that differ."""
    tables: dict[str, dict[str, Any]] = {}
    for change in changes:
        if change.refitted == change.now and change.place is None:
            continue
        table = tables.setdefault(change.section, {})
        if change.place is None:
            table[change.key] = change.refitted
        else:
            whole = table.setdefault(
                change.key, list(confidences.tables[change.section][change.key])
            )
            whole[change.place] = change.refitted
    return tables


def _left_out(rows: pd.DataFrame, refitted: Array, groups: Sequence[str]) -> list[LeftOut]:
    verdicts = rows["verdict"].to_numpy(dtype=object)
    of_group, worlds = rows["group"].to_numpy(dtype=object), rows["world"].to_numpy(dtype=object)
    now, right = rows["confidence"].to_numpy(), rows["right"].to_numpy(dtype=bool)
    figures = []
    for group in (*groups, ""):
        for verdict in (Verdict.COLLECTED, Verdict.MISSED, Verdict.UNVERIFIABLE):
            mine = verdicts == verdict
            if group:
                mine &= of_group == group
            if mine.any():
                figures.append(
                    LeftOut(
                        group,
                        len(set(zip(of_group[mine], worlds[mine], strict=True))),
                        str(verdict),
                        told(now[mine], right[mine]),
                        told(refitted[mine], right[mine]),
                    )
                )
    return figures


def told(confidence: Array, right: Bools) -> Told:
    """Measure how far the confidence of rows can be believed."""
    hit = right.astype(np.float64)
    bins = equal_bins(confidence)
    apart = np.bincount(bins, weights=confidence - hit)
    least, most = ABOUT_NINE
    about = (confidence >= least) & (confidence <= most)
    return Told(
        right=Share(int(right.sum()), len(right)),
        expected_error=float(np.abs(apart).sum() / len(hit)),
        brier=float(((confidence - hit) ** 2).mean()),
        log_loss=float(_log_losses(confidence, right).mean()),
        about_nine=Share(int((right & about).sum()), int(about.sum())),
    )


def _log_losses(confidence: Array, right: Bools) -> Array:
    held = np.where(right, confidence, 1.0 - confidence)
    return np.asarray(-np.log(np.clip(held, _LEAST, None)))
