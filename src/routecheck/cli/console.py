"""The person at the keyboard: in which language, where results go, and where messages."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.domain.errors import Message, in_language
from routecheck.present.terminal import padded, width
from routecheck.texts import Language
from routecheck.texts.outside import shown, shown_lines, within

if TYPE_CHECKING:
    from routecheck.engine.inputs import Progress

LANGUAGE_VARIABLE = "ROUTECHECK_LANGUAGE"
"""Sets the language outright: `en` or `zh`."""
_CHINESE = 0x04
"""The primary language of Chinese, whatever the region, as Windows numbers languages."""


def environment_language() -> Language:
    """Return the language of the person at the keyboard, as the environment has it."""
    for name in (LANGUAGE_VARIABLE, "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "").lower()
        if value:
            return "zh" if value.startswith("zh") else "en"
    if sys.platform == "win32":
        # Windows sets none of these.
        import ctypes

        number = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "zh" if number == _CHINESE else "en"
    return "en"


@dataclass
class Console:
    """What one call of the command line writes to; click's context carries it.

    Attributes:
        language: that of the environment, and of the site as soon as one is opened.
        config_path: the configuration of that site.
        config_named: whether the call names it; else it was found.
    """

    language: Language
    config_path: Path | None = None
    config_named: bool = True

    def result(self, *lines: object) -> None:
        """Write lines to standard output."""
        for line in lines:
            click.echo(self._rendered(line))

    def message(self, *lines: object) -> None:
        """Write lines to standard error."""
        for line in lines:
            click.echo(self._rendered(line), err=True)

    def _rendered(self, line: object) -> str:
        text = in_language(line if isinstance(line, str) else str(line), self.language)
        return shown_lines(text)

    def answer(self, as_json: bool, value: object, lines: Iterable[str]) -> None:
        """Write an answer to standard output: as JSON for scripts, or as lines for people."""
        if as_json:
            click.echo(json.dumps(within(value, shown), ensure_ascii=False, indent=2))
        else:
            self.result(*lines)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show progress on one line of a terminal; nothing where standard error is not one."""
        columns = 0

        def show(what: str, share: float) -> None:
            nonlocal columns
            doing = what if isinstance(what, Message) else Message(what)
            line = shown(f"{share:4.0%}  {doing.in_language(self.language)}")
            sys.stderr.write("\r" + padded(line, columns))
            sys.stderr.flush()
            columns = width(line)

        if not sys.stderr.isatty():
            yield lambda _what, _share: None
            return
        try:
            yield show
        finally:
            sys.stderr.write("\r" + " " * columns + "\r")
            sys.stderr.flush()
