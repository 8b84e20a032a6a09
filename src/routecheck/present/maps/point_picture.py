"""The map behind a verdict as a PNG, for a letter or a chat."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from routecheck.domain.arrays import records
from routecheck.domain.codes import Cause, Verdict
from routecheck.geo.plane import LocalPlane
from routecheck.present.maps.fonts import font_families
from routecheck.present.maps.labels import FAR_M, time_labels, title, window
from routecheck.present.maps.point_chart import ceiling_m, marks_s, pieces
from routecheck.present.sentences.figures import metres_text
from routecheck.present.terminal import wrapped
from routecheck.queries.point_scene import Focus, PointScene, clock, moment
from routecheck.texts import text
from routecheck.texts.outside import fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#1559a6", "#b3261e", "#00757a", "#1c2126")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 3)), (0, (9, 1.5)), (0, (6, 2, 1, 2)))
_SPEED = "#6b3fa0"
_BAND, _SILENCE = "#1e7138", "#8f5600"


def point_picture(scene: PointScene) -> bytes:
    """Return a PNG of the map and the curves of the first pickup.

    Raises:
        MissingFontError: its texts are Chinese, and no installed font can write them.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    head, lines = _words(scene)
    everything = "".join([head, *lines, text("report.pm_time", scene.language)])
    focuses = scene.focuses()
    style = _style(everything + "".join(scene.vehicles()))
    with mpl.rc_context(style), warnings.catch_warnings():
        # A sign that the font lacks is drawn as a box, and no news to whoever asked for the map.
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
        figure = Figure(figsize=(10, 12.5 if focuses else 9), dpi=110, layout="constrained")
        FigureCanvasAgg(figure)
        heights = [6.5, 2.6, 1.5] if focuses else [1.0]
        parts = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
        figure.suptitle("\n".join([head, *lines]), x=0.01, ha="left", fontsize=11)
        _map(parts[0], scene)
        if focuses:
            _curves(parts[1], parts[2], scene, focuses[0])
        content = io.BytesIO()
        # No clock of this machine in the file: the same data give the same picture.
        figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def draw_map(axes: Axes, scene: PointScene) -> None:
    """Draw the map of a point on axes of the caller's own: metres about the place, north up.

    Raises:
        MissingFontError: its texts are Chinese, and no installed font can write them.
    """
    import matplotlib as mpl

    head, lines = _words(scene)
    style = _style("".join([head, *lines, *scene.vehicles()]))
    with mpl.rc_context(style):
        _map(axes, scene)
        above = axes.set_title(_name(head), loc="left", fontsize=11)
    # These texts were made with the axes, and have the font of that time.
    for words in (above, axes.xaxis.label, axes.yaxis.label):
        words.set_fontfamily(style["font.family"])


def _style(words: str) -> Any:
    """How texts are written, in a font that has the characters of these."""
    return {
        "font.family": font_families(words),
        "font.size": 10,
        "axes.unicode_minus": False,
        # Two dollars in a name are no formula.
        "text.parse_math": False,
    }


def _words(scene: PointScene) -> tuple[str, list[str]]:
    language = scene.language
    lines = []
    for pickup in scene.found["pickups"][:2]:
        verdict = Verdict(pickup["verdict"]).label(language)
        cause = f" ({Cause(pickup['cause']).label(language)})" if pickup["cause"] else ""
        lines += wrapped(f"{window(pickup)}  {verdict}{cause}: {pickup['evidence']}", 116)
    return _name(title(scene), 116), lines


