"""Options that commands share, and the types of their values."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from click.core import ParameterSource

from routecheck.cli.console import Console
from routecheck.domain.errors import Message, MissingDataError, RoutecheckError, UsageError
from routecheck.domain.settings import FIRST_DATE, LAST_DATE

if TYPE_CHECKING:
    import pandas as pd

    from routecheck.config import Config

DEFAULT_CONFIG = Path("config/routecheck.toml")
CONFIG_VARIABLE = "ROUTECHECK_CONFIG"
"""Names the configuration of calls that do not."""
FILE = click.Path(path_type=Path)
LANGUAGE = click.Choice(["en", "zh"])


DAY_WORDS = {"today": 0, "yesterday": 1}
"""Words for a date, and how many days ago it is."""


class DayWord(str):
    """A word for a date; which one, the time zone of the site decides."""


class ServiceDate(click.ParamType[date]):
    """An ISO date that can be judged.

    Args:
        words: take `today` and `yesterday` too, in commands with `config_option`.
    """

    name = "date"

    def __init__(self, *, words: bool = False) -> None:
        """Say which values are taken."""
        self.words = words

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        """Return the date.

        Raises:
            UsageError: it is none, or lies beyond those that can be judged.
        """
        if isinstance(value, date | DayWord):
            return cast("date", value)
        if self.words and value in DAY_WORDS:
            # A command never sees the word: it is a date before the command begins.
            return cast("date", DayWord(value))
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise UsageError("calls.date_wanted", option=param.opts[0], found=value) from None
        if not FIRST_DATE <= day <= LAST_DATE:
            limits = {"first": FIRST_DATE, "last": LAST_DATE}
            raise UsageError("calls.date_beyond", option=param.opts[0], found=value, **limits)
        return day


class PointId(click.ParamType[str]):
    """An id as the exports show it: without the mark that keeps spreadsheets from formulas.

    Bytes that are no text become U+FFFD, as they do where files are read.
    """

    name = "point"

    def convert(self, value: str, param: Any, ctx: Any) -> str:
        """Return the id of the point."""
        value = re.sub("[\ud800-\udfff]", "\ufffd", value)
        if not value.startswith("'"):
            return value
        from routecheck.present.csv_files import unguarded

        return unguarded(value)


def found_config() -> Path:
    """Return the configuration that is meant where none is named.

    That of `ROUTECHECK_CONFIG`; else `config/routecheck.toml` or `routecheck.toml` in the current
    folder, or in the nearest folder above that has one. Where there is none, the first of these,
    so that the message names it.
    """
    named = os.environ.get(CONFIG_VARIABLE, "")
    if named:
        return Path(named)
    here = Path.cwd()
    for folder in (Path(), *here.parents):
        for place in (DEFAULT_CONFIG, Path(DEFAULT_CONFIG.name)):
            with suppress(OSError):
                if (folder / place).is_file():
                    return folder / place
    return DEFAULT_CONFIG


def config_parameter(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config`; the command is given its path."""
    return click.option("--config", "-c", type=FILE, default=found_config)(function)


def config_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--config`; the command is given the configuration, read when the call is understood."""

    @config_parameter
    @functools.wraps(function)
    def opened(*args: Any, config: Path, **values: Any) -> Any:
        context = click.get_current_context()
        console = context.ensure_object(Console)
        named = context.get_parameter_source("config") is ParameterSource.COMMANDLINE
        if context.invoked_subcommand is not None:
            # Of a group that is a command too: the command below it opens the site.
            if named:
                context.default_map = {context.invoked_subcommand: {"config": str(config)}}
            return None
        console.config_named = named
        site = _open_site(console, config)
        values = {
            name: _date_of(value, site) if isinstance(value, DayWord) else value
            for name, value in values.items()
        }
        return function(*args, config=site, **values)

    return opened


def _date_of(word: DayWord, config: Config) -> date:
    """The date that a word means where the site is."""
    here = now().tz_convert(config.time_zone).date()
    return here - timedelta(days=DAY_WORDS[word])


def _open_site(console: Console, path: Path) -> Config:
    """Read the configuration of a site; from here on its language is that of the console."""
    from routecheck.config import load_config

    console.config_path = path
    try:
        config = load_config(path)
    except RoutecheckError:
        # One wrong key does not hide the language in which the site reads messages.
        with suppress(OSError):
            text = path.read_bytes() if path.is_file() else b""
            language = re.search(rb'^\s*language\s*=\s*"(en|zh)"', text, re.MULTILINE)
            if language:
                console.language = "zh" if language[1] == b"zh" else "en"
        raise
    console.language = config.site.language
    return config


as_json_option = click.option("--json", "as_json", is_flag=True)
date_option = click.option("--date", "day", type=ServiceDate(words=True))
from_option = click.option("--from", "first", type=ServiceDate(words=True))
to_option = click.option("--to", "last", type=ServiceDate(words=True))
point_argument = click.argument("point", type=PointId())


def dates_of(day: date | None, first: date | None, last: date | None) -> list[date]:
    """Return the service dates of `--date D` or `--from A --to B`.

    Raises:
        UsageError: neither, both, or in the wrong order.
    """
    from routecheck.engine.inputs import dates_between

    if day and not (first or last):
        return [day]
    if first and last and not day:
        check_order(first, last)
        return dates_between(first, last)
    raise UsageError("calls.which_dates")


def check_order(first: date | None, last: date | None) -> None:
    """Refuse a range that ends before it begins.

    Raises:
        UsageError: it does.
    """
    if first and last and last < first:
        raise UsageError("calls.dates_reversed", first=first, last=last)


def judged_dates(console: Console, dates: Sequence[date], judged: Collection[date]) -> list[date]:
    """Return those dates that have been judged, and name the others.

    Raises:
        MissingDataError: none has.
    """
    missing = [day for day in dates if day not in judged]
    if len(missing) == len(dates):
        first, last = dates[0], dates[-1]
        raise MissingDataError("no_verdicts", count=len(dates), first=first, last=last)
    tell_unjudged(console, missing)
    return [day for day in dates if day in judged]


def tell_unjudged(console: Console, missing: Sequence[date]) -> None:
    """Name dates that are left out because they were never judged."""
    if missing:
        days = ", ".join(map(str, missing[:5])) + (" …" if len(missing) > 5 else "")
        console.message(Message("calls.left_unjudged", count=len(missing), days=days))


def now() -> pd.Timestamp:
    """Return the present, UTC: the one place where a command reads the clock."""
    import pandas as pd

    return pd.Timestamp.now("UTC")
