"""Amounts that chance decides: the ranges of the profile `drawn`, and how a seed draws from them.

Whoever chooses thresholds on one kind of county learns that county. In `drawn` every seed is a
site of its own, from ranges wider than anyone believes a site to be.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import Field, dataclass
from typing import Any

import numpy as np

from .chance import Stream, generator

WIDE = 4.0
"""Where a range spans more than this factor, its orders of magnitude are equally likely."""
_DIGITS = 3  # that a drawn value has, so that people can read it and type it


@dataclass(frozen=True)
class Range:
    """From low to high; as multiples of another amount, which is declared before, where `of` says.

    absent is the share of the seeds that have none of it.
    """

    low: float
    high: float
    of: str = ""
    absent: float = 0.0

    def value(self, rng: np.random.Generator) -> float:
        """One value."""
        if self.low > 0 and self.high / self.low > WIDE:
            return math.exp(rng.uniform(math.log(self.low), math.log(self.high)))
        return float(rng.uniform(self.low, self.high))


@dataclass(frozen=True)
class Mix:
    """Up to so many kinds of device with seconds between fixes from low to high, in any shares."""

    low: float
    high: float
    kinds: int

    def value(self, rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
        """Whole seconds and shares, which add up to 1 but for rounding."""
        among = Range(self.low, self.high)
        count = int(rng.integers(1, self.kinds + 1))
        seconds = sorted({float(round(among.value(rng))) for _ in range(count)})
        weights = rng.uniform(0.1, 1.0, len(seconds))
        shares = (_rounded(weight / weights.sum()) for weight in weights)
        return tuple(zip(seconds, shares, strict=True))


def draw(fields: Mapping[str, Field[Any]], seed: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a seed draws for the amounts that have a range and are not given.

    Each amount has a stream of chance of its own: another amount, or one that is given, leaves
    the others as they are.
    """
    values: dict[str, Any] = {}
    for name, field in fields.items():
        drawn = field.metadata["drawn"]
        if drawn is None or name in given:
            continue
        rng = generator(seed, Stream.AMOUNTS, zlib.crc32(name.encode()))
        if isinstance(drawn, Mix):
            values[name] = drawn.value(rng)
            continue
        unit = {**values, **given}[drawn.of] if drawn.of else 1.0
        values[name] = _one(drawn, field, unit, rng)
    return values


def _one(drawn: Range, field: Field[Any], unit: float, rng: np.random.Generator) -> Any:
    """A value of the kind that the amount has, within the limits of its declaration."""
    default, about = field.default, field.metadata
    if isinstance(default, bool):
        return bool(rng.random() < 0.5)
    absent = rng.random() < drawn.absent
    if isinstance(default, int):
        if absent:
            return 0
        if drawn.low > 0 and drawn.high / drawn.low > WIDE:
            return round(drawn.value(rng))
        return int(rng.integers(int(drawn.low), int(drawn.high), endpoint=True))
    if isinstance(default, tuple):
        return tuple(sorted(_rounded(drawn.value(rng)) for _ in default))
    if absent:
        return 0.0
    value = _rounded(unit * drawn.value(rng))
    least, most = about["least"], about["most"]
    value = value if least is None else max(value, float(least))
    return value if most is None else min(value, float(most))


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
