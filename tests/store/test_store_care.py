"""Backing up, restoring, checking, pruning; on both databases, and from one to the other."""

import sqlite3
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import StoreError, StoreNotOpenedError, UsageError
from routecheck.domain.tables import REJECTED
from routecheck.store import InputFile, Store, StoreBusyError
from routecheck.store.care import back_up, check, prune, restore
from routecheck.store.databases import make_engine, parse_url
from routecheck.store.schema import metadata, seal
from store.builders import (
    DAY,
    Clock,
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


def fill(url: str) -> None:
    """Two dates, one of them revised; points, a correction, evidence, rejected rows, a note."""
    with Store.open(url) as store:
        store.now = Clock()
        store.sync_points(points(point("P1"), point("P2")), on=DAY, by="test")
        for verdict in (missed, pickup):
            run_id = store.begin_run("run")
            for on in (DAY, DAY + timedelta(days=1)):
                store.write_date(
                    on, judgements(verdict("P1", service_date=on)),
                    classified(alert("A1", service_date=on)),
                    rejected(("f.csv", 3, "jump", "x")), input_hash="h", run_id=run_id,
                    provisional=True,
                    evidence_tables={"stops": judgements(pickup()).drop(columns="criteria")},
                )  # fmt: skip
            store.write_corrections(corrections(proposal("P1")), run_id=run_id)
            store.finish_run(run_id, "done")
        store.write_rejected({"points": rejected(("p.csv", 1, "jump", ""))})
        store.put_note("service", {"pid": 7})
        begins = datetime.fromisoformat(str(pickup("P1")["window_start"]))
        store.say_word(DAY, "P1", begins, "missed", verdict="missed", by="test")
        store.put_input_files([InputFile("f.csv", "fixes", "{}")])


def content(url: str) -> dict[str, list[str]]:
    with Store.open(url, create=False) as store, store.engine.connect() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }


def test_a_backup_brings_everything_back(url: str, tmp_path: Path) -> None:
    fill(url)
    before = content(url)
    assert all(before.values())
    backup = back_up(url, tmp_path / "copies" / "one.bak")
    with Store.open(url) as store:
        run_id = store.begin_run("later")
        store.write_date(
            DAY, judgements(), classified(), REJECTED.empty(), input_hash="x", run_id=run_id,
            provisional=False,
        )  # fmt: skip
    assert content(url) != before
    restore(url, backup)
    assert content(url) == before
    # The store works on: numbers that the database gives go on from the last.
    with Store.open(url) as store:
        store.sync_points(points(point("P1"), point("P2"), point("P3")), on=DAY, by="test")
    assert check(url).faults == []


def test_from_one_database_to_another(url: str, tmp_path: Path) -> None:
    fill(url)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    restore(other, back_up(url, tmp_path / "one.bak"))
    assert content(other) == content(url)


