"""The graph builder: from a scenario to its network."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bbwnet.errors import InputError
from bbwnet.network.assembly import BASE, Assembly, assemble
from bbwnet.network.car_times import IMPASSABLE, car_seconds
from bbwnet.network.checks import check_network
from bbwnet.network.forward_star import build_forward_star
from bbwnet.network.network import Network
from bbwnet.network.patterns import build_patterns
from bbwnet.network.trips import compile_trips
from bbwnet.scenario.schema.infrastructure import WaterLink

if TYPE_CHECKING:
    from collections.abc import Collection

    from bbwnet.errors import Problem
    from bbwnet.scenario.scenario import Scenario

LINK_ATTRIBUTES = (
    "mode", "line", "length_km", "directed", "opened", "source", "confidence",
    "design_speed_kmh", "operating_speed_kmh", "tracks", "electrified", "gauge_mm", "mixed_gauge", "use",
    "road_class", "lanes", "free_speed_kmh", "toll_cny_km", "depth_m", "vessel_dwt_max", "crossing", "length_note",
)  # fmt: skip
SERVICE_ATTRIBUTES = (
    "mode", "timetable", "train_class", "trips_per_day", "trips_per_week", "seats", "carries_vehicles", "source", "confidence",
)  # fmt: skip


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
    seconds = car_seconds(scenario, assembly, found.patterns)
    nodes = _nodes_frame(assembly)
    node_index = {node: position for position, node in enumerate(nodes.index)}
    links = _links_frame(assembly, seconds)
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
        as_of=scenario.settings.as_of,
        nodes=nodes,
        links=links,
        services=_services_frame(assembly, found.patterns),
        graph=graph,
        trips=trips,
        minimum_connection_s=_minimum_connection_seconds(scenario, assembly, nodes),
        cities={city.id: city for city in scenario.records.cities},
        plan=scenario.records.plan,
        projects=assembly.projects,
        assembly=assembly,
        withdrawn=tuple(sorted(found.withdrawn)),
        infrastructure_hash=_frame_hash(nodes, links),
        services_hash=_trips_hash(trips),
        node_index=node_index,
    )
    if not left_out:
        problems.extend(check_network(scenario, network))
    return network, list(dict.fromkeys(problems))


def _nodes_frame(assembly: Assembly) -> pd.DataFrame:
    """Places and nodes in force, sorted by identifier."""
    rows: list[dict[str, Any]] = []
    for place in assembly.places.values():
        rows.append(
            {
                "id": place.id, "kind": place.kind, "name_zh": place.name.zh, "name_en": place.name.en, "lon": place.lon, "lat": place.lat,
                "place": place.id, "city": place.city, "timezone": place.timezone, "source": place.source, "confidence": place.confidence,
                "origin": BASE,
            }
        )  # fmt: skip
    for node in assembly.nodes.values():
        city = assembly.places[node.place].city if node.place in assembly.places else None
        rows.append(
            {
                "id": node.id, "kind": node.kind, "name_zh": node.name.zh, "name_en": node.name.en, "lon": node.lon, "lat": node.lat,
                "place": node.place, "city": city, "timezone": node.timezone, "source": node.source, "confidence": node.confidence,
                "origin": " ".join(assembly.origins["nodes"][node.id]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows).set_index("id").sort_index()


def _links_frame(assembly: Assembly, seconds: dict[str, tuple[int, int]]) -> pd.DataFrame:
    """Links in force, sorted by identifier, with the seconds of a car either way (absent: not for cars)."""
    position = {**assembly.places, **assembly.nodes}
    rows: list[dict[str, Any]] = []
    for link in assembly.links.values():
        ends = [(position[end].lon, position[end].lat) for end in (link.from_, link.to)]
        forward, backward = seconds[link.id]
        row: dict[str, Any] = {"id": link.id, "from": link.from_, "to": link.to}
        row.update({name: getattr(link, name, None) for name in LINK_ATTRIBUTES})
        row.update(
            name_zh=link.name.zh if link.name else None,
            name_en=link.name.en if link.name else None,
            origin=" ".join(assembly.origins["links"][link.id]),
            car_seconds=None if forward == IMPASSABLE else forward,
            car_seconds_backward=None if backward == IMPASSABLE else backward,
            passage_seconds=round(link.crossing_min * 60) if isinstance(link, WaterLink) and link.crossing_min is not None else None,
            geometry=[list(ends[0]), *(list(point) for point in link.via), list(ends[1])],
        )
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(rows[0]) if rows else ["id", "from", "to", "directed", *LINK_ATTRIBUTES]).set_index("id").sort_index()
    for name in ("tracks", "lanes", "gauge_mm", "car_seconds", "car_seconds_backward", "passage_seconds"):
        if name in frame:
            frame[name] = frame[name].astype("Int64")
    return frame


def _services_frame(assembly: Assembly, patterns: list[Any]) -> pd.DataFrame:
    """Services in force, sorted by identifier, with the length and daily trips of their patterns."""
    lengths: dict[str, float] = {}
    daily: dict[str, float] = {}
    for pattern in patterns:
        trips = len(pattern.departures_seconds) * pattern.operating_share
        daily[pattern.service] = daily.get(pattern.service, 0.0) + trips
        lengths[pattern.service] = lengths.get(pattern.service, 0.0) + trips * sum(pattern.length_km)
    rows: list[dict[str, Any]] = []
    for service in assembly.services.values():
        row: dict[str, Any] = {"id": service.id, "stops": list(service.stops)}
        row.update({name: getattr(service, name) for name in SERVICE_ATTRIBUTES})
        row.update(
            name_zh=service.name.zh if service.name else None,
            name_en=service.name.en if service.name else None,
            trips_both_directions_per_day=daily.get(service.id, 0.0),
            service_km_per_day=lengths.get(service.id, 0.0),
            origin=" ".join(assembly.origins["services"][service.id]),
        )
        rows.append(row)
    columns = ["id", "stops", *SERVICE_ATTRIBUTES, "name_zh", "name_en", "trips_both_directions_per_day", "service_km_per_day", "origin"]
    return pd.DataFrame(rows, columns=columns).set_index("id").sort_index()


def _minimum_connection_seconds(scenario: Scenario, assembly: Assembly, nodes: pd.DataFrame) -> np.ndarray:
    """Least seconds to change at each node, after the scenario's walk factor."""
    default = scenario.index.minimum_connection_min
    factor = scenario.settings.policy.transfer.walk_factor
    minutes = [
        default if node not in assembly.nodes or (own := assembly.nodes[node].minimum_connection_min) is None else own for node in nodes.index
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
    for array in (trips.pattern, trips.first_call, trips.stop, trips.arrive_s, trips.depart_s):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
