"""Looking after a store: backing up, restoring, checking, pruning.

A backup is one SQLite file, of a store on PostgreSQL too: any store can be restored from it, so
it is also the way from one database to another.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from routecheck.domain.errors import Message, StoreError, StoreNotOpenedError, UsageError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.store import migrate
from routecheck.store.databases import errors_explained, make_engine, parse_url, sqlite_path
from routecheck.store.lock import run_lock
from routecheck.store.schema import (
    HEAD,
    REVISIONS,
    VERSION_TABLE,
    alert_verdict,
    evidence,
    metadata,
    pickup_verdict,
    rejected,
    rejected_count,
    run,
    seal,
    service_date,
)
from routecheck.store.seals import broken_seals, seal_before
from routecheck.store.store import Store
from routecheck.texts.outside import beginning

ROWS_AT_ONCE = 5_000
LOCK_WAIT_S = 30.0


@dataclass(frozen=True)
class Checked:
    """What a check found: facts for people, and faults."""

    facts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def back_up(url: str, target: Path | None = None, *, at: datetime | None = None) -> Path:
    """Copy a store into one SQLite file, whole and consistent, while it may be in use.

    Args:
        url: of the store.
        target: the file; `NAME.YYYYMMDDTHHMMSSZ.bak` beside the store, where not given.
        at: the present, for its name.

    Raises:
        StoreError: there is no store, it is damaged, or the file cannot be written.
        UsageError: the file is there already.
    """
    with Store.open(url, create=False, patient=True) as store:
        if target is None:
            name = f"{(at or datetime.now(UTC)):%Y%m%dT%H%M%SZ}.bak"
            beside = store.path or Path("routecheck.db")
            target = beside.with_name(f"{beside.name}.{name}")
        if target.exists():
            raise UsageError("backup_there", path=target)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError("backup_folder_refused", path=target, reason=error.strerror) from error
        partial = target.with_name(f"{target.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            with errors_explained(store.engine.url):
                if store.path is not None:
                    migrate.backup(store.path, partial)
                else:
                    _copy(store.engine, f"sqlite:///{partial}")
            faults = _integrity(partial) or _other_values(partial)
            if faults:
                raise StoreError("backup_unsound", store=store.label, fault=faults[0])
            partial.replace(target)
        except OSError as error:
            raise StoreError("not_written", path=target, reason=error.strerror) from error
        finally:
            partial.unlink(missing_ok=True)
    return target


def restore(url: str, source: Path, *, at: datetime | None = None) -> list[str]:
    """Put a backup in the place of a store; return what was done, a line each.

    A SQLite store that was there is kept beside it, damaged or not; one on a server is replaced in
    one transaction.

    Raises:
        UsageError: there is no such file.
        StoreError: the file is no sound backup, or another routecheck is at work.
    """
    parsed = parse_url(url)
    if not source.is_file():
        raise UsageError("backup_missing", path=source)
    faults = _integrity(source) or _not_ours(source) or _other_values(source)
    if faults:
        raise StoreError("backup_no_good", path=source, fault=faults[0])
    path = sqlite_path(parsed)
    engine = make_engine(parsed, patient=True)
    try:
        with errors_explained(parsed), run_lock(engine, wait_s=LOCK_WAIT_S):
            if path is None:
                return _restore_server(url, source)
            engine.dispose()
            return _restore_file(path, source, at or datetime.now(UTC))
    finally:
        engine.dispose()


def _restore_file(path: Path, source: Path, at: datetime) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.samefile(source):
        raise UsageError("backup_is_store", path=source)
    partial = path.with_name(f"{path.name}.partial")
    migrate.backup(source, partial)
    lines: list[str] = []
    if path.exists():
        kept = path.with_name(f"{path.name}.before-restore-{at:%Y%m%dT%H%M%SZ}")
        path.replace(kept)
        lines.append(Message("restore_kept", path=kept))
    # What belongs to the former file would be taken for the new one's.
    for ending in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    partial.replace(path)
    with Store.open(f"sqlite:///{path}") as store:
        dates = store.dates()
    done = Message("restored_file", store=path, path=source, dates=len(dates))
    return [*lines, done]


def _restore_server(url: str, source: Path) -> list[str]:
    Store.open(url).close()
    with _as_of_now(source) as copy:
        target = make_engine(parse_url(url), patient=True)
        try:
            with copy.connect() as old, target.begin() as new:
                for table in reversed(metadata.sorted_tables):
                    new.execute(sa.delete(table))
                _copy_rows(old, new)
                if new.dialect.name == "postgresql":
                    # Numbers given by hand do not move the sequence on.
                    new.execute(
                        sa.text(
                            "SELECT setval(pg_get_serial_sequence('point', 'record_id'), "
                            "COALESCE((SELECT max(record_id) FROM point), 0) + 1, false)"
                        )
                    )
                dates = new.execute(sa.select(sa.func.count()).select_from(service_date)).scalar()
        finally:
            target.dispose()
    return [Message("restored_server", path=source, dates=dates)]


@contextmanager
def _as_of_now(source: Path) -> Iterator[Engine]:
    """A copy of a backup, migrated to the present schema; the backup itself stays as it is."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="routecheck-restore-") as folder:
        copy = Path(folder) / "copy.db"
        migrate.backup(source, copy)
        with Store.open(f"sqlite:///{copy}") as store:
            yield store.engine


