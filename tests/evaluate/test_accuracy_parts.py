"""The accuracy ledger: the worst tenth of drawn sites by hand, one as a user runs it."""

from __future__ import annotations

from benchmarks import accuracy
from benchmarks.sites import compared, true_of
from benchmarks.worst_tenth import worst_tenth, worst_tenth_rows

from evaluate.eval_tables import NO_CORRECTIONS, classified, judgements, truth
from routecheck.evaluate import Evaluation, compare, measure
from routecheck.simulate import amounts_for


def site(accused: int, found: int) -> Evaluation:
    """100 pickups, the first 4 missed and alerted: `found` of them found, others accused."""
    ids = [f"P{n}" for n in range(100)]
    missed = {*ids[:found], *ids[10 : 10 + accused]}
    return measure(
        compare(
            judgements(
                [
                    {"point_id": i, "verdict": "missed" if i in missed else "collected",
                     "alerted": i in ids[:4]}
                    for i in ids
                ]
            ),
            classified(
                [
                    {"point_id": i, "classification": "genuine" if i in missed else "false"}
                    for i in ids[:4]
                ]
            ),
            truth([{"point_id": i, "collected": i not in ids[:4]} for i in ids]),
            NO_CORRECTIONS,
        )
    )  # fmt: skip


def test_the_worst_tenth_is_of_the_sites_that_are_worst_by_each_figure() -> None:
    # twelve sites: the worst tenth are two; most accused 3 and 1, least found 0 and 2
    sites = [site(0, 4) for _ in range(8)] + [site(3, 4), site(1, 3), site(0, 0), site(0, 2)]
    head, *rows = worst_tenth_rows(sites, range(201, 213))
    cells = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    accused = cells["wrong accusations in 10,000 pickups"]
    assert accused["all"].split()[0] == "33.3"  # 4 of 1,200
    assert accused["median site"] == "0.0"
    assert accused["worst tenth"].split()[0] == "200.0"  # 4 of 200
    assert accused["its seeds"] == "209, 210"
    found = cells["genuine ones called genuine"]
    assert found["all"].endswith("41 of 48")
    assert found["median site"] == "100.0%"
    assert found["worst tenth"].endswith("2 of 8")
    assert found["its seeds"] == "211, 212"
    # the site that called nothing genuine has no precision
    assert cells["called genuine, really genuine"]["all"].endswith("41 of 41")
    assert "211" not in cells["called genuine, really genuine"]["its seeds"]
    # no miss was without an alert; the four wrong accusations were
    assert cells["misses that no alert named, found"]["all"] == "-"
    assert cells["of those, really missed"]["worst tenth"].startswith("0.0%")
    page = worst_tenth(sites, range(201, 213))
    assert page[-len(rows) :] == [f"| {' | '.join(row)} |" for row in rows]
    assert any("of 12 sites" in line for line in page)


def test_drawn_sites_are_a_column_of_the_ledger_and_have_their_worst_tenth(
    tmp_path, capsys
) -> None:
    page = tmp_path / "accuracy.md"
    small = ["--set", "points=24", "--set", "trucks=3", "--days", "1", "--seeds", "301"]
    quick = ["--set", "interval_mix=((30.0, 1.0),)", "--sites", str(tmp_path / "sites")]
    accuracy.main(["--profiles", "drawn", *small, *quick, "--write", str(page)])
    printed = capsys.readouterr().out
    assert "worst tenth" in printed
    text = page.read_text("utf-8")
    assert "| | aim | drawn |" in text
    assert "This page shows `drawn` 301." in text
    assert "Amounts in all of them: points=24, trucks=3, interval_mix" in text
    assert "### The worst tenth of the sites" in text
    assert "| wrong accusations in 10,000 pickups |" in text
    (folder,) = (tmp_path / "sites").iterdir()
    assert len((folder / "points.csv").read_text("utf-8").splitlines()) == 25
    drawn = dict(line.split(",", 1) for line in (folder / "amounts.csv").read_text().splitlines())
    assert drawn["interval_mix"] == '"((30.0, 1.0),)"'
    assert float(drawn["noise_m"]) == amounts_for("drawn", 301).noise_m


def test_the_first_days_are_judged_from_nothing_and_stand_beside_all_days(tmp_path, capsys) -> None:
    sites, page = tmp_path / "sites", tmp_path / "accuracy.md"
    small = ["--set", "points=24", "--set", "trucks=3", "--days", "4", "--seeds", "301,302"]
    quick = ["--profiles", "county", "--set", "interval_mix=((30.0, 1.0),)", "--sites", str(sites)]
    accuracy.main([*small, *quick, "--first-days", "302", "--write", str(page)])
    assert "county, seeds 302, from nothing:" in capsys.readouterr().out
    text = page.read_text("utf-8")
    assert "## The first days of a new site" in text
    section = text.partition("## The first days")[2].partition("\n## ")[0]
    (head,) = (line for line in section.splitlines() if "first day |" in line)
    # seven days are more than there are
    assert head == "| | first day | first three days | all 4 days |".replace("| |", "|  |")
    (line,) = (line for line in section.splitlines() if line.startswith("| pickups |"))
    counts = [int(cell) for cell in line.strip("| ").split(" | ")[1:]]
    # the store of the site still holds all of its dates: those of the last column
    (site,) = sites.glob("county_302_*")
    kept = compared(site, true_of(site))
    by_date = [int((kept.pickups["service_date"] == day).sum()) for day in kept.dates]
    assert counts == [by_date[0], sum(by_date[:3]), sum(by_date)]
    assert "| wrong accusations in 10,000 pickups |" in section
    assert "| of those, really missed |" in section
