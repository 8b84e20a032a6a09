"""A village of eight points along one road and two trucks: what happened is known to the metre.

V1 does the round every morning from six; V2 goes the same road at seven, only where it is told to.
Files are written here, a file a date and vehicle, as a feed delivers them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from scene import ZONE, degrees, drive, fixes, local

FIRST = date(2026, 3, 2)
POINTS = [f"P{n}" for n in range(1, 9)]
AT_M = {point: 500.0 * n for n, point in enumerate(POINTS, 1)}


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def morning(on: date, clock: str = "06:35") -> pd.Timestamp:
    """A moment of the local date."""
    return pd.Timestamp(f"{on} {clock}", tz=str(ZONE)).tz_convert("UTC")


class Village:
    """A site whose feed a test writes."""

    def __init__(self, folder: Path, *, more: str = "", url: str = "sqlite:///rc.db") -> None:
        self.folder = folder
        self.config = folder / "routecheck.toml"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("fixes", "alerts"):
            (folder / name).mkdir()
        (folder / "alerts" / "none.csv").write_text("alert_id,point_id,service_date,raised_at\n")
        places = {point: degrees(x, 0.0) for point, x in AT_M.items()}
        (folder / "points.csv").write_text(
            "point_id,name,township,lon,lat\n"
            + "".join(f"{p},Gate {p},North,{x:.7f},{y:.7f}\n" for p, (x, y) in places.items())
        )
        (folder / "schedule.csv").write_text(
            "point_id,vehicle_id,weekdays,window_start,window_end\n"
            + "".join(f"{p},V1,1234567,06:00,08:00\n" for p in POINTS)
        )
        self.config.write_text(
            '[site]\nname = "Village"\n[points]\npath = "points.csv"\n'
            '[schedule]\npath = "schedule.csv"\n[fixes]\npath = "fixes/*.csv"\n'
            f'[alerts]\npath = "alerts/*.csv"\n[store]\nurl = "{url}"\n{more}'
        )

    def deliver(
        self,
        on: date,
        vehicle: str = "V1",
        *,
        skip: Collection[str] = (),
        begins: str = "06:10",
        moved_m: Mapping[str, float] | None = None,
    ) -> Path:
        """The fixes of a vehicle on a date: it stands 60 s at every point, but for `skip`.

        Bins that were moved stand so far along the road.
        """
        legs: list[tuple[object, ...]] = [("stand", 120)]
        for point, x in (AT_M | dict(moved_m or {})).items():
            legs.append(("to", x, 8.0, 9.0))
            if point not in skip:
                legs.append(("stand", 60))
        legs += [("to", 5500.0, 0.0, 9.0), ("stand", 300), ("to", -900.0, 0.0, 12.0)]
        # Home again, and heard until eight: the windows are over within the data.
        legs.append(("stand", 5400))
        table = fixes(vehicle, local(begins, on), drive((-900.0, 0.0), legs, every_s=10.0))
        path = self.folder / "fixes" / f"{vehicle}_{on}.csv"
        columns = ["vehicle_id", "time", "lon", "lat", "speed_kmh", "received_at"]
        table[columns].to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")
        return path

    def alert(self, alert_id: str, point: str, on: date, clock: str = "12:30") -> None:
        path = self.folder / "alerts" / f"{alert_id}.csv"
        path.write_text(
            "alert_id,point_id,service_date,raised_at\n"
            f"{alert_id},{point},{on},{on}T{clock}:00+08:00\n"
        )