def _name(words: str, longest: int = 60) -> str:
    """A name as the picture has room for."""
    words = fit(words)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _map(axes: Axes, scene: PointScene) -> None:
    from matplotlib.patches import Circle, Polygon

    language = scene.language
    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor("#f8f7f4")
    centre = scene.centre
    if centre is None:
        axes.set_axis_off()
        axes.text(0.5, 0.5, text("report.pm_no_location", language), ha="center")
        return
    plane = LocalPlane(*centre)
    reach = max(3.5 * scene.tolerance_m, 80.0)
    start_s, end_s = scene.span_s()
    for number, vehicle in enumerate(scene.vehicles()):
        colour, dash = _COLOURS[number], _DASHES[number]
        track = scene.track(vehicle)
        whole = Focus({}, vehicle, start_s, end_s)
        for index, piece in enumerate(pieces(track, whole)):
            x, y = plane.to_metres(track.lon[piece], track.lat[piece])
            axes.plot(
                x, y, color=colour, linestyle=dash, linewidth=1.6, alpha=0.85,
                marker="o", markersize=3.5, markerfacecolor="white",
                label=_name(vehicle) if index == 0 else None,
            )  # fmt: skip
        for i, label in time_labels(scene, track).items():
            x, y = plane.to_metres(track.lon[i], track.lat[i])
            axes.annotate(
                label, (float(x), float(y)), xytext=(6, -3), textcoords="offset points",
                fontsize=8, color=colour, annotation_clip=True,
                bbox={"boxstyle": "round,pad=0.15", "fc": "white", "alpha": 0.8, "lw": 0},
            )  # fmt: skip
    for vehicle, begin_s, until_s in scene.named_silences():
        track = scene.track(vehicle)
        ends = (track.time_s >= begin_s - 1) & (track.time_s <= until_s + 1)
        ends &= track.away_m < FAR_M
        reach = max([reach, *(1.15 * track.away_m[ends])])
        for silence in scene.silences(vehicle, begin_s, until_s):
            if silence.outline:
                corners = np.array(silence.outline)
                outline = np.column_stack(plane.to_metres(corners[:, 0], corners[:, 1]))
                axes.add_patch(
                    Polygon(outline, facecolor="#f3d9a4", hatch="//", edgecolor="#c9a260",
                            alpha=0.35, zorder=0.5)
                )  # fmt: skip
    for row in records(scene.stands(scene.vehicles(), start_s, end_s)):
        x, y = plane.to_metres(row.lon, row.lat)
        axes.plot(
            [float(x)], [float(y)], "s", color="#1c2126", alpha=0.6,
            markersize=4 + min(10.0, np.sqrt(row.stood_s) * 0.5),
        )  # fmt: skip
    _place(axes, scene, plane)
    away = plane.to_metres(*_middle(scene.recorded)) if scene.recorded is not None else (0.0, 0.0)
    if scene.recorded is not None and 1.0 < float(np.hypot(*away)) < 1500.0:
        axes.plot([0, float(away[0])], [0, float(away[1])], ":", color="#5a2d91")
        axes.plot([float(away[0])], [float(away[1])], "x", color="#5a2d91", markersize=9,
                  markeredgewidth=2, label=text("report.pm_recorded_link", language))  # fmt: skip
        if float(np.hypot(*away)) < 4 * reach:
            reach = max(reach, 1.15 * float(np.hypot(*away)))
    axes.add_patch(
        Circle((0, 0), 0.001, facecolor=_BAND, alpha=0.2,
               label=text("report.pm_tolerance", language,
                                 metres=metres_text(scene.tolerance_m, language)))
    )  # fmt: skip
    axes.set_xlim(-1.3 * reach, 1.3 * reach)
    axes.set_ylim(-0.85 * reach, 0.85 * reach)
    axes.set_xlabel(text("report.pm_metres", language))
    axes.grid(visible=True, color="#e4e2dc", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.legend(loc="upper right", fontsize=8, framealpha=0.95)


def _middle(geometry: Any) -> tuple[float, float]:
    middle = shapely.centroid(geometry)
    return middle.x, middle.y


def _place(axes: Axes, scene: PointScene, plane: LocalPlane) -> None:
    """Draw the place and its tolerance."""
    from matplotlib.patches import Circle, Polygon

    shape = scene.place if scene.place is not None else scene.recorded
    key = "pm_judged" if scene.place is not None else "pm_recorded"
    if shape.geom_type == "Point":
        axes.add_patch(
            Circle((0, 0), scene.tolerance_m, facecolor=_BAND, alpha=0.16, edgecolor=_BAND)
        )
    else:
        flat = shapely.transform(
            shape, lambda c: np.column_stack(plane.to_metres(c[:, 0], c[:, 1]))
        )
        wide = shapely.buffer(flat, scene.tolerance_m)
        for part in shapely.get_parts(wide):
            ring = shapely.get_coordinates(part.exterior)
            axes.add_patch(Polygon(ring, facecolor=_BAND, alpha=0.16, edgecolor=_BAND))
        for line in shapely.get_parts(flat.boundary if "Polygon" in flat.geom_type else flat):
            axes.plot(*shapely.get_coordinates(line).T, color=_BAND, linewidth=3)
    axes.plot([0], [0], "o", color=_BAND, markersize=9, markeredgecolor="white",
              label=text(f"report.{key}", scene.language), zorder=5)  # fmt: skip


def _curves(upper: Axes, lower: Axes, scene: PointScene, focus: Focus) -> None:
    language = scene.language
    track = scene.track(focus.vehicle)
    upper.axhspan(0, scene.tolerance_m, color=_BAND, alpha=0.16)
    for silence in scene.silences(focus.vehicle, focus.start_s, focus.end_s):
        for axes in (upper, lower):
            axes.axvspan(silence.start_s, silence.end_s, facecolor="#f3d9a4", alpha=0.5,
                         hatch="//", edgecolor=_SILENCE, linewidth=0)  # fmt: skip
    for row in records(scene.stands([focus.vehicle], focus.start_s, focus.end_s)):
        lower.plot([row.start.timestamp(), row.end.timestamp()], [0, 0], color="#1c2126",
                   linewidth=5, solid_capstyle="butt")  # fmt: skip
    for edge in (moment(focus.pickup["window_start"]), moment(focus.pickup["window_end"])):
        upper.axvline(edge, color="#46515b", linewidth=1.5)
    for piece in pieces(track, focus):
        upper.plot(track.time_s[piece], track.away_m[piece], color=_COLOURS[0], marker="o",
                   markersize=3, markerfacecolor="white")  # fmt: skip
        lower.plot(track.time_s[piece], track.speed_kmh[piece], color=_SPEED)
    upper.set_ylim(0, ceiling_m(track, focus, scene.tolerance_m))
    lower.set_ylim(-3, None)
    marks = marks_s(focus)
    for axes, key in ((upper, "pm_distance"), (lower, "pm_speed")):
        axes.set_xlim(focus.start_s, focus.end_s)
        axes.set_xticks(marks, [clock(at, scene.zone, exact=False) for at in marks])
        title = text(f"report.{key}", language)
        axes.set_title(f"{_name(focus.vehicle)}: {title}", fontsize=10, loc="left")
        axes.grid(visible=True, color="#e4e2dc", linewidth=0.6)
    lower.set_xlabel(text("report.pm_time", language))
