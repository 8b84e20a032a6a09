"""The page of codes (docs/codes.md), generated from the enums."""

from __future__ import annotations

import sys

from routecheck.domain.codes import (
    Basis,
    Cause,
    Classification,
    Code,
    CorrectionState,
    EpisodeKind,
    IncidentKind,
    RejectReason,
    Verdict,
)

_SECTIONS: tuple[tuple[str, type[Code]], ...] = (
    ("Verdict of a pickup / 收运结论", Verdict),
    ("Classification of an alert / 告警结论", Classification),
    ("Cause / 原因", Cause),
    ("Kind of an incident / 事件类型", IncidentKind),
    ("State of a correction / 更正状态", CorrectionState),
    ("Basis of a place / 位置依据", Basis),
    ("What a track has of a pickup / 轨迹中与收运有关的", EpisodeKind),
    ("Reason of a rejected row / 数据行被单独存放的原因", RejectReason),
)


def codes_page() -> str:
    """Return the page as Markdown: each code with label and meaning in both languages."""
    lines = [
        "# Codes / 代码表",
        "",
        "The same codes stand in every file, whatever the language. Of several causes that apply",
        "the first in this order is told.",
        "",
        "无论使用哪种语言，所有文件中的代码都相同。多个原因同时成立时，取本表中的第一个。",
    ]
    for title, codes in _SECTIONS:
        lines += ["", f"## {title}", "", "| code | English | 中文 |", "| --- | --- | --- |"]
        for code in codes:
            english = ": ".join(t for t in (code.label("en"), code.meaning("en")) if t)
            chinese = "：".join(t for t in (code.label("zh"), code.meaning("zh")) if t)
            lines.append(f"| `{code}` | {english} | {chinese} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(codes_page())
