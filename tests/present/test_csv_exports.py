"""The CSV files against contract section 5, cell by cell, and against what spreadsheets do."""

import csv
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routecheck.domain.codes import Language
from routecheck.present.csv_files import (
    export_corrections,
    export_date,
    export_rejected_inputs,
    guarded,
    unguarded,
)
from routecheck.present.sentences.tables import DateInWords
from routecheck.queries.service_date import ServiceDate, read_service_date
from routecheck.store import Store
from store.builders import (
    DAY,
    alert,
    classified,
    corrections,
    judgements,
    missed,
    pickup,
    point,
    points,
    proposal,
    rejected,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences that show what they were given."""

    def shown(row: Any, language: str, *_zone: ZoneInfo) -> str:
        return f"{language}: {row['criteria']['say']}"

    def act(row: Any, _language: str, zone: ZoneInfo, *_decided: str) -> str:
        return f"see {row['point_id']}, {zone}"

    monkeypatch.setattr("routecheck.present.sentences.verdicts.evidence", shown)
    monkeypatch.setattr("routecheck.present.sentences.verdicts.action", act)
    monkeypatch.setattr("routecheck.present.csv_files.correction_evidence", shown)


def write(
    folder: Path,
    *,
    rejects: pd.DataFrame | None = None,
    language: Language = "en",
    zone: ZoneInfo = SHANGHAI,
    **changes: pd.DataFrame,
) -> list[Path]:
    """The files of a date with these tables; the others are empty."""
    tables = {"pickups": judgements(), "alerts": classified(), "points": points(), **changes}
    day = ServiceDate(DAY, {"counts": {}}, corrections=corrections(), decided={}, **tables)
    rejects = rejected() if rejects is None else rejects
    return export_date(DateInWords(day, language, zone), rejects, folder)


def read(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(content.decode("utf-8-sig").splitlines(keepends=True)))


def test_the_files_of_a_date_cell_by_cell(tmp_path: Path) -> None:
    written = write(
        tmp_path / "out",
        pickups=judgements(
            missed("P2", confidence=0.98765),
            pickup("P1", cause="late_data", distance_m=7.04),
        ).assign(alerted=[False, True]),
        alerts=classified(alert("A1", cause="late_data")),
        points=points(
            point("P1", name="东门"), point("P2", township="South, upper", village="Upper")
        ),
        rounds=pd.DataFrame(
            {
                "point_id": ["P2"],
                "window_start": pd.to_datetime(["2026-03-01T22:00:00Z"], utc=True).as_unit("us"),
                "route_id": ["R7"],
                "lon": [104.2],
                "lat": [30.7],
                "tolerance_m": [30.0],
            }
        ),
        rejects=rejected(("fixes/a.csv", 12, "jump", 'V1,"x"'), ("fixes/a.csv", 3, "jump", "")),
        language="zh",
    )
    names = ["alerts", "pickups", "missed", "rejected", "incidents"]
    assert [path.name for path in written] == [f"{name}_2026-03-02.csv" for name in names]
    alerts, pickups, misses, rejects, _incidents = map(read, written)
    assert alerts == [
        ["alert_id", "service_date", "point_id", "name", "township", "raised_at",
         "classification", "cause", "confidence", "vehicle_id", "arrived_at", "departed_at",
         "dwell_s", "distance_m", "evidence", "action", "revised_at", "earlier_verdict"],
        ["A1", "2026-03-02", "P1", "东门", "North", "2026-03-02T11:00:00+08:00", "false",
         "late_data", "0.950", "V1", "2026-03-02T07:10:05+08:00", "2026-03-02T07:11:00+08:00",
         "41.0", "7.5", "zh: collected", "see P1, Asia/Shanghai", "", ""],
    ]  # fmt: skip
    assert pickups == [
        ["service_date", "point_id", "name", "township", "window_start", "window_end",
         "scheduled_vehicle_id", "verdict", "cause", "confidence", "vehicle_id", "arrived_at",
         "departed_at", "dwell_s", "distance_m", "alerted", "revised_at", "earlier_verdict"],
        ["2026-03-02", "P1", "东门", "North", "2026-03-02T06:00:00+08:00",
         "2026-03-02T10:00:00+08:00", "V1", "collected", "late_data", "0.900", "V1",
         "2026-03-02T07:10:05+08:00", "2026-03-02T07:11:00+08:00", "41.0", "7.0", "true", "", ""],
        ["2026-03-02", "P2", "Gate P2", "South, upper", "2026-03-02T06:00:00+08:00",
         "2026-03-02T10:00:00+08:00", "V1", "missed", "not_approached", "0.988", "", "", "", "",
         "", "false", "", ""],
    ]  # fmt: skip
    # The rows of the pickups, and after them where to drive and why.
    assert misses == [
        [*pickups[0], "route_id", "village", "lon", "lat", "evidence", "action"],
        [*pickups[2], "R7", "Upper", "104.2000000", "30.7000000", "zh: collected",
         "see P2, Asia/Shanghai"],
    ]  # fmt: skip
    assert rejects == [
        ["file", "row", "reason", "text"],
        ["fixes/a.csv", "3", "jump", ""],
        ["fixes/a.csv", "12", "jump", 'V1,"x"'],
    ]


def test_a_day_without_anything_has_all_files_with_their_headers(tmp_path: Path) -> None:
    assert [len(read(path)) for path in write(tmp_path)] == [1, 1, 1, 1, 1]


def test_a_time_tells_its_own_offset(tmp_path: Path) -> None:
    """The hour that comes twice: 00:30 and 01:30 UTC are 02:30 in Berlin, both."""
    berlin = ZoneInfo("Europe/Berlin")
    row = pickup(arrived_at="2026-10-25T00:30:00Z", departed_at="2026-10-25T01:30:00Z")
    written = write(tmp_path, pickups=judgements(row), zone=berlin)
    cells = read(written[1])[1]
    assert cells[11:13] == ["2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]


def test_the_name_is_that_of_the_date(tmp_path: Path) -> None:
    known = points(
        point("P1", name="before", valid_to=date(2026, 3, 1)),
        point("P1", name="that day", valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 4)),
        point("P1", name="after", valid_from=date(2026, 3, 5)),
        point("P2", name="retired", valid_to=date(2026, 2, 1)),
    )
    pickups = judgements(pickup("P1"), pickup("P2"), pickup("P3"))
    written = write(tmp_path, pickups=pickups, points=known)
    assert [row[2] for row in read(written[1])[1:]] == ["that day", "retired", ""]


def test_texts_are_guarded_and_numbers_never(tmp_path: Path) -> None:
    written = write(
        tmp_path,
        alerts=classified(alert("-5", "=1+1", criteria={"say": "x"})),
        points=points(point("=1+1", name=" @SUM(A1)", township="+8")),
        rejects=rejected(("-f.csv", 2, "bad_value", "\tx\r\n=y")),
    )
    cells = read(written[0])[1]
    assert cells[:5] == ["'-5", "2026-03-02", "'=1+1", "' @SUM(A1)", "'+8"]
    assert read(written[3])[1] == ["'-f.csv", "2", "bad_value", "␉x␍␊=y"]

    west = corrections(proposal(proposed_lon=-77.03, recorded_lon=-77.0312345678, offset_m=0.04))
    path = export_corrections(west, points(), tmp_path, language="en", zone=SHANGHAI)
    row = dict(zip(*read(path), strict=True))
    assert row["proposed_lon"] == "-77.0300000"
    assert row["recorded_lon"] == "-77.0312346"
    assert row["offset_m"] == "0.0"


SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", ["", " ", "  ", "\u3000", "\u00a0", "\u200c", "\u200d"])
def test_what_a_spreadsheet_takes_for_a_formula(sign: str, before: str) -> None:
    assert guarded(f"{before}{sign}1") == f"'{before}{sign}1"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "before", [*"\ufeff\u200b\u2060\u200e\u202e\u2066\u00ad\u061c\t\r\n\0\x1b\x85\u2028"]
)
def test_nothing_that_cannot_be_seen_hides_a_formula(sign: str, before: str) -> None:
    cell = guarded(f"{before}{sign}1")
    assert cell.startswith("'")
    assert before not in cell
    assert cell.endswith(f"{sign}1")


@pytest.mark.parametrize("text", ["", "P-1", "007", "1+1", "a=b", "N/A", "东门", "'t", "x@y"])
def test_other_texts_stand_as_they_are(text: str) -> None:
    assert guarded(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@ ␦␛x1　")))
def test_the_guard_can_be_undone(text: str) -> None:
    """So that an id copied from an export is understood."""
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip()[:1] not in ("=", "+", "-", "@")


def test_corrections(tmp_path: Path) -> None:
    known = points(point("P1", name="old", valid_to=DAY), point("P1", name="东门"))
    table = corrections(
        proposal("P9", proposed_lon=None, proposed_lat=None, offset_m=None, state="rejected",
                 cause="tolerance", proposed_tolerance_m=45.0),
        proposal("P1"),
    )  # fmt: skip
    path = export_corrections(table, known, tmp_path, language="en", zone=SHANGHAI)
    assert path == tmp_path / "corrections.csv"
    assert read(path) == [
        ["point_id", "name", "township", "cause", "recorded_lon", "recorded_lat", "proposed_lon",
         "proposed_lat", "offset_m", "days_seen", "confidence", "evidence",
         "proposed_tolerance_m", "state"],
        ["P1", "东门", "North", "misplaced", "104.1000000", "30.6000000", "104.1020000",
         "30.6010000", "220.4", "6", "0.970", "en: misplaced", "", "proposed"],
        ["P9", "", "", "tolerance", "104.1000000", "30.6000000", "", "", "", "6", "0.970",
         "en: misplaced", "45.0", "rejected"],
    ]  # fmt: skip


def test_rejected_rows_of_inputs_without_a_date(tmp_path: Path) -> None:
    rows = rejected(("points.csv", 5, "bad_number", "x"))
    inputs = {"points": rows, "schedule": rejected()}
    (path,) = export_rejected_inputs(inputs, tmp_path, zone=SHANGHAI)
    assert path.name == "rejected_points.csv"
    assert len(read(path)) == 2
    assert export_rejected_inputs({"points": rejected()}, tmp_path, zone=SHANGHAI) == [path]
    assert len(read(path)) == 1


@given(order=st.permutations(range(5)))
def test_the_order_of_the_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    rows = [
        pickup("P1"),
        pickup("P1", window_start="2026-03-02T10:00:00Z"),
        missed("P2"),
        missed("P10"),
        pickup("a"),
    ]
    alerts = [alert(f"A{i}", "P1") for i in range(5)]
    contents = []
    for now in (list(range(5)), order):
        folder = tmp_path_factory.mktemp("out")
        written = write(
            folder,
            pickups=judgements(*(rows[i] for i in now)),
            alerts=classified(*(alerts[i] for i in now)),
        )
        contents.append([path.read_bytes() for path in written])
    assert contents[0] == contents[1]


def test_the_tables_given_are_not_changed(tmp_path: Path) -> None:
    given = judgements(pickup("P2"), pickup("P1"))
    before = given.copy()
    write(tmp_path, pickups=given)
    pd.testing.assert_frame_equal(given, before)


def test_from_the_store_twice_byte_for_byte(tmp_path: Path) -> None:
    """The same data judged again, with the noise of another order of sums, write the same."""
    contents = []
    with Store.open(f"sqlite:///{tmp_path / 's.db'}") as store:
        store.sync_points(points(point("P1"), point("P2")), on=DAY, by="points.csv")
        for noise in (0.0, 1e-10):
            run_id = store.begin_run("run")
            pickups = judgements(pickup("P1", distance_m=7.4 + noise, dwell_s=3 + noise),
                                 missed("P2", confidence=0.9 - noise))  # fmt: skip
            alerts = classified(
                alert("A1", "P2", classification="genuine", cause="not_approached",
                      confidence=0.9 - noise)
            )  # fmt: skip
            store.write_date(
                DAY, pickups, alerts, rejected(("f.csv", 2, "jump", "x")), input_hash="h",
                run_id=run_id, provisional=False,
            )  # fmt: skip
            day, rejects = read_service_date(store, DAY), store.read_rejected(DAY)
            words = DateInWords(day, "en", SHANGHAI)
            written = export_date(words, rejects, tmp_path / "out")
            contents.append([(path.name, path.read_bytes()) for path in written])
            stamps = [path.stat().st_mtime_ns for path in written]
    assert contents[0] == contents[1]
    assert stamps == [
        path.stat().st_mtime_ns
        for path in sorted(
            (tmp_path / "out").iterdir(), key=lambda p: [w.name for w in written].index(p.name)
        )
    ]
    assert np.array([b"Gate P2" in content for _, content in contents[0]]).sum() == 3
