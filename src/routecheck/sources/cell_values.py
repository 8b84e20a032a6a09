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

from routecheck.sources.date_orders import ANY_WAY, TimeWay, date_in, half_day

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_YES_WORDS = "true t yes y 1 是 有 收 应收 已收 已收运 收运 需要"
_NO_WORDS = "false f no n 0 否 无 不 不收 未收 未收运 不收运 停收 不需要"
_NO_FIX_WORDS = """
v void invalid notvalid nofix nogpsfix fixnone unfixed notfixed nogps nosignal lost none null 0d
notpositioned unpositioned unlocated notlocated unavailable notavailable nosatellites
无效 無效 无效定位 無效定位 未定位 不定位 无定位 無定位 定位失败 定位失敗 无信号 無信號"""
"""A device without a position, whatever column the word stands in (without blanks and dashes)."""
_FIX_WORDS = """
a valid sps dgps gps gnss pps rtk frtk rtkfixed rtkfloat fix fixed float gpsfix 2d 3d 2dfix 3dfix
2d3d dgnss sbas d r p positioned located good ok available autonomous differential
有效 已定位 定位 有效定位 定位有效 定位成功 正常"""
_NO_POSITION = re.compile("(no|not|non|un|in|without|lost|fail|bad|无|無|未|没|沒|不|非|失).*")
"""How words begin that are not listed and deny something."""
_YES, _NO, _NO_FIX, _FIX = (
    frozenset(words.split()) for words in (_YES_WORDS, _NO_WORDS, _NO_FIX_WORDS, _FIX_WORDS)
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
_SIMPLIFIED = str.maketrans("\u9031\u79ae", "周礼")
"""Names of days in traditional characters are read as those in simplified ones."""
_DAYS = re.compile("|".join(sorted(_DAY_OF, key=len, reverse=True)))
_PERIODS = {
    "1234567": "daily everyday alldays 每天 每日 天天 全周 周一至周日",
    "12345": "weekdays 工作日 平日",
    "67": "weekend weekends 周末 双休日",
}
_ALL_DAYS = {name: days for days, names in _PERIODS.items() for name in names.split()}
NO_DAY = "0"
"""Weekdays of a mask without a single day: read, and never due by the weekday."""
_MASK = re.compile(r"[01]{7}")
_COUNTED = re.compile("[0-9两][天日周]|^每?[一二三四五六]天$|^每?[一二三四五]日$")
"""How often, not on which days: `3天` is every third day, `2周` every other week."""
_NOTHING = "null (null) <null> nil none nan n/a #n/a na n.a. \\n - -- --- — —— 无 空 暂无"
"""What databases, spreadsheets and people write where there is nothing."""
_BLANK_WORDS = frozenset(_NOTHING.split())
_NO_DATE = re.compile(r"0000[-/.]?00[-/.]?00([t\s]*00:00(:00(\.0+)?)?)?")


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
        blank = _as_bools(values.is_null())
        bad = ~(np.isfinite(found) | blank)
        return (np.where(bad, np.nan, found) if bad.any() else found), blank, bad
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


def positioned(values: pa.Array, *, general: bool = False) -> tuple[Bools, list[str]]:
    """Return whether a device had a position, and the words that are not known.

    A blank, a number that is not 0 and a word that is not known count as having had one, but for
    words that deny something.

    Args:
        values: a column of validity: true or false, the A and V of NMEA, a kind of fix.
        general: whether the column is one of a state of any kind, where only a word about a
            position counts: 0 may be a switch, and V one of many letters.
    """
    if pa.types.is_boolean(values.type):
        if general:
            return np.ones(len(values), bool), []
        return _as_bools(values.fill_null(True)), []
    coded = texts(values).dictionary_encode()
    words = coded.dictionary.to_pylist()
    plains = [re.sub("[-_./]", "", plain(word)) for word in words]
    if general:
        letters = set(plains) <= {"a", "v", ""}
        known = [
            word not in _NO_FIX or word in ("lost", "none", "null") or (word == "v" and not letters)
            for word in plains
        ]
        strange = []
    else:
        known = [_means_positioned(word) for word in plains]
        listed = _FIX | _NO_FIX | _YES | _NO | {""}
        strange = [
            shown
            for shown, word in zip(words, plains, strict=True)
            if word not in listed and not re.fullmatch(_NUMBER, word)
        ]
    return np.array(known, bool)[coded.indices.to_numpy()], strange


def _means_positioned(word: str) -> bool:
    if re.fullmatch(_NUMBER, word):
        return float(word) > 0
    if word in _FIX or word in _YES:
        return True
    return word not in _NO_FIX and word not in _NO and not _NO_POSITION.fullmatch(word)


def plain(text: str) -> str:
    """Return text without width, case and blanks, to compare it."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


def is_blank(text: str) -> bool:
    """Return whether a cell of an optional column stands for nothing: `NULL`, `-`, `0000-00-00`."""
    value = plain(text)
    return not value or value in _BLANK_WORDS or bool(_NO_DATE.fullmatch(value))


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


def read_date(text: str, way: TimeWay = ANY_WAY) -> datetime.date:
    """Read a date: `2026-03-01`, `2026/3/1`, `2026.3.1`, `20260301`, `2026年3月1日`, `1 Mar 2026`.

    A time behind it counts only where it is midnight, as spreadsheets append it.

    Args:
        text: a cell.
        way: how the file writes dates, as declared or found; without it `3/1/2026` is none.
    """
    value = unicodedata.normalize("NFKC", text).strip()
    value = re.sub(r"[T\s]+(0?0:00(:00(\.0+)?)?(Z|[+-]\d\d:?\d\d)?|12:00(:00)? AM)$", "", value)
    for pattern in (
        r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})",
        r"(\d{4})()年(\d{1,2})月(\d{1,2})[日号號]?",
        r"(\d{4})()(\d{2})(\d{2})",
    ):
        if match := re.fullmatch(pattern, value):
            return datetime.date(int(match[1]), int(match[3]), int(match[4]))
    return date_in(value, way)


def read_minute(text: str, latest: int = 1440) -> int:
    """Read a time of day as minutes after midnight.

    Known: `6:00`, `06:00:00`, `0600`, `6点30分`, `6点半`, `6:00 PM`, `下午6:00`; `晚上12:05` is
    `24:05`.

    Args:
        text: the cell.
        latest: the last minute that is one; beyond 1440 lie the hours of the night after, as
            timetables count them on (`25:40`).
    """
    value, added = half_day(plain(text))
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?", value)
    match = match or re.fullmatch(r"(\d{1,2})(\d{2})", value)
    value = value.replace("半", "30")
    match = match or re.fullmatch(r"(\d{1,2})[点點时時](?:(\d{1,2})分?|整)?", value)
    if match is None:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2] or 0)
    total = hour * 60 + minute + added
    if minute > 59 or total > latest:
        raise ValueError(text)
    return total


def read_weekdays(text: str) -> str:
    """Read weekdays as sorted ISO digits.

    Known: `135`, `1-5`, `1,3,5`, `daily`, `每天`, `一三五`, `周一,周三`, `周一至周五`, `Mon-Fri`,
    `MoWeFr`; and seven digits of 0 and 1, the mask of a week that begins with Monday: `1111100`.
    A mask without a day is `NO_DAY`. A day that is named twice makes no list of days, nor does a
    number of days: `3天`.
    """
    value = re.sub(r"^([0-9]+)\.0+$", r"\1", plain(text).translate(_SIMPLIFIED))
    if value in _ALL_DAYS:
        return _ALL_DAYS[value]
    if is_mask(value):
        mask = _without_separators(value)
        return "".join(str(n + 1) for n in range(7) if mask[n] == "1") or NO_DAY
    if _COUNTED.search(value):
        raise ValueError(text)
    value = re.sub(r"至|到|~|—+|–|-+", "-", value)
    value = _DAYS.sub(lambda match: _DAY_OF[match[0]], value)
    value = _without_separators(re.sub(r"每|周|星期|礼拜|逢", "", value))
    if not re.fullmatch(r"([1-7](-[1-7])?)+", value):
        raise ValueError(text)
    days: set[int] = set()
    for first, last in re.findall(r"([1-7])(?:-([1-7]))?", value):
        day, end = int(first), int(last or first)
        span = [day]
        while day != end:
            day = day % 7 + 1
            span.append(day)
        if days & set(span):
            raise ValueError(text)
        days.update(span)
    return "".join(map(str, sorted(days)))


def is_mask(text: str) -> bool:
    """Return whether weekdays are written as a mask: a 0 or a 1 for each day of a week."""
    return bool(_MASK.fullmatch(_without_separators(plain(text))))


def _without_separators(value: str) -> str:
    return re.sub(r"[,、;|/.&+和及与]|and", "", value)
