"""The store: what was judged, when, on which data, and the registry of points.

One `Store` is one database. Each method is one transaction: it is done as a whole or not at
all, whatever happens to the process or the disk. Everything a user can cause ends in a
`StoreError` of one line.
"""

from __future__ import annotations

from typing import Self

from routecheck.domain.closing import Closing
from routecheck.domain.errors import StoreNotOpenedError
from routecheck.domain.special_files import require_ordinary_database
from routecheck.store.corrections import Corrections
from routecheck.store.databases import errors_explained, make_engine, parse_url, sqlite_path
from routecheck.store.field_words import FieldWords
from routecheck.store.migrate import NoStoreError, ensure_schema, make_file
from routecheck.store.registry import Registry
from routecheck.store.runs import Runs
from routecheck.store.service_dates import ServiceDates
from routecheck.store.tallies import Tallies


class Store(Runs, ServiceDates, Tallies, Registry, Corrections, FieldWords, Closing):
    """An open store; a context manager that closes it."""

    @classmethod
    def open(cls, url: str, *, create: bool = True, patient: bool = False) -> Self:
        """Open a store, make it where there is none, migrate it where it is of an earlier schema.

        Args:
            url: an SQLAlchemy URL; the path of a SQLite file is taken as it stands.
            create: make the database file, its folder and the tables where they are missing.
            patient: whether a statement on a server may take an hour.

        Raises:
            UsageError: the URL is not one.
            StoreNotOpenedError: it cannot be opened, is damaged or empty, belongs to something
                else, or was made by a newer routecheck.
            NoStoreError: it is not there, and `create` is false.
        """
        parsed = parse_url(url)
        path = sqlite_path(parsed)
        if path is not None:
            require_ordinary_database(path, StoreNotOpenedError)
        if path is not None and path.is_dir():
            raise StoreNotOpenedError("store_is_folder", store=path)
        if path is not None and not path.exists():
            if not create:
                raise NoStoreError("store_missing", store=path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreNotOpenedError(
                    "store_folder_refused", store=path, reason=error.strerror
                ) from error
            with errors_explained(parsed, StoreNotOpenedError):
                make_file(parsed, path)
        elif path is not None and path.is_file() and path.stat().st_size == 0:
            # SQLite would take what a full disk or a failed copy has left for a new database.
            raise StoreNotOpenedError("store_empty", store=path)
        engine = make_engine(parsed, patient=patient)
        try:
            with errors_explained(parsed, StoreNotOpenedError):
                ensure_schema(engine, create=create)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @classmethod
    def find(cls, url: str) -> Self | None:
        """Open a store that is there; return None where there is none yet.

        Raises:
            UsageError, StoreNotOpenedError: as for `open`.
        """
        try:
            return cls.open(url, create=False)
        except NoStoreError:
            return None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
