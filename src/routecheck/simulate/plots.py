"""Pictures of a simulated site, from its files alone. matplotlib is imported when asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def _read(path: Path, encoding: str = "utf-8-sig") -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding)


def _fixes(directory: Path, vehicle_id: str, day: date) -> pd.DataFrame:
    """The readable fixes of a vehicle on a local date, by device time, with h as hours."""
    names = {vehicle_id}
    if (directory / "vehicles.csv").exists():
        table = _read(directory / "vehicles.csv")
        names |= set(table.loc[table["vehicle_id"] == vehicle_id, "device_id"])
    parts = []
    for path in sorted((directory / "fixes").iterdir()):
        if path.suffix == ".parquet":
            part = pd.read_parquet(path, filters=[("vehicle_id", "in", sorted(names))])
            part["time"] = part["time"].dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
        else:
            try:
                part = _read(path)
            except UnicodeDecodeError:  # the other form that is written: Chinese headers
                from .files import COLUMNS

                part = _read(path, encoding="gb18030")
                part.columns = pd.Index(COLUMNS)
            part = part[part["vehicle_id"].isin(names)].copy()
            part["time"] = pd.to_datetime(part["time"], errors="coerce")
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    for name in ("lon", "lat", "speed_kmh"):
        table[name] = pd.to_numeric(table[name], errors="coerce")
    begins = pd.Timestamp(day)
    table["h"] = (table["time"] - begins).dt.total_seconds() / 3600
    table = table[(table["h"] >= 0) & (table["h"] < 24) & (table["lon"].abs() > 1)]
    return table.sort_values("h", kind="stable").reset_index(drop=True)


def first_date(directory: Path) -> date:
    """Return the first service date of a simulated site.

    Raises:
        ValueError: the folder is no simulated site.
    """
    return date.fromisoformat(min(_tables(Path(directory))[0]["service_date"]))


def plot_truck_day(directory: Path, vehicle_id: str, day: date, out_png: Path) -> None:
    """Draw a truck's day: the way on a map over its points, a closer look, speed over local time.

    Fixes that the truck cannot have driven to (jumps) are crosses, and are not joined to the way.

    Raises:
        ValueError: the folder is no simulated site, or has no such vehicle or date.
        OSError: the picture cannot be written.
    """
    from matplotlib.figure import Figure

    directory = Path(directory)
    truth, schedule, bins, records = _tables(directory)
    days = sorted(set(truth["service_date"]))
    if day.isoformat() not in days:
        raise ValueError(f"{directory} was simulated from {days[0]} to {days[-1]}, not for {day}")
    known = sorted(({*truth["vehicle_id"]} | {*schedule["vehicle_id"]}) - {""})
    if vehicle_id not in known:
        some = ", ".join(known[:3])
        raise ValueError(f"{directory} has no vehicle {vehicle_id!r}, but {some} … {known[-1]}")
    fixes = _fixes(directory, vehicle_id, day)
    if fixes.empty:
        raise ValueError(f"{vehicle_id} reported nothing on {day}: its device was silent")

    own = schedule.loc[schedule["vehicle_id"] == vehicle_id, "point_id"].unique()
    done = truth[(truth["service_date"] == day.isoformat()) & (truth["cause"] != "not_due")]
    served = done[(done["collected"] == "true") & (done["vehicle_id"] == vehicle_id)]
    others = done[
        (done["collected"] == "true") & (done["vehicle_id"] != vehicle_id)
        & done["point_id"].isin(own)
    ]  # fmt: skip
    missed = done[(done["collected"] == "false") & done["point_id"].isin(own)]

    figure = Figure(figsize=(13, 10), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=[2, 1])
    whole, close = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    speed = figure.add_subplot(grid[1, :])
    jumped = _jumps(fixes)
    first_h, last_h = _working_h(fixes[~jumped])
    good = fixes[~jumped]
    colours: Any = None
    for axes in (whole, close):
        axes.plot(good["lon"], good["lat"], color="0.7", lw=0.8, zorder=1)
        colours = axes.scatter(
            good["lon"], good["lat"], c=good["h"], s=9, cmap="viridis", zorder=2,
            vmin=first_h, vmax=last_h,
        )  # fmt: skip
        if jumped.any():
            axes.plot(
                fixes["lon"][jumped], fixes["lat"][jumped], ls="", marker="x", color="0.4", ms=4,
                label="fixes that jumped", zorder=2,
            )  # fmt: skip
        for ids, colour, label in (
            (served["point_id"], "tab:green", f"bins it served ({len(served)})"),
            (others["point_id"], "tab:orange", f"its bins, served by others ({len(others)})"),
            (missed["point_id"], "tab:red", f"its bins, missed ({len(missed)})"),
        ):
            there = bins.loc[[p for p in ids if p in bins.index]]
            if len(there):
                axes.plot(there["lon"], there["lat"], ls="", marker="s", ms=7, mfc="none",
                          mec=colour, mew=1.6, label=label, zorder=4)  # fmt: skip
        _to_scale(axes, bins["lat"].median())
    shown = bins.loc[[p for p in sorted({*served["point_id"], *own}) if p in bins.index]]
    _frame(whole, pd.concat([good[["lon", "lat"]], shown]), margin_m=800)
    _closer(close, shown if len(shown) else good, 450)
    said = records.loc[shown.index]
    close.plot(*_lines(shown, said), color="k", lw=0.8, zorder=3)
    close.plot(said["lon"], said["lat"], ls="", marker="D", ms=4, mfc="w", mec="k", zorder=3)
    whole.legend(loc="best", fontsize=8)
    whole.set_title("The day")
    close.set_title("Closer: ◇ where the records say that the bins are")
    figure.colorbar(colours, ax=[whole, close], label="local time, h", shrink=0.8)

    _speed(speed, fixes, served, others, day)
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

    directory = Path(directory)
    _truth, _schedule, bins, records = _tables(directory)
    east_m = (records["lon"] - bins["lon"]) * 111_320 * np.cos(np.radians(bins["lat"]))
    north_m = (records["lat"] - bins["lat"]) * 110_900
    away_m = np.hypot(east_m, north_m)
    figure = Figure(figsize=(15, 8), layout="constrained")
    whole, close = figure.subplots(1, 2)
    for axes in (whole, close):
        for kind, colour in _FAULTS.items():
            here = bins["record_fault"] == kind
            if not here.any():
                continue
            far = here & ~(away_m < _FAR_M)
            label = f"{kind or 'right'} ({here.sum()})"
            if kind and far.any():
                label += f", {far.sum()} of them far away (×) or nowhere"
            axes.plot(bins["lon"][here], bins["lat"][here], ls="", marker="o", ms=4, color=colour,
                      zorder=2 if not kind else 4, label=label)  # fmt: skip
            axes.plot(bins["lon"][far], bins["lat"][far], ls="", marker="x", ms=8, color=colour,
                      zorder=5)  # fmt: skip
            near = here & (away_m < _FAR_M) & (away_m > 1)
            axes.plot(
                *_lines(bins[near], records[near]), color=colour, lw=1 if kind else 0.6, zorder=3
            )
        _to_scale(axes, bins["lat"].median())
    _frame(whole, bins[["lon", "lat"]], margin_m=1500)
    _closer(close, bins, 700)
    figure.legend(*whole.get_legend_handles_labels(), loc="outside lower center", ncols=3,
                  fontsize=9, title="bins, with a line to their record")  # fmt: skip
    whole.set_title("The site")
    close.set_title("Closer, where bins are closest")
    figure.suptitle(f"{directory.resolve().name}: {len(bins)} points")
    figure.savefig(out_png, dpi=100, format="png")


_FAULTS = {
    "": "0.6",
    "datum": "tab:blue",
    "misplaced": "tab:red",
    "tolerance": "tab:orange",
    "coordinate_error": "tab:purple",
    "unknown_point": "black",
}
_FAR_M = 5000.0
_SILENCE_H = 0.25
"""Over so long a silence no line is drawn."""


def _tables(directory: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return truth, schedule, bins and records by point (columns lon, lat; unknown: NaN)."""
    wanted = ("points.csv", "schedule.csv", "truth.csv", "truth_points.csv", "fixes")
    missing = [name for name in wanted if not (directory / name).exists()]
    if missing:
        raise ValueError(
            f"{directory} is no simulated site: it has no {', '.join(missing)}; "
            f"`routecheck simulate DIR` writes one"
        )
    bins = _read(directory / "truth_points.csv").set_index("point_id")
    bins = bins.astype({"lon": float, "lat": float})
    try:
        said = _read(directory / "points.csv")
    except UnicodeDecodeError:  # the other encoding that is written
        said = _read(directory / "points.csv", encoding="gb18030")
    said = said.drop_duplicates("point_id").set_index("point_id")
    records = said[["lon", "lat"]].apply(pd.to_numeric, errors="coerce").reindex(bins.index)
    return _read(directory / "truth.csv"), _read(directory / "schedule.csv"), bins, records


