"""What an import of a points file would make of the registry, without importing it.

The registry and the corrections that follow it are copied into a database in memory, and the file
is imported there by the same code as in a run: nothing of the store is locked or written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pandas as pd
import sqlalchemy as sa

from routecheck.store import registry
from routecheck.store.engine import make_engine
from routecheck.store.reading import Reader
from routecheck.store.schema import correction, metadata, point, run


def preview_import(store: Reader | None, points: pd.DataFrame, *, on: date) -> Reader:
    """Return the registry and its corrections as a run of a date would have them.

    Args:
        store: what is known; None: nothing yet.
        points: POINTS as read, `valid_from` and `valid_to` as the file has them.
        on: first day on which changes hold, where the file gives no `valid_from`.

    Returns:
        A reader of points, their changes, and corrections; it knows nothing else.

    Raises:
        StoreError: the store cannot be read.
    """
    memory = make_engine(sa.make_url("sqlite://"))
    with memory.begin() as connection:
        tables = [run, point, correction]
        metadata.create_all(connection, tables=tables)
        for table in tables:
            rows = [] if store is None else store.rows_of(table)
            if rows:
                connection.execute(sa.insert(table), rows)
        at = datetime.now(UTC)
        registry.sync(connection, points, on=on, by="", at=at, allow_shrink=True)
    return Reader(memory)
