"""The Chinese font that is bundled for pictures, made anew: `python -m docs.font SOURCE.ttc`.

A subset of WenQuanYi Micro Hei (Apache-2.0; Debian: fonts-wqy-microhei): the 3,755 characters of
everyday Chinese (GB 2312, level 1), those that the program's own texts use, and what stands in
pictures beside them. Renamed, as a changed font must not be taken for the original.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src" / "routecheck" / "present" / "maps" / "data" / "routecheck-han.ttf"
FAMILY = "Routecheck Han"
_MARKS = "，。；：、！？（）《》“”‘’—…·～￥％＋－＝／①②③④⑤⑥⑦⑧⑨⑩°±×÷≤≥≈→←↑↓"


def characters() -> set[str]:
    """Return the characters that the font must have."""
    found = set(_MARKS) | {chr(code) for code in range(0x20, 0x7F)}
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            found |= set(bytes([high, low]).decode("gb2312", "ignore"))
    for path in (ROOT / "src" / "routecheck" / "texts").rglob("*.ftl"):
        found |= {c for c in path.read_text("utf-8") if "\u2e80" <= c <= "\u9fef"}
    return found


def main(source: str) -> None:
    """Write the subset."""
    from fontTools import subset

    options = subset.Options(font_number=0, hinting=False, layout_features=[])
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "vhea", "vmtx", "FFTM"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = subset.load_font(source, options)
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[ord(c) for c in characters()])
    chosen.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = FAMILY
        elif record.nameID == 6:
            record.string = FAMILY.replace(" ", "")
    TARGET.parent.mkdir(exist_ok=True)
    subset.save_font(font, str(TARGET), options)
    print(f"{TARGET.relative_to(ROOT)}: {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1])
