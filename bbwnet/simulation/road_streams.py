"""Where single vehicles of streams drive: over one link, crossing or toll plaza, or the quickest way between two nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError
from bbwnet.scenario.nearest import Names
from bbwnet.simulation.road_link import VEHICLE_CLASSES
from bbwnet.simulation.road_ways import tree_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_streams import Stream
    from bbwnet.simulation.road_link import RoadArcs
    from bbwnet.simulation.road_state import RoadArrays
    from bbwnet.simulation.world import World


@dataclass(frozen=True)
class StreamPath:
    """The way of all vehicles of a stream."""

    arcs: NDArray[np.int32]
    origin: int
    destination: int
    road_class: int


def stream_paths(world: World, streams: Iterable[Stream], arcs: RoadArcs, net: RoadArrays) -> list[StreamPath]:
    """Ways of streams; raises `InputError` for a place that is none for vehicles, or nodes that no way joins."""
    return [
        StreamPath(found := _arcs(world, item, arcs, net), int(arcs.tail[found[0]]), int(arcs.head[found[-1]]), _class(item))
        for item in streams
    ]


def _class(stream: Stream) -> int:
    return VEHICLE_CLASSES.index(stream.what)


def _arcs(world: World, stream: Stream, arcs: RoadArcs, net: RoadArrays) -> NDArray[np.int32]:
    if stream.at is not None:
        places = _places(world, arcs)
        if stream.at not in places:
            raise InputError(_unknown(stream, "at", stream.at, places, "road link, crossing or toll plaza"))
        arc = places[stream.at]
        if not np.isfinite(net.seconds[_class(stream), :, arc]).all():
            raise InputError(f"stream {stream.id}: no {stream.what} may pass {stream.at}")
        return np.array([arc], dtype=np.int32)
    nodes = world.network.node_index
    for key, name in (("from", stream.from_), ("to", stream.to)):
        if name not in nodes:
            raise InputError(_unknown(stream, key, str(name), nodes, "node"))
    node, end = nodes[str(stream.from_)], nodes[str(stream.to)]
    tree = np.empty(arcs.node_count, dtype=np.int32)
    tree_to(net, end, _class(stream), -np.inf, tree)
    found = []
    while node != end:
        if tree[node] < 0 or not np.isfinite(net.mean_seconds[_class(stream), tree[node]]):
            raise InputError(f"stream {stream.id}: no way for a {stream.what} from {stream.from_} to {stream.to}")
        found.append(int(tree[node]))
        node = int(arcs.head[found[-1]])
    return np.array(found, dtype=np.int32)


def _places(world: World, arcs: RoadArcs) -> dict[str, int]:
    """Arc of each link, crossing and toll plaza in its own direction."""
    found = {link: arc for (link, backward), arc in arcs.arc_of.items() if not backward}
    crossings = world.network.links["crossing"].to_dict() if "crossing" in world.network.links else {}
    for link, arc in list(found.items()):
        if isinstance(crossing := crossings.get(link), str):
            found.setdefault(crossing, arc)
    for plaza in world.settings.roads.toll_plazas:
        own = arcs.arc_of.get((plaza.link, plaza.direction == "backward"))
        if own is not None:
            found[plaza.id] = own
    return found


def _unknown(stream: Stream, key: str, name: str, known: Mapping[str, int], expected: str) -> str:
    nearest = Names(set(known)).nearest(name)
    hint = f"; did you mean {nearest}?" if nearest else ""
    return f"stream {stream.id}: {key} {name} is no {expected} of the network{hint}"
