"""Which pickups to look at, and what looking at them says of all: a random sample, known chances.

No office has truth. What people go to see is where they expect a miss, and tells nothing of the
rest. Here pickups are drawn at random within strata, so that each has a known chance, and a few
telephone calls a day say how right the verdicts of this county are.

Strata are the verdicts, cut where confidence is low. Half of the sample looks at what was called
missed, which precision rests on; the other half at all else, as Neyman's optimal allocation has it
(J. Royal Stat. Soc. 97, 1934): by size of the stratum times the deviation that the confidences
expect. None that has two pickups or more gets less than two.

Shares of the population are estimated by the inverse of the chances. Their intervals: for each
stratum the posterior of its share with Jeffreys' prior, of which 0 of n reaches down to none and n
of n up to all (the modified Jeffreys interval of Brown, Cai, DasGupta, Stat. Sci. 16, 2001), and of
what was not looked at a binomial draw from it; so the population is finite, and a stratum that was
looked at as a whole leaves nothing open. Sums over strata of such draws give precision and recall.
Samples of several days are pooled by stratum, with the effective size of weighted samples (Kish,
Survey Sampling, 1965).
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.arrays import Array
from routecheck.domain.codes import Verdict

BANDS: Mapping[str, tuple[float, ...]] = {
    str(Verdict.MISSED): (0.9,),
    str(Verdict.COLLECTED): (0.9, 0.99),
    str(Verdict.UNVERIFIABLE): (),
}
"""Where a verdict's confidence is cut into strata."""
UNTOLD_MISSED = 0.3
"""Of what cannot be told, the share that is expected to be missed: only for the allocation."""
LEAST = 2
"""Pickups of a stratum: with one nothing is known of how they differ."""
LEAST_SHARE = 0.02
"""A stratum that is thought this sure still may hold surprises: no deviation is taken for less."""
DRAWS = 2000
SEED = 20260302


@dataclass(frozen=True)
class Estimate:
    """A share of the population, with its 95% interval; NaN where nothing was looked at."""

    value: float
    low: float
    high: float


_NOTHING = Estimate(math.nan, math.nan, math.nan)


@dataclass(frozen=True)
class Band:
    """Pickups of one verdict and like confidence: how sure they were said to be, how right.

    Attributes:
        verdict: what they were called.
        low: least confidence.
        high: greatest.
        told: mean confidence of the population.
        looked_at: of the sample.
        right: share of the population that is as said.
    """

    verdict: str
    low: float
    high: float
    told: float
    looked_at: int
    right: Estimate


@dataclass(frozen=True)
class Sampled:
    """What the samples say so far.

    Attributes:
        drawn: pickups that were drawn.
        looked_at: those that a check is known of.
        as_said: those of them that are as they were called, `unverifiable` left aside.
        told: those looked at that had been called missed or collected.
        precision: of what is called missed, the share that really was.
        recall: of what was really missed, the share that is called so.
        bands: missed and collected by confidence.
    """

    drawn: int
    looked_at: int
    as_said: int
    told: int
    precision: Estimate
    recall: Estimate
    bands: tuple[Band, ...]


def strata(pickups: pd.DataFrame) -> list[str]:
    """Return the stratum of each pickup: its verdict, and the number of its band of confidence."""
    names = []
    for verdict, confidence in zip(
        pickups["verdict"].astype(str), pickups["confidence"].tolist(), strict=True
    ):
        band = int(np.searchsorted(BANDS[verdict], confidence, side="right"))
        names.append(f"{verdict}/{band}")
    return names


