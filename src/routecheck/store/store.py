"""The store: what was judged, when, on which data, and the registry of points.

One `Store` is one database. Each method is one transaction: it is done as a whole or not at
all, whatever happens to the process or the disk. Everything a user can cause ends in a
`StoreError` of one line.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from routecheck import __version__
from routecheck.domain.codes import CorrectionState
from routecheck.domain.errors import StoreError
from routecheck.domain.tables import REJECTED
from routecheck.store import blobs, corrections, registry, side_tables, verdicts
from routecheck.store import rows as r
from routecheck.store.changes import PointChange
from routecheck.store.engine import errors_told, make_engine, one_writer, parse_url, sqlite_path
from routecheck.store.lock import run_lock
from routecheck.store.migrate import NoStoreError, ensure_schema
from routecheck.store.reading import Reader
from routecheck.store.schema import run, service_date
from routecheck.store.side_tables import InputFile
from routecheck.store.verdicts import Changes


@dataclass(frozen=True)
class DateOutcome:
    """What writing a service date changed."""

    service_date: date
    pickups: Changes
    alerts: Changes
    first_time: bool

    @property
    def changed(self) -> bool:
        """Whether anything that is said of the date is new or other than before."""
        return bool(self.pickups or self.alerts)


@dataclass
class Store(Reader):
    """An open store; a context manager that closes it. What is read of it: see `Reader`."""

    now: Any = field(default=lambda: datetime.now(UTC))
    """The clock, for tests."""
    _still_held: Callable[[], None] | None = field(default=None, repr=False)
    """While this is the runner: raises where the lock was lost, before anything is written."""
    _open: Connection | None = field(default=None, repr=False)
    """While several writes are put into one transaction: the connection that holds it."""

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open a store, make it where there is none, migrate it where it is of an earlier schema.

        Args:
            url: an SQLAlchemy URL; the path of a SQLite file is taken as it stands.
            create: make the database file, its folder and the tables where they are missing.

        Raises:
            UsageError: the URL is not one.
            StoreError: it cannot be opened, is damaged, belongs to something else, or was made by
                a newer routecheck.
            NoStoreError: it is not there, and `create` is false.
        """
        parsed = parse_url(url)
        path = sqlite_path(parsed)
        if path is not None and not path.exists():
            if not create:
                raise NoStoreError("store_missing", store=path)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise StoreError(
                    "store_folder_refused", store=path, reason=error.strerror
                ) from error
        engine = make_engine(parsed)
        try:
            with errors_told(parsed):
                ensure_schema(engine, create=create)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @classmethod
    def find(cls, url: str) -> Self | None:
        """Open a store that is there; return None where there is none yet.

        Raises:
            UsageError, StoreError: as for `open`.
        """
        try:
            return cls.open(url, create=False)
        except NoStoreError:
            return None

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Put all that is written within into one transaction, done as a whole or not at all.

        Each commit waits for the disk, some 10 to 20 ms. What is read within is what was there
        before.
        """
        with self._writing() as self._open:
            try:
                yield
            finally:
                self._open = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._open is not None:
            yield self._open
            return
        with errors_told(self.engine.url):
            if self._still_held is not None:
                self._still_held()
            with self.engine.begin() as connection:
                one_writer(connection)
                yield connection

    # --- runs ---------------------------------------------------------------------------------

    @contextmanager
    def lock(self, *, wait_s: float = 0.0) -> Iterator[None]:
        """Hold the store as its one runner; clears what killed runs have left.

        Args:
            wait_s: how long to wait for another runner.

        Raises:
            StoreBusyError: another runner holds it; the text says who and since when.
        """
        with errors_told(self.engine.url), run_lock(self.engine, wait_s=wait_s) as still_held:
            if self.path is not None:
                # Whoever held it may have put a backup in the place of the file.
                self.engine.dispose()
            self._clear_leftovers()
            self._still_held = still_held
            try:
                yield
            finally:
                self._still_held = None

    def _clear_leftovers(self) -> None:
        with self._reading() as connection:
            left = connection.execute(sa.select(run.c.run_id).where(run.c.state == "running"))
            if left.first() is None:
                return
        with self._writing() as connection:
            connection.execute(
                sa.update(run)
                .where(run.c.state == "running")
                .values(state="killed", finished_at=self.now())
            )

    def begin_run(self, command: str, *, note: str = "") -> str:
        """Enter a run as `running` and return its id, which begins with its UTC time."""
        at = self.now()
        run_id = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        with self._writing() as connection:
            connection.execute(
                sa.insert(run),
                {
                    "run_id": run_id,
                    "command": r.clean_text(command),
                    "state": "running",
                    "started_at": at,
                    "host": socket.gethostname(),
                    "pid": os.getpid(),
                    "program_version": __version__,
                    "note": r.clean_text(note),
                },
            )
        return run_id

    def finish_run(self, run_id: str, state: str, *, note: str = "") -> None:
        """Enter how a run ended: `done`, `partial` (a part failed), `stopped`, or `failed`."""
        with self._writing() as connection:
            connection.execute(
                sa.update(run)
                .where(run.c.run_id == run_id)
                .values(state=state, finished_at=self.now(), note=r.clean_text(note))
            )

    # --- service dates ------------------------------------------------------------------------

    def write_date(
        self,
        on: date,
        judgements: pd.DataFrame,
        classified: pd.DataFrame,
        rejected_rows: pd.DataFrame,
        *,
        input_hash: str,
        run_id: str,
        provisional: bool,
        counts: Mapping[str, Any] | None = None,
        evidence_tables: Mapping[str, pd.DataFrame] | None = None,
    ) -> DateOutcome:
        """Store a service date as a whole, in one transaction.

        Args:
            on: the service date.
            judgements: JUDGEMENTS of that date; with a column `alerted` (bool) where alerts
                name windows, else a pickup is alerted where any alert names its point.
            classified: CLASSIFIED of that date.
            rejected_rows: REJECTED that are counted under that date.
            input_hash: of all that the date was judged on.
            run_id: from `begin_run`.
            provisional: data may still come; else final.
            counts: what the run counted, kept as JSON.
            evidence_tables: what later days need of this one, by kind (see `evidence`).

        Raises:
            StoreError: the store could not be written; it is as it was before.
            TableError: two rows have the same key: a bug.
        """
        at = self.now()
        said = verdicts.Said(at, run_id, input_hash, __version__)
        pickups = verdicts.pickup_rows(judgements, classified)
        alerts = verdicts.alert_rows(classified)
        entry = {
            "state": "provisional" if provisional else "final",
            "input_hash": input_hash,
            "run_id": run_id,
            "judged_at": at,
            "counts": r.as_json(counts),
        }
        packed = {kind: (len(df), blobs.pack(df)) for kind, df in (evidence_tables or {}).items()}
        rejects = side_tables.pack_rejected(rejected_rows)
        with self._writing() as connection:
            changed_pickups = verdicts.write(connection, verdicts.PICKUPS, on, pickups, said)
            changed_alerts = verdicts.write(connection, verdicts.ALERTS, on, alerts, said)
            here = service_date.c.service_date == on
            known = connection.execute(sa.select(service_date.c.service_date).where(here)).first()
            if known is None:
                first = entry | {"service_date": on, "changed_at": at}
                connection.execute(sa.insert(service_date), first)
            else:
                if changed_pickups or changed_alerts:
                    entry["changed_at"] = at
                connection.execute(sa.update(service_date).where(here).values(entry))
            side_tables.put_rejected(connection, on.isoformat(), rejected_rows, rejects)
            for kind, (n_rows, content) in packed.items():
                side_tables.put_evidence(connection, on, kind, n_rows, content)
        return DateOutcome(on, changed_pickups, changed_alerts, known is None)

    def finalise(self, dates: Iterable[date]) -> None:
        """Enter dates as final that need no judging again."""
        with self._writing() as connection:
            connection.execute(
                sa.update(service_date)
                .where(service_date.c.service_date.in_(list(dates)))
                .values(state="final")
            )

    # --- rows kept apart, files, evidence -----------------------------------------------------

    def write_rejected(self, inputs: Mapping[str, pd.DataFrame]) -> None:
        """Replace the rejected rows of inputs that have no date, by name (`points`, …)."""
        packed = {name: blobs.pack(REJECTED.check(df)) for name, df in inputs.items()}
        with self._writing() as connection:
            for name, df in inputs.items():
                side_tables.put_rejected(connection, name, df, packed[name])

    def put_evidence(self, on: date, kind: str, df: pd.DataFrame) -> None:
        """Keep a small table of a service date for later days; replaces the former one."""
        content = blobs.pack(df)
        with self._writing() as connection:
            side_tables.put_evidence(connection, on, kind, len(df), content)

    def put_input_files(self, files: Iterable[InputFile], *, gone: Collection[str] = ()) -> None:
        """Keep what reading input files found, replacing what was known of their paths.

        Args:
            files: that were read.
            gone: paths of which nothing need be known any more.
        """
        with self._writing() as connection:
            side_tables.put_input_files(connection, files, gone, at=self.now())

    def put_note(self, name: str, content: Mapping[str, Any]) -> None:
        """Keep a small thing under a name, with the time; replaces the former one."""
        with self._writing() as connection:
            side_tables.put_note(connection, name, r.as_json(content), at=self.now())

    # --- registry -----------------------------------------------------------------------------

    def sync_points(
        self, points: pd.DataFrame, *, on: date, by: str, allow_shrink: bool = False
    ) -> list[PointChange]:
        """Bring the registry to what the points file says, and tell what changed.

        Args:
            points: POINTS as read, `valid_from` and `valid_to` as the file has them.
            on: first day on which changes hold, where the file gives no `valid_from`.
            by: who or what brought the change.
            allow_shrink: take a file that lacks more than a tenth of the known points.

        Raises:
            MissingDataError: the file lacks more than a tenth of the known points.
        """
        with self._writing() as connection:
            return registry.sync(
                connection, points, on=on, by=by, at=self.now(), allow_shrink=allow_shrink
            )

    def write_corrections(self, proposals: pd.DataFrame, *, run_id: str) -> int:
        """Enter what diagnosis proposes now (CORRECTIONS); return how many points changed.

        Decisions of operators stand: see `routecheck.store.corrections.write`.
        """
        with self._writing() as connection:
            return corrections.write(connection, proposals, run_id=run_id, at=self.now())

    def set_correction_state(
        self,
        point_ids: Sequence[str],
        state: CorrectionState,
        *,
        by: str,
        at: datetime | None = None,
        holds_from: date | None = None,
    ) -> list[str]:
        """Enter an operator's decision; return the points whose correction it changed.

        Args:
            point_ids: points with a current correction.
            state: accepted, rejected, or proposed (which takes a decision back).
            by: who decided.
            at: when, UTC; now, where not given.
            holds_from: for accepted ones; the first date of the evidence, where not given.

        Raises:
            UsageError: a point has no correction.
        """
        with self._writing() as connection:
            return corrections.decide(
                connection, point_ids, state, by=by, at=at or self.now(), holds_from=holds_from
            )
