"""What people decided, kept beside the store, and entered again from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from routecheck.config import Config
from routecheck.domain.errors import Message, UsageError
from routecheck.engine.judged_before import CHECKS, DECISIONS, beside_store, open_store
from routecheck.engine.session import Session
from routecheck.present.decisions_file import checks_text, decisions_text, read_decisions
from routecheck.present.exports import export
from routecheck.present.files import put_aside, write_all
from routecheck.store import Store
from routecheck.store.corrections import KEPT


def keep_decisions(
    config: Config, store: Store, checks: pd.DataFrame | None = None
) -> list[Message]:
    """Write what people decided beside the store; return what there is to say of it.

    A file that knows of decisions which the store has never had (an older backup was restored) is
    not written over: it is kept under another name, which is said.

    Args:
        config: the site.
        store: open.
        checks: CHECKS of the site; None or empty: a copy that was kept stays.

    Raises:
        ExportError: a file cannot be written.
    """
    path = beside_store(config, DECISIONS)
    said = []
    if path.exists():
        known = {_key(row) for row in store.decisions(every_version=True)}
        try:
            lost = any(_key(row) not in known for row in read_decisions(path, KEPT))
        except UsageError:
            lost = True
        if lost:
            aside = put_aside(path, f"{path.stem}.{store.now():%Y%m%dT%H%M%SZ}.csv")
            said.append(Message("decisions_aside", path=aside))
    files = {path: decisions_text(store.decisions(), [column.name for column in KEPT])}
    if checks is not None and len(checks):
        files[beside_store(config, CHECKS)] = checks_text(checks)
    write_all(files)
    return said


def _key(row: Mapping[str, Any]) -> tuple[Any, Any]:
    """What tells decisions apart."""
    return row["point_id"], row["decided_at"]


def read_in(config: Config, path: Path, *, told: Callable[[Message], None]) -> int:
    """Enter decisions from a file that was kept beside a store; return how many were new.

    Args:
        config: the site.
        path: the file.
        told: is told for whom it waits, and what had to be put aside.

    Raises:
        UsageError: the file cannot be read as one.
        StoreError: the store cannot be used.
    """
    rows = read_decisions(path, KEPT)
    with open_store(config) as store, store.lock(wait_s=30.0, told=told):
        count = store.enter_decisions(rows)
        for message in keep_decisions(config, store):
            told(message)
        export(config, store, [])
    return count


def begin_anew(site: Session) -> None:
    """Give a store that was just made the decisions that were kept beside the former one.

    Raises:
        UsageError: they are there and cannot be read: nothing was decided anew yet.
    """
    path = beside_store(site.config, DECISIONS)
    if not site.made_store or not path.exists():
        return
    count = site.store.enter_decisions(read_decisions(path, KEPT))
    if count:
        site.inputs.notes.append(Message("decisions_read_in", path=path, count=count))
