"""Ids as people, spreadsheets and platforms spell them, and which of them are one. Pure.

An id is compared in two steps. Spellings that no two ids differ by are one in any case: characters
without width, full width, blanks around the signs; of a plate also case and separators. Spellings
that two ids may differ by (case, leading zeros and `.0` of a spreadsheet, the colour of a plate)
are one only where each side has a single id for them. A plate that is also written without its
colour is no second one.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial

from routecheck.texts.outside import fit

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
"""What a plate of mainland China begins with, before a letter (GA 36-2018)."""
_SEPARATOR = "[·•\u30fb‧∙⋅●.\\-_‐‑–—−/:]"
_PLATE = re.compile(f"[{_PROVINCES}]{_SEPARATOR}*[A-Z]{_SEPARATOR}*[A-Z0-9]", re.IGNORECASE)
_COLOURS = {
    "1": "蓝 blue",
    "2": "黄 yellow",
    "3": "黑 black",
    "4": "白 white",
    "5": "绿 渐变绿 green",
    "93": "黄绿",
}
"""Colours of plates by the number that platforms write behind a plate (JT/T 415)."""
_COLOUR_CODES = {word: code for code, words in _COLOURS.items() for word in words.split()}
_OPEN, _SHUT = "[(\\[【_/\\-]", "[)\\]】]"
_WORDS = "|".join(sorted(_COLOUR_CODES, key=len, reverse=True))
_COLOUR = f"(?P<colour>{_WORDS})色?(?:车?牌)?"
_COLOUR_BEHIND = re.compile(f"{_OPEN}+{_COLOUR}{_SHUT}*$")
_PLATE_COLOUR = re.compile(f"{_OPEN}*{_COLOUR}{_SHUT}*$|(?<=[a-z0-9]{{5}})_(?P<code>[0-9]{{1,2}})$")
_COLOUR_BEFORE = re.compile(f"^{_OPEN}?{_COLOUR}(?:{_SHUT}|[_\\-])*(?=[{_PROVINCES}])")
_NUMBER = re.compile("0*([0-9]+)(?:[.]0+)?")
_THOUSANDS = re.compile("[0-9]{1,3}(?:,[0-9]{3})+")
_SCIENTIFIC = re.compile("[0-9](?:[.]([0-9]+))?E[+]?[0-9]+", re.IGNORECASE)
"""What a spreadsheet makes of a number of twelve digits and more."""
_TOWN = re.compile("(?<=..)(?:镇|乡|街道|街道办事处|镇人民政府|乡人民政府)$|town(?:ship)?$")
_LOOKALIKES = str.maketrans("oil", "011")

ALIKE = 0.8
"""Least similarity of two ids that may be one, misspelt (share of common characters)."""

Key = Callable[[str], str]


def bare(text: str) -> str:
    """Return an id without what is no part of it: width, format characters, blanks, quotes."""
    if text.isascii() and text.isalnum():
        return text
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if not (c.isspace() or unicodedata.category(c) in ("Cf", "Cc", "Mn")))
    return "".join(kept).strip("'\"`‘’“”")


def as_shown(name: str, ids: Iterable[str]) -> str | None:
    """Return the id that outputs show so, where it is one: what is no text in it has a sign there.

    Args:
        name: what was read off an output. Where it is an id itself, that is meant.
        ids: all that may be meant.
    """
    if name.isascii():
        return None
    found = {one for one in ids if fit(one) == name}
    if name in found:
        return name
    return found.pop() if len(found) == 1 else None


def point_spelling(text: str) -> str:
    """Return what all spellings of a point's id share."""
    return bare(text)


def point_key(text: str) -> str:
    """Return what spellings share that may be one point: without case, zeros before, `.0`."""
    return _number(bare(text).casefold())


def is_plate(text: str) -> bool:
    """Return whether a vehicle is called by its plate."""
    return bool(_PLATE.match(_COLOUR_BEFORE.sub("", bare(text))))


def vehicle_spelling(text: str) -> str:
    """Return what all spellings of a vehicle share: of a plate, its signs without separators."""
    seen = bare(text)
    return re.sub(_SEPARATOR, "", seen.casefold()) if is_plate(text) else seen


def vehicle_key(text: str) -> str:
    """Return what spellings share that may be one vehicle: also without case and colour.

    Separators count where they stand between two digits of a name that is no plate: `1-12` is not
    `11-2`.
    """
    seen = bare(text).casefold()
    if is_plate(text):
        return re.sub(_SEPARATOR, "", _PLATE_COLOUR.sub("", _COLOUR_BEFORE.sub("", seen)))
    seen = _COLOUR_BEHIND.sub("", seen) or seen
    number = _number(seen)
    if number != seen:
        return number
    return re.sub(f"(?<![0-9]){_SEPARATOR}+|{_SEPARATOR}+(?![0-9])", "", seen)


def town_key(text: str) -> str:
    """Return what spellings share that may be one township: its name without what it is."""
    seen = bare(text).casefold()
    return _TOWN.sub("", seen) or seen


def _number(text: str) -> str:
    if _THOUSANDS.fullmatch(text):
        return text.replace(",", "").lstrip("0") or "0"
    match = _NUMBER.fullmatch(text)
    return match[1] if match else text


def _digits(text: str) -> str:
    """The zeros before a number tell two ids apart, where a table has it with and without them."""
    found = re.fullmatch("([0-9]+)(?:[.]0+)?", bare(text))
    return found[1] if found else ""


def _vehicle_mark(text: str) -> str:
    """The colour of a plate, as a code; of another name, its digits."""
    if not is_plate(text):
        return _digits(text)
    seen = bare(text).casefold()
    found = _COLOUR_BEFORE.search(seen) or _PLATE_COLOUR.search(seen)
    if not found:
        return ""
    named = found.groupdict()
    return named.get("code") or _COLOUR_CODES[named["colour"]]


