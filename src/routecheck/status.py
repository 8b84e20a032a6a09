"""What ran, when, on what data, and what is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from routecheck.config import Config
from routecheck.errors import StoreError
from routecheck.model.codes import Language
from routecheck.store import Store

SHOWN_DATES = 14
"""Dates listed to people; JSON has them all."""


def read_status(config: Config, now: pd.Timestamp) -> dict[str, Any]:
    """Return the state of the site, ready for JSON; times local ISO 8601 with offset.

    Args:
        config: the site.
        now: the present, UTC.
    """
    zone = config.time_zone
    yesterday = now.tz_convert(zone).date() - timedelta(days=1)
    empty: dict[str, Any] = {"runs": [], "dates": [], "due": [], "corrections": {}}
    try:
        with Store.open(config.store_url, create=False) as store:
            runs, dates = store.runs(limit=10), store.dates()
            corrections = store.read_corrections()
            label = store.label
    except StoreError as error:
        return empty | {"store": config.store_url, "note": str(error)}
    done = {entry["service_date"] for entry in dates if entry["state"] == "final"}
    known = [entry["service_date"] for entry in dates]
    due = [
        day.isoformat()
        for day in (
            (min(known) + timedelta(days=n) for n in range((yesterday - min(known)).days + 1))
            if known
            else ()
        )
        if day not in done
    ]
    return {
        "store": label,
        "runs": [
            {
                "run_id": row["run_id"],
                "command": row["command"],
                "state": row["state"],
                "started_at": _local(row["started_at"], zone),
                "finished_at": _local(row["finished_at"], zone),
                "note": row["note"] or "",
            }
            for row in runs
        ],
        "dates": [
            {
                "service_date": entry["service_date"].isoformat(),
                "state": entry["state"],
                "judged_at": _local(entry["judged_at"], zone),
                "counts": entry["counts"],
            }
            for entry in dates
        ],
        "due": due,
        "corrections": corrections["state"].value_counts().to_dict(),
    }


def as_text(found: dict[str, Any], language: Language) -> str:
    """The state as lines for a terminal."""
    zh = language == "zh"
    lines = [("存储：" if zh else "store: ") + str(found["store"])]
    if found.get("note"):
        return "\n".join([*lines, str(found["note"])])
    lines.append("最近运行：" if zh else "last runs:")
    lines += [
        f"  {row['started_at']}  {row['state']:<8} {row['command']}  {row['note']}".rstrip()
        for row in found["runs"][:5]
    ]
    lines.append("服务日期：" if zh else "service dates:")
    for entry in found["dates"][-SHOWN_DATES:]:
        counts = entry["counts"] or {}
        kept, total = counts.get("fixes_kept", 0), counts.get("fixes_in", 0)
        fixes = f"定位 {kept}/{total}" if zh else f"fixes kept {kept} of {total}"
        lines.append(f"  {entry['service_date']}  {entry['state']:<12} {fixes}")
    if found["due"]:
        shown = ", ".join(found["due"][:5]) + (" …" if len(found["due"]) > 5 else "")
        lines.append(("待运行：" if zh else "due: ") + f"{len(found['due'])}: {shown}")
    for state, count in sorted(found["corrections"].items()):
        lines.append(f"{'更正' if zh else 'corrections'} {state}: {count}")
    return "\n".join(lines)


def _local(moment: datetime | None, zone: Any) -> str | None:
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="seconds")