def _copy(source: Engine, target_url: str) -> None:
    with Store.open(target_url) as target:
        options = {"reading": True, "isolation_level": "REPEATABLE READ"}
        with source.connect().execution_options(**options) as old, target.engine.begin() as new:
            _copy_rows(old, new)


def _copy_rows(old: Connection, new: Connection) -> None:
    for table in metadata.sorted_tables:
        found = old.execution_options(yield_per=ROWS_AT_ONCE).execute(sa.select(table))
        for part in found.mappings().partitions(ROWS_AT_ONCE):
            new.execute(sa.insert(table), [dict(row) for row in part])


def _integrity(path: Path) -> list[str]:
    """Return the faults that SQLite finds in a file."""
    try:
        with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as connection:
            found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
            strange = connection.execute("PRAGMA foreign_key_check").fetchmany(20)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # SQLite quotes the schema that it cannot make sense of, whatever bytes that has.
        return [Message("fault_unreadable", reason=error)]
    faults = [line for line in found if line != "ok"]
    return faults + [Message("fault_reference", table=row[0], other=row[2]) for row in strange]


def _not_ours(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path.as_posix()}?mode=ro", uri=True)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if VERSION_TABLE not in tables:
            return [Message("fault_no_store")]
        row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
    if row is None or row[0] not in REVISIONS:
        return [Message("fault_schema", version=row[0] if row else "?", head=HEAD)]
    return []


def _other_values(path: Path) -> list[str]:
    """Return what a SQLite store holds otherwise than it was written; nothing without seals."""
    engine = make_engine(parse_url("sqlite://").set(database=path.as_posix()))
    try:
        with engine.connect().execution_options(reading=True) as connection:
            if not sa.inspect(connection).has_table(seal.name):
                return []
            return _broken(connection)
    finally:
        engine.dispose()


def _broken(connection: Connection) -> list[str]:
    try:
        return [Message("fault_value", scope=scope) for scope in broken_seals(connection)[:20]]
    except (sa.exc.SQLAlchemyError, ValueError, OverflowError) as error:
        # A flipped bit may make of a value what no column of its kind can hold.
        return [Message("fault_unreadable", reason=beginning(str(error), 200))]


def check(url: str) -> Checked:
    """Read a whole store and report whether it is sound. Changes nothing but an earlier schema.

    Raises:
        StoreError: it cannot be opened at all.
    """
    found = Checked()
    path = sqlite_path(parse_url(url))
    if path is not None and path.exists() and not path.is_dir():
        require_ordinary_database(path, StoreNotOpenedError)
        found.faults.extend(_integrity(path))
        if found.faults:
            found.faults.append(Message("fault_damaged", store=path))
            return found
    with Store.open(url, create=False, patient=True) as store:
        try:
            with errors_explained(store.engine.url), store.engine.connect() as connection:
                sizes = {
                    table.name: connection.execute(
                        sa.select(sa.func.count()).select_from(table)
                    ).scalar_one()
                    for table in metadata.sorted_tables
                }
                found.faults.extend(_broken(connection))
                found.faults.extend(_broken_versions(connection))
                left = connection.execute(
                    sa.select(sa.func.count()).select_from(run).where(run.c.state == "running")
                ).scalar_one()
        except (StoreError, ValueError, TypeError) as error:
            found.faults.append(Message("fault_unreadable", reason=beginning(str(error), 200)))
            return found
        found.facts.append(Message("checked_store", store=store.label, head=HEAD))
        found.facts.extend(
            Message("checked_rows", table=name, count=count)
            for name, count in sorted(sizes.items())
        )
        if left:
            found.facts.append(Message("checked_runs_left", count=left))
        if found.faults:
            found.faults.append(Message("fault_damaged", store=store.label))
        else:
            found.facts.append(Message("checked_sound"))
    return found


