"""The daily report as a clerk meets it: opened in a real browser, without a network."""

import shutil
import subprocess
from pathlib import Path

import pytest
from watched import opened

from site_tools import DAYS, rows

DAY = DAYS[1]
pytestmark = pytest.mark.browser


def page_of(site: Path) -> Path:
    return site / "out" / f"report_{DAY}.html"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_opens_requests_nothing_and_reports_no_error(chromium, reported, language):
    path = page_of(reported[language])
    with opened(chromium, path) as seen:
        assert seen.requests == [path.resolve().as_uri()]
        assert seen.errors == []
        title = "2026-03-03" if language == "en" else "2026年3月3日（星期二）"
        assert title in seen.page.inner_text("h1")


def test_the_map_draws_every_located_point_with_its_own_sign(chromium, reported):
    pickups = rows(reported["en"] / "out" / f"pickups_{DAY}.csv")
    missed = {row["point_id"] for row in pickups if row["verdict"] == "missed"}
    with opened(chromium, page_of(reported["en"])) as seen:
        assert seen.count("#map .mk-m") == len(missed)
        drawn = sum(seen.count(f"#map .mk-{state}") for state in "mufcn")
        assert drawn >= len({row["point_id"] for row in pickups}) - 2
        # The tracks are on a canvas that is not blank.
        assert seen.evaluate(
            """() => {
                const canvas = document.querySelector('#map canvas');
                const pixels = canvas.getContext('2d')
                    .getImageData(0, 0, canvas.width, canvas.height).data;
                return pixels.some(value => value !== 0);
            }"""
        )


def test_filters_narrow_the_map_and_the_lists_and_can_be_undone(chromium, reported):
    pickups = rows(reported["en"] / "out" / f"pickups_{DAY}.csv")
    with opened(chromium, page_of(reported["en"])) as seen:
        page = seen.page
        everything = seen.count("#map .mk:not(.mk-x):not(.mk-d)")
        town = page.locator("#by-township option").nth(1)
        name = town.get_attribute("data-value")
        page.select_option("#by-township", value=town.get_attribute("value"))
        theirs = {row["point_id"] for row in pickups if row["township"] == name}
        shown = seen.count("#map .mk:not(.mk-x):not(.mk-d)")
        assert 0 < len(theirs) <= shown < everything
        visible = seen.evaluate(
            """() => Array.from(document.querySelectorAll('tr[data-point]'))
                .filter(row => row.className !== 'off')
                .map(row => row.getAttribute('data-township'))"""
        )
        assert set(visible) <= {name}
        page.click("#reset")
        assert seen.count("#map .mk:not(.mk-x):not(.mk-d)") == everything
        page.uncheck("input[data-state=c]")
        assert seen.count("#map .mk-c") == 0
        assert seen.errors == []


def test_a_cause_can_be_picked(chromium, reported):
    alerts = rows(reported["en"] / "out" / f"alerts_{DAY}.csv")
    cause = max({row["cause"] for row in alerts}, key=[row["cause"] for row in alerts].count)
    mine = {row["point_id"] for row in alerts if row["cause"] == cause}
    with opened(chromium, page_of(reported["en"])) as seen:
        seen.page.select_option("#by-cause", value=cause)
        shown = int(seen.page.inner_text("#shown").split()[0])
        assert len(mine) - 2 <= shown <= len(mine) + 5


def test_a_point_in_the_list_opens_its_evidence_on_the_map(chromium, reported):
    alerts = rows(reported["en"] / "out" / f"alerts_{DAY}.csv")
    with opened(chromium, page_of(reported["en"])) as seen:
        seen.page.evaluate(
            "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"
        )
        row = next(row for row in alerts if row["classification"] == "false" and row["dwell_s"])
        seen.page.locator(f"#silenced button[data-show='{row['point_id']}']").first.click()
        popup = seen.page.wait_for_selector(".leaflet-popup-content")
        assert row["point_id"] in popup.inner_text()
        # The sentence is the one of the export.
        assert row["evidence"].split(".")[0] in popup.inner_text()


def test_a_click_on_a_marker_shows_the_verdict(chromium, reported):
    with opened(chromium, page_of(reported["zh"])) as seen:
        seen.evaluate("() => document.querySelector('#map .mk-u, #map .mk-m').click()")
        seen.page.wait_for_selector(".leaflet-popup-content")
        text = seen.page.inner_text(".leaflet-popup-content")
        assert "无法核实" in text or "漏收" in text


def test_the_keyboard_reaches_what_matters(chromium, reported):
    with opened(chromium, page_of(reported["en"])) as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.className") == "skip"
        page.focus("#silenced summary")
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.querySelector('#silenced details').open")
        page.focus("#map")
        before = page.evaluate("() => document.querySelector('.leaflet-map-pane').style.transform")
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(500)
        after = page.evaluate("() => document.querySelector('.leaflet-map-pane').style.transform")
        assert before != after


