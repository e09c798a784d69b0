"""Freight in balance with its own waits: chains are chosen, loads add hours at ports, locks, gates and lines, and chains are chosen again.

Extra hours are a (load / capacity)^p up to a longest wait, for demand beyond capacity has no mean wait. Each round moves the loads part of
the way to those that the costs at hand bring about; the part shrinks when a round goes astray (method of successive averages with a step of
its own: Liu, He and He 2009). The gap is the sum of what loads over capacity would still change, over their sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_hauls import TruckPrices, beyond_borders, lands, truck_hauls
from bbwnet.assignment.freight_legs import legs_of
from bbwnet.assignment.freight_loads import commodity_loads
from bbwnet.choice.chain_choice import ChainChoice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_cargo import Cargo
    from bbwnet.assignment.freight_hauls import TruckHauls
    from bbwnet.assignment.freight_legs import Legs
    from bbwnet.assignment.freight_loads import CommodityLoads
    from bbwnet.assignment.freight_network import FreightNetwork
    from bbwnet.assignment.freight_vessels import VesselWays
    from bbwnet.assignment.freight_ways import ModeWays
    from bbwnet.choice.chain_choice import ChainFlows

DAYS = 365.0
_FIRST_STEP, _SMALLEST, _LARGEST, _SMALLER, _LARGER = 0.4, 0.02, 1.0, 0.7, 1.1


@dataclass(frozen=True)
class Loads:
    """Load over capacity of terminals (t), locks (k), links of gates (g), and arcs of goods lines (a); 0 where no capacity is known."""

    terminals: NDArray[np.float64]
    locks: NDArray[np.float64]
    gates: NDArray[np.float64]
    rail: NDArray[np.float64]

    def vector(self) -> NDArray[np.float64]:
        """All of them in a row."""
        return np.concatenate([self.terminals, self.locks, self.gates, self.rail])

    def fits(self, freight: FreightNetwork) -> bool:
        """Whether the loads are of such a network, by the numbers of what has a capacity."""
        empty = empty_loads(freight)
        return [len(part) for part in self.parts()] == [len(part) for part in empty.parts()]

    def placed(self, vector: NDArray[np.float64]) -> Loads:
        """Loads from a row of them."""
        bounds = np.cumsum([len(part) for part in self.parts()])[:-1]
        return Loads(*np.split(vector, bounds))

    def parts(self) -> tuple[NDArray[np.float64], ...]:
        """The arrays, in their order."""
        return self.terminals, self.locks, self.gates, self.rail


@dataclass(frozen=True)
class Moved:
    """One commodity as it moves."""

    cargo: Cargo
    hauls: TruckHauls
    legs: Legs
    choice: ChainChoice
    flows: ChainFlows
    loads: CommodityLoads


@dataclass(frozen=True)
class Balance:
    """Freight that fits its own waits."""

    moved: tuple[Moved, ...]
    rail: ModeWays
    river: VesselWays
    loads: Loads
    """That the costs were taken at."""
    outcome: Loads
    """That the flows bring about."""
    gap: float
    rounds: int
    converged: bool


@dataclass(frozen=True)
class FreightSolution:
    """A balance with what it was found on."""

    freight: FreightNetwork
    tonnes_year: NDArray[np.float64]
    """c x n x n: demand."""
    balance: Balance


def empty_loads(freight: FreightNetwork) -> Loads:
    """Nothing anywhere."""
    return Loads(
        np.zeros(len(freight.ports.terminals)),
        np.zeros(len(freight.locks.nodes)),
        np.zeros(freight.gates.pair_count),
        np.zeros(len(freight.rail.arcs.tail)),
    )


def freight_balance(
    freight: FreightNetwork, cargoes: Sequence[Cargo], tonnes_year: NDArray[np.float64], start: Loads | None = None
) -> Balance:
    """Balance the freight of a year (c x n x n, in the order of `cargoes`), from loads to `start` with."""
    capacity = freight.network.settings.freight_chains.capacity
    at = empty_loads(freight) if start is None else start
    land = lands(freight.road)
    steps, gap, before = np.full(len(at.vector()), _FIRST_STEP), np.inf, np.zeros(len(at.vector()))
    for number in range(1, capacity.rounds + 1):
        moved, rail, river = _moved(freight, cargoes, tonnes_year, at, land)
        outcome = _outcome(freight, moved, rail, river)
        new, old = outcome.vector(), at.vector()
        total = float(np.abs(new).sum())
        gap = float(np.abs(new - old).sum()) / total if total > 0 else 0.0
        if gap <= capacity.gap or number == capacity.rounds:
            break
        change = new - old
        steps = np.clip(np.where(change * before < 0, steps * _SMALLER, steps * _LARGER), _SMALLEST, _LARGEST)
        before = change
        at = at.placed(old + steps * change)
    # The same once more, with the figures that the choice does not ask for.
    moved, rail, river = _moved(freight, cargoes, tonnes_year, at, land, whole=True)
    return Balance(moved, rail, river, at, outcome, gap, number, gap <= capacity.gap)


def expected_costs(freight: FreightNetwork, cargoes: Sequence[Cargo], at: Loads | None = None) -> NDArray[np.float64]:
    """Expected least generalised cost of each commodity between ends (c x n x n), CNY/t: infinite where no chain leads, 0 within ends."""
    every = np.ones((len(cargoes), len(freight.ends), len(freight.ends)))
    moved, _, _ = _moved(freight, cargoes, every, empty_loads(freight) if at is None else at, lands(freight.road))
    costs = np.stack([own.flows.expected_cost for own in moved])
    np.einsum("cii->ci", costs)[:] = 0.0
    return costs


def extra_hours(freight: FreightNetwork, loads: Loads) -> Loads:
    """Hours that loads add at each terminal, lock, link of a gate, and arc of a goods line; nowhere more than the longest wait."""
    capacity = freight.network.settings.freight_chains.capacity
    at_gates = np.array([capacity.ferry_wait_h if kind == "ferry" else capacity.border_wait_h for kind in _pair_kinds(freight)])
    power, most = capacity.wait_power, capacity.longest_wait_h
    return Loads(
        np.minimum(capacity.port_wait_h * loads.terminals**power, capacity.longest_port_wait_h),
        np.minimum(capacity.lock_wait_h * loads.locks**power, most),
        np.minimum(at_gates * loads.gates**power, most),
        np.minimum(capacity.rail_factor * freight.rail.arcs.hours * loads.rail**power, most),
    )


def _pair_kinds(freight: FreightNetwork) -> list[str]:
    kinds = [""] * freight.gates.pair_count
    for pair, kind in zip(freight.gates.pair.tolist(), freight.gates.kinds, strict=True):
        kinds[pair] = kind
    return kinds


def port_waits(freight: FreightNetwork, commodity: str, terminal_h: NDArray[np.float64]) -> NDArray[np.float64]:
    """Extra hours of a commodity at each port (p): those of its terminals by the share that each takes."""
    ports = freight.ports
    share = ports.share[ports.commodities.index(commodity)]
    return np.asarray(np.bincount(ports.terminal_port, weights=share * terminal_h, minlength=len(ports.names)), dtype=np.float64)


def _moved(
    freight: FreightNetwork,
    cargoes: Sequence[Cargo],
    tonnes_year: NDArray[np.float64],
    at: Loads,
    land: NDArray[np.int64],
    *,
    whole: bool = False,
) -> tuple[tuple[Moved, ...], ModeWays, VesselWays]:
    """Choose chains at the waits of loads, and load them."""
    chains = freight.network.settings.freight_chains
    extra = extra_hours(freight, at)
    rail, river = freight.rail.ways(extra.rail, chains.capacity.waiting_cny_t_h), freight.river.delayed(extra.locks)
    prices = TruckPrices(chains.road.cny_km, chains.road.cny_h)
    barred = np.zeros((len(freight.ends), len(freight.ports.names)), dtype=bool)
    if not chains.choice.foreign_transit:
        barred = beyond_borders(freight, land)
    moved = []
    for cargo, tonnes in zip(cargoes, tonnes_year, strict=True):
        hauls = truck_hauls(cargo, freight.road, land, freight.gates, extra.gates[freight.gates.pair], prices, whole=whole)
        legs = legs_of(cargo, freight, hauls, rail, river, port_waits(freight, cargo.commodity, extra.terminals), barred)
        choice = ChainChoice(legs.costs(), cargo.scales)
        flows = choice.flows(tonnes)
        moved.append(Moved(cargo, hauls, legs, choice, flows, commodity_loads(cargo, freight, legs, flows)))
    return tuple(moved), rail, river


def _outcome(freight: FreightNetwork, moved: Sequence[Moved], rail: ModeWays, river: VesselWays) -> Loads:
    """Loads over capacity that flows bring about."""
    haul = freight.network.settings.freight_chains.rail
    trains = rail.loads(sum_of(own.loads.rail for own in moved)[:, :, None])[:, 0] / haul.tonnes_per_train / DAYS
    return Loads(
        _ratio(terminal_loads(freight, moved), freight.ports.capacity),
        _ratio(lock_tonnes(freight, moved, river).max(axis=0, initial=0.0), freight.locks.capacity),
        _ratio(gate_vehicles(freight, moved), pair_capacity(freight)),
        _ratio(both_ways(freight, trains), freight.rail.capacity_day),
    )


def sum_of(parts: Iterable[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Sum of arrays in their order."""
    return np.asarray(np.sum(np.stack(list(parts)), axis=0))


