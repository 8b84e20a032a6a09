"""The simplest method that can be measured: was any vehicle near the point in its window?

    python -m benchmarks.nearest WORLD VERDICTS.csv

A pickup is collected where a fix of any vehicle lies within 30 m of the recorded place in its
window, missed where the scheduled vehicle was heard in the window and none lies there, and left
open where it was not heard. It is what many monitors do, and an example of a method that
`benchmarks.submission` scores: it reads the files of a site and shares no code with the judging.
"""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Sequence
from pathlib import Path

import geopandas
import pandas as pd

import routecheck

TOLERANCE_M = 30.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge a world, and write its verdicts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nearest")
    parser.add_argument("world", type=Path)
    parser.add_argument("verdicts", type=Path)
    given = parser.parse_args(arguments)
    verdicts_of(given.world).to_csv(given.verdicts, index=False)


def verdicts_of(world: Path, zone: str = "Asia/Shanghai") -> pd.DataFrame:
    """Return columns point_id, service_date, window_start, verdict, confidence, vehicle_id.

    Args:
        world: the folder of a site.
        zone: of its local times.
    """
    points = routecheck.read_points(world / "points.csv")
    fixes = _by_vehicle(routecheck.read_fixes(str(world / "fixes" / "*"), time_zone=zone), world)
    schedule = pd.read_csv(world / "schedule.csv", dtype="str")
    # By receipt, as clocks may be years off. On the dates after the last little comes: what is
    # late, and the end of its night.
    count = fixes["received_at"].dt.date.value_counts()
    days = sorted(count.index[count > count.max() / 10])
    due = _due(schedule, days, zone)
    # The next fix of the vehicle after the window began: was it before the window ended?
    order = fixes[["vehicle_id", "time"]].sort_values("time")
    heard = pd.merge_asof(
        due.sort_values("window_start"), order, left_on="window_start", right_on="time",
        by="vehicle_id", direction="forward",
    )  # fmt: skip
    heard = heard[heard["time"] <= heard["window_end"]]
    plane = points.estimate_utm_crs()
    places = points[["point_id", "geometry"]].dropna().to_crs(plane)
    places["geometry"] = places.buffer(TOLERANCE_M)
    near = geopandas.sjoin(fixes.to_crs(plane)[["vehicle_id", "time", "geometry"]], places)
    at = due.drop(columns="vehicle_id").merge(near[["point_id", "vehicle_id", "time"]])
    at = at[at["time"].between(at["window_start"], at["window_end"])].sort_values("time")
    key = ["point_id", "service_date", "window_start"]
    found = due[key].merge(at.drop_duplicates(key)[[*key, "vehicle_id"]], on=key, how="left")
    heard_too = due[key].merge(heard[key].drop_duplicates(), on=key, how="left", indicator=True)
    found["verdict"] = "collected"
    found.loc[found["vehicle_id"].isna(), "verdict"] = "missed"
    open_ = found["vehicle_id"].isna() & (heard_too["_merge"] == "left_only")
    found.loc[open_, "verdict"] = "unverifiable"
    found["window_start"] = found["window_start"].map(pd.Timestamp.isoformat)
    return found.assign(confidence=0.9)


def _by_vehicle(fixes: geopandas.GeoDataFrame, world: Path) -> geopandas.GeoDataFrame:
    """Fixes of terminals by the vehicle that each was on."""
    worn = pd.read_csv(world / "vehicles.csv", dtype="str").rename(columns={"vehicle_id": "on"})
    both = fixes.reset_index().merge(worn, left_on="vehicle_id", right_on="device_id")
    day = both["time"].dt.strftime("%Y-%m-%d")
    held = (both["valid_from"].fillna("") <= day) & (day <= both["valid_to"].fillna("9999"))
    on = both[held].drop_duplicates("index").set_index("index")["on"]
    return fixes.assign(vehicle_id=on.reindex(fixes.index).fillna(fixes["vehicle_id"]))


def _due(schedule: pd.DataFrame, days: Sequence[datetime.date], zone: str) -> pd.DataFrame:
    """What the schedule asks for on some dates, without holidays and what changes in between."""
    due = schedule.merge(pd.DataFrame({"service_date": days}), how="cross")
    weekday = due["service_date"].map(lambda day: str(day.isoweekday()))
    due = due[[day in set_ for day, set_ in zip(weekday, due["weekdays"], strict=True)]]
    midnight = pd.to_datetime(due["service_date"]).dt.tz_localize(zone)
    start = pd.to_timedelta(due["window_start"] + ":00")
    end = pd.to_timedelta(due["window_end"] + ":00")
    end += pd.to_timedelta((end <= start).astype(int), unit="D")  # past midnight
    due = due.assign(window_start=midnight + start, window_end=midnight + end)
    columns = ["point_id", "service_date", "vehicle_id", "window_start", "window_end"]
    return due[columns].drop_duplicates(columns[:2] + columns[3:4])


if __name__ == "__main__":
    main()