def test_what_is_there_is_kept(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    fill(url)
    backup = back_up(url)
    assert backup.parent == tmp_path
    assert backup.name.startswith("s.db.2")
    with pytest.raises(UsageError, match="exists already"):
        back_up(url, backup)
    lines = restore(url, backup)
    [kept] = tmp_path.glob("s.db.before-restore-*")
    assert str(kept) in lines[0]
    with pytest.raises(UsageError, match="no such file"):
        restore(url, tmp_path / "none")


def test_a_run_that_waited_for_a_restore_writes_where_it_is_read(tmp_path: Path) -> None:
    """A connection from before would write into the former file, and nobody would see it."""
    url = f"sqlite:///{tmp_path / 's.db'}"
    fill(url)
    backup = back_up(url)
    with Store.open(url) as store:
        runs = len(store.runs())
        restore(url, backup)
        with store.lock():
            store.begin_run("after")
    with Store.open(url) as store:
        assert len(store.runs()) == runs + 1


def test_no_store_no_backup(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store"):
        back_up(f"sqlite:///{tmp_path / 's.db'}", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", ["text", "another database", "a newer store", "damaged"])
def test_what_is_no_backup_is_refused(tmp_path: Path, what: str) -> None:
    url, bad = f"sqlite:///{tmp_path / 's.db'}", tmp_path / "bad"
    fill(url)
    before = content(url)
    if what == "text":
        bad.write_text("x" * 5000)
    elif what == "another database":
        with closing(sqlite3.connect(bad)) as connection:
            connection.execute("CREATE TABLE t (a)")
    else:
        back_up(url, bad)
        if what == "a newer store":
            with closing(sqlite3.connect(bad)) as connection, connection:
                connection.execute("UPDATE routecheck_version SET version_num = '9999'")
        else:
            raw = bytearray(bad.read_bytes())
            raw[8192:20480] = b"\x55" * 12288
            bad.write_bytes(raw)
    with pytest.raises(StoreError, match="not a usable backup"):
        restore(url, bad)
    assert content(url) == before


def test_a_damaged_store_is_reported_and_mended(tmp_path: Path) -> None:
    url, path = f"sqlite:///{tmp_path / 's.db'}", tmp_path / "s.db"
    fill(url)
    before = content(url)
    backup = back_up(url)
    raw = bytearray(path.read_bytes())
    raw[4096:40960] = b"\x55" * 36864
    path.write_bytes(raw)
    found = check(url)
    assert any("damaged: restore a backup" in line for line in found.faults)
    restore(url, backup)
    assert check(url).faults == []
    assert content(url) == before


def test_a_check_sees_what_sqlite_does_not(url: str) -> None:
    fill(url)
    with Store.open(url) as store:
        assert check(url).facts[-1] == "no faults found"
        with store.engine.begin() as connection:
            connection.execute(sa.text("UPDATE pickup_verdict SET current = (1 = 1)"))
            connection.execute(
                sa.text("DELETE FROM service_date WHERE service_date = :d"),
                {"d": DAY.isoformat() if store.path else DAY},
            )
    faults = check(url).faults
    assert any("two current versions" in line for line in faults)
    assert any(f"the list of dates does not contain {DAY}" in line for line in faults)


def test_no_store_is_restored_or_pruned_while_a_run_holds_it(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("routecheck.store.care.LOCK_WAIT_S", 0.1)
    url = f"sqlite:///{tmp_path / 's.db'}"
    fill(url)
    backup = back_up(url)
    with Store.open(url) as store, store.lock():
        with pytest.raises(StoreBusyError):
            restore(url, backup)
        with pytest.raises(StoreBusyError):
            prune(url, DAY, keep_days=100)


def test_pruning_keeps_the_ledger_and_what_stands(url: str) -> None:
    fill(url)
    before = content(url)
    prune(url, DAY, keep_days=100)
    assert content(url) == before
    # As seen 101 days later, the first of the two dates is old.
    later = DAY + timedelta(days=101)
    prune(url, later, keep_days=100)
    after = content(url)
    assert after["service_date"] == before["service_date"]
    assert len(after["pickup_verdict"]) == 3
    assert len(after["evidence"]) == 1
    assert len(after["rejected"]) == 2
    with Store.open(url) as store:
        assert store.history("P1", DAY)["version"].tolist() == [2]
    prune(url, date(2028, 1, 1), keep_days=100, verdicts=True)
    after = content(url)
    assert after["pickup_verdict"] == after["alert_verdict"] == []
    assert after["service_date"] == before["service_date"]
    assert check(url).faults == []


@pytest.mark.parametrize(
    ("statement", "scope"),
    [
        ("UPDATE pickup_verdict SET confidence = 0.5", f"pickup_verdict {DAY}"),
        ("UPDATE alert_verdict SET cause = 'gap'", f"alert_verdict {DAY}"),
        ("UPDATE service_date SET counts = '{\"fixes_kept\": 9}'", f"service_date {DAY}"),
        ("UPDATE evidence SET rows = 7", f"evidence {DAY}"),
        ("UPDATE rejected SET rows = 7", "rejected points"),
        ("UPDATE point SET tolerance_m = 31", "point"),
        ("UPDATE correction SET state = 'accepted'", "correction"),
        ("DELETE FROM evidence", f"evidence {DAY}"),
    ],
)
def test_values_that_nobody_wrote_are_found(
    url: str, tmp_path: Path, statement: str, scope: str
) -> None:
    fill(url)
    assert check(url).faults == []
    engine = make_engine(parse_url(url))
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
    assert any(fault.startswith(f"{scope}: ") for fault in check(url).faults)
    with Store.open(url) as store, pytest.raises(StoreError, match="damaged"):
        store.require_as_written([DAY])
    with pytest.raises(StoreError, match="is damaged"):
        back_up(url, tmp_path / "copy.bak")


def test_what_each_command_writes_is_sealed(url: str) -> None:
    fill(url)
    with Store.open(url) as store:
        store.set_correction_state(["P1"], CorrectionState.ACCEPTED, by="a clerk")
        store.finalise([DAY])
        store.sync_points(points(point("P1"), point("P3")), on=DAY, by="t", allow_shrink=True)
    assert check(url).faults == []
    prune(url, DAY + timedelta(days=101), keep_days=100, verdicts=True)
    assert check(url).faults == []


def test_a_store_from_before_there_were_seals_gets_them(url: str) -> None:
    fill(url)
    engine = make_engine(parse_url(url))
    with engine.begin() as connection:
        for later in ("seal", "field_word"):
            connection.exec_driver_sql(f"DROP TABLE {later}")
        connection.exec_driver_sql("UPDATE routecheck_version SET version_num = '0003'")
    engine.dispose()
    assert check(url).faults == []
    with Store.open(url) as store:
        assert f"pickup_verdict {DAY}" in {row["scope"] for row in store.rows_of(seal)}


def test_a_folder_in_the_place_of_a_store_is_called_one(tmp_path):
    url = f"sqlite:///{tmp_path}"
    for asked in (lambda: Store.open(url), lambda: Store.find(url), lambda: check(url)):
        with pytest.raises(StoreNotOpenedError, match="is a folder"):
            asked()
    assert list(tmp_path.iterdir()) == []
