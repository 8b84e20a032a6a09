"""What the commands share: options, dates, progress, messages."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from routecheck.cli import speech
from routecheck.domain.errors import MissingDataError, RoutecheckError, Said, UsageError, told
from routecheck.present.terminal import padded
from routecheck.present.terminal import width as columns

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.config import Config
    from routecheck.domain.codes import Language
    from routecheck.engine.inputs import Progress

DEFAULT_CONFIG = Path("config/routecheck.toml")
FILE = click.Path(path_type=Path)
FIRST_DATE, LAST_DATE = date(1970, 1, 1), date(2999, 12, 31)
"""The calendar itself ends a few days beyond 9999, and windows reach into the days about theirs."""

config_option = click.option("--config", "-c", metavar="FILE", type=FILE, default=DEFAULT_CONFIG)
as_json_option = click.option("--json", "as_json", is_flag=True)
date_option = click.option("--date", "day", metavar="DATE", default="")
from_option = click.option("--from", "first", metavar="DATE", default="")
to_option = click.option("--to", "last", metavar="DATE", default="")


def dates_of(day: str, first: str, last: str) -> list[date]:
    """Service dates of `--date D` or `--from A --to B`.

    Raises:
        UsageError: neither, both, or in the wrong order.
    """
    from routecheck.engine.inputs import dates_between

    if day and not (first or last):
        return [date_of(day, "--date")]
    if first and last and not day:
        a, b = date_of(first, "--from"), date_of(last, "--to")
        if b < a:
            raise UsageError("dates_reversed", first=a, last=b)
        return dates_between(a, b)
    raise UsageError("which_dates")


def date_of(text: str, option: str) -> date:
    """An ISO date, or one line that says what was wanted."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise UsageError("date_wanted", option=option, found=text) from None
    if not FIRST_DATE <= found <= LAST_DATE:
        raise UsageError("date_beyond", option=option, found=text, first=FIRST_DATE, last=LAST_DATE)
    return found


def open_site(path: Path) -> Config:
    """Read the configuration of a site; from here on its language is spoken.

    Raises:
        UsageError: as `load_config`.
    """
    from routecheck.config import load_config

    try:
        config = load_config(path)
    except RoutecheckError:
        # One wrong key does not hide in which language the site is to be told of it.
        with suppress(OSError):
            found = re.search(rb'^\s*language\s*=\s*"(en|zh)"', path.read_bytes(), re.MULTILINE)
            if found:
                speech.speak("zh" if found[1] == b"zh" else "en")
        raise
    speech.speak(config.site.language)
    import pandas as pd

    # Rows are looked at one by one in places (messages, exports): a county-day is done a
    # twentieth sooner with strings of Python's own than with those in Arrow buffers.
    pd.set_option("mode.string_storage", "python")
    return config


def no_verdicts(dates: Sequence[date]) -> MissingDataError:
    """What is said where none of the dates asked for has been judged."""
    if len(dates) == 1:
        return MissingDataError("no_verdicts", day=dates[0])
    return MissingDataError("no_verdicts_between", first=dates[0], last=dates[-1])


def tell_unjudged(dates: Sequence[date], judged: Collection[date]) -> None:
    """Name the dates of those asked for that have not been judged, where some have."""
    missing = [day for day in dates if day not in judged]
    if missing:
        days = ", ".join(map(str, missing[:5])) + (" …" if len(missing) > 5 else "")
        tell(Said("left_unjudged", count=len(missing), days=days))


def language_of(text: str) -> Language:
    """`en` or `zh`, or one line that says so."""
    if text == "en":
        return "en"
    if text == "zh":
        return "zh"
    raise UsageError("language_wanted", found=text)


def now() -> pd.Timestamp:
    """The present, UTC: the one place where a command asks the clock."""
    import pandas as pd

    return pd.Timestamp.now("UTC")


def plain_id(text: str) -> str:
    """An id as the exports show it: without the mark that keeps spreadsheets from formulas."""
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def say(text: str) -> None:
    """A result to standard output, in the language that is spoken."""
    click.echo(told(text, speech.spoken()))


def tell(message: str) -> None:
    """A message to standard error, in the language that is spoken."""
    click.echo(told(message, speech.spoken()), err=True)


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """Progress on one line of a terminal; nothing where standard error is not one."""
    width, spoken = 0, speech.spoken()

    def show(what: str, share: float) -> None:
        nonlocal width
        line = f"{share:4.0%}  {told(what if isinstance(what, Said) else Said(what), spoken)}"
        sys.stderr.write("\r" + padded(line, width))
        sys.stderr.flush()
        width = columns(line)

    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    try:
        yield show
    finally:
        sys.stderr.write("\r" + " " * width + "\r")
        sys.stderr.flush()
