"""Catalogues: both languages complete, every sentence used, every key that is used there."""

from __future__ import annotations

import ast as python
import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast, serializer

from routecheck.domain.codes import Cause, Code
from routecheck.texts import LANGUAGES, catalogues, has_text, source, text, variables

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "routecheck"
CHINESE = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
NO_WORDS = {"evaluation.none", "evaluation.of", "evaluation.one_date", "figures.space"}
"""Sentences of figures and signs only."""


def sentences(catalogue: str, language: str) -> dict[str, str]:
    """Every sentence of a catalogue as it is written, by key."""
    body = FluentParser().parse(source(catalogue, language)).body  # type: ignore[arg-type]
    junk = [entry.content for entry in body if isinstance(entry, ast.Junk)]
    assert not junk, f"{language}/{catalogue}.ftl: {junk[0]}"
    found: dict[str, str] = {}
    for entry in body:
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{catalogue}.{entry.id.name} stands twice"
            for name, pattern in [
                (entry.id.name, entry.value),
                *((f"{entry.id.name}.{one.id.name}", one.value) for one in entry.attributes),
            ]:
                if pattern is not None:
                    key = f"{catalogue}.{name}"
                    found[key] = serializer.serialize_pattern(pattern).strip()
    return found


ENGLISH = {key: one for name in sorted(catalogues()) for key, one in sentences(name, "en").items()}
TRANSLATED = {
    key: one for name in sorted(catalogues()) for key, one in sentences(name, "zh").items()
}


def test_both_languages_have_the_same_sentences():
    assert sorted(ENGLISH) == sorted(TRANSLATED)
    assert len(ENGLISH) > 900


@pytest.mark.parametrize("catalogue", sorted(catalogues()))
def test_both_languages_of_a_sentence_fill_in_the_same(catalogue):
    for key in sentences(catalogue, "en"):
        if key != "figures.day":  # Each language writes a date in its own parts.
            assert variables(key, "en") == variables(key, "zh"), key


@pytest.mark.parametrize("catalogue", sorted(catalogues()))
def test_no_sentence_is_in_the_other_language(catalogue):
    for key, sentence in sentences(catalogue, "en").items():
        assert not CHINESE.search(sentence), f"{key}: {sentence}"
    for key, sentence in sentences(catalogue, "zh").items():
        words = re.sub(r"\{[^}]*\}", "", sentence)
        if re.search(r"[a-z]{3}", ENGLISH[key]) and key not in NO_WORDS:
            assert CHINESE.search(words) or not re.search(r"[a-z]{3,} [a-z]{2,}", words), key


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("catalogue", sorted(catalogues()))
def test_every_sentence_can_be_filled_in(catalogue, language):
    for key in sentences(catalogue, language):
        for value in (0, 1, 2, 21, "V7"):
            numbers = re.findall(r"NUMBER\(\$(\w+)", ENGLISH[key] + TRANSLATED[key])
            values = {
                name: 1.25 if name in numbers else value
                for name in variables(key, "en") | variables(key, "zh")
            }
            assert isinstance(text(key, language, **values), str)


BY_DATA = {"columns", "config", "config_errors", "help"}
"""Catalogues of which the keys come from names of columns, keys and options."""


PUT_TOGETHER = {
    "errors.store_driver_missing_postgresql",
    *(f"point_history.{kind}_{way}" for kind in ("renamed", "split", "merged")
      for way in ("to", "from")),
}  # fmt: skip
"""Keys of two parts, neither of which is written as a key."""


def _made_keys() -> list[re.Pattern[str]]:
    """What the keys look like that are put together, of which a part is written."""
    found = []
    for file in PACKAGE.rglob("*.py"):
        for node in python.walk(python.parse(file.read_text("utf-8"))):
            if isinstance(node, python.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, python.Constant) else r"[\w.]+"
                    for part in node.values
                ]
                static = "".join(part for part in parts if part != r"[\w.]+")
                # Of `f"report.{name}"` the name stands elsewhere.
                if re.fullmatch(r"[\w\\.]{4,}", static) and not static.endswith("."):
                    found.append(re.compile("".join(parts)))
    return found


def test_every_sentence_is_used_somewhere():
    files = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.toml")]
    sources = "\n".join(file.read_text("utf-8") for file in files)
    quoted = set(re.findall(r"""["']([\w.]+)["']""", sources))
    codes = {f"{code.key}{part}" for kind in Code.__subclasses__() for code in kind
             for part in ("", ".meaning")}  # fmt: skip
    made = _made_keys()
    unused = [
        key
        for key in ENGLISH
        if key.partition(".")[0] not in BY_DATA
        and key not in quoted | codes | PUT_TOGETHER
        and key.partition(".")[2] not in quoted
        and not any(
            pattern.fullmatch(one) for pattern in made for one in (key, key.partition(".")[2])
        )
    ]
    assert unused == [], " ".join(unused)


def test_a_cause_has_all_its_sentences():
    """Who adds a cause reads here what is missing."""
    for cause in Cause:
        for part in ("", ".meaning", ".action"):
            assert has_text(f"{cause.key}{part}"), f"causes.ftl: {cause}{part}"


def test_every_code_has_its_label():
    for kind in Code.__subclasses__():
        for code in kind:
            assert has_text(code.key), f"no label of {kind.__name__} {code}: {code.key}"
