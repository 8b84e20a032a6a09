"""Drawing which pickups to look at, once for each date, and keeping with what chance each was.

The draw stands in a note of the store: verdicts may be revised later, and the chances are those of
the day on which the sample was drawn. What people fill in is read as field checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message, MissingDataError, UsageError
from routecheck.engine.judged_before import open_store
from routecheck.evaluate.sample_draws import NOTE, Sample, kept_draws
from routecheck.evaluate.sampling import draw, strata
from routecheck.queries.service_date import with_names
from routecheck.registry.records import valid_points


def draw_sample(
    config: Config,
    dates: Sequence[date],
    n: int,
    *,
    told: Callable[[Message], None] | None = None,
    wait_s: float = 30.0,
) -> Sample:
    """Draw pickups of judged dates at random with known chances, or return those drawn before.

    Args:
        config: the site.
        dates: judged service dates, in order.
        n: how many pickups.
        told: is told for whom it waits.
        wait_s: how long to wait for a run.

    Raises:
        UsageError: some of the dates were drawn from together with others.
        MissingDataError: some were not judged, or are not over: their pickups still change.
        StoreBusyError: a run is at work still.
    """
    with open_store(config) as store, store.lock(wait_s=wait_s, told=told):
        known = {entry["service_date"] for entry in store.dates()}
        if open_still := [day for day in dates if day not in known]:
            first, last = open_still[0], open_still[-1]
            raise MissingDataError("no_verdicts", count=len(open_still), first=first, last=last)
        pickups = pd.concat([store.read_pickups(day) for day in dates], ignore_index=True)
        draws = kept_draws(store)
        mine = {day.isoformat() for day in dates}
        before = [one for one in draws if mine & set(one["dates"])]
        if before and (len(before) > 1 or set(before[0]["dates"]) != mine):
            spans = ", ".join(f"{one['dates'][0]} – {one['dates'][-1]}" for one in before)
            raise UsageError("calls.sample_overlaps", spans=spans)
        if not before:
            made = _drawn(pickups, dates, n)
            store.put_note(NOTE, {"draws": [*draws, made]})
        found = before[0] if before else made
        points = store.points()
    key = pd.DataFrame(found["rows"], columns=["point_id", "window_start", "verdict", "stratum"])
    key = key[["point_id", "window_start"]].assign(
        window_start=pd.to_datetime(key["window_start"], utc=True).dt.as_unit("us")
    )
    rows = with_names(pickups.merge(key), valid_points(points, dates[-1]))
    among = sum(found["sizes"].values())
    return Sample(dates[0], dates[-1], rows, among, new=not before)


def _drawn(pickups: pd.DataFrame, dates: Sequence[date], n: int) -> Mapping[str, Any]:
    """A draw as it is kept."""
    days = [day.isoformat() for day in dates]
    chosen, sizes = draw(pickups, n, f"{days[0]}/{days[-1]}/{n}")
    told = pickups.assign(stratum=strata(pickups)).groupby("stratum")["confidence"].mean()
    columns = zip(
        chosen["point_id"], chosen["window_start"], chosen["verdict"], chosen["stratum"],
        strict=True,
    )  # fmt: skip
    return {
        "dates": days,
        "sizes": sizes,
        "told": {str(name): float(mean) for name, mean in told.items()},
        "rows": [
            {
                "point_id": str(point),
                "window_start": start.isoformat(),
                "verdict": str(verdict),
                "stratum": stratum,
            }
            for point, start, verdict, stratum in columns
        ],
    }
