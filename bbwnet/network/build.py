"""The graph builder: from a scenario to its network."""

from __future__ import annotations

import dataclasses
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bbwnet.errors import InputError
from bbwnet.network.assembly import Assembly, assemble
from bbwnet.network.border_hours import without_closed_crossings
from bbwnet.network.checks import check_network
from bbwnet.network.forward_star import build_forward_star
from bbwnet.network.frames import links_frame, nodes_frame, services_frame
from bbwnet.network.network import Network
from bbwnet.network.patterns import build_patterns
from bbwnet.network.trips import compile_trips

if TYPE_CHECKING:
    from collections.abc import Collection

    from bbwnet.errors import Problem
    from bbwnet.network.trips import Pattern
    from bbwnet.scenario.scenario import Scenario


def build_network(scenario: Scenario, *, left_out: Collection[str] = ()) -> Network:
    """Build the network of a scenario; `left_out` names projects to leave out, with those that require them.

    Raises `InputError` with every problem found in the choice of projects, the services and the graph.
    """
    network, problems = build_with_problems(scenario, left_out=left_out)
    if problems:
        raise InputError(problems)
    return network


def build_with_problems(scenario: Scenario, *, left_out: Collection[str] = ()) -> tuple[Network, list[Problem]]:
    """Build the network as far as it goes, and list what is wrong with it."""
    assembly, problems = assemble(scenario, left_out)
    if left_out:
        # Records were checked with every project in force; what dangles now does so because of the choice.
        problems = []
    found = build_patterns(scenario, assembly, left_out=bool(left_out))
    problems.extend(found.problems)
    nodes = nodes_frame(assembly)
    node_index = {node: position for position, node in enumerate(nodes.index)}
    links = links_frame(assembly, found.car_seconds)
    graph = build_forward_star(
        len(nodes),
        [node_index[end] for end in links["from"]],
        [node_index[end] for end in links["to"]],
        links["directed"].tolist(),
    )
    trips = compile_trips(found.patterns, node_index)
    network = Network(
        scenario=scenario.name,
        region=scenario.index.id,
        region_timezone=scenario.index.timezone,
        as_of=scenario.settings.as_of,
        settings=scenario.settings,
        nodes=nodes,
        links=links,
        services=services_frame(assembly, found.patterns),
        graph=graph,
        trips=trips,
        minimum_connection_s=_minimum_connection_seconds(scenario, assembly, nodes),
        cities={city.id: city for city in scenario.records.cities},
        plan=scenario.records.plan,
        projects=assembly.projects,
        assembly=assembly,
        withdrawn=tuple(sorted(found.withdrawn)),
        shortened=tuple(sorted(found.shortened)),
        infrastructure_hash=_frame_hash(nodes, links),
        services_hash=_trips_hash(trips),
        node_index=node_index,
        matrices=scenario.matrices,
    )
    if scenario.settings.policy.headway_factor.coach < 1:
        network = _with_patterns(network, without_closed_crossings(network))
    if not left_out:
        problems.extend(check_network(scenario, network))
    return network, list(dict.fromkeys(problems))


def _with_patterns(network: Network, patterns: tuple[Pattern, ...]) -> Network:
    """The network with other patterns."""
    if patterns == network.trips.patterns:
        return network
    trips = compile_trips(patterns, network.node_index)
    services = services_frame(network.assembly, patterns)
    return dataclasses.replace(network, trips=trips, services=services, services_hash=_trips_hash(trips))


def _minimum_connection_seconds(scenario: Scenario, assembly: Assembly, nodes: pd.DataFrame) -> np.ndarray:
    """Least seconds to change at each node, after the scenario's walk factor: its own, that of airports, or the network's."""
    usual = {"airport": scenario.settings.access.air_connection_min}
    factor = scenario.settings.policy.transfer.walk_factor
    minutes = [
        usual.get(kind, scenario.index.minimum_connection_min)
        if node not in assembly.nodes or (own := assembly.nodes[node].minimum_connection_min) is None
        else own
        for node, kind in zip(nodes.index, nodes["kind"], strict=True)
    ]
    return np.round(np.array(minutes, dtype=np.float64) * factor * 60).astype(np.int64)


def _frame_hash(*frames: pd.DataFrame) -> str:
    """SHA-256 of frames in their sorted order."""
    digest = hashlib.sha256()
    for frame in frames:
        digest.update(frame.to_csv().encode())
    return digest.hexdigest()


def _trips_hash(trips: Any) -> str:
    digest = hashlib.sha256()
    for array in (trips.pattern, trips.first_call, trips.stop, trips.arrive_s, trips.depart_s, trips.days):
        digest.update(np.ascontiguousarray(array).tobytes())
    for pattern in trips.patterns:
        digest.update(bytes((*pattern.may_board, *pattern.may_alight)))
    return digest.hexdigest()
