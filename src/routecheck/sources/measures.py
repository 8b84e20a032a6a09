"""Degrees with minutes and seconds, and speeds with their units, to numbers: whole columns at once.

What is a plain number is read by `cell_values.numbers`; here is what that leaves.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from routecheck.sources.cell_values import Bools, Floats, numbers

Axis = Literal["lon", "lat", ""]
"""Which hemispheres a cell may name; empty: none, as of a grid."""

_MARKS = (
    ("[\u2033\u201d\u301e\u02ba秒]|''|\u2032\u2032|\u2019\u2019", '"'),
    ("[\u2032\u2019\u02b9\u00b4`分]", "'"),
    ("[\u00ba\u02da度]", "\u00b0"),
)
"""How people write the marks of seconds, minutes and degrees, those of seconds first."""
_HEMISPHERES = {
    "N": "N 北纬 北緯 北",
    "S": "S 南纬 南緯 南",
    "E": "E 东经 東經 东 東",
    "W": "W 西经 西經 西",
}
_HEMISPHERE_OF = {word: sign for sign, words in _HEMISPHERES.items() for word in words.split()}
_WORDS = "|".join(sorted(_HEMISPHERE_OF, key=len, reverse=True))
_PART = r"[0-9]+(?:\.[0-9]+)?"
_DEGREES = (
    rf"(?:(?P<before>{_WORDS})\s*)?(?P<sign>[+-])?(?P<d>{_PART})"
    rf"(?:(?:\s*°\s*|\s*:\s*|\s+)(?P<m>{_PART})(?:(?:\s*'\s*|\s*:\s*|\s+)(?P<s>{_PART})\s*\"?|\s*')"
    rf"|\s*°)?\s*(?P<behind>{_WORDS})?"
)
_ONE_OF_TWO = re.compile(_DEGREES)

_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?|[+-]?\.[0-9]+"
KMH_OF: dict[str, float] = {
    unit: factor
    for factor, units in (
        (1.0, "km/h km/hr kmh kmph kph 公里/小时 公里/小時 公里/时 公里/時 千米/小时 千米/小時 "
              "千米/时 公里每小时 公里每小時 千米每小时 迈"),
        (3.6, "m/s mps ms ms-1 米/秒 米每秒 公尺/秒"),
        (1.852, "kn kt kts knot knots 节 節"),
        (1.609344, "mph mi/h 英里/小时 英里/小時"),
    )
    for unit in units.split()
}  # fmt: skip
"""Kilometres an hour that one of a unit is; a nautical mile is 1,852 m, a mile 1,609.344 m."""
_UNITS = "|".join(sorted(map(re.escape, KMH_OF), key=len, reverse=True))
_IN_BRACKETS = re.compile(rf"[(\[]\s*({_UNITS})\s*[)\]]")
_BEHIND = re.compile(rf"[\s_]({_UNITS})$")


def degrees(values: pa.Array, axis: Axis, *, comma: bool = False) -> tuple[Floats, Bools, Bools]:
    """Return a column of degrees as numbers, where it is blank, and where it is neither.

    Known besides numbers: `29°23'07.2"N`, `29 23 7.2`, `29:23:07.2`, `29度23分7秒`, `29°23.12'`,
    `N29.3853`, `东经108.75°`. A hemisphere of the other axis, or one with a sign, is none; nor
    are 60 minutes, nor degrees and minutes without the mark of minutes: they may be cut off.

    Args:
        values: text or numbers.
        axis: which of the two the column is.
        comma: whether a decimal comma may stand for the point.
    """
    found, blank, bad = numbers(values, comma=comma)
    if not axis or not bad.any():
        return found, blank, bad
    rows = np.flatnonzero(bad)
    cells = _plain(values.take(pa.array(rows)))
    if comma:
        cells = pc.replace_substring(cells, ",", ".")
    parts = pc.extract_regex(cells, rf"^{_DEGREES}$")
    fits = parts.is_valid().to_numpy(zero_copy_only=False)
    whole, minutes, seconds = (_numbers(parts, name) for name in ("d", "m", "s"))
    before, behind, sign = (_words(parts, name) for name in ("before", "behind", "sign"))
    hemisphere = np.where(before == "", behind, before)
    east = "E" if axis == "lon" else "N"
    allowed = ("", east, "W" if axis == "lon" else "S")
    fits &= np.isin(hemisphere, allowed) & ((before == "") | (behind == ""))
    fits &= (sign == "") | (hemisphere == "")
    with_minutes, with_seconds = ~np.isnan(minutes), ~np.isnan(seconds)
    # A fraction stands in the last part only; some programs round up to 60 seconds.
    fits &= ~with_minutes | ((np.mod(whole, 1) == 0) & (minutes < 60))
    fits &= ~with_seconds | ((np.mod(minutes, 1) == 0) & (seconds <= 60))
    fits &= whole <= 180
    value = whole + np.nan_to_num(minutes) / 60 + np.nan_to_num(seconds) / 3600
    negative = (sign == "-") | np.isin(hemisphere, ("W", "S"))
    found, bad = found.copy(), bad.copy()
    found[rows] = np.where(fits, np.where(negative, -value, value), np.nan)
    bad[rows] = ~fits
    return found, blank, bad


def two_degrees(text: str) -> tuple[str, str] | None:
    """Return longitude and latitude of a cell with degrees and minutes in both; None: no such cell.

    Longitude stands first unless the hemispheres say otherwise.
    """
    plain = _plain_text(text)
    if '"' not in plain and not re.search(rf"['°]|{_WORDS}|[0-9]\s+[0-9]+\s+[0-9]", plain):
        return None
    between = rf"(?={_WORDS})" if re.match(_WORDS, plain) else "[,;]"
    halves = [half.strip(" ,;") for half in re.split(between, plain) if half.strip(" ,;")]
    if len(halves) != 2:
        halves = [match[0].strip() for match in _ONE_OF_TWO.finditer(plain)]
    matches = [_ONE_OF_TWO.fullmatch(half) for half in halves]
    if len(halves) != 2 or None in matches:
        return None
    named = [_HEMISPHERE_OF.get((m and (m["before"] or m["behind"])) or "", "") for m in matches]
    if named[0] in ("N", "S") or named[1] in ("E", "W"):
        halves.reverse()
    return halves[0], halves[1]


def speeds_kmh(values: pa.Array, header: str, *, comma: bool = False) -> Floats:
    """Return speeds in km/h, NaN where there is none: a speed that cannot be read is left out.

    Args:
        values: numbers, or text with a unit: `12km/h`, `12 公里/小时`, `6.5 kn`, `5 m/s`.
        header: of the column; a unit in it (`speed (m/s)`, `speed_knots`) holds for plain numbers.
        comma: whether a decimal comma may stand for the point.
    """
    found, _, bad = numbers(values, comma=comma)
    factor = unit_in(header)
    if factor != 1.0:
        found = found * factor
    if not bad.any():
        return found
    rows = np.flatnonzero(bad)
    cells = pc.utf8_lower(_plain(values.take(pa.array(rows))))
    if comma:
        cells = pc.replace_substring(cells, ",", ".")
    parts = pc.extract_regex(cells, rf"^(?P<n>{_NUMBER})\s*(?P<u>{_UNITS})$")
    coded = pc.struct_field(parts, "u").fill_null("").dictionary_encode()
    factors = np.array([KMH_OF.get(unit, np.nan) for unit in coded.dictionary.to_pylist()])
    found = found.copy()
    found[rows] = _numbers(parts, "n") * factors[coded.indices.to_numpy()]
    return found


def unit_in(header: str) -> float:
    """Return how many km/h the unit is that the header of a column names; 1 where it names none."""
    text = unicodedata.normalize("NFKC", header).strip().lower()
    match = _IN_BRACKETS.search(text) or _BEHIND.search(text)
    return KMH_OF[match[1]] if match else 1.0


def _plain(values: pa.Array) -> pa.Array:
    """Return text with one sign for each mark, and without width."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    values = pc.cast(values, pa.string()).fill_null("")
    for pattern, mark in _MARKS:
        values = pc.replace_substring_regex(values, pattern, mark)
    return pc.utf8_trim_whitespace(pc.utf8_normalize(values, "NFKC"))


def _plain_text(text: str) -> str:
    return str(_plain(pa.array([text], pa.string()))[0].as_py())


def _numbers(parts: pa.Array, name: str) -> Floats:
    cells = pc.struct_field(parts, name)
    cells = pc.if_else(pc.equal(cells, ""), None, cells)
    return np.asarray(pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False), np.float64)


def _words(parts: pa.Array, name: str) -> npt.NDArray[np.str_]:
    """The hemispheres, or the signs, of a column; empty where there is none."""
    coded = pc.struct_field(parts, name).fill_null("").dictionary_encode()
    words = [_HEMISPHERE_OF.get(word, word) for word in coded.dictionary.to_pylist()]
    found: npt.NDArray[np.str_] = np.array(words, "U1")[coded.indices.to_numpy()]
    return found
