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
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote

MASK = "***"
SHORTEST = 4
"""A secret of fewer characters cannot be told from other text: it is left out of addresses only."""
_PUBLIC = frozenset({"routecheck", "postgres", "postgresql", "sqlite", "localhost", "127.0.0.1"})
"""What stands in every other line: no secret by being a password too."""

_JOINERS = "\u200c\u200d"
"""Characters without width that some scripts are written with."""
_NOT_TEXT = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Controls; format characters, bidi overrides and byte-order marks among them; lone surrogates;
separators of lines and paragraphs."""
_NO_CHARACTER = "\ufffd"
_PICTURES, _DELETE_PICTURE, _LINE_PICTURE = 0x2400, "\u2421", "\u2424"

_USER = re.compile(r"(\b[A-Za-z][\w+.-]*:/{1,2}[^\s/:@]*):\S*@")
"""An address up to its last @: what follows the first colon is a password, whatever is in it."""
_QUERY = re.compile(
    r"(?i)([?&;](?:\w*password|passwd|pwd|\w*secret|\w*token|\w*key|sig|signature)=)[^\s&;#'\"]+"
)

_secrets: set[str] = set()
_pattern: re.Pattern[str] | None = None


def remember_secret(text: str) -> None:
    """Keep in mind that a text is a secret, in all spellings that it may be printed in."""
    global _pattern
    if len(text) < SHORTEST or text.lower() in _PUBLIC:
        return
    plain = {text, unquote(text)}
    spelt = plain | {quote(one, safe="") for one in plain} | {quote_plus(one) for one in plain}
    spelt |= {json.dumps(one)[1:-1] for one in plain} | {repr(one)[1:-1] for one in plain}
    spelt |= {json.dumps(one, ensure_ascii=False)[1:-1] for one in plain} | set(map(fit, plain))
    if spelt <= _secrets:
        return
    _secrets.update(one for one in spelt if len(one) >= SHORTEST)
    longest_first = sorted(_secrets, key=lambda one: (-len(one), one))
    _pattern = re.compile("|".join(map(re.escape, longest_first)))


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
    port = host.partition("/")[0].partition(":")[2]
    if not port.isdecimal():
        remember_secret(port)
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
            text = _USER.sub(rf"\1:{MASK}@", text)
        if "=" in text:
            text = _QUERY.sub(rf"\1{MASK}", text)
    return text


def fit(text: str) -> str:
    """Return a text on one line, with a sign in the place of every character that is no text.

    Controls become their pictures (␛, ␇, ␊), what else cannot be seen or rules what follows
    becomes �. So two ids that differ by such a character still do.
    """
    if text.isprintable():
        return text
    return "".join(map(_sign, text))


def fit_within(value: Any) -> Any:
    """Return lists and mappings with every text in them fit."""
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, Mapping):
        return {fit(str(name)): fit_within(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [fit_within(one) for one in value]
    return value


def shown(text: str) -> str:
    """Return a text as it may be shown, on one line: fit, and without secrets."""
    return fit(without_secrets(text))


def shown_lines(text: str) -> str:
    """Return a text of several lines as it may be shown; its line ends are our own."""
    return "\n".join(map(shown, text.split("\n")))


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
    return _LINE_PICTURE if kind in ("Zl", "Zp") or code == 0x85 else _NO_CHARACTER
