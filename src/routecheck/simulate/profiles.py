"""The profiles of a simulated county, and its amounts as a caller or a command line gives them."""

from __future__ import annotations

from ast import literal_eval
from contextlib import suppress
from dataclasses import replace
from typing import Any

from .amounts import FIELDS, Amounts
from .drawn import draw

DRAWN = "drawn"
"""The profile in which every seed has amounts of its own."""
PROFILES = {
    profile: Amounts(
        **{
            name: each.metadata["profiles"][profile]
            for name, each in FIELDS.items()
            if profile in each.metadata["profiles"]
        }
    )
    for profile in ("county", "ideal", "hard", "dense", "prefecture")
}
"""The amounts of every other profile."""


def amounts_for(profile: str, seed: int = 1, **overrides: Any) -> Amounts:
    """The amounts of a profile with some replaced; the seed decides those of `drawn`.

    Raises:
        ValueError: there is no such profile or amount, a value is of another kind or out of
            range, or the shortest, typical and longest stand are not in this order.
    """
    if profile not in (*PROFILES, DRAWN):
        raise ValueError(f"unknown profile {profile!r}; there are: {', '.join((*PROFILES, DRAWN))}")
    for name, value in overrides.items():
        _check(name, value)
    if profile == DRAWN:
        chosen = replace(PROFILES["county"], **draw(FIELDS, seed, overrides))
    else:
        chosen = PROFILES[profile]
    amounts = replace(chosen, **overrides)
    if not amounts.stand_least_s <= amounts.stand_s <= amounts.stand_most_s:
        raise ValueError(
            f"amount stand_s is from stand_least_s to stand_most_s ({amounts.stand_least_s:g} to "
            f"{amounts.stand_most_s:g}), not {amounts.stand_s:g}"
        )
    return amounts


def amount_from_text(name: str, text: str) -> Any:
    """The value of an amount as a command line gives it: `0.3`, `false`, `((30,1.0),)`, `csv.gz`.

    Raises:
        ValueError: there is no such amount, or the text is no value of it.
    """
    value: Any = text
    if not isinstance(_field(name).default, str):
        with suppress(SyntaxError, ValueError):  # what remains text is refused by name
            value = literal_eval(text.strip().capitalize() if text.isalpha() else text)
    _check(name, value)
    return value


def _field(name: str) -> Any:
    if name not in FIELDS:
        raise ValueError(f"unknown amount {name}; there are: {', '.join(FIELDS)}")
    return FIELDS[name]


def _check(name: str, value: Any) -> None:
    """Refuse a value of another kind than the default, or out of range."""
    about, default = _field(name).metadata, _field(name).default
    if about["one_of"]:
        if value not in about["one_of"]:
            *most, last = about["one_of"]
            raise ValueError(f"amount {name} is {', '.join(most)} or {last}, not {value!r}")
    elif isinstance(default, tuple):
        _check_numbers(name, value)
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError(f"amount {name} is true or false, not {value!r}")
    elif not _is_number(value) or (isinstance(default, int) and value != int(value)):
        kind = "a whole number" if isinstance(default, int) else "a number"
        raise ValueError(f"amount {name} is {kind}, not {value!r}")
    elif about["least"] is not None and value < about["least"]:
        raise ValueError(f"amount {name} is at least {about['least']:,}, not {value:,}")
    elif about["most"] is not None and value > about["most"]:
        raise ValueError(f"amount {name} is at most {about['most']:,}, not {value:,}")


def _check_numbers(name: str, value: Any) -> None:
    """Refuse what is no pair of distances, or no list of intervals with their shares."""
    pairs = value if name == "interval_mix" else [value]
    several = isinstance(pairs, (tuple, list)) and len(pairs) > 0
    if not several or not all(
        isinstance(pair, (tuple, list)) and len(pair) == 2 and all(map(_is_number, pair))
        for pair in pairs
    ):
        shape = "pairs of seconds and shares" if name == "interval_mix" else "a pair of metres"
        raise ValueError(f"amount {name} is {shape}, not {value!r}")
    if any(low < 1 or high <= 0 for low, high in pairs):
        raise ValueError(f"amount {name} has a value that is too small: {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
