"""Every sentence that a person reads, in English and Chinese: catalogues, and one look-up.

A catalogue is a Fluent file, `en/NAME.ftl` beside `zh/NAME.ftl` with the same messages. Fluent
(https://projectfluent.org) knows plurals, selects by a value, and keeps order and spacing of words
a matter of each language. A catalogue is read when its first sentence is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from math import isfinite
from numbers import Integral, Real
from typing import Any, Literal

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.resolver import MAX_PART_LENGTH
from fluent.runtime.types import fluent_number
from fluent.syntax import ast, visitor

from routecheck.texts.outside import shown

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def text(key: str, language: Language, /, **values: object) -> str:
    """Return a sentence with its figures filled in.

    Args:
        key: `catalogue.message`, such as `status.vehicle_late`, or `catalogue.message.attribute`.
        language: of the sentence.
        values: the variables of the message. Numbers are written without separators; whole ones
            choose the plural, others are rounded by `NUMBER()` in the catalogue. What is neither
            number nor text (dates, paths) is written as Python writes it; all text as it may be
            shown (`outside`).

    Raises:
        KeyError: there is no such message, or one of its variables is missing.
    """
    bundle, pattern = _pattern(key, language)
    if pattern is None:
        raise KeyError(f"no sentence {key!r} in {language!r}")
    if isinstance(pattern, str):
        return pattern
    filled, errors = bundle.format_pattern(pattern, _variables(values))
    if errors:
        raise KeyError(f"{key!r}: {errors[0]}")
    return str(filled)


def has_text(key: str) -> bool:
    """Whether there is a sentence of that key."""
    return key.partition(".")[0] in catalogues() and _pattern(key, "en")[1] is not None


@cache
def variables(key: str, language: Language) -> frozenset[str]:
    """Return the names of what a sentence wants filled in.

    Raises:
        KeyError: there is no such sentence.
    """
    catalogue, _, name = key.partition(".")
    message, _, attribute = name.partition(".")
    entry = _entries(catalogue, language)[message]
    found = _Variables()
    if attribute:
        [entry] = [one for one in entry.attributes if one.id.name == attribute]
    found.visit(entry.value)
    return frozenset(found.names)


@cache
def catalogues() -> frozenset[str]:
    """Return the names of all catalogues."""
    return frozenset(
        name.removesuffix(".ftl")
        for file in (files(__package__) / "en").iterdir()
        if (name := file.name).endswith(".ftl")
    )


def source(catalogue: str, language: Language) -> str:
    """Return a catalogue as it is written."""
    return (files(__package__) / language / f"{catalogue}.ftl").read_text("utf-8")


@cache
def _bundle(catalogue: str, language: Language) -> FluentBundle:
    # No marks about what is filled in: they are invisible characters in terminals and in CSV.
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(_resource(catalogue, language))
    return bundle


@cache
def _resource(catalogue: str, language: Language) -> ast.Resource:
    return FluentResource(source(catalogue, language))


@cache
def _entries(catalogue: str, language: Language) -> dict[str, Any]:
    body = _resource(catalogue, language).body
    return {entry.id.name: entry for entry in body if isinstance(entry, ast.Message)}


class _Variables(visitor.Visitor):
    """Collects the names of the variables of a pattern."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.names.add(node.id.name)


@lru_cache(maxsize=8192)
def _pattern(key: str, language: Language) -> tuple[FluentBundle, Any]:
    """The bundle of a sentence and what it is made of: a text, where nothing is filled in."""
    catalogue, _, name = key.partition(".")
    message_name, _, attribute = name.partition(".")
    bundle = _bundle(catalogue, language)
    if not bundle.has_message(message_name):
        return bundle, None
    message = bundle.get_message(message_name)
    return bundle, message.attributes.get(attribute) if attribute else message.value


def _cut(value: str) -> str:
    """Of a longer text Fluent refuses to make a sentence."""
    return value if len(value) <= MAX_PART_LENGTH else f"{value[: MAX_PART_LENGTH - 1]}…"


def _variables(values: Mapping[str, object]) -> dict[str, Any]:
    def variable(value: object) -> object:
        if isinstance(value, str):
            return _cut(shown(value))
        if isinstance(value, bool):
            return value
        if isinstance(value, Integral):  # NumPy's are no `int`
            return fluent_number(int(value), useGrouping=False)
        if isinstance(value, Real) and isfinite(value):
            return fluent_number(float(value), useGrouping=False, maximumFractionDigits=15)
        if isinstance(value, date):
            return value.isoformat()
        return _cut(shown(str(value)))

    return {name: variable(value) for name, value in values.items()}