def _broken_versions(connection: Connection) -> list[str]:
    """Keys with two current versions, gaps in their versions, or a date that the ledger lacks."""
    faults: list[str] = []
    for table, key in (
        (pickup_verdict, ("point_id", "window_start")),
        (alert_verdict, ("alert_id",)),
    ):
        columns = [table.c.service_date, *(table.c[name] for name in key)]
        current = sa.func.sum(sa.cast(table.c.current, sa.Integer))
        for row in connection.execute(
            sa.select(*columns).group_by(*columns).having(current > 1).limit(20)
        ):
            key_text = " ".join(map(str, row))
            faults.append(Message("fault_two_current", table=table.name, key=key_text))
        lost = (
            sa.select(table.c.service_date)
            .distinct()
            .where(~table.c.service_date.in_(sa.select(service_date.c.service_date)))
        )
        for row in connection.execute(lost):
            faults.append(Message("fault_date_unknown", table=table.name, day=row.service_date))
    return faults


def prune(url: str, today: date, *, keep_days: int, verdicts: bool = False) -> list[str]:
    """Remove what is old, in one transaction, and give the space back; return what went.

    Of dates before the last `keep_days`: former versions, evidence, rejected rows, and runs that
    nothing refers to any more. The ledger stays, so that no date becomes due again.

    Args:
        url: of the store.
        today: the local date.
        keep_days: how many days are kept whole.
        verdicts: remove all verdicts of the earlier dates, not only former versions.

    Raises:
        StoreError: the store cannot be used, or another routecheck is at work.
    """
    first = today - timedelta(days=keep_days)
    lines: list[str] = []
    with (
        Store.open(url, create=False, patient=True) as store,
        store.lock(wait_s=LOCK_WAIT_S),
        errors_explained(store.engine.url),
    ):
        with store.engine.begin() as connection:
            for table in (pickup_verdict, alert_verdict):
                old = table.c.service_date < first
                which = old if verdicts else sa.and_(old, sa.not_(table.c.current))
                count = connection.execute(sa.delete(table).where(which)).rowcount
                lines.append(Message("pruned_rows", table=table.name, count=count))
            gone = connection.execute(sa.delete(evidence).where(evidence.c.service_date < first))
            lines.append(Message("pruned_rows", table="evidence", count=gone.rowcount))
            for table in (rejected, rejected_count):
                # Scopes that are dates begin with a digit; inputs have names.
                scope = table.c.scope
                dated = sa.and_(scope >= "0", scope < ":", scope < first.isoformat())
                count = connection.execute(sa.delete(table).where(dated)).rowcount
                lines.append(Message("pruned_rows", table=table.name, count=count))
            count = connection.execute(sa.delete(run).where(_unused(first))).rowcount
            lines.append(Message("pruned_rows", table="run", count=count))
            seal_before(connection, first)
        if store.path is not None:
            with closing(sqlite3.connect(store.path)) as raw:
                raw.execute("VACUUM")
    return lines


def _unused(first: date) -> sa.ColumnElement[bool]:
    """Runs before a date that no row refers to."""
    from routecheck.store.schema import correction

    before = datetime(first.year, first.month, first.day, tzinfo=UTC)
    named = [
        ~sa.exists().where(table.c.run_id == run.c.run_id)
        for table in (pickup_verdict, alert_verdict, service_date, correction)
    ]
    return sa.and_(run.c.started_at < before, run.c.state != "running", *named)
