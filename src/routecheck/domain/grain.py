"""The grain of the fixes: to how many seconds and metres they are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Grain:
    """What is lost of the fixes of each vehicle; vehicles of which nothing is lost are left out.

    Attributes:
        time_s: by vehicle, to how many seconds its times are known once they are spread.
        mesh_m: by vehicle, width of the lattice that its positions lie on, east and north (m; 0:
            none).
        stamped_s: what times are dropped or rounded to, the widest (s; 0: seconds are there).
        time_files: the files with such times.
        mesh_files: the files with such positions.
    """

    time_s: Mapping[str, float] = field(default_factory=dict)
    mesh_m: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    stamped_s: float = 0.0
    time_files: tuple[str, ...] = ()
    mesh_files: tuple[str, ...] = ()

    def counts(self) -> dict[str, Any]:
        """Return what the ledger keeps of it: the key `grain`, where there is any."""
        found: dict[str, Any] = {}
        if self.time_s:
            found["times"] = {
                "vehicles": sorted(self.time_s),
                "seconds": self.stamped_s,
                "files": [*self.time_files],
            }
        if self.mesh_m:
            widest_m = round(max(max(mesh) for mesh in self.mesh_m.values()), 1)
            found["positions"] = {
                "vehicles": sorted(self.mesh_m), "metres": widest_m, "files": [*self.mesh_files]
            }  # fmt: skip
        return {"grain": found} if found else {}

    def half_mesh_m(self, vehicle: str) -> float:
        """How far a position of a vehicle may lie from where it seems to be, for its lattice."""
        return float(np.hypot(*self.mesh_m.get(vehicle, (0.0, 0.0))) / 2)
