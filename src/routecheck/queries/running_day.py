"""The day as it goes: how far it was judged, and what it waits for. Reads the store alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.engine.notes import TODAY
from routecheck.store import Store

LATE_FEED = timedelta(minutes=45)
"""A feed of which nothing came for so long is late: parked devices report every few minutes."""


@dataclass(frozen=True)
class RunningDay:
    """A date that is judged as it goes; moments in UTC.

    Attributes:
        service_date: the date.
        judged_at: last.
        looked_at: when it was looked whether anything had come.
        reach_at: how far the feed as a whole reached.
        missed: pickups that are missed so far.
        over: pickups whose window was over when it was looked.
        waiting: those of them that wait for data.
        vehicles: vehicles of which they wait for data, with the moment they were last heard.
        late: whether the feed as a whole is late.
    """

    service_date: date
    judged_at: datetime
    looked_at: datetime
    reach_at: datetime
    missed: int
    over: int
    waiting: int
    vehicles: dict[str, datetime]
    late: bool


def running_days(store: Store) -> list[RunningDay]:
    """Return the dates that are judged as they go, in order."""
    note = store.read_note(TODAY)
    found = []
    for entry in store.running():
        judged_at = entry["judged_at"]
        looked_at = judged_at
        if note is not None:
            looked_at = datetime.fromisoformat(note[0]["looked_at"])
        reach_at = datetime.fromisoformat(entry["counts"]["as_of"])
        pickups = store.read_pickups(entry["service_date"])
        over = pickups[(pickups["window_end"] <= pd.Timestamp(looked_at)).to_numpy()]
        say = over["criteria"].map(lambda criteria: criteria.get("say", ""))
        # Of a feed that is late the windows still look open.
        of_feed = say.isin(["window_open", "feed_missing"]).to_numpy()
        of_vehicle = over[(say == "data_awaited").to_numpy()]
        vehicles = {
            vehicle: datetime.fromisoformat(criteria["until"])
            for vehicle, criteria in zip(
                of_vehicle["vehicle_id"].tolist(), of_vehicle["criteria"], strict=True
            )
        }
        found.append(
            RunningDay(
                entry["service_date"],
                judged_at,
                looked_at,
                reach_at,
                int((pickups["verdict"] == str(Verdict.MISSED)).sum()),
                len(over),
                int(of_feed.sum()) + len(of_vehicle),
                dict(sorted(vehicles.items())),
                bool(of_feed.any()) and looked_at - reach_at > LATE_FEED,
            )
        )
    return found
