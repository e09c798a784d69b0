"""What the model says of measured quantities: persons at terminals, persons and vehicles over the edge of a side, a year of mean days."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.demand.productions import DAYS_A_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.assignment.truck_trips import TruckTrips
    from bbwnet.network.network import Network
    from bbwnet.routing.journey_set import JourneySet
    from bbwnet.scenario.schema.measures import Measure

_CAR = ALTERNATIVES.index(("car", False))
_AIR = np.array([mode == "air" for mode, _ in ALTERNATIVES])


@dataclass(frozen=True)
class Travelled:
    """Trips of a mean day, all purposes, and the journeys that carry them."""

    names: tuple[str, ...]
    """Places (n), sorted."""
    trips: NDArray[np.float64]
    """n x n x k: one-way trips by alternative, in the direction travelled."""
    journeys: JourneySet
    riders: NDArray[np.float64]
    """Persons on each journey."""
    persons_per_car: float
    trucks: TruckTrips | None = None
    """`None`: freight is not known."""


class Sides:
    """Which places and nodes lie on the side of a measure, and where nodes are among the stops."""

    def __init__(self, network: Network, names: tuple[str, ...]) -> None:
        """Take the places that trips begin and end at."""
        self._network, self.names = network, names

    def node(self, name: str) -> int:
        """Row of a node; -1 where the network has none."""
        return int(self._network.node_index.get(name, -1))

    def ends(self, link: str) -> set[str]:
        """The nodes that a link joins."""
        record = self._network.assembly.links[link]
        return {record.from_, record.to}

    def inside(self, measure: Measure, names: tuple[str, ...] | None = None) -> NDArray[np.bool_]:
        """Which names (by default the places of trips) lie on the side of a measure; nodes lie where their place does."""
        places, nodes = self._network.assembly.places, self._network.assembly.nodes

        def held(name: str) -> bool:
            node = nodes.get(name)
            place = places.get(name) or (places.get(node.place) if node is not None and node.place else None)
            return place is not None and (place.id in measure.places or place.city in measure.cities)

        return np.array([held(name) for name in (self.names if names is None else names)], dtype=np.bool_)


def modelled_total(measure: Measure, travelled: Travelled, sides: Sides) -> float | None:
    """Persons, vehicles, t or TEU a year of one measure; `None` where what it counts is not known: vehicles without a freight model."""
    day: float | None = None
    if measure.quantity == "airport_passengers":
        day = math.fsum(_ways_to(node, travelled) + _at_stop(node, travelled, sides, "air", (True, True)) for node in measure.nodes)
    elif measure.quantity == "boardings":
        day = math.fsum(_at_stop(node, travelled, sides, "rail", (True, False)) for node in measure.nodes)
    elif measure.quantity == "crossing_persons":
        crews = 0.0 if travelled.trucks is None else measure.persons_per_truck * _trucks(measure, travelled.trucks, sides)
        day = _persons(measure, travelled, sides) + crews
    elif measure.quantity == "crossing_vehicles" and travelled.trucks is not None:
        cars = _persons(measure, travelled, sides, alternative=_CAR) / travelled.persons_per_car
        day = cars + _trucks(measure, travelled.trucks, sides)
    return None if day is None else DAYS_A_YEAR * day


def _ways_to(node: str, travelled: Travelled) -> float:
    """Who comes over land to an airport that trips end at, and who goes home from there."""
    if node not in travelled.names:
        return 0.0
    row = travelled.names.index(node)
    return float(travelled.trips[row].sum() + travelled.trips[:, row].sum())


def _at_stop(node: str, travelled: Travelled, sides: Sides, mode: str, sums: tuple[bool, bool]) -> float:
    """Who boards, or leaves, vehicles of a mode at a stop, as asked for."""
    journeys = travelled.journeys
    riders = np.repeat(travelled.riders, journeys.rides)
    patterns = np.array([pattern.mode == mode for pattern in journeys.trips.patterns], dtype=np.bool_)
    of_mode = patterns[journeys.trips.pattern[journeys.ride_trip]] if len(riders) else np.zeros(0, dtype=np.bool_)
    row = sides.node(node)
    calls = (journeys.ride_from, journeys.ride_to)
    return math.fsum(
        float(riders[of_mode & (journeys.trips.stop[call] == row)].sum()) for call, asked in zip(calls, sums, strict=True) if asked
    )


def _persons(measure: Measure, travelled: Travelled, sides: Sides, alternative: int | None = None) -> float:
    """Who crosses over land or sea in a day, both ways, by one alternative or all but flights."""
    inside = sides.inside(measure)
    trips = travelled.trips[inside[:, None] ^ inside[None, :]]
    return float(trips[:, ~_AIR].sum() if alternative is None else trips[:, alternative].sum())


def _trucks(measure: Measure, trucks: TruckTrips, sides: Sides) -> float:
    """Goods vehicles that cross in a day, both ways."""
    inside = sides.inside(measure, trucks.nodes)
    crossing = inside[:, None] ^ inside[None, :]
    return math.fsum(float(trucks.vehicles_day[name][crossing].sum()) for name in sorted(trucks.vehicles_day))


def freight_total(measure: Measure, freight: FreightFlows, sides: Sides) -> float | None:
    """Tonnes, TEU or trucks a year of one measure of freight; `None` for other measures.

    Vehicles of the strait count in the tonnes of ports as far as the measure says so.
    """
    nodes = list(measure.nodes)
    if measure.quantity in ("port_tonnes", "port_teu"):
        terminals = freight.terminals[freight.terminals["node"].isin(nodes)]
        if measure.quantity == "port_teu":
            return math.fsum(terminals["teu_year"])
        roro = measure.roro_tonnes * DAYS_A_YEAR * _trucks(measure, freight.truck_trips, sides) if measure.roro_tonnes else 0.0
        return math.fsum([*terminals["loaded_tonnes_year"], *terminals["unloaded_tonnes_year"], roro])
    if measure.quantity == "lock_tonnes":
        locks = freight.locks[freight.locks["node"].isin(nodes)]
        return math.fsum([*locks["forward_tonnes_year"], *locks["backward_tonnes_year"]])
    if measure.quantity == "border_trucks":
        road = freight.borders[freight.borders["kind"] == "road"]
        vehicles = zip(road["link"], road["vehicles_day"], strict=True)
        return DAYS_A_YEAR * math.fsum(float(day) for link, day in vehicles if sides.ends(str(link)) & set(nodes))
    return None
