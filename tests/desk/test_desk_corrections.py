"""Deciding on corrections at the desk: the same as on the command line, and it can be undone."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pandas as pd
import pytest
from desk_tools import Clerk, form_of

from routecheck.desk.pages import corrections as page
from routecheck.queries.correction_queue import read_queue
from site_tools import call, rows


def states(clerk: Clerk) -> dict[str, str]:
    with clerk.desk.site.store() as store:
        table = store.read_corrections()
    return dict(zip(table["point_id"], table["state"].astype(str), strict=True))


def first(clerk: Clerk) -> str:
    return form_of(clerk.get("/corrections"), "accept")["point"]


def test_the_surest_correction_comes_first_with_what_proves_it(reader, judged):
    shown = rows(judged / "out" / "corrections.csv")
    best = max(
        shown, key=lambda row: (float(row["confidence"]), [-ord(c) for c in row["point_id"]])
    )
    text = reader.get("/corrections")
    assert form_of(text, "accept")["point"] == best["point_id"]
    assert best["evidence"].split("; ")[0][:30] in text
    for row in shown:
        assert row["point_id"] in text


def test_a_decision_is_the_one_of_the_command_line(clerk):
    point = first(clerk)
    fields = form_of(clerk.get("/corrections"), "accept")
    following = clerk.post("/decide", **fields)
    assert states(clerk)[point] == "accepted"
    [row] = [r for r in rows(clerk.folder / "out" / "corrections.csv") if r["point_id"] == point]
    assert row["state"] == "accepted"
    with clerk.desk.site.store() as store:
        [kept] = [one for one in store.decisions() if one["point_id"] == point]
    assert kept["decided_by"] == "Li Na"
    told = clerk.get(following)
    assert f"Accepted: {point}" in told
    assert f"Accepted: {point}" not in clerk.get(following)
    config = str(clerk.folder / "routecheck.toml")
    assert call("accept", point, "--undo", "--config", config) == 0
    assert states(clerk)[point] == "proposed"


def test_rejecting_and_taking_back_one_after_another(clerk):
    decided = []
    for name in ("reject", "accept", "reject"):
        fields = form_of(clerk.get("/corrections"), name)
        decided.append(fields["point"])
        clerk.post("/decide", **fields)
    assert len(set(decided)) == 3
    assert [states(clerk)[p] for p in decided] == ["rejected", "accepted", "rejected"]
    for left in (2, 1, 0):
        back = clerk.post("/undo")
        assert unquote(back) == f"/corrections/{decided[left]}"
        assert [states(clerk)[p] for p in decided[left:]] == ["proposed"] * (3 - left)
    clerk.post("/undo", 404)


def test_two_people_at_once_do_not_overrule_each_other(clerk):
    other = Clerk(clerk.folder, name="Wang Wei")
    mine = form_of(clerk.get("/corrections"), "accept")
    theirs = form_of(other.get("/corrections"), "reject")
    assert mine["point"] == theirs["point"]
    other.post("/decide", **theirs)
    answer = clerk.post("/decide", 409, **mine)
    assert "Wang Wei" in answer
    assert states(clerk)[mine["point"]] == "rejected"
    # What another has changed since is not taken back.
    back = form_of(clerk.get("/corrections"), "accept")
    clerk.post("/decide", **back)
    config = str(clerk.folder / "routecheck.toml")
    assert call("accept", back["point"], "--undo", "--config", config) == 0
    assert call("reject", back["point"], "--config", config) == 0
    clerk.post("/undo", 409)
    assert states(clerk)[back["point"]] == "rejected"
    # It does not stand before what can be taken back.
    clerk.post("/undo", 404)


def test_a_decision_waits_for_a_run_and_then_says_so(clerk, monkeypatch):
    monkeypatch.setattr(page, "WAIT_S", 0.3)
    fields = form_of(clerk.get("/corrections"), "accept")
    with clerk.desk.site.store() as store, store.lock():
        # Pages are read meanwhile as ever.
        assert clerk.get("/corrections")
        answer = clerk.post("/decide", 503, **fields)
    assert "another routecheck" in answer
    assert states(clerk)[fields["point"]] == "proposed"
    clerk.post("/decide", **fields)
    assert states(clerk)[fields["point"]] == "accepted"


def test_a_batch_is_accepted_only_after_each_of_ten_was_ticked(clerk):
    with clerk.desk.site.store() as store:
        batch = read_queue(store).batches()[0]
    members = set(batch.rows["point_id"])
    assert len(members) > 1
    key = {"batch": batch.key}
    clerk.post("/decide-batch", 404, **key)
    text = clerk.get(f"/batch/{batch.key}")
    looked = re.findall(r'name="looked" value="([^"]+)"', text)
    assert len(looked) == min(10, len(members))
    assert set(looked) <= members
    assert text.count("<svg ") == len(looked)
    clerk.post("/decide-batch", 404, **key, looked=looked[:-1])
    assert set(states(clerk).values()) == {"proposed"}
    clerk.post("/decide-batch", **key, looked=looked)
    assert {p for p, state in states(clerk).items() if state == "accepted"} == members
    clerk.post("/undo")
    assert set(states(clerk).values()) == {"proposed"}


def test_a_batch_of_which_one_was_decided_meanwhile_is_not_accepted(clerk):
    with clerk.desk.site.store() as store:
        batch = read_queue(store).batches()[0]
    text = clerk.get(f"/batch/{batch.key}")
    looked = re.findall(r'name="looked" value="([^"]+)"', text)
    config = str(clerk.folder / "routecheck.toml")
    assert call("reject", batch.rows["point_id"].iloc[0], "--config", config) == 0
    clerk.post("/decide-batch", 409, batch=batch.key, looked=looked)
    assert "accepted" not in states(clerk).values()


def test_the_ten_of_a_large_batch_reach_from_the_surest_to_the_least_sure():
    from routecheck.queries.correction_queue import Batch

    rows_of = pd.DataFrame({"point_id": [f"P{n}" for n in range(137)]})
    sample = Batch("k", "datum", "", "", rows_of).sample["point_id"].tolist()
    assert len(set(sample)) == 10
    assert (sample[0], sample[-1]) == ("P0", "P136")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"point": "P9999", "state": "accepted", "version": "1"}, 409),
        ({"point": "P9999", "state": "proposed", "version": "1"}, 404),
        ({"point": "P9999", "state": "accepted", "version": "x"}, 404),
        ({}, 404),
    ],
)
def test_what_is_no_decision_is_refused(clerk, fields, status):
    clerk.post("/decide", status, **fields)
    assert set(states(clerk).values()) == {"proposed"}


def test_when_nothing_waits_the_page_says_so(clerk):
    config = str(clerk.folder / "routecheck.toml")
    assert call("accept", "--all", "--config", config) == 0
    assert "No correction waits" in clerk.get("/corrections")


def test_an_unknown_correction_is_not_found(reader):
    assert "P9999" in reader.get("/corrections/P9999", 404)
    reader.get("/batch/0123456789ab", 404)


def test_the_table_of_corrections_can_be_taken_along(reader, judged):
    text = reader.client.get("/corrections?as=csv").content.decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 1 + len(rows(judged / "out" / "corrections.csv"))
    book = reader.client.get("/corrections?as=xlsx")
    assert book.content[:2] == b"PK"
    assert 'filename="corrections.xlsx"' in book.headers["content-disposition"]
