"""Opening a store: new, again, damaged, foreign, newer, refused."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from routecheck.domain.errors import RoutecheckError, StoreError, UsageError
from routecheck.store import Store, databases, migrate
from routecheck.store.care import check
from routecheck.store.schema import field_word
from store.builders import DAY, REJECTED, classified, judgements, pickup, point, points


def one_line(error: pytest.ExceptionInfo[RoutecheckError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert "Traceback" not in text
    return text


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path}"


def test_a_new_store_is_made_with_its_folder_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "县 store.db"
    with Store.open(sqlite_url(path)) as store:
        run_id = store.begin_run("run")
    with Store.open(sqlite_url(path), create=False) as store:
        assert [run["run_id"] for run in store.runs()] == [run_id]


def test_no_store_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with pytest.raises(StoreError) as error:
        Store.open(sqlite_url(path), create=False)
    assert str(path) in one_line(error)
    assert not path.exists()


def test_an_empty_file_is_no_new_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.touch()
    for opening in (Store.open, Store.find):
        with pytest.raises(StoreError, match="is empty") as error:
            opening(sqlite_url(path))
        assert str(path) in one_line(error)
        assert error.value.exit_status == 3
    assert [(one.name, one.stat().st_size) for one in tmp_path.iterdir()] == [("store.db", 0)]
    path.unlink()
    Store.open(sqlite_url(path)).close()
    assert [one.name for one in tmp_path.iterdir()] == ["store.db"]


def test_a_new_store_is_never_seen_half_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "store.db"
    seen, create = [], migrate._create

    def creating(engine: sa.Engine) -> None:
        create(engine)
        seen.append(path.exists())

    monkeypatch.setattr(migrate, "_create", creating)
    Store.open(sqlite_url(path)).close()
    assert seen == [False]


@pytest.mark.parametrize("links", [True, False])
def test_of_two_that_make_a_store_the_first_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    path = tmp_path / "store.db"
    create, others = migrate._create, []

    def create_late(engine: sa.Engine) -> None:
        create(engine)
        if not others:
            others.append(1)
            with Store.open(sqlite_url(path)) as other:
                others.append(other.begin_run("run"))

    def refuse(_from: Path, to: Path) -> None:
        raise OSError(1, "Operation not permitted", str(to))

    monkeypatch.setattr(migrate, "_create", create_late)
    if not links:
        monkeypatch.setattr(migrate.os, "link", refuse)
    with Store.open(sqlite_url(path)) as store:
        assert [run["run_id"] for run in store.runs()] == others[1:]
    assert [one.name for one in tmp_path.iterdir()] == ["store.db"]


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"point_id,name\n" * 200)
    with pytest.raises(StoreError) as error:
        Store.open(sqlite_url(path))
    assert str(path) in one_line(error)
    assert path.read_bytes() == b"point_id,name\n" * 200
    assert error.value.exit_status == 3


def test_a_damaged_store(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with Store.open(sqlite_url(path)) as store:
        run_id = store.begin_run("run")
        rows = judgements(*(pickup(f"P{i}") for i in range(400)))
        store.write_date(
            DAY, rows, classified(), REJECTED.empty(), input_hash="h", run_id=run_id,
            provisional=False,
        )  # fmt: skip
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 8 * 4096] = b"\xff" * (8 * 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError) as error, Store.open(sqlite_url(path)) as store:
        store.read_pickups(DAY)
    assert "damaged" in one_line(error)
    assert "backup" in str(error.value)
    assert error.value.exit_status == 1  # it was opened


def test_a_schema_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    Store.open(sqlite_url(path)).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET name = CAST(x'70b3' AS TEXT), sql = 'CREATE nothing'"
            " WHERE rowid = 1"
        )
        connection.commit()
    with pytest.raises(StoreError, match="damaged") as error:
        Store.open(sqlite_url(path))
    assert str(path) in one_line(error)
    assert any("damaged" in fault for fault in check(sqlite_url(path)).faults)


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as error:
        Store.open(sqlite_url(tmp_path))
    assert str(tmp_path) in one_line(error)
    assert error.value.exit_status == 3


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(StoreError) as error:
        Store.open(sqlite_url(tmp_path / "out" / "store.db"))
    assert "store.url" in one_line(error)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        path = folder / "store.db"
        with Store.open(sqlite_url(path)) as store:
            run_id = store.begin_run("run")
        path.chmod(0o444)
        folder.chmod(0o555)
        with as_nobody():
            with pytest.raises(StoreError) as error, Store.open(sqlite_url(path)) as store:
                store.begin_run("run")
            assert "read-only" in one_line(error)
            with pytest.raises(StoreError) as error:
                Store.open(sqlite_url(folder / "other.db"))
            assert "other.db" in one_line(error)
            if databases.wal_can_corrupt(sqlite3.sqlite_version_info):
                # With the rollback journal what is there can still be read.
                with Store.open(sqlite_url(path), create=False) as store:
                    assert [run["run_id"] for run in store.runs()] == [run_id]
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    with Store.open(sqlite_url(tmp_path / "store.db")) as store:
        run_id = store.begin_run("run")

        def write(n: int, verdict: str) -> None:
            store.write_date(
                DAY, judgements(*(pickup(f"P{i}", verdict=verdict) for i in range(n))),
                classified(), REJECTED.empty(), input_hash="h", run_id=run_id, provisional=False,
            )  # fmt: skip

        write(3, "collected")

        @sa.event.listens_for(store.engine, "begin")
        def shrink(connection: sa.Connection) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")

        with pytest.raises(StoreError) as error:
            write(3000, "missed")
        assert "no space" in one_line(error)
        sa.event.remove(store.engine, "begin", shrink)
        assert store.read_pickups(DAY)["verdict"].tolist() == ["collected"] * 3


@pytest.mark.parametrize("url", ["routecheck.db", "", "://", "oracle9://x/y"])
def test_what_is_no_url_is_a_fault_of_the_configuration(url: str) -> None:
    with pytest.raises(UsageError) as error:
        Store.open(url)
    assert "store.url" in one_line(error)


def test_plain_postgresql_gets_the_tested_driver() -> None:
    for name in ("postgresql", "postgres", "postgresql+psycopg"):
        url = databases.parse_url(f"{name}://u:secret@h/db")
        assert url.drivername == "postgresql+psycopg"
        assert "secret" not in databases.label(url)


def test_a_missing_driver_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError) as error:
        Store.open("postgresql://u:secret@127.0.0.1:1/db")
    assert "routecheck[postgresql]" in one_line(error)
    assert "secret" not in str(error.value)


def test_a_server_that_does_not_answer_is_reported() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as error:
        Store.open("postgresql://u:secret@127.0.0.1:1/db")
    assert "127.0.0.1" in one_line(error)
    assert "secret" not in str(error.value)


def test_a_store_of_a_newer_routecheck_is_left_alone(url: str) -> None:
    with Store.open(url) as store, store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE routecheck_version SET version_num = '9999'")
    with pytest.raises(StoreError) as error:
        Store.open(url)
    assert "newer routecheck" in one_line(error)
    assert "9999" in str(error.value)


def test_a_database_of_something_else_is_left_alone(url: str) -> None:
    other = databases.make_engine(databases.parse_url(url))
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE run (distance INTEGER)")
        connection.exec_driver_sql("CREATE TABLE shoes (size INTEGER)")
    with pytest.raises(StoreError) as error:
        Store.open(url)
    assert "not a routecheck store" in one_line(error)
    with other.connect() as connection:
        assert set(sa.inspect(connection).get_table_names()) == {"run", "shoes"}
    other.dispose()


def test_tables_of_others_beside_the_store_do_no_harm(url: str) -> None:
    other = databases.make_engine(databases.parse_url(url))
    with other.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('of another program')")
    other.dispose()
    Store.open(url).close()
    Store.open(url, create=False).close()


@pytest.mark.parametrize(
    ("version", "corrupts"),
    [
        ((3, 40, 1), True), ((3, 44, 5), True), ((3, 44, 6), False), ((3, 45, 0), True),
        ((3, 50, 6), True), ((3, 50, 7), False), ((3, 51, 2), True), ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)  # fmt: skip
def test_the_versions_of_sqlite_with_the_wal_fault(
    version: tuple[int, ...], corrupts: bool
) -> None:
    assert databases.wal_can_corrupt(version) is corrupts


@pytest.mark.parametrize(("corrupts", "mode"), [(True, "delete"), (False, "wal")])
def test_sqlite_is_opened_durably(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, corrupts: bool, mode: str
) -> None:
    path = tmp_path / "store.db"
    # Also a file that was left in the other mode by another version of SQLite.
    with closing(sqlite3.connect(path)) as before:
        before.execute(f"PRAGMA journal_mode={'wal' if corrupts else 'delete'}")
        before.execute("CREATE TABLE alembic_version (x)")
    monkeypatch.setattr(databases, "wal_can_corrupt", lambda version: corrupts)
    with Store.open(sqlite_url(path)) as store, store.engine.connect() as connection:

        def pragma(name: str) -> object:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()

        assert pragma("journal_mode") == mode
        assert pragma("synchronous") == 2  # FULL
        assert pragma("foreign_keys") == 1
        assert pragma("busy_timeout") == 30_000


def test_alembic_is_not_imported_to_open_a_store(tmp_path: Path) -> None:
    code = (
        "import sys; from routecheck.store import Store\n"
        f"Store.open({sqlite_url(tmp_path / 's.db')!r}).close()\n"
        f"Store.open({sqlite_url(tmp_path / 's.db')!r}).close()\n"
        "heavy = {'alembic', 'geopandas', 'scipy', 'pyarrow.parquet'} & set(sys.modules)\n"
        "sys.exit(' '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_transaction_larger_than_the_cache_locks_out_no_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A registry of 20,000 points is entered in one transaction, in which the store is read too."""
    monkeypatch.setattr(databases, "BUSY_TIMEOUT_S", 0.2)
    many = points(*(point(f"P{k:05d}", name="long name " * 20) for k in range(20_000)))
    with Store.open(sqlite_url(tmp_path / "store.db")) as store, store.as_one():
        store.sync_points(many, on=DAY, by="a test")
        assert store.input_files("fixes") == {}


def test_stores_made_at_once_are_made_one_after_the_other(tmp_path):
    """GeoAlchemy, for one, keeps with a table what it does while any store makes that table."""
    held = threading.Lock()
    met = []

    def begins(*_: object, **__: object) -> None:
        met.append(held.acquire(blocking=False))
        time.sleep(0.01)

    def ends(*_: object, **__: object) -> None:
        held.release()

    sa.event.listen(field_word, "before_create", begins)
    sa.event.listen(field_word, "after_create", ends)
    try:
        with ThreadPoolExecutor(4) as pool:
            urls = [f"sqlite:///{tmp_path / f'{n}.db'}" for n in range(8)]
            for store in pool.map(Store.open, urls):
                store.close()
    finally:
        sa.event.remove(field_word, "before_create", begins)
        sa.event.remove(field_word, "after_create", ends)
    assert met == [True] * 8
