"""What people get wrong in a configuration file, told in one line with the line it stands in."""

from __future__ import annotations

import difflib
import json
import re
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from routecheck.errors import Said, UsageError

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


def value_trouble(
    text: str, values: dict[str, Any], error: ValidationError, model: type[BaseModel]
) -> Said:
    """Say what is wrong with a key: its name, its line, what is wanted and what was found."""
    sections = model.model_fields
    # A key that is misspelt is told before the required one that is missing because of it.
    first = min(error.errors(), key=lambda item: item["type"] not in _UNKNOWN)
    keys = [str(part) for part in first["loc"]]
    name = ".".join(keys)
    if first["type"] == UNKNOWN_COLUMN:
        keys.append(first["ctx"]["name"])
        near, known = first["ctx"]["near"], first["ctx"]["known"]
        hint = Said("did_you_mean", near=near) if near else Said("known_columns", known=known)
        return Said("key_unknown", line=_line_of(text, keys), name=".".join(keys), hint=hint)
    if first["type"] == "missing":
        section = f"[{keys[0]}]"
        wanted = keys[1] if len(keys) > 1 else "path"
        required = {"name": f"{keys[0]}.{wanted}", "key": wanted, "section": section}
        if keys[0] in values and len(keys) > 1:
            return Said("key_required_at", line=_line_of(text, keys[:1]), **required)
        return Said("key_required", **required)
    line = _line_of(text, keys)
    if first["type"] == "extra_forbidden":
        known = list(sections)
        if len(keys) > 1:
            known = _keys_of(sections[keys[0]].annotation)
        near = difflib.get_close_matches(keys[-1], known, 1)
        homes = [s for s, f in sections.items() if keys[-1] in _keys_of(f.annotation)]
        hint = Said("known_here", known=", ".join(known))
        if near:
            hint = Said("did_you_mean", near=near[0])
        elif homes:
            named = [f"[{home}]" for home in homes]
            either: str = named[0]
            for home in named[1:]:
                either = Said("either", first=either, second=home)
            hint = Said("belongs_under", homes=either)
        return Said("key_unknown", line=line, name=name, hint=hint)
    found = first["input"]
    shown = toml_value(found) if isinstance(found, str | bool | int | float) else repr(found)
    return Said("value_wrong", line=line, name=name, wanted=_wanted(first), found=shown[:80])


def _keys_of(model: Any) -> list[str]:
    return list(model.model_fields)


def _wanted(error: Any) -> Said:
    bounds, kind = error.get("ctx", {}), error["type"]
    kinds = {
        "float_type": "wanted_number",
        "int_type": "wanted_whole_number",
        "bool_type": "wanted_bool",
        "string_type": "wanted_text",
        "string_too_short": "wanted_path",
        "model_type": "wanted_section",
        "dict_type": "wanted_mapping",
        "finite_number": "wanted_finite",
    }
    if kind in kinds:
        return Said(kinds[kind])
    if kind == "greater_than":
        return Said("wanted_above", bound=bounds["gt"])
    if kind == "greater_than_equal":
        return Said("wanted_at_least", bound=bounds["ge"])
    if kind == "literal_error":
        return Said("wanted_one_of", choices=str(bounds["expected"]).replace("'", '"'))
    if kind == "value_error":
        # What a validator of ours raised carries its own sentence.
        said = bounds["error"].args[0]
        return said if isinstance(said, Said) else Said(str(said))
    return Said("wanted_else", message=str(error["msg"]))


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
