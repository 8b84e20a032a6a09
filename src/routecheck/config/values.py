"""What keys may be set to: a kind takes what TOML gives and returns what is kept of it.

What does not fit is raised as a `MisfitError`, which gathers the keys on its way up.
"""

from __future__ import annotations

import codecs
import datetime
import difflib
import math
import re
from collections.abc import Callable, Iterable
from typing import Any, Self
from zoneinfo import ZoneInfo

from routecheck.domain.errors import Said, UsageError
from routecheck.geo.crs import parse_datum

Kind = Callable[[Any], Any]


class MisfitError(ValueError):
    """What cannot stand in a configuration.

    Attributes:
        keys: where it stands, outermost first.
    """

    def __init__(self, *keys: str) -> None:
        super().__init__()
        self.keys = list(keys)

    def under(self, key: str) -> Self:
        """Return it with the key that it stands under."""
        self.keys.insert(0, key)
        return self

    def __str__(self) -> str:
        return f"{type(self).__name__}: {'.'.join(self.keys)}"


class WrongValueError(MisfitError):
    """A value that its key cannot have: what is wanted, and what was found."""

    def __init__(self, wanted: Said, found: object) -> None:
        super().__init__()
        self.wanted, self.found = wanted, found


class MissingKeyError(MisfitError):
    """A key that must be given."""


class UnknownKeyError(MisfitError):
    """A key that is not known, and those that are."""

    def __init__(self, key: str, known: Iterable[str]) -> None:
        super().__init__(key)
        self.known = list(known)


class UnknownColumnError(UnknownKeyError):
    """A header that no file of the kind has."""


def text(value: Any) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise WrongValueError(Said("wanted_text"), value)
    return value


def path(value: Any) -> str:
    """A text that is not empty."""
    if not text(value):
        raise WrongValueError(Said("wanted_path"), value)
    return str(value)


def yes_or_no(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise WrongValueError(Said("wanted_bool"), value)
    return value


def number(*, above: float = -math.inf, least: float = -math.inf, most: float = math.inf) -> Kind:
    """Return the kind of numbers within bounds; whole ones need no decimals."""

    def kind(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise WrongValueError(Said("wanted_number"), value)
        if not -_LARGEST <= value <= _LARGEST:
            raise WrongValueError(Said("wanted_finite"), value)
        if value <= above:
            raise WrongValueError(Said("wanted_above", bound=above), value)
        if value < least:
            raise WrongValueError(Said("wanted_at_least", bound=least), value)
        if value > most:
            raise WrongValueError(Said("wanted_at_most", bound=most), value)
        return float(value)

    return kind


_LARGEST = 1e300
"""Whole numbers in TOML have any length."""


def whole_number(*, least: int) -> Kind:
    """Return the kind of whole numbers from `least` on."""

    def kind(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise WrongValueError(Said("wanted_whole_number"), value)
        if value < least:
            raise WrongValueError(Said("wanted_at_least", bound=least), value)
        return value

    return kind


def one_of(*choices: str) -> Kind:
    """Return the kind of a few words."""

    def kind(value: Any) -> str:
        if value not in choices:
            *some, last = [f'"{choice}"' for choice in choices]
            raise WrongValueError(
                Said("wanted_one_of", choices=f"{', '.join(some)} or {last}"), value
            )
        return str(value)

    return kind


def each(kind: Kind) -> Kind:
    """Return the kind of lists of a kind."""

    def list_kind(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise WrongValueError(Said("wanted_list"), value)
        return [_kept(kind, str(n), one) for n, one in enumerate(value)]

    return list_kind


def texts_by_name(value: Any) -> dict[str, str]:
    """A section whose keys are free, and whose values are texts."""
    if not isinstance(value, dict):
        raise WrongValueError(Said("wanted_mapping"), value)
    return {name: _kept(text, name, one) for name, one in value.items()}


def _kept(kind: Kind, key: str, value: Any) -> Any:
    try:
        return kind(value)
    except MisfitError as misfit:
        raise misfit.under(key) from None


_SAID_FOR = dict.fromkeys(
    ("beijing", "peking", "china", "guangzhou", "shenzhen", "chengdu", "wuhan", "xian", "utc+8",
     "utc+08:00", "gmt+8", "cst", "北京", "中国", "上海", "北京时间"),
    "Asia/Shanghai",
)  # fmt: skip
"""What people write for the time of China, which IANA has under its largest city."""


def time_zone(value: Any) -> str:
    """A time zone by its IANA name."""
    name = text(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        from zoneinfo import available_timezones

        near = _SAID_FOR.get(re.sub(r"[\s_]", "", name).lower().rsplit("/", 1)[-1], "")
        near = near or "".join(difflib.get_close_matches(name, available_timezones(), 1))
        said = Said("wanted_zone_near", near=near) if near else Said("wanted_zone")
        raise WrongValueError(said, value) from None
    return name


def datum(value: Any) -> str:
    """A datum or a declared system, spelt in one way."""
    try:
        return parse_datum(text(value))
    except UsageError as error:
        raise WrongValueError(Said("wanted_datum", what=error.said), value) from None


def encoding(value: Any) -> str:
    """`auto`, or the name of an encoding of text."""
    name = text(value)
    try:
        # Lines are cut before they are decoded, so what ends a line must be what it is in ASCII.
        if name == "auto" or "\n,".encode(name) == b"\n,":
            return name if name == "auto" else codecs.lookup(name).name
    except LookupError:
        pass
    raise WrongValueError(Said("wanted_encoding"), value)


def clock(value: Any) -> str:
    """A time of day, `HH:MM`."""
    # TOML reads 06:30:00 without quotation marks as a time of its own.
    told = value.strftime("%H:%M") if isinstance(value, datetime.time) else text(value)
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", told):
        raise WrongValueError(Said("wanted_clock"), value)
    return told


def url(value: Any) -> str:
    """The URL of a database."""
    if not re.match(r"\w+(\+\w+)?://", text(value)):
        raise WrongValueError(Said("wanted_url"), value)
    return str(value)
