"""Every sentence that a person reads, in English and Chinese: catalogues, and one look-up.

A catalogue is a Fluent file, `en/NAME.ftl` beside `zh/NAME.ftl` with the same messages. Fluent
(https://projectfluent.org) knows plurals, selects by a value, and keeps order and spacing of words
a matter of each language. A catalogue is read when its first sentence is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from numbers import Integral
from typing import Any, Literal

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")


def text(key: str, language: Language, **values: object) -> str:
    """Return a sentence with its figures filled in.

    Args:
        key: `catalogue.message`, such as `status.vehicle_late`.
        language: of the sentence.
        values: the variables of the message. Whole numbers are written without separators and
            choose the plural; other numbers are rounded by `NUMBER()` in the catalogue; what is
            neither number nor text (dates, paths) is written as Python writes it.

    Raises:
        KeyError: there is no such message, or one of its variables is missing.
    """
    catalogue, _, message = key.partition(".")
    bundle = _bundle(catalogue, language)
    pattern = bundle.get_message(message).value if bundle.has_message(message) else None
    if pattern is None:
        raise KeyError(f"no sentence {key!r} in {language!r}")
    filled, errors = bundle.format_pattern(pattern, _variables(values))
    if errors:
        raise KeyError(f"{key!r}: {errors[0]}")
    return str(filled)


def has_text(key: str) -> bool:
    """Whether there is a sentence of that key."""
    catalogue, _, message = key.partition(".")
    return catalogue in catalogues() and _bundle(catalogue, "en").has_message(message)


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
    bundle.add_resource(FluentResource(source(catalogue, language)))
    return bundle


def _variables(values: Mapping[str, object]) -> dict[str, Any]:
    def variable(value: object) -> object:
        if isinstance(value, (str, bool, float)):
            return value
        if isinstance(value, Integral):  # NumPy's are no `int`
            return fluent_number(int(value), useGrouping=False)
        if isinstance(value, date):
            return value.isoformat()
        return str(value)

    return {name: variable(value) for name, value in values.items()}
