"""What a cause needs: a rule that finds it, an entry a language, a place in the guide.

Who adds a cause reads here, by name, what is missing.
"""

from __future__ import annotations

from pathlib import Path

from routecheck.domain.codes import Cause, Classification
from routecheck.texts import has_text

ROOT = Path(__file__).resolve().parents[2]
RULES = ("verdicts", "alerts", "diagnosis")


def test_every_cause_has_its_rule_its_sentences_and_its_place_in_the_guide():
    rules = "\n".join(
        file.read_text("utf-8")
        for room in RULES
        for file in (ROOT / "src" / "routecheck" / room).rglob("*.py")
    )
    pages = {name: (ROOT / "docs" / name).read_text("utf-8") for name in
             ("causes.md", "causes.zh.md", "codes.md")}  # fmt: skip
    missing = []
    for cause in Cause:
        if f"Cause.{cause.name}" not in rules:
            missing.append(f"{cause}: no rule in {', '.join(RULES)} finds it")
        missing += [
            f"{cause}: nothing at {cause.key}{part} in texts/*/causes.ftl"
            for part in ("", ".meaning", ".action")
            if not has_text(f"{cause.key}{part}")
        ]
        missing += [
            f"{cause}: not in docs/{name}"
            for name, page in pages.items()
            if f"`{cause}`" not in page
        ]
    assert missing == []


def test_the_classification_of_causes_is_that_of_the_contract():
    genuine = {c for c in Cause if c.classification == Classification.GENUINE}
    unverifiable = {c for c in Cause if c.classification == Classification.UNVERIFIABLE}
    assert genuine == {"route_not_run", "passed_by", "not_approached"}
    assert unverifiable == {"unknown_point", "no_fixes", "gap", "poor_fixes", "unknown_schedule"}
    assert Cause("gap") is Cause.GAP
