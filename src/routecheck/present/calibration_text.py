"""What refitted confidences are worth, as text, and the file that they are written to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

from routecheck import __version__
from routecheck.domain.codes import Language, Verdict
from routecheck.evaluate import Change, LeftOut, Refit, Share, Told
from routecheck.present.evaluation_text import aligned
from routecheck.texts import text
from routecheck.verdicts.confidence import installed_text

_ARROW = " → "


def as_text(refit: Refit, language: Language = "en") -> str:
    """Return the figures on what was left out, and the shares before and after."""

    def word(key: str, **values: object) -> str:
        return text(f"calibration.{key}", language, **values)

    groups = len({group for _, group, _ in refit.worlds})
    rows = sum(count for _, _, count in refit.worlds)
    lines = [word("head", worlds=len(refit.worlds), groups=groups, rows=rows), ""]
    lines += aligned(_left_out(refit.left_out, language))
    lines += ["", word("arrow"), "", *aligned(_shares(refit.changes, language)), ""]
    lines.append(word("shares_note"))
    worse = refit.worse_in
    lines.append(word("worse", groups=", ".join(worse)) if worse else word("better"))
    return "\n".join(lines) + "\n"


def as_toml(refit: Refit, on: date, language: Language = "en") -> str:
    """Return the file of confidences with the refitted shares; comments stay.

    Args:
        refit: what was fitted.
        on: the day of writing.
        language: of the head.
    """
    import tomlkit

    groups = sorted({group for _, group, _ in refit.worlds})
    head = text(
        "calibration.file_head",
        language,
        version=__version__,
        on=on.isoformat(),
        worlds=len(refit.worlds),
        groups=", ".join(groups),
        rows=sum(count for _, _, count in refit.worlds),
    )
    whole = installed_text()
    # The head of the installed file says how that was measured.
    document = tomlkit.parse(whole[whole.index("[bounds]") :])
    for section, table in refit.tables.items():
        for key, value in table.items():
            document[section][key] = value
    comment = "".join(f"# {line}\n" for line in head.splitlines())
    return f"{comment}\n{tomlkit.dumps(document)}"


def _left_out(figures: Sequence[LeftOut], language: Language) -> list[list[str]]:
    """A row a group and verdict: now and refitted."""
    names = ("left_out", "verdict", "rows", "right", "expected_error", "brier", "log_loss", "nine")
    rows = [[text(f"calibration.{name}", language) for name in names]]
    last = None
    for one in figures:
        group = one.group or text("calibration.all_groups", language)
        group = f"{group} ({text('calibration.sites', language, n=one.worlds)})"
        rows.append(
            [
                "" if one.group == last else group,
                Verdict(one.verdict).label(language),
                f"{one.now.right.n:,}",
                _percent(one.now.right.value),
                _both(one, "expected_error", 3),
                _both(one, "brier", 4),
                _both(one, "log_loss", 4),
                _share(one.now.about_nine) + _ARROW + _share(one.refitted.about_nine),
            ]
        )
        last = one.group
    return rows


def _shares(changes: Sequence[Change], language: Language) -> list[list[str]]:
    names = ("share_of", "now", "refitted", "rows", "sites_column", "range", "better_in")
    rows = [[text(f"calibration.{name}", language) for name in names]]
    for change in changes:
        if not change.found.rows:
            continue
        name = f"{change.section}.{change.key}"
        if change.seen_s is not None:
            name += f" ({change.seen_s:g} s)"
        low, high = change.found.lowest, change.found.highest
        spread = "-" if math.isnan(low) else f"{_percent(low)} - {_percent(high)}"
        rows.append(
            [name, f"{change.now:.4f}", f"{change.refitted:.4f}", f"{change.found.rows:,}",
             f"{change.found.worlds}", spread,
             text("calibration.groups_of", language, better=change.better_in, n=change.groups)]
        )  # fmt: skip
    return rows


def _both(one: LeftOut, name: str, digits: int) -> str:
    def shown(told: Told) -> str:
        return f"{getattr(told, name):.{digits}f}"

    return shown(one.now) + _ARROW + shown(one.refitted)


def _share(share: Share) -> str:
    return f"{_percent(share.value)} ({share.hits:,}/{share.n:,})" if share.n else "-"


def _percent(value: float) -> str:
    return "-" if math.isnan(value) else f"{100 * value:.1f}%"
