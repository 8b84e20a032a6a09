"""The parts of the page about the running day: counted by hand, fed as it came."""

from datetime import date
from pathlib import Path

import pandas as pd
from benchmarks import today

END = pd.Timestamp("2026-03-02T08:00", tz="UTC")
START = END - pd.Timedelta(hours=2)
CLOSED = END + pd.Timedelta(hours=22)


def at(minutes: float) -> pd.Timestamp:
    return END + pd.Timedelta(minutes=minutes)


def test_what_is_told_and_taken_back_is_counted() -> None:
    said = {
        ("early", START): [(at(0), "unverifiable"), (at(15), "missed")],
        ("back", START): [(at(15), "missed"), (at(60), "collected")],
        ("doubt", START): [(at(30), "missed"), (at(90), "unverifiable"), (at(120), "missed")],
        ("morning", START): [(at(15), "unverifiable")],
        ("night", START): [(at(45), "missed")],
    }
    verdicts = [
        (("early", START), "missed", END),
        (("back", START), "collected", END),
        (("doubt", START), "missed", END),
        (("morning", START), "missed", END),
        (("night", START), "unverifiable", END),
    ]
    truth = {("back", START): True, ("early", START): False}
    found = today.Found()
    today._count(found, date(2026, 3, 2), said, verdicts, CLOSED, truth, verbose=False)
    assert sorted(found.after_s) == [15 * 60.0, 30 * 60.0, 22 * 3600.0]
    assert (len(found.early_s), found.told, found.wrong) == (2, 4, 1)
    assert dict(found.retracted) == {"collected": 1, "unverifiable": 2}
    rows = {row[0]: row[1:] for row in today.table({7: found})}
    assert rows["known so long after the window, middle"] == ["30 min", "30 min"]
    page = today.document({7: found}, "county", 5)
    assert "3 of 4 taken back, so that the second aim is missed" in page


def test_a_site_is_fed_what_had_come(tmp_path: Path) -> None:
    county = tmp_path / "county"
    for folder in ("fixes", "alerts"):
        (county / folder).mkdir(parents=True)
    (county / "routecheck.toml").write_text(
        '[points]\npath = "p.csv"\n[schedule]\npath = "s.csv"\n[fixes]\npath = "fixes/*.csv"\n'
    )
    (county / "checks.csv").write_text("point_id,service_date\nP1,2026-03-01\nP2,2026-03-02\n")
    (county / "truth.csv").write_text("point_id\n")
    (county / "fixes" / "f.csv").write_text(
        "vehicle_id,time,received_at\n"
        "V1,2026-03-02 08:00:00,2026-03-02 08:00:05\n"
        "V1,2026-03-02 08:00:10,2026-03-02 11:00:00\n"
        "V1,2026-03-02 08:10:00,2026-03-02 08:10:05\n"
    )
    (county / "alerts" / "a.csv").write_text("alert_id,raised_at\nA1,2026-03-02T09:00:00+08:00\n")
    feed = today.Feed(county, tmp_path / "site")
    feed.deliver(pd.Timestamp("2026-03-02 08:30", tz="Asia/Shanghai").tz_convert("UTC"))
    come = (feed.site / "fixes" / "f.csv").read_text().splitlines()[1:]
    assert [line.split(",")[1] for line in come] == ["2026-03-02 08:00:00", "2026-03-02 08:10:00"]
    assert not (feed.site / "alerts" / "a.csv").exists()
    assert "P2" not in (feed.site / "checks.csv").read_text()
    assert not (feed.site / "truth.csv").exists()
    feed.deliver(pd.Timestamp("2026-03-02 12:00", tz="Asia/Shanghai").tz_convert("UTC"))
    assert len((feed.site / "fixes" / "f.csv").read_text().splitlines()) == 4
    assert (feed.site / "alerts" / "a.csv").exists()
