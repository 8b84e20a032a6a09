"""Runs: which there were, how they ended, and the lock that lets one work at a time."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from routecheck import __version__
from routecheck.domain.errors import StoreNotOpenedError
from routecheck.store.conversion import clean_text
from routecheck.store.databases import errors_explained
from routecheck.store.lock import Told, is_held, run_lock
from routecheck.store.schema import run
from routecheck.store.transactions import Transactions


class Runs(Transactions):
    """The runs of a store."""

    @contextmanager
    def lock(self, *, wait_s: float = 0.0, told: Told | None = None) -> Iterator[None]:
        """Hold the store as its one runner; clears what killed runs have left.

        Args:
            wait_s: how long to wait for another runner.
            told: is told, after some seconds, for whom it waits; the log, where not given.

        Raises:
            StoreBusyError: another runner holds it; the text names it and since when.
            StoreNotOpenedError: nothing can be written there.
        """
        with ExitStack() as held:
            held.enter_context(errors_explained(self.engine.url))
            with errors_explained(self.engine.url, StoreNotOpenedError):
                still_held = held.enter_context(run_lock(self.engine, wait_s=wait_s, told=told))
                if self.path is not None:
                    # Whoever held it may have put a backup in the place of the file.
                    self.engine.dispose()
                self._end_killed()
            self._still_held = still_held
            try:
                yield
            finally:
                self._still_held = None

    def held(self) -> bool:
        """Tell whether some runner is at work on the store now."""
        with errors_explained(self.engine.url):
            return is_held(self.engine)

    def _end_killed(self) -> None:
        """Enter as killed the runs that never entered how they ended."""
        if "running" in self.run_states().values():
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
        row = {
            "run_id": run_id,
            "command": clean_text(command),
            "state": "running",
            "started_at": at,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "program_version": __version__,
            "note": clean_text(note),
        }
        with self._writing() as connection:
            connection.execute(sa.insert(run), row)
        return run_id

    def finish_run(self, run_id: str, state: str, *, note: str = "") -> None:
        """Enter how a run ended: `done`, `partial` (a part failed), `stopped`, or `failed`."""
        with self._writing() as connection:
            connection.execute(
                sa.update(run)
                .where(run.c.run_id == run_id)
                .values(state=state, finished_at=self.now(), note=clean_text(note))
            )

    def runs(self, *, limit: int = 20) -> list[dict[str, Any]]:
        """Return the last runs, newest first, a dict of their columns each."""
        statement = sa.select(run).order_by(run.c.started_at.desc(), run.c.run_id.desc())
        with self._reading() as connection:
            return [row._asdict() for row in connection.execute(statement.limit(limit))]

    def run_entry(self, run_id: str) -> dict[str, Any]:
        """Return the columns of a run."""
        with self._reading() as connection:
            return connection.execute(sa.select(run).where(run.c.run_id == run_id)).one()._asdict()

    def run_states(self) -> dict[str, str]:
        """Return the state of every run by its id."""
        with self._reading() as connection:
            rows = connection.execute(sa.select(run.c.run_id, run.c.state))
            return {row.run_id: row.state for row in rows}
