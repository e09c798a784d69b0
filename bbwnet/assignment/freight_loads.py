"""What the chains of a commodity load: trucks between sites, trains between yards, barges and ships between ports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_legs import trucked_share
from bbwnet.choice.chain_choice import INLAND_MODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.freight_cargo import Cargo
    from bbwnet.assignment.freight_legs import Legs
    from bbwnet.assignment.freight_network import FreightNetwork
    from bbwnet.choice.chain_choice import ChainFlows

_ROAD, _RAIL, _WATER = range(len(INLAND_MODES))


@dataclass(frozen=True)
class CommodityLoads:
    """Tonnes a year of a commodity by leg, between s sites, y yards, r river ports, and at p sea ports."""

    trucked: NDArray[np.float64]
    """s x s: by truck, from site to site, gates not yet chosen."""
    rail: NDArray[np.float64]
    """y x y."""
    river: NDArray[np.float64]
    """r x r."""
    brought: dict[str, NDArray[np.float64]]
    """By mode (`road`, `rail`, `water`) tonnes brought to each sea port over land or river (p)."""
    taken: dict[str, NDArray[np.float64]]
    """By mode, tonnes taken away from each sea port (p)."""


class _Flows:
    """Tonnes from place to place, gathered and then summed in their order."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._pairs: list[NDArray[np.int64]] = []
        self._tonnes: list[NDArray[np.float64]] = []

    def add(self, start: NDArray[np.int64], end: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """Add tonnes from `start` to `end`."""
        self._pairs.append(start * self._count + end)
        self._tonnes.append(tonnes)

    def matrix(self) -> NDArray[np.float64]:
        """Tonnes from place to place."""
        size = self._count
        if not self._pairs:
            return np.zeros((size, size))
        pairs, tonnes = np.concatenate(self._pairs), np.concatenate(self._tonnes)
        return np.asarray(np.bincount(pairs, weights=tonnes, minlength=size * size), dtype=np.float64).reshape(size, size)


def commodity_loads(cargo: Cargo, freight: FreightNetwork, legs: Legs, flows: ChainFlows) -> CommodityLoads:
    """Load a commodity's flows by leg onto what carries them."""
    carriers = _Carriers(cargo, freight, legs)
    carriers.door_to_door(flows.direct)
    carriers.to_ports(flows.to_port)
    carriers.from_ports(flows.from_port)
    return CommodityLoads(
        carriers.trucks.matrix(),
        carriers.trains.matrix(),
        carriers.barges.matrix(),
        {mode: flows.to_port[place].sum(axis=0) for place, mode in enumerate(INLAND_MODES)},
        {mode: flows.from_port[place].sum(axis=1) for place, mode in enumerate(INLAND_MODES)},
    )


class _Carriers:
    """Trucks, trains and barges of a commodity as legs are put on them."""

    def __init__(self, cargo: Cargo, freight: FreightNetwork, legs: Legs) -> None:
        self._cargo, self._freight, self._legs = cargo, freight, legs
        self._ends, self._ports, self._yards, self._rivers = freight.end_site, freight.port_site, freight.yard_site, freight.river_site
        self.trucks, self.trains, self.barges = (_Flows(size) for size in (len(freight.sites), len(self._yards), len(self._rivers)))

    def door_to_door(self, direct: NDArray[np.float64]) -> None:
        """Flows by one mode between ends (3 x n x n)."""
        ends, legs = self._ends, self._legs
        start, end, tonnes = _listed(direct[_ROAD])
        self.trucks.add(ends[start], ends[end], tonnes)

        start, end, tonnes = _listed(direct[_RAIL])
        last = legs.rail_yard[start, end]
        self._to_yard(start, last, tonnes)
        self._by_truck(self._yards[last], ends[end], tonnes)

        start, end, tonnes = _listed(direct[_WATER])
        last = legs.river_port[start, end]
        self._to_river(start, last, tonnes)
        self._from_quay(last, end, tonnes)

    def to_ports(self, flow: NDArray[np.float64]) -> None:
        """Flows by mode from ends to sea ports (3 x n x p)."""
        start, port, tonnes = _listed(flow[_ROAD])
        self._by_truck(self._ends[start], self._ports[port], tonnes)

        start, port, tonnes = _listed(flow[_RAIL])
        last = self._legs.port_yard[start, port]
        self._to_yard(start, last, tonnes)
        self.trucks.add(self._yards[last], self._ports[port], tonnes * np.isinf(self._freight.dock_km[last, port]))

        start, port, tonnes = _listed(flow[_WATER])
        self._to_river(start, self._legs.port_river[port], tonnes)

    def from_ports(self, flow: NDArray[np.float64]) -> None:
        """Flows by mode from sea ports to ends (3 x p x n)."""
        port, end, tonnes = _listed(flow[_ROAD])
        self._by_truck(self._ports[port], self._ends[end], tonnes)

        port, end, tonnes = _listed(flow[_RAIL])
        first = self._legs.yard_of_port[port, end]
        self.trucks.add(self._ports[port], self._yards[first], tonnes * np.isinf(self._freight.dock_km[first, port]))
        self._from_yard(first, end, tonnes)

        port, end, tonnes = _listed(flow[_WATER])
        first = self._legs.port_river[port]
        last = self._legs.last_river[first, end]
        self.barges.add(first, last, tonnes)
        self._from_quay(last, end, tonnes)

    def _by_truck(self, start: NDArray[np.int64], end: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """By truck to or from a terminal, but for what has a siding or pipe."""
        self.trucks.add(start, end, tonnes * trucked_share(self._cargo, self._freight, self._freight.road.km[start, end]))

    def _to_yard(self, start: NDArray[np.int64], last: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """From an end by truck to its yard, and by train to the last yard."""
        first = self._legs.first_yard[start, last]
        self._by_truck(self._ends[start], self._yards[first], tonnes)
        self.trains.add(first, last, tonnes)

    def _from_yard(self, first: NDArray[np.int64], end: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """From a yard by train, and by truck to an end."""
        last = self._legs.last_yard[first, end]
        self.trains.add(first, last, tonnes)
        self._by_truck(self._yards[last], self._ends[end], tonnes)

    def _to_river(self, start: NDArray[np.int64], last: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """From an end by truck or train to a river port, and by barge to the last one."""
        port = self._legs.first_river[start, last]
        yard = self._legs.river_yard[start, port]
        truck, train = yard < 0, yard >= 0
        self._by_truck(self._ends[start[truck]], self._rivers[port[truck]], tonnes[truck])
        self._to_yard(start[train], yard[train], tonnes[train])
        off_track = np.isinf(self._freight.river_dock_km[yard[train], port[train]])
        self.trucks.add(self._yards[yard[train]], self._rivers[port[train]], tonnes[train] * off_track)
        self.barges.add(port, last, tonnes)

    def _from_quay(self, port: NDArray[np.int64], end: NDArray[np.int64], tonnes: NDArray[np.float64]) -> None:
        """From a river port by truck or train to an end."""
        yard = self._legs.yard_of_river[port, end]
        truck, train = yard < 0, yard >= 0
        self._by_truck(self._rivers[port[truck]], self._ends[end[truck]], tonnes[truck])
        off_track = np.isinf(self._freight.river_dock_km[yard[train], port[train]])
        self.trucks.add(self._rivers[port[train]], self._yards[yard[train]], tonnes[train] * off_track)
        self._from_yard(yard[train], end[train], tonnes[train])


def _listed(flow: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Rows, columns and tonnes where there are any."""
    rows, cols = np.nonzero(flow)
    return rows, cols, flow[rows, cols]
