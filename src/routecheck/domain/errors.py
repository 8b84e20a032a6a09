"""What can go wrong for a user, with the exit status each kind ends in.

Bad rows are data, never exceptions. These are for broken runs: one clear line that says
what was required, what was found, where, and what to do.

An error carries the key of its sentence and the figures in it. `str(error)` is the sentence in
English, for logs and for whoever reads code; `error.told(language)` is what a person is shown.
So the rooms that raise know no language, and the sentences stand in one catalogue: the modules
beside this one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import ClassVar, Literal

from routecheck.texts import has_text, text

Spoken = Literal["en", "zh"]


class Said(str):
    """A sentence, in English as text, that can still be told in another language.

    Values that are such sentences themselves are told in the language of the whole.
    """

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Said:
        """Build the sentence of a key of the catalogue; other text is taken as it is."""
        said = super().__new__(cls, _filled(key, values, "en"))
        said.key, said.values = key, values
        return said

    def told(self, language: Spoken) -> str:
        """Return the sentence in the language asked for."""
        return _filled(self.key, self.values, language)


def told(text: str, language: Spoken) -> str:
    """Return a text in the language asked for, where it can be told in another at all."""
    return text.told(language) if isinstance(text, Said) else text


def _filled(key: str, values: Mapping[str, object], language: Spoken) -> str:
    texts = {
        name: value.told(language) if isinstance(value, Said) else value
        for name, value in values.items()
    }
    if has_text(key):
        return text(key, language, **texts)
    found = catalogue().get(key)
    if found is None:
        return key
    return found[1 if language == "zh" else 0].format(**texts)


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every sentence by its key: English, Chinese. Read when something is first wrong."""
    from routecheck.texts import of_calls, of_files, of_stores, of_work

    return {**of_calls.TEXTS, **of_files.TEXTS, **of_stores.TEXTS, **of_work.TEXTS}


class RoutecheckError(Exception):
    """A failure that a user can cause and mend; its text is the one line that is shown.

    Args:
        key: of the catalogue, or a `Said` that is passed on.
        values: the figures of the sentence.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, key: str, /, **values: object) -> None:
        self.said = key if isinstance(key, Said) else Said(key, **values)
        super().__init__(str(self.said))

    def told(self, language: Spoken) -> str:
        """Return the line in the language asked for."""
        return self.said.told(language)


class UsageError(RoutecheckError):
    """The call or the configuration is wrong."""

    exit_status = 2


class MissingDataError(RoutecheckError):
    """The data a run cannot do without is not there; nothing was written."""

    exit_status = 3


class UnreadableFileError(RoutecheckError):
    """A whole file is bad: not the format it claims, a required column missing, cut off."""

    exit_status = 1


class StoreError(RoutecheckError):
    """The store cannot be opened, read or written."""

    exit_status = 1


class StoppedError(RoutecheckError):
    """The run was asked to stop, and did so between two transactions."""

    exit_status = 1
