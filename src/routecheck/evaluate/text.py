"""The evaluation as a plain table that a county clerk and an engineer can read."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence

from routecheck.domain.codes import Cause, Language
from routecheck.evaluate.calibration import Calibration
from routecheck.evaluate.corrections import CorrectionFigures
from routecheck.evaluate.evaluation import Evaluation
from routecheck.evaluate.figures import CauseFigures, Figures, Split
from routecheck.evaluate.intervals import Estimate, Share
from routecheck.texts import text

LONGEST = 12
"""So many single cases are listed; the rest are counted."""

_ALERT_ROWS = ("genuine_recall", "genuine_precision", "false_recall", "false_precision")
_PICKUP_ROWS = (
    "pickups_right",
    "pickups_right_good_record",
    "miss_recall",
    "miss_precision",
    "silent_recall",
    "silent_precision",
)


def word(key: str, language: Language, **values: object) -> str:
    """Return a text of the evaluation."""
    return text(f"evaluation.{key}", language, **values)


def as_text(evaluation: Evaluation, language: Language = "en") -> str:
    """Return the figures as text, aligned for a fixed-width font."""
    e, lines = evaluation, _head(evaluation, language)
    rows: list[list[str]] = [["", word("routecheck", language), word("monitor", language)]]
    both = (e.routecheck, e.monitor)
    rows += _alert_rows(both, e.observable_known, language)
    rows += _pickup_rows(both, e.observable_known, language)
    rows += _accused_rows(both, e.observable_known, language)
    if e.causes is not None:
        rows += _cause_rows(e.causes, language)
    if e.corrections is not None:
        rows += _correction_rows(e.corrections, language)
    lines += ["", *aligned(rows), "", word("interval", language)]
    lines += _kinds(e.corrections, language) if e.corrections is not None else []
    lines += _confidence(e.confidence, language)
    if e.causes is not None:
        lines += _confusion(e.causes, language)
    lines += _always(e, language) + _wrong(e, language)
    return "\n".join(lines) + "\n"


def percent(share: Share, language: Language = "en") -> str:
    """Return a share with its interval and its counts: `97.9% (95.0-99.1), 188 of 192`."""
    if share.n == 0:
        return word("none", language)
    low, high = share.interval
    counts = word("of", language, hits=f"{share.hits:,}", n=f"{share.n:,}")
    return f"{_percent(share.value)} ({_bare(low)}-{_bare(high)}), {counts}"


def figure(estimate: Estimate, digits: int, unit: str = "") -> str:
    """Return an estimate with its interval."""
    if math.isnan(estimate.value):
        return "-"
    return (
        f"{estimate.value:.{digits}f}{unit} ({estimate.low:.{digits}f}-{estimate.high:.{digits}f})"
    )


def per_10000(share: Share) -> str:
    """Return a share as a count for every 10,000, with its interval."""
    if share.n == 0:
        return "-"
    low, high = share.interval
    return f"{share.value * 1e4:.1f} ({low * 1e4:.1f}-{high * 1e4:.1f})"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with columns one under the other; a row of one cell is a heading.

    Chinese characters take two places, as terminals show them.
    """
    wide = max((len(row) for row in rows), default=0)
    widths = [
        max((_width(row[k]) for row in rows if len(row) > max(k, 1)), default=0)
        for k in range(wide)
    ]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (widths[k] - _width(cell)) if len(row) > 1 else cell
            for k, cell in enumerate(row)
        ]
        lines.append("  ".join(cells).rstrip())
    return lines


