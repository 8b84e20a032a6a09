"""A new site: a commented configuration, and tables to fill in; and the reference of all keys."""

from __future__ import annotations

from pathlib import Path

from routecheck.config.sections import SECTIONS, FileSource
from routecheck.config.templates import csv_template, headers_line, workbook_template
from routecheck.config.trouble import toml_value
from routecheck.domain.codes import Language
from routecheck.domain.errors import UsageError
from routecheck.domain.input_columns import INPUT_COLUMNS
from routecheck.texts import text

_BOM = b"\xef\xbb\xbf"
_PATHS = {
    "points": "points.csv",
    "schedule": "schedule.csv",
    "fixes": "fixes/*.csv",
    "alerts": "alerts/*.csv",
}
"""What a new site calls its files; the other sources are optional and stand as comments."""

_WORDS = {
    "en": {
        "head": "Configuration of a routecheck site. Paths are relative to the folder of this file."
        "\nA line that begins with # is a comment: the values shown there are the defaults.",
        "key": "key",
        "default": "default",
        "meaning": "meaning",
    },
    "zh": {
        "head": "routecheck 站点配置。路径相对于本文件所在目录。\n"
        "以 # 开头的行是注释，其中的取值即默认值。",
        "key": "键",
        "default": "默认值",
        "meaning": "含义",
    },
}


def reference(language: Language = "en") -> str:
    """Return the documentation of all keys as a Markdown table."""
    words = _WORDS[language]
    lines = [
        f"| {words['key']} | {words['default']} | {words['meaning']} |",
        "| --- | --- | --- |",
    ]
    for section, kind in SECTIONS.items():
        for name, key in kind.declared().items():
            default = "" if key.required else f"`{toml_value(key.default)}`"
            meaning = key.meaning(language).replace("|", "\\|")
            lines.append(f"| `{section}.{name}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def write_site(directory: Path, language: Language = "en") -> list[Path]:
    """Write a new site: `routecheck.toml`, empty tables to fill in, folders, and `templates/`.

    Returns the files written. CSV files are UTF-8 with a byte-order mark, for spreadsheets.

    Raises:
        UsageError: one of the files is there already, or the folder cannot be written.
    """
    files = {directory / "routecheck.toml": _toml(language).encode()}
    for kind in ("points", "schedule"):
        files[directory / f"{kind}.csv"] = _BOM + headers_line(kind).encode()
    templates = directory / "templates"
    files[templates / "README.txt"] = _BOM + f"{text('templates.readme', language)}\n".encode()
    for kind in INPUT_COLUMNS:
        files[templates / f"{kind}.csv"] = _BOM + csv_template(kind).encode()
        files[templates / f"{kind}.xlsx"] = workbook_template(kind, language)
    for path in files:
        if path.exists():
            raise UsageError("site_there", path=path)
    try:
        for folder in (templates, directory / "fixes", directory / "alerts"):
            folder.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            path.write_bytes(data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("site_refused", path=directory, reason=reason) from None
    return list(files)


def _toml(language: Language) -> str:
    lines = [f"# {line}" for line in _WORDS[language]["head"].splitlines()]
    for section, kind in SECTIONS.items():
        source = issubclass(kind, FileSource)
        lines += ["", f"[{section}]  # {kind.about(language)}"]
        for name, key in kind.declared().items():
            value = _PATHS.get(section, "") if name == "path" else key.default
            # What must be said stands; of sources, what is optional is shown as a comment.
            if name == "language":
                value = language
            if name == "report":
                # A new site is for people; the second that it takes is theirs to save later.
                value = True
            shown = key.required or (name == "path" and section in _PATHS) or not source
            if name == "columns":
                continue
            line = f"{name} = {toml_value(value)}"
            lines.append(f"{'' if shown else '# '}{line:<36}  # {key.meaning(language)}")
    columns = FileSource.declared()["columns"].meaning(language)
    lines += ["", f"# {columns}", "# [fixes.columns]", '# vehicle_id = "车牌号码"']
    return "\n".join(lines) + "\n"
