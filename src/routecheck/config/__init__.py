"""The configuration of a site: one TOML file, checked key by key.

Every key is declared once, in `sections`, with its default and its bounds; its meaning stands in
the catalogue `config`, in both languages. The file that `write_site` writes and the `reference` in
the documentation are made from that. Paths are relative to the folder of the file.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import ValidationError

from routecheck.config.environment import filled_in
from routecheck.config.mistakes import key_mistake, toml_mistake
from routecheck.config.sections import Config
from routecheck.config.site import reference, write_site
from routecheck.config.table_sections import (
    AlertsSource,
    CalendarSource,
    ChecksSource,
    FileSource,
    FixesSource,
    LimitsSection,
    PointsSource,
    ScheduleSource,
    VehiclesSource,
)
from routecheck.domain.errors import Message, UsageError
from routecheck.domain.special_files import require_ordinary

__all__ = [
    "AlertsSource",
    "CalendarSource",
    "ChecksSource",
    "Config",
    "FileSource",
    "FixesSource",
    "LimitsSection",
    "PointsSource",
    "ScheduleSource",
    "VehiclesSource",
    "filled_in",
    "load_config",
    "read_text",
    "reference",
    "write_site",
]

LARGEST = 5_000_000
"""Bytes of a configuration; they have some kilobytes."""


def load_config(path: str | Path) -> Config:
    """Read and check a configuration.

    Args:
        path: the TOML file, UTF-8 with or without byte-order mark, or GB18030.

    Raises:
        UsageError: the file is not there, is no TOML, has a key that is not documented, lacks a
            required one, or has a value that cannot be, and so of the file of confidences that it
            names; the text names the key and the line.
    """
    path = Path(path)
    text = read_text(path)
    try:
        tables = tomllib.loads(text)
        config = Config.of(tables, path.resolve().parent)
    except tomllib.TOMLDecodeError as error:
        what = toml_mistake(text, str(error))
    except RecursionError:
        what = Message("config_errors.too_deep")
    except ValidationError as error:
        what = key_mistake(text, tables, error)
    else:
        return config
    raise UsageError("config_errors.in_file", path=path, what=what)


def read_text(path: Path) -> str:
    """Return the text of a configuration file; see `load_config`."""
    require_ordinary(path, UsageError)
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError("config_errors.too_large", path=path, limit=LARGEST // 1_000_000)
        data = path.read_bytes()
    except FileNotFoundError:
        raise UsageError("config_errors.no_file", path=path) from None
    except OSError as error:
        raise UsageError("config_errors.unreadable", path=path, reason=error.strerror) from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError("config_errors.no_text", path=path)
