"""What values of keys may be: types that pydantic checks, beyond its own.

What does not fit is raised with a type of its own, and the catalogue `config_errors` has a
sentence for each type, pydantic's own among them.
"""

from __future__ import annotations

import codecs
import datetime
import difflib
import re
from typing import Annotated, LiteralString
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from routecheck.domain.errors import UsageError
from routecheck.domain.settings import LARGEST_TOLERANCE_M
from routecheck.geo.crs import parse_datum

_CHINA_TIME = re.compile(
    r"beijing|peking|china|guangzhou|shenzhen|chengdu|wuhan|xian|cst|(utc|gmt)\+0?8(:00)?"
    "|北京(时间)?|中国|上海"
)
"""What people write for the time of China, which IANA has under its largest city."""

_TIME_PARTS = "%Y %y %m %b %B %d %H %I %M %S %f %p %z %a %A %%"
"""What a format of times may hold, as `strptime` understands it."""


LEAST_KEPT_DAYS = 60
"""Diagnosis looks back on six weeks, and late data are waited for beside them."""


def _check_keep_days(days: int) -> int:
    if days != 0 and days < LEAST_KEPT_DAYS:
        raise PydanticCustomError("keep_days", "too short", {"least": LEAST_KEPT_DAYS})
    return days


KeepDays = Annotated[int, Field(ge=0), AfterValidator(_check_keep_days)]


def _form(pattern: str, error_type: LiteralString) -> AfterValidator:
    """Accept texts of one form."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError(error_type, error_type)
        return value

    return AfterValidator(check)


def _check_time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        plain = re.sub(r"[\s_]", "", name).lower().rsplit("/", 1)[-1]
        near = difflib.get_close_matches(name, available_timezones(), 1)
        if _CHINA_TIME.fullmatch(plain):
            near = ["Asia/Shanghai"]
        if not near:
            raise PydanticCustomError("time_zone", "no time zone") from None
        raise PydanticCustomError("time_zone_near", "no time zone", {"near": near[0]}) from None
    return name


def _check_datum(name: str) -> str:
    try:
        return parse_datum(name)
    except UsageError as error:
        raise PydanticCustomError("datum", "no datum", {"what": error.message}) from None


def _check_encoding(name: str) -> str:
    try:
        # Lines are cut before they are decoded, so what ends a line must be what it is in ASCII.
        if name == "auto" or "\n,".encode(name) == b"\n,":
            return name if name == "auto" else codecs.lookup(name).name
    except LookupError:
        pass
    raise PydanticCustomError("encoding", "no encoding")


def _check_delimiter(name: str) -> str:
    delimiter = {"tab": "\t", "\\t": "\t"}.get(name, name)
    # A letter or a digit is part of what cells hold; a quotation mark encloses them.
    if len(delimiter) > 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter == '"':
        raise PydanticCustomError("delimiter", "no delimiter")
    return delimiter


def _check_time_format(value: str) -> str:
    if value and value not in ("day-first", "month-first"):
        known = set(re.findall("%.", value))
        year, month = known & {"%Y", "%y"}, known & {"%m", "%b", "%B"}
        if not (year and month and "%d" in known) or known - set(_TIME_PARTS.split()):
            raise PydanticCustomError("time_format", "no format of times")
    return value


def _check_vehicle_from_name(value: str) -> str:
    if not value or value.count("{vehicle}") == 1:
        return value
    try:
        if re.compile(value).groups == 1:
            return value
    except re.error:
        pass
    raise PydanticCustomError("vehicle_from_name", "no pattern")


def _check_store_url(address: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\w+(\+\w+)?://.*", address.get_secret_value()):
        raise PydanticCustomError("store_url", "no database URL")
    return address


def _check_source_url(address: SecretStr) -> SecretStr:
    if address.get_secret_value() and not re.fullmatch(
        r"[A-Za-z]\w*(\+\w+)?://.*", address.get_secret_value()
    ):
        raise PydanticCustomError("source_url", "no address")
    return address


def _quoted(value: object) -> object:
    """Accept 06:30:00 without quotation marks, which TOML reads as a time of its own."""
    return value.strftime("%H:%M") if isinstance(value, datetime.time) else value


FilePath = Annotated[str, Field(min_length=1)]
Metres = Annotated[float, Field(gt=0, le=LARGEST_TOLERANCE_M, allow_inf_nan=False)]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
Datum = Annotated[str, AfterValidator(_check_datum)]
"""As `parse_datum` spells it."""
Encoding = Annotated[str, AfterValidator(_check_encoding)]
Delimiter = Annotated[str, AfterValidator(_check_delimiter)]
"""One character; empty: it is found in the header."""
VehicleFromName = Annotated[str, AfterValidator(_check_vehicle_from_name)]
"""With `{vehicle}` once, or a regular expression with one group."""
TimeFormat = Annotated[str, AfterValidator(_check_time_format)]
"""A pattern of `strptime`, or `day-first` or `month-first`; empty: it is found in the file."""
TableTimeZone = Annotated[str, AfterValidator(lambda name: name and _check_time_zone(name))]
"""Of one table; empty: that of the site."""
TimeOfDay = Annotated[
    str, BeforeValidator(_quoted), _form(r"([01]\d|2[0-3]):[0-5]\d", "time_of_day")
]
SourceUrl = Annotated[SecretStr, AfterValidator(_check_source_url)]
"""Where a table lies that is fetched; empty: it is a file."""
StoreUrl = Annotated[SecretStr, AfterValidator(_check_store_url)]
"""Shown by nothing; `Config.store_url` gives it with variables filled in."""
SuccessWord = Annotated[str, _form(r"([^=]+=.*)?", "success_word")]
"""`path=value`: what an answer says when it is none of refusal; empty: nothing."""
