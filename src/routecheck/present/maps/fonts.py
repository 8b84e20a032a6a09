"""A font that can write Chinese, for pictures: an installed one, else the subset bundled here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from routecheck.domain.errors import RoutecheckError

KNOWN = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "DengXian", "SimHei",
    "PingFang SC", "Hiragino Sans GB", "Heiti SC", "STHeiti", "Sarasa Gothic SC",
    "Noto Sans CJK JP", "Droid Sans Fallback", "AR PL UMing CN", "SimSun",
)  # fmt: skip
"""Fonts with the characters of Chinese place names, the most readable in small sizes first."""
BUNDLED = Path(__file__).parent / "data" / "routecheck-han.ttf"
"""The characters of everyday Chinese; what it is stands beside it."""
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class MissingFontError(RoutecheckError):
    """No installed font can write Chinese."""

    exit_status = 1


def font_families(text: str) -> list[str]:
    """Return the font families to write `text` with, the first that has its characters first.

    Chinese is written with an installed font, else with the subset that is bundled.

    Raises:
        MissingFontError: it has Chinese characters that the subset lacks, and no Chinese font is
            installed.
    """
    if not _HAN.search(text):
        return ["DejaVu Sans"]
    found = chinese_font()
    if found is not None:
        return [found, "DejaVu Sans"]
    family, known = _bundled()
    missing = sorted({c for c in text if _HAN.match(c) and ord(c) not in known})
    if missing:
        raise MissingFontError("no_chinese_font", missing="".join(missing[:20]))
    return [family, "DejaVu Sans"]


@cache
def _bundled() -> tuple[str, frozenset[int]]:
    """Name and characters of the font that comes with the program."""
    from matplotlib import font_manager, ft2font

    font_manager.fontManager.addfont(BUNDLED)
    font = ft2font.FT2Font(str(BUNDLED))
    return font.family_name, frozenset(font.get_charmap())


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
