"""Every sentence that a person reads, in English and Chinese: catalogues, and one look-up.

A catalogue is a Fluent file, `en/NAME.ftl` beside `zh/NAME.ftl` with the same messages. Fluent
(https://projectfluent.org) knows plurals, selects by a value, and keeps order and spacing of words
a matter of each language. A catalogue is read when its first sentence is asked for, and Fluent
parses a sentence when it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from math import isfinite
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
_MESSAGE = re.compile(r"^(?P<name>[a-zA-Z][\w-]*) *=(?P<body>.*(?:\n(?:[ }].*)?)*)", re.MULTILINE)
"""A message: what belongs to it is indented, but for a brace that closes."""
_ATTRIBUTE = re.compile(r"\n +\.([a-zA-Z][\w-]*) *=")
_PLACE = re.compile(r"\{ \$([\w-]+) \}")
_PLAIN = re.compile(rf"(?:[^{{}}\n]|{_PLACE.pattern})*")
"""A sentence that only has places for texts: most are, a date has thousands of them, and Python's
own format fills them in as Fluent does."""


def text(key: str, language: Language, /, **values: object) -> str:
    """Return a sentence with its figures filled in.

    Args:
        key: `catalogue.message`, such as `status.vehicle_late`, or `catalogue.message.attribute`.
        language: of the sentence.
        values: the variables of the message. Numbers are written without separators; whole ones
            choose the plural, others are rounded by `NUMBER()` in the catalogue. What is neither
            number nor text (dates, paths) is written as Python writes it.

    Raises:
        KeyError: there is no such message, or one of its variables is missing.
    """
    sentence = _sentence(key, language)
    if sentence is None:
        raise KeyError(f"no sentence {key!r} in {language!r}")
    return sentence(values)


@cache
def has_text(key: str) -> bool:
    """Whether there is a sentence of that key."""
    return key.partition(".")[0] in catalogues() and _written(key, "en") is not None


@cache
def variables(key: str, language: Language) -> frozenset[str]:
    """Return the names of what a sentence wants filled in.

    Raises:
        KeyError: there is no such sentence.
    """
    written = _written(key, language)
    if written is None:
        raise KeyError(f"no sentence {key!r} in {language!r}")
    return frozenset(re.findall(r"\{[^}\"]*?\$([\w-]+)", written))


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
def _messages(catalogue: str, language: Language) -> dict[str, str]:
    """Each message and each attribute of a catalogue, as it is written."""
    found = {}
    for message in _MESSAGE.finditer(source(catalogue, language)):
        value, *attributes = _ATTRIBUTE.split(message["body"])
        found[message["name"]] = value
        for name, body in zip(attributes[::2], attributes[1::2], strict=True):
            found[f"{message['name']}.{name}"] = body
    return found


def _written(key: str, language: Language) -> str | None:
    catalogue, _, name = key.partition(".")
    written = _messages(catalogue, language).get(name, "")
    return written if written.strip() else None


@cache
def _sentence(key: str, language: Language) -> Callable[[Mapping[str, object]], str] | None:
    """What fills in a sentence; None: there is none."""
    written = _written(key, language)
    if written is None:
        return None
    fluent, line = _by_fluent(key, language), written.strip()
    if not _PLAIN.fullmatch(line):
        return fluent
    if not variables(key, language):
        return lambda _: line
    places = _PLACE.sub(r"{\1}", line)

    def filled(values: Mapping[str, object]) -> str:
        if any(not isinstance(value, str) for value in values.values()):
            if any(isinstance(value, Real) for value in values.values()):
                return fluent(values)
            values = {name: _as_text(value) for name, value in values.items()}
        return places.format_map(values)

    return filled


@cache
def _bundle(language: Language) -> FluentBundle:
    from fluent.runtime import FluentBundle

    # No marks about what is filled in: they are invisible characters in terminals and in CSV.
    return FluentBundle([language], use_isolating=False)


def _by_fluent(key: str, language: Language) -> Callable[[Mapping[str, object]], str]:
    @cache
    def compiled() -> tuple[FluentBundle, Any]:
        from fluent.runtime import FluentResource

        bundle, name = _bundle(language), key.replace(".", "--")
        bundle.add_resource(FluentResource(f"{name} ={_written(key, language)}"))
        return bundle, bundle.get_message(name).value

    def filled(values: Mapping[str, object]) -> str:
        bundle, sentence = compiled()
        text, errors = bundle.format_pattern(sentence, _variables(values))
        if errors:
            raise KeyError(f"{key!r}: {errors[0]}")
        return str(text)

    return filled


def _variables(values: Mapping[str, object]) -> dict[str, Any]:
    from fluent.runtime.types import fluent_number

    def variable(value: object) -> object:
        if isinstance(value, (str, bool)):
            return value
        if isinstance(value, Integral):  # NumPy's are no `int`
            return fluent_number(int(value), useGrouping=False)
        if isinstance(value, Real) and isfinite(value):
            return fluent_number(float(value), useGrouping=False, maximumFractionDigits=15)
        return _as_text(value)

    return {name: variable(value) for name, value in values.items()}


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
