"""What the commands share: options, dates, progress, messages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from routecheck.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.inputs import Progress
    from routecheck.model.codes import Language

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help="The configuration of the site.", metavar="FILE")
]
DEFAULT_CONFIG = Path("config/routecheck.toml")


def dates_of(day: str, first: str, last: str) -> list[date]:
    """Service dates of `--date D` or `--from A --to B`.

    Raises:
        UsageError: neither, both, or in the wrong order.
    """
    from routecheck.inputs import dates_between

    if day and not (first or last):
        return [date_of(day, "--date")]
    if first and last and not day:
        a, b = date_of(first, "--from"), date_of(last, "--to")
        if b < a:
            raise UsageError(f"--to {b} lies before --from {a}")
        return dates_between(a, b)
    raise UsageError("say which dates: --date D, or --from A --to B")


def date_of(text: str, option: str) -> date:
    """An ISO date, or one line that says what was wanted."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} wants a date like 2026-03-02, found {text!r}") from None


def language_of(text: str) -> Language:
    """`en` or `zh`, or one line that says so."""
    if text == "en":
        return "en"
    if text == "zh":
        return "zh"
    raise UsageError(f"--language is en or zh, found {text!r}")


def now() -> pd.Timestamp:
    """The present, UTC: the one place where a command asks the clock."""
    import pandas as pd

    return pd.Timestamp.now("UTC")


def plain_id(text: str) -> str:
    """An id as the exports show it: without the mark that keeps spreadsheets from formulas."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def tell(message: str) -> None:
    """A message to standard error."""
    typer.echo(message, err=True)


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Progress on one line of a terminal; nothing where standard error is not one."""
    width = 0

    def show(what: str, share: float) -> None:
        nonlocal width
        line = f"{share:4.0%}  {what}"
        sys.stderr.write("\r" + line.ljust(width))
        sys.stderr.flush()
        width = len(line)

    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    try:
        yield show
    finally:
        sys.stderr.write("\r" + " " * width + "\r")
        sys.stderr.flush()
