"""Alerts: those of several points on a date may share an id."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_NAME = "pk_alert_verdict"


def upgrade() -> None:
    with op.batch_alter_table("alert_verdict", recreate="auto") as table:
        table.drop_constraint(op.f(_NAME), type_="primary")
        table.create_primary_key(op.f(_NAME), ["service_date", "alert_id", "point_id", "version"])
