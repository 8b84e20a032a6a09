"""Whether a site was judged before, as its folder shows, whatever has become of its store.

A store that has vanished looks like one that never was. What a run leaves beside it tells them
apart: the readable file of what people decided, and the exports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from routecheck.config import Config
from routecheck.domain.errors import StoreNotOpenedError
from routecheck.store import NoStoreError, Store
from routecheck.store.databases import parse_url, sqlite_path

DECISIONS, CHECKS = "decisions.csv", "checks.csv"
"""Endings of the files that are kept beside a store."""


def beside_store(config: Config, ending: str) -> Path:
    """Return a file beside the store; of a store on a server it lies with the exports."""
    path = sqlite_path(parse_url(config.store_url))
    if path is not None:
        return path.with_name(f"{path.name}.{ending}")
    return config.export_directory / f"store.{ending}"


def sign_of_judging(config: Config) -> Path | None:
    """Return a file that only a run can have left; None where there is none."""
    decisions = beside_store(config, DECISIONS)
    if decisions.exists():
        return decisions
    return next(iter(sorted(config.export_directory.glob("pickups_????-??-??.csv"))), None)


@contextmanager
def gone_is_told(config: Config) -> Iterator[None]:
    """Within, that there is no store means that the site was never judged.

    Raises:
        StoreNotOpenedError: it was, and its store is gone; `run` would not make one either.
    """
    try:
        yield
    except NoStoreError:
        refuse_to_begin_anew(config)
        raise


def open_store(config: Config) -> Store:
    """Open the store of a site.

    Raises:
        NoStoreError: the site was never judged.
        StoreNotOpenedError: its store is gone, or cannot be opened.
    """
    with gone_is_told(config):
        return Store.open(config.store_url, create=False)


def refuse_to_begin_anew(config: Config) -> None:
    """Refuse to make a store where one has been.

    Raises:
        StoreNotOpenedError: the site was judged before; the text says how to restore.
    """
    sign = sign_of_judging(config)
    if sign is not None:
        path = sqlite_path(parse_url(config.store_url))
        store = str(path) if path else "none"
        raise StoreNotOpenedError("store_vanished", store=store, sign=sign)
