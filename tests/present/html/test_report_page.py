"""The file of the daily report: what its policy allows, what it holds, what it must not."""

import base64
import hashlib
import html.parser
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from routecheck.domain.codes import Cause
from routecheck.present.daily import Daily
from routecheck.present.html import build_report
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.daily_report import DailyReport
from routecheck.queries.service_date import ServiceDate
from routecheck.texts import outside
from site_tools import DAYS, rows
from store import builders as make

DAY = DAYS[1]
ASSETS = Path("src/routecheck/present/html/assets")


class Reader(html.parser.HTMLParser):
    """What a browser would find: tags with attributes, scripts, styles, texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.blocks: dict[str, list[str]] = {"script": [], "style": []}
        self.texts: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in self.blocks:
            self._inside = tag
            self.blocks[tag].append("")

    def handle_endtag(self, tag):
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data):
        if self._inside:
            self.blocks[self._inside][-1] += data
        else:
            self.texts.append(data)


def daily(*, language="en", **changes) -> Daily:
    """A date with one point missed, one collected and one that cannot be settled."""
    alerts = make.classified(
        make.alert("A1", "P1", classification="genuine", cause="not_approached"),
        make.alert("A2", "P2"),
    )
    tables = {
        "entry": {
            "state": "final",
            "judged_at": datetime(2026, 3, 3, 1, tzinfo=UTC),
            "counts": {},
        },
        "pickups": make.judgements(
            make.missed("P1", criteria={"say": "not_approached"}),
            make.pickup("P2"),
            make.missed(
                "P3", verdict="unverifiable", cause="no_fixes", criteria={"say": "no_fixes"}
            ),
            alerted=True,
        ),
        "alerts": alerts,
        "points": make.points(make.point("P1"), make.point("P2"), make.point("P3")),
        "corrections": make.corrections(),
        "decided": {},
        "rounds": None,
    }
    beside = {
        "tracks": None,
        "rejected": [],
        "past_pickups": pd.DataFrame(
            {
                "service_date": [make.DAY] * 3,
                "verdict": ["collected", "missed", "unverifiable"],
                "pickups": [1, 1, 1],
            }
        ),
        "past_alerts": alerts[["service_date", "point_id", "classification", "cause"]],
    }
    tables |= {name: value for name, value in changes.items() if name in tables}
    beside |= {name: value for name, value in changes.items() if name not in tables}
    day = ServiceDate(make.DAY, **tables)
    words = DateInWords(day, language, ZoneInfo("Asia/Shanghai"))
    return Daily(DailyReport(day, **beside), "Example", words)


def page(**changes) -> str:
    (content,) = build_report(daily(**changes)).values()
    return content.decode("utf-8")


def hashed(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode()
    return f"'sha256-{digest}'"


def test_the_policy_allows_just_the_script_and_the_style_that_are_there():
    reader = Reader(page())
    policy = next(
        attributes["content"]
        for tag, attributes in reader.tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    )
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    data, code = reader.blocks["script"]
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == hashed(code)
    assert rules["style-src"] == hashed(reader.blocks["style"][0])
    assert rules["img-src"] == "data:"
    assert "unsafe" not in policy
    assert json.loads(data)["points"]


def test_nothing_in_the_file_is_fetched_from_elsewhere():
    reader = Reader(page())
    for tag, attributes in reader.tags:
        assert tag not in ("link", "img", "iframe", "object", "embed")
        assert "src" not in attributes
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        if "href" in attributes:
            assert attributes["href"].startswith("#")
    for style in reader.blocks["style"]:
        assert set(re.findall(r"url\(([^)]*)\)", style)) <= {"#default#VML", "#hatch"}
        assert "@import" not in style


def test_tiles_open_the_policy_for_their_host_alone():
    address = "https://{s}.tiles.example.org/{z}/{x}/{y}.png"
    (content,) = build_report(daily(), tiles=address).values()
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', content)[1].decode()
    policy = policy.replace("&#39;", "'")
    assert "img-src data: https://*.tiles.example.org;" in policy
    evil = "https://x.org; script-src *"
    (content,) = build_report(daily(), tiles=evil + "/{z}").values()
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', content)[1].decode()
    assert policy.count("script-src") == 1
    assert policy.count("img-src data:;") == 1


@pytest.mark.parametrize(
    "nasty",
    [
        "</script><script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<!--<script>",
        "{{ 7*7 }}",
        "a & b < c",
    ],
)
def test_names_from_the_data_stay_texts(nasty):
    def named(name):
        first = make.point("P1", name=name, township=name)
        return Reader(page(points=make.points(first, make.point("P2"), make.point("P3"))))

    # Townships are sorted by name: a harmless one that sorts where the other does.
    plain, dirty = named(nasty[:1] + "harmless" if nasty[:1].isalnum() else "1"), named(nasty)
    assert sorted(tag for tag, _ in dirty.tags) == sorted(tag for tag, _ in plain.tags)
    assert len(dirty.blocks["script"]) == 2
    data = json.loads(dirty.blocks["script"][0])
    assert nasty in [point["n"] for point in data["points"]]
    assert nasty in "".join(dirty.texts)


def test_names_from_the_data_are_shown_without_what_is_no_text():
    point = make.point("P1", name="line\u2028end\x1b[2J\u202e", township="a\nb")
    found = page(points=make.points(point, make.point("P2"), make.point("P3")))
    data = json.loads(Reader(found).blocks["script"][0])
    assert data["points"][0]["n"] == "line␤end␛[2J␦"
    text = found if isinstance(found, str) else found.decode()
    assert not set("\u2028\x1b\u202e") & set(text)
    assert "a␊b" in text


def test_a_secret_that_is_also_a_number_leaves_the_figures_of_the_page(monkeypatch):
    monkeypatch.setattr(outside, "_secrets", set())
    monkeypatch.setattr(outside, "_pattern", None)
    outside.remember_secret("123456")
    point = make.point("P1", name="gate 123456")
    found = page(points=make.points(point, make.point("P2"), make.point("P3")))
    [first, *_] = json.loads(Reader(found).blocks["script"][0])["points"]
    assert first["n"] == "gate ***"
    assert 104.123456 in first.values()


def test_the_order_of_the_sections_is_what_a_clerk_needs_first():
    sections = [a["id"] for tag, a in Reader(page()).tags if tag == "section" and "id" in a]
    wanted = ["todo", "map-section", "silenced", "untold", "corrections", "trend"]
    assert [name for name in sections if name in wanted] == wanted


def test_what_is_missed_silenced_and_untold_stands_in_its_section():
    text = page()
    todo = text[text.index('id="todo"') : text.index('id="map-section"')]
    silenced = text[text.index('id="silenced"') : text.index('id="untold"')]
    untold = text[text.index('id="untold"') : text.index('id="corrections"')]
    assert "Gate P1" in todo
    assert "Gate P2" not in todo
    assert "Gate P2" in silenced
    assert "Gate P1" not in silenced
    assert "Gate P3" in untold
    assert "Gate P1" not in untold


def test_a_day_without_anything_says_so():
    reader = Reader(
        page(
            pickups=make.judgements(make.pickup("P1"), alerted=False),
            alerts=make.classified(),
        )
    )
    words = " ".join(reader.texts)
    assert "Nothing was missed on this date." in words
    assert "No false alert on this date." in words
    assert "All pickups of this date could be decided." in words


def test_provisional_results_are_called_so():
    entry = daily().report.day.entry | {"state": "provisional"}
    assert "Provisional" in page(entry=entry)
    assert "Provisional" not in page()


def test_every_cause_is_explained():
    words = " ".join(Reader(page(language="zh")).texts)
    for cause in Cause:
        assert cause.label("zh") in words
        assert cause.meaning("zh") in words


def test_our_scripts_are_es5():
    for name in ("common.js", "report.js", "pointmap.js"):
        text = (ASSETS / name).read_text(encoding="utf-8")
        bare = re.sub(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", "", text, flags=re.S)
        for newer in (r"=>", r"`", r"\b(let|const|class|async|await|of)\b", r"\.\.\.", r"\?\?"):
            assert not re.search(newer, bare), f"{name}: {newer}"


def test_the_same_date_gives_the_same_bytes():
    assert page() == page()


def test_the_report_of_a_whole_county_stays_small(reported):
    # 60 points here, 406 in a county: a seventh of what may be.
    for site in reported.values():
        path = site / "out" / f"report_{DAY}.html"
        assert path.stat().st_size < 600_000


def test_the_figures_at_the_top_are_those_of_the_exports(reported):
    pickups = rows(reported["en"] / "out" / f"pickups_{DAY}.csv")
    alerts = rows(reported["en"] / "out" / f"alerts_{DAY}.csv")
    text = (reported["en"] / "out" / f"report_{DAY}.html").read_text(encoding="utf-8")
    tiles = [
        int(n) for n in re.findall(r'<span class="count">(\d+)</span> <span class="label">', text)
    ]
    verdicts = [row["verdict"] for row in pickups]
    assert tiles == [
        len(pickups),
        verdicts.count("collected"),
        verdicts.count("missed"),
        verdicts.count("unverifiable"),
        len(alerts),
        [row["classification"] for row in alerts].count("false"),
    ]


def test_a_large_area_is_split_by_township(monkeypatch):
    from routecheck.present import html as package

    points = make.points(
        make.point("P1", township="甲"), make.point("P2", township="乙"), make.point("P3")
    )
    monkeypatch.setattr(package, "PAGE_POINTS", 2)
    files = build_report(daily(points=points))
    day = make.DAY
    assert list(files) == [f"report_{day}.html"] + [f"report_{day}_0{n}.html" for n in (1, 2, 3)]
    first = files[f"report_{day}.html"].decode("utf-8")
    # What to act on stands in the overview; each township in its own page, and nowhere else.
    assert "Gate P1" in first
    assert "Gate P2" not in first
    links = set(re.findall(r'href="(report_[^"]+)"', first))
    assert links == set(files) - {f"report_{day}.html"}
    holding = [name for name, content in files.items() if "Gate P2" in content.decode("utf-8")]
    assert len(holding) == 1
    for name, content in files.items():
        if name != f"report_{day}.html":
            assert f'href="report_{day}.html"' in content.decode("utf-8")


def test_dates_judged_before_tracks_were_kept_can_be_reported():
    assert json.loads(Reader(page()).blocks["script"][0])["tracks"] == []
    assert date(2026, 3, 2) == make.DAY
