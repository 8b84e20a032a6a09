"""Whether a site was judged before, as its folder shows, whatever has become of its store.

A store that has vanished looks like one that never was. What a run leaves beside it tells them
apart: the readable file of what people decided, and the exports.
"""

from __future__ import annotations

from pathlib import Path

from routecheck.config import Config
from routecheck.domain.errors import StoreNotOpenedError
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
