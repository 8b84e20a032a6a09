"""What people get wrong in a configuration file, told in one line with the line it stands in."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from routecheck.config.sections import SECTIONS
from routecheck.config.values import (
    MisfitError,
    MissingKeyError,
    UnknownColumnError,
    UnknownKeyError,
    WrongValueError,
)
from routecheck.domain.errors import Said, UsageError


def toml_value(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def read_text(path: Path) -> str:
    """Return the text of a configuration file; see `load_config`."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError("no_configuration", path=path) from None
    except OSError as error:
        raise UsageError("configuration_unreadable", path=path, reason=error.strerror) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("configuration_no_text", path=path)


def toml_trouble(text: str, message: str) -> Said:
    """Say what is wrong with the TOML, and what people usually did."""
    match = re.search(r"line (\d+)", message)
    number = int(match[1]) if match else len(text.splitlines())
    line = (text.splitlines() or [""])[min(number, max(len(text.splitlines()), 1)) - 1]
    key = "toml_wrong"
    if re.search("[“”‘’＂]", line):
        key = "toml_quotes"
    elif "\\" in line:
        key = "toml_backslash"
    elif re.search("[，＝：]", re.sub('"[^"]*"|#.*', "", line)):
        key = "toml_punctuation"
    reason = re.sub(r" *[(]at .*[)]", "", message)
    return Said(key, line=number, text=line.strip()[:80], reason=reason)


def misfit_told(text: str, tables: Mapping[str, object], misfit: MisfitError) -> Said:
    """Say what is wrong with a key: its name, its line, what is wanted and what was found."""
    name, line = ".".join(misfit.keys), _line_of(text, misfit.keys)
    if isinstance(misfit, UnknownKeyError):
        return Said("key_unknown", line=line, name=name, hint=_hint(misfit))
    if isinstance(misfit, MissingKeyError):
        section, key = misfit.keys
        required = {"name": name, "key": key, "section": f"[{section}]"}
        if section in tables:
            return Said("key_required_at", line=_line_of(text, [section]), **required)
        return Said("key_required", **required)
    assert isinstance(misfit, WrongValueError)
    found = misfit.found
    shown = toml_value(found) if isinstance(found, str | bool | int | float) else repr(found)
    return Said("value_wrong", line=line, name=name, wanted=misfit.wanted, found=shown[:80])


def _hint(misfit: UnknownKeyError) -> Said:
    """What may have been meant by a key that is not known."""
    key, known = misfit.keys[-1], ", ".join(misfit.known)
    if near := difflib.get_close_matches(key, misfit.known, 1):
        return Said("did_you_mean", near=near[0])
    if isinstance(misfit, UnknownColumnError):
        return Said("known_columns", known=known)
    homes = [f"[{name}]" for name, section in SECTIONS.items() if key in section.declared()]
    if not homes:
        return Said("known_here", known=known)
    either: str = homes[0]
    for home in homes[1:]:
        either = Said("either", first=either, second=home)
    return Said("belongs_under", homes=either)


def _line_of(text: str, keys: list[str]) -> int:
    """Return the line that sets `keys`, or the nearest table that holds it.

    tomllib keeps no lines. The text is known to be TOML here, so a look at the heads of the
    lines is enough; of what spans lines only the first can match.
    """
    best, depth, table = 1, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[+([^\[\]]+)\]+\s*(#.*)?$", line):
            table = _dotted(match[1])
            path = table
        elif match := re.match(r"\s*([\w\-.\"' 　-鿿]+?)\s*=", line):
            path = table + _dotted(match[1])
        else:
            continue
        same = len(path) if path == keys[: len(path)] else 0
        if same > depth:
            best, depth = number, same
    return best


def _dotted(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(".")]
