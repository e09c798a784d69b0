"""Freight of a scenario: what chains cost, who sends how much to whom at these costs, and how it moves in balance with its own waits."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

from bbwnet.assignment.freight_balance import FreightSolution, expected_costs, freight_balance
from bbwnet.assignment.freight_cargo import cargoes
from bbwnet.assignment.freight_chain_frames import chains_frame, unserved_frame
from bbwnet.assignment.freight_flows import FreightFlows
from bbwnet.assignment.freight_frames import borders_frame, links_frame, locks_frame, rail_frame, terminals_frame
from bbwnet.assignment.freight_network import freight_network
from bbwnet.assignment.freight_trucks import truck_trips
from bbwnet.demand.freight_distribution import distribute
from bbwnet.demand.freight_ends import freight_ends
from bbwnet.errors import DidNotConverge
from bbwnet.network.state import NetworkState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bbwnet.assignment.freight_balance import Balance
    from bbwnet.demand.freight import FreightDemand
    from bbwnet.network.network import Network


def freight_model(
    network: Network,
    state: NetworkState | None = None,
    demand: FreightDemand | None = None,
    start: FreightFlows | None = None,
    if_not_converged: Literal["raise", "warn"] = "raise",
) -> FreightFlows:
    """Send a year's freight over its chains; trucks meet the roads of a state (by default empty ones).

    Without a `demand` of one's own it is that of the scenario, distributed at the costs of chains without any load. `start`: flows of the
    same network, as after a change of road times, whose loads the balance starts with. Raises `KeyError` for an end of `demand` that the
    network lacks, `NetworkError` if the region has no residents, `DidNotConverge` where the balance or the distribution does not reach
    its gap (or warns, as asked).
    """
    state = NetworkState.free_flow(network) if state is None else state
    ends = None if demand is not None else freight_ends(network)
    names = demand.ends if demand is not None else ends.names if ends is not None else ()
    freight, cargo = freight_network(network, state, names), cargoes(network.settings)
    if demand is None and ends is not None:
        demand = distribute(ends, network.settings.demand.freight, expected_costs(freight, cargo))
    assert demand is not None  # noqa: S101  one of both is given
    before = None if start is None or start.solution is None else start.solution.balance.loads
    if before is not None and not before.fits(freight):
        before = None
    balance = freight_balance(freight, cargo, demand.tonnes_year, before)
    faults = _faults(balance, demand)
    if faults and if_not_converged == "raise":
        raise DidNotConverge(faults)
    if faults:
        warnings.warn(faults, RuntimeWarning, stacklevel=2)
    return FreightFlows(
        commodities=tuple(own.commodity for own in cargo),
        ends=freight.ends,
        chains=chains_frame(freight, balance, demand.tonnes_year),
        link_tonnes=links_frame(freight, balance),
        terminals=terminals_frame(freight, balance),
        locks=locks_frame(freight, balance),
        borders=borders_frame(freight, balance),
        rail=rail_frame(freight, balance),
        unserved=unserved_frame(freight, balance, _stranded(demand)),
        truck_trips=truck_trips(freight, balance.moved),
        gap=balance.gap,
        rounds=balance.rounds,
        converged=balance.converged,
        left_out=freight.left_out,
        solution=FreightSolution(freight, demand.tonnes_year, balance),
    )


def _faults(balance: Balance, demand: FreightDemand) -> str:
    """What did not converge; empty if all did."""
    said = []
    if not balance.converged:
        said.append(f"freight: gap {balance.gap:.2g} after {balance.rounds} rounds")
    if not demand.converged:
        said.append(f"distribution of freight: gap {demand.gaps.max():.2g}")
    return "; ".join(said)


def _stranded(demand: FreightDemand) -> Iterator[tuple[str, str, str, float, str]]:
    """What found nobody to trade with: its one end, the other is empty."""
    for item in demand.stranded:
        origin, destination = (item.end, "") if item.side == "production" else ("", item.end)
        yield item.commodity, origin, destination, item.tonnes_year, item.why
