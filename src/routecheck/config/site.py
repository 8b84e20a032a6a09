"""A new site: a commented configuration, and tables to fill in; and the reference of all keys."""

from __future__ import annotations

from pathlib import Path

from routecheck.config.sections import Config, FileSource, sections
from routecheck.config.trouble import toml_value
from routecheck.errors import UsageError
from routecheck.model.codes import Language
from routecheck.model.headers import HEADERS

_PATHS = {
    "points": "points.csv",
    "schedule": "schedule.csv",
    "fixes": "fixes/*.csv",
    "alerts": "alerts/*.csv",
}
"""What a new site calls its files; the other sources are optional and stand as comments."""

_EXAMPLES = {
    "points": "P001,Bridge Street 4,Longtan,Wujiang,108.767200,28.841100,,2026-01-01,",
    "schedule": "P001,V01,1234567,06:00,09:00,2026-01-01,,,R1",
    "fixes": "V01,2026-03-01T06:12:30,108.767230,28.841080,0,90,2026-03-01T06:12:33",
    "alerts": "A0001,P001,2026-03-01,2026-03-01T10:00:00,06:00",
    "vehicles": "T13800001,V01,2026-01-01,",
    "calendar": "2026-02-17,Longtan,,false",
    "checks": "P001,2026-03-01,06:00,true,Li Na",
}
"""A row for each template, in the order of its headers."""

_WORDS = {
    "en": {
        "head": "Configuration of a routecheck site. Paths are relative to the folder of this file."
        "\nA line that begins with # is a comment: the values shown there are the defaults.",
        "readme": "Each file here shows the headers of one kind of table, with an example row. "
        "Fill in points.csv and schedule.csv one folder up; put the exports of the trackers in "
        "fixes/ and those of the monitor in alerts/. Headers may stand in any order, further "
        "columns are ignored, and headers of your own can be mapped in routecheck.toml. Save as "
        "CSV UTF-8 (GB18030 is read too).",
        "key": "key",
        "default": "default",
        "meaning": "meaning",
    },
    "zh": {
        "head": "routecheck 站点配置。路径相对于本文件所在目录。\n"
        "以 # 开头的行是注释，其中的取值即默认值。",
        "readme": "本目录中每个文件给出一种表格的表头和一行示例。请填写上一级目录中的 "
        "points.csv 与 schedule.csv；将车载终端导出的定位数据放入 fixes/，"
        "监控系统导出的告警放入 alerts/。"
        "表头顺序不限，多余的列会被忽略，也可在 routecheck.toml 中映射自有表头。请保存为 CSV UTF-8"
        "（也可读取 GB18030）。",
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
    for section in sections(language):
        for key in section.keys:
            default = "" if key.required else f"`{toml_value(key.default)}`"
            meaning = key.meaning.replace("|", "\\|")
            lines.append(f"| `{section.name}.{key.name}` | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def write_site(directory: Path, language: Language = "en") -> list[Path]:
    """Write a new site: `routecheck.toml`, empty tables to fill in, folders, and `templates/`.

    Returns the files written. CSV files are UTF-8 with a byte-order mark, for spreadsheets.

    Raises:
        UsageError: one of the files is there already, or the folder cannot be written.
    """
    files = {directory / "routecheck.toml": _toml(language)}
    for kind in ("points", "schedule"):
        files[directory / f"{kind}.csv"] = "\ufeff" + _headers(kind)
    templates = directory / "templates"
    files[templates / "README.txt"] = _WORDS[language]["readme"] + "\n"
    for kind in HEADERS:
        files[templates / f"{kind}.csv"] = f"\ufeff{_headers(kind)}{_EXAMPLES[kind]}\n"
    for path in files:
        if path.exists():
            raise UsageError("site_there", path=path)
    try:
        for folder in (templates, directory / "fixes", directory / "alerts"):
            folder.mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError("site_refused", path=directory, reason=reason) from None
    return list(files)


def _headers(kind: str) -> str:
    return ",".join(header.name for header in HEADERS[kind] if header.template) + "\n"


def _toml(language: Language) -> str:
    lines = [f"# {line}" for line in _WORDS[language]["head"].splitlines()]
    for section in sections(language):
        model = Config.model_fields[section.name].annotation
        source = isinstance(model, type) and issubclass(model, FileSource)
        lines += ["", f"[{section.name}]  # {section.about}"]
        for key in section.keys:
            value = _PATHS.get(section.name, "") if key.name == "path" else key.default
            # What must be said stands; of sources, what is optional is shown as a comment.
            if key.name == "language":
                value = language
            if key.name == "report":
                # A new site is for people; the second that it takes is theirs to save later.
                value = True
            shown = key.required or (key.name == "path" and section.name in _PATHS) or not source
            if key.name == "columns":
                continue
            line = f"{key.name} = {toml_value(value)}"
            lines.append(f"{'' if shown else '# '}{line:<36}  # {key.meaning}")
    columns = next(k for s in sections(language) for k in s.keys if k.name == "columns")
    lines += ["", f"# {columns.meaning}", "# [fixes.columns]", '# vehicle_id = "车牌号码"']
    return "\n".join(lines) + "\n"
