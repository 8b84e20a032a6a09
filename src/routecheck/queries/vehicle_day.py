"""A vehicle on a service date: its track, its stops, whom it served, what is believed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from routecheck.domain.codes import Verdict
from routecheck.domain.errors import MissingDataError
from routecheck.queries.devices import (
    LOOK_BACK,
    ClockState,
    FaultState,
    VehicleState,
    clock_states,
    fault_states,
    vehicle_days,
    vehicle_states,
)
from routecheck.store import Store
from routecheck.tracks.thinned import restored


@dataclass(frozen=True)
class VehicleDay:
    """A vehicle on a date.

    Attributes:
        vehicle_id: the vehicle.
        day: the date.
        track: `piece`, `time_s` (since local midnight), `lon`, `lat`: its thinned track, lines
            without gaps; empty where none is kept.
        stops: `start` (UTC), `stood_s`, `lon`, `lat`, in order of time.
        pickups: JUDGEMENTS that it made or was scheduled for, with `alerted`.
        figures: the row of `devices.vehicle_days`; None: it was neither heard nor scheduled.
        clocks: of its clock, on the last dates.
        faults: why it was not believed on the last dates, or what was put right.
        state: when it was last heard; None: never on the last dates.
    """

    vehicle_id: str
    day: date
    track: pd.DataFrame
    stops: pd.DataFrame
    pickups: pd.DataFrame
    figures: Mapping[str, Any] | None
    clocks: tuple[ClockState, ...]
    faults: tuple[FaultState, ...]
    state: VehicleState | None

    @property
    def served(self) -> pd.DataFrame:
        """The pickups that it made."""
        mine = (self.pickups["vehicle_id"] == self.vehicle_id).to_numpy()
        return self.pickups[mine & (self.pickups["verdict"] == Verdict.COLLECTED).to_numpy()]

    @property
    def others(self) -> pd.DataFrame:
        """The pickups that it was scheduled for and did not make."""
        return self.pickups.drop(index=self.served.index)

    def gaps(self) -> list[tuple[int, int]]:
        """Return the spans between the pieces of its track, seconds since local midnight."""
        ends = self.track.groupby("piece", sort=True)["time_s"].agg(["min", "max"])
        first, last = ends["min"].to_numpy()[1:], ends["max"].to_numpy()[:-1]
        return [(int(a), int(b)) for a, b in zip(last, first, strict=True) if b > a]


def read_vehicle_day(
    store: Store, vehicle_id: str, day: date, dates: Sequence[date], entry: Mapping[str, Any]
) -> VehicleDay:
    """Read a vehicle's day.

    Args:
        store: open; only read.
        vehicle_id: the vehicle.
        day: the service date.
        dates: those that were judged, in order.
        entry: the ledger's entry of the date.

    Raises:
        MissingDataError: the vehicle was neither heard nor scheduled on the last dates.
    """
    recent = [one for one in dates if one <= day][-LOOK_BACK:]
    entries = {one: store.date_entry(one) for one in recent}
    counts = {one: (found or {}).get("counts") or {} for one, found in entries.items()}
    pickups = store.read_pickups_by(day, vehicle_id)
    history = store.evidence("history", day, day).get(day)
    table = vehicle_days(pickups, entry["counts"] or {}, history)
    mine = table[(table["vehicle_id"] == vehicle_id).to_numpy()]
    figures = None if mine.empty else dict(zip(mine.columns, mine.iloc[0].tolist(), strict=True))
    state = next((one for one in vehicle_states(counts) if one.vehicle_id == vehicle_id), None)
    if figures is None and state is None:
        raise MissingDataError("desk.no_vehicle", vehicle=vehicle_id[:60])
    return VehicleDay(
        vehicle_id=vehicle_id,
        day=day,
        track=_track(store.evidence("tracks", day, day).get(day), vehicle_id),
        stops=_stops(history, vehicle_id),
        pickups=pickups,
        figures=figures,
        clocks=tuple(one for one in clock_states(counts) if one.vehicle_id in ("", vehicle_id)),
        faults=tuple(one for one in fault_states(counts) if one.vehicle_id == vehicle_id),
        state=state,
    )


def _track(kept: pd.DataFrame | None, vehicle_id: str) -> pd.DataFrame:
    if kept is None:
        return pd.DataFrame({name: np.zeros(0) for name in ("piece", "time_s", "lon", "lat")})
    whole = restored(kept)
    mine = whole[(whole["vehicle_id"] == vehicle_id).to_numpy()]
    return pd.DataFrame(
        {
            "piece": mine["piece"].to_numpy(),
            "time_s": mine["time_s"].to_numpy(),
            "lon": mine["lon_e5"].to_numpy() * 1e-5,
            "lat": mine["lat_e5"].to_numpy() * 1e-5,
        }
    )


def _stops(history: pd.DataFrame | None, vehicle_id: str) -> pd.DataFrame:
    names = ["start", "stood_s", "lon", "lat"]
    if history is None:
        return pd.DataFrame({name: [] for name in names})
    mine = (history["kind"] == "stop") & (history["vehicle_id"] == vehicle_id)
    return history.loc[mine.to_numpy(), names].sort_values("start", ignore_index=True)
