"""The configuration of a site: one TOML file, checked key by key.

Every key is declared once, in `sections`, with its default, its bounds and its meaning in both
languages; the file that `write_site` writes and the `reference` in the documentation are made from
that. Paths are relative to the folder of the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from routecheck.config.sections import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    Config,
    FileSource,
    FixesSource,
    PointsSource,
    ScheduleSource,
    VehiclesSource,
)
from routecheck.config.site import reference, write_site
from routecheck.config.trouble import misfit_told, read_text, toml_trouble
from routecheck.config.values import MisfitError
from routecheck.domain.errors import UsageError

__all__ = [
    "AlertsSource",
    "CalendarSource",
    "ChecksSource",
    "Config",
    "FileSource",
    "FixesSource",
    "PointsSource",
    "ScheduleSource",
    "VehiclesSource",
    "load_config",
    "reference",
    "write_site",
]


def load_config(path: str | Path) -> Config:
    """Read and check a configuration.

    Args:
        path: the TOML file, UTF-8 with or without byte-order mark, or GB18030.

    Raises:
        UsageError: the file is not there, is no TOML, has a key that is not documented, lacks a
            required one, or has a value that cannot be; the text names the key and the line.
    """
    path = Path(path)
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("in_file", path=path, what=toml_trouble(text, str(error))) from None
    try:
        return Config.of(tables, path.resolve().parent)
    except MisfitError as misfit:
        raise UsageError("in_file", path=path, what=misfit_told(text, tables, misfit)) from None
