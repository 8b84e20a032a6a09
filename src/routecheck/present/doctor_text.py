"""What examining a site found: as lines for people, as JSON for scripts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from routecheck.domain.errors import in_language
from routecheck.engine.results import Finding
from routecheck.present.sentences.figures import metres_text
from routecheck.present.summary import feed_lines
from routecheck.present.terminal import indented
from routecheck.queries.doctor import Examination
from routecheck.texts import Language, text

WORST = 3
"""Findings that a run shows after its summary."""


def as_text(found: Examination, language: Language, zone: ZoneInfo) -> list[str]:
    """Return the lines: what is wrong with the feed as a whole, what to do, what is in order.

    Args:
        found: from `examine`.
        language: of the lines.
        zone: zone of the times.
    """
    lines = feed_lines([found.incidents], language, zone)
    if found.to_do:
        lines.append(text("doctor.head_to_do", language, count=len(found.to_do)))
        lines += _listed(found.to_do, language)
    elif not lines:
        lines.append(text("doctor.nothing_to_do", language))
    fine = [finding for finding in found.findings if not finding.weight]
    if fine:
        lines.append(text("doctor.head_fine", language))
        lines += [indented(_sentence(finding, language)) for finding in fine]
    return lines


def worst(found: Sequence[Finding], language: Language) -> list[str]:
    """Return the lines that a run shows: its worst findings, and how many there are.

    Args:
        found: the gravest first.
        language: of the lines.
    """
    to_do = [finding for finding in found if finding.weight]
    if not to_do:
        return []
    lines = [text("doctor.head_run", language, count=len(to_do))]
    return lines + _listed(to_do[:WORST], language)


def as_json(found: Examination, language: Language) -> dict[str, Any]:
    """Return what was found for scripts; sentences in the language asked for."""
    return {
        "feed": [
            {"kind": row["kind"], **(row["criteria"] or {})}
            for row in found.incidents.to_dict("records")
        ],
        "findings": [
            {
                "code": finding.code,
                "to_do": finding.weight > 0,
                "weight": finding.weight,
                "ids": list(finding.ids),
                "sentence": _sentence(finding, language),
                "action": _action(finding, language) if finding.weight else "",
            }
            for finding in found.findings
        ],
    }


def _listed(findings: Sequence[Finding], language: Language) -> list[str]:
    lines = []
    for finding in findings:
        lines.append(indented(_sentence(finding, language)))
        action = _action(finding, language)
        lines.append(indented(text("doctor.do", language, action=action), 2))
    return lines


def _sentence(finding: Finding, language: Language) -> str:
    return text(f"doctor.{finding.code}", language, **_figures(finding, language))


def _action(finding: Finding, language: Language) -> str:
    return text(f"doctor.{finding.code}.action", language, **_figures(finding, language))


def _figures(finding: Finding, language: Language) -> dict[str, object]:
    figures = {
        name: in_language(value, language) if isinstance(value, str) else value
        for name, value in finding.figures.items()
    }
    if "metres" in figures:
        figures["metres"] = metres_text(float(str(figures["metres"])), language)
    return figures
