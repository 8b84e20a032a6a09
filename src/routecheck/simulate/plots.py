"""Pictures of a simulated site, from its files alone. matplotlib is imported when asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


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

                part = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="gb18030")
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


def plot_truck_day(directory: Path, vehicle_id: str, day: date, out_png: Path) -> None:
    """A truck's day: the fixes on the map over its points, and speed over local time."""
    from matplotlib.figure import Figure

    directory = Path(directory)
    fixes = _fixes(directory, vehicle_id, day)
    if fixes.empty:
        raise ValueError(f"no fixes of {vehicle_id} on {day}")
    points = _read(directory / "truth_points.csv").set_index("point_id")
    truth = _read(directory / "truth.csv")
    schedule = _read(directory / "schedule.csv")
    own = schedule.loc[schedule["vehicle_id"] == vehicle_id, "point_id"].unique()
    done = truth[(truth["service_date"] == day.isoformat()) & truth["point_id"].isin(own)]
    missed = done.loc[(done["collected"] == "false") & (done["cause"] != "not_due"), "point_id"]

    figure = Figure(figsize=(13, 7), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
    span = fixes[["lon", "lat"]].quantile([0.002, 0.998])
    inside = fixes["lon"].between(*(span["lon"] + [-0.01, 0.01])) & fixes["lat"].between(
        *(span["lat"] + [-0.01, 0.01])
    )
    fixes = fixes[inside]  # without the jumps
    left.plot(fixes["lon"], fixes["lat"], color="0.75", lw=0.7, zorder=1)
    shown = left.scatter(fixes["lon"], fixes["lat"], c=fixes["h"], s=5, cmap="viridis", zorder=2)
    bins = points.loc[own, ["lon", "lat"]].astype(float)
    left.scatter(bins["lon"], bins["lat"], marker="s", s=28, facecolors="none", edgecolors="k",
                 zorder=3, label="bins")  # fmt: skip
    bad = points.loc[missed, ["lon", "lat"]].astype(float)
    left.scatter(bad["lon"], bad["lat"], marker="x", c="red", s=45, zorder=4, label="missed")
    left.set_xlim(span["lon"].iloc[0] - 0.003, span["lon"].iloc[1] + 0.003)
    left.set_ylim(span["lat"].iloc[0] - 0.003, span["lat"].iloc[1] + 0.003)
    left.set_aspect(1 / np.cos(np.radians(fixes["lat"].median())))
    left.locator_params(axis="x", nbins=5)
    left.legend(loc="best")
    left.set_title(f"{vehicle_id}, {day}")
    figure.colorbar(shown, ax=left, label="local time, h", shrink=0.7)
    right.plot(fixes["h"], fixes["speed_kmh"], lw=0.6, marker=".", ms=2)
    for row in done[done["collected"] == "true"].itertuples():
        moments = [pd.Timestamp(str(t)[:19]) for t in (row.arrived_at, row.departed_at)]
        a, b = ((m - pd.Timestamp(day)).total_seconds() / 3600 for m in moments)
        right.axvspan(a, b, color="tab:green" if row.vehicle_id == vehicle_id else "tab:orange",
                      alpha=0.4)  # fmt: skip
    right.set_xlabel("local time, h")
    right.set_ylabel("speed, km/h (shaded: pickups)")
    figure.savefig(out_png, dpi=90)


def plot_points(directory: Path, out_png: Path) -> None:
    """Recorded against true places: a line from each record to its bins, by kind of fault."""
    from matplotlib.figure import Figure

    directory = Path(directory)
    true = _read(directory / "truth_points.csv").set_index("point_id")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            said = pd.read_csv(directory / "points.csv", dtype=str, keep_default_na=False,
                               encoding=encoding).set_index("point_id")  # fmt: skip
            break
        except UnicodeDecodeError:
            continue
    figure = Figure(figsize=(9, 9), layout="constrained")
    axes = figure.subplots()
    kinds = ["", "datum", "misplaced", "tolerance", "coordinate_error", "unknown_point"]
    where = true[["lon", "lat"]].astype(float)
    record = said.loc[true.index, ["lon", "lat"]].apply(pd.to_numeric, errors="coerce")
    for kind, colour in zip(kinds, ["0.6", "C0", "C3", "C1", "C4", "k"], strict=True):
        here = (true["record_fault"] == kind).to_numpy()
        axes.scatter(where["lon"][here], where["lat"][here], s=9, c=colour,
                     label=f"{kind or 'right'} ({here.sum()})")  # fmt: skip
        if kind:
            for a, b, c, d in zip(where["lon"][here], where["lat"][here], record["lon"][here],
                                  record["lat"][here], strict=True):  # fmt: skip
                axes.plot([a, c], [b, d], c=colour, lw=1)
    margin = 0.02
    axes.set_xlim(where["lon"].min() - margin, where["lon"].max() + margin)
    axes.set_ylim(where["lat"].min() - margin, where["lat"].max() + margin)
    axes.set_aspect(1 / np.cos(np.radians(where["lat"].median())))
    axes.legend(title="bins, with a line to the record")
    axes.set_title(directory.name)
    figure.savefig(out_png, dpi=90)
