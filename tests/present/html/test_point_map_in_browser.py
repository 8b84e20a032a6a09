"""The map behind a verdict, in a real browser and as a picture."""

import re
from pathlib import Path

import pytest
from watched import opened

from routecheck.present.html.page import asset
from site_tools import DAYS, call, rows

DAY = DAYS[1]


def first(site: Path, verdict: str, cause: str | None = None) -> dict[str, str] | None:
    return next(
        (
            row
            for row in rows(site / "out" / f"pickups_{DAY}.csv")
            if row["verdict"] == verdict and (cause is None or row["cause"] == cause)
        ),
        None,
    )


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("verdict", ["collected", "missed", "unverifiable"])
def test_the_map_of_a_point_opens_and_shows_the_evidence(
    chromium, reported, language, verdict, tmp_path, capsys
):
    site = reported[language]
    row = first(site, verdict)
    assert row is not None, f"no pickup of this county is {verdict}"
    path = tmp_path / "map.html"
    config = str(site / "routecheck.toml")
    assert (
        call("recheck", row["point_id"], "--date", DAY, "--config", config, "--map", str(path)) == 0
    )
    printed = capsys.readouterr().out
    with opened(chromium, path) as seen:
        assert seen.requests == [path.resolve().as_uri()]
        assert seen.errors == []
        words = seen.page.inner_text("body")
        assert row["point_id"] in words
        # The page shows the sentence that the terminal shows.
        sentence = seen.page.locator(".verdict p").nth(1).inner_text()
        assert sentence in printed
        assert seen.count("#map .pm-place") == 1
        if row["arrived_at"]:
            assert row["arrived_at"][11:16] in words
            assert seen.count("svg.chart") >= 1
            assert seen.count("#map path.leaflet-interactive") >= 1
            assert seen.count(".c-away") >= 1


@pytest.mark.browser
def test_vehicles_can_be_taken_off_the_map(chromium, reported, tmp_path):
    site = reported["en"]
    row = first(site, "collected", "")
    path = tmp_path / "map.html"
    config = str(site / "routecheck.toml")
    call("recheck", row["point_id"], "--date", DAY, "--config", config, "--map", str(path))
    with opened(chromium, path) as seen:
        before = seen.count("#map path")
        seen.page.uncheck("input[data-vehicle='0']")
        assert seen.count("#map path") < before


def test_no_vehicle_is_drawn_like_the_link_to_the_recorded_place():
    script = asset("pointmap.js")
    styles = re.search(r"STYLE = \[(.*?)\];", script, re.DOTALL)[1]
    vehicles = re.findall(r'color: "(#[0-9a-f]{6})"', styles)
    link = re.search(r'data\.recorded\.at, data\.point\].*?color: "(#[0-9a-f]{6})"', script)[1]
    assert len(set(vehicles)) == 4

    def parts(colour: str) -> list[int]:
        return [int(colour[k : k + 2], 16) for k in (1, 3, 5)]

    for vehicle in vehicles:
        apart = sum(abs(a - b) for a, b in zip(parts(vehicle), parts(link), strict=True))
        assert apart > 90, vehicle


@pytest.mark.parametrize("installed", [True, False])
def test_a_picture_is_written_in_both_languages(reported, tmp_path, monkeypatch, installed):
    from routecheck.present.maps import fonts

    if not installed:
        monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    for language, site in reported.items():
        row = first(site, "collected", "")
        path = tmp_path / f"{language}.png"
        config = str(site / "routecheck.toml")
        call("recheck", row["point_id"], "--date", DAY, "--config", config, "--png", str(path))
        content = path.read_bytes()
        assert content[:8] == b"\x89PNG\r\n\x1a\n"
        wide, high = (int.from_bytes(content[k : k + 4], "big") for k in (16, 20))
        assert wide >= 1000
        assert high >= 1000


def test_a_character_that_no_font_has_is_named_with_what_to_install(
    reported, tmp_path, monkeypatch, capsys
):
    from routecheck.present.maps import fonts

    family, known = fonts._bundled()
    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    # The axis of time is labelled 当地时间.
    monkeypatch.setattr(fonts, "_bundled", lambda: (family, known - {ord("当")}))
    row = first(reported["zh"], "collected", "")
    config = str(reported["zh"] / "routecheck.toml")
    path = tmp_path / "map.png"
    status = call("recheck", row["point_id"], "--date", DAY, "--config", config, "--png", str(path))
    lines = capsys.readouterr().err.strip().splitlines()
    assert status == 1
    assert len(lines) == 1
    assert "（当）" in lines[0]
    assert "fonts-wqy-microhei" in lines[0]
    assert not path.exists()


def test_the_bundled_font_has_every_character_of_the_catalogues():
    from docs.font import characters

    from routecheck.present.maps import fonts

    family, known = fonts._bundled()
    assert family == "Routecheck Han"
    assert {c for c in characters() if ord(c) not in known} == set()
    assert fonts.BUNDLED.stat().st_size < 1_000_000


def test_latin_text_needs_no_chinese_font(monkeypatch):
    from routecheck.present.maps import fonts

    monkeypatch.setattr(fonts, "chinese_font", lambda: None)
    assert fonts.font_families("Gate 7, 12:30-16:00") == ["DejaVu Sans"]
    assert fonts.font_families("新华街") == ["Routecheck Han", "DejaVu Sans"]
    with pytest.raises(fonts.MissingFontError, match="龘"):
        fonts.font_families("龘街")