@pytest.mark.usefixtures("chinese_font")
def test_chinese_is_written_with_chinese_characters_not_boxes(chromium, reported):
    """Two different characters look different; missing ones would all be the same box."""
    with opened(chromium, page_of(reported["zh"])) as seen:
        pictures = seen.evaluate(
            """() => ['漏', '收', '镇'].map(letter => {
                const canvas = document.createElement('canvas');
                canvas.width = canvas.height = 40;
                const pen = canvas.getContext('2d');
                pen.font = '30px ' + getComputedStyle(document.body).fontFamily;
                pen.fillText(letter, 2, 32);
                return canvas.toDataURL();
            })"""
        )
        assert len(set(pictures)) == 3


def test_the_page_of_a_chinese_site_is_chinese_throughout(chromium, reported):
    with opened(chromium, page_of(reported["zh"])) as seen:
        words = seen.page.inner_text("body")
        for heading in ("今日待办", "误报告警及原因", "无法核实的任务与失联终端", "分乡镇情况"):
            assert heading in words
        for english in ("Really missed", "Township", "What to do"):
            assert english not in words


def test_a_phone_needs_no_scrolling_sideways(chromium, reported):
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    for language in ("en", "zh"):
        with opened(chromium, page_of(reported[language]), **phone) as seen:
            seen.evaluate(
                "() => document.querySelectorAll('details').forEach(d => { d.open = true; })"
            )
            assert seen.evaluate("() => document.documentElement.scrollWidth") <= 390
            box = seen.page.locator("#map").bounding_box()
            assert box["width"] <= 390
            assert box["height"] >= 320


def test_text_stands_out_from_its_ground(chromium, reported):
    """The contrast of WCAG 2.1 AA: 4.5 to 1."""
    with opened(chromium, page_of(reported["en"])) as seen:
        faint = seen.evaluate(
            """() => {
                const light = c => { const v = c / 255;
                    return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
                const luminance = c => 0.2126*light(c[0]) + 0.7152*light(c[1]) + 0.0722*light(c[2]);
                const parse = s => { const m = s.match(/[\\d.]+/g).map(Number);
                    return m.length === 4 && m[3] === 0 ? null : m.slice(0, 3); };
                const faint = [];
                document.querySelectorAll('body *').forEach(node => {
                    if (node.closest('#map') || !node.offsetParent) return;
                    const own = Array.from(node.childNodes)
                        .some(n => n.nodeType === 3 && n.textContent.trim());
                    if (!own) return;
                    let ground = null;
                    for (let n = node; n && !ground; n = n.parentElement) {
                        ground = parse(getComputedStyle(n).backgroundColor);
                    }
                    const a = luminance(parse(getComputedStyle(node).color));
                    const b = luminance(ground || [255, 255, 255]);
                    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
                    if (ratio < 4.5) faint.push([node.tagName, node.className, ratio]);
                });
                return faint;
            }"""
        )
        assert faint == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_printing_gives_a4_pages_with_the_list_first_and_the_map_whole(
    chromium, reported, language, tmp_path
):
    with opened(chromium, page_of(reported[language])) as seen:
        path = tmp_path / "report.pdf"
        path.write_bytes(seen.page.pdf(prefer_css_page_size=True, print_background=True))
        # What is for the screen alone is not printed.
        seen.page.emulate_media(media="print")
        for screen_only in ("nav", ".filters", ".leaflet-control-zoom", "#words"):
            assert not seen.page.locator(screen_only).first.is_visible()
        width = seen.evaluate("() => document.getElementById('map').getBoundingClientRect().width")
        assert width == pytest.approx(180 / 25.4 * 96, abs=3)
    content = path.read_bytes()
    assert b"/MediaBox [0 0 594.95996 841.91998]" in content or b"/MediaBox [0 0 595" in content
    pages = content.count(b"/Type /Page\n")
    assert 2 <= pages <= 8
    if shutil.which("pdftotext"):
        first = subprocess.run(
            ["pdftotext", "-f", "1", "-l", "1", str(path), "-"], capture_output=True, check=True
        ).stdout.decode("utf-8")
        assert ("What to do today" if language == "en" else "今日待办") in first


def test_the_layout_before_printing_comes_back_after(chromium, reported):
    with opened(chromium, page_of(reported["en"])) as seen:
        wide = seen.page.locator("#map").bounding_box()["width"]
        seen.evaluate("() => window.dispatchEvent(new Event('beforeprint'))")
        assert "printing" in seen.evaluate("() => document.body.className")
        seen.evaluate("() => window.dispatchEvent(new Event('afterprint'))")
        assert "printing" not in seen.evaluate("() => document.body.className")
        assert seen.page.locator("#map").bounding_box()["width"] == wide
