"""What a run reports of ids: which were joined under another spelling, which join to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.engine.inputs import Inputs
from routecheck.engine.results import DateReport
from routecheck.registry.ids import DEVICE, VEHICLE, join_ids
from routecheck.sources.fix_source import FixSource


def spelt_otherwise(inputs: Inputs, fixes: FixSource) -> dict[str, dict[str, str]]:
    """Return by input the ids that were joined, each with the spelling that is used."""
    joins = inputs.joins
    found = {name: dict(joined.same) for name, joined in joins.tables.items()}
    found["schedule"] = found.get("schedule", {}) | dict(joins.vehicles)
    found["calendar"] = found.get("calendar", {}) | dict(joins.townships.same)
    found["fixes"] = {name: own for name, own in sorted(fixes.heard.items()) if name != own}
    found["vehicles"] = dict(fixes.devices)
    return {name: same for name, same in found.items() if same}


def joined_to_nothing(
    inputs: Inputs,
    fixes: FixSource,
    entries: Sequence[DateReport],
    points: pd.DataFrame,
    heard: Set[str],
    strangers: Mapping[str, str],
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return by input the ids that join to nothing, each with those that it probably is.

    Args:
        inputs: what was read.
        fixes: of the site, after the dates were loaded.
        entries: the dates that were judged.
        points: POINTS of the registry: alerts may be about points that the file has no more.
        heard: vehicles that sent anything, now or before.
        strangers: vehicles of the schedule that were never heard, with the one on their round.
    """
    joins, known = inputs.joins, set(points["point_id"])
    found = {name: dict(joined.alone) for name, joined in joins.tables.items()}
    raised = {point for entry in entries for point in entry.alerts["point_id"]}
    found["alerts"] = {
        point: near for point, near in found.get("alerts", {}).items() if point in raised - known
    }
    found["calendar"] = found.get("calendar", {}) | dict(joins.townships.alone)
    found["vehicles"] = _never_heard(heard, entries, strangers)
    if inputs.vehicles is not None:
        others = [*inputs.gaps.vehicles, *inputs.vehicles["vehicle_id"]]
        strange = [name for name, own in sorted(fixes.heard.items()) if own not in others]
        found["fixes"] = dict(join_ids(inputs.vehicles["device_id"], strange, DEVICE).alone)
    return {name: alone for name, alone in found.items() if alone}


def _never_heard(
    heard: Set[str], entries: Sequence[DateReport], strangers: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Vehicles that were due and sent nothing, with those that they may be.

    They may be one of a like name, else the one that did their round.
    """
    if not entries:
        return {}
    pickups = pd.concat([entry.pickups for entry in entries], ignore_index=True)
    due = sorted(set(pickups["scheduled_vehicle_id"]) - heard - {""})
    alike = join_ids(heard - set(pickups["scheduled_vehicle_id"]), due, VEHICLE)
    served = pickups[pickups["verdict"] == Verdict.COLLECTED]
    found = {}
    for vehicle in due:
        near = alike.alone.get(vehicle) or tuple(filter(None, [alike.same.get(vehicle)]))
        if not near and vehicle in strangers:
            near = (strangers[vehicle],)
        if not near:
            by = served.loc[served["scheduled_vehicle_id"] == vehicle, "vehicle_id"].value_counts()
            own = int((pickups["scheduled_vehicle_id"] == vehicle).sum())
            near = (str(by.index[0]),) if len(by) and 2 * by.iloc[0] >= own else ()
        found[vehicle] = near
    return found
