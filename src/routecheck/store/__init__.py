"""The store: verdicts with versions, the ledger of dates, the registry of points.

`Store.open(url)` is the one way in. Nothing else of the program knows about databases.
"""

from routecheck.store.lock import StoreBusyError
from routecheck.store.migrate import NoStoreError
from routecheck.store.point_changes import PointChange
from routecheck.store.preview import preview_import
from routecheck.store.service_dates import RUNNING, DateOutcome, Mark, is_running
from routecheck.store.side_tables import InputFile
from routecheck.store.store import Store
from routecheck.store.verdicts import Changes, Revision, pickups_as_kept

__all__ = [
    "RUNNING",
    "Changes",
    "DateOutcome",
    "InputFile",
    "Mark",
    "NoStoreError",
    "PointChange",
    "Revision",
    "Store",
    "StoreBusyError",
    "is_running",
    "pickups_as_kept",
    "preview_import",
]
