"""A new site: a commented configuration, and tables to fill in; and the reference of all keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from routecheck.config.mistakes import toml_value
from routecheck.config.sections import SECTIONS
from routecheck.config.table_sections import WEB_KEYS, FileSource
from routecheck.config.templates import csv_template, headers_line, workbook_template
from routecheck.domain.errors import UsageError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.geo.crs import KNOWN_DATUMS
from routecheck.texts import Language, has_text, text

_BOM = b"\xef\xbb\xbf"
_PATHS = {
    "points": "points.csv",
    "schedule": "schedule.csv",
    "fixes": "fixes/*.csv",
    "alerts": "alerts/*.csv",
}
"""What a new site calls its files; the other sources are optional and stand as comments."""


def reference(language: Language = "en") -> str:
    """Return the documentation of all keys as a Markdown table."""
    head = (text(f"config.{word}", language) for word in ("key", "default", "meaning"))
    lines = ["| " + " | ".join(head) + " |", "| --- | --- | --- |"]
    for section in SECTIONS:
        for name, default, meaning in keys(section, language):
            shown = "" if default is None else f"`{toml_value(default)}`"
            escaped = meaning.replace("|", "\\|")
            lines.append(f"| `{section}.{name}` | {shown} | {escaped} |")
    return "\n".join(lines) + "\n"


def keys(section: str, language: Language) -> Iterator[tuple[str, Any, str]]:
    """Yield each key of a section: name, default (None: it is required), and meaning."""
    for name, field in SECTIONS[section].model_fields.items():
        own = f"config.{section}-{name}"
        key = own if has_text(own) else f"config.any-{name}"
        meaning = text(key, language, datums=" | ".join(KNOWN_DATUMS))
        yield name, None if field.is_required() else field.default, meaning


def write_site(directory: Path, language: Language = "en") -> list[Path]:
    """Write a new site: `routecheck.toml`, empty tables to fill in, folders, and `templates/`.

    Returns the files written. CSV files are UTF-8 with a byte-order mark, for spreadsheets.

    Raises:
        UsageError: one of the files exists already, or the folder cannot be written.
    """
    files = {directory / "routecheck.toml": _toml(language).encode()}
    for table in ("points", "schedule"):
        files[directory / f"{table}.csv"] = _BOM + headers_line(table).encode()
    templates = directory / "templates"
    files[templates / "README.txt"] = _BOM + f"{text('templates.readme', language)}\n".encode()
    for table in INPUT_COLUMNS:
        files[templates / f"{table}.csv"] = _BOM + csv_template(table).encode()
        files[templates / f"{table}.xlsx"] = workbook_template(table, language)
    for path in files:
        if path.exists():
            raise UsageError("config_errors.site_exists", path=path)
    try:
        for folder in (templates, directory / "fixes", directory / "alerts"):
            folder.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("config_errors.site_refused", path=directory, reason=reason) from None
    return list(files)


def _toml(language: Language) -> str:
    # A new site is for people: it writes the report with each run.
    given: dict[tuple[str, str], Any] = {("site", "language"): language, ("export", "report"): True}
    given |= {(section, "path"): path for section, path in _PATHS.items()}
    lines = [f"# {line}" for line in text("config.head", language).splitlines()]
    for section, kind in SECTIONS.items():
        lines += ["", f"[{section}]  # {text(f'config.{section}', language)}"]
        for name, default, meaning in keys(section, language):
            if name in ("columns", "headers") or (name in WEB_KEYS and section != "fixes"):
                continue
            line = f"{name} = {toml_value(given.get((section, name), default))}"
            # Of sources, what is optional is shown as a comment.
            shown = not issubclass(kind, FileSource) or (section, name) in given
            lines.append(f"{'' if shown else '# '}{line:<36}  # {meaning}")
    lines += ["", f"# {text('config.any-columns', language)}"]
    lines += ["# [fixes.columns]", '# vehicle_id = "车牌号码"']
    return "\n".join(lines) + "\n"
