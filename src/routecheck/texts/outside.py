"""Text from outside, before anybody is shown it: without what is no text, and without secrets.

Ids, names and messages of other programs may hold what makes a terminal move its cursor, turns the
order of signs around, splits a line of a log, or cannot be seen; and addresses may hold passwords.
Every output goes through here: sentences where they are filled in, and once more the console, the
log, the CSV files, the workbooks, the pages and the messages.

The secrets that this process has come to know are the one thing that is kept for a whole process:
what was a secret once stays one, whichever site it was of, and nothing else depends on it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote

MASK = "***"
SHORTEST = 4
"""A secret of fewer characters cannot be told from other text: it is left out of addresses only."""
WITHIN_WORDS = 8
"""A secret of fewer characters is one where it stands alone, not within a longer word or number:
`1234` is no secret in `P-12345`."""
_PUBLIC = frozenset({"routecheck", "postgres", "postgresql", "sqlite", "localhost", "127.0.0.1"})
"""What stands in every other line: no secret by being a password too."""

_JOINERS = "\u200c\u200d"
"""Characters without width that some scripts are written with."""
_NOT_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls; format characters, bidi overrides and byte-order marks among them; lone surrogates;
separators of lines and paragraphs."""
_NO_CHARACTER = "\ufffd"
_PICTURES, _DELETE_PICTURE, _LINE_PICTURE = 0x2400, "\u2421", "\u2424"
_UNSEEN = "\u2426"
"""Not U+FFFD: that stands where a file was decoded wrongly, and readers reject an id with it."""

_USER = re.compile(r"(\b[A-Za-z][\w+.-]{0,30}:/{1,2}[^\s/:@]{0,200}):\S{0,1000}@")
"""An address up to its last @: what follows the first colon is a password, whatever is in it. The
lengths are bounded, so that no text takes time with the square of its length."""
_QUERY = re.compile(
    r"(?i)([?&;](?:\w{0,30}password|passwd|pwd|\w{0,30}secret|\w{0,30}token|\w{0,30}key"
    r"|sig|signature)=)[^\s&;#'\"]+"
)
_VARIABLE = re.compile(r"\$\{\w+\}")
"""What stands for a secret, and is none."""
_NO_PORT = re.compile(r"\[[^\]]*\]|:\d*(?=,|$)")
"""Of a list of hosts: addresses of IPv6, and ports."""

_secrets: set[str] = set()
_pattern: re.Pattern[str] | None = None


def remember_secret(text: str) -> None:
    """Keep in mind that a text is a secret, in all spellings that it may be printed in."""
    global _pattern
    if len(text) < SHORTEST or text.lower() in _PUBLIC or _VARIABLE.fullmatch(text):
        return
    plain = {text, unquote(text)}
    spelt = plain | {quote(one, safe="") for one in plain} | {quote_plus(one) for one in plain}
    spelt |= {json.dumps(one)[1:-1] for one in plain} | {repr(one)[1:-1] for one in plain}
    spelt |= {json.dumps(one, ensure_ascii=False)[1:-1] for one in plain} | set(map(fit, plain))
    if spelt <= _secrets:
        return
    _secrets.update(one for one in spelt if len(one) >= SHORTEST)
    longest_first = sorted(_secrets, key=lambda one: (-len(one), one))
    _pattern = re.compile("|".join(map(_sought, longest_first)))


def _sought(secret: str) -> str:
    """The pattern of a secret; a short one has no letter or digit of a longer word beside it."""
    escaped = re.escape(secret)
    if len(secret) >= WITHIN_WORDS:
        return escaped
    before = r"(?<![^\W_])" if secret[0].isalnum() else ""
    return before + escaped + (r"(?![^\W_])" if secret[-1].isalnum() else "")


def remember_address(address: str) -> None:
    """Keep in mind what of an address is a secret: its password, and what its query names so."""
    scheme, _, rest = address.partition("://")
    if scheme.startswith("sqlite"):
        # It names a file.
        return
    user, at, host = rest.partition("?")[0].rpartition("@")
    if at and ":" in user:
        remember_secret(user.partition(":")[2])
    # What stands in the place of a port and is no number was meant to be a password.
    remember_secret(_NO_PORT.sub("", host.partition("/")[0]).partition(":")[2])
    for found in _QUERY.finditer(address):
        remember_secret(address[found.end(1) : found.end()])


def without_secrets(text: str, *, addresses: bool = True) -> str:
    """Return a text with `***` in the place of every secret.

    Args:
        text: any text.
        addresses: whether what looks like a password in an address is one, known or not.
    """
    if _pattern is not None:
        text = _pattern.sub(MASK, text)
    if addresses:
        if "@" in text and ":/" in text:
            text = _USER.sub(_masked, text)
        if "=" in text:
            text = _QUERY.sub(rf"\1{MASK}", text)
    return text


def beginning(text: str, most: int) -> str:
    """Return the first line of a text, so many characters of it at most, without secrets.

    What is cut first can end in a part of a secret, which nobody would know again.
    """
    lines = without_secrets(text).strip().splitlines()
    return lines[0][:most] if lines else ""


def secrets_in_query(address: str) -> list[tuple[int, int]]:
    """Return where in an address the values of its query stand that are secrets by their names."""
    return [
        (found.end(1), found.end())
        for found in _QUERY.finditer(address)
        if not _VARIABLE.fullmatch(address[found.end(1) : found.end()])
    ]


def _masked(address: re.Match[str]) -> str:
    user, password = address[1], address[0][len(address[1]) + 1 : -1]
    return address[0] if _VARIABLE.fullmatch(password) else f"{user}:{MASK}@"


def fit(text: str) -> str:
    """Return a text on one line, with a sign in the place of every character that is no text.

    Controls become their pictures (␛, ␇, ␊), what else cannot be seen or rules what follows
    becomes ␦, a lone surrogate �. So two ids that differ by such a character still do.
    """
    if text.isprintable():
        return text
    return "".join(map(_sign, text))


def fit_lines(text: str) -> str:
    """Return a text of several lines with each of them fit; its line ends are our own."""
    return text if text.isprintable() else "\n".join(map(fit, text.split("\n")))


def shown(text: str) -> str:
    """Return a text as it may be shown, on one line: fit, and without secrets."""
    return fit(without_secrets(text))


def shown_lines(text: str) -> str:
    """Return a text of several lines as it may be shown; its line ends are our own."""
    return fit_lines(without_secrets(text))


def within(value: Any, one: Callable[[str], str]) -> Any:
    """Return lists and mappings with something done to every text in them, names among them.

    What becomes JSON goes through this before: in JSON itself a secret could be part of a number,
    and controls stand as escapes which whoever reads it makes controls again.
    """
    if isinstance(value, str):
        return one(value)
    if isinstance(value, Mapping):
        return {one(str(name)): within(held, one) for name, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [within(held, one) for held in value]
    return value


def _sign(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    kind = unicodedata.category(character)
    if kind not in _NOT_TEXT:
        return character
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return _DELETE_PICTURE
    if kind in ("Zl", "Zp") or code == 0x85:
        return _LINE_PICTURE
    return _NO_CHARACTER if kind == "Cs" else _UNSEEN
