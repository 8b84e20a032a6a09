"""Pictures of a simulated site, from its files alone. matplotlib is imported when needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .fix_files import CHINESE_HEADERS

FAULT_COLOURS = {
    "": "0.6",
    "datum": "tab:blue",
    "misplaced": "tab:red",
    "tolerance": "tab:orange",
    "coordinate_error": "tab:purple",
    "unknown_point": "black",
}
FAR_M = 5000.0
"""A record further from its bins than this is marked, not joined to them."""
SILENCE_H = 0.25
"""Over a longer silence no line is drawn."""
LON_M, LAT_M = 111_320.0, 110_900.0
"""Metres of a degree; of longitude, at the equator."""
MARKS: dict[str, Any] = {"linestyle": "", "markerfacecolor": "none"}


@dataclass(frozen=True)
class _Site:
    """The tables of a simulated site; places by point, with columns lon and lat (NaN: unknown)."""

    truth: pd.DataFrame
    schedule: pd.DataFrame
    bins: pd.DataFrame
    records: pd.DataFrame


def _read(path: Path) -> pd.DataFrame:
    """A table as texts, in either of the encodings that are written."""
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except UnicodeDecodeError:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="gb18030")


def _open(directory: Path) -> _Site:
    wanted = ("points.csv", "schedule.csv", "truth.csv", "truth_points.csv", "fixes")
    missing = [name for name in wanted if not (directory / name).exists()]
    if missing:
        raise ValueError(
            f"{directory} is no simulated site: it has no {', '.join(missing)}; "
            f"`routecheck simulate DIR` writes one"
        )
    bins = _read(directory / "truth_points.csv").set_index("point_id")
    records = _read(directory / "points.csv").drop_duplicates("point_id").set_index("point_id")
    records = records[["lon", "lat"]].apply(pd.to_numeric, errors="coerce").reindex(bins.index)
    return _Site(
        truth=_read(directory / "truth.csv"),
        schedule=_read(directory / "schedule.csv"),
        bins=bins.astype({"lon": float, "lat": float}),
        records=records,
    )


def _fixes(directory: Path, vehicle_id: str, day: date) -> pd.DataFrame:
    """The readable fixes of a vehicle on a local date, by device time, with h as hours."""
    ids = {vehicle_id}
    if (directory / "vehicles.csv").exists():
        table = _read(directory / "vehicles.csv")
        ids |= set(table.loc[table["vehicle_id"] == vehicle_id, "device_id"])
    parts = []
    for path in sorted((directory / "fixes").iterdir()):
        if path.suffix == ".parquet":
            part = pd.read_parquet(path, filters=[("vehicle_id", "in", sorted(ids))])
            part["time"] = part["time"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
        else:
            part = _read(path).rename(columns={said: own for own, said in CHINESE_HEADERS.items()})
            part = part[part["vehicle_id"].isin(ids)].copy()
            part["time"] = pd.to_datetime(part["time"], errors="coerce")
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    numbers = ["lon", "lat", "speed_kmh"]
    table[numbers] = table[numbers].apply(pd.to_numeric, errors="coerce")
    table["h"] = _hours(table["time"], day)
    table = table[table["h"].between(0, 24, inclusive="left") & (table["lon"].abs() > 1)]
    return table.sort_values("h", kind="stable").reset_index(drop=True)


def _hours(times: pd.Series, day: date) -> pd.Series:
    return (times - pd.Timestamp(day)).dt.total_seconds() / 3600


def first_date(directory: Path) -> date:
    """Return the first service date of a simulated site.

    Raises:
        ValueError: the folder is no simulated site.
    """
    return date.fromisoformat(min(_open(Path(directory)).truth["service_date"]))


def plot_truck_day(directory: Path, vehicle_id: str, day: date, out_png: Path) -> None:
    """Draw a truck's day: the way on a map over its points, a closer look, speed over local time.

    Fixes that the truck cannot have driven to (jumps) are crosses, and are not joined to the way.

    Raises:
        ValueError: the folder is no simulated site, or has no such vehicle or date.
        OSError: the picture cannot be written.
    """
    from matplotlib.figure import Figure

    directory = Path(directory)
    site = _open(directory)
    days = sorted(set(site.truth["service_date"]))
    if day.isoformat() not in days:
        raise ValueError(f"{directory} was simulated from {days[0]} to {days[-1]}, not for {day}")
    known = sorted(({*site.truth["vehicle_id"]} | {*site.schedule["vehicle_id"]}) - {""})
    if vehicle_id not in known:
        some = ", ".join(known[:3])
        raise ValueError(f"{directory} has no vehicle {vehicle_id!r}, but {some} … {known[-1]}")
    fixes = _fixes(directory, vehicle_id, day)
    if fixes.empty:
        raise ValueError(f"{vehicle_id} reported nothing on {day}: its device was silent")

    own = site.schedule.loc[site.schedule["vehicle_id"] == vehicle_id, "point_id"].unique()
    due = site.truth[
        (site.truth["service_date"] == day.isoformat()) & (site.truth["cause"] != "not_due")
    ]
    collected, by_it = due["collected"] == "true", due["vehicle_id"] == vehicle_id
    its = due["point_id"].isin(own)
    served, others = due[collected & by_it], due[collected & ~by_it & its]
    missed = due[~collected & its]

    jumped = _jumps(fixes)
    good, jumps = fixes[~jumped], fixes[jumped]
    hours = _working_hours(good)
    figure = Figure(figsize=(13, 10), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=[2, 1])
    maps = [figure.add_subplot(grid[0, column]) for column in (0, 1)]
    scale: Any = None
    for axes in maps:
        axes.plot(good["lon"], good["lat"], color="0.7", lw=0.8, zorder=1)
        scale = axes.scatter(
            good["lon"], good["lat"], c=good["h"], s=9, vmin=hours[0], vmax=hours[1], zorder=2
        )
        _mark(axes, jumps, "x", "0.4", 4, "fixes that jumped", 2)
        for rows, colour, label in (
            (served, "tab:green", "bins it served"),
            (others, "tab:orange", "its bins, served by others"),
            (missed, "tab:red", "its bins, missed"),
        ):
            there = site.bins.loc[rows["point_id"][rows["point_id"].isin(site.bins.index)]]
            _mark(axes, there, "s", colour, 7, f"{label} ({len(rows)})", 4)
        _to_scale(axes, site.bins["lat"].median())
    whole, close = maps
    shown = site.bins[site.bins.index.isin({*served["point_id"], *own})]
    _frame(whole, pd.concat([good[["lon", "lat"]], shown[["lon", "lat"]]]), margin_m=800)
    _frame_closest(close, shown if len(shown) else good, 450)
    records = site.records.loc[shown.index]
    close.plot(*_lines(shown, records), color="k", lw=0.8, zorder=3)
    _mark(close, records, "D", "k", 4, "_", 3)
    whole.legend(loc="best", fontsize=8)
    whole.set_title("The day")
    close.set_title("Closer: ◇ where the records place the bins")
    figure.colorbar(scale, ax=maps, label="local time, h", shrink=0.8)
    _draw_speed(figure.add_subplot(grid[1, :]), fixes, served, others, day, hours)
    figure.suptitle(f"{vehicle_id}, {day}: {len(fixes)} fixes")
    figure.savefig(out_png, dpi=100, format="png")


def plot_points(directory: Path, out_png: Path) -> None:
    """Draw recorded against true places, by kind of fault: the whole site, and a closer look.

    A line leads from the bins to the record; records further than 5 km away are crosses.

    Raises:
        ValueError: the folder is no simulated site.
        OSError: the picture cannot be written.
    """
    from matplotlib.figure import Figure

    site = _open(Path(directory))
    bins, records = site.bins, site.records
    away_m = np.hypot(
        (records["lon"] - bins["lon"]) * LON_M * np.cos(np.radians(bins["lat"])),
        (records["lat"] - bins["lat"]) * LAT_M,
    )
    figure = Figure(figsize=(15, 8), layout="constrained")
    whole, close = figure.subplots(1, 2)
    for axes in (whole, close):
        for kind, colour in FAULT_COLOURS.items():
            here = bins["record_fault"] == kind
            far = here & ~(away_m < FAR_M)
            near = here & (away_m < FAR_M) & (away_m > 1)
            label = f"{kind or 'right'} ({here.sum()})"
            if kind and far.any():
                label += f", {far.sum()} of them far away (×) or nowhere"
            axes.plot(*_lines(bins[near], records[near]), color=colour, lw=0.8, zorder=3)
            _mark(axes, bins[here], "o", colour, 3, label, 4 if kind else 2)
            _mark(axes, bins[far], "x", colour, 8, "_", 5)
        _to_scale(axes, bins["lat"].median())
    _frame(whole, bins[["lon", "lat"]], margin_m=1500)
    _frame_closest(close, bins, 700)
    figure.legend(
        *whole.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9,
        title="bins, with a line to their record",
    )  # fmt: skip
    whole.set_title("The site")
    close.set_title("Closer, where bins are closest")
    figure.suptitle(f"{Path(directory).resolve().name}: {len(bins)} points")
    figure.savefig(out_png, dpi=100, format="png")


def _mark(
    axes: Any, places: pd.DataFrame, shape: str, colour: str, size: int, label: str, zorder: int
) -> None:
    """Mark places, if there are any; a label `_` is not listed."""
    if len(places):
        axes.plot(
            places["lon"], places["lat"], marker=shape, color=colour, markersize=size, label=label,
            zorder=zorder, **MARKS,
        )  # fmt: skip


def _jumps(fixes: pd.DataFrame) -> pd.Series:
    """Find fixes that a truck cannot have got to: over 130 km/h from those on both sides."""
    east_m = fixes["lon"] * LON_M * np.cos(np.radians(fixes["lat"].median()))
    way_m = np.hypot(east_m.diff(), (fixes["lat"] * LAT_M).diff())
    fast = way_m > 36 * (fixes["h"].diff() * 3600).clip(lower=1) + 200
    return pd.Series(fast & fast.shift(-1, fill_value=True), index=fixes.index)


def _to_scale(axes: Any, lat: float) -> None:
    axes.set_aspect(1 / np.cos(np.radians(lat)))
    axes.ticklabel_format(useOffset=False)
    axes.locator_params(nbins=5)
    axes.tick_params(labelsize=8)
    axes.set_xlabel("longitude, deg (WGS-84)", fontsize=8)
    axes.set_ylabel("latitude, deg (WGS-84)", fontsize=8)


def _frame(axes: Any, places: pd.DataFrame, margin_m: float) -> None:
    low, high = places.min() - margin_m / LON_M, places.max() + margin_m / LON_M
    axes.set(xlim=(low["lon"], high["lon"]), ylim=(low["lat"], high["lat"]))


def _frame_closest(axes: Any, places: pd.DataFrame, half_m: float) -> None:
    """Frame the square in which most of these places lie, about one of them."""
    lonlat = places[["lon", "lat"]].iloc[:2000]
    corner = lonlat.to_numpy()
    beside = (np.abs(corner[:, None] - corner) < half_m / LON_M).all(axis=2)
    middle = lonlat[beside[beside.sum(axis=1).argmax()]].mean()
    _frame(axes, middle.to_frame().T, half_m)


def _lines(bins: pd.DataFrame, records: pd.DataFrame) -> list[np.ndarray]:
    """Return x and y of lines from bins to their records, with a gap after each."""
    gap = np.full(len(bins), np.nan)
    return [np.column_stack([bins[name], records[name], gap]).ravel() for name in ("lon", "lat")]


def _working_hours(fixes: pd.DataFrame) -> tuple[float, float]:
    """Return from when to when the truck was away from its first place of the day, and a little."""
    home = fixes[["lon", "lat"]].iloc[:5].median()
    away = np.hypot(fixes["lon"] - home["lon"], fixes["lat"] - home["lat"]) > 100 / LON_M
    moved = fixes.loc[away, "h"] if away.any() else fixes["h"]
    return float(moved.min()) - 0.4, float(moved.max()) + 0.4


def _draw_speed(
    axes: Any,
    fixes: pd.DataFrame,
    served: pd.DataFrame,
    others: pd.DataFrame,
    day: date,
    hours: tuple[float, float],
) -> None:
    """Speed over local time, with a gap in the line where the device was silent."""
    if fixes["speed_kmh"].isna().all():
        axes.text(0.5, 0.5, "the device gives no speed", transform=axes.transAxes, ha="center")
    line = fixes["speed_kmh"].mask(fixes["h"].diff() > SILENCE_H)
    axes.plot(fixes["h"], line, lw=0.7, color="tab:blue", zorder=2)
    axes.plot(fixes["h"], fixes["speed_kmh"], ls="", marker=".", ms=3, color="tab:blue", zorder=3)
    for table, colour, label in (
        (served, "tab:green", "it collects"),
        (others, "tab:orange", "another collects at its bins"),
    ):
        if table.empty:
            continue
        begin, end = (
            _hours(pd.to_datetime(table[name].str.slice(0, 19)), day)
            for name in ("arrived_at", "departed_at")
        )
        axes.bar(
            begin, 1, end - begin, align="edge", color=colour, alpha=0.45, label=label,
            transform=axes.get_xaxis_transform(), zorder=1,
        )  # fmt: skip
    if len(served) or len(others):
        axes.legend(loc="upper right", fontsize=8)
    axes.set(xlim=hours, xlabel="local time, h (device clock)", ylabel="speed, km/h")
    axes.set_ylim(bottom=-2)
