"""The figures to compare with are those of the ledger."""

from __future__ import annotations

import re

from benchmarks import comparison_page as page

LEDGER = """\
# Accuracy

| | aim | county | hard |
| --- | --- | --- | --- |
| pickups |  | 1,000 | 2,000 |
| **Alerts whose truth the data could show** | | | |
| genuine ones called genuine | ≥ 0.95 | 87.0% (83.6-89.8), 402 of 462 **✗** | - |
| left open | ≤ 0.01 | 1.0% (0.9-1.2), 220 of 21,635 | - |
| left open | ≤ 0.01 | 0.5% (0.5-0.6), 289 of 53,841 | - |
| for every 10,000 pickups | ≤ 2 | 2.8 (1.7-4.6) | 6.3 (4.5-8.7) |

## county

| a | b | county | hard |
| --- | --- | --- | --- |
| genuine ones called genuine |  | 1.0% | 1.0% |
"""
EMPTY = "Before\n\n<!-- figures -->\n\n<!-- end of figures -->\n\nafter\n"


def test_cells_of_the_ledger_without_counts_and_marks():
    cells = page.ledger_cells(LEDGER)
    assert list(cells) == ["county", "hard"]
    assert cells["county"]["genuine ones called genuine"] == "87.0% (83.6-89.8)"
    assert cells["county"]["left open"] == "1.0% (0.9-1.2)"
    assert cells["hard"]["for every 10,000 pickups"] == "6.3 (4.5-8.7)"


def test_own_figures_change_and_those_of_the_simplest_method_stay():
    own = page.ledger_cells(LEDGER)
    simplest = {"county": {"for every 10,000 pickups": "3000.0", "judged right": "60%"}}
    first = page.with_figures(EMPTY, own, simplest)
    assert first.startswith("Before\n")
    assert first.endswith("\n\nafter\n")
    # Only profiles that both have.
    assert list(page.shown_of(first, "routecheck")) == ["county"]
    changed = {"county": {**own["county"], "for every 10,000 pickups": "1.0 (0.5-2.0)"}}
    again = page.with_figures(first, changed, page.shown_of(first, "nearest"))
    assert "| county | routecheck | 1.0 (0.5-2.0) | 87.0% (83.6-89.8) |" in again
    assert "| county | nearest | 3000.0 | - |" in again
    assert page.shown_of(again, "nearest")["county"]["judged right"] == "60%"


def test_the_page_shows_what_the_ledger_has():
    shown = page.shown_of(page.PAGE.read_text("utf-8"), "routecheck")
    ledger = page.ledger_cells(page.LEDGER.read_text("utf-8"))
    assert {"county", "hard", "dense", "ideal"} <= set(shown)
    for profile, cells in shown.items():
        theirs = {label: ledger[profile][label] for label in cells}
        assert cells == theirs, "python -m benchmarks.comparison_page"


def test_the_sentence_below_the_table_has_its_figures():
    text = page.PAGE.read_text("utf-8")
    said = re.search(r"\(in `dense` (\d+)%\s+against (\d+)%\)", text)
    found = [
        page.shown_of(text, method)["dense"]["genuine ones called genuine"].split("%")[0]
        for method in ("nearest", "routecheck")
    ]
    assert said is not None
    assert [*said.groups()] == [str(round(float(share))) for share in found]
