"""Verdicts counted and in short: what lists and trends of many dates or points ask."""

from __future__ import annotations

from datetime import date

import pandas as pd
import sqlalchemy as sa

from routecheck.store.schema import alert_verdict, pickup_verdict
from routecheck.store.transactions import Transactions


class Tallies(Transactions):
    """Counts of what stands of pickups and alerts."""

    def outcomes(self, first: date, last: date) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the outcomes of the dates from `first` to `last`, both included, in short.

        Returns:
            A row a date, verdict and scheduled vehicle (`service_date`, `verdict`,
            `scheduled_vehicle_id`, `pickups`), and a row an alert (`service_date`, `alert_id`,
            `point_id`, `classification`, `cause`).
        """
        p, a = pickup_verdict.c, alert_verdict.c
        keys = (p.service_date, p.verdict, p.scheduled_vehicle_id)
        pickups = (
            sa.select(*keys, sa.func.count().label("pickups"))
            .where(p.current, p.service_date.between(first, last))
            .group_by(*keys)
        )
        alerts = sa.select(a.service_date, a.alert_id, a.point_id, a.classification, a.cause)
        alerts = alerts.where(a.current, a.service_date.between(first, last))
        with self._reading() as connection:
            tables = [
                pd.DataFrame(sorted(map(tuple, result)), columns=list(result.keys()))
                for result in (connection.execute(pickups), connection.execute(alerts))
            ]
        return tables[0], tables[1]

    def counts_on(self, on: date) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return how many pickups and alerts of a date each point has, by what became of them.

        Returns:
            `point_id`, `verdict`, `pickups`; and `point_id`, `classification`, `cause`, `alerts`.
        """
        p, a = pickup_verdict.c, alert_verdict.c
        statements = []
        for table, keys, name in (
            (p, (p.point_id, p.verdict), "pickups"),
            (a, (a.point_id, a.classification, a.cause), "alerts"),
        ):
            count = sa.func.count().label(name)
            where = table.service_date == on, table.current
            statements.append(sa.select(*keys, count).where(*where).group_by(*keys))
        with self._reading() as connection:
            tables = [
                pd.DataFrame(sorted(map(tuple, result)), columns=list(result.keys()))
                for result in (connection.execute(one) for one in statements)
            ]
        return tables[0], tables[1]

    def due_days(self, first: date, last: date) -> pd.Series:
        """Return on how many dates from `first` to `last` each point was due, by point."""
        p = pickup_verdict.c
        statement = (
            sa.select(p.point_id, sa.func.count(sa.distinct(p.service_date)))
            .where(p.current, p.service_date.between(first, last))
            .group_by(p.point_id)
        )
        with self._reading() as connection:
            days = {point_id: int(count) for point_id, count in connection.execute(statement)}
        return pd.Series(days, dtype="int64").sort_index()

    def timing(self, first: date, last: date) -> pd.DataFrame:
        """Return when the pickups of the dates from `first` to `last`, both included, were made.

        Returns:
            A row a pickup as it stands: `service_date`, `scheduled_vehicle_id`, `window_start`,
            `window_end`, `verdict`, `vehicle_id`, `arrived_at` (UTC, NaT: not collected).
        """
        p = pickup_verdict.c
        names = ["service_date", "scheduled_vehicle_id", "window_start", "window_end"]
        names += ["verdict", "vehicle_id", "arrived_at"]
        statement = sa.select(*(p[name] for name in names)).where(
            p.current, p.service_date.between(first, last)
        )
        with self._reading() as connection:
            table = pd.DataFrame(connection.execute(statement).all(), columns=names)
        moments = ["window_start", "window_end", "arrived_at"]
        return table.assign(**{name: pd.to_datetime(table[name], utc=True) for name in moments})

    def alert_days(self, point_id: str) -> list[tuple[date, str, int]]:
        """Return (service date, classification, alerts) of a point, oldest first."""
        a = alert_verdict.c
        statement = (
            sa.select(a.service_date, a.classification, sa.func.count())
            .where(a.current, a.point_id == point_id)
            .group_by(a.service_date, a.classification)
        )
        with self._reading() as connection:
            return sorted((row[0], row[1], int(row[2])) for row in connection.execute(statement))
