"""Keeps docs/simulator.md in step with the amounts and with the rules of the truth.

python -m routecheck.simulate.page docs/simulator.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from . import truth
from .amounts import FIELDS, PROFILES


def refreshed(page: str) -> str:
    """The page, with what stands between its markers made anew."""
    for name, text in (("rules", _rules()), ("amounts", _amounts())):
        first, last = rf"<!-- {name}: .* -->\n", rf"\n<!-- end of {name} -->"
        start, end = re.search(first, page), re.search(last, page)
        if start is None or end is None:
            raise ValueError(f"the page has no place for its {name}")
        page = page[: start.end()] + text + page[end.start() :]
    return page


def _rules() -> str:
    """The rules of monitor and truth, as the module that keeps to them states them."""
    text = (truth.__doc__ or "").split("\n", 2)[2]
    return re.sub(r"^(.+)\n-+$", r"## \1\n", text, flags=re.MULTILINE).replace("``", "`")


def _amounts() -> str:
    lines = [
        "## Amounts",
        "",
        "Blank: as in `county`. Shares are of 1; rates are probabilities for each truck-day or",
        "pickup.",
    ]
    for name, field in FIELDS.items():
        about = field.metadata
        if about["group"]:
            heads = " | ".join(f"`{profile}`" for profile in PROFILES)
            lines += ["", f"### {about['group']}", "", f"| amount | meaning | {heads} |"]
            lines.append("| --- | --- |" + " --- |" * len(PROFILES))
        values = (about["profiles"].get(profile) for profile in PROFILES)
        cells = " | ".join("" if value is None else _shown(value) for value in values)
        lines.append(f"| `{name}` | {about['meaning']} | {cells} |")
    return "\n".join(lines) + "\n"


def _shown(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.6g}" if value < 1000 else f"{value:,.0f}"
        case ((_, _), *_):
            return ", ".join(f"{_shown(seconds)}: {_shown(share)}" for seconds, share in value)
        case tuple():
            return " to ".join(map(_shown, value))
    return f"`{value}`"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(refreshed(path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