def _no_mark(_text: str) -> str:
    return ""


@dataclass(frozen=True)
class Kind:
    """How ids of a kind are compared.

    Attributes:
        spelling: the same for spellings that are one in any case.
        key: the same for those that may be one.
        mark: what tells two of the same key apart where a table has both; empty: nothing does.
    """

    spelling: Key
    key: Key
    mark: Key = _no_mark


POINT = Kind(point_spelling, point_key, _digits)
ALERTED = Kind(point_spelling, point_key)
"""Points of alerts: files of some days are saved by a spreadsheet, those of others are not."""
VEHICLE = Kind(vehicle_spelling, vehicle_key, _vehicle_mark)
TOWN = Kind(bare, town_key)
DEVICE = Kind(bare, point_key, _digits)


@dataclass(frozen=True)
class Joined:
    """How the ids of one table are those of another.

    Attributes:
        same: ids that are spelt otherwise there, each with the id it is.
        alone: ids that join to nothing, each with those that it probably is.
    """

    same: Mapping[str, str] = field(default_factory=dict)
    alone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def join_ids(own: Iterable[str], others: Iterable[str], kind: Kind) -> Joined:
    """Find which ids of another table are ids of this one.

    An id that both have is itself. Else it is the only id here that outputs show alike (one of the
    tables may have been written by us); else the only one of its spelling; else the only one
    of its key, where the ids of that table which have this key too bear no other mark. A number in
    scientific notation is the only id here that is written so.

    Args:
        own: the ids that stand, those of the points file or of the schedule.
        others: the ids of the other table; empty ones are left out.
        kind: how they are compared.
    """
    here, there = dict.fromkeys(own), [one for one in dict.fromkeys(others) if one]
    unknown = [one for one in there if one not in here]
    if not unknown:
        return Joined()
    by_spelling, by_key = _grouped(here, kind.spelling), _grouped(here, kind.key)
    plain = all(one.isascii() and one.isprintable() for one in unknown)
    by_look = {} if plain else _grouped(here, fit)
    marks: dict[str, set[str]] = defaultdict(set)
    for one in there:
        marks[kind.key(one)].add(kind.mark(one))
    rounded = _rounded(here, unknown)
    same: dict[str, str] = {}
    alone: dict[str, tuple[str, ...]] = {}
    for one in unknown:
        key = kind.key(one)
        near = by_key.get(key) or rounded.get(one, [])
        alike = by_look.get(fit(one)) or by_spelling.get(kind.spelling(one), [])
        if not alike and len(marks[key] - {""}) <= 1:
            alike = near
        if len(alike) == 1:
            same[one] = alike[0]
        else:
            alone[one] = tuple(near)
    loose = _grouped(here, _loose) if any(not near for near in alone.values()) else {}
    return Joined(
        same, {one: near or tuple(loose.get(_loose(one), ())) for one, near in alone.items()}
    )


def _rounded(own: Iterable[str], others: Iterable[str]) -> dict[str, list[str]]:
    """Ids in scientific notation, each with those here that a spreadsheet shows so."""
    found: dict[str, list[str]] = {}
    shown: dict[int, dict[str, list[str]]] = {}
    for one in others:
        if match := _SCIENTIFIC.fullmatch(bare(one)):
            places = len(match[1] or "")
            if places not in shown:
                numbers = [id_ for id_ in own if bare(id_).isdecimal()]
                shown[places] = _grouped(numbers, partial(_in_scientific_notation, places))
            found[one] = shown[places].get(f"{float(bare(one)):.{places}E}", [])
    return found


def _in_scientific_notation(places: int, text: str) -> str:
    return f"{int(bare(text)):.{places}E}"


def likely_partner(name: str, candidates: Iterable[str], kind: Kind) -> str:
    """Return the candidate that an id which joins to nothing probably means; empty: none is alike.

    Args:
        name: the id.
        candidates: ids that it may mean.
        kind: how they are compared.
    """
    known = sorted(candidates)
    joined = join_ids(known, [name], kind)
    near = [joined.same[name]] if name in joined.same else list(joined.alone.get(name, ()))
    if not near:
        by_look = {_loose(one): one for one in reversed(known)}
        alike = difflib.get_close_matches(_loose(name), by_look, n=1, cutoff=ALIKE)
        near = [by_look[one] for one in alike]
    return near[0] if near else ""


def one_spelling(ids: Iterable[str], kind: Kind) -> dict[str, str]:
    """Return for each id that a table spells in several ways the most frequent of them.

    Args:
        ids: a column, with repetitions.
        kind: how they are compared.
    """
    counts = Counter(one for one in ids if one)
    result: dict[str, str] = {}
    for alike in _grouped(counts, kind.key).values():
        several = len({kind.mark(name) for name in alike} - {""}) > 1
        groups = _grouped(alike, kind.spelling).values() if several else [alike]
        for names in groups:
            chosen = max(names, key=lambda name: (counts[name], name))
            result |= {name: chosen for name in names if name != chosen}
    return result


def _grouped(ids: Iterable[str], key: Key) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for one in ids:
        groups[key(one)].append(one)
    return groups


# The points of a county are looked through for each id that joins nothing.
@lru_cache(maxsize=65_536)
def _loose(text: str) -> str:
    """What ids share that a person would take for one: no separators, O as 0, l as 1."""
    parts = re.sub("(?<=[0-9])(?:[^\\w]|_)+(?=[0-9])", "~", bare(text).casefold())
    signs = re.sub("[^\\w~]|_", "", parts).translate(_LOOKALIKES)
    return re.sub("(?<![0-9])0+(?=[0-9])", "", signs)
