"""Who looked at which vehicle's track: tracks are data about people who drive.

A line a look is appended to a file beside the store, which no page shows. It is a file, so that
looking never waits for the store.
"""

from __future__ import annotations

import csv
import io
import logging
import threading
from collections.abc import Iterable
from datetime import date

import pandas as pd

from routecheck.config import Config
from routecheck.engine.judged_before import beside_store
from routecheck.present.csv_files import guarded

LOOKED = "looked.csv"
ALL = "*"
"""Stands for all vehicles of a date, whose tracks its map shows."""
HEADER = ("at", "by", "vehicle_id", "service_date")

log = logging.getLogger(__name__)
_writing = threading.Lock()


def note_look(
    config: Config, at: pd.Timestamp, by: str, vehicles: Iterable[str], day: date
) -> None:
    """Note that somebody was shown tracks; what cannot be written is said in the log.

    Args:
        config: the site.
        at: the present, UTC.
        by: who looked.
        vehicles: whose tracks.
        day: of which date.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    moment = at.tz_convert(config.time_zone).isoformat(timespec="seconds")
    writer.writerows([moment, guarded(by), guarded(one), str(day)] for one in vehicles)
    path = beside_store(config, LOOKED)
    try:
        with _writing, path.open("a", encoding="utf-8", newline="") as file:
            if file.tell() == 0:
                file.write("\ufeff" + ",".join(HEADER) + "\n")
            file.write(text.getvalue())
    except OSError as error:
        log.warning("%s: who looked cannot be noted (%s)", path, error.strerror)
