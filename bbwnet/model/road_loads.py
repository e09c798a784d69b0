"""What the roads carry in each group of hours, and the drives that no way takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.demand import HOURS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.demand import Purpose


@dataclass(frozen=True)
class RoadLoads:
    """Cars on n arcs that cars can use, in g groups of hours."""

    link: tuple[str, ...]
    """Link of each arc."""
    backward: NDArray[np.bool_]
    """Whether the arc runs against its link's own direction."""
    from_node: tuple[str, ...]
    to_node: tuple[str, ...]
    mode: tuple[str, ...]
    """`highway`, `ferry` or `border`."""
    length_km: NDArray[np.float64]
    start_hours: tuple[int, ...]
    """Hour at which each group begins."""
    vehicles_h: NDArray[np.float64]
    """Cars in a mean hour of the group, by purpose (g x purposes x n)."""
    pcu_h: NDArray[np.float64]
    """Passenger-car units in a mean hour (g x n)."""
    capacity_pcu_h: NDArray[np.float64]
    """Of the arc's direction (n); not-a-number where it is not known."""
    free_s: NDArray[np.float64]
    seconds: NDArray[np.float64]
    """Of a car at its load (g x n)."""
    validated: NDArray[np.bool_]
    """Whether a traffic count of the link was held against its load (n): of none so far, no count has been read."""

    @property
    def hours(self) -> NDArray[np.float64]:
        """Hours of each group (g)."""
        found: NDArray[np.float64] = np.diff([*self.start_hours, HOURS]).astype(np.float64)
        return found

    @property
    def load(self) -> NDArray[np.float64]:
        """Load over capacity (g x n); not-a-number where capacity is not known."""
        return np.asarray(self.pcu_h / self.capacity_pcu_h)

    @property
    def vehicles_day(self) -> NDArray[np.float64]:
        """Cars of the day on each arc (n)."""
        return np.asarray(np.einsum("g,gpn->n", self.hours, self.vehicles_h))

    @property
    def vehicle_km(self) -> float:
        """Kilometres of all cars of the day on roads, not on board of ferries."""
        road = np.array([mode == "highway" for mode in self.mode], dtype=np.bool_)
        return math.fsum((self.vehicles_day * self.length_km)[road])

    @property
    def vehicle_h(self) -> float:
        """Hours of all cars of the day, ferries and borders included."""
        return math.fsum((np.einsum("g,gpn->gn", self.hours, self.vehicles_h) * self.seconds).ravel()) / 3600


@dataclass(frozen=True)
class LostDrives:
    """Drives that no way takes, such as the way home where one leads there only; they load nothing."""

    purpose: Purpose
    origin: str
    destination: str
    vehicles_day: float
