"""The evaluation as a plain table that a county clerk and an engineer can read."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from routecheck.domain.codes import Cause, Language
from routecheck.evaluate import Accusation, Estimate, Evaluation, Figures, Share, Split
from routecheck.present.terminal import table
from routecheck.texts import text

LONGEST = 12
"""This many single cases are listed; the rest are counted."""

_ALERT_FIGURES = ("genuine_recall", "genuine_precision", "false_recall", "false_precision")
_PICKUP_FIGURES = (
    "pickups_right",
    "pickups_right_good_record",
    "miss_recall",
    "miss_precision",
    "silent_recall",
    "silent_precision",
)
_CAUSE_FIGURES = {
    "cause_alerts": "alerts",
    "cause_false": "alerts_false",
    "cause_genuine": "alerts_genuine",
    "cause_pickups": "pickups",
}
_PLACE_SHARES = ("precision", "recall", "recall_served", "named", "close")
_PLACE_DISTANCES = ("median_m", "p95_m")


def as_text(evaluation: Evaluation, language: Language = "en") -> str:
    """Return the figures as text, aligned for a fixed-width font."""
    return _Writer(evaluation, language).whole()


def percent(share: Share, language: Language = "en") -> str:
    """Return a share with its interval and its counts: `97.9% (95.0-99.1), 188 of 192`."""
    if share.n == 0:
        return text("evaluation.none", language)
    low, high = share.interval
    counts = text("evaluation.of", language, hits=f"{share.hits:,}", n=f"{share.n:,}")
    return f"{_percent(share.value)} ({_bare(low)}-{_bare(high)}), {counts}"


def figure(estimate: Estimate, digits: int, unit: str = "") -> str:
    """Return an estimate with its interval."""
    if math.isnan(estimate.value):
        return "-"
    value, low, high = (
        f"{number:.{digits}f}" for number in (estimate.value, estimate.low, estimate.high)
    )
    return f"{value}{unit} ({low}-{high})"


def per_10000(share: Share) -> str:
    """Return a share as a count for every 10,000, with its interval."""
    if share.n == 0:
        return "-"
    value, low, high = (f"{number * 1e4:.1f}" for number in (share.value, *share.interval))
    return f"{value} ({low}-{high})"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with columns one under the other; a row of one cell is a heading."""
    cells = [row for row in rows if len(row) > 1]
    lines = iter(table(cells) if cells else [])
    return [next(lines) if len(row) > 1 else row[0] for row in rows]


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{_bare(value)}%"


def _bare(value: float) -> str:
    """A share in per cent; never rounded to 100 or 0 where it is not."""
    shown = f"{value * 100:.1f}"
    if shown == "100.0" and value < 1:
        return f"{math.floor(value * 1e4) / 100:.2f}"
    if shown == "0.0" and value > 0:
        return f"{value * 100:.2g}"
    return shown


