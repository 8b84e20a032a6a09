"""What someone went to see, as truth."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.domain.errors import Message, MissingDataError
from routecheck.domain.tables import TEXT
from routecheck.evaluate.truth import Truth


def truth_of_checks(checks: pd.DataFrame, pickups: pd.DataFrame, zone: ZoneInfo) -> Truth:
    """Return what field checks found, of the pickups that were checked.

    What was checked is no sample of all: people go where they expect a miss. Shares hold for the
    checked ones. What the data could show is not known, so everything counts as observable. Checks
    of one pickup that contradict each other are left out; so are those without a window of points
    with several pickups that day.

    Args:
        checks: CHECKS.
        pickups: JUDGEMENTS.
        zone: local time of the site.

    Raises:
        MissingDataError: there are no checks, or none that means a judged pickup.
    """
    if checks.empty:
        raise MissingDataError("no_checks")
    key = ["point_id", "service_date", "start_minute"]
    answers = checks.groupby(key, sort=False)["collected"].agg(["all", "any"])
    seen = answers[answers["all"] == answers["any"]].reset_index()
    seen = seen[key].assign(
        collected=seen["all"].astype("bool"),
        observable=True,
        cause=pd.Series("", index=seen.index, dtype=TEXT),
        vehicle_id=pd.Series("", index=seen.index, dtype=TEXT),
    )
    # Checks of other dates than those judged are reported as such, not as unusable.
    if set(seen["service_date"]) & set(pickups["service_date"]):
        count = pickups.groupby(key[:2]).size().rename("pickups").reset_index()
        due = seen[key[:2]].merge(count, on=key[:2], how="left")["pickups"].fillna(0)
        # Without a window a check means the only pickup of that point and date.
        seen = seen[((due == 1) | ((due > 1) & (seen["start_minute"] >= 0))).to_numpy()]
    if seen.empty:
        raise MissingDataError("checks_unusable", count=len(checks))
    return Truth(
        zone,
        seen.reset_index(drop=True),
        observable_known=False,
        causes_known=False,
        unusable=len(answers) - len(seen),
        label=Message("the_checks_file"),
        source="checks",
    )
