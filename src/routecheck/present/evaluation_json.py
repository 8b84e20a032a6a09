"""An evaluation, or a refit of confidences, as plain values for JSON."""

from __future__ import annotations

import dataclasses
import math
from datetime import date
from typing import Any

from routecheck.evaluate import Evaluation, Figures, Refit, Share
from routecheck.evaluate.sampling import Sampled


def as_json(evaluation: Evaluation | Refit | Sampled) -> dict[str, Any]:
    """Return the figures as plain values: shares with hits, n, value, low and high.

    What has no value (a share of nothing) is null.
    """
    return {name: _plain(value) for name, value in _fields(evaluation)}


def _fields(record: Any) -> list[tuple[str, Any]]:
    return [(field.name, getattr(record, field.name)) for field in dataclasses.fields(record)]


def _plain(value: Any) -> Any:
    match value:
        case float():
            return None if math.isnan(value) else round(value, 6)
        case date():
            return value.isoformat()
        case Share(hits, n):
            low, high = map(_plain, value.interval)
            return {"hits": hits, "n": n, "value": _plain(value.value), "low": low, "high": high}
        case list():
            return [_plain(item) for item in value]
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
        case Figures():
            plain = {name: _plain(item) for name, item in _fields(value)}
            plain["always_found"] = _plain(value.always_found)
            plain["verdicts"] = {name or "not_judged": n for name, n in value.verdicts}
            return plain
    if dataclasses.is_dataclass(value):
        return {name: _plain(item) for name, item in _fields(value)}
    return value
