"""The pages as a site: each language links to its own, and mkdocs has nothing to warn of."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from docs.site import build, interface, staged

import routecheck


def test_links_of_a_page_stay_in_its_language():
    english = "# A\n\n[中文](a.zh.md)\n\nSee [b](b.md#x) and [the other](../b.zh.md), [web](http://a.zh.md).\n"
    assert staged(english, "a.md") == (
        "# A\n\nSee [b](b.md#x) and the other, [web](http://a.zh.md).\n"
    )
    chinese = "# 甲\n\n[English](a.md)\n\n见[乙](b.zh.md#x)、[丙](../c.md)。\n"
    assert staged("```sh exit=3\nx\n```\n", "a.md") == "```sh\nx\n```\n"
    assert staged(chinese, "a.zh.md") == "# 甲\n\n见[乙](b.md#x)、[丙](../c.md)。\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_name_of_the_library_is_on_its_page(language):
    listed = re.findall(r"^::: routecheck\.api\.(\w+)$", interface(language), re.MULTILINE)
    assert {*listed} == {*routecheck.__all__} - {"__version__"}


class Requests(HTMLParser):
    """What a page asks of the network when it is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            asks = name == "src" or (
                tag == "link" and name == "href" and ("rel", "canonical") not in attributes
            )
            if asks and re.match(r"(https?:)?//", value or ""):
                self.found.append(value)


def test_the_site_is_built_without_a_warning(tmp_path, capfd):
    for package in ("material", "mkdocs_static_i18n", "mkdocstrings", "nbconvert"):
        pytest.importorskip(package, reason="the extra `site` is not installed")
    site = tmp_path / "site"
    assert build(site) == 0, capfd.readouterr().err
    for language in ("", "zh/"):
        for page in ("index.html", "docs/library.html", "docs/api.html"):
            assert (site / f"{language}{page}").exists()
        for name in ("county", "buses", "truth"):
            page = (site / language / "docs" / "notebooks" / f"{name}.html").read_text("utf-8")
            assert "import routecheck" in re.sub("<[^>]*>", "", page)
            pictures = re.findall(rf'src="([^"]*{name}_\d+_\d+\.png)"', page)
            assert pictures
            for picture in pictures:
                assert (site / language / "docs" / "notebooks" / picture).exists(), picture
    # The titles say in Chinese that these are in English.
    assert "用 GTFS 检查公交（英文）" in (site / "zh" / "index.html").read_text("utf-8")
    assert "漏收" in (site / "zh" / "index.html").read_text("utf-8")
    assert 'id="routecheck.api.judge"' in (site / "docs" / "api.html").read_text("utf-8")
    for path in [site / "index.html", *Path(site / "docs").rglob("*.html")]:
        requests = Requests()
        requests.feed(path.read_text("utf-8"))
        assert requests.found == [], path.name
        assert "```" not in path.read_text("utf-8"), path.name
