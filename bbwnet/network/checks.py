"""Checks that need the whole network: member cities cut off, links alike that different projects bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bbwnet.network.state import NetworkState
from bbwnet.scenario.checks.links import likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


def check_network(scenario: Scenario, network: Network) -> list[Problem]:
    """Problems of a network as a whole."""
    return [*_members_cut_off(scenario, network), *_links_alike(scenario, network), *_transfers_alike(scenario, network)]


def _links_alike(scenario: Scenario, network: Network) -> list[Problem]:
    """Links in force that are alike in ends, mode, line and class, as when two projects build the same line."""
    first: dict[object, str] = {}
    problems = []
    for link in sorted(network.assembly.links.values(), key=lambda item: item.id):
        earlier = first.setdefault(likeness(link), link.id)
        if earlier != link.id:
            message = f"links {earlier} and {link.id} are both in force and alike in ends, mode, line and class"
            problems.append(
                scenario.problem(
                    "links", link.id, "id", message, value=link.id, expected="another line or class, or projects that exclude each other"
                )
            )
    return problems


def _transfers_alike(scenario: Scenario, network: Network) -> list[Problem]:
    """Transfers in force of the same mode between the same stops: which of them holds nobody could say."""
    first: dict[tuple[str, str, str, bool], str] = {}
    problems = []
    for transfer in sorted(network.assembly.transfers.values(), key=lambda item: item.id):
        ends = [(transfer.from_, transfer.to)] if transfer.directed else [(transfer.from_, transfer.to), (transfer.to, transfer.from_)]
        earlier = {first.setdefault((*pair, transfer.mode, transfer.inside), transfer.id) for pair in ends} - {transfer.id}
        if earlier:
            message = f"transfers {min(earlier)} and {transfer.id} are both in force and alike in ends and mode"
            problems.append(scenario.problem("transfers", transfer.id, "id", message, value=transfer.id, expected="one transfer"))
    return problems


def car_components(network: Network) -> NDArray[np.int32]:
    """Component of each node in the graph of what a car can use, ferries and borders included."""
    star = network.graph
    passable = NetworkState.free_flow(network).passable_car_seconds(network) >= 0
    matrix = csr_matrix(
        (np.ones(int(passable.sum())), (star.tail[passable], star.head[passable])), shape=(star.node_count, star.node_count)
    )
    _, component = connected_components(matrix, directed=True, connection="strong")
    return np.asarray(component, dtype=np.int32)


def _members_cut_off(scenario: Scenario, network: Network) -> list[Problem]:
    """Member cities whose centre no road (or ro-ro ferry) joins both ways to the others."""
    members = [city for city in network.cities.values() if city.member and city.centre in network.node_index]
    if not members:
        return []
    component = car_components(network)
    numbers = [int(component[network.node_index[city.centre]]) for city in members]
    main = max(sorted(set(numbers)), key=numbers.count)
    return [
        scenario.problem(
            "cities",
            city.id,
            "centre",
            f"member city {city.id} is cut off: no road or ro-ro ferry joins {city.centre} both ways to the others on {network.as_of}",
        )
        for city, number in zip(members, numbers, strict=True)
        if number != main
    ]
