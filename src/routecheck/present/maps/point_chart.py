"""Distance and speed against time about a visit, as inline SVG."""

from __future__ import annotations

import itertools

import numpy as np
from markupsafe import Markup, escape

from routecheck.domain.arrays import Array, seconds
from routecheck.present.sentences.figures import duration_text
from routecheck.queries.point_scene import Focus, PointScene, Track, clock, moment
from routecheck.texts import text
from routecheck.texts.outside import shown

WIDTH, LEFT, RIGHT = 900.0, 64.0, 14.0
TOP, HIGH, SPACE, LOW, FOOT = 26.0, 190.0, 34.0, 110.0, 40.0
STEPS_S = (60, 120, 300, 600, 900, 1800, 3600)
"""What the marks of the time axis may be apart."""


def ceiling_m(track: Track, focus: Focus, tolerance_m: float) -> float:
    """Return the top of the distance scale: what happened near the point must be seen."""
    inside = (track.time_s >= focus.start_s) & (track.time_s <= focus.end_s)
    away = track.away_m[inside & np.isfinite(track.away_m)]
    least = float(away.min()) if len(away) else 0.0
    most = float(np.quantile(away, 0.9)) if len(away) else 0.0
    wanted = max(4 * tolerance_m, 1.6 * least, min(most, 8 * tolerance_m))
    step = 10.0 ** np.floor(np.log10(wanted)) / 2
    return float(np.ceil(wanted / step) * step)


def marks_s(focus: Focus) -> list[float]:
    """Return the moments that the time axis marks, at most nine of them."""
    length = focus.end_s - focus.start_s
    step = next((s for s in STEPS_S if length / s <= 9), STEPS_S[-1])
    first = np.ceil(focus.start_s / step) * step
    return [float(at) for at in np.arange(first, focus.end_s, step)]


def pieces(track: Track, focus: Focus) -> list[slice]:
    """Return the stretches of a track without a gap that touch the span."""
    inside = (track.time_s >= focus.start_s) & (track.time_s <= focus.end_s)
    rows = np.flatnonzero(inside)
    if len(rows) == 0:
        return []
    first, last = max(int(rows[0]) - 1, 0), min(int(rows[-1]) + 1, len(track.time_s) - 1)
    cuts = [first, *(np.flatnonzero(track.gap[first:last]) + first + 1).tolist(), last + 1]
    return [slice(a, b) for a, b in itertools.pairwise(cuts) if b > a]


