"""What an import of the points file changed: inferred from the registry, at once or years later.

The registry keeps every record with the moments at which it entered and left. What came, went,
moved or was renamed in an import can be inferred from these alone, so nothing else is kept.

Ids carry no place. A point that is gone while a new id stands at its place was probably
renamed; several new ids about its place probably share it out; one new (or moved) point about
several that are gone probably takes their place.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from routecheck.store.schema import METRES_DIGITS

SAME_PLACE_DEG = 5e-7
"""Coordinates nearer than this (5 cm) are one place: another library version, not a move."""
SAME_PLACE_M = 0.05
"""The same in metres."""
SAME_STAND_M = 15.0
"""A new id within this distance of a point that is gone is that point: a survey with a hand-held
receiver is off by as much, and neighbours stand farther apart (about 40 m)."""
ABOUT_M = 60.0
"""Within this distance of a point that is gone its successors are sought: two geofences of 30 m."""
TOWARDS = 0.7
"""A point that was there before takes over a neighbour that is gone where it moved towards it: its
distance is now less than this share of the former one."""
COMPARED = (
    "name", "township", "village", "tolerance_m", "datum", "recorded_lon", "recorded_lat",
    "group", "file_valid_from", "file_valid_to",
)  # fmt: skip
_M_PER_DEG = 111_320.0


@dataclass(frozen=True)
class PointChange:
    """One difference between the registry and a points file.

    Attributes:
        kind: `added`, `retired` (gone from the file), `returned`, `moved`, `changed` (another
            column); and, by their places: `renamed` (a new id for a point that is gone), `split`
            (one of several new ids about a point that is gone), `merged` (a point that takes the
            place of one of several that are gone).
        point_id: the point, by its new id.
        field: the column that changed, empty where the point as a whole did.
        was: its former text; for `renamed`, `split` and `merged` the former id.
        now: its new text.
        moved_m: how far it moved, between the centres of the two geometries; None where it did
            not, or had, or has, no usable place.
    """

    kind: str
    point_id: str
    field: str = ""
    was: str = ""
    now: str = ""
    moved_m: float | None = None


def moments(rows: Iterable[Any]) -> list[datetime]:
    """Return when imports changed the registry, oldest first; the first filled it."""
    return sorted({at for row in rows for at in (row.entered_at, row.ended_at) if at is not None})


def changes_at(rows: Iterable[Any], at: datetime) -> list[PointChange]:
    """Return what the import of one moment changed, by point.

    Args:
        rows: records of the registry (rows of the table `point`), at least those of all points
            that changed at that moment.
        at: the moment.
    """
    by_point: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.entered_at <= at:
            by_point[row.point_id].append(row)
    changes: list[PointChange] = []
    gone: list[Any] = []
    came: list[Any] = []
    moved: list[tuple[Any, Any]] = []
    for point_id in sorted(by_point):
        appears = [row for row in by_point[point_id] if row.entered_at == at]
        leaves = [row for row in by_point[point_id] if row.ended_at == at]
        if not appears and not leaves:
            continue
        earlier = [row for row in by_point[point_id] if row.entered_at < at]
        stays = [row for row in earlier if row.ended_at is None or row.ended_at > at]
        if not earlier:
            changes.append(PointChange("added", point_id))
            came.append(appears[-1])
        elif not leaves and not stays:
            changes.append(PointChange("returned", point_id))
            came.append(appears[-1])
        elif not appears and not stays:
            changes.append(PointChange("retired", point_id))
            gone.append(leaves[-1])
        else:
            found = _differences(point_id, leaves, appears, bool(stays))
            changes += found
            moved += [(leaves[-1], appears[-1]) for one in found if one.kind == "moved"]
    return _with_kin(changes, gone, came, moved)


def other_ids(imports: Iterable[tuple[datetime, str, Sequence[PointChange]]]) -> dict[str, str]:
    """Return by id the other id of the same place: of points renamed, or merged into another.

    Where a point was renamed again, the last id; ids that were split have none: which of its
    parts is meant is not known.
    """
    found: dict[str, str] = {}
    for _, _, changes in imports:
        for change in changes:
            if change.kind == "renamed":
                found[change.point_id] = change.was
            if change.kind in ("renamed", "merged"):
                found[change.was] = change.point_id
    return found


def same_place(one: bytes | None, other: bytes | None) -> bool:
    """Whether two geometries (WKB) are one place."""
    if one is None or other is None:
        return one is other
    if one == other:
        return True
    import shapely

    return bool(
        shapely.equals_exact(
            shapely.from_wkb(one), shapely.from_wkb(other), tolerance=SAME_PLACE_DEG
        )
    )


def _differences(
    point_id: str, leaves: list[Any], appears: list[Any], others: bool
) -> list[PointChange]:
    """Return in which columns a point differs; several validities are compared as a whole."""
    if len(leaves) != 1 or len(appears) != 1 or others:
        return [PointChange("changed", point_id, "valid_from")]
    before, after = leaves[0], appears[0]
    found = [
        PointChange("changed", point_id, name.removeprefix("file_"), _shown(was), _shown(now))
        for name in COMPARED
        if (was := getattr(before, name)) != (now := getattr(after, name))
        and name not in ("recorded_lon", "recorded_lat")
    ]
    if not same_place(before.geometry, after.geometry):
        found.insert(
            0,
            PointChange(
                "moved",
                point_id,
                "geometry",
                _place(before.recorded_lon, before.recorded_lat),
                _place(after.recorded_lon, after.recorded_lat),
                _distance_m(before.geometry, after.geometry),
            ),
        )
    # Written otherwise, and the same place: a datum declared with its coordinates.
    return found or [PointChange("changed", point_id, "recorded_lon")]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _place(lon: float | None, lat: float | None) -> str:
    return "" if lon is None or lat is None else f"{lon:.6f} {lat:.6f}"


def _distance_m(one: bytes | None, other: bytes | None) -> float | None:
    """Return metres between two centres; good to 1% at the distances points move by."""
    if one is None or other is None:
        return None
    import shapely

    a, b = shapely.centroid(shapely.from_wkb([one, other]))
    middle = math.radians((a.y + b.y) / 2)
    metres = math.hypot((b.x - a.x) * math.cos(middle), b.y - a.y) * _M_PER_DEG
    return round(metres, METRES_DIGITS)


def _with_kin(
    changes: list[PointChange], gone: list[Any], came: list[Any], moved: list[tuple[Any, Any]]
) -> list[PointChange]:
    """Read new ids about points that are gone as what became of them."""
    heirs = came + [after for _, after in moved]
    new = {row.point_id for row in came}
    before = {after.point_id: earlier for earlier, after in moved}
    heir_of: dict[str, dict[str, float]] = defaultdict(dict)
    near = _near(gone, heirs)
    nearest_heir: dict[int, int] = {}
    nearest_gone: dict[int, int] = {}
    for g, h, _ in near:  # in order of distance
        nearest_heir.setdefault(g, h)
        nearest_gone.setdefault(h, g)
    # A new id belongs to the nearest point that is gone, a point that is gone to the nearest heir.
    for g, h, away in near:
        former, heir = gone[g], heirs[h]
        if heir.point_id in new:
            belongs = nearest_heir[g] == h or nearest_gone[h] == g
        else:  # one that was there before takes over a neighbour if it moved towards it
            was_away = _distance_m(before[heir.point_id].geometry, former.geometry)
            belongs = nearest_heir[g] == h and away < TOWARDS * (was_away or 0.0)
        if belongs:
            heir_of[former.point_id][heir.point_id] = away
    at_once = {
        former: [h for h, away in distances.items() if h in new and away <= SAME_STAND_M]
        for former, distances in heir_of.items()
    }
    shared_out = {
        former
        for former, distances in heir_of.items()
        if len(distances) > 1 and len(at_once[former]) != 1 and all(h in new for h in distances)
    }
    split_off = {heir for former in shared_out for heir in heir_of[former]}
    kin: dict[str, list[PointChange]] = defaultdict(list)
    takers: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for former, distances in heir_of.items():
        if former in shared_out:
            for heir, away in distances.items():
                kin[heir].append(_kin("split", heir, former, away))
            continue
        own = [h for h in (at_once[former] or distances) if h not in split_off]
        if own:
            takers[own[0]].append((former, distances[own[0]]))
    for heir, formers in takers.items():
        for former, away in formers:
            if len(formers) > 1 or heir not in new:
                kin[heir].append(_kin("merged", heir, former, away))
            elif away <= SAME_STAND_M:
                kin[heir].append(_kin("renamed", heir, former, away))
    explained = {change.was for changed in kin.values() for change in changed}
    result = [
        change
        for change in changes
        if not (change.kind == "retired" and change.point_id in explained)
        and not (change.kind in ("added", "returned") and change.point_id in kin)
    ]
    result += [change for changed in kin.values() for change in changed]
    return sorted(result, key=lambda change: change.point_id)


def _kin(kind: str, heir: str, former: str, away: float) -> PointChange:
    return PointChange(kind, heir, "point_id", former, heir, away if away > SAME_PLACE_M else None)


def _near(gone: Sequence[Any], heirs: Sequence[Any]) -> list[tuple[int, int, float]]:
    """Pairs of a point that is gone and an heir about its place, with metres, nearest first."""
    import shapely

    old = [k for k, row in enumerate(gone) if row.geometry is not None]
    new = [k for k, row in enumerate(heirs) if row.geometry is not None]
    if not old or not new:
        return []
    a, b = (
        shapely.get_coordinates(
            shapely.centroid(shapely.from_wkb([table[k].geometry for k in kept]))
        )
        for table, kept in ((gone, old), (heirs, new))
    )
    scale = np.array([math.cos(math.radians(float(np.median(a[:, 1])))), 1.0]) * _M_PER_DEG
    tree = shapely.STRtree(np.asarray(shapely.points(b * scale)))
    rows, columns = tree.query(shapely.points(a * scale), predicate="dwithin", distance=ABOUT_M)
    away = np.hypot(*((a[rows] - b[columns]) * scale).T)
    order = np.lexsort((columns, rows, away))
    return [(old[rows[k]], new[columns[k]], round(float(away[k]), METRES_DIGITS)) for k in order]
