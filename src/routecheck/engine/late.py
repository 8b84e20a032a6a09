"""What came for dates that are final: it is not judged by itself, and must be reported.

A round leaves a date as it is once it lies farther back than `revisit_days`. A device that sends
what it kept for a week, or alerts that are delivered late, change it all the same.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date

from routecheck.domain.errors import Message
from routecheck.domain.tables import ALERT_KEY
from routecheck.engine.due_dates import DATA_SHARE
from routecheck.engine.inputs import Inputs
from routecheck.sources.fix_source import FixSource
from routecheck.store import Store

LATE = "late"
"""Name of the note in the store that holds what the last round found."""


@dataclass(frozen=True)
class Late:
    """What came for a date that is final.

    Attributes:
        day: ISO date.
        fixes: rows of fixes more than it was judged on; 0 where there are hardly any.
        alerts: of the date that are not judged.
    """

    day: str
    fixes: int
    alerts: int

    @property
    def message(self) -> Message:
        """The sentence that reports it, with the command to run."""
        key = (
            "status.late_both"
            if self.fixes and self.alerts
            else ("status.late_fixes" if self.fixes else "status.late_alerts")
        )
        return Message(key, **asdict(self))


def find_late(inputs: Inputs, fixes: FixSource, store: Store, until: date) -> tuple[Late, ...]:
    """Return what came for dates that are final, in order of the dates.

    Args:
        inputs: what was read.
        fixes: of the site.
        store: what was judged.
        until: the last date that may be judged.
    """
    final = [
        entry
        for entry in store.dates()
        if entry["state"] == "final" and entry["service_date"] <= until
    ]
    if not final:
        return ()
    rows = fixes.rows_by_day
    least = DATA_SHARE * max(rows.values(), default=0)
    _, judged = store.outcomes(final[0]["service_date"], final[-1]["service_date"])
    known = set(zip(*(judged[name] for name in ALERT_KEY), strict=True))
    given = zip(*(inputs.alerts[name] for name in ALERT_KEY), strict=True)
    new = [key[0] for key in given if key not in known]
    found = []
    for entry in final:
        day = entry["service_date"]
        now = rows.get(day, 0)
        more = now - int((entry["counts"] or {}).get("rows", now))
        late = Late(str(day), more if more > least else 0, new.count(day))
        if late.fixes or late.alerts:
            found.append(late)
    return tuple(found)


def keep_late(store: Store, found: Collection[Late]) -> None:
    """Keep for `status` what came late."""
    if found or store.read_note(LATE) is not None:
        store.put_note(LATE, {"found": [asdict(one) for one in found]})


def kept_late(store: Store) -> list[Late]:
    """Return what the last round found, but for dates that were run since."""
    note = store.read_note(LATE)
    if note is None:
        return []
    content, at = note
    run_since = {str(entry["service_date"]) for entry in store.dates() if entry["judged_at"] > at}
    return [Late(**one) for one in content["found"] if one["day"] not in run_since]
