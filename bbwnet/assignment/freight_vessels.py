"""Rivers and sea lanes by size of vessel, and locks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from bbwnet.assignment.freight_ways import ModeArcs, ModeWays
from bbwnet.scenario.schema.infrastructure import WaterLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.scenario.schema.freight_chains import Vessel

_PATH_HOUR_CNY = 0.01
"""What an hour counts besides hire in the way of a vessel, CNY/(t h): the way is the quickest."""


@dataclass(frozen=True)
class Locks:
    """Locks by node, all chambers of a node together (k)."""

    nodes: tuple[str, ...]
    row: NDArray[np.int64]
    """Row of each among the network's nodes."""
    hours: NDArray[np.float64]
    """Passage and mean wait, capacity enough."""
    capacity: NDArray[np.float64]
    """Tonnes a year, one way."""
    money: float
    """Dues, CNY a tonne."""


@dataclass(frozen=True)
class VesselWays:
    """Ways of v sizes of vessel between p ports; money in CNY a tonne, hours in port included in both."""

    ports: tuple[str, ...]
    vessels: tuple[Vessel, ...]
    tonnes: NDArray[np.float64]
    """Mean tonnes on board by size, both directions together (v)."""
    ways: tuple[ModeWays, ...]
    hours: NDArray[np.float64]
    """v x p x p."""
    money: NDArray[np.float64]
    km: NDArray[np.float64]
    lock_of: tuple[NDArray[np.int64], ...]
    """By size, the lock that an arc leaves, -1 for others."""

    @property
    def count(self) -> int:
        """Ports."""
        return len(self.ports)

    @classmethod
    def of(
        cls,
        ports: Sequence[str],
        vessels: Sequence[Vessel],
        tonnes: NDArray[np.float64],
        ways: Sequence[ModeWays],
        lock_of: Sequence[NDArray[np.int64]],
    ) -> Self:
        """Ways with the hire of vessels under way and in port, by size."""
        hours = np.stack([way.hours + 2 * vessel.port_h for way, vessel in zip(ways, vessels, strict=True)])
        hire = np.array([vessel.cny_day / 24 for vessel in vessels]) / tonnes
        money = np.stack([way.money for way in ways]) + hire[:, None, None] * hours
        km = np.stack([way.km for way in ways])
        return cls(tuple(ports), tuple(vessels), tonnes, tuple(ways), hours, money, km, tuple(lock_of))

    def delayed(self, extra_h: NDArray[np.float64]) -> VesselWays:
        """The ways when locks take `extra_h` more hours (k); vessels are paid for them too."""
        found = []
        for way, lock in zip(self.ways, self.lock_of, strict=True):
            more = np.where(lock >= 0, extra_h[np.maximum(lock, 0)] if len(extra_h) else 0.0, 0.0)
            arcs = way.arcs
            found.append(ModeWays.least(replace(arcs, hours=arcs.hours + more), way.nodes, _PATH_HOUR_CNY))
        return VesselWays.of(self.ports, self.vessels, self.tonnes, found, self.lock_of)


def river_ports(network: Network, state: NetworkState) -> tuple[str, ...]:
    """Ports on waterways, those at sea that barges reach among them."""
    ends = {end for link in network.assembly.links.values() if link.mode == "waterway" for end in (link.from_, link.to)}
    nodes = network.assembly.nodes
    return tuple(sorted(end for end in ends if end in nodes and nodes[end].kind == "port" and end not in state.closed_nodes))


def locks_of(network: Network, state: NetworkState) -> Locks:
    """Locks in force; chambers without a capacity in the data have the scenario's."""
    haul = network.settings.freight_chains.water
    records: dict[str, list[tuple[float, float, float]]] = {}
    for lock in sorted(network.assembly.locks.values(), key=lambda item: item.id):
        if lock.node in network.node_index and lock.node not in state.closed_nodes:
            capacity = lock.capacity_one_way_tonnes_per_year or haul.lock_tonnes_year * lock.chambers
            records.setdefault(lock.node, []).append((capacity, lock.wait_min or 0.0, lock.passage_min or 60.0))
    nodes = tuple(sorted(records))
    table = [np.array(records[node]) for node in nodes]
    return Locks(
        nodes=nodes,
        row=np.array([network.node_index[node] for node in nodes], dtype=np.int64),
        hours=np.array([float((rows[:, 0] @ (rows[:, 1] + rows[:, 2])) / rows[:, 0].sum()) / 60 for rows in table]),
        capacity=np.array([float(rows[:, 0].sum()) for rows in table]),
        money=haul.lock_cny_t,
    )


def vessel_ways(
    network: Network,
    state: NetworkState,
    mode: str,
    ports: Sequence[str],
    vessels: Sequence[Vessel],
    load_share: float,
    locks: Locks | None,
) -> VesselWays:
    """Ways between ports by size of vessel over links of a `mode` (`waterway` or `sea`) that are deep enough for it."""
    star, names = network.graph, network.links.index.to_numpy()
    closed = {network.node_index[name] for name in state.closed_nodes if name in network.node_index}
    places: list[int] = []
    limits: list[float] = []
    for arc in np.flatnonzero(network.links["mode"].to_numpy()[star.link] == mode).tolist():
        link = network.assembly.links[str(names[star.link[arc]])]
        if isinstance(link, WaterLink) and link.id not in state.closed_links and not {int(star.tail[arc]), int(star.head[arc])} & closed:
            places.append(arc)
            limits.append(np.inf if link.vessel_dwt_max is None else link.vessel_dwt_max)
    all_arcs, limit = np.array(places, dtype=np.int64), np.array(limits)
    node = np.array([network.node_index[name] for name in ports], dtype=np.int64)
    lock_at = np.full(star.node_count, -1)
    if locks is not None:
        lock_at[locks.row] = np.arange(len(locks.row))
    tonnes = np.array([vessel.dwt * load_share for vessel in vessels])
    ways, lock_of = [], []
    for vessel, load in zip(vessels, tonnes.tolist(), strict=True):
        arcs = all_arcs[limit >= vessel.dwt]
        km = network.links["length_km"].to_numpy(dtype=np.float64)[star.link[arcs]]
        lock = lock_at[star.tail[arcs]]
        hours = km / vessel.speed_kmh
        dues = np.zeros(len(arcs))
        if locks is not None and len(locks.row):
            hours += np.where(lock >= 0, locks.hours[np.maximum(lock, 0)], 0.0)
            dues = np.where(lock >= 0, locks.money, 0.0)
        lane = ModeArcs(
            node_count=star.node_count,
            tail=star.tail[arcs].astype(np.int64),
            head=star.head[arcs].astype(np.int64),
            hours=hours,
            money=dues,
            km=km,
            link=star.link[arcs].astype(np.int64),
            backward=star.backward[arcs],
            no_through=np.zeros(star.node_count, dtype=bool),
        )
        ways.append(ModeWays.least(lane, node, _PATH_HOUR_CNY + vessel.cny_day / 24 / load))
        lock_of.append(lock)
    return VesselWays.of(ports, vessels, tonnes, ways, lock_of)
