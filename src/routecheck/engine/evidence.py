"""What a run stores of a service date beside its verdicts, for reports that are written later."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from routecheck.geo.shapes import shown_at


def routes_and_places(pickups: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return for each pickup its route and the place it was judged at.

    Args:
        pickups: PICKUPS of the date.
        places: PLACES that they were judged at.

    Returns:
        `point_id`, `window_start` (UTC), `route_id`, `lon`, `lat` (deg, WGS-84, where the place
        is shown; NaN where not known), `tolerance_m`.
    """
    centre = shown_at(places["geometry"].to_numpy())
    known = pd.DataFrame(
        {
            "point_id": places["point_id"].to_numpy(),
            "lon": np.round(shapely.get_x(centre), 6),
            "lat": np.round(shapely.get_y(centre), 6),
            "tolerance_m": np.round(places["tolerance_m"].to_numpy(dtype=float), 1),
        }
    )
    rows = pickups[["point_id", "window_start", "route_id"]]
    return rows.merge(known, on="point_id", how="left")