@dataclass(frozen=True)
class _Writer:
    """Writes one evaluation in one language."""

    evaluation: Evaluation
    language: Language

    def whole(self) -> str:
        e = self.evaluation
        lines = [*self.head(), "", *aligned(self.main_rows()), "", self.word("interval")]
        lines += self.kinds() + self.confidence() + self.confusion()
        always = [point for point in e.routecheck.always if not point.found]
        lines += self.listed(
            "section_always",
            [
                self.word(
                    "always_line", point=self.point(point.site, point.point_id),
                    called=point.called_missed, observable=point.observable,
                    found=self.word("always_not"),
                )
                for point in always
            ],
        )  # fmt: skip
        lines += self.listed("section_wrong", map(self.accusation, e.routecheck.accusations))
        return "\n".join(lines) + "\n"

    def word(self, key: str, **values: object) -> str:
        return text(f"evaluation.{key}", self.language, **values)

    def words(self, *keys: str) -> list[str]:
        return [self.word(key) for key in keys]

    def head(self) -> list[str]:
        """What was compared, and what had to be left out."""
        e = self.evaluation
        days = sorted(set(e.dates))
        dates = self.word(
            "dates" if len(days) > 1 else "one_date", n=len(e.dates), first=days[0], last=days[-1]
        )
        counts = {"pickups": e.pickups, "alerts": e.alerts}
        lines = [self.word(f"head_{e.source}", **counts, dates=dates)]
        if e.sites > 1:
            lines.append(self.word("sites", sites=e.sites))
        lines.append(self.word("misses", misses=e.misses))
        if e.observable_known:
            lines.append(self.word("observable", share=_percent(e.observable.value)))
        else:
            lines += self.words("checks_note" if e.source == "checks" else "observable_unknown")
        unknown = {"pickups": e.pickups_without_truth, "alerts": e.alerts_without_truth}
        if e.source == "truth" and any(unknown.values()):
            lines.append(self.word("without_truth", **unknown))
        left_out = {
            "not_judged": e.not_judged,
            f"rejected_{e.source}": e.truth_rejected,
            "dates_left_out": e.dates_left_out if e.source == "truth" else 0,
        }
        return lines + [self.word(key, n=n) for key, n in left_out.items() if n]

    def main_rows(self) -> list[list[str]]:
        """Rows of routecheck's figures beside the monitor's."""
        e = self.evaluation
        rows = [["", *self.words("routecheck", "monitor")]]
        rows += self.heading("section_alerts")
        rows += [row for name in _ALERT_FIGURES for row in self.split(name)]
        rows += self.left_open("unverifiable_alerts")
        rows += self.heading("section_pickups")
        rows += [row for name in _PICKUP_FIGURES for row in self.split(name)]
        rows.append(self.both("always_found", lambda f: self.percent(f.always_found)))
        rows.append([self.word("vehicle_right"), self.percent(e.routecheck.vehicle_right), ""])
        rows += self.left_open("unverifiable_pickups")
        rows += self.accused()
        if e.causes is not None:
            rows += self.heading("section_causes")
            for key, name in _CAUSE_FIGURES.items():
                split: Split = getattr(e.causes, name)
                rows.append([self.word(key), self.percent(split.observable), ""])
        if e.corrections is not None:
            rows += self.heading("section_corrections")
            for name in _PLACE_SHARES:
                rows.append([self.word(name), self.percent(getattr(e.corrections, name)), ""])
            for name in _PLACE_DISTANCES:
                distance = figure(getattr(e.corrections, name), 1, " m")
                rows.append([self.word(name), distance, ""])
        return rows

    def heading(self, key: str) -> list[list[str]]:
        return [[""], [self.word(key)]]

    def percent(self, share: Share) -> str:
        return percent(share, self.language)

    def both(self, key: str, cell: Callable[[Figures], str]) -> list[str]:
        """A row with a cell of routecheck and one of the monitor."""
        return [self.word(key), cell(self.evaluation.routecheck), cell(self.evaluation.monitor)]

    def split(self, name: str) -> list[list[str]]:
        """The row of what is observable, and where that is not all, the row of everything."""
        rows = [self.both(name, lambda f: self.percent(getattr(f, name).observable))]
        if self.evaluation.observable_known and name != "pickups_right_good_record":
            every = self.both("every", lambda f: self.percent(getattr(f, name).every))
            rows.append(every)
        return rows

    def left_open(self, name: str) -> list[list[str]]:
        """Rows of what was left open: of the observable, and of what is not."""
        names = [name, f"{name}_hidden"] if self.evaluation.observable_known else [name]
        return [self.both(name, self.share_of(name)) for name in names]

    def share_of(self, name: str) -> Callable[[Figures], str]:
        return lambda figures: self.percent(getattr(figures, name))

    def accused(self) -> list[list[str]]:
        """Rows of the wrong accusations."""
        rows = self.heading("section_accused")
        rows.append(self.both("accused", lambda f: f"{f.accused.hits:,}"))
        rows.append(self.both("per_10000", lambda f: per_10000(f.accused)))
        if self.evaluation.observable_known:
            rows.append(self.both("accused_observable", lambda f: f"{f.accused_observable:,}"))
            rows.append(self.both("accused_hidden", lambda f: f"{f.accused_hidden:,}"))
        rows.append(self.both("accused_pickups", lambda f: f"{f.accused_pickups.hits:,}"))
        rows.append(self.both("accused_alerts", lambda f: f"{f.accused_alerts.hits:,}"))
        return rows

    def kinds(self) -> list[str]:
        """Corrections by kind of fault."""
        corrections = self.evaluation.corrections
        if corrections is None or not corrections.kinds:
            return []
        rows = [self.words("kind", "found", "kind_named", "kind_precision")]
        for kind in corrections.kinds:
            shares = map(self.percent, (kind.found, kind.named, kind.precision))
            rows.append([self.cause(kind.fault), *shares])
        return ["", self.word("section_corrections"), *aligned(rows)]

    def confidence(self) -> list[str]:
        """Whether confidence is a probability."""
        some = {name: c for name, c in self.evaluation.confidence.items() if c.right.n}
        if not some:
            return []
        keys = ("rows", "right", "brier", "constant", "ratio", "expected_error")
        rows = [["", *self.words(*keys)]]
        for name, c in some.items():
            rows.append(
                [self.word(name), f"{c.right.n:,}", _percent(c.right.value), figure(c.brier, 4),
                 f"{c.best_constant:.4f}", figure(c.ratio, 2), figure(c.expected_error, 4)]
            )  # fmt: skip
        lines = ["", self.word("section_confidence"), *aligned(rows)]
        for name, c in some.items():
            if not name.endswith("_observable"):
                rows = [self.words("said", "mean", "right")]
                for b in c.bins:
                    span = f"{b.lowest:.3f}-{b.highest:.3f}"
                    rows.append([span, _percent(b.mean_confidence), self.percent(b.right)])
                title = self.word("section_reliability", what=self.word(name))
                lines += ["", title, *aligned(rows)]
        return lines

    def confusion(self) -> list[str]:
        """The causes named most often in place of the true one."""
        causes = self.evaluation.causes
        other = [row for row in causes.confusion if row[0] != row[1]] if causes else []
        if not other:
            return []
        other.sort(key=lambda row: -row[2])
        rows = [self.words("truth", "told", "count")]
        rows += [
            [self.cause(true), self.cause(given) or "-", f"{n:,}"]
            for true, given, n in other[:LONGEST]
        ]
        rest = sum(n for _, _, n in other[LONGEST:])
        return ["", self.word("section_confusion"), *aligned(rows), *self.more(rest)]

    def listed(self, section: str, cases: Iterable[str]) -> list[str]:
        """A section with single cases, the first of them."""
        lines = list(cases)
        if not lines:
            return []
        return ["", self.word(section), *lines[:LONGEST], *self.more(len(lines) - LONGEST)]

    def more(self, count: int) -> list[str]:
        return [self.word("more", n=count)] if count > 0 else []

    def accusation(self, a: Accusation) -> str:
        causes = " | ".join(self.cause(code) for code in a.causes.split("|") if code)
        hidden = self.evaluation.observable_known and not a.observable
        return self.word(
            "accusation",
            date=a.service_date,
            point=self.point(a.site, a.point_id),
            kind=self.word(a.kind),
            said=self.cause(a.said) or "-",
            truth=self.word(f"truth_{a.truth}"),
            causes=self.word("causes_of", causes=causes) if causes else "",
            hidden=self.word("hidden") if hidden else "",
        )

    def point(self, site: int, point_id: str) -> str:
        return f"{site + 1}/{point_id}" if self.evaluation.sites > 1 else point_id

    def cause(self, code: str) -> str:
        try:
            return Cause(code).label(self.language)
        except ValueError:
            return code