def _head(e: Evaluation, language: Language) -> list[str]:
    days = sorted(set(e.dates))
    dates = word(
        "dates" if len(days) > 1 else "one_date",
        language,
        n=len(e.dates),
        first=days[0],
        last=days[-1],
    )
    lines = [
        word(
            f"head_{e.source}",
            language,
            pickups=f"{e.pickups:,}",
            alerts=f"{e.alerts:,}",
            dates=dates,
        )
    ]
    if e.sites > 1:
        lines.append(word("sites", language, sites=e.sites))
    lines.append(word("misses", language, misses=f"{e.misses:,}"))
    if e.observable_known:
        lines.append(word("observable", language, share=_percent(e.observable.value)))
    elif e.source == "checks":
        lines.append(word("checks_note", language))
    else:
        lines.append(word("observable_unknown", language))
    if e.source == "truth" and (e.pickups_without_truth or e.alerts_without_truth):
        lines.append(
            word(
                "without_truth",
                language,
                pickups=e.pickups_without_truth,
                alerts=e.alerts_without_truth,
            )
        )
    for key, n in (
        ("not_judged", e.not_judged),
        (f"rejected_{e.source}", e.truth_rejected),
        ("dates_left_out", e.dates_left_out if e.source == "truth" else 0),
    ):
        if n:
            lines.append(word(key, language, n=n))
    return lines


def _alert_rows(
    both: tuple[Figures, Figures], observable_known: bool, language: Language
) -> list[list[str]]:
    rows = [[""], [word("section_alerts", language)]]
    rows += [row for name in _ALERT_ROWS for row in _split(both, name, observable_known, language)]
    rows.append(_row(both, "unverifiable_alerts", language))
    if observable_known:
        rows.append(_row(both, "unverifiable_alerts_hidden", language))
    return rows


def _pickup_rows(
    both: tuple[Figures, Figures], observable_known: bool, language: Language
) -> list[list[str]]:
    rows = [[""], [word("section_pickups", language)]]
    rows += [row for name in _PICKUP_ROWS for row in _split(both, name, observable_known, language)]
    rows.append(_row(both, "always_found", language))
    rows.append([word("vehicle_right", language), percent(both[0].vehicle_right, language), ""])
    rows.append(_row(both, "unverifiable_pickups", language))
    if observable_known:
        rows.append(_row(both, "unverifiable_pickups_hidden", language))
    return rows


def _accused_rows(
    both: tuple[Figures, Figures], observable_known: bool, language: Language
) -> list[list[str]]:
    def row(key: str, cell: Callable[[Figures], str]) -> list[str]:
        return [word(key, language), *(cell(f) for f in both)]

    rows = [[""], [word("section_accused", language)]]
    rows.append(row("accused", lambda f: f"{f.accused.hits:,}"))
    rows.append(row("per_10000", lambda f: per_10000(f.accused)))
    if observable_known:
        rows.append(row("accused_observable", lambda f: f"{f.accused_observable:,}"))
        rows.append(row("accused_hidden", lambda f: f"{f.accused.hits - f.accused_observable:,}"))
    rows.append(row("accused_pickups", lambda f: f"{f.accused_pickups.hits:,}"))
    rows.append(row("accused_alerts", lambda f: f"{f.accused_alerts.hits:,}"))
    return rows


def _cause_rows(causes: CauseFigures, language: Language) -> list[list[str]]:
    rows = [[""], [word("section_causes", language)]]
    for key, split in (
        ("cause_alerts", causes.alerts),
        ("cause_false", causes.alerts_false),
        ("cause_genuine", causes.alerts_genuine),
        ("cause_pickups", causes.pickups),
    ):
        rows.append([word(key, language), percent(split.observable, language), ""])
    return rows


def _correction_rows(c: CorrectionFigures, language: Language) -> list[list[str]]:
    rows = [[""], [word("section_corrections", language)]]
    for name in ("precision", "recall", "recall_served", "named", "close"):
        rows.append([word(name, language), percent(getattr(c, name), language), ""])
    for name in ("median_m", "p95_m"):
        rows.append([word(name, language), figure(getattr(c, name), 1, " m"), ""])
    return rows


def _kinds(c: CorrectionFigures, language: Language) -> list[str]:
    if not c.kinds:
        return []
    rows = [[word(key, language) for key in ("kind", "found", "kind_named", "kind_precision")]]
    rows += [
        [
            _label(kind.fault, language),
            *(percent(s, language) for s in (kind.found, kind.named, kind.precision)),
        ]
        for kind in c.kinds
    ]
    return ["", word("section_corrections", language), *aligned(rows)]


