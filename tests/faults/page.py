"""`docs/reliability.md` and its Chinese twin: what was tried, how often, and what failed.

A row for each kind. What is run again replaces its row, and leaves the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from faults.outcome import Outcome, Trial
from faults.page_words import HEAD, OF, TAIL, UNTOLD, WHAT_ZH

_DOCS = Path(__file__).parents[2] / "docs"
_ROW = re.compile(r"^\| `([\w-]+)` \|.*$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """The page in a language, `en` or `zh`."""

    language: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return _DOCS / ("reliability.md" if self.language == "en" else "reliability.zh.md")

    def updated(
        self, text: str, trials: tuple[Trial, ...], found: Mapping[str, Outcome], on: date
    ) -> str:
        """Return the page with the rows of these outcomes, and those that it has of other kinds.

        Args:
            text: the page as it is; empty: there is none.
            trials: all kinds, in the order of the page.
            found: what came of some.
            on: the date.
        """
        rows = {match[1]: match[0] for match in _ROW.finditer(text)}
        for trial in trials:
            if trial.name in found:
                rows[trial.name] = self._row(trial, found[trial.name], on)
        told = [rows[trial.name] for trial in trials if trial.name in rows]
        untold = [f"`{trial.name}`" for trial in trials if trial.name not in rows]
        more = UNTOLD[self.language].format(", ".join(untold)) if untold else ""
        return HEAD[self.language] + "\n".join(told) + "\n" + more + TAIL[self.language]

    def _row(self, trial: Trial, outcome: Outcome, on: date) -> str:
        english = self.language == "en"
        tried = f"{outcome.tried:,}"
        if outcome.tried < trial.times:
            tried = OF[self.language].format(tried, f"{trial.times:,}")
        cells = [f"`{trial.name}`", trial.what, tried, f"{len(outcome.failures):,}"]
        if english:
            cells.append(", ".join(f"{name} {n:,}" for name, n in outcome.figures.items()))
        else:
            cells[1] = WHAT_ZH[trial.name]
        cells.append(str(on))
        return f"| {' | '.join(cells)} |"


PAGES = (Page("en"), Page("zh"))
