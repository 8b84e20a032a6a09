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
    """CLASSIFIED with the ids that the monitor gave; `known_as` in the criteria where another."""
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
