"""Sea ports: what their terminals take, how large ships may be, how much they handle, and how often liners call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState

_FREIGHT_WORDS = frozenset({"coal", "ore", "oil", "lng", "containers", "grain", "steel", "building_material", "general"})
_WEEKS = 52.0
_TEU_TONNES = 10.0
"""Tonnes of a TEU of capacity where a terminal's capacity in tonnes serves containers too."""


@dataclass(frozen=True)
class Ports:
    """Sea ports (p), commodities in the order of `FREIGHT_COMMODITIES` (c), and terminals (t)."""

    names: tuple[str, ...]
    commodities: tuple[str, ...]
    serves: NDArray[np.bool_]
    """c x p."""
    dwt: NDArray[np.float64]
    """c x p: largest ship at its terminals."""
    calls_week: NDArray[np.float64]
    """Calls of liners a week (p)."""
    foreign: NDArray[np.bool_]
    """Whether the port's clock is another than the region's: customs lie between (p)."""
    terminals: tuple[str, ...]
    terminal_port: NDArray[np.int64]
    capacity: NDArray[np.float64]
    """Tonnes a year (t), or TEU where `in_teu`; not-a-number where it is not known."""
    in_teu: NDArray[np.bool_]
    share: NDArray[np.float64]
    """c x t: share of its port's tonnes that a terminal takes, in proportion to capacity; 0 of what it does not take."""


def freight_ports(network: Network, state: NetworkState, ends: Sequence[str]) -> tuple[Ports, tuple[str, ...]]:
    """Ports on sea lanes, and ends there. Ports without any terminal in the data take everything, without a limit."""
    haul, served_as = network.settings.freight_chains.sea, network.settings.freight_chains.served_as
    commodities = FREIGHT_COMMODITIES
    at_sea = {end for link in network.assembly.links.values() if link.mode == "sea" for end in (link.from_, link.to)}
    nodes = network.assembly.nodes
    names = tuple(
        sorted(
            name
            for name in at_sea
            if name not in state.closed_nodes
            and name in network.node_index
            and (name in ends or (name in nodes and nodes[name].kind == "port"))
        )
    )
    row = {name: place for place, name in enumerate(names)}
    any_terminal = {item.port for item in network.assembly.terminals.values()}
    terminals = [
        item
        for item in sorted(network.assembly.terminals.values(), key=lambda item: item.id)
        if item.port in row and _FREIGHT_WORDS.intersection(item.commodities)
    ]
    takes = np.array([[bool(set(served_as.of(name)) & set(item.commodities)) for item in terminals] for name in commodities], dtype=bool)
    takes = takes.reshape(len(commodities), len(terminals))
    port = np.array([row[item.port] for item in terminals], dtype=np.int64)
    in_teu = np.array([item.capacity_teu_per_year is not None for item in terminals], dtype=bool)
    capacity = np.array([item.capacity_teu_per_year or item.capacity_tonnes_per_year or np.nan for item in terminals], dtype=np.float64)
    largest = np.array([item.vessel_dwt_max or haul.open_port_dwt for item in terminals], dtype=np.float64)
    unlimited = np.array([name not in any_terminal for name in names], dtype=bool)
    serves = np.tile(unlimited, (len(commodities), 1))
    dwt = np.where(serves, haul.open_port_dwt, 0.0)
    share = np.zeros(takes.shape)
    size = np.where(in_teu, capacity * _TEU_TONNES, capacity)
    size = np.where(np.isnan(size), np.nanmedian(size) if np.isfinite(size).any() else 1.0, size)
    for place in range(len(commodities)):
        for own in range(len(names)):
            mine = np.flatnonzero(takes[place] & (port == own))
            if len(mine):
                serves[place, own] = True
                dwt[place, own] = largest[mine].max()
                share[place, mine] = size[mine] / size[mine].sum()
    boxes = np.array([capacity[in_teu & (port == own)].sum() for own in range(len(names))])
    calls = np.where(unlimited, haul.open_port_calls_week, boxes / haul.liner_teu_per_call / _WEEKS)
    foreign = np.array([network.nodes.at[name, "timezone"] != network.region_timezone for name in names], dtype=bool)
    missing = ", ".join(name for name, own in zip(names, unlimited.tolist(), strict=True) if own)
    notes = (f"Ports without terminals in the data take all commodities, without a limit: {missing}.",) if missing else ()
    return Ports(
        names, tuple(commodities), serves, dwt, calls, foreign, tuple(item.id for item in terminals), port, capacity, in_teu, share
    ), notes
