"""Coaches of the timetable as cohorts on the simulated roads, where they take room and wait as others do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.simulation.road_cohorts import RoadCohorts
from bbwnet.simulation.road_link import COACH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.simulation.road_link import RoadArcs


def coach_cohorts(network: Network, arcs: RoadArcs, per_run: NDArray[np.float64]) -> RoadCohorts:
    """Each run of a coach as a cohort that sets out with its first departure and goes over the links of its pattern, stops left out.

    `per_run` has the vehicles that leave together as one run (patterns). Who rides in them is counted by the timetable's own runs, which
    wait behind the queues on their way; here they take the place of vehicles. A pattern that leads over what no vehicle of the simulated
    roads can use is left out.
    """
    trips = network.trips
    ways: list[NDArray[np.int32]] = []
    path_of = np.full(len(trips.patterns), -1, dtype=np.int32)
    for number, pattern in enumerate(trips.patterns):
        way = _way(network, pattern, arcs) if pattern.mode == "coach" else ()
        if way:
            path_of[number] = len(ways)
            ways.append(np.array(way, dtype=np.int32))
    runs = np.flatnonzero(path_of[trips.pattern] >= 0)
    if not len(runs):
        return RoadCohorts.none()
    path = path_of[trips.pattern[runs]]
    return RoadCohorts(
        path_first=np.cumsum([0, *map(len, ways)], dtype=np.int64),
        path_arc=np.concatenate(ways),
        path_origin=arcs.tail[[way[0] for way in ways]].astype(np.int32),
        path_destination=arcs.head[[way[-1] for way in ways]].astype(np.int32),
        path=path,
        road_class=np.full(len(runs), COACH, dtype=np.int8),
        count=per_run[trips.pattern[runs]].astype(np.float64),
        place=trips.depart_s[trips.first_call[runs]].astype(np.float64),
        of=np.ones(len(runs)),
        phase=np.zeros(len(runs)),
        curve=np.full(len(runs), -1, dtype=np.int16),
        curves=np.empty((0, 25)),
        days=trips.days[runs].astype(np.uint8),
    )


def _way(network: Network, pattern: Pattern, arcs: RoadArcs) -> tuple[int, ...]:
    """Arcs of a pattern from its first stop to its last; none if one of them is not on the simulated roads."""
    found: list[int] = []
    for stop, links in zip(pattern.stops, pattern.links, strict=False):
        node = network.node_index[stop]
        for link in links:
            both = (arcs.arc_of.get((link, backward)) for backward in (False, True))
            leaving = [arc for arc in both if arc is not None and arcs.tail[arc] == node]
            if not leaving:
                return ()
            found.append(leaving[0])
            node = int(arcs.head[leaving[0]])
    return tuple(found)
