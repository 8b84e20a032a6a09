"""A picture of each cause, drawn from a real judgement of a simulated county.

The example of a cause is the surest row of the sample county that is judged so and, by the known
truth, rightly; what the sample does not have is taken from a county of the `hard` profile. The same
data give the same picture.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from routecheck.config import load_config
from routecheck.domain.codes import RECORD_CAUSES, Cause, Classification
from routecheck.engine.session import open_site
from routecheck.geo.plane import LocalPlane
from routecheck.present.recheck_text import scene_of
from routecheck.queries.explain import explain_point
from routecheck.queries.point_scene import PointScene, moment

COLOURS = ("#1559a6", "#8a3fa0")
PLACE, RECORD, ALERT, LATE = "#1e7138", "#1c2126", "#b3261e", "#c77700"
FARTHEST_M = 1500.0
"""What is recorded farther away is pointed at, not drawn."""
SILENT = frozenset({Cause.GAP, Cause.NO_FIXES})
"""Causes of which a silence is the heart."""
ALSO_RIGHT = {
    # Rows whose recorded place is wrong, and not settled yet: the truth names the fault.
    Cause.UNKNOWN_POINT: {"misplaced", "datum", "coordinate_error"},
}


@dataclass(frozen=True)
class Example:
    """A judged pickup, or an alert where none was due, that shows a cause."""

    cause: Cause
    point_id: str
    day: date
    raised_at: datetime | None


def examples(site: Path, sample: Path, kept: frozenset[tuple[str, str, str]]) -> list[Example]:
    """Return an example of each cause that a site has: one that is kept, else the surest.

    Args:
        site: folder of its exports.
        sample: folder of `truth.csv`, `points.csv`, `truth_points.csv`.
        kept: cause, point and date of examples that are shown already.
    """
    pickups, alerts = _all(site, "pickups"), _all(site, "alerts")
    truth = pd.read_csv(sample / "truth.csv", dtype="str", keep_default_na=False)
    known = pickups.merge(
        truth, on=["point_id", "service_date", "window_start"], suffixes=("", "_true")
    )
    # Of several pickups of a point on a date an alert may mean any.
    known = known[~known.duplicated(["point_id", "service_date"], keep=False)]
    known = known.assign(off_m=known["point_id"].map(_offsets(sample)).astype("float64"))
    raised = alerts.drop_duplicates(["point_id", "service_date"], keep=False)
    known = known.merge(
        raised[["point_id", "service_date", "raised_at", "cause"]].rename(
            columns={"cause": "alert_cause"}
        ),
        on=["point_id", "service_date"],
    )
    known = known[known["cause"] == known["alert_cause"]]
    found = []
    for cause in Cause:
        if cause is Cause.NOT_DUE:
            rows = alerts[alerts["cause"] == cause].assign(plain=0)
        else:
            wanted = frozenset({cause.value, *ALSO_RIGHT.get(cause, set())})
            right = known["cause_true"].map(
                lambda told, wanted=wanted: bool(wanted & set(told.split("|")))
            )
            rows = known[(known["cause"] == cause) & right]
            rows = rows.assign(plain=_plain(rows, cause))
        if rows.empty:
            continue
        shown = [
            (cause.value, point, day) in kept
            for point, day in zip(rows["point_id"], rows["service_date"], strict=True)
        ]
        rows = rows.assign(shown=shown).sort_values(
            ["shown", "plain", "confidence", "service_date", "point_id"],
            ascending=[False, False, False, True, True],
        )
        row = rows.iloc[0]
        found.append(
            Example(
                cause,
                row["point_id"],
                date.fromisoformat(row["service_date"]),
                datetime.fromisoformat(row["raised_at"]),
            )
        )
    return found


def _plain(rows: pd.DataFrame, cause: Cause) -> pd.Series:
    """How many things speak for a row as an example: nothing else is the matter with it."""
    begin, end, arrived, raised = (
        pd.to_datetime(rows[name], utc=True, format="ISO8601")
        for name in ("window_start", "window_end", "arrived_at", "raised_at")
    )
    moved = cause in RECORD_CAUSES or cause is Cause.UNKNOWN_POINT
    told = cause.classification is not Classification.UNVERIFIABLE
    dwell = pd.to_numeric(rows["dwell_s"], errors="coerce")
    marks = [
        rows["off_m"].between(60, FARTHEST_M) if moved else rows["off_m"] < 12,
        rows["observable"] == ("true" if told else "false"),
        raised < end + pd.Timedelta(hours=3),
        (arrived >= begin) & (arrived <= end) | (cause is Cause.OUTSIDE_WINDOW),
        dwell > 60,
        rows["raised_at"].str[:10] == rows["service_date"],
    ]
    return sum((mark.astype("int64") for mark in marks), pd.Series(0, index=rows.index))


def _all(folder: Path, kind: str) -> pd.DataFrame:
    files = sorted(folder.glob(f"{kind}_*.csv"))
    return pd.concat(
        [pd.read_csv(f, dtype="str", keep_default_na=False, encoding="utf-8-sig") for f in files]
    )


def _offsets(sample: Path) -> dict[str, float]:
    """How far each point is recorded from where its bins stand, metres; infinite: nowhere."""
    columns = ["point_id", "lon", "lat"]
    true = pd.read_csv(sample / "truth_points.csv", dtype="str", keep_default_na=False)[columns]
    told = pd.read_csv(
        sample / "points.csv", dtype="str", keep_default_na=False, encoding="utf-8-sig"
    )[columns].drop_duplicates("point_id", keep="last")
    both = told.merge(true, on="point_id", suffixes=("", "_true"))
    numbers = both.drop(columns="point_id").apply(pd.to_numeric, errors="coerce")
    north = (numbers["lat"] - numbers["lat_true"]) * 111_000
    east = (
        (numbers["lon"] - numbers["lon_true"]) * 111_000 * np.cos(np.radians(numbers["lat_true"]))
    )
    away = np.hypot(east, north).fillna(np.inf)
    return dict(zip(both["point_id"], away, strict=True))


def draw(example: Example, config_path: Path) -> bytes:
    """Return the picture of an example as PNG: the map, and the distance against time."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    config = load_config(config_path)
    now = pd.Timestamp(example.day, tz="UTC") + pd.Timedelta(days=30)
    with open_site(config, now=now) as site:
        explanation = explain_point(site, example.point_id, example.day)
    scene = scene_of(explanation, config)
    own = explanation.place.recorded_tolerance_m
    recorded_m = config.monitor.tolerance_m if np.isnan(own) else own
    with mpl.rc_context({"font.family": "DejaVu Sans", "font.size": 8}):
        figure = Figure(figsize=(7.4, 3.5), dpi=100, layout="constrained")
        FigureCanvasAgg(figure)
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.15])
        span = _span(scene, example)
        _map(left, scene, example, span, recorded_m)
        _distance(right, scene, example, span)
        content = io.BytesIO()
        figure.savefig(content, format="png", metadata={"Software": None})
    return content.getvalue()


