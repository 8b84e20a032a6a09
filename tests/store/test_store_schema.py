"""The schema: made new and migrated are the same; migrations are safe, and in the wheel."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from routecheck.domain.errors import StoreError
from routecheck.store import Store, migrate
from routecheck.store.databases import make_engine, parse_url
from routecheck.store.schema import HEAD, REVISIONS, VERSION_TABLE, metadata
from store import first_schema


def described(engine: sa.Engine) -> dict[str, object]:
    """All that the database itself says of its tables."""
    with engine.connect() as connection:
        inspector = sa.inspect(connection)
        return {
            name: {
                "columns": [
                    (c["name"], str(c["type"]), c["nullable"], c.get("autoincrement"))
                    for c in inspector.get_columns(name)
                ],
                "key": inspector.get_pk_constraint(name),
                "foreign": sorted(map(str, inspector.get_foreign_keys(name))),
                "indexes": sorted(map(str, inspector.get_indexes(name))),
                "unique": sorted(map(str, inspector.get_unique_constraints(name))),
            }
            for name in inspector.get_table_names()
        }


def test_migrations_lead_to_the_schema_that_new_stores_have(url: str) -> None:
    migrated = make_engine(parse_url(url))
    with migrated.begin() as connection:
        first_schema.create(connection)
        command.upgrade(migrate.alembic_config(connection), "head")
    by_migrations = described(migrated)
    assert set(by_migrations) == {*metadata.tables, VERSION_TABLE}
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == HEAD
    with migrated.begin() as connection:
        metadata.drop_all(connection)
        connection.exec_driver_sql(f"DROP TABLE {VERSION_TABLE}")
    migrated.dispose()
    with Store.open(url) as store:
        assert described(store.engine) == by_migrations


def test_the_revisions_are_those_of_the_migrations(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 's.db'}") as store, store.engine.begin() as connection:
        script = ScriptDirectory.from_config(migrate.alembic_config(connection))
        assert [r.revision for r in script.walk_revisions()][::-1] == list(REVISIONS)
        assert script.get_heads() == [HEAD]


NEXT = '''"""A later schema."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("later", sa.Column("x", sa.Integer(), nullable=False))
    with op.batch_alter_table("run") as batch:
        batch.add_column(sa.Column("mood", sa.Text(), nullable=True))
    {last}
'''


def next_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str) -> None:
    """Pretend that this program has one more schema than it has."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, folder)
    later = NEXT.format(last=last, head=HEAD)
    (folder / "versions" / "9999_later.py").write_text(later, encoding="utf-8")
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)
    monkeypatch.setattr(migrate, "HEAD", "9999")
    monkeypatch.setattr(migrate, "REVISIONS", (*REVISIONS, "9999"))


def test_an_older_store_is_migrated_after_a_backup(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(url) as store:
        run_id = store.begin_run("run")
    next_schema(tmp_path, monkeypatch, "pass")
    with Store.open(url, create=False) as store, store.engine.connect() as connection:
        assert "later" in sa.inspect(connection).get_table_names()
        rows = connection.exec_driver_sql("SELECT run_id, mood FROM run").all()
        assert [tuple(row) for row in rows] == [(run_id, None)]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / f"store.db.schema-{HEAD}.bak")) as backup:
            assert backup.execute("SELECT run_id FROM run").fetchall() == [(run_id,)]
            tables = backup.execute("SELECT name FROM sqlite_master").fetchall()
            assert ("later",) not in tables


def test_a_migration_that_fails_changes_nothing(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(url) as store:
        store.begin_run("run")
        before = described(store.engine)
    next_schema(tmp_path, monkeypatch, 'op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(StoreError, match="nowhere"):
        Store.open(url)
    monkeypatch.undo()
    with Store.open(url) as store:
        assert described(store.engine) == before
        assert len(store.runs()) == 1


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_every_earlier_schema_is_brought_here(url: str, tmp_path: Path, revision: str) -> None:
    """A store as that version left it, with rows, as the migrations of the day made it."""
    engine = make_engine(parse_url(url))
    with engine.begin() as connection:
        first_schema.create(connection)
        command.upgrade(migrate.alembic_config(connection), revision)
        connection.exec_driver_sql(
            "INSERT INTO run VALUES ('r1', 'run', 'done', '2026-03-03 06:30:00', NULL, 'h', 1, "
            "'0', '')"
        )
        connection.exec_driver_sql(
            "INSERT INTO service_date VALUES ('2026-03-02', 'final', 'h', 'r1', "
            "'2026-03-03 06:30:00', '2026-03-03 06:30:00', '{}')"
        )
    engine.dispose()
    with Store.open(url, create=False) as store:
        [entry] = store.dates()
        assert (entry["service_date"].isoformat(), entry["state"]) == ("2026-03-02", "final")
        assert store.run_states() == {"r1": "done"}
        assert store.read_note("service") is None
        store.put_note("service", {"pid": 1})
        with store.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
            assert compare_metadata(context, metadata) == []
    if url.startswith("sqlite"):
        assert (tmp_path / f"store.db.schema-{revision}.bak").is_file()
