"""Chinese names for townships, villages, points and people, so that reports show real ones."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import numpy as np

_PARTS: dict[str, list[str]] = {
    kind: words.split()
    for kind, words in tomllib.loads((files(__package__) / "names.toml").read_text("utf-8")).items()
}


def township(number: int) -> str:
    """The name of a township; names repeat with a number once the list is used up."""
    townships = _PARTS["townships"]
    base = townships[number % len(townships)]
    turn = number // len(townships)
    kind = "街道" if number == 0 else ("镇" if number % 3 else "乡")
    return f"{base}{kind}" if turn == 0 else f"{base}{turn + 1}{kind}"


def _one(rng: np.random.Generator, kind: str) -> str:
    return str(rng.choice(_PARTS[kind]))


def village(rng: np.random.Generator) -> str:
    """The name of a village."""
    return f"{rng.choice(_PARTS['first'])}{rng.choice(_PARTS['second'])}村"


def point(rng: np.random.Generator, village_name: str, in_town: bool) -> str:
    """The name of a collection point, as a clerk would write it."""
    if in_town:
        return f"{rng.choice(_PARTS['streets'])}{rng.integers(1, 180)}号"
    return f"{village_name}{rng.choice(_PARTS['places'])}"


def person(rng: np.random.Generator) -> str:
    """The family name of an inspector with a title."""
    return f"{rng.choice(_PARTS['surnames'])}师傅"
