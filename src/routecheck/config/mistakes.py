"""What people get wrong in a configuration file: one line that names the key and its line."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import SecretStr, ValidationError

from routecheck.config.sections import SECTIONS
from routecheck.config.table_sections import SOURCES, Section, column_names
from routecheck.domain.errors import Message
from routecheck.texts import has_text
from routecheck.texts.outside import beginning

_SECRET = frozenset(
    {
        ("store", "url"),
        ("messages", "urls"),
        *((name, key) for name in SOURCES for key in ("url", "devices_url", "headers")),
    }
)
"""Keys whose values hold passwords, in whatever form they were meant."""
_UNKNOWN = ("extra_forbidden", "unknown_column")


def toml_value(value: object) -> str:
    """Return a value as TOML writes it."""
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def toml_mistake(text: str, message: str) -> Message:
    """Return what is wrong with the TOML, and what people usually did."""
    lines = text.splitlines() or [""]
    match = re.search(r"line (\d+)", message)
    number = min(int(match[1]), len(lines)) if match else len(lines)
    line = lines[number - 1]
    key = "no_toml"
    if re.search("[“”‘’＂]", line):
        key = "quotation_marks"
    elif "\\" in line:
        key = "backslash"
    elif re.search("[，＝：]", re.sub('"[^"]*"|#.*', "", line)):
        key = "punctuation"
    reason = re.sub(r" *[(]at .*[)]", "", message)
    heads = [one for one in lines[:number] if one.lstrip().startswith("[")]
    secret = "headers" in heads[-1] if heads else False
    shown = _shown_line(line, secret=secret)
    return Message(f"config_errors.{key}", line=number, text=shown, reason=reason)


def _shown_line(line: str, *, secret: bool) -> str:
    """Return a line of a file that is no TOML, without what may be a secret in it.

    Where a string ends cannot be told in such a file; so of a line that may belong to an address
    nothing is shown but its key.

    Args:
        line: the line.
        secret: whether it stands where all values are secrets.
    """
    key, equals, _ = line.strip().partition("=")
    addressed = (
        re.search("url|pass|token|secret|key|header", key, re.IGNORECASE) if equals else None
    )
    if secret or addressed or re.search(r"[@$]|:/|\?", line):
        return f"{key.strip()} = …" if equals and not re.search(r"[@$]|:/|\?", key) else "…"
    return beginning(line, 80)


def key_mistake(
    text: str,
    tables: Mapping[str, Any],
    errors: ValidationError,
    *,
    above: Sequence[str] = (),
    sections: Mapping[str, type[Section]] = SECTIONS,
) -> Message:
    """Return what is wrong with a key: its name, its line, what is wanted and what was found.

    A key that is misspelt goes before the required one that is missing because of it.

    Args:
        text: the file; empty where the keys are of no file.
        tables: what it holds.
        errors: what pydantic found.
        above: the section, where that alone was checked.
        sections: that such a file may have.
    """
    error = min(errors.errors(), key=lambda error: error["type"] not in _UNKNOWN)
    kind, context = error["type"], error.get("ctx", {})
    keys = [*above, *(str(key) for key in error["loc"])]
    if kind == "path_and_url":
        section = context["section"]
        line = line_of(text, [section, "url"])
        return Message("config_errors.path_and_url", line=line, section=section)
    if kind == "unknown_column":
        keys.append(context["column"])
    name, line = ".".join(keys), line_of(text, keys) if text else 0
    if kind in _UNKNOWN:
        return Message(
            "config_errors.unknown_key", line=line, name=name, hint=_hint(keys, sections)
        )
    if kind == "missing":
        section, key = keys
        line = line_of(text, [section]) if section in tables else 0
        place = "required_place" if key == "path" else "required"
        return Message(f"config_errors.{place}", line=line, name=name, last=key, section=section)
    if "expected" in context:
        context = {"expected": context["expected"].replace("'", '"').replace(" or ", ", ")}
    known = has_text(f"config_errors.{kind}")
    wanted = Message(f"config_errors.{kind}", **context) if known else error["msg"]
    found = _shown_value(error["input"], secret=tuple(keys[:2]) in _SECRET)
    return Message("config_errors.wrong_value", line=line, name=name, wanted=wanted, found=found)


def _shown_value(value: Any, *, secret: bool) -> str:
    """Return a value that is wrong; of a table nothing but that it is one.

    A table stands where a key was mistaken for another, such as that of headers, which are secret.
    """
    if isinstance(value, Mapping):
        return "{…}"
    return "…" if secret else beginning(toml_value(value), 80)


def _hint(keys: list[str], sections: Mapping[str, type[Section]]) -> Message:
    """What may have been meant by a key that is not known."""
    *above, key = keys
    if not above:
        known = list(sections)
    elif above[1:] == ["columns"]:
        known = column_names(above[0])
    else:
        known = list(sections[above[0]].model_fields)
    if near := difflib.get_close_matches(key, known, 1):
        return Message("config_errors.did_you_mean", near=near[0])
    homes = [f"[{name}]" for name, section in sections.items() if key in section.model_fields]
    if homes and len(above) == 1:
        return Message("config_errors.belongs_under", count=len(homes), homes=", ".join(homes))
    return Message("config_errors.known_here", known=", ".join(known))


def line_of(text: str, keys: list[str]) -> int:
    """Return the line that sets `keys`, or the nearest table that holds it.

    tomllib keeps no lines. The text is known to be TOML here, so a look at the heads of the
    lines is enough; of what spans lines only the first can match.
    """
    best, depth, table = 1, 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[+([^\[\]]+)\]+\s*(#.*)?$", line):
            path = table = _dotted(match[1])
        elif match := re.match(r"\s*([\w\-.\"' \u3000-\u9fff]+?)\s*=", line):
            path = table + _dotted(match[1])
        else:
            continue
        same = len(path) if path == keys[: len(path)] else 0
        if same > depth:
            best, depth = number, same
    return best


def _dotted(text: str) -> list[str]:
    return [part.strip().strip("\"'") for part in text.split(".")]
