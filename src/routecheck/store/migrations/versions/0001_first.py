"""The first schema: runs, the ledger of dates, verdicts with versions, the registry.

A store of this schema is a place to start from. No store is made by migrations: a new one is
made whole from `routecheck.store.schema`.
"""

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    raise RuntimeError("no store is made by migrations: see routecheck.store.schema")
