"""Trucks between sites, through gates where roads alone do not lead on: costs by a choice among gates, and flows by leg.

Sites that roads join without a gate are one land. From a land to the next a truck takes one of the gates between them (logit on
generalised cost, as the lowest nest of the choice of chains); where no gate joins two lands, it goes through a third.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.freight_cargo import Cargo
    from bbwnet.assignment.freight_gates import Gates
    from bbwnet.assignment.freight_network import FreightNetwork
    from bbwnet.assignment.freight_ways import ModeWays


@dataclass(frozen=True)
class Block:
    """Sites of one land to those of another, by gates that lead out of the first."""

    rows: NDArray[np.int64]
    cols: NDArray[np.int64]
    gates: NDArray[np.int64]
    """Gates chosen among (g)."""
    share: NDArray[np.float64]
    """g x rows x cols."""


@dataclass(frozen=True)
class TruckHauls:
    """A commodity by truck between s sites, loading and unloading not included."""

    cost: NDArray[np.float64]
    """s x s: generalised, CNY a tonne; infinite where there is no way."""
    money: NDArray[np.float64]
    hours: NDArray[np.float64]
    km: NDArray[np.float64]
    blocks: tuple[Block, ...]
    """Those that lead through a third land first."""
    whole: bool = True
    """Whether money, hours and kilometres are there beyond gates too; costs alone are enough to choose by."""

    def legs(self, flow: NDArray[np.float64], gates: Gates) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Tonnes by leg between sites of one land (s x s), and through each gate (g), of tonnes between sites (s x s)."""
        legs = flow.copy()
        through = np.zeros(gates.count)
        for block in self.blocks:
            area = np.ix_(block.rows, block.cols)
            tonnes = legs[area]
            legs[area] = 0.0
            if not tonnes.any():
                continue
            split = block.share * tonnes
            through[block.gates] += split.sum(axis=(1, 2))
            for place, gate in enumerate(block.gates.tolist()):
                legs[block.rows, gates.tail_site[gate]] += split[place].sum(axis=1)
                legs[gates.head_site[gate], block.cols] += split[place].sum(axis=0)
        return legs, through


def lands(road: ModeWays) -> NDArray[np.int64]:
    """Land of each site: sites with a way both ways between them, gates not passed."""
    reached = np.isfinite(road.km)
    _, label = connected_components(csr_matrix((reached & reached.T).astype(np.int8)), directed=False)
    return np.asarray(label, dtype=np.int64)


def beyond_borders(freight: FreightNetwork, land: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Ports that an end reaches by land over a border only, where its own side has ports (n x p).

    Lands that ferries join are of one side; sides that no crossing joins are none of each other's neighbours.
    """
    gates, ports, ends = freight.gates, land[freight.port_site], land[freight.end_site]
    count = int(land.max(initial=-1)) + 1
    ferry = np.array([kind == "ferry" for kind in gates.kinds], dtype=bool)
    tail, head = land[gates.tail_site], land[gates.head_site]

    def joined(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        graph = csr_matrix((np.ones(int(which.sum()), dtype=np.int8), (tail[which], head[which])), shape=(count, count))
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    side, continent = joined(ferry), joined(np.ones(gates.count, dtype=bool))
    over = (side[ends][:, None] != side[ports][None, :]) & (continent[ends][:, None] == continent[ports][None, :])
    return np.asarray(over & np.isin(side[ends], side[ports])[:, None])


def truck_hauls(
    cargo: Cargo,
    road: ModeWays,
    land: NDArray[np.int64],
    gates: Gates,
    extra_h: NDArray[np.float64],
    prices: TruckPrices,
    *,
    whole: bool = True,
) -> TruckHauls:
    """Haul a commodity between sites when gates take `extra_h` more hours (g); figures beside the cost are right only if `whole`."""
    hour = cargo.hour_cny * cargo.spread["road"]
    money = cargo.truck_factor * (road.money + prices.cny_h * np.where(np.isfinite(road.hours), road.hours, 0.0))
    hours, km = road.hours.copy(), road.km.copy()
    cost = money + hour * hours
    gate_hours = gates.hours + extra_h
    border = np.array(gates.kinds) == "border"
    gate_truck = gates.money + prices.cny_h * gate_hours + np.where(border, prices.cny_km * gates.km, 0.0)
    gate_money = cargo.truck_factor * gate_truck + gates.customs
    gate_cost = gate_money + hour * gate_hours
    if not cargo.trucks_cross_borders:
        gate_cost = np.where(border, np.inf, gate_cost)
    scale = cargo.gate_cny
    blocks = []
    for one, two, through in _steps(land, gates):
        rows, cols = np.flatnonzero(land == one), np.flatnonzero(land == two)
        tails, heads = gates.tail_site[through], gates.head_site[through]
        each = cost[rows][:, tails].T[:, :, None] + gate_cost[through][:, None, None] + cost[heads][:, cols][:, None, :]
        best = each.min(axis=0)
        with np.errstate(invalid="ignore"):
            weight = np.where(np.isfinite(each), np.exp(-(each - best) / scale), 0.0)
            total = weight.sum(axis=0)
            share = np.where(total > 0, weight / np.where(total > 0, total, 1.0), 0.0)
            area = np.ix_(rows, cols)
            cost[area] = np.where(total > 0, best - scale * np.log(np.where(total > 0, total, 1.0)), np.inf)
        for figure, at_gate in () if not whole else ((money, gate_money), (hours, gate_hours), (km, gates.km)):
            legs = figure[rows][:, tails].T[:, :, None] + at_gate[through][:, None, None] + figure[heads][:, cols][:, None, :]
            figure[area] = np.where(total > 0, np.where(share > 0, share * np.where(np.isfinite(legs), legs, 0.0), 0.0).sum(axis=0), np.inf)
        blocks.append(Block(rows, cols, through, share))
    # Flows through a third land are split first: what is left of their way is then a flow between two lands.
    return TruckHauls(cost, money, hours, km, tuple(reversed(blocks)), whole)


def _steps(land: NDArray[np.int64], gates: Gates) -> list[tuple[int, int, NDArray[np.int64]]]:
    """Pairs of lands with the gates that lead out of the first: to the second, or where none does to a third that has gates to it."""
    leaves, enters = land[gates.tail_site], land[gates.head_site]
    direct = sorted({(one, two) for one, two in zip(leaves.tolist(), enters.tolist(), strict=True) if one != two})
    steps = [(one, two, np.flatnonzero((leaves == one) & (enters == two))) for one, two in direct]
    beyond: dict[tuple[int, int], set[int]] = {}
    for one, middle in direct:
        for other, two in direct:
            if other == middle and two != one and (one, two) not in direct:
                beyond.setdefault((one, two), set()).add(middle)
    for (one, two), middles in sorted(beyond.items()):
        steps.append((one, two, np.flatnonzero((leaves == one) & np.isin(enters, sorted(middles)))))
    return steps


@dataclass(frozen=True)
class TruckPrices:
    """What gates cost besides their own price."""

    cny_km: float
    """CNY a km of a truck."""
    cny_h: float
    """CNY an hour of a truck that waits."""
