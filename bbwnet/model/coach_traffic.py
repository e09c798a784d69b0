"""Coaches of the timetable on the roads: how many pass each arc in a mean hour of each group of hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.operating_days import WEEKDAYS
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.scenario.schema.demand import HOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern

_HOUR_S = DAY_SECONDS // HOURS


@dataclass(frozen=True)
class CoachTraffic:
    """Coaches of one day."""

    vehicles_h: NDArray[np.float64]
    """Coaches in a mean hour of each group (groups x arcs of the forward star)."""
    stopped: tuple[str, ...]
    """Services that run on the day, but whose way is closed in the state: they load nothing, sorted."""


def coach_traffic(network: Network, state: NetworkState, start_hours: Sequence[int]) -> CoachTraffic:
    """Coaches of the day of the week that the scenario evaluates; groups of hours begin at `start_hours`.

    A coach loads the hour in which it is half way along a link: the time of a section is shared out over its links as a car takes them
    on the empty road. What runs on past midnight loads the small hours of the same day. Cancelled trips are left out, delayed ones late;
    a coach whose way is closed does not run.
    """
    star, trips = network.graph, network.trips
    free_s = NetworkState.free_flow(network).car_seconds[0]
    passable = state.passable_car_seconds(network) >= 0
    links = [str(name) for name in network.links.index]
    arc_of = {(links[link], tail): arc for arc, (link, tail) in enumerate(zip(star.link.tolist(), star.tail.tolist(), strict=True))}
    count = np.zeros((HOURS, star.arc_count))
    stopped = set()
    for number, departures in _departures(network, state).items():
        pattern = trips.patterns[number]
        arcs, half_way_s = _way(network, pattern, arc_of, free_s)
        if not passable[arcs].all():
            stopped.add(pattern.service)
            continue
        hours = (departures[:, None] + half_way_s[None, :]).astype(np.int64) // _HOUR_S % HOURS
        np.add.at(count, (hours.ravel(), np.broadcast_to(arcs, hours.shape).ravel()), 1.0)
    lengths = np.diff([*start_hours, HOURS])
    return CoachTraffic(np.add.reduceat(count, list(start_hours), axis=0) / lengths[:, None], tuple(sorted(stopped)))


def _departures(network: Network, state: NetworkState) -> dict[int, NDArray[np.int64]]:
    """Seconds at which the coaches of the day set out, by pattern."""
    trips, day = network.trips, WEEKDAYS.index(network.settings.evaluation.weekday)
    is_coach = np.array([pattern.mode == "coach" for pattern in trips.patterns], dtype=np.bool_)
    found: dict[int, list[int]] = {}
    for trip in np.flatnonzero(is_coach[trips.pattern] & (trips.days >> day & 1).astype(np.bool_)).tolist():
        if trip not in state.cancelled_trips:
            late = state.delayed_trips.get(trip, 0)
            found.setdefault(int(trips.pattern[trip]), []).append(int(trips.depart_s[trips.first_call[trip]]) + late)
    return {number: np.array(seconds, dtype=np.int64) for number, seconds in found.items()}


def _way(
    network: Network, pattern: Pattern, arc_of: dict[tuple[str, int], int], free_s: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Arcs that a coach passes, and the seconds from its first departure until it is half way along each."""
    ways, half_way_s = [], []
    _, depart_s = pattern.offsets_seconds()
    for stop, links, start_s, run_s in zip(pattern.stops, pattern.links, depart_s, pattern.run_seconds, strict=False):
        node, arcs = network.node_index[stop], []
        for link in links:
            arc = arc_of[link, node]
            node = int(network.graph.head[arc])
            arcs.append(arc)
        ways.append(np.array(arcs, dtype=np.int64))
        car_s = np.maximum(free_s[arcs].astype(np.float64), 1.0)
        half_way_s.append(start_s + run_s * (np.cumsum(car_s) - car_s / 2) / car_s.sum())
    return np.concatenate(ways), np.concatenate(half_way_s)
