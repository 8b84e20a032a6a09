"""A service date as a piece of work: plain inputs in, tables out, the same wherever it runs.

`observed` and `weighed` are each one call of the pure pipeline. What they take can be handed to
another process or machine, and so can what they return.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from routecheck.domain.patience import Patience
from routecheck.domain.settings import Settings
from routecheck.engine import pipeline
from routecheck.engine.learning import Learned
from routecheck.engine.observing import Observation, Site, observe
from routecheck.engine.pipeline import Weighed


def observed(
    fixes: pd.DataFrame,
    day: date,
    settings: Settings,
    latest: pd.Timestamp,
    site: Site,
) -> tuple[Observation, pd.DataFrame]:
    """Return what the fixes about a date show, and HISTORY of it.

    Args:
        fixes: FIXES of the date and the hours about it.
        day: the date.
        settings: of the stages.
        latest: nothing of the date was measured later (UTC).
        site: what is expected.
    """
    seen = observe(fixes, day, settings, latest, site)
    return seen, seen.history(site.pickups(day, settings), settings)


@dataclass(frozen=True)
class Partition:
    """All that the tracks of a date are weighed by.

    Attributes:
        observation: what its fixes show.
        site: what is expected.
        places: PLACES to judge it at.
        accepted: CORRECTIONS in force on it, which they were made with.
        learned: what many dates taught.
        patience: with what may still come of a date that is running; None: it is over.
        settings: of the stages.
    """

    observation: Observation
    site: Site
    places: pd.DataFrame
    accepted: pd.DataFrame
    learned: Learned
    patience: Patience | None
    settings: Settings

    @property
    def service_date(self) -> date:
        """The date."""
        return self.observation.service_date


def weighed(one: Partition) -> tuple[Observation, Weighed]:
    """Return what can be believed of the fixes of a date, and what they say of its pickups."""
    learned = one.learned
    observation = one.observation.without_drift(learned.drifts)
    observation = observation.believable(learned.faults, one.settings)
    return observation, pipeline.weigh(
        observation,
        one.site,
        one.places,
        learned.usual,
        one.settings,
        learned.paces,
        learned.faults,
        learned.feed_datum,
        one.patience,
        learned.candidates,
    )


def weighed_whole(one: Partition) -> tuple[Observation, Weighed]:
    """Weigh a date, EPISODES and all: as it can be handed to another process."""
    observation, found = weighed(one)
    return observation, replace(found, episodes=_Kept(found.episodes()))


@dataclass(frozen=True)
class _Kept:
    """A table that was made already."""

    table: pd.DataFrame

    def __call__(self) -> pd.DataFrame:
        return self.table
