"""A service date as judged, and what it was judged on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from routecheck.domain.tables import TEXT
from routecheck.engine.observing import Observation


@dataclass(frozen=True)
class Judged:
    """A service date as judged, and what it was judged on.

    Attributes:
        service_date: the date.
        observation: cleaned tracks and stops about it.
        places: PLACES that it was judged at.
        accepted: CORRECTIONS in force on it.
        raised: ALERTS of it as the monitor raised them.
        alerts: CLASSIFIED, by the ids that the monitor gave.
        judgements: JUDGEMENTS with `alerted`.
        visits: VISITS at the places.
        approaches: VISITS with the tolerance widened by the margin of error.
        episodes: makes EPISODES, all that the tracks have of the pickups.
    """

    service_date: date
    observation: Observation
    places: pd.DataFrame
    accepted: pd.DataFrame
    raised: pd.DataFrame
    alerts: pd.DataFrame
    judgements: pd.DataFrame
    visits: pd.DataFrame
    approaches: pd.DataFrame
    episodes: Callable[[], pd.DataFrame]


def as_raised(classified: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Return CLASSIFIED by the ids of the monitor; in criteria `known_as` where it is another."""
    raised = dict(zip(alerts["alert_id"], alerts["point_id"], strict=True))
    ids = [raised[alert] for alert in classified["alert_id"]]
    if ids == classified["point_id"].tolist():
        return classified
    criteria = [
        evidence if point == known else {**evidence, "known_as": known}
        for evidence, point, known in zip(
            classified["criteria"], ids, classified["point_id"], strict=True
        )
    ]
    return classified.assign(
        point_id=pd.Series(ids, index=classified.index, dtype=TEXT),
        criteria=pd.Series(criteria, index=classified.index, dtype=object),
    )


def under_due_ids(
    alerts: pd.DataFrame, due: set[str], other_id: Callable[[str], str]
) -> pd.DataFrame:
    """Alerts whose point is not due under its id, and is under its other one, are of that.

    The monitor takes over a new id on another day than the points file and the schedule do.

    Args:
        alerts: ALERTS of a date.
        due: points that are due on it.
        other_id: gives the other id of a point that was renamed or merged; else its own.
    """
    if alerts["point_id"].isin(due).all():
        return alerts
    ids = [
        other if point not in due and (other := other_id(point)) in due else point
        for point in alerts["point_id"].tolist()
    ]
    return alerts.assign(point_id=pd.Series(ids, index=alerts.index, dtype=TEXT))
