"""Changing one section of a configuration file; comments and all other lines stay as they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from routecheck.config.sections import SOURCES
from routecheck.domain.errors import UsageError

PLACE = ("path", "url", "query", "table", "watermark", "overlap", "preset")
"""Keys that say where a table lies: those of the former place go."""


def without_password(url: str, section: str) -> tuple[str, str]:
    """Return an address with its password from the environment, and the variable's name.

    The name is empty where the address holds no password as it stands.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url, ""
    if not parsed.password or "${" in str(parsed.password):
        return url, ""
    name = f"{section.upper()}_PASSWORD"
    shown = parsed.set(password="secret").render_as_string(hide_password=False)
    return shown.replace(":secret@", f":${{{name}}}@", 1), name


def section_text(section: str, keys: Mapping[str, Any]) -> str:
    """Return a section as TOML."""
    import tomlkit

    table = tomlkit.table()
    for name, value in keys.items():
        table[name] = value
    document = tomlkit.document()
    document[section] = table
    return tomlkit.dumps(document)


def set_section(path: Path, section: str, keys: Mapping[str, Any]) -> None:
    """Let a section of a configuration file name another place.

    Args:
        path: the file, UTF-8.
        section: of a table that is read.
        keys: of the section; those that named the former place go, others stay.

    Raises:
        UsageError: the file cannot be read or written, or is no TOML; it stays as it was.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from routecheck.config import load_config

    assert section in SOURCES
    try:
        document = tomlkit.parse(path.read_text("utf-8-sig"))
        table: Any = document.get(section)
        if table is None:
            table = document[section] = tomlkit.table()
        for name in PLACE:
            if name in table:
                del table[name]
        for name, value in keys.items():
            table[name] = value
        new = path.with_name(f"{path.name}.new")
        new.write_text(tomlkit.dumps(document), "utf-8", newline="\n")
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError("config_errors.unreadable", path=path, reason=reason) from None
    try:
        load_config(new)
        with new.open("rb+") as file:
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