def _pickup(scene: PointScene) -> Any:
    return scene.found["pickups"][0] if scene.found["pickups"] else None


def _colour(scene: PointScene, vehicle: str) -> str:
    """Blue is the scheduled vehicle, where there is one; violet another."""
    pickup = _pickup(scene)
    scheduled = pickup["scheduled_vehicle_id"] if pickup is not None else None
    return COLOURS[0] if scheduled in (None, vehicle) else COLOURS[1]


def _vehicles(scene: PointScene) -> list[str]:
    """The vehicle of the verdict, and the scheduled one."""
    pickup = _pickup(scene)
    if pickup is None:
        return scene.vehicles()[:1]
    heard = set(scene.tracks["vehicle_id"].cat.categories)
    named = [pickup["vehicle_id"], pickup["scheduled_vehicle_id"]]
    named += [pickup["criteria"].get("nearest_vehicle")]
    return [v for v in dict.fromkeys(named) if v and v in heard][:2]


def _silent(scene: PointScene) -> tuple[float, float] | None:
    """The silence that the verdict rests on."""
    pickup = _pickup(scene)
    told = pickup["criteria"] if pickup is not None else {}
    if not (told.get("silent_from") and told.get("silent_until")):
        return None
    return moment(told["silent_from"]), moment(told["silent_until"])