def chart(scene: PointScene, focus: Focus) -> Markup:
    """Return the curves of one pickup as an SVG element."""
    language, zone = scene.language, scene.zone
    track = scene.track(focus.vehicle)
    top_m = ceiling_m(track, focus, scene.tolerance_m)
    speeds = track.speed_kmh[np.isfinite(track.speed_kmh)]
    top_kmh = 90.0 if speeds.max(initial=0.0) > 60 else 60.0
    floor, ground = TOP + HIGH, TOP + HIGH + SPACE + LOW
    height = ground + FOOT

    def x(time_s: Array | float) -> Array:
        share = (np.asarray(time_s) - focus.start_s) / (focus.end_s - focus.start_s)
        return np.asarray(LEFT + np.clip(share, 0, 1) * (WIDTH - LEFT - RIGHT))

    def y(metres: Array | float) -> Array:
        return np.asarray(floor - np.clip(np.asarray(metres) / top_m, 0, 1) * HIGH)

    def z(kmh: Array | float) -> Array:
        return np.asarray(ground - np.clip(np.asarray(kmh) / top_kmh, 0, 1) * LOW)

    label = f"{text('report.pm_chart', language)}, {focus.vehicle}"
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(shown(label))}">'
    ]
    parts.append(_box("c-panel", LEFT, TOP, WIDTH - RIGHT, floor))
    parts.append(_box("c-panel", LEFT, floor + SPACE, WIDTH - RIGHT, ground))
    begin, end = moment(focus.pickup["window_start"]), moment(focus.pickup["window_end"])
    if end > focus.start_s and begin < focus.end_s:
        parts.append(_box("c-window", float(x(begin)), TOP - 7, float(x(end)), TOP - 2))
        parts.append(_text("c-small", float(x(max(begin, focus.start_s))) + 2, TOP - 11,
                           text("report.pm_window", language)))  # fmt: skip
    for silence in scene.silences(focus.vehicle, focus.start_s, focus.end_s):
        a, b = float(x(silence.start_s)), float(x(silence.end_s))
        parts.append(_box("c-gap", a, TOP, b, floor) + _box("c-gap", a, floor + SPACE, b, ground))
        if b - a > 40:
            parts.append(_text("c-small c-mid", (a + b) / 2, TOP + 14,
                               text("report.pm_gap_line", language)))  # fmt: skip
    band = float(y(scene.tolerance_m))
    parts.append(_box("c-band", LEFT, band, WIDTH - RIGHT, floor))
    parts.append(_text("c-green", LEFT + 6, band - 4, text("report.pm_within", language)))
    stands = scene.stands([focus.vehicle], focus.start_s, focus.end_s)
    for start, stop, stood in zip(
        seconds(stands["start"]), seconds(stands["end"]), stands["stood_s"], strict=True
    ):
        a, b = float(x(start)), float(x(stop))
        parts.append(_box("c-stand", a, floor + 4, max(b, a + 2), floor + 12))
        if b - a > 46:
            parts.append(_text("c-small c-mid", (a + b) / 2, floor + 25,
                               duration_text(float(stood), language)))  # fmt: skip
    for at in marks_s(focus):
        mark = float(x(at))
        parts.append(f'<path class="c-grid" d="M{mark:.1f} {TOP:g}V{floor:g}'
                     f'M{mark:.1f} {floor + SPACE:g}V{ground:g}"/>')  # fmt: skip
        parts.append(_text("c-mid", mark, ground + 17, clock(at, zone, exact=False)))
    for share in (0.0, 0.5, 1.0):
        parts.append(_text("c-end", LEFT - 6, float(y(share * top_m)) + 4, f"{share * top_m:g}"))
        parts.append(
            _text("c-end", LEFT - 6, float(z(share * top_kmh)) + 4, f"{share * top_kmh:g}")
        )
    for piece in pieces(track, focus):
        time_s = track.time_s[piece]
        parts.append(_line("c-away", x(time_s), y(track.away_m[piece])))
        seen = (time_s >= focus.start_s) & (time_s <= focus.end_s)
        for dx, dy in zip(x(time_s[seen]), y(track.away_m[piece][seen]), strict=True):
            parts.append(f'<circle class="c-fix" cx="{dx:.1f}" cy="{dy:.1f}" r="2.4"/>')
        known = np.isfinite(track.speed_kmh[piece])
        if known.sum() > 1:
            parts.append(_line("c-speed", x(time_s[known]), z(track.speed_kmh[piece][known])))
    parts.append(_text("c-title", LEFT + 60, TOP - 11, text("report.pm_distance", language)))
    parts.append(_text("c-title", LEFT + 6, floor + SPACE + 14, text("report.pm_speed", language)))
    parts.append(_text("c-end", WIDTH - RIGHT, height - 6, text("report.pm_time", language)))
    return Markup("".join(parts) + "</svg>")


def _box(kind: str, left: float, top: float, right: float, bottom: float) -> str:
    return (
        f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" '
        f'width="{max(right - left, 0):.1f}" height="{max(bottom - top, 0):.1f}"/>'
    )


def _text(kind: str, left: float, base: float, words: str) -> str:
    return f'<text class="{kind}" x="{left:.1f}" y="{base:.1f}">{escape(shown(words))}</text>'


def _line(kind: str, x: Array, y: Array) -> str:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    return f'<polyline class="{kind}" points="{points}"/>'
