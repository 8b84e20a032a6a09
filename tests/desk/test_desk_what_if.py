"""What if: judged both ways on the same basis, and nothing stored."""

from __future__ import annotations

import html
import re

import pytest
from desk_tools import Clerk

from routecheck.engine.session import open_site
from routecheck.engine.what_if import WhatIf
from routecheck.queries.what_if import try_on
from scene import degrees
from site_tools import run
from village import AT_M, FIRST, Village, day


@pytest.fixture(scope="module")
def moved(tmp_path_factory) -> Village:
    """Three mornings; the truck stands 60 s at each point, and never at P4."""
    village = Village(tmp_path_factory.mktemp("what_if") / "site")
    for n in range(3):
        village.deliver(day(n), skip={"P4"})
    assert run(village.folder, "--from", str(FIRST), "--to", str(day(2))) == 0
    return village


@pytest.mark.parametrize(
    ("what", "stays"),
    [
        # No stand lasts two minutes.
        (WhatIf("P2", min_dwell_s=120.0), False),
        (WhatIf("P2", min_dwell_s=30.0), True),
        # Half-way to the next point nobody stands.
        (WhatIf("P2", place=degrees(AT_M["P2"] + 250.0, 0.0)), False),
        (WhatIf("P2", place=degrees(AT_M["P2"] + 5.0, 0.0)), True),
        (WhatIf("P2", tolerance_m=30.0), True),
    ],
)
def test_verdicts_change_with_what_is_tried(moved, what, stays):
    clerk = Clerk(moved.folder)
    with open_site(clerk.desk.site.config, now=clerk.desk.site.clock()) as site:
        [tried] = try_on(site, what, day(1))
        assert tried.verdict == "collected"
        assert (tried.verdict_if == "collected") is stays
        assert tried.changes is not stays
        [again] = try_on(site, WhatIf("P2", tolerance_m=30.0), day(1))
        assert (again.verdict, again.verdict_if) == ("collected", "collected")


def test_a_wider_tolerance_reaches_a_stand_beside_it(moved):
    """P4 is never stood at; from P5 it is 500 m away."""
    clerk = Clerk(moved.folder)
    with open_site(clerk.desk.site.config, now=clerk.desk.site.clock()) as site:
        [near] = try_on(site, WhatIf("P4", tolerance_m=40.0), day(1))
        assert near.verdict_if != "collected"
        other = try_on(site, WhatIf("P1", tolerance_m=40.0), day(1))
        assert [one.changes for one in other] == [False]


def test_the_page_tries_every_date_and_stores_nothing(moved):
    clerk = Clerk(moved.folder)
    store = (moved.folder / "rc.db").read_bytes()
    page = clerk.get("/what-if?id=P2&dwell=120")
    parts = [html.unescape(one) for one in re.findall(r'data-load="([^"]+)"', page)]
    assert len(parts) == 3
    for part in parts:
        assert "data-changes" in clerk.get(part)
    assert "data-changes" not in clerk.get(parts[0].replace("dwell=120", "dwell=20"))
    assert (moved.folder / "rc.db").read_bytes() == store
    assert "data-load" not in clerk.get("/what-if?id=P2")
    clerk.desk.close()


@pytest.mark.parametrize(
    "query",
    ["id=P99", "id=P2&tolerance=x", "id=P2&tolerance=0", "id=P2&tolerance=nan", "id=P2&dwell=-1",
     "id=P2&lon=108", "id=P2&lat=91&lon=1", "id=P2&tolerance=1e9", "", "id=P2&dwell=inf"],
)  # fmt: skip
def test_what_cannot_be_tried_is_told(moved, query):
    clerk = Clerk(moved.folder)
    assert 'role="alert"' in clerk.get(f"/what-if?{query}", 404)
    assert 'role="alert"' in clerk.get(f"/what-if-day?{query}&day={day(1)}", 404)