def _confidence(confidence: dict[str, Calibration], language: Language) -> list[str]:
    some = {name: c for name, c in confidence.items() if c.right.n}
    if not some:
        return []
    keys = ("rows", "right", "brier", "constant", "ratio", "expected_error")
    rows = [["", *(word(key, language) for key in keys)]]
    rows += [
        [
            word(name, language),
            f"{c.right.n:,}",
            _percent(c.right.value),
            figure(c.brier, 4),
            f"{c.best_constant:.4f}",
            figure(c.ratio, 2),
            figure(c.expected_error, 4),
        ]
        for name, c in some.items()
    ]
    lines = ["", word("section_confidence", language), *aligned(rows)]
    for name, c in some.items():
        if name.endswith("_observable"):
            continue
        table = [[word(key, language) for key in ("said", "mean", "right")]]
        table += [
            [
                f"{b.lowest:.3f}-{b.highest:.3f}",
                _percent(b.mean_confidence),
                percent(b.right, language),
            ]
            for b in c.bins
        ]
        what = word(name, language)
        lines += ["", word("section_reliability", language, what=what), *aligned(table)]
    return lines


def _confusion(causes: CauseFigures, language: Language) -> list[str]:
    other = [(true, told, n) for true, told, n in causes.confusion if true != told]
    if not other:
        return []
    other.sort(key=lambda row: -row[2])
    rows = [[word(key, language) for key in ("truth", "told", "count")]]
    rows += [
        [_label(true, language), _label(told, language) or "-", f"{n:,}"]
        for true, told, n in other[:LONGEST]
    ]
    lines = ["", word("section_confusion", language), *aligned(rows)]
    left = sum(n for _, _, n in other[LONGEST:])
    return [*lines, word("more", language, n=left)] if left else lines


def _always(e: Evaluation, language: Language) -> list[str]:
    points = [point for point in e.routecheck.always if not point.found]
    if not points:
        return []
    lines = ["", word("section_always", language)]
    for point in points[:LONGEST]:
        lines.append(
            word(
                "always_line", language, point=_named(point.site, point.point_id, e.sites),
                called=point.called_missed, observable=point.observable,
                found=word("always_not", language),
            )
        )  # fmt: skip
    left = len(points) - LONGEST
    return [*lines, word("more", language, n=left)] if left > 0 else lines


def _wrong(e: Evaluation, language: Language) -> list[str]:
    wrong = e.routecheck.accusations
    if not wrong:
        return []
    lines = ["", word("section_wrong", language)]
    for a in wrong[:LONGEST]:
        lines.append(
            word(
                "accusation", language, date=a.service_date,
                point=_named(a.site, a.point_id, e.sites), kind=word(a.kind, language),
                said=_label(a.said, language) or "-", truth=word(f"truth_{a.truth}", language),
                causes=_causes(a.causes, language),
                hidden="" if a.observable or not e.observable_known else word("hidden", language),
            )
        )  # fmt: skip
    left = len(wrong) - LONGEST
    return [*lines, word("more", language, n=left)] if left > 0 else lines


def _causes(causes: str, language: Language) -> str:
    told = " | ".join(_label(code, language) for code in causes.split("|") if code)
    return word("causes_of", language, causes=told) if told else ""


def _named(site: int, point_id: str, sites: int) -> str:
    return f"{site + 1}/{point_id}" if sites > 1 else point_id


def _split(
    both: tuple[Figures, Figures], name: str, observable_known: bool, language: Language
) -> list[list[str]]:
    """The row of what is observable, and where that is not all, the row of everything."""
    splits: list[Split] = [getattr(f, name) for f in both]
    rows = [[word(name, language), *(percent(s.observable, language) for s in splits)]]
    if observable_known and name != "pickups_right_good_record":
        rows.append([word("every", language), *(percent(s.every, language) for s in splits)])
    return rows


def _row(both: tuple[Figures, Figures], name: str, language: Language) -> list[str]:
    return [word(name, language), *(percent(getattr(f, name), language) for f in both)]


def _label(code: str, language: Language) -> str:
    try:
        return Cause(code).label(language)
    except ValueError:
        return code


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


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
