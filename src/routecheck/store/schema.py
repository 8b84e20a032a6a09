"""The tables of the store, each defined once, and the revision of the schema they make up.

A new store is made from these definitions; an older one is brought here by the migrations
beside this module. Both ways give the same schema (a test holds them together).

Times are UTC. Texts are UTF-8. Dates are the site's local service dates. Figures are stored as
they are shown: rounded once (`routecheck.store.conversion`), so that what is compared, what is kept
and what is exported are the same.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
"""Every schema there has been, oldest first; the names of the migrations."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "routecheck_version"
"""A name of its own: the database may also belong to another program that uses Alembic."""

CONFIDENCE_DIGITS = 3
METRES_DIGITS = 1
SECONDS_DIGITS = 1
DEGREES_DIGITS = 7
"""How figures are rounded before they are compared and stored: to 0.001, 0.1 m, 0.1 s, a cm."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware datetimes in, aware UTC datetimes out, on every database.

    SQLite has no time zones and drops an offset silently, so there the value is converted to
    UTC first and marked as UTC when it is read.
    """

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC.

        Raises:
            ValueError: the datetime is naive: which moment it means is not known.
        """
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a naive datetime cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark, or convert, as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonText(sa.Text):
    """JSON as a text, which is compared as it stands."""


metadata = sa.MetaData(
    naming_convention={
        # Named constraints can be changed by later migrations, on SQLite too.
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

version_table = sa.Table(
    VERSION_TABLE,
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)


def _text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, **{"nullable": False, **options})


def _time(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, UtcDateTime, nullable=nullable)


def _json(name: str, doc: str) -> sa.Column[str]:
    return sa.Column(name, JsonText, nullable=False, doc=doc)


def _number(name: str, digits: int | None = None, *, nullable: bool = True) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=nullable, info={"digits": digits})


def _date(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Date, **options)


def _run_id() -> sa.Column[str]:
    return sa.Column("run_id", sa.Text, sa.ForeignKey("run.run_id"), nullable=False)


run = sa.Table(
    "run",
    metadata,
    _text("run_id", primary_key=True, doc="begins with its UTC time: sorts by age"),
    _text("command"),
    _text("state", doc="running, done, partial, stopped, failed, killed"),
    _time("started_at", nullable=False),
    _time("finished_at"),
    _text("host"),
    sa.Column("pid", sa.Integer, nullable=False),
    _text("program_version"),
    _text("note"),
)

service_date = sa.Table(
    "service_date",
    metadata,
    _date("service_date", primary_key=True),
    _text("state", doc="provisional: to be judged again when data come; final"),
    _text("input_hash", doc="of all that the date was last judged on"),
    _run_id(),
    _time("judged_at", nullable=False),
    _time("changed_at", nullable=False),
    _json("counts", "JSON: what the run counted"),
)


def _version() -> tuple[sa.Column[Any], ...]:
    """What every version carries: since when it stands, by which run, on what, and until when."""
    return (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("current", sa.Boolean, nullable=False),
        _time("said_at", nullable=False),
        _time("ended_at"),
        _run_id(),
        _text("input_hash"),
        _text("program_version"),
    )


def _outcome() -> tuple[sa.Column[Any], ...]:
    """What a verdict and a classification have in common."""
    return (
        _text("cause"),
        _number("confidence", CONFIDENCE_DIGITS, nullable=False),
        _text("vehicle_id"),
        _time("arrived_at"),
        _time("departed_at"),
        _number("dwell_s", SECONDS_DIGITS),
        _number("distance_m", METRES_DIGITS),
        _json("criteria", "JSON: outcome of every criterion that was looked at"),
    )


pickup_verdict = sa.Table(
    "pickup_verdict",
    metadata,
    _date("service_date", nullable=False),
    _text("point_id"),
    _time("window_start", nullable=False),
    _time("window_end", nullable=False),
    _text("scheduled_vehicle_id"),
    _text("verdict"),
    *_outcome(),
    sa.Column("alerted", sa.Boolean, nullable=False),
    *_version(),
    # The date comes first: a date is read, and written, as a whole.
    sa.PrimaryKeyConstraint("service_date", "point_id", "window_start", "version"),
)
sa.Index(None, pickup_verdict.c.point_id, pickup_verdict.c.service_date)
sa.Index(None, pickup_verdict.c.run_id)

alert_verdict = sa.Table(
    "alert_verdict",
    metadata,
    _date("service_date", nullable=False),
    _text("alert_id"),
    _text("point_id"),
    _time("raised_at"),
    _text("classification"),
    *_outcome(),
    *_version(),
    sa.PrimaryKeyConstraint("service_date", "alert_id", "version"),
)
sa.Index(None, alert_verdict.c.point_id, alert_verdict.c.service_date)
sa.Index(None, alert_verdict.c.run_id)

point = sa.Table(
    "point",
    metadata,
    sa.Column("record_id", sa.Integer, primary_key=True, autoincrement=True),
    _text("point_id"),
    _text("name"),
    _text("township"),
    _text("village"),
    sa.Column("geometry", sa.LargeBinary, doc="WKB, WGS-84; null: no usable place"),
    _number("tolerance_m"),
    _text("datum"),
    _number("recorded_lon"),
    _number("recorded_lat"),
    _text("group"),
    _date("file_valid_from", doc="as the points file has it"),
    _date("file_valid_to", doc="as the points file has it"),
    _date("holds_from", doc="first day it holds; null: always did"),
    _date("holds_to", doc="last day it holds; before holds_from: never held"),
    _time("entered_at", nullable=False),
    _text("entered_by"),
    _time("ended_at"),
    _text("ended_by"),
)
sa.Index(None, point.c.point_id)

correction = sa.Table(
    "correction",
    metadata,
    _text("point_id"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    _text("cause"),
    _number("recorded_lon", DEGREES_DIGITS),
    _number("recorded_lat", DEGREES_DIGITS),
    _number("proposed_lon", DEGREES_DIGITS),
    _number("proposed_lat", DEGREES_DIGITS),
    _number("offset_m", METRES_DIGITS),
    sa.Column("days_seen", sa.Integer, nullable=False),
    _number("confidence", CONFIDENCE_DIGITS, nullable=False),
    _number("proposed_tolerance_m", METRES_DIGITS),
    _date("evidence_from", doc="first date of the evidence"),
    _json("criteria", "JSON: the evidence"),
    _text("state", doc="proposed, accepted, rejected"),
    _text("decided_by"),
    _time("decided_at"),
    _date("holds_from", doc="accepted: first day it is judged by"),
    _date("holds_to", doc="accepted: last day, where the points file then changed"),
    _time("said_at", nullable=False),
    _time("ended_at"),
    sa.Column("run_id", sa.Text, sa.ForeignKey("run.run_id"), nullable=True),
    sa.PrimaryKeyConstraint("point_id", "version"),
)

field_word = sa.Table(
    "field_word",
    metadata,
    _text("point_id"),
    _date("service_date", nullable=False),
    _time("window_start", nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("current", sa.Boolean, nullable=False),
    _text("word", doc="collected, missed, blocked, unsure"),
    _text("verdict", doc="of the pickup when it was said"),
    _text("said_by"),
    _time("said_at", nullable=False),
    _time("ended_at"),
    sa.PrimaryKeyConstraint("service_date", "point_id", "window_start", "version"),
)

evidence = sa.Table(
    "evidence",
    metadata,
    _date("service_date", nullable=False),
    _text("kind", doc="what the table is: stops, …"),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False, doc="Arrow IPC, zstd"),
    sa.PrimaryKeyConstraint("service_date", "kind"),
)

rejected = sa.Table(
    "rejected",
    metadata,
    _text("scope", primary_key=True, doc="a service date, or the input: points, schedule …"),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False, doc="Arrow IPC, zstd"),
)

rejected_count = sa.Table(
    "rejected_count",
    metadata,
    _text("scope"),
    _text("file"),
    _text("reason"),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("scope", "file", "reason"),
)

note = sa.Table(
    "note",
    metadata,
    _text("name", primary_key=True),
    _json("content", "JSON"),
    _time("noted_at", nullable=False),
)

input_file = sa.Table(
    "input_file",
    metadata,
    _text("path", primary_key=True),
    _text("kind", doc="fixes, …"),
    _json("content", "JSON: how the file looked, and what reading it found"),
    _time("seen_at", nullable=False),
)

seal = sa.Table(
    "seal",
    metadata,
    _text("scope", primary_key=True, doc="a table, and what its rows are of: see seals"),
    _text("digest"),
)
