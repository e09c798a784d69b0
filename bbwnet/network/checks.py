"""Checks that need the whole graph: member cities cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bbwnet.network.state import NetworkState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


def check_network(scenario: Scenario, network: Network) -> list[Problem]:
    """Problems of a network as a whole."""
    return _members_cut_off(scenario, network)


def car_components(network: Network) -> NDArray[np.int32]:
    """Component of each node in the graph of what a car can use, ferries and borders included."""
    star = network.graph
    passable = NetworkState.free_flow(network).car_seconds >= 0
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
