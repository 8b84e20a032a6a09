"""The daily report as a clerk meets it: opened in a real browser, without a network."""

import re
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
        # Of Latin letters there are names, codes and commands only.
        seen.evaluate(
            "() => document.querySelectorAll('code, #words dt').forEach(one => one.remove())"
        )
        left = set(re.findall(r"[A-Za-z]{3,}", seen.page.inner_text("body")))
        site = set(re.findall(r"[A-Za-z]{3,}", seen.page.inner_text(".site")))
        assert left - site <= {"routecheck", "accept", "GCJ", "config"}


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


PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def test_on_a_phone_nothing_is_cut_without_a_sign_of_it(chromium, reported):
    for language in ("en", "zh"):
        with opened(chromium, page_of(reported[language]), **PHONE) as seen:
            # Every link of the contents is there to be touched.
            cut = seen.evaluate(
                """() => Array.from(document.querySelectorAll('nav a')).filter(a => {
                    const box = a.getBoundingClientRect();
                    return box.left < 0 || box.right > 390;
                }).length"""
            )
            assert cut == 0
            # A table that goes on beyond the edge throws a shadow there.
            wide = seen.evaluate(
                """() => Array.from(document.querySelectorAll('.scroll'))
                    .filter(box => box.scrollWidth > box.clientWidth)
                    .map(box => getComputedStyle(box).backgroundAttachment)"""
            )
            assert wide
            assert all("local" in how and "scroll" in how for how in wide)
            seen.page.locator("#todo .to-map").first.click()
            seen.page.wait_for_selector(".leaflet-popup-content")
            seen.page.wait_for_timeout(400)
            inside = seen.evaluate(
                """() => {
                    const box = document.querySelector('.leaflet-popup').getBoundingClientRect();
                    const map = document.querySelector('#map').getBoundingClientRect();
                    const zoom = document.querySelector('.leaflet-control-zoom')
                        .getBoundingClientRect();
                    return [box.left - map.left, map.right - box.right, box.top - zoom.bottom];
                }"""
            )
            assert min(inside) >= 0, inside


@pytest.mark.parametrize("width", [1200, 800, 390])
def test_a_jump_shows_the_heading(chromium, reported, width):
    with opened(
        chromium, page_of(reported["en"]), viewport={"width": width, "height": 700}
    ) as seen:
        for link in ("#silenced", "#untold", "#corrections", "#trend"):
            seen.page.locator(f"nav a[href='{link}']").click()
            seen.page.wait_for_timeout(100)
            top, bottom = seen.evaluate(
                f"""() => {{
                    const nav = document.querySelector('nav').getBoundingClientRect();
                    const head = document.querySelector('{link} h2').getBoundingClientRect();
                    return [head.top - Math.max(0, nav.bottom), 700 - head.bottom];
                }}"""
            )
            assert top >= 0, link
            assert bottom >= 0, link
            seen.evaluate("() => window.scrollTo(0, 0)")


def test_the_counts_at_the_top_lead_to_what_they_count(chromium, reported):
    with opened(chromium, page_of(reported["en"])) as seen:
        for kind, section in (
            ("missed", "todo"),
            ("unverifiable", "untold"),
            ("false", "silenced"),
        ):
            seen.page.locator(f".tile-{kind}").click()
            assert seen.evaluate("() => location.hash") == f"#{section}"
        targets = seen.evaluate(
            """() => Array.from(document.querySelectorAll('.tile a'))
                .map(a => document.querySelector(a.getAttribute('href')) !== null)"""
        )
        assert targets == [True] * 6


def test_a_point_that_is_looked_at_brings_out_its_vehicles_in_their_colours(chromium, reported):
    """Of the pixels of the map, those of other vehicles fade; the colour of its own stays."""
    pickups = rows(reported["en"] / "out" / f"pickups_{DAY}.csv")
    row = next(r for r in pickups if r["verdict"] == "missed" and r["cause"] == "passed_by")
    ways = """() => {
        const found = {};
        document.querySelectorAll('.leaflet-popup-content .pop-way').forEach(way => {
            found[way.parentNode.textContent] = getComputedStyle(way).borderTopColor;
        });
        return found;
    }"""
    # How many pixels of the canvas have a colour at full strength.
    strong = """colour => {
        const canvas = document.querySelector('#map canvas');
        const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 0; i < pixels.length; i += 4) {
            const near = colour.every((c, k) => Math.abs(pixels[i + k] - c) < 12);
            if (near && pixels[i + 3] > 200) count += 1;
        }
        return count;
    }"""
    with opened(chromium, page_of(reported["en"])) as seen:
        seen.page.locator(f"#todo button[data-show='{row['point_id']}']").first.click()
        seen.page.wait_for_selector(".leaflet-popup-content")
        found = seen.evaluate(ways)
        names = [f"way of {row['scheduled_vehicle_id']}", f"way of {row['vehicle_id']}"]
        assert set(found) >= set(names)
        colour = [int(n) for n in re.findall(r"\d+", found[names[0]])]
        seen.page.wait_for_timeout(300)
        looked = seen.page.evaluate(strong, colour)
        assert looked > 30
        seen.page.locator(".leaflet-popup-close-button").click()
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate(strong, colour) < looked / 3


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
