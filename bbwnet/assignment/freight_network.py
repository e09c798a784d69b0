"""What freight moves over: roads for trucks, gates (crossings, ro-ro ferries), goods lines, rivers with locks, sea lanes, and terminals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.freight_gates import freight_gates
from bbwnet.assignment.freight_ports import freight_ports
from bbwnet.assignment.freight_rail import rail_lines
from bbwnet.assignment.freight_roads import straight_km, truck_roads
from bbwnet.assignment.freight_vessels import locks_of, river_ports, vessel_ways
from bbwnet.assignment.freight_ways import ModeWays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.assignment.freight_gates import Gates
    from bbwnet.assignment.freight_ports import Ports
    from bbwnet.assignment.freight_rail import RailLines
    from bbwnet.assignment.freight_vessels import Locks, VesselWays
    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState


@dataclass(frozen=True)
class FreightNetwork:
    """The modes of freight between n ends, y yards, r river ports and p sea ports; rows of them all are `sites` of the roads (s)."""

    network: Network
    ends: tuple[str, ...]
    sites: tuple[str, ...]
    """Nodes and places that trucks go between, sorted; those that no road reaches are among them."""
    end_site: NDArray[np.int64]
    yard_site: NDArray[np.int64]
    river_site: NDArray[np.int64]
    port_site: NDArray[np.int64]
    road: ModeWays
    """Trucks between sites (s x s) on roads alone, gates not passed; money in CNY a truck."""
    gates: Gates
    rail: RailLines
    river: VesselWays
    """Barges between river ports, sea ports on a river among them (r x r)."""
    locks: Locks
    sea: VesselWays
    """Ships between sea ports (p x p)."""
    ports: Ports
    dock_km: NDArray[np.float64]
    """y x p: track between a yard and a port beside it; infinite where there is none."""
    river_dock_km: NDArray[np.float64]
    """y x r: the same of river ports."""
    left_out: tuple[str, ...]

    @property
    def yards(self) -> tuple[str, ...]:
        """Yards and goods stations."""
        return self.rail.yards

    @property
    def river_ports(self) -> tuple[str, ...]:
        """Ports on rivers."""
        return self.river.ports


def freight_network(network: Network, state: NetworkState, ends: Sequence[str]) -> FreightNetwork:
    """Lay out what freight moves over in a state, between ends (identifiers of places and nodes).

    Raises `KeyError` for an end that is not in the network.
    """
    chains, rows = network.settings.freight_chains, network.node_index
    named = tuple(sorted(ends))
    for end in named:
        if end not in rows:
            raise KeyError(f"no end {end} in the network")
    rail, notes = rail_lines(network, state, named)
    rivers = river_ports(network, state)
    ports, port_notes = freight_ports(network, state, named)
    gates = freight_gates(network, state)
    sites = tuple(sorted({*named, *rail.yards, *rivers, *ports.names, *gates.tails, *gates.heads}))
    roads, road_notes = truck_roads(network, state, (*rivers, *ports.names))
    site_of = {name: row for row, name in enumerate(sites)}
    hauls = chains.road
    road = ModeWays.least(roads, np.array([rows[name] for name in sites], dtype=np.int64), hauls.cny_h)
    locks = locks_of(network, state)
    river = vessel_ways(network, state, "waterway", rivers, chains.water.vessels, chains.water.load_share, locks)
    sea = vessel_ways(network, state, "sea", ports.names, chains.sea.vessels, chains.sea.load_share, None)
    return FreightNetwork(
        network=network,
        ends=named,
        sites=sites,
        end_site=_rows(site_of, named),
        yard_site=_rows(site_of, rail.yards),
        river_site=_rows(site_of, rivers),
        port_site=_rows(site_of, ports.names),
        road=road,
        gates=gates.placed(site_of),
        rail=rail,
        river=river,
        locks=locks,
        sea=sea,
        ports=ports,
        dock_km=_dock_km(network, rail.yards, ports.names),
        river_dock_km=_dock_km(network, rail.yards, rivers),
        left_out=(*notes, *port_notes, *road_notes, *gates.left_out),
    )


def _rows(site_of: dict[str, int], names: Sequence[str]) -> NDArray[np.int64]:
    """Rows of sites."""
    return np.array([site_of[name] for name in names], dtype=np.int64)


def _dock_km(network: Network, yards: Sequence[str], ports: Sequence[str]) -> NDArray[np.float64]:
    """Track between freight yards and the ports near them, as the straight line and its detour; passenger stations have none."""
    chains = network.settings.freight_chains
    straight = straight_km(network, yards, ports)
    docked = (straight <= chains.rail.dock_km) & (network.nodes["kind"].loc[list(yards)] == "freight_yard").to_numpy()[:, None]
    return np.where(docked, np.maximum(straight, 0.1) * chains.road.connector_detour, np.inf)
