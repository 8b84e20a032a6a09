"""The vehicle of a file of fixes that has it in its name, and in no column."""

from __future__ import annotations

import re
from functools import lru_cache

PLACEHOLDER = "{vehicle}"
_ENDINGS = re.compile(r"(\.[A-Za-z0-9]{1,8}(\.gz)?)$", re.IGNORECASE)


def vehicle_in(label: str, pattern: str) -> str:
    """Return the vehicle that the name of a file gives; empty: the name is not of that pattern.

    Args:
        label: path of the file, with `/` between its parts.
        pattern: as `fixes.vehicle_from_name` has it: with `{vehicle}` where it stands and `*` for
            anything else, compared with the name with or without its ending, and with as many
            folders before it as the pattern has; or a regular expression with one group, searched
            for in the name.
    """
    parts = label.split("/")
    if PLACEHOLDER not in pattern:
        found = re.search(pattern, parts[-1])
        return (found[1] or "").strip() if found else ""
    name = "/".join(parts[-1 - pattern.count("/") :])
    for text in (_ENDINGS.sub("", name), name):
        if found := _compiled(pattern).fullmatch(text):
            return found[1].strip()
    return ""


@lru_cache(maxsize=16)
def _compiled(pattern: str) -> re.Pattern[str]:
    before, behind = pattern.split(PLACEHOLDER)
    literal = (re.escape(part).replace(r"\*", ".*") for part in (before, behind))
    return re.compile("([^/]+?)".join(literal))