def _span(scene: PointScene, example: Example) -> tuple[float, float]:
    """The time that the curves show: the window, what the verdict rests on, the alert."""
    times = [
        t for pickup in scene.found["pickups"][:1]
        for t in (moment(pickup["window_start"]), moment(pickup["window_end"]))
    ]  # fmt: skip
    for focus in scene.focuses()[:1]:
        times += [focus.start_s, focus.end_s]
    if not times:
        noon = datetime.combine(example.day, datetime.min.time(), scene.zone).timestamp()
        times = [noon + 4 * 3600, noon + 20 * 3600]
    if example.cause is Cause.CLOCK:
        # What the device itself said, hours away perhaps.
        off = scene.tracks["clock_offset_s"][
            (scene.tracks["vehicle_id"] == _vehicles(scene)[0]).to_numpy()
        ]
        times += [t - float(off.median()) for t in (times[-2], times[-1])]
    begin, end = min(times), max(times)
    if example.raised_at is not None and example.raised_at.timestamp() < end + 4 * 3600:
        end = max(end, example.raised_at.timestamp())
    return begin - 600, end + 600


def _map(
    axes: Any,
    scene: PointScene,
    example: Example,
    span: tuple[float, float],
    recorded_m: float,
) -> None:
    from matplotlib.patches import Circle, Polygon

    axes.set_aspect("equal", adjustable="box")
    axes.set_facecolor("#f8f7f4")
    axes.set_xticks([])
    axes.set_yticks([])
    plane = LocalPlane(*scene.centre)
    recorded = shapely.centroid(scene.recorded) if scene.recorded is not None else None
    rx, ry = (0.0, 0.0)
    if recorded is not None:
        x, y = plane.to_metres(np.array([recorded.x]), np.array([recorded.y]))
        rx, ry = float(x[0]), float(y[0])
    apart = float(np.hypot(rx, ry))
    middle = (rx / 2, ry / 2) if apart < FARTHEST_M else (0.0, 0.0)
    reach = max(4.0 * scene.tolerance_m, 0.5 * min(apart, FARTHEST_M) + 2.5 * scene.tolerance_m)
    tracks = [scene.track(vehicle) for vehicle in _vehicles(scene)]
    focuses = scene.focuses()[:1]
    near = [(f.start_s, f.end_s) for f in focuses] or [span]
    nearest = [float(np.nanmin(t.away_m[_inside(t, near[0])], initial=np.inf)) for t in tracks]
    if nearest and reach < min(nearest) < 4000:
        reach = 1.5 * min(nearest)
    for number, track in enumerate(tracks):
        silences = scene.silences(track.vehicle, *near[0]) if example.cause in SILENT else []
        for silence in silences:
            if silence.outline:
                corners = np.array(silence.outline)
                x, y = plane.to_metres(corners[:, 0], corners[:, 1])
                reach = max(reach, min(1.05 * float(np.abs([x, y]).max()), 800.0))
                axes.add_patch(
                    Polygon(np.column_stack([x, y]), facecolor="#f3e6cf", edgecolor=LATE,
                            hatch="//", linewidth=0.8, alpha=0.6)
                )  # fmt: skip
        shown = _inside(track, span if number else near[0])
        x, y = plane.to_metres(track.lon, track.lat)
        _line(
            axes,
            x,
            y,
            shown,
            track,
            _colour(scene, track.vehicle),
            _late(scene, track.vehicle, example),
        )
    stands = scene.stands([t.vehicle for t in tracks], *near[0])
    for lon, lat, stood in zip(stands["lon"], stands["lat"], stands["stood_s"], strict=True):
        x, y = plane.to_metres(np.array([lon]), np.array([lat]))
        size = float(np.clip(stood, 20, 400)) / 3
        axes.scatter(x, y, s=size, marker="s", color="#1c2126", alpha=0.55, zorder=4, lw=0)
    if recorded is not None:
        axes.add_patch(Circle((rx, ry), recorded_m, fill=False, edgecolor=RECORD, linestyle="--"))
        axes.plot([rx], [ry], marker="x", color=RECORD, markersize=8, mew=2.2, zorder=6)
    if apart > 1.0 or recorded is None or scene.tolerance_m != recorded_m:
        if recorded is not None:
            axes.plot([rx, 0], [ry, 0], color=RECORD, linestyle=":", linewidth=1)
        axes.add_patch(Circle((0, 0), scene.tolerance_m, fill=False, edgecolor=PLACE, lw=1.6))
        axes.plot([0], [0], marker="o", color=PLACE, markersize=6, zorder=6)
    axes.set_xlim(middle[0] - reach, middle[0] + reach)
    axes.set_ylim(middle[1] - reach, middle[1] + reach)
    bar = next(b for b in (2000, 1000, 500, 200, 100, 50, 20) if b < 0.8 * reach)
    x0, y0 = middle[0] - 0.92 * reach, middle[1] - 0.92 * reach
    axes.plot([x0, x0 + bar], [y0, y0], color="#1c2126", linewidth=2.5, solid_capstyle="butt")
    told = f"{bar / 1000:g} km" if bar >= 1000 else f"{bar} m"
    axes.text(x0, y0 + 0.03 * reach, told, va="bottom")


