"""What a caller gives (tables, dates, settings), made the configuration that opens a session."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from routecheck.config import Config
from routecheck.config.mistakes import key_mistake
from routecheck.domain.errors import UsageError
from routecheck.domain.settings import FIRST_DATE, LAST_DATE
from routecheck.sources.frame_table import HeldTable

Table = Any
"""A data frame (pandas, geopandas, or what has `to_pandas()`), or the path of a file."""
Day = datetime.date | str
"""A date, or text like 2026-03-02; a timestamp stands for the date that its clock shows."""
Settings = Mapping[str, Mapping[str, Any]]
"""Sections of the configuration with their keys, as `routecheck.toml` has them."""

_NEEDED = ("points", "schedule", "fixes")
_OWN: Mapping[str, Mapping[str, Any]] = {"store": {"url": "sqlite://"}}
"""The store of a call is in memory."""


def config_of(
    tables: Mapping[str, Table | None],
    *,
    time_zone: str | datetime.tzinfo | None,
    settings: Settings | None,
    called: Mapping[str, str] | None = None,
) -> Config:
    """Return the configuration of a call.

    Args:
        tables: by section; None: there is none. A path may be relative to the working directory.
        time_zone: local time; None: as the settings say.
        settings: sections of the configuration.
        called: what the caller knows a table as, where that is not its section.

    Raises:
        UsageError: something that is no table, a key that is not known, or a value that cannot
            be; no time zone at all.
    """
    keys: dict[str, Any] = {name: dict(section) for name, section in (settings or {}).items()}
    zone = getattr(time_zone, "key", time_zone)
    if zone is not None:
        keys["site"] = {**keys.get("site", {}), "time_zone": str(zone)}
    elif not keys.get("site", {}).get("time_zone"):
        raise UsageError("library.time_zone_wanted")
    held = {}
    for name, table in tables.items():
        if table is None:
            continue
        if isinstance(table, str | Path):
            keys[name] = {**keys.get(name, {}), "path": str(table)}
        else:
            label = (called or {}).get(name, name)
            held[name] = _held(label, table)
            keys[name] = {**keys.get(name, {}), "path": label}
    for name in _NEEDED:
        # What a call does without is never read.
        keys.setdefault(name, {}).setdefault("path", name)
    try:
        return Config.of({**keys, **_OWN}, Path.cwd(), held)
    except ValidationError as error:
        what = key_mistake("", keys, error)
        raise UsageError("library.settings_wrong", what=what) from None


def _held(name: str, table: Table) -> HeldTable:
    if isinstance(table, pd.DataFrame):
        return HeldTable.of(table)
    if hasattr(table, "to_pandas"):
        return HeldTable.of(table.to_pandas())
    raise UsageError("library.no_table", name=name, found=type(table).__name__)


def dates_of(date: Day | None, dates: Iterable[Day] | None) -> list[datetime.date]:
    """Return the service dates of a call, in order, each once.

    Raises:
        UsageError: neither is given, both are, or one is no date that can be judged.
    """
    if (date is None) == (dates is None):
        raise UsageError("library.dates_wanted")
    given = [date] if dates is None else [dates] if isinstance(dates, str) else list(dates)
    if not given:
        raise UsageError("library.dates_wanted")
    return sorted({date_of(one) for one in given})


def date_of(value: object) -> datetime.date:
    """Return a service date.

    Raises:
        UsageError: it is none, or none that can be judged.
    """
    day = _day_of(value)
    if day is None:
        raise UsageError("library.date_wrong", found=repr(value)[:60])
    if not FIRST_DATE <= day <= LAST_DATE:
        limits = {"first": FIRST_DATE, "last": LAST_DATE}
        raise UsageError("calls.date_beyond", option="date", found=day, **limits)
    return day


def _day_of(value: Any) -> datetime.date | None:
    """The date that a value stands for; a number stands for none."""
    if isinstance(value, int | float) or pd.isna(value):
        return None
    try:
        # pandas finds a date in nearly any text.
        return pd.Timestamp(
            datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
        ).date()
    except (ValueError, TypeError):
        return None


def present(now: pd.Timestamp | datetime.datetime | None) -> pd.Timestamp:
    """Return the present, UTC: the clock of this machine, where none is given."""
    if now is None:
        return pd.Timestamp.now("UTC")
    moment = pd.Timestamp(now)
    return moment.tz_localize("UTC") if moment.tzinfo is None else moment.tz_convert("UTC")
