"""The file of confidences that a site may have: read, and checked key by key.

It has the sections and keys of `verdicts/confidence.toml`, as `routecheck calibrate --write` writes
them; what it leaves out is as installed. What may stand in it is taken from there.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from routecheck.config.mistakes import line_of, toml_mistake, toml_value
from routecheck.domain.errors import Message, UsageError
from routecheck.texts.outside import beginning
from routecheck.verdicts.confidence import installed

Tables = Mapping[str, Mapping[str, Any]]
_GROWING = (("stand", "dwell_s"), ("hidden", "spare_s"))
"""Lists of what is seen, each beside a list `right` of as many shares."""


def read_confidences(path: Path) -> Tables:
    """Return what a file of confidences holds: sections and keys of `confidence.toml`.

    Raises:
        UsageError: the file is not there or cannot be read, is no TOML, has a key that is not
            known, or a value that cannot be; the text names the key and the line.
    """
    from routecheck.config import read_text

    if not path.exists():
        raise UsageError("config_errors.no_confidences", path=path)
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what: Message | None = toml_mistake(text, str(error))
    except RecursionError:
        what = Message("config_errors.too_deep")
    else:
        what = _mistake(text, tables)
    if what is not None:
        raise UsageError("config_errors.in_file", path=path, what=what)
    return tables


def _mistake(text: str, tables: Mapping[str, Any]) -> Message | None:
    """The first thing that is wrong with the tables of a file; None: nothing."""
    known = installed().tables
    for section, table in tables.items():
        if section not in known:
            return _unknown(text, [section], known)
        if not isinstance(table, dict):
            return _wrong(text, [section], table, Message("config_errors.model_type"))
        for key, value in table.items():
            if key not in known[section]:
                return _unknown(text, [section, key], known[section])
            wanted = _wanted(section, known[section][key], value)
            if wanted is not None:
                return _wrong(text, [section, key], value, wanted)
    for section, seen in _GROWING:
        table = {**known[section], **tables.get(section, {})}
        for name, strictly in ((seen, True), ("right", False)):
            steps = list(zip(table[name], table[name][1:], strict=False))
            if any(b < a or (strictly and a == b) for a, b in steps):
                wanted = Message("config_errors.growing", count=len(table[seen]))
                return _wrong(text, [section, name], table[name], wanted)
        if len(table[seen]) != len(table["right"]):
            name = "right" if "right" in tables[section] else seen
            other = table[seen if name == "right" else "right"]
            wanted = Message("config_errors.growing", count=len(other))
            return _wrong(text, [section, name], table[name], wanted)
    bounds = {**known["bounds"], **tables.get("bounds", {})}
    if bounds["least"] >= bounds["most"]:
        name = "least" if "least" in tables["bounds"] else "most"
        wanted = Message("config_errors.least_below_most")
        return _wrong(text, ["bounds", name], bounds[name], wanted)
    return None


def _wanted(section: str, example: Any, value: Any) -> Message | None:
    """What a value should be, by the one that is installed; None where it is."""
    if section == "like":
        criteria = installed().tables["criterion"]
        right = isinstance(value, str) and value in criteria
        wanted = Message("config_errors.literal_error", expected=", ".join(criteria))
        return None if right else wanted
    listed = isinstance(example, list)
    if listed and not (isinstance(value, list) and value):
        return Message("config_errors.growing", count=len(example))
    if max(example if listed else [example]) < 1:
        most, wanted = 1.0, Message("config_errors.share")
    else:  # metres or seconds
        most, wanted = math.inf, Message("config_errors.greater_than_equal", ge=0)
    numbers = value if listed else [value]
    shares = most == 1.0
    right = all(_is_number(one) and 0 <= one < most and (one or not shares) for one in numbers)
    return None if right else wanted


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _unknown(text: str, keys: list[str], known: Iterable[str]) -> Message:
    near = difflib.get_close_matches(keys[-1], known, 1)
    hint = (
        Message("config_errors.did_you_mean", near=near[0])
        if near
        else Message("config_errors.known_here", known=", ".join(known))
    )
    line, name = line_of(text, keys), ".".join(keys)
    return Message("config_errors.unknown_key", line=line, name=name, hint=hint)


def _wrong(text: str, keys: list[str], value: Any, wanted: Message) -> Message:
    found = "{…}" if isinstance(value, Mapping) else beginning(toml_value(value), 80)
    line, name = line_of(text, keys), ".".join(keys)
    return Message("config_errors.wrong_value", line=line, name=name, wanted=wanted, found=found)