def _ratio(load: NDArray[np.float64], capacity: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(capacity) & (capacity > 0)
    return np.where(known, load / np.where(known, capacity, 1.0), 0.0)


def both_ways(freight: FreightNetwork, trains: NDArray[np.float64]) -> NDArray[np.float64]:
    """Trains a day over each arc of the goods lines: as many as in the busier direction of its link, for wagons come back."""
    link = freight.rail.arcs.link
    busiest = np.zeros(int(link.max(initial=-1)) + 1)
    np.maximum.at(busiest, link, trains)
    return np.asarray(busiest[link])


def terminal_loads(freight: FreightNetwork, moved: Sequence[Moved]) -> NDArray[np.float64]:
    """Tonnes a year that each terminal loads and unloads, or TEU where its capacity is in TEU (t)."""
    ports = freight.ports
    total = np.zeros(len(ports.terminals))
    for own in moved:
        handled = own.flows.sea.sum(axis=1) + own.flows.sea.sum(axis=0)
        share = ports.share[ports.commodities.index(own.cargo.commodity)]
        per_unit = np.where(ports.in_teu, own.cargo.tonnes_per_teu or np.inf, 1.0)
        total += share * handled[ports.terminal_port] / per_unit
    return total


def lock_tonnes(freight: FreightNetwork, moved: Sequence[Moved], river: VesselWays) -> NDArray[np.float64]:
    """Tonnes a year through each lock, along and against its links (2 x k)."""
    total = np.zeros((2, len(freight.locks.nodes)))
    for size, (way, lock) in enumerate(zip(river.ways, river.lock_of, strict=True)):
        flow = sum_of(np.where(own.legs.river_size == size, own.loads.river, 0.0) for own in moved)
        if not flow.any():
            continue
        load = way.loads(flow[:, :, None])[:, 0]
        for turned in (0, 1):
            at = (lock >= 0) & (way.arcs.backward == bool(turned))
            total[turned] += np.bincount(lock[at], weights=load[at], minlength=total.shape[1])
    return total


def gate_tonnes(freight: FreightNetwork, moved: Sequence[Moved]) -> NDArray[np.float64]:
    """Tonnes a year by commodity through each directed gate (c x g)."""
    return np.stack([own.hauls.legs(own.loads.trucked, freight.gates)[1] for own in moved])


def gate_vehicles(freight: FreightNetwork, moved: Sequence[Moved]) -> NDArray[np.float64]:
    """Trucks a day over each link of a gate, both directions, empty ones included."""
    per_tonne = np.array([sum(own.cargo.trucks_per_tonne) for own in moved])
    daily = per_tonne @ gate_tonnes(freight, moved) / DAYS
    return np.asarray(np.bincount(freight.gates.pair, weights=daily, minlength=freight.gates.pair_count), dtype=np.float64)


def pair_capacity(freight: FreightNetwork) -> NDArray[np.float64]:
    """Trucks a day that each link of a gate takes, both directions."""
    capacity = np.full(freight.gates.pair_count, np.nan)
    capacity[freight.gates.pair] = freight.gates.capacity_day
    return capacity
