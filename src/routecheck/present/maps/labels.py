"""What the page and the picture of a point write alike: title, windows, times of fixes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from routecheck.geo.plane import distance_m
from routecheck.present.sentences.figures import day_text
from routecheck.queries.point_scene import PointScene, Track, clock
from routecheck.texts import text

MOST_LABELS, LABEL_M = 12, 35.0
"""This many fixes have their time beside them, this far apart so that they can be read."""
FAR_M = 3_000.0
"""What lies farther off than this is not drawn."""


def title(scene: PointScene) -> str:
    """Return what the map is about: the point and the date."""
    day = day_text(date.fromisoformat(scene.found["service_date"]), scene.language)
    point = " ".join(part for part in (scene.name, scene.found["point_id"]) if part)
    return text("report.pm_title", scene.language, point=point, day=day)


def window(pickup: Mapping[str, Any]) -> str:
    """Return the window of a pickup as local `HH:MM–HH:MM`."""
    return f"{pickup['window_start'][11:16]}–{pickup['window_end'][11:16]}"


def time_labels(scene: PointScene, track: Track) -> dict[int, str]:
    """Return the fixes whose time stands on the map: those about the visit, not too many."""
    labels: dict[int, str] = {}
    for focus in scene.focuses():
        if focus.vehicle != track.vehicle:
            continue
        inside = np.flatnonzero((track.time_s >= focus.start_s) & (track.time_s <= focus.end_s))
        if len(inside) == 0:
            continue
        middle = inside[int(np.argmin(track.away_m[inside]))]
        # The nearest fix, and on both sides of it those that are some way from the last label.
        for way in (range(middle, inside[-1] + 1), range(middle, inside[0] - 1, -1)):
            last: int | None = None
            room = len(labels) + MOST_LABELS // 2
            for i in way:
                if len(labels) >= room:
                    break
                if (
                    last is None
                    or distance_m(track.lon[i], track.lat[i], track.lon[last], track.lat[last])
                    > LABEL_M
                ):
                    labels[int(i)] = clock(float(track.time_s[i]), scene.zone)
                    last = int(i)
    return labels
