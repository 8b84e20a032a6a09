"""Sections of a configuration: their keys, each with default, kind and meaning in both languages.

Values are checked wherever a section is made, from a file or in code. It is done here and not by
a library of schemas: importing one takes a tenth of a county-day, and what is told of mistakes
would be its words, not ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from routecheck.config.values import (
    Kind,
    MisfitError,
    MissingKeyError,
    UnknownKeyError,
    WrongValueError,
    text,
)
from routecheck.domain.codes import Language
from routecheck.domain.errors import Said


@dataclass(frozen=True)
class Key:
    """A key: what it is set to by default (`...`: it must be given), and what it means."""

    default: Any
    english: str
    chinese: str
    kind: Kind

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is ...

    def meaning(self, language: Language) -> str:
        """What it means."""
        return self.chinese if language == "zh" else self.english


def key(default: Any, english: str, chinese: str, kind: Kind = text) -> Any:
    """Declare a key of a section."""
    known = {"key": Key(default, english, chinese, kind)}
    if default is ...:
        return field(metadata=known)
    if isinstance(default, list | dict):
        return field(default_factory=default.copy, metadata=known)
    return field(default=default, metadata=known)


@dataclass(frozen=True)
class Section:
    """The keys of one section; `about_zh` tells of it in Chinese, its docstring in English."""

    about_zh = ""

    @classmethod
    def declared(cls) -> dict[str, Key]:
        """Return its keys by name, in order."""
        return {declared.name: declared.metadata["key"] for declared in fields(cls)}

    @classmethod
    def about(cls, language: Language) -> str:
        """Return what is told of it."""
        if language == "zh":
            return cls.about_zh
        told = (cls.__doc__ or "").rstrip(".")
        return told if told[:2].isupper() else told[:1].lower() + told[1:]

    @classmethod
    def of(cls, values: object) -> Self:
        """Return the section as a file has it.

        Raises:
            MisfitError: a key is not known, is missing, or cannot have its value.
        """
        if not isinstance(values, Mapping):
            raise WrongValueError(Said("wanted_section"), values)
        keys = cls.declared()
        # A key that is misspelt is told before the required one that is missing because of it.
        for name in values:
            if name not in keys:
                raise UnknownKeyError(name, keys)
        for name, declared in keys.items():
            if declared.required and name not in values:
                raise MissingKeyError(name)
        return cls(**values)

    def __post_init__(self) -> None:
        for name, declared in self.declared().items():
            try:
                vars(self)[name] = declared.kind(getattr(self, name))
            except MisfitError as misfit:
                raise misfit.under(name) from None
