"""All field checks of a site: those of its file, and the words that were said at the desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from routecheck.config import Config
from routecheck.domain.codes import FieldWord
from routecheck.domain.tables import CHECKS
from routecheck.sources.tables import read_checks
from routecheck.store import Store


def all_checks(
    checks: pd.DataFrame, store: Store | None, zone: ZoneInfo, *, as_of: datetime | None = None
) -> pd.DataFrame:
    """Return CHECKS of a file with those that the words in a store are.

    A word of who cannot say is no check. What a file and a word say of one pickup are two checks:
    where they contradict each other, neither counts.

    Args:
        checks: CHECKS of the file, may be empty.
        store: open; None: there is none yet.
        zone: the site's time zone.
        as_of: words that stood at that moment (UTC); None: now.
    """
    said = [] if store is None else store.words(as_of=as_of)
    rows = []
    for one in said:
        collected = FieldWord(one["word"]).collected
        if collected is not None:
            start = one["window_start"].astimezone(zone)
            rows.append(
                {
                    "point_id": one["point_id"],
                    "service_date": one["service_date"],
                    "start_minute": 60 * start.hour + start.minute,
                    "collected": collected,
                    "by": one["said_by"],
                }
            )
    if not rows:
        return checks
    words = CHECKS.check(pd.DataFrame(rows).astype({"start_minute": "int64"}))
    return pd.concat([checks, words], ignore_index=True) if len(checks) else words


def checks_of(config: Config, store: Store) -> pd.DataFrame:
    """Return CHECKS of the file of a site, where it names one, and of the words in its store.

    Raises:
        UnreadableFileError: the file is bad.
    """
    zone = config.time_zone
    if not config.checks.given:
        return all_checks(CHECKS.empty(), store, zone)
    return all_checks(read_checks(config.checks, config.directory, zone).table, store, zone)
