"""The store: verdicts with versions, the ledger of dates, the registry of points.

`Store.open(url)` is the one way in. Nothing else of the program knows about databases.
"""

from routecheck.store.changes import PointChange
from routecheck.store.lock import StoreBusyError
from routecheck.store.preview import preview_import
from routecheck.store.reading import Reader
from routecheck.store.side_tables import InputFile
from routecheck.store.store import DateOutcome, Store
from routecheck.store.verdicts import Changes, Revision

__all__ = [
    "Changes",
    "DateOutcome",
    "InputFile",
    "PointChange",
    "Reader",
    "Revision",
    "Store",
    "StoreBusyError",
    "preview_import",
]
