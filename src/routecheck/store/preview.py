"""What an import of a points file would make of the registry, without importing it.

The registry and the corrections that follow it are copied into a database in memory, and the file
is imported there by the same code as in a run: nothing of the store is locked or written.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pandas as pd
import sqlalchemy as sa

from routecheck.store.databases import make_engine
from routecheck.store.schema import correction, metadata, point, run, seal
from routecheck.store.store import Store


def preview_import(
    store: Store | None,
    points: pd.DataFrame,
    *,
    on: date,
    unread: Collection[str] = (),
    allow_shrink: bool = True,
) -> Store:
    """Return the registry and its corrections as a run of a date would have them.

    Args:
        store: what is known; None: nothing yet.
        points: POINTS as read, `valid_from` and `valid_to` as the file has them.
        on: first day on which changes hold, where the file gives no `valid_from`.
        unread: points whose row could not be read.
        allow_shrink: take a points file that lacks more than a tenth of the known points.

    Returns:
        A store in memory of points, their changes, and corrections; it knows nothing else.

    Raises:
        MissingDataError: the file lacks more than a tenth of the known points.
        StoreError: the store cannot be read.
    """
    memory = make_engine(sa.make_url("sqlite://"))
    with memory.begin() as connection:
        tables = [run, point, correction]
        seal.create(connection)
        metadata.create_all(connection, tables=tables)
        for table in tables:
            rows = [] if store is None else store.rows_of(table)
            if rows:
                connection.execute(sa.insert(table), rows)
    preview = Store(memory)
    preview.sync_points(points, on=on, by="", allow_shrink=allow_shrink, unread=unread)
    return preview