def _jumps(fixes: pd.DataFrame) -> pd.Series:
    """Tell the fixes that a truck cannot have got to: over 130 km/h from those on both sides."""
    east = fixes["lon"] * 111_320 * np.cos(np.radians(fixes["lat"].median()))
    north = fixes["lat"] * 110_900
    way_m = np.hypot(east.diff(), north.diff())
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
    low, high = places.min(), places.max()
    margin = margin_m / 111_000
    axes.set_xlim(low["lon"] - margin, high["lon"] + margin)
    axes.set_ylim(low["lat"] - margin, high["lat"] + margin)


def _closer(axes: Any, places: pd.DataFrame, half_m: float) -> None:
    """Frame the square in which most of these places lie, about one of them."""
    half = half_m / 111_000
    lon, lat = places["lon"].to_numpy()[:2000], places["lat"].to_numpy()[:2000]
    beside = np.abs(lon[:, None] - lon) < half
    beside &= np.abs(lat[:, None] - lat) < half
    best = beside[beside.sum(axis=1).argmax()]
    x, y = lon[best].mean(), lat[best].mean()
    axes.set_xlim(x - half, x + half)
    axes.set_ylim(y - half, y + half)


def _lines(bins: pd.DataFrame, records: pd.DataFrame) -> list[np.ndarray]:
    """Return x and y of lines from bins to their records, with a gap after each."""
    gap = np.full(len(bins), np.nan)
    return [
        np.column_stack([bins[name].to_numpy(), records[name].to_numpy(), gap]).ravel()
        for name in ("lon", "lat")
    ]


