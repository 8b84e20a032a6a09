"""What can go wrong for a user, with the exit status each kind ends in.

Bad rows are data, never exceptions. These are for broken runs: one clear line that says
what was required, what was found, where, and what to do.

An error carries the key of its sentence and the figures in it. `str(error)` is the sentence in
English, for logs and for whoever reads code; `error.in_language(language)` is what a person is
shown. So the rooms that raise know no language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from routecheck.texts import Language, has_text, text
from routecheck.texts.outside import shown


class Message(str):
    """A sentence, in English as text, that can still be rendered in another language.

    Values that are such sentences themselves are rendered in the language of the whole.
    """

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Message:
        """Build the sentence of a key; other text is taken as it is.

        Args:
            key: of the catalogue `errors`, or `catalogue.message`.
            values: the variables of the sentence.
        """
        if "." not in key:
            key = f"errors.{key}" if has_text(f"errors.{key}") else key
        message = super().__new__(cls, _filled(key, values, "en"))
        message.key, message.values = key, values
        return message

    def in_language(self, language: Language) -> str:
        """Return the sentence in the language asked for."""
        return _filled(self.key, self.values, language)


def in_language(sentence: str, language: Language) -> str:
    """Return a sentence in the language asked for, where it is known in another at all."""
    return sentence.in_language(language) if isinstance(sentence, Message) else sentence


def _filled(key: str, values: Mapping[str, object], language: Language) -> str:
    if not has_text(key):
        return shown(key)
    rendered = {
        name: in_language(value, language) if isinstance(value, str) else value
        for name, value in values.items()
    }
    return text(key, language, **rendered)


class RoutecheckError(Exception):
    """A failure that a user can cause and mend; its text is the one line that is shown.

    Args:
        key: of the catalogue, or a `Message` that is passed on.
        values: the figures of the sentence.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, key: str, /, **values: object) -> None:
        self.message = key if isinstance(key, Message) else Message(key, **values)
        super().__init__(str(self.message))

    def in_language(self, language: Language) -> str:
        """Return the line in the language asked for."""
        return self.message.in_language(language)


class UsageError(RoutecheckError):
    """The call or the configuration is wrong."""

    exit_status = 2


class MissingDataError(RoutecheckError):
    """The data a run cannot do without is not there; nothing was written."""

    exit_status = 3


class UnreadableFileError(RoutecheckError):
    """A whole file is bad: not the format it claims, a required column missing, cut off."""

    exit_status = 1


class FileLimitError(UnreadableFileError):
    """A file holds more than the configuration lets in: nothing of it is used."""


class SourceError(RoutecheckError):
    """What lies elsewhere cannot be asked for, or what came of it cannot be kept."""

    exit_status = 1


class StoreError(RoutecheckError):
    """The store cannot be read or written."""

    exit_status = 1


class StoreNotOpenedError(StoreError):
    """The store cannot be opened: nothing was written."""

    exit_status = 3


class StoppedError(RoutecheckError):
    """The run was asked to stop, and did so between two transactions."""

    exit_status = 1
