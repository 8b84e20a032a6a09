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
    _terminals: dict[str, int] = field(default_factory=dict)
    """Numbers of terminals that the table names; `names` holds them too, as `code` does not."""
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
        return self._number(name, self._codes)

    def _number(self, name: str, known: dict[str, int]) -> int:
        if name not in known:
            known[name] = len(self.names)
            self.names.append(name)
        return known[name]

    def _mounted_as(self, devices: list[str]) -> list[str]:
        """Return devices as the table spells them: platforms pad their numbers with zeros."""
        if not self._mounted:
            return devices
        same = join_ids(self._mounted, devices, DEVICE).same
        self.joined.update(same)
        return [same.get(device, device) for device in devices]

    def codes(self, devices: list[str], which: Array) -> Array:
        """Return the number of each row's device: its vehicle's own, or of a terminal (`on`)."""
        devices = self._mounted_as(devices)
        known = [self._terminals if d in self._mounted else self._codes for d in devices]
        numbers = [self._number(d, its) for d, its in zip(devices, known, strict=True)]
        return np.array(numbers, np.int32)[which]

    def on(self, codes: Array, day: Ints) -> Array:
        """Return the number of the vehicle that each row's device was on that day, -1: none.

        Args:
            codes: from `codes`.
            day: local dates, in days since 1970.
        """
        if not self._terminals:
            return codes
        terminals = np.array(list(self._terminals.values()), np.int64)
        mounted = [self._mounted[device] for device in self._terminals]
        is_terminal = np.zeros(len(self.names), bool)
        is_terminal[terminals] = True
        found = np.where(is_terminal[codes], -1, codes)
        for k in range(max(map(len, mounted))):
            vehicle, first, last = np.tile(np.array([[-1], [1], [0]], np.int64), len(self.names))
            held = [spans[k] if k < len(spans) else (-1, 1, 0) for spans in mounted]
            vehicle[terminals], first[terminals], last[terminals] = np.array(held, np.int64).T
            holds = (day >= first[codes]) & (day <= last[codes])
            found = np.where(holds, vehicle[codes], found)
        return found.astype(np.int32)
