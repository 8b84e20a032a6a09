"""The evidence behind the pickups of one point on one date: as text, picture, page or axes."""

from __future__ import annotations

import base64
import html
from typing import TYPE_CHECKING, Any

from routecheck.config import Config
from routecheck.present import recheck_text
from routecheck.queries.explain import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Explained:
    """Why the pickups of a point were judged as they were; made by `Results.explain`.

    A notebook shows it as text with a map. `str()` is what `routecheck recheck` prints.
    """

    def __init__(self, found: Explanation, config: Config) -> None:
        self._found, self._config = found, config

    def as_dict(self) -> dict[str, Any]:
        """Return all of it, as `routecheck recheck --json` has it: ready for JSON, times local."""
        zone, language = self._config.time_zone, self._config.site.language
        return recheck_text.as_json(self._found, language, zone)

    def picture(self) -> bytes:
        """Return a PNG: the map, the distance from the place and the speed by time.

        Raises:
            MissingFontError: its texts are Chinese, and no installed font can write them.
        """
        from routecheck.present.maps.point_picture import point_picture

        return point_picture(recheck_text.scene_of(self._found, self._config))

    def page(self, *, tiles: str = "", tiles_datum: str = "") -> str:
        """Return a page of HTML with a map to move about in; it needs no other file.

        Args:
            tiles: address of map tiles; empty: none, and nothing is requested.
            tiles_datum: their datum, `wgs84` or `gcj02`; empty: `export.tiles_datum` of the site.
        """
        from routecheck.present.maps.point_page import point_page

        scene = recheck_text.scene_of(self._found, self._config)
        datum = tiles_datum or self._config.export.tiles_datum
        return point_page(scene, tiles=tiles, tiles_datum=datum).decode("utf-8")

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the map on axes of matplotlib: metres about the place, north up.

        Args:
            ax: where to draw; None: axes of a new figure, which pyplot does not know.

        Returns:
            The axes.
        """
        from routecheck.present.maps.point_picture import draw_map

        if ax is None:
            from matplotlib.figure import Figure

            ax = Figure(figsize=(8, 6), layout="constrained").subplots()
        draw_map(ax, recheck_text.scene_of(self._found, self._config))
        return ax

    def __str__(self) -> str:
        return recheck_text.as_text(self.as_dict(), self._config.site.language)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        image = base64.b64encode(self.picture()).decode("ascii")
        words = html.escape(str(self))
        return (
            f'<img alt="" style="max-width:100%" src="data:image/png;base64,{image}"/>'
            f"<details><summary>{html.escape(self._found.point_id)}</summary>"
            f"<pre>{words}</pre></details>"
        )
