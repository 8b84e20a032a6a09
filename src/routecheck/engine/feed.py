"""What is known of the feed of fixes on a date: what is declared of it, and what devices did."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from routecheck.config import Config
from routecheck.diagnosis.feed_datum import FeedDatum
from routecheck.domain.arrays import seconds
from routecheck.engine.learning import Learned
from routecheck.tracks.clean import Cleaned
from routecheck.tracks.device_stats import clocks_off, faults_on, last_heard

GRAINS_S = (3600.0, 60.0)
"""Grains of time that exports have, where seconds or minutes were cut off (s)."""
GRAIN_SHARE = 0.98
"""Of the times of a coarse export at least so many lie on its grain; devices that report on the
full minute by themselves are rare."""


def device_counts(config: Config, cleaned: Cleaned, learned: Learned, day: date) -> dict[str, Any]:
    """Return what the ledger keeps of the devices of a date.

    Args:
        config: the site.
        cleaned: tracks and clocks about the date.
        learned: with the faults of devices.
        day: the service date.

    Returns:
        `heard`, `clocks`, `clock_spans`, `faults` (see `tracks.device_stats`) and `feed`.
    """
    number = (day - date(1970, 1, 1)).days
    return {
        "heard": last_heard(cleaned.tracks, number),
        **clocks_off(cleaned.clocks, day, config.settings),
        "faults": faults_on(learned.faults, day, config.settings),
        "feed": {**declared_of_feed(config, day), **_datum(learned.feed_datum)},
    }


def _datum(found: FeedDatum | None) -> dict[str, Any]:
    return {} if found is None else {"datum": {"key": "fixes.datum", **asdict(found)}}


def grain_s(tracks: pd.DataFrame) -> float:
    """Return the grain of the times of TRACKS (s), 0 where they have seconds."""
    at_s = seconds(tracks["time"]) - tracks["clock_offset_s"].to_numpy()
    for grain in GRAINS_S:
        if np.mean(np.isclose(np.mod(at_s, grain), 0.0)) >= GRAIN_SHARE:
            return grain
    return 0.0


def declared_of_feed(config: Config, day: date) -> dict[str, Any]:
    """Return the zone in which the fixes of a date were read.

    Args:
        config: the site.
        day: the service date, as offsets change with the season.

    Returns:
        `time_zone` (the key as it is set, empty: not set), `utc_offset_s` (of the zone in which
        times without an offset were read), `site_zone` and `site_offset_s`.
    """
    key = config.fixes.time_zone
    zone = ZoneInfo(key) if key else config.time_zone
    noon = datetime.combine(day, time(12))
    return {
        "time_zone": key,
        "utc_offset_s": _offset_s(noon, zone),
        "site_zone": config.site.time_zone,
        "site_offset_s": _offset_s(noon, config.time_zone),
    }


def _offset_s(moment: datetime, zone: ZoneInfo) -> float:
    offset = moment.replace(tzinfo=zone).utcoffset()
    return 0.0 if offset is None else offset.total_seconds()
