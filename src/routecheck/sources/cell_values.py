"""Single values as people write them: numbers, dates, clocks, weekdays, yes and no.

The functions on text raise `ValueError` where a value cannot be understood; blank is not theirs.
`numbers` and `texts` take whole columns.
"""

from __future__ import annotations

import datetime
import re
import unicodedata

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_YES_WORDS = "true t yes y 1 是 有 收 应收 已收 已收运 收运 需要"
_NO_WORDS = "false f no n 0 否 无 不 不收 未收 未收运 不收运 停收 不需要"
_NOT_POSITIONED_WORDS = "0 false f no n v invalid 无效 未定位 不定位 否 无效定位 none"
_YES, _NO, _NOT_POSITIONED = (
    frozenset(words.split()) for words in (_YES_WORDS, _NO_WORDS, _NOT_POSITIONED_WORDS)
)
_DAY_NAMES = (
    (1, "monday mon mo 周一 星期一 礼拜一 一"),
    (2, "tuesday tues tue tu 周二 星期二 礼拜二 二"),
    (3, "wednesday wed we 周三 星期三 礼拜三 三"),
    (4, "thursday thurs thur thu th 周四 星期四 礼拜四 四"),
    (5, "friday fri fr 周五 星期五 礼拜五 五"),
    (6, "saturday sat sa 周六 星期六 礼拜六 六"),
    (7, "sunday sun su 周日 周天 星期日 星期天 礼拜日 礼拜天 日 天"),
)
_DAY_OF = {name: str(day) for day, names in _DAY_NAMES for name in names.split()}
_DAYS = re.compile("|".join(sorted(_DAY_OF, key=len, reverse=True)))
_PERIODS = {
    "1234567": "daily everyday alldays 每天 每日 天天 全周",
    "12345": "weekdays 工作日",
    "67": "weekend weekends 周末",
}
_ALL_DAYS = {name: days for days, names in _PERIODS.items() for name in names.split()}


def texts(values: pa.Array) -> pa.Array:
    """Return a column as text without blanks around it; numbers as integers where they are."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        if not pa.types.is_string(kind.value_type):
            values = values.dictionary_decode()
        else:
            plain = pc.utf8_trim_whitespace(values.dictionary)
            values = pa.DictionaryArray.from_arrays(values.indices, plain).dictionary_decode()
            return values.fill_null("")
    if pa.types.is_floating(kind):
        # An integer column with a blank becomes one of floats on many ways: 7.0 was 7.
        whole = [None if v is None or v != v else _as_text(v) for v in values.to_pylist()]
        values = pa.array(whole, pa.string())
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        values = pa.array([None if v is None else v.isoformat() for v in values.to_pylist()])
    return pc.utf8_trim_whitespace(pc.cast(values, pa.string())).fill_null("")


def identifiers(values: pa.Array) -> pa.Array:
    """Return a column of ids as text; `="007"`, as spreadsheets are made to keep zeros, is 007."""
    found = texts(values)
    if pc.any(pc.starts_with(found, "=")).as_py():
        return pc.replace_substring_regex(found, r'^="([^"]*)"$', r"\1")
    return found


def _as_text(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)


def numbers(values: pa.Array, *, comma: bool = False) -> tuple[Floats, Bools, Bools]:
    """Return a column as numbers, where it is blank, and where it is neither.

    Args:
        values: text or numbers.
        comma: whether a decimal comma may stand for the point.

    NaN, infinities and what overflows are no numbers; they and blanks are NaN.
    """
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if not (pa.types.is_string(values.type) or pa.types.is_large_string(values.type)):
        found = _as_floats(pc.cast(values, pa.float64(), safe=False))
        blank = np.isnan(found)
        bad = np.isinf(found)
        return np.where(bad, np.nan, found), blank, bad
    try:
        found = _as_floats(pc.cast(values, pa.float64()))
        bad = ~np.isfinite(found)
        return (np.where(bad, np.nan, found) if bad.any() else found), np.zeros(len(bad), bool), bad
    except pa.ArrowInvalid:
        pass
    values = pc.utf8_trim_whitespace(pc.utf8_normalize(values.fill_null(""), "NFKC"))
    if comma:
        values = pc.replace_substring(values, ",", ".")
    blank = _as_bools(pc.equal(values, ""))
    right = pc.match_substring_regex(values, f"^{_NUMBER}$")
    found = _as_floats(pc.cast(pc.if_else(right, values, None), pa.float64()))
    bad = ~blank & ~np.isfinite(found)
    return np.where(bad, np.nan, found), blank, bad


def _as_floats(values: pa.Array) -> Floats:
    return np.asarray(values.to_numpy(zero_copy_only=False), np.float64)


def _as_bools(values: pa.Array) -> Bools:
    return np.asarray(values.to_numpy(zero_copy_only=False), bool)


def positioned(values: pa.Array) -> Bools:
    """Return whether a device had a position; where nothing is known it counts as having had."""
    if pa.types.is_boolean(values.type):
        return _as_bools(values.fill_null(True))
    coded = texts(values).dictionary_encode()
    known = np.array([plain(v) not in _NOT_POSITIONED for v in coded.dictionary.to_pylist()], bool)
    return known[coded.indices.to_numpy()] if len(coded) else np.empty(0, bool)


def plain(text: str) -> str:
    """Return text without width, case and blanks, to compare it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


