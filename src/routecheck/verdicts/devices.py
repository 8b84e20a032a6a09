"""What judging takes of each device from the tracks of a date: interval, scatter, pace, habits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from routecheck.domain.settings import JudgeSettings
from routecheck.domain.tables import TEXT
from routecheck.verdicts import parameters as p
from routecheck.verdicts.facts import Facts
from routecheck.verdicts.scene import Scene


def device_figures(scene: Scene, settings: JudgeSettings) -> pd.DataFrame:
    """Return what the tracks of a date show of each device, as judging takes it.

    Args:
        scene: the service date.
        settings: speeds and dwell.

    Returns:
        A row a vehicle that reported, by its id: `vehicle_id`; `fixes`; `interval_s`, the usual
        time between two of them while it drives (NaN: it did not); `pace_ms`, how fast it usually
        drives in a straight line; `stands`, whose scatter is known; `scatter_m`, that of the middle
        one (NaN without any); `offset_m`, how far its stands lie from the points they were for (NaN
        where too few show it); `leaves_out_stands`, whether it sends no fixes while it stands.
    """
    facts = Facts(scene, scene.pickups.reset_index(drop=True), settings)
    tracks, stops = facts.tracks, facts.stops
    known = (stops.fixes >= p.SCATTER_FIXES) & (stops.spread_m > 0)
    scatter_m = pd.Series(stops.scatter_m[known]).groupby(stops.vehicle[known].astype(str))
    middle_m, stands = scatter_m.median().to_dict(), scatter_m.size().to_dict()
    names = sorted(tracks)
    return pd.DataFrame(
        {
            "vehicle_id": pd.Series(names, dtype=TEXT),
            "fixes": np.array([len(tracks[name].time_s) for name in names], dtype=np.int64),
            "interval_s": np.array(
                [tracks[name].driving_interval_s for name in names], dtype=float
            ),
            "pace_ms": np.array([tracks[name].pace_ms for name in names], dtype=float),
            "stands": np.array([stands.get(name, 0) for name in names], dtype=np.int64),
            "scatter_m": np.array([middle_m.get(name, np.nan) for name in names], dtype=float),
            "offset_m": np.array([facts.offset_m(name) for name in names], dtype=float),
            "leaves_out_stands": np.array([tracks[name].halted.any() for name in names], bool),
        }
    )