def _working_h(fixes: pd.DataFrame) -> tuple[float, float]:
    """Return from when to when the truck was away from where it was first heard, and a little."""
    home = fixes[["lon", "lat"]].iloc[:5].median()
    away = np.hypot(fixes["lon"] - home["lon"], fixes["lat"] - home["lat"]) > 100 / 111_000
    moved = fixes.loc[away, "h"] if away.any() else fixes["h"]
    return float(moved.min()) - 0.4, float(moved.max()) + 0.4


def _speed(
    axes: Any, fixes: pd.DataFrame, served: pd.DataFrame, others: pd.DataFrame, day: date
) -> None:
    """Speed over local time, with a gap in the line where the device was silent."""
    told = fixes[["h", "speed_kmh"]].copy()
    told.loc[told["h"].diff() > _SILENCE_H, "speed_kmh"] = np.nan
    if fixes["speed_kmh"].isna().all():
        axes.text(0.5, 0.5, "the device tells no speed", transform=axes.transAxes, ha="center")
    axes.plot(told["h"], told["speed_kmh"], lw=0.7, color="tab:blue", zorder=2)
    axes.plot(fixes["h"], fixes["speed_kmh"], ls="", marker=".", ms=3, color="tab:blue", zorder=3)
    for table, colour, label in (
        (served, "tab:green", "it collects"),
        (others, "tab:orange", "another collects at its bins"),
    ):
        for row in table.itertuples():
            moments = [pd.Timestamp(str(t)[:19]) for t in (row.arrived_at, row.departed_at)]
            a, b = ((m - pd.Timestamp(day)).total_seconds() / 3600 for m in moments)
            axes.axvspan(a, b, color=colour, alpha=0.45, lw=0, label=label, zorder=1)
            label = "_"  # named once
    if len(served) or len(others):
        axes.legend(loc="upper right", fontsize=8)
    axes.set_xlim(*_working_h(fixes[~_jumps(fixes)]))
    axes.set_ylim(bottom=-2)
    axes.set_xlabel("local time, h (device clock)")
    axes.set_ylabel("speed, km/h")
