"""Who was due where on which day, and which vehicle worked that day and could be seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from routecheck.diagnosis import parameters as par
from routecheck.diagnosis.frame import Frame
from routecheck.diagnosis.keys import equal_pairs
from routecheck.diagnosis.stands import Stands, near_pairs
from routecheck.domain.arrays import Array, Bools, Ints, seconds
from routecheck.domain.settings import DiagnoseSettings


def _worked(history: pd.DataFrame, frame: Frame) -> Bools:
    """Vehicle by day: whether it drove about."""
    table = history[(history["kind"] == "track").to_numpy()]
    worked = np.zeros((frame.vehicles, frame.days), dtype=bool)
    drove = (table["spread_m"] >= par.WORKED_M).to_numpy()
    vehicle, day = frame.vehicle_codes(table["vehicle_id"]), frame.day_codes(table["service_date"])
    worked[vehicle[drove], day[drove]] = True
    return worked


@dataclass(frozen=True)
class DueDays:
    """One row a point, vehicle and day on which the vehicle worked; `due` that day or not."""

    point: Ints
    vehicle: Ints
    day: Ints
    due: Bools
    start_s: Array
    """When the first window begins, and the last ends, seconds since 1970."""
    end_s: Array
    windows: Ints
    """How many windows there are."""

    def due_only(self) -> DueDays:
        """The rows of days on which the point was due."""
        return self.take(np.flatnonzero(self.due))

    def take(self, rows: Ints) -> DueDays:
        """The rows with these numbers."""
        return DueDays(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    def meeting(self, vehicle: Ints, day: Ints) -> tuple[Ints, Ints]:
        """Pair rows of this table (i) with what else the vehicle did that day (j).

        Args:
            vehicle: of the rows to pair with.
            day: of the rows to pair with.
        """
        days = int(max(self.day.max(initial=0), day.max(initial=0))) + 1
        return equal_pairs(self.vehicle * days + self.day, vehicle * days + day)


def due_days_of(
    history: pd.DataFrame,
    pickups: pd.DataFrame,
    frame: Frame,
    stands: Stands,
    settings: DiagnoseSettings,
) -> DueDays:
    """Return which vehicles were due at which points, and where else they worked.

    Args:
        history: HISTORY.
        pickups: PICKUPS of the same dates.
        frame: codes.
        stands: where vehicles stood, which shows who did another's round.
        settings: how far a point may be from its record.
    """
    worked = _worked(history, frame)
    table = pd.DataFrame(
        {
            "point": frame.point_codes(pickups["point_id"]),
            "vehicle": frame.vehicle_codes(pickups["vehicle_id"]),
            "day": frame.day_codes(pickups["service_date"]),
            "start": seconds(pickups["window_start"]),
            "end": seconds(pickups["window_end"]),
        }
    )
    table = table[(table["point"] >= 0) & (table["day"] >= 0)]
    anyone = table["vehicle"] < 0
    if anyone.any():
        table = pd.concat(
            [table[~anyone], _by_anyone(table[anyone], frame, stands, settings)], ignore_index=True
        )
    table = pd.concat([table, _substitutes(table, frame, stands)], ignore_index=True)
    table = table[worked[table["vehicle"], table["day"]]]
    of_day = table.groupby(["point", "vehicle", "day"])
    due = of_day["start"].min().to_frame()
    due = due.assign(end=of_day["end"].max(), windows=of_day.size()).reset_index()
    # The days on which the vehicle worked and the point was not due: no vehicle should stop for it.
    pairs = due[["point", "vehicle"]].drop_duplicates()
    idle_row, idle_day = np.nonzero(worked[pairs["vehicle"].to_numpy()])
    idle = pairs.iloc[idle_row].assign(day=idle_day, start=0.0, end=0.0, windows=0)
    key = (due["point"] * frame.days + due["day"]).to_numpy()
    idle = idle[~np.isin((idle["point"] * frame.days + idle["day"]).to_numpy(), key)]
    both = pd.concat([due, idle], ignore_index=True)
    return DueDays(
        point=both["point"].to_numpy(dtype=np.int64),
        vehicle=both["vehicle"].to_numpy(dtype=np.int64),
        day=both["day"].to_numpy(dtype=np.int64),
        due=np.arange(len(both)) < len(due),
        start_s=both["start"].to_numpy(dtype=np.float64),
        end_s=both["end"].to_numpy(dtype=np.float64),
        windows=both["windows"].to_numpy(dtype=np.int64),
    )


def _by_anyone(
    table: pd.DataFrame, frame: Frame, stands: Stands, settings: DiagnoseSettings
) -> pd.DataFrame:
    """Where no vehicle is scheduled: those that stop within reach of the recorded place."""
    pairs: list[tuple[int, int]] = []
    for point in table["point"].unique().tolist():
        if not frame.located[point]:
            continue
        away = np.hypot(stands.x - frame.x[point], stands.y - frame.y[point])
        near = np.isin(stands.visit_stand, np.flatnonzero(away <= settings.reach_m))
        pairs += [(point, vehicle) for vehicle in np.unique(stands.visit_vehicle[near]).tolist()]
    by_pair = pd.DataFrame(pairs, columns=["point", "vehicle"], dtype=np.int64)
    return table.drop(columns="vehicle").merge(by_pair, on="point")


def _substitutes(table: pd.DataFrame, frame: Frame, stands: Stands) -> pd.DataFrame:
    """Rows for the vehicle that did another's round that day.

    It stood near at least half of the recorded places that the scheduled one had, of three at
    least, and of twice as many as the scheduled one itself.
    """
    located = table[frame.located[table["point"]]]
    if located.empty or not len(stands):
        return table.iloc[:0]
    points = np.unique(located["point"].to_numpy())
    nil = np.zeros(len(points), dtype=np.int64)
    i, j = near_pairs(
        frame.x[points], frame.y[points], nil,
        stands.x, stands.y, np.zeros(len(stands), dtype=np.int64),
        par.SUBSTITUTE_NEAR_M,
    )  # fmt: skip
    near = pd.DataFrame({"point": points[i], "stand": j})
    visits = pd.DataFrame(
        {"stand": stands.visit_stand, "by": stands.visit_vehicle, "day": stands.visit_day}
    ).drop_duplicates()
    stood = near.merge(visits, on="stand")[["point", "by", "day"]].drop_duplicates()
    due = located[["point", "vehicle", "day"]].drop_duplicates()
    size = due.groupby(["vehicle", "day"]).size().rename("size")
    met = due.merge(stood, on=["point", "day"])
    count = met.groupby(["vehicle", "day", "by"]).size().rename("count").reset_index()
    own = count[count["vehicle"] == count["by"]].set_index(["vehicle", "day"])["count"]
    count = count[count["vehicle"] != count["by"]].join(size, on=["vehicle", "day"])
    mine = pd.MultiIndex.from_frame(count[["vehicle", "day"]])
    own_count = own.reindex(mine).fillna(0).to_numpy()
    took = (count["count"] >= par.SUBSTITUTE_POINTS) & (
        count["count"] >= par.SUBSTITUTE_SHARE * count["size"]
    )
    took &= count["count"] >= par.SUBSTITUTE_TIMES * own_count
    substitutes = count.loc[took, ["vehicle", "day", "by"]]
    rows = table.merge(substitutes, on=["vehicle", "day"])
    return rows.assign(vehicle=rows["by"]).drop(columns="by")
