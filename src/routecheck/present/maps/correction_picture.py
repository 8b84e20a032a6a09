"""A correction before and after, as a small SVG: record, proposed place, where vehicles stood."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup, escape

from routecheck.domain.codes import Language
from routecheck.geo.plane import metres_per_degree
from routecheck.present.sentences.corrections import correction_change
from routecheck.present.sentences.figures import metres_text
from routecheck.texts.outside import shown

WIDTH, HEIGHT, EDGE = 260.0, 150.0, 22.0
FARTHEST_M = 150.0
"""A record farther off than this stands at the edge: else where vehicles stood is one speck."""
CLOSEST_M = 75.0
"""So much about the proposed place is shown at least."""
MOST_STANDS = 400


def correction_picture(row: Any, stands: pd.DataFrame, language: Language) -> Markup:
    """Return the picture of a correction.

    Args:
        row: a row of CORRECTIONS.
        stands: `lon`, `lat`, `stood_s` about both places.
        language: of its label.
    """
    lat0 = row.proposed_lat if not math.isnan(row.proposed_lat) else row.recorded_lat
    lon0 = row.proposed_lon if not math.isnan(row.proposed_lon) else row.recorded_lon
    east_m, north_m = metres_per_degree(float(lat0))
    was = np.array([(row.recorded_lon - lon0) * east_m, (row.recorded_lat - lat0) * north_m])
    known = bool(np.isfinite(was).all())
    away_m = float(np.hypot(*was)) if known else 0.0
    near = known and away_m <= FARTHEST_M
    low = np.minimum([-CLOSEST_M, -CLOSEST_M], was - CLOSEST_M / 3 if near else 0.0)
    high = np.maximum([CLOSEST_M, CLOSEST_M], was + CLOSEST_M / 3 if near else 0.0)
    scale = min((WIDTH - 2 * EDGE) / (high - low)[0], (HEIGHT - 2 * EDGE) / (high - low)[1])
    middle = (low + high) / 2

    def at(metres: Any) -> tuple[float, float]:
        x, y = (np.asarray(metres) - middle) * scale
        return WIDTH / 2 + float(x), HEIGHT / 2 - float(y)

    label = escape(shown(correction_change(row, language)))
    parts = [f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{label}">']
    longest = stands.sort_values("stood_s", ascending=False, kind="stable").head(MOST_STANDS)
    for lon, lat, stood_s in longest[["lon", "lat", "stood_s"]].to_numpy(dtype=float):
        x, y = at(((lon - lon0) * east_m, (lat - lat0) * north_m))
        size = min(6.0, 1.5 + math.sqrt(max(stood_s, 0.0)) / 8)
        parts.append(f'<circle class="sv-stand" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>')
    end = at((0.0, 0.0))
    if known and away_m > 1:
        begin = at(was) if near else _edge(was, end)
        parts.append(
            f'<path class="sv-link" d="M{begin[0]:.1f} {begin[1]:.1f}L{end[0]:.1f} {end[1]:.1f}"/>'
        )
        x, y = begin
        parts.append(f'<path class="sv-was" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0-10l-10 10"/>')
    parts.append(f'<circle class="sv-new" cx="{end[0]:.1f}" cy="{end[1]:.1f}" r="6"/>')
    tenth = 10.0 ** math.floor(math.log10(60.0 / scale))
    bar_m = next(n * tenth for n in (5, 2, 1) if n * tenth * scale <= 60.0)
    parts.append(f'<path d="M8 {HEIGHT - 8:g}h{bar_m * scale:.1f}" stroke="#1c2126"/>')
    words = escape(metres_text(bar_m, language))
    parts.append(f'<text class="sv-text" x="8" y="{HEIGHT - 12:g}">{words}</text></svg>')
    return Markup("".join(parts))


def _edge(way: Any, end: tuple[float, float]) -> tuple[float, float]:
    """Where the way to a place that lies far off leaves the picture."""
    x, y = way[0] / np.hypot(*way), -way[1] / np.hypot(*way)
    reach = [
        ((WIDTH - EDGE if x > 0 else EDGE) - end[0]) / x if abs(x) > 1e-9 else math.inf,
        ((HEIGHT - EDGE if y > 0 else EDGE) - end[1]) / y if abs(y) > 1e-9 else math.inf,
    ]
    return end[0] + x * min(reach), end[1] + y * min(reach)
