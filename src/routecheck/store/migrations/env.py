"""Run by Alembic, in the transaction that `routecheck.store.migrate` has opened."""

from alembic import context

from routecheck.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by copying it; both databases undo schema changes with the rest.
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
