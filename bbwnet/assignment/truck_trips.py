"""Trips of goods vehicles on a day, as freight hands them to the roads."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bbwnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

TRUCK_CLASSES: Final = ("light_truck", "heavy_truck")
"""Classes of goods vehicles on the roads, in the order of all arrays by class."""
_HOURS = 24


@dataclass(frozen=True)
class TruckTrips:
    """Goods vehicles of a mean day between n road nodes, empty ones included. Raises `InputError`, listing every fault."""

    nodes: tuple[str, ...]
    """Road nodes at which trucks set out and arrive, sorted, each once."""
    vehicles_day: Mapping[str, NDArray[np.float64]]
    """Vehicles a day from origin to destination (n x n), by class of `TRUCK_CLASSES`; a class may be missing: it has no trips."""
    hour_weights: NDArray[np.float64]
    """Weight of each hour of the day in which trucks set out (24), region's clock, not all zero."""

    def __post_init__(self) -> None:
        """Bring the arrays to their types and check them."""
        object.__setattr__(self, "nodes", tuple(self.nodes))
        found = {name: np.ascontiguousarray(values, dtype=np.float64) for name, values in self.vehicles_day.items()}
        object.__setattr__(self, "vehicles_day", found)
        object.__setattr__(self, "hour_weights", np.ascontiguousarray(self.hour_weights, dtype=np.float64))
        faults = [*self._faults()]
        if faults:
            raise InputError("\n".join(faults))

    @classmethod
    def none(cls) -> TruckTrips:
        """No trucks at all."""
        return cls((), {}, np.ones(_HOURS))

    @property
    def hour_shares(self) -> NDArray[np.float64]:
        """Share of the day's trips that set out in each hour (24)."""
        return np.asarray(self.hour_weights / self.hour_weights.sum())

    def of(self, name: str) -> NDArray[np.float64]:
        """Vehicles a day of a class (n x n); none where the class is missing."""
        count = len(self.nodes)
        return self.vehicles_day.get(name, np.zeros((count, count)))

    def total(self) -> float:
        """Vehicles of all classes that set out in a day."""
        return math.fsum(value for name in sorted(self.vehicles_day) for value in self.vehicles_day[name].ravel().tolist())

    def _faults(self) -> list[str]:
        faults, count = [], len(self.nodes)
        if list(self.nodes) != sorted(set(self.nodes)):
            faults.append("nodes must be sorted, each once")
        for name, values in sorted(self.vehicles_day.items()):
            if name not in TRUCK_CLASSES:
                faults.append(f"vehicles_day has class {name!r}, expected {' or '.join(TRUCK_CLASSES)}")
            elif values.shape != (count, count):
                faults.append(f"vehicles_day of {name} has shape {values.shape}, expected {(count, count)}")
            elif not np.all(np.isfinite(values) & (values >= 0)):
                faults.append(f"vehicles_day of {name} has values that are negative or no numbers")
        weights = self.hour_weights
        if weights.shape != (_HOURS,):
            faults.append(f"hour_weights has shape {weights.shape}, expected {(_HOURS,)}")
        elif not (np.all(np.isfinite(weights) & (weights >= 0)) and weights.sum() > 0):
            faults.append("hour_weights must be 0 or more, and not all 0")
        return faults
