"""What a store holds, beside the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from routecheck.domain.tables import CLASSIFIED, CORRECTIONS, JUDGEMENTS
from routecheck.evaluate.compare import Compared, compare
from routecheck.evaluate.truth import Truth

if TYPE_CHECKING:
    from routecheck.store import Store


def stored_verdicts(store: Store) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return JUDGEMENTS with `alerted`, and CLASSIFIED, of all dates that a store holds.

    Raises:
        StoreError: the store cannot be read.
    """
    dates = [entry["service_date"] for entry in store.dates()]
    pickups = [table for day in dates if len(table := store.read_pickups(day))]
    alerts = [table for day in dates if len(table := store.read_alerts(day))]
    names = [*JUDGEMENTS.names, "alerted"]
    return (
        pd.concat(pickups, ignore_index=True)[names]
        if pickups
        else JUDGEMENTS.empty().assign(alerted=pd.Series([], dtype="bool")),
        pd.concat(alerts, ignore_index=True)[CLASSIFIED.names] if alerts else CLASSIFIED.empty(),
    )


def compare_store(store: Store, truth: Truth) -> Compared:
    """Put the verdicts of a store beside the truth, on all dates that both have.

    Raises:
        StoreError: the store cannot be read.
        MissingDataError: nothing was judged, or on none of the dates of the truth.
    """
    pickups, alerts = stored_verdicts(store)
    return compare(pickups, alerts, truth, store.read_corrections()[CORRECTIONS.names])
