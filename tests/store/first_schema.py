"""The schema of the first stores, as the first migration made it: what later ones start from."""

import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations

from routecheck.store.schema import VERSION_TABLE, version_table


def create(connection: sa.Connection) -> None:
    """Make an empty store of revision 0001."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    with Operations.context(context):
        _create_tables()
    version_table.create(connection)
    connection.execute(version_table.insert(), {"version_num": "0001"})


def _create_tables() -> None:
    op.create_table(
        "evidence",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("service_date", "kind", name=op.f("pk_evidence")),
    )
    op.create_table(
        "input_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("first_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_input_file")),
    )
    op.create_table(
        "point",
        sa.Column("record_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("point_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("township", sa.Text(), nullable=False),
        sa.Column("village", sa.Text(), nullable=False),
        sa.Column("geometry", sa.LargeBinary(), nullable=True),
        sa.Column("tolerance_m", sa.Double(), nullable=True),
        sa.Column("datum", sa.Text(), nullable=False),
        sa.Column("recorded_lon", sa.Double(), nullable=True),
        sa.Column("recorded_lat", sa.Double(), nullable=True),
        sa.Column("group", sa.Text(), nullable=False),
        sa.Column("file_valid_from", sa.Date(), nullable=True),
        sa.Column("file_valid_to", sa.Date(), nullable=True),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("holds_to", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_point")),
    )
    op.create_index(op.f("ix_point_point_id"), "point", ["point_id"], unique=False)
    op.create_table(
        "rejected",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_rejected")),
    )
    op.create_table(
        "rejected_count",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "file", "reason", name=op.f("pk_rejected_count")),
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
    )
    op.create_table(
        "alert_verdict",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("alert_id", sa.Text(), nullable=False),
        sa.Column("point_id", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("classification", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dwell_s", sa.Double(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_alert_verdict_run_id")),
        sa.PrimaryKeyConstraint(
            "service_date", "alert_id", "version", name=op.f("pk_alert_verdict")
        ),
    )
    op.create_index(
        op.f("ix_alert_verdict_point_id_service_date"),
        "alert_verdict",
        ["point_id", "service_date"],
        unique=False,
    )
    op.create_index(op.f("ix_alert_verdict_run_id"), "alert_verdict", ["run_id"], unique=False)
    op.create_table(
        "correction",
        sa.Column("point_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("recorded_lon", sa.Double(), nullable=True),
        sa.Column("recorded_lat", sa.Double(), nullable=True),
        sa.Column("proposed_lon", sa.Double(), nullable=True),
        sa.Column("proposed_lat", sa.Double(), nullable=True),
        sa.Column("offset_m", sa.Double(), nullable=True),
        sa.Column("days_seen", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("proposed_tolerance_m", sa.Double(), nullable=True),
        sa.Column("evidence_from", sa.Date(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holds_from", sa.Date(), nullable=True),
        sa.Column("holds_to", sa.Date(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_correction_run_id")),
        sa.PrimaryKeyConstraint("point_id", "version", name=op.f("pk_correction")),
    )
    op.create_table(
        "pickup_verdict",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("point_id", sa.Text(), nullable=False),
        sa.Column("window_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_vehicle_id", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("vehicle_id", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dwell_s", sa.Double(), nullable=True),
        sa.Column("distance_m", sa.Double(), nullable=True),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("alerted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("program_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_pickup_verdict_run_id")),
        sa.PrimaryKeyConstraint(
            "service_date", "point_id", "window_start", "version", name=op.f("pk_pickup_verdict")
        ),
    )
    op.create_index(
        op.f("ix_pickup_verdict_point_id_service_date"),
        "pickup_verdict",
        ["point_id", "service_date"],
        unique=False,
    )
    op.create_index(op.f("ix_pickup_verdict_run_id"), "pickup_verdict", ["run_id"], unique=False)
    op.create_table(
        "service_date",
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("input_hash", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_service_date_run_id")),
        sa.PrimaryKeyConstraint("service_date", name=op.f("pk_service_date")),
    )
