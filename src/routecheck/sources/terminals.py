"""Names of vehicles by number, and which terminal was on which of them when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from routecheck.registry.ids import DEVICE, join_ids
from routecheck.sources.rejected_rows import Ints
from routecheck.sources.time_values import as_days

Array = npt.NDArray[Any]


@dataclass
class Vehicles:
    """Names of vehicles by number, and which terminal was on which of them.

    A terminal that the table does not name is its own vehicle. One that it names for other dates
    only was on no vehicle: its fixes are rejected as `no_vehicle`, because counting them for any
    vehicle would be a guess.
    """

    names: list[str] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)
    """Terminals that the files spell otherwise than the table, with its spelling."""
    _codes: dict[str, int] = field(default_factory=dict)
    _mounted: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pd.DataFrame | None) -> Vehicles:
        """Return the vehicles of a table VEHICLES."""
        vehicles = cls()
        if table is not None:
            names = ["device_id", "vehicle_id", "valid_from", "valid_to"]
            for device, vehicle, first, last in table[names].itertuples(index=False):
                days = (
                    vehicles.code(vehicle),
                    -(1 << 30) if pd.isna(first) else as_days(first),
                    1 << 30 if pd.isna(last) else as_days(last),
                )
                vehicles._mounted.setdefault(device, []).append(days)
        return vehicles

    def code(self, name: str) -> int:
        """Return the number of a vehicle."""
        if name not in self._codes:
            self._codes[name] = len(self.names)
            self.names.append(name)
        return self._codes[name]

    def _mounted_as(self, devices: list[str]) -> list[str]:
        """Return devices as the table spells them: platforms pad their numbers with zeros."""
        if not self._mounted:
            return devices
        same = join_ids(self._mounted, devices, DEVICE).same
        self.joined.update(same)
        return [same.get(device, device) for device in devices]

    def codes(self, devices: list[str], which: Array, day: Ints) -> Array:
        """Return the number of the vehicle that each row's device was on that day, -1: none."""
        devices = self._mounted_as(devices)
        width = max((len(self._mounted.get(device, ())) for device in devices), default=0)
        own = [-1 if d in self._mounted else self.code(d) for d in devices]
        found = np.array(own, np.int32)[which]
        for k in range(width):
            held = [self._mounted.get(d, [])[k : k + 1] or [(-1, 1, 0)] for d in devices]
            vehicle, first, last = np.array([h[0] for h in held], np.int64).T
            on = (day >= first[which]) & (day <= last[which])
            found = np.where(on, vehicle[which], found)
        return found.astype(np.int32)
