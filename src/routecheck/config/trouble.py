"""What people get wrong in a configuration file, told in one line with the line it stands in."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from routecheck.errors import UsageError

UNKNOWN_COLUMN = "unknown_column"
"""Type of the error that a mapping of a header raises which no file of the kind has."""
_UNKNOWN = ("extra_forbidden", UNKNOWN_COLUMN)


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
        raise UsageError(
            f"{path}: there is no such configuration file; `routecheck init DIR` writes a new one"
        ) from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}): a TOML file wanted") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{path}: not text in UTF-8; save it as UTF-8")


def toml_trouble(text: str, message: str) -> str:
    """Say what is wrong with the TOML, and what people usually did."""
    match = re.search(r"line (\d+)", message)
    number = int(match[1]) if match else len(text.splitlines())
    line = (text.splitlines() or [""])[min(number, max(len(text.splitlines()), 1)) - 1]
    where = f"line {number}: {line.strip()[:80]}"
    if re.search("[“”‘’＂]", line):
        return f'{where}: Chinese quotation marks; use plain ones: "'
    if "\\" in line:
        return f'{where}: a backslash in a path; write forward slashes: "C:/gps/fixes/*.csv"'
    if re.search("[，＝：]", re.sub('"[^"]*"|#.*', "", line)):
        return f"{where}: Chinese punctuation; use plain = and ,"
    return f"{where}: not TOML ({re.sub(r' *[(]at .*[)]', '', message)})"


def value_trouble(
    text: str, values: dict[str, Any], error: ValidationError, model: type[BaseModel]
) -> str:
    """Say what is wrong with a key: its name, its line, what is wanted and what was found."""
    sections = model.model_fields
    # A key that is misspelt is told before the required one that is missing because of it.
    first = min(error.errors(), key=lambda item: item["type"] not in _UNKNOWN)
    keys = [str(part) for part in first["loc"]]
    name = ".".join(keys)
    if first["type"] == UNKNOWN_COLUMN:
        keys.append(first["ctx"]["name"])
        where = f"line {_line_of(text, keys)}: "
        return f'{where}key "{".".join(keys)}" is not known; {first["ctx"]["hint"]}'
    if first["type"] == "missing":
        section = f"[{keys[0]}]"
        line = _line_of(text, keys[:1]) if keys[0] in values else None
        where = f"line {line}: " if line and len(keys) > 1 else ""
        wanted = keys[1] if len(keys) > 1 else "path"
        return f'{where}{keys[0]}.{wanted} is required: write {wanted} = "…" under {section}'
    where = f"line {_line_of(text, keys)}: "
    if first["type"] == "extra_forbidden":
        known = list(sections)
        if len(keys) > 1:
            known = _keys_of(sections[keys[0]].annotation)
        near = difflib.get_close_matches(keys[-1], known, 1)
        homes = [s for s, f in sections.items() if keys[-1] in _keys_of(f.annotation)]
        hint = f"known here: {', '.join(known)}"
        if near:
            hint = f'did you mean "{near[0]}"?'
        elif homes:
            hint = f"it belongs under {' or '.join(f'[{home}]' for home in homes)}"
        return f'{where}key "{name}" is not known; {hint}'
    found = first["input"]
    shown = toml_value(found) if isinstance(found, str | bool | int | float) else repr(found)
    return f"{where}{name} must be {_wanted(first)}; found {shown[:80]}"


def _keys_of(model: Any) -> list[str]:
    return list(model.model_fields)


def _wanted(error: Any) -> str:
    bounds = error.get("ctx", {})
    kinds = {
        "float_type": "a number",
        "int_type": "a whole number",
        "bool_type": "true or false",
        "string_type": 'a text in quotation marks: "…"',
        "string_too_short": "a path, not empty",
        "model_type": "a section of its own, [in brackets]",
        "dict_type": 'a section of its own: canonical name = "header in the file"',
        "finite_number": "a finite number",
        "greater_than": f"a number above {bounds.get('gt', 0):g}" if "gt" in bounds else "",
        "greater_than_equal": f"a number, at least {bounds.get('ge', 0):g}",
        "literal_error": str(bounds.get("expected", "")).replace("'", '"'),
        "value_error": str(bounds.get("error", "")),
    }
    return kinds.get(error["type"], "") or str(error["msg"])


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