def _inside(track: Any, span: tuple[float, float]) -> Any:
    return (track.time_s >= span[0]) & (track.time_s <= span[1])


def _line(axes: Any, x: Any, y: Any, shown: Any, track: Any, colour: str, late: Any) -> None:
    """A track as a line with a dot a fix, broken at gaps; what came after the alert is hollow."""
    rows = np.flatnonzero(shown)
    if len(rows) == 0:
        return
    for part in np.split(rows, np.flatnonzero(track.gap[rows]) + 1):
        axes.plot(x[part], y[part], color=colour, linewidth=1.1, alpha=0.8, zorder=2)
    axes.plot(x[rows], y[rows], ".", color=colour, markersize=4, zorder=3)
    came_late = rows[late[rows]]
    axes.plot(x[came_late], y[came_late], "o", mfc="white", mec=LATE, markersize=4, zorder=5)


def _late(scene: PointScene, vehicle: str, example: Example) -> Any:
    """Beside a track: fixes that were received after the alert; only where that is the cause."""
    rows = scene.tracks[(scene.tracks["vehicle_id"] == vehicle).to_numpy()]
    if example.cause is not Cause.LATE_DATA or example.raised_at is None:
        return np.zeros(len(rows), dtype=bool)
    return (rows["received_at"] > pd.Timestamp(example.raised_at)).to_numpy()


def _distance(axes: Any, scene: PointScene, example: Example, span: tuple[float, float]) -> None:
    """Distance from the place against the time of day; the device's own clock where it is off."""
    axes.axhspan(1, scene.tolerance_m, color=PLACE, alpha=0.12, lw=0)
    for pickup in scene.found["pickups"][:1]:
        begin, end = moment(pickup["window_start"]), moment(pickup["window_end"])
        axes.axvspan(begin, end, color="#1559a6", alpha=0.09, lw=0)
    for vehicle in _vehicles(scene):
        track = scene.track(vehicle)
        shown = _inside(track, span)
        away = np.maximum(track.away_m, 1.5)
        if example.cause is Cause.CLOCK:
            rows = scene.tracks[(scene.tracks["vehicle_id"] == vehicle).to_numpy()]
            own = track.time_s - rows["clock_offset_s"].to_numpy()
            told = (own >= span[0] - 86400) & (own <= span[1] + 86400) & shown
            axes.plot(own[told], away[told], color=ALERT, linewidth=1.0, linestyle="--", zorder=6)
        _line(
            axes,
            track.time_s,
            away,
            shown,
            track,
            _colour(scene, vehicle),
            _late(scene, vehicle, example),
        )
    silent = _silent(scene)
    if silent is not None:
        axes.axvspan(*silent, facecolor="#f3e6cf", edgecolor=LATE, hatch="//", alpha=0.6, lw=0)
    if example.raised_at is not None and span[0] < example.raised_at.timestamp() <= span[1]:
        axes.axvline(example.raised_at.timestamp(), color=ALERT, linewidth=1.4)
        axes.plot([example.raised_at.timestamp()], [1.0], marker="v", color=ALERT, markersize=9,
                  transform=axes.get_xaxis_transform(), clip_on=False)  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(1.5, 20_000)
    axes.set_yticks([3, 10, 30, 100, 1000, 10_000])
    axes.set_yticklabels(["3 m", "10 m", "30 m", "100 m", "1 km", "10 km"])
    axes.minorticks_off()
    axes.grid(visible=True, color="#e4e2dc", linewidth=0.5)
    axes.set_xlim(*span)
    step = next(s for s in (900, 1800, 3600, 7200, 14400, 28800) if (span[1] - span[0]) / s <= 7)
    zero = datetime.combine(example.day, datetime.min.time(), scene.zone).timestamp()
    marks = np.arange(zero - 86400, zero + 2 * 86400, step)
    marks = marks[(marks >= span[0]) & (marks <= span[1])]
    axes.set_xticks(marks, [f"{datetime.fromtimestamp(m, scene.zone):%H:%M}" for m in marks])
