"""The page of codes is generated; it must be what the enums say."""

from __future__ import annotations

from pathlib import Path

from routecheck.present.codes_page import codes_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "codes.md"


def test_the_page_of_codes_is_what_the_enums_say():
    assert PAGE.read_text(encoding="utf-8") == codes_page(), (
        "write it anew: python -m routecheck.present.codes_page > docs/codes.md"
    )
