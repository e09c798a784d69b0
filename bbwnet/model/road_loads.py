"""What the roads carry in each group of hours by class of vehicle, and the drives that no way takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.demand import HOURS, PURPOSES

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class RoadLoads:
    """Vehicles of c classes on n arcs that cars or trucks can use, in g groups of hours."""

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
    zones: tuple[str, ...]
    """Nodes between which the equilibria have trips: the places of the passenger model first, then where only trucks set out or arrive."""
    classes: tuple[str, ...]
    """Cars by purpose in the order of `PURPOSES`, then trucks in the order of `TRUCK_CLASSES`, `coach` last."""
    pcu: tuple[float, ...]
    """Passenger-car units of a vehicle of each class."""
    vehicles_h: NDArray[np.float64]
    """Vehicles in a mean hour of the group, by class (g x c x n); cars and trucks in the hours in which they set out, coaches in those in
    which they pass."""
    pcu_h: NDArray[np.float64]
    """Passenger-car units of all classes in a mean hour (g x n)."""
    capacity_pcu_h: NDArray[np.float64]
    """Of the arc's direction (n); not-a-number where it is not known."""
    free_s: NDArray[np.float64]
    seconds: NDArray[np.float64]
    """Of a car at its load (g x n); of a truck on crossings that cars may not pass."""
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
        """Cars of the day on each arc (n), of all purposes."""
        return self.vehicles_day_of(*PURPOSES)

    def vehicles_day_of(self, *classes: str) -> NDArray[np.float64]:
        """Vehicles of some classes together on each arc in a day (n); raises `ValueError` for a class that is not there."""
        rows = [self.classes.index(name) for name in classes]
        return np.asarray(np.einsum("g,gcn->n", self.hours, self.vehicles_h[:, rows]))

    def km_of(self, *classes: str) -> float:
        """Kilometres of the vehicles of some classes in a day on roads, not on board of ferries."""
        road = np.array([mode == "highway" for mode in self.mode], dtype=np.bool_)
        return math.fsum((self.vehicles_day_of(*classes) * self.length_km)[road])

    @property
    def vehicle_km(self) -> float:
        """Kilometres of all cars of the day on roads, not on board of ferries."""
        return self.km_of(*PURPOSES)

    @property
    def vehicle_h(self) -> float:
        """Hours of all cars of the day, ferries and borders included."""
        cars = self.vehicles_h[:, [self.classes.index(purpose) for purpose in PURPOSES]]
        return math.fsum((np.einsum("g,gcn->gn", self.hours, cars) * self.seconds).ravel()) / 3600


@dataclass(frozen=True)
class LostDrives:
    """Drives that no way takes, such as the way home where one leads there only; they load nothing."""

    purpose: str
    """Purpose of cars, or class of trucks."""
    origin: str
    destination: str
    vehicles_day: float
