"""How Chinese names are typed on a keyboard without Chinese: by the first letters of their sounds.

A character with several sounds (重 is zhong or chong) is found by each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


@lru_cache(maxsize=20_000)
def _letters(character: str) -> frozenset[str]:
    """The first letters of the sounds of a character; itself where it has none."""
    if character.isascii():
        return frozenset({character.lower()})
    from pypinyin import Style, pinyin

    sounds = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
    return frozenset(sound[:1] for sound in sounds)


def initials(name: str) -> tuple[frozenset[str], ...]:
    """Return for each character of a name the letters that it may be typed as; blanks left out."""
    return tuple(_letters(one) for one in name if not one.isspace())


def typed_as(letters: str, name: Iterable[frozenset[str]]) -> bool:
    """Whether a run of letters may be the first letters of the sounds of a part of a name."""
    parts = tuple(name)
    return any(
        all(letter in parts[at + n] for n, letter in enumerate(letters))
        for at in range(len(parts) - len(letters) + 1)
    )
