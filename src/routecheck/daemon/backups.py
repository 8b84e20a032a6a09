"""A checked backup of the store a day, of which the last are kept.

Of a SQLite store. A server's database is backed up by the means of the server (`pg_dump`), which
keep what is beside our tables too: roles, settings, other schemas.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from routecheck.config import Config
from routecheck.store.care import back_up
from routecheck.store.databases import parse_url, sqlite_path

FOLDER = "backups"


def daily_backup(config: Config, today: date) -> Path | None:
    """Back up the store where that has not been done today, and remove the oldest backups.

    A backup of a damaged store is refused, and then none is removed: the last sound ones stay.

    Args:
        config: the site; `service.backups` says how many are kept.
        today: the local date.

    Returns:
        Today's backup; None where none is wanted, or the store is on a server.

    Raises:
        StoreError: the store is damaged, or the backup cannot be written.
    """
    path = sqlite_path(parse_url(config.store_url))
    keep = config.service.backups
    if path is None or not keep:
        return None
    folder = path.parent / FOLDER
    target = folder / f"{path.name}.{today}.bak"
    if not target.exists():
        back_up(config.store_url, target)
    dated = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
    for old in sorted(folder.glob(f"{path.name}.{dated}.bak"))[:-keep]:
        with suppress(OSError):
            old.unlink()
    return target
