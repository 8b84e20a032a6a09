"""Keeps docs/simulator.md in step with the amounts and with the rules of the truth.

python -m routecheck.simulate.page docs/simulator.md
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from . import truth
from .amounts import FIELDS
from .drawn import WIDE, Mix, Range
from .profiles import DRAWN, PROFILES


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
        f"pickup. In `{DRAWN}` each seed draws from the range that is shown: all orders of",
        f"magnitude are equally likely where it spans more than a factor of {WIDE:g}; a pair of",
        "distances is drawn twice and sorted; `×` precedes the amount of which it shows multiples.",
    ]
    for name, field in FIELDS.items():
        about = field.metadata
        if about["group"]:
            heads = " | ".join(f"`{profile}`" for profile in (*PROFILES, DRAWN))
            lines += ["", f"### {about['group']}", "", f"| amount | meaning | {heads} |"]
            lines.append("| --- | --- |" + " --- |" * (len(PROFILES) + 1))
        values = (about["profiles"].get(profile) for profile in PROFILES)
        cells = " | ".join("" if value is None else _shown(value) for value in values)
        cells += f" | {_range(about['drawn'], field.default, about['least'])}"
        lines.append(f"| `{name}` | {about['meaning']} | {cells} |")
    return "\n".join(lines) + "\n"


def _range(drawn: Range | Mix | None, default: Any, least: float | None) -> str:
    """From what a seed draws an amount; empty: from nothing."""
    if drawn is None:
        return ""
    if isinstance(default, bool):
        return "yes or no"
    ends = f"{_shown(drawn.low)} to {_shown(drawn.high)}"
    if isinstance(drawn, Mix):
        return f"1 to {drawn.kinds} kinds of {ends}"
    if drawn.of:
        return f"{ends} × `{drawn.of}`" + (f", at least {_shown(least)}" if least else "")
    return f"{drawn.absent:.0%} of the seeds 0, else {ends}" if drawn.absent else ends


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
