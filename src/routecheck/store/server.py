"""A PostgreSQL server that waits for nothing: time-outs of its own, and ours where it is silent.

The server ends a statement, a wait for a lock and an idle transaction by itself. One that is frozen
ends nothing: its machine still holds the connection. So each wait of ours has an end too, at
which the connection is cut.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import traceback
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

CONNECT_S = 10
STATEMENT_S = 45.0
"""A statement of a run takes well under a second, one of a large import some seconds."""
PATIENT_S = 3600.0
"""Of what reads or rewrites a whole store: checking, backing up, restoring, pruning."""
LOCK_S = 30.0
"""Transactions of ours take well under a second: who waits so long waits for somebody else."""
IDLE_S = 300.0
"""A transaction that does nothing keeps others from writing."""
SILENT_S = 5.0
"""How much longer than the server's own time-out we wait; and how long once it has been silent."""


def server_options(given: str, *, patient: bool) -> dict[str, Any]:
    """Return what psycopg is asked to connect with.

    Args:
        given: options that the URL has; they win.
        patient: whether statements may take an hour.
    """
    limits = {
        "statement_timeout": PATIENT_S if patient else STATEMENT_S,
        "lock_timeout": LOCK_S,
        "idle_in_transaction_session_timeout": PATIENT_S if patient else IDLE_S,
    }
    ours = " ".join(f"-c {name}={round(1000 * limit_s)}" for name, limit_s in limits.items())
    return {"connect_timeout": CONNECT_S, "options": f"{ours} {given}".strip()}


def _cut(connection: Any) -> None:
    import psycopg

    with (
        contextlib.suppress(OSError, psycopg.Error),
        socket.socket(fileno=os.dup(connection.pgconn.socket)) as line,
    ):
        line.shutdown(socket.SHUT_RDWR)


def end_where_silent(engine: Engine, *, seconds: float, most_s: float) -> None:
    """Let an engine's connections wait as long as the server is there, up to a limit.

    A statement may take long before its first row. Whether anybody is at work on it, another
    connection tells: a frozen server does not take it.

    Args:
        engine: of a PostgreSQL database.
        seconds: how long a wait may last, and a connection take, before that is asked.
        most_s: how long a wait may last at all.
    """
    import psycopg

    def silent(values: Any) -> bool:
        try:
            psycopg.connect(**values).close()
        except psycopg.errors.ConnectionTimeout as error:
            # What failed holds the line that it was opening, and itself, until it is collected: a
            # server that goes on would wait for that.
            for one in (error, error.__cause__, error.__context__):
                traceback.clear_frames(one.__traceback__ if one else None)
            return True
        except psycopg.Error:
            # It refuses: there are too many, or it is about to end. It is there.
            return False
        return False

    class Ending(psycopg.Connection[Any]):
        """A connection that is cut where the server is silent."""

        values: Any = None

        def wait(self, *args: Any, **more: Any) -> Any:
            done = threading.Event()
            threading.Thread(target=self._watch, args=(done,), daemon=True).start()
            try:
                return super().wait(*args, **more)
            finally:
                done.set()

        def _watch(self, done: threading.Event) -> None:
            until = time.monotonic() + most_s
            while not done.wait(seconds):
                if time.monotonic() > until or silent(self.values):
                    if not done.is_set():
                        _cut(self)
                    return

    def connect(_dialect: object, _record: object, args: Any, values: Any) -> Any:
        connection = Ending.connect(*args, **values)
        connection.values = values
        return connection

    sa.event.listen(engine, "do_connect", connect)


def end_waits(engine: Engine, *, patient: bool, given: str = "") -> None:
    """Let no wait of an engine's connections last longer than the server may take.

    Args:
        engine: of the database.
        patient: whether statements may take an hour.
        given: options that the URL has: the server is asked for a time-out that stands there.
    """
    import psycopg

    limit = {"usual": (PATIENT_S if patient else STATEMENT_S) + SILENT_S}
    limit["s"] = limit["usual"]

    class Ending(psycopg.Connection[Any]):
        """A connection that is cut where the server is silent."""

        def wait(self, *args: Any, **more: Any) -> Any:
            timer = threading.Timer(limit["s"], self._end)
            timer.daemon = True
            timer.start()
            try:
                found = super().wait(*args, **more)
            finally:
                timer.cancel()
            limit["s"] = limit["usual"]
            return found

        def _end(self) -> None:
            # What is still to be said to it (the run has failed, the lock is free) is not worth
            # the same wait again.
            limit["s"] = SILENT_S
            _cut(self)

    def connect(_dialect: object, _record: object, args: Any, values: Any) -> Any:
        connection = Ending.connect(*args, **values)
        if "statement_timeout" in given:
            asked = "SELECT setting::float8 FROM pg_settings WHERE name = 'statement_timeout'"
            [(most_ms,)] = connection.execute(asked).fetchall()
            connection.rollback()
            # 0: no time-out.
            limit["usual"] = limit["s"] = (most_ms / 1000 or PATIENT_S) + SILENT_S
        return connection

    sa.event.listen(engine, "do_connect", connect)
