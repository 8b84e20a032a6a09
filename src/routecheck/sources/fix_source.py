"""What a source of fixes offers. Files are one (`fixes_from_files`); another one is a module."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from routecheck.domain.errors import Message
from routecheck.sources.file_cache import FileSummary


class FixSource(Protocol):
    """The fixes of a site by local date.

    Attributes:
        labels: names of all its parts (files).
        heard: vehicles of the days that were loaded, each as the source spells it, with the
            spelling of the schedule that it has in what is loaded.
        devices: terminals that the source spells otherwise than the table of vehicles, each with
            the spelling of that table.
        failed: (part, message) of those that could not be read, or not to the end.
        notes: what a person should know of the reading, and is no failure.
        summaries: what was found in the parts that were read now, to be kept for the next time;
            none where a source has no use for it.
    """

    labels: list[str]
    heard: dict[str, str]
    devices: dict[str, str]
    failed: list[tuple[str, str]]
    notes: list[Message]
    summaries: list[FileSummary]

    @property
    def rows_by_day(self) -> Mapping[datetime.date, int]:
        """How many usable rows are counted under each local date, in order of the dates."""
        ...

    @property
    def days(self) -> list[datetime.date]:
        """The local dates under which fixes are counted, in order."""
        ...

    def load(self, day: datetime.date, later_s: float = 0.0) -> pd.DataFrame:
        """Return the fixes that may belong to a service date: the table FIXES.

        Terminals count for the vehicles that they were on `later_s` after the times as written.
        """
        ...

    def fingerprint(self, day: datetime.date) -> str:
        """Return a hash of what `load` gives for a day: the same rows have the same."""
        ...

    def rejected_on(self, day: datetime.date) -> pd.DataFrame:
        """Return the rows of the table REJECTED that are counted under a date."""
        ...
