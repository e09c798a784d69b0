"""Trips by road: one matrix of zones for each class of vehicle, and what a class minds besides time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.road_links import RoadLinks

MOST_TRIPS = 1e12
"""More than these in all are a slip of the pen: all of mankind makes some 2e10 trips a day; powers of far larger volumes are no numbers."""
_SHOWN = 5
"""Faulty cells named in a message."""


@dataclass(frozen=True)
class RoadClass:
    """One class of vehicles; its cost of a link is time + toll_weight × toll + distance_weight × length + extra."""

    name: str
    trips: NDArray[np.float64]
    """Vehicles of the period (zones × zones); those within a zone are reported and load nothing."""
    pcu: float = 1.0
    """Passenger-car units of one vehicle."""
    toll_weight: float = 0.0
    """Time that one unit of money is worth: the inverse of the value of time."""
    distance_weight: float = 0.0
    """Time that one unit of length is worth."""
    extra: NDArray[np.float64] | None = None
    """Further cost of each link, in time, whatever its volume; `inf` closes the link to the class."""

    def fixed_cost(self, links: RoadLinks) -> NDArray[np.float64]:
        """What each link costs the class besides its time."""
        fixed = self.toll_weight * links.toll + self.distance_weight * links.length
        return fixed if self.extra is None else fixed + self.extra


@dataclass(frozen=True)
class RoadDemand:
    """Trips of all classes between zones."""

    zone_node: NDArray[np.int32]
    """Node of each zone, in the order of the matrices' rows and columns."""
    classes: tuple[RoadClass, ...]

    @classmethod
    def of_one_class(
        cls, zone_node: NDArray[np.int32], trips: NDArray[np.float64], *, toll_weight: float = 0.0, distance_weight: float = 0.0
    ) -> RoadDemand:
        """Trips of cars alone."""
        cars = RoadClass("car", trips, toll_weight=toll_weight, distance_weight=distance_weight)
        return cls(zone_node, (cars,))

    def intrazonal_trips(self) -> float:
        """Vehicles that stay within their zone, of all classes."""
        return math.fsum(value for item in self.classes for value in np.diagonal(item.trips).tolist())

    def check(self, links: RoadLinks) -> None:
        """Raise `InputError`, listing all that is wrong with zones and classes."""
        zones = len(self.zone_node)
        faults = []
        if not self.classes:
            faults.append("classes is empty, expected at least one")
        if zones and not (min(self.zone_node) >= 0 and max(self.zone_node) < links.node_count):
            faults.append(f"zone_node names nodes outside 0 to {links.node_count - 1}")
        if len(set(np.asarray(self.zone_node).tolist())) < zones:
            faults.append("zone_node names a node twice")
        if len({item.name for item in self.classes}) < len(self.classes):
            faults.append("two classes have the same name")
        for item in self.classes:
            faults.extend(f"class {item.name}: {fault}" for fault in _class_faults(item, zones, links))
        if faults:
            raise InputError("\n".join(faults))


def excess(trips: NDArray[np.float64]) -> tuple[str, str] | None:
    """What is wrong with trips that add up to more than `MOST_TRIPS`, and what is expected; none where they do not."""
    with np.errstate(over="ignore"):
        total = float(trips.sum())
    return (f"{total:g} trips in all", f"at most {MOST_TRIPS:g}") if total > MOST_TRIPS else None


def _class_faults(item: RoadClass, zones: int, links: RoadLinks) -> list[str]:
    faults = []
    if item.trips.shape != (zones, zones):
        faults.append(f"trips has shape {item.trips.shape}, expected {(zones, zones)}")
    else:
        wrong = np.argwhere(~(np.isfinite(item.trips) & (item.trips >= 0)))
        shown = ", ".join(f"[{row}, {column}] = {item.trips[row, column]:g}" for row, column in wrong[:_SHOWN].tolist())
        if not len(wrong) and (fault := excess(item.trips)):
            faults.append(f"{fault[0]}, expected {fault[1]}")
        if len(wrong):
            faults.append(f"{len(wrong)} trips are negative or no numbers: {shown}{', ...' if len(wrong) > _SHOWN else ''}")
    if not (math.isfinite(item.pcu) and item.pcu > 0):
        faults.append(f"pcu(={item.pcu}) must be > 0")
    faults.extend(
        f"{name}(={getattr(item, name)}) must be 0 or more"
        for name in ("toll_weight", "distance_weight")
        if not (math.isfinite(getattr(item, name)) and getattr(item, name) >= 0)
    )
    if item.extra is not None:
        if item.extra.shape != links.tail.shape:
            faults.append(f"extra has {len(item.extra)} values, expected {links.link_count}")
        elif not np.all(item.extra >= 0):
            faults.append("extra has values that are negative or no numbers")
    return faults
