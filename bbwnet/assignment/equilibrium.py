"""What an assignment gives: volumes, times, how good the solution is, and the paths that carry it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bbwnet.assignment.path_lists import RoadPaths
    from bbwnet.assignment.road_demand import RoadDemand
    from bbwnet.assignment.road_links import RoadLinks

Algorithm = Literal["ue", "so", "aon", "sue"]
"""User equilibrium, system optimum, all-or-nothing at free flow, stochastic user equilibrium."""


@dataclass(frozen=True)
class UnassignedTrips:
    """Trips that no way takes: zones by their place in the demand, vehicles of the period."""

    class_name: str
    origin: int
    destination: int
    trips: float


@dataclass(frozen=True)
class Equilibrium:
    """A solution; arrays over links are in the order of `RoadLinks`, times in its unit."""

    links: RoadLinks
    demand: RoadDemand
    algorithm: Algorithm
    volume_pcu: NDArray[np.float64]
    """All classes together, and the preload of the links."""
    class_volume: NDArray[np.float64]
    """Vehicles (classes × links)."""
    time: NDArray[np.float64]
    """Time on each link at its volume."""
    objective: float
    """Beckmann's: sum over links of the integral of the time from the preload, which nobody chooses, up to preload and volume, and of the
    fixed costs of the classes, in pcu × time."""
    total_travel_time: float
    """Vehicles × time, of the trips alone."""
    total_cost: float
    """Vehicles × cost, fixed costs included."""
    relative_gap: float
    """Cost of all flows over that of the least-cost ways of all trips, minus 1 (over the former): excess / total, in pcu × cost, at
    marginal costs for the system optimum, which count what a vehicle adds to the time of the preload too. Stochastic: the sum of
    |new - old| volumes over the sum of volumes."""
    iterations: int
    seconds: float
    """Wall time of the solution, without compilation only if the kernels were compiled before."""
    converged: bool
    paths: RoadPaths | None
    """None for the stochastic equilibrium, which has no list of paths."""
    unassigned: tuple[UnassignedTrips, ...]
    """Trips between zones that no way joins; they load nothing."""
    intrazonal_trips: float
    """Vehicles that stay within their zone; they load nothing."""

    @property
    def unassigned_trips(self) -> float:
        """Vehicles that no way takes."""
        return math.fsum(item.trips for item in self.unassigned)

    def class_cost(self, place: int) -> NDArray[np.float64]:
        """What each link costs a class, by its place in the demand."""
        return self.time + self.demand.classes[place].fixed_cost(self.links)
