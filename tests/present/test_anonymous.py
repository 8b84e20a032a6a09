"""Copies for outsiders: no plate, device or person is in any byte of them."""

import csv
import gzip
import re
import shutil
import zipfile
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
import pytest

from routecheck.present.html.map_lines import MapLines
from routecheck.queries.anonymous import Pseudonyms, anonymous_report
from routecheck.queries.daily_report import DailyReport
from site_tools import DAYS, call, rows, run

DAY = DAYS[1]


def opened(path: Path, how: str) -> IO[str]:
    opener = gzip.open if path.suffix == ".gz" else open
    coding = "utf-8-sig" if how == "r" else "utf-8"
    return opener(path, f"{how}t", encoding=coding, newline="")  # type: ignore[return-value]


def plates(folder: Path) -> dict[str, str]:
    """Call every vehicle and device of a site by a plate of its own; return them by their ids."""
    ids = {row["vehicle_id"] for row in rows(folder / "schedule.csv")} - {""}
    for row in rows(folder / "vehicles.csv"):
        ids |= {row["vehicle_id"], row["device_id"]}
    files = [folder / "schedule.csv", folder / "vehicles.csv", *(folder / "fixes").iterdir()]
    for path in files[2:]:
        with opened(path, "r") as file:
            ids |= {row["vehicle_id"] for row in csv.DictReader(file)} - {""}
    names = {old: f"渝A{70000 + 137 * n}" for n, old in enumerate(sorted(ids))}
    for path in files:
        with opened(path, "r") as file:
            table = [[names.get(cell, cell) for cell in row] for row in csv.reader(file)]
        with opened(path, "w") as file:
            csv.writer(file).writerows(table)
    return names


@pytest.fixture(scope="module")
def copies(county, tmp_path_factory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("anonymous") / "site"
    shutil.copytree(county, folder)
    names = plates(folder)
    # What somebody went to see contradicts the page, and is told on it.
    judged = rows(county / "truth.csv")[0]
    (folder / "checks.csv").write_text(
        "point_id,service_date,window_start,collected,by\n"
        f"{judged['point_id']},{DAY},,false,Zhang San\n"
        f"{judged['point_id']},{DAYS[0]},,false,Zhang San\n",
        encoding="utf-8",
    )
    config = folder / "routecheck.toml"
    text = config.read_text(encoding="utf-8")
    if "[checks]" not in text:
        config.write_text(text + '\n[checks]\npath = "checks.csv"\n', encoding="utf-8")
    assert run(folder) in (0, 1)
    named = ("--from", DAYS[0], "--to", DAYS[1], "--config", str(config))
    assert call("report", *named) == 0
    assert call("report", *named, "--anonymous") == 0
    month = ("--month", DAY[:7], "--config", str(config), "--anonymous")
    assert call("report", *month) == 0
    return folder, [*names.values(), "Zhang San"]


def contents(path: Path) -> str:
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def test_nothing_in_the_copies_names_a_vehicle_or_a_person(copies):
    folder, secret = copies
    kinds = ("report_*.html", "report_*.xlsx", "missed_*.csv", "pickups_*.csv", "alerts_*.csv")
    written = [path for kind in kinds for path in (folder / "out" / "anonymous").glob(kind)]
    assert len(written) >= 2 * len(kinds) + 1
    for path in written:
        text = contents(path)
        # As JSON and as HTML may write them, too.
        told = [
            name
            for name in secret
            if name in text or name.encode("unicode-escape").decode() in text
        ]
        assert told == [], path.name
    # The office's own page names them: the test would see it.
    assert any(name in contents(folder / "out" / f"report_{DAY}.html") for name in secret)


def test_a_vehicle_has_one_other_name_in_all_of_them_and_the_verdicts_are_the_same(copies):
    folder, _ = copies
    pairs: dict[str, set[str]] = {}
    for day in DAYS:
        own = rows(folder / "out" / f"pickups_{day}.csv")
        copy = rows(folder / "out" / "anonymous" / f"pickups_{day}.csv")
        for a, b in zip(own, copy, strict=True):
            for name in ("scheduled_vehicle_id", "vehicle_id"):
                assert (a[name] == "") == (b[name] == "")
                pairs.setdefault(a[name], set()).add(b[name])
            kept = set(a) - {"scheduled_vehicle_id", "vehicle_id"}
            assert {name: a[name] for name in kept} == {name: b[name] for name in kept}
    assert all(len(others) == 1 for others in pairs.values())
    others = {other for names in pairs.values() for other in names}
    assert len(others) == len(pairs) > 4
    page = contents(folder / "out" / "anonymous" / f"report_{DAY}.html")
    assert all(other in page for other in others if other)


def test_what_is_rejected_is_not_handed_out(copies):
    """Rows are quoted there as they came."""
    folder, _ = copies
    assert not list((folder / "out" / "anonymous").glob("rejected*"))


def test_names_are_replaced_as_a_whole_and_nothing_else_is():
    names = Pseudonyms(["7", "12", "渝A1", "渝A12"], lambda n: f"<{n}>")
    given = {"silent": "12:07:12", "observers": ["12", "7"], "7": 7, "say": "gap"}
    found = names.of(given)
    assert found["silent"] == "12:07:12"
    assert found["observers"] == sorted([names.of("12"), names.of("7")])
    assert set(found) == {"silent", "observers", names.of("7"), "say"}
    assert names.within("R-渝A12-1") == f"R-{names.of('渝A12')}-1"
    assert re.fullmatch(r"<\d>", names.of("渝A1"))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("渝A70000早班", "<1>早班"),
        ("东线渝A70000", "东线<1>"),
        ("东线渝A70000早班_2", "东线<1>早班_2"),
        ("渝A700001", "渝A700001"),
    ],
)
def test_plates_are_found_in_text_without_spaces(text, hidden):
    names = Pseudonyms(["渝A70000"], lambda n: f"<{n}>")
    assert names.within(text) == hidden
    table = pd.DataFrame({"alert_id": [text], "criteria": [{"about": text, "at": "07:00"}]})
    found = names.table(table)
    assert found["alert_id"].tolist() == [hidden]
    assert found["criteria"].tolist() == [{"about": hidden, "at": "07:00"}]


def test_the_order_of_nothing_tells_the_ids(monkeypatch):
    """Whichever vehicle has which other name, the other names come in their own order."""
    ids = ["A", "B", "C", "D"]
    tracks = pd.DataFrame(
        {
            "vehicle_id": pd.Categorical([one for one in ids for _ in range(2)]),
            "piece": [0, 0, 1, 1, 2, 2, 3, 3],
            "time_s": [0, 60] * 4,
            "lon_e5": [10, 20, 30, 40, 50, 60, 70, 80],
            "lat_e5": [1, 2] * 4,
        }
    )
    monkeypatch.setattr("secrets.SystemRandom.shuffle", lambda _, given: given.reverse())
    names = Pseudonyms(ids, lambda n: f"vehicle {n}")
    assert names.of("D") == "vehicle 1"
    heard = names.of({"heard": dict.fromkeys(ids, 0), "observers": ids})
    assert list(heard["heard"]) == heard["observers"] == [f"vehicle {n}" for n in (1, 2, 3, 4)]
    report = DailyReport(None, tracks, [], tracks, tracks)
    lines = MapLines(anonymous_report(report, None, names).tracks)
    drawn = lines.within(np.array([0, 0]), np.array([100, 100]))
    assert [lines.vehicles[line[0]] for line in drawn] == lines.vehicles == heard["observers"]
    # The lines themselves are those of the vehicles still.
    assert [line[1][0] for line in drawn] == [70, 50, 30, 10]
