"""A feed in UTC, of a fleet whose terminals change trucks: each truck keeps its own mornings."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from routecheck.config import load_config
from routecheck.jobs.run import reconcile
from scene import ZONE
from village import POINTS, Village, day

NOW = pd.Timestamp("2026-03-20", tz="UTC")
DATES = [day(n) for n in range(3)]
MOVED = day(2)
TRUCKS = ("V1", "V2", "V3", "V4")


def truck_of(n: int, on) -> str:
    """Terminal n is on truck n; from the last date on, two have changed places."""
    return TRUCKS[{0: 1, 1: 0}.get(n, n) if on >= MOVED else n]


def test_a_terminal_that_moves_takes_nothing_of_its_old_truck_along(tmp_path: Path):
    village = Village(tmp_path, more='[vehicles]\npath = "vehicles.csv"\n')
    halves = {"V1": POINTS[:4], "V2": POINTS[4:], "V3": POINTS[:4], "V4": POINTS[4:]}
    (village.folder / "schedule.csv").write_text(
        "point_id,vehicle_id,weekdays,window_start,window_end\n"
        + "".join(
            f"{point},{truck},1234567,{'06:00,08:00' if truck < 'V3' else '08:30,10:00'}\n"
            for truck, its in halves.items()
            for point in its
        )
    )
    before = (MOVED - pd.Timedelta(days=1)).isoformat()
    (village.folder / "vehicles.csv").write_text(
        "device_id,vehicle_id,valid_from,valid_to\n"
        f"T0,V1,,{before}\nT0,V2,{MOVED},\nT1,V2,,{before}\nT1,V1,{MOVED},\nT2,V3,,\nT3,V4,,\n"
    )
    for on in DATES:
        for n in range(len(TRUCKS)):
            truck = truck_of(n, on)
            others = set(POINTS) - set(halves[truck])
            begins = "06:10" if truck < "V3" else "08:40"
            path = village.deliver(on, f"T{n}", skip=others, begins=begins)
            table = pd.read_csv(path)
            utc = pd.to_datetime(table["time"]).dt.tz_convert("UTC")
            # As platforms export it: without an offset, and read in the zone of the site.
            table = table.assign(time=utc.dt.strftime("%Y-%m-%d %H:%M:%S"))
            table.drop(columns="received_at").to_csv(path, index=False)
    report = reconcile(load_config(village.config), DATES, now=NOW)
    for entry in report.dates:
        pickups = entry.pickups
        assert set(pickups["verdict"]) == {"collected"}, entry.service_date
        assert pickups["vehicle_id"].tolist() == pickups["scheduled_vehicle_id"].tolist()
        local = pickups["arrived_at"].dt.tz_convert(str(ZONE))
        assert set(local.dt.date) == {entry.service_date}