def split_position(text: str) -> tuple[str, str]:
    """Return the two numbers of a cell such as `108.7672,28.8411`; blanks if not two."""
    found = re.findall(r"[^\s,;，；()\[\]（）]+", re.sub(r"(?i)^\s*point", "", text))
    return (found[0], found[1]) if len(found) == 2 else ("", "")


def read_number(text: str) -> float:
    """Read a number; a unit of metres or days behind it is allowed."""
    value = re.sub(r"(?i)(metres?|meters?|m|米|days?|d|天)$", "", plain(text))
    if not re.fullmatch(_NUMBER, value) or not np.isfinite(float(value)):
        raise ValueError(text)
    return float(value)


def read_bool(text: str) -> bool:
    """Read yes or no."""
    value = plain(text)
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise ValueError(text)


def read_date(text: str) -> datetime.date:
    """Read a date: `2026-03-01`, `2026/3/1`, `2026.3.1`, `20260301`, `2026年3月1日`.

    A time behind it counts only where it is midnight, as spreadsheets append it.
    """
    value = unicodedata.normalize("NFKC", text).strip()
    value = re.sub(r"[T\s]+0?0:00(:00(\.0+)?)?(Z|[+-]\d\d:?\d\d)?$", "", value)
    for pattern in (
        r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})",
        r"(\d{4})()年(\d{1,2})月(\d{1,2})[日号]?",
        r"(\d{4})()(\d{2})(\d{2})",
    ):
        if match := re.fullmatch(pattern, value):
            return datetime.date(int(match[1]), int(match[3]), int(match[4]))
    raise ValueError(text)


def read_minute(text: str) -> int:
    """Read a time of day as minutes after midnight: `6:00`, `06:00:00`, `0600`, `6点30分`."""
    value = plain(text)
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", value)
    match = match or re.fullmatch(r"(\d{1,2})(\d{2})", value)
    match = match or re.fullmatch(r"(\d{1,2})[点时](?:(\d{1,2})分?|整)?", value)
    if match is None:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2] or 0)
    if minute > 59 or hour * 60 + minute > 1440:
        raise ValueError(text)
    return hour * 60 + minute


def read_weekdays(text: str) -> str:
    """Read weekdays as sorted ISO digits.

    Known: `135`, `1-5`, `1,3,5`, `daily`, `每天`, `一三五`, `周一,周三`, `周一至周五`, `Mon-Fri`,
    `MoWeFr`.
    """
    value = plain(text)
    if value in _ALL_DAYS:
        return _ALL_DAYS[value]
    value = re.sub(r"至|到|~|—+|–|-+", "-", value)
    value = _DAYS.sub(lambda match: _DAY_OF[match[0]], value)
    value = re.sub(r"每|周|星期|礼拜|逢|[,、;|/.和及与]", "", value)
    if not re.fullmatch(r"([1-7](-[1-7])?)+", value):
        raise ValueError(text)
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])(?:-([1-7]))?", value):
        day, end = int(first), int(last or first)
        days.add(day)
        while day != end:
            day = day % 7 + 1
            days.add(day)
    return "".join(map(str, sorted(days)))
