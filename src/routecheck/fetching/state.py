"""How far each source was read, and what it failed with last: read from what is kept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from routecheck.config import Config, FileSource
from routecheck.domain.errors import RoutecheckError
from routecheck.fetching.kinds import source_of

KEPT = "kept.db"
"""In the folder of what was fetched: the list of its files, and what was noted of each source."""


@dataclass(frozen=True)
class SourceState:
    """A table that is fetched.

    Attributes:
        kind: which input it is.
        source: how messages name the place.
        asked_at: when all that it had was last fetched, UTC; None: never.
        failed_at: since when it fails; None where it does not.
        failure: why, in the language of the site.
        caution: what is to be known of what it gives, in the language of the site.
    """

    kind: str
    source: str
    asked_at: datetime | None
    failed_at: datetime | None
    failure: str
    caution: str


def source_states(config: Config) -> list[SourceState]:
    """Return the state of each table that is fetched, in the order of the configuration."""
    fetched = config.fetched
    if not fetched:
        return []
    marks = _marks(config)
    states = []
    for section in fetched:
        name = section.kind
        failed = marks.get(f"failed:{name}") or {}
        states.append(
            SourceState(
                kind=name,
                source=_label(section, config),
                asked_at=_moment(marks.get(f"asked:{name}")),
                failed_at=_moment(failed.get("since")),
                failure=str(failed.get("why", "")),
                caution=str(marks.get(f"caution:{name}") or ""),
            )
        )
    return states


def _label(section: FileSource, config: Config) -> str:
    try:
        return source_of(section, config).label
    except RoutecheckError:
        return section.kind


def _marks(config: Config) -> dict[str, Any]:
    path = config.directory / config.fetch.directory / KEPT
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return {name: json.loads(value) for name, value in db.execute("SELECT * FROM mark")}
    except (sqlite3.Error, ValueError):
        return {}


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
