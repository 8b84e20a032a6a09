"""Changing one section of a configuration file; comments and all other lines stay as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from routecheck.config.table_sections import SOURCES
from routecheck.domain.errors import UsageError
from routecheck.texts.outside import secrets_in_query


def without_secrets_in(url: str, section: str) -> tuple[str, tuple[str, ...]]:
    """Return an address with its secrets from the environment, and the names of the variables.

    There are none where the address holds no secret as it stands.
    """
    names = []
    for start, end in reversed(secrets_in_query(url)):
        names.append(f"{section.upper()}_KEY")
        url = f"{url[:start]}${{{names[-1]}}}{url[end:]}"
    place, mark, query = url.partition("?")
    found = re.fullmatch(r"([A-Za-z][\w+.-]*://[^:/?#@]*:)(.+)(@.*)", place)
    if found is not None and not re.fullmatch(r"\$\{\w+\}", found[2]):
        names.append(f"{section.upper()}_PASSWORD")
        place = f"{found[1]}${{{names[-1]}}}{found[3]}"
    return place + mark + query, tuple(dict.fromkeys(reversed(names)))


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
        keys: of the section: all that it has from now on, so that what was tried is what runs.

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
        for name in [name for name in table if name not in keys]:
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