def allocate(sizes: Mapping[str, int], expected: Mapping[str, float], n: int) -> dict[str, int]:
    """Return how many to draw from each stratum.

    Args:
        sizes: pickups by stratum.
        expected: by stratum, the share that is expected to be really missed.
        n: how many in all; strata that need more to say anything get it.
    """
    drawn = {name: min(size, LEAST) for name, size in sizes.items()}
    missed = [name for name in sizes if name.startswith(f"{Verdict.MISSED}/")]
    others = [name for name in sizes if name not in missed]
    for names, share in ((missed, n // 2 if others else n), (others, n)):
        # What the first half could not use goes to the second.
        left = share - (sum(drawn.values()) if names is others else sum(drawn[m] for m in names))
        while left > 0:
            open_to = [name for name in names if drawn[name] < sizes[name]]
            if not open_to:
                break
            # One after the other to where it helps most: the steepest fall of N² S² / n.
            gain = {
                name: sizes[name] ** 2
                * _variance(expected[name])
                / (drawn[name] * (drawn[name] + 1) or 1)
                for name in open_to
            }
            best = max(open_to, key=lambda name: (gain[name], name))
            drawn[best] += 1
            left -= 1
    return drawn


def _variance(share: float) -> float:
    share = min(max(share, LEAST_SHARE), 1 - LEAST_SHARE)
    return share * (1 - share)


def draw(pickups: pd.DataFrame, n: int, key: str) -> tuple[pd.DataFrame, dict[str, int]]:
    """Draw pickups at random, each stratum without replacement.

    Args:
        pickups: JUDGEMENTS of the dates; the order of their rows does not matter.
        n: how many.
        key: what the seed is made of: the same key, the same pickups give the same sample.

    Returns:
        The pickups drawn, sorted by date, point and window, with `stratum`; and how many pickups
        there are in each stratum.
    """
    by = ["service_date", "point_id", "window_start"]
    pickups = pickups.sort_values(by, kind="stable", ignore_index=True)
    pickups = pickups.assign(stratum=strata(pickups))
    sizes = {str(name): len(rows) for name, rows in pickups.groupby("stratum", sort=True)}
    wanted = allocate(sizes, _expected(pickups), n)
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    rng = np.random.default_rng(seed)
    rows = [
        rng.choice(np.flatnonzero(pickups["stratum"] == name), wanted[name], replace=False)
        for name in sorted(sizes)
    ]
    chosen = np.sort(np.concatenate(rows)) if rows else np.zeros(0, dtype=np.int64)
    return pickups.iloc[chosen].reset_index(drop=True), sizes


def _expected(pickups: pd.DataFrame) -> dict[str, float]:
    """By stratum, the share that is expected to be really missed."""
    sure = pickups.groupby("stratum")["confidence"].mean()
    shares = {}
    for name, confidence in sure.items():
        verdict = str(name).partition("/")[0]
        shares[str(name)] = {
            str(Verdict.MISSED): float(confidence),
            str(Verdict.COLLECTED): 1.0 - float(confidence),
        }.get(verdict, UNTOLD_MISSED)
    return shares


def estimate(draws: Sequence[Mapping[str, Any]], missed: Mapping[tuple[str, str], bool]) -> Sampled:
    """Return what was seen of the samples says of all pickups of their dates.

    A drawn pickup that nobody looked at counts as not drawn: so it must not depend on what there
    was to see who is looked at.

    Args:
        draws: as `jobs.sampling` keeps them: `sizes` and `told` (mean confidence) by stratum, and
            `rows` of `point_id`, `window_start`, `verdict`, `stratum`.
        missed: by point and start of the window (ISO, UTC), whether it was really missed.
    """
    seen: dict[str, list[tuple[float, bool]]] = {}
    size: dict[str, int] = {}
    confidence: dict[str, float] = {}
    left: dict[str, int] = {}
    drawn = looked_at = told = as_said = 0
    for one in draws:
        rows: dict[str, list[bool]] = {name: [] for name in one["sizes"]}
        for row in one["rows"]:
            drawn += 1
            really = missed.get((row["point_id"], row["window_start"]))
            if really is None:
                continue
            looked_at += 1
            rows[row["stratum"]].append(really)
            if row["verdict"] != Verdict.UNVERIFIABLE:
                told += 1
                as_said += really == (row["verdict"] == Verdict.MISSED)
        for name, found in rows.items():
            n = int(one["sizes"][name])
            size[name] = size.get(name, 0) + n
            confidence[name] = confidence.get(name, 0.0) + n * float(one["told"][name])
            left[name] = left.get(name, 0) + n - len(found)
            weight = n / len(found) if found else 0.0
            seen.setdefault(name, []).extend((weight, really) for really in found)
    rng = np.random.default_rng(SEED)
    parts = {name: _part(seen[name], left[name], size[name], rng) for name in sorted(size)}
    by_verdict = {
        verdict: _of_verdict([parts[name] for name in parts if name.startswith(f"{verdict}/")])
        for verdict in BANDS
    }
    called = by_verdict.pop(str(Verdict.MISSED))
    others = [one for several in by_verdict.values() for one in several]
    number = sum(one.size for one in called)
    precision = recall = _NOTHING
    if number and not any(math.isnan(one.best) for one in called):
        precision = _shares(called, partial(_of_size, np.float64(number)))
    # Of a verdict that nobody looked at nothing is known, and so of all that was missed.
    if not any(math.isnan(one.best) for one in [*called, *others]):
        recall = _shares(called, _found, others)
    return Sampled(
        drawn, looked_at, as_said, told, precision, recall, tuple(_bands(parts, confidence))
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """A stratum: how many of its pickups were really missed.

    Attributes:
        size: of the population.
        looked_at: of the sample.
        best: by the inverse of the chances (Horvitz and Thompson, JASA 47, 1952).
        least: draws for lower ends: none where none was seen.
        most: draws for upper ends: all where all that were seen were missed.
    """

    size: int
    looked_at: int
    best: float
    least: Array
    most: Array


def _part(
    seen: Sequence[tuple[float, bool]], left: int, size: int, rng: np.random.Generator
) -> _Part:
    if not seen:
        none = np.zeros(DRAWS)
        return _Part(size, 0, math.nan, none, none + size)
    weights = np.array([weight for weight, _ in seen])
    really = np.array([bool(one) for _, one in seen])
    share = float(weights[really].sum() / weights.sum())
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    rate = rng.beta(0.5 + share * effective, 0.5 + (1 - share) * effective, DRAWS)
    total = np.asarray(really.sum() + rng.binomial(left, rate), dtype=np.float64)
    return _Part(
        size,
        len(seen),
        share * size,
        total if really.any() else np.zeros(DRAWS),
        total if not really.all() else np.full(DRAWS, float(size)),
    )


def _of_verdict(parts: Sequence[_Part]) -> list[_Part]:
    """The strata of a verdict; of one that nobody looked at the best guess is what the others have.

    Its ends stay open: none or all of it may have been missed.
    """
    seen = [part for part in parts if part.looked_at]
    if not seen:
        return list(parts)
    share = sum(part.best for part in seen) / sum(part.size for part in seen)
    return [
        part if part.looked_at else dataclasses.replace(part, best=share * part.size)
        for part in parts
    ]


def _of_size(size: np.float64, missed: Array, _: Array) -> Array:
    """Of so many pickups, the share that was really missed."""
    return np.asarray(missed / size)


def _found(called: Array, others: Array) -> Array:
    """Of what was really missed, the share that is called so."""
    missed = called + others
    share = np.full(len(missed), np.nan)
    np.divide(called, missed, out=share, where=missed > 0)
    return share


def _shares(
    called: Sequence[_Part],
    share: Callable[[Array, Array], Array],
    others: Sequence[_Part] = (),
) -> Estimate:
    """A share that grows with what was missed of the one, and falls with that of the others."""

    def total(parts: Sequence[_Part], kind: str) -> Array:
        return sum((getattr(part, kind) for part in parts), np.zeros(DRAWS))

    best = np.atleast_1d(float(sum(part.best for part in called)))
    rest = np.atleast_1d(float(sum(part.best for part in others)))
    low = share(total(called, "least"), total(others, "most"))
    high = share(total(called, "most"), total(others, "least"))
    return Estimate(float(share(best, rest)[0]), _end(low, 0.025), _end(high, 0.975))


def _end(draws: Array, share: float) -> float:
    draws = draws[~np.isnan(draws)]
    return float(np.quantile(draws, share)) if len(draws) else math.nan


def _bands(parts: Mapping[str, _Part], confidence: Mapping[str, float]) -> Iterable[Band]:
    for name, part in parts.items():
        verdict, _, number = name.partition("/")
        if verdict == Verdict.UNVERIFIABLE or not part.looked_at:
            continue
        whole = np.float64(part.size)
        found = _shares([part], partial(_of_size, whole))
        if verdict == Verdict.COLLECTED:
            found = Estimate(1.0 - found.value, 1.0 - found.high, 1.0 - found.low)
        edges = (0.0, *BANDS[verdict], 1.0)
        told = confidence[name] / part.size
        low, high = edges[int(number)], edges[int(number) + 1]
        yield Band(verdict, low, high, told, part.looked_at, found)
