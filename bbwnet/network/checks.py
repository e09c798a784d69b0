"""Checks that need the whole network: member cities cut off, links alike that different projects bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bbwnet.network.border_hours import trips_at_closed_crossings
from bbwnet.network.hubs import served_stops
from bbwnet.network.state import NetworkState
from bbwnet.scenario.checks.links import likeness
from bbwnet.scenario.checks.services import LATEST_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.errors import Problem
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


def check_network(scenario: Scenario, network: Network) -> list[Problem]:
    """Problems of a network as a whole."""
    return [
        *_members_cut_off(scenario, network),
        *_links_alike(scenario, network),
        *_transfers_alike(scenario, network),
        *_trips_too_long(scenario, network),
        *trips_at_closed_crossings(scenario, network),
    ]


def notices_of(scenario: Scenario, network: Network) -> list[str]:
    """What is worth knowing of a network, though it can be used: stops that services call at, but no road leads to.

    A stop in a zone is told with its file and line; those outside the region, whose roads are not data, together.
    """
    ends = {end for link in network.assembly.links.values() if link.mode == "highway" for end in (link.from_, link.to)}
    cut_off = [stop for stop in served_stops(network) if stop not in ends]
    places = network.assembly.places
    zones = {place.id for place in places.values() if place.city is not None}
    within = [stop for stop in cut_off if (network.assembly.nodes[stop].place if stop in network.assembly.nodes else stop) in zones]
    outside = [stop for stop in cut_off if stop not in within]
    lines = []
    for stop in within:
        where = scenario.file_and_line("places" if stop in places else "nodes", stop)
        lines.append(f"{where}: {stop} is served, but no road leads to it: no way from door to door begins or ends there")
    if outside:
        lines.append(f"{len(outside)} stops outside the region are served, but have no road: {', '.join(outside)}")
    return lines


def _trips_too_long(scenario: Scenario, network: Network) -> list[Problem]:
    """Services whose last trip is still under way at 48:00, run times from line speeds and roads included."""
    problems: dict[str, Problem] = {}
    for pattern in network.trips.patterns:
        end_s = pattern.departures_seconds[-1] + pattern.offsets_seconds()[0][-1]
        if end_s > LATEST_S and pattern.service not in problems:
            message = f"trip from {pattern.stops[0]} ends past 48:00, at {end_s // 3600}:{end_s // 60 % 60:02}"
            problems[pattern.service] = scenario.problem("services", pattern.service, "stops", message, expected="arrival by 48:00")
    return list(problems.values())


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
