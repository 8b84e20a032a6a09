"""Bringing a store to the schema of this program: made new, recognised, or migrated.

Alembic costs a fifth of a second to import and is needed only to migrate. A new store is made
from the definitions in `schema`, one that is up to date is known by its version.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import uuid
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from routecheck.domain.errors import StoreNotOpenedError
from routecheck.store.databases import SCHEMA_KEY, label, make_engine, sqlite_path
from routecheck.store.schema import HEAD, REVISIONS, VERSION_TABLE, metadata, version_table
from routecheck.store.seals import seal_all

if TYPE_CHECKING:
    from alembic.config import Config

SEALED_SINCE = "0004"
"""The first schema with seals."""
MIGRATIONS = Path(__file__).parent / "migrations"


HARMLESS = frozenset({"alembic_version", "spatial_ref_sys"})
"""Tables that may lie in an empty database: of the tools that made it."""


class NoStoreError(StoreNotOpenedError):
    """There is no store yet."""


def ensure_schema(engine: Engine, *, create: bool) -> None:
    """Make a new store, or migrate an older one; leave one that is up to date alone.

    Raises:
        NoStoreError: there is no store and `create` is false.
        StoreNotOpenedError: the database holds tables of another program, or a newer routecheck
            made the store.
    """
    with engine.connect().execution_options(reading=True) as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is None:
        if not create:
            raise NoStoreError("store_missing", store=label(engine.url))
        _create(engine)
    else:
        _migrate(engine, version)


def make_file(url: URL, path: Path) -> None:
    """Make a new SQLite store and put it in place when it is complete.

    So an empty file is never a store that was just begun. Where another process was quicker, its
    store stays.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.routecheck-tmp")
    engine = make_engine(url.set(database=str(partial)))
    try:
        _create(engine)
        engine.dispose()
        with suppress(FileExistsError):
            _put_new(partial, path)
    finally:
        engine.dispose()
        partial.unlink(missing_ok=True)


def _put_new(partial: Path, path: Path) -> None:
    """Give a file its name, unless something has that name."""
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links.
        if not path.exists():
            partial.rename(path)


def _version(connection: Connection) -> str | None:
    """Return the revision of the schema; None where there is no store yet."""
    where = label(connection.engine.url)
    inspector = sa.inspect(connection)
    if not inspector.has_table(VERSION_TABLE):
        # Whose they are is not known: nothing is put among them.
        strange = sorted(set(inspector.get_table_names()) - HARMLESS)
        if strange:
            raise StoreNotOpenedError("store_foreign", store=where, tables=", ".join(strange))
        return None
    found = connection.execute(sa.select(version_table.c.version_num)).scalar_one_or_none()
    version = None if found is None else str(found)
    if version is None:
        raise StoreNotOpenedError("store_version_lost", store=where)
    if version not in REVISIONS:
        raise StoreNotOpenedError("store_newer", store=where, version=version, head=HEAD)
    return version


def _lock_schema(connection: Connection) -> None:
    """Keep a second process from making or migrating the same schema at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SCHEMA_KEY)))


def _make_own_schema(connection: Connection) -> None:
    """Make the schema of PostgreSQL that a site is to have for itself, where it is missing."""
    if connection.dialect.name != "postgresql":
        return
    if connection.scalar(sa.select(sa.func.current_schema())) is None:
        wanted = str(connection.scalar(sa.text("SHOW search_path"))).split(",")[0].strip(' "')
        connection.execute(sa.schema.CreateSchema(wanted, if_not_exists=True))


_making = threading.Lock()
"""Stores are made one after the other in a process: some extensions of SQLAlchemy (GeoAlchemy)
listen to the making of any table, and keep what they do meanwhile with the table itself."""


def _create(engine: Engine) -> None:
    with _making, engine.begin() as connection:
        _lock_schema(connection)
        _make_own_schema(connection)
        if _version(connection) is None:
            metadata.create_all(connection, checkfirst=False)
            version_table.create(connection)
            connection.execute(version_table.insert(), {"version_num": HEAD})


def _migrate(engine: Engine, version: str) -> None:
    path = sqlite_path(engine.url)
    if path is not None:
        backup(path, path.with_name(f"{path.name}.schema-{version}.bak"))
    from alembic import command

    with engine.begin() as connection:
        _lock_schema(connection)
        if _version(connection) != HEAD:
            command.upgrade(alembic_config(connection), HEAD)
            if version < SEALED_SINCE:
                seal_all(connection)


def alembic_config(connection: Connection) -> Config:
    """Return what Alembic needs to work within the transaction of `connection`."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def backup(source: Path, target: Path) -> None:
    """Copy a SQLite store, whole and consistent, while it may be in use.

    The copy is made under another name and put in place when it is complete.
    """
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
        old.backup(new)
    partial.replace(target)
