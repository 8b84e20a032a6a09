"""How long tracks about people who drive are kept: one setting, which everything obeys.

Of dates that are older go the evidence in the store (thinned tracks, stops, stands), rows of fixes
that were kept apart, pages, workbooks and layers with their maps, and copies for outsiders; fetched
fixes go by the same setting (`routecheck.fetching`), and so do stores of trials that were killed.
The history that dates are judged by (where vehicles stood) stays as long as a date that is kept
looks back on it. Verdicts, their figures, what was decided and the CSV files of verdicts stay.
Files that the office itself delivers are never touched.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from routecheck.config import Config
from routecheck.engine.basis import HISTORY_DAYS
from routecheck.engine.retention import NOTE, kept_from
from routecheck.store import Store

_LAST = r"(?:\d{4}-\d{2}-\d{2}_)?(\d{4}-\d{2}-\d{2})"
"""In the name of a file, a date, or several from one to another: the last decides."""
_PAGES = re.compile(
    rf"(?:report|episodes|rejected)_{_LAST}(?:_\d+)?(?: \(\d+\))?\.(?:html|xlsx|csv)"
    rf"|(?:routecheck|stops|visits)_{_LAST}(?: \(\d+\))?\.(?:gpkg(?:-\w+)?|parquet|geojson)"
)
_COPIES = re.compile(rf"[a-z]+_{_LAST}(?:_\d+)?(?: \(\d+\))?\.[a-z]+")
_TRIALS = ("routecheck-trial-*", "routecheck-restore-*")
_ABANDONED_S = 2 * 86_400.0
"""No trial takes two days: a folder as old was left by one that was killed."""


def forget_old(config: Config, store: Store, today: date) -> None:
    """Remove what is older than the configuration keeps; nothing, where it keeps everything.

    Args:
        config: the site.
        store: open, its lock held.
        today: the local date.

    Raises:
        StoreError: the store cannot be written.
    """
    first = kept_from(config, today)
    if first is None:
        return
    # Most sites keep everything, and do without what makes reports.
    from routecheck.present.reports import ANONYMOUS

    if store.forget_evidence(first, first - timedelta(days=HISTORY_DAYS)):
        days = config.retention.keep_days
        store.put_note(NOTE, {"before": first.isoformat(), "days": days})
    folder = config.export_directory
    for directory, named in ((folder, _PAGES), (folder / ANONYMOUS, _COPIES)):
        for path in directory.glob("*_????-??-??*"):
            match = named.fullmatch(path.name)
            if match is not None and match[match.lastindex or 0] < first.isoformat():
                # What a spreadsheet holds open goes with the next run.
                with contextlib.suppress(OSError):
                    path.unlink()
    _clear_trials(Path(tempfile.gettempdir()))


def _clear_trials(directory: Path) -> None:
    """Remove the stores of trials that were killed."""
    for pattern in _TRIALS:
        for path in directory.glob(pattern):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(path, ignore_errors=True)
