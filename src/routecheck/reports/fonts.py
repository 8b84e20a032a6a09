"""A font that can write Chinese, for pictures; found among those installed, or a clear message."""

from __future__ import annotations

import re

from routecheck.errors import RoutecheckError

KNOWN = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "DengXian", "SimHei",
    "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Sarasa Gothic SC",
    "Noto Sans CJK JP", "Droid Sans Fallback", "AR PL UMing CN", "SimSun",
)  # fmt: skip
"""Fonts with the characters of Chinese place names, the most readable in small sizes first."""
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class MissingFontError(RoutecheckError):
    """No installed font can write Chinese."""

    exit_status = 1


def font_families(text: str) -> list[str]:
    """Return the font families to write `text` with, the first that has its characters first.

    Raises:
        MissingFontError: it has Chinese characters, and no installed font does.
    """
    if not _HAN.search(text):
        return ["DejaVu Sans"]
    found = chinese_font()
    if found is None:
        raise MissingFontError("no_chinese_font")
    return [found, "DejaVu Sans"]


def chinese_font() -> str | None:
    """Return the name of an installed font that can write Chinese, None where there is none."""
    from matplotlib import font_manager

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    found = next((name for name in KNOWN if name in installed), None)
    if found is None:
        # One installed after the list of fonts was last made.
        for path in font_manager.findSystemFonts():
            lowered = path.lower()
            if any(part in lowered for part in ("cjk", "wqy", "msyh", "simhei", "notosanssc")):
                font_manager.fontManager.addfont(path)
        installed = {entry.name for entry in font_manager.fontManager.ttflist}
        found = next((name for name in KNOWN if name in installed), None)
    return found
