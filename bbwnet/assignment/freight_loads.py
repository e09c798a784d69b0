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
    ends, ports, yards, rivers = freight.end_site, freight.port_site, freight.yard_site, freight.river_site
    trucks, trains, barges = (_Flows(size) for size in (len(freight.sites), len(yards), len(rivers)))

    def by_truck(start: NDArray[np.int64], end: NDArray[np.int64], amount: NDArray[np.float64]) -> None:
        trucks.add(start, end, amount * trucked_share(cargo, freight, freight.road.km[start, end]))

    start, end, tonnes = _listed(flows.direct[_ROAD])
    trucks.add(ends[start], ends[end], tonnes)

    start, end, tonnes = _listed(flows.direct[_RAIL])
    last = legs.rail_yard[start, end]
    first = legs.first_yard[start, last]
    by_truck(ends[start], yards[first], tonnes)
    trains.add(first, last, tonnes)
    by_truck(yards[last], ends[end], tonnes)

    start, end, tonnes = _listed(flows.direct[_WATER])
    last = legs.river_port[start, end]
    first = legs.first_river[start, last]
    by_truck(ends[start], rivers[first], tonnes)
    barges.add(first, last, tonnes)
    by_truck(rivers[last], ends[end], tonnes)

    start, port, tonnes = _listed(flows.to_port[_ROAD])
    by_truck(ends[start], ports[port], tonnes)

    start, port, tonnes = _listed(flows.to_port[_RAIL])
    last = legs.port_yard[start, port]
    first = legs.first_yard[start, last]
    by_truck(ends[start], yards[first], tonnes)
    trains.add(first, last, tonnes)
    trucks.add(yards[last], ports[port], np.where(legs.docked[last, port], 0.0, tonnes))

    start, port, tonnes = _listed(flows.to_port[_WATER])
    last = legs.port_river[port]
    first = legs.first_river[start, last]
    by_truck(ends[start], rivers[first], tonnes)
    barges.add(first, last, tonnes)

    port, end, tonnes = _listed(flows.from_port[_ROAD])
    by_truck(ports[port], ends[end], tonnes)

    port, end, tonnes = _listed(flows.from_port[_RAIL])
    first = legs.yard_of_port[port, end]
    last = legs.last_yard[first, end]
    trucks.add(ports[port], yards[first], np.where(legs.docked[first, port], 0.0, tonnes))
    trains.add(first, last, tonnes)
    by_truck(yards[last], ends[end], tonnes)

    port, end, tonnes = _listed(flows.from_port[_WATER])
    first = legs.port_river[port]
    last = legs.last_river[first, end]
    barges.add(first, last, tonnes)
    by_truck(rivers[last], ends[end], tonnes)
    return CommodityLoads(
        trucks.matrix(),
        trains.matrix(),
        barges.matrix(),
        {mode: flows.to_port[place].sum(axis=0) for place, mode in enumerate(INLAND_MODES)},
        {mode: flows.from_port[place].sum(axis=1) for place, mode in enumerate(INLAND_MODES)},
    )


def _listed(flow: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Rows, columns and tonnes where there are any."""
    rows, cols = np.nonzero(flow)
    return rows, cols, flow[rows, cols]
