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
_NONE = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class CoachTraffic:
    """Coaches of one day, as passages (n) of an arc in an hour."""

    arc_count: int
    start_hours: tuple[int, ...]
    """Hour at which each group of hours begins."""
    pattern: NDArray[np.int64]
    """Pattern of `Network.trips` that passes."""
    hour: NDArray[np.int64]
    arc: NDArray[np.int64]
    """Arc of the forward star that it passes."""
    stopped: tuple[str, ...]
    """Services that run on the day, but whose way is closed in the state: they load nothing, sorted."""

    @property
    def vehicles_h(self) -> NDArray[np.float64]:
        """Coaches of the timetable in a mean hour of each group (groups x arcs of the forward star)."""
        return self.of()

    def of(self, per_run: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """The same with so many vehicles for each run of a pattern (patterns), by default one."""
        weights = None if per_run is None else per_run[self.pattern]
        count = np.bincount(self.hour * self.arc_count + self.arc, weights=weights, minlength=HOURS * self.arc_count)
        by_hour = count.reshape(HOURS, self.arc_count).astype(np.float64)
        return np.asarray(np.add.reduceat(by_hour, list(self.start_hours), axis=0) / np.diff([*self.start_hours, HOURS])[:, None])


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
    passed: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
    stopped = set()
    for number, departures in _departures(network, state).items():
        pattern = trips.patterns[number]
        arcs, half_way_s = _way(network, pattern, arc_of, free_s)
        if not passable[arcs].all():
            stopped.add(pattern.service)
            continue
        hours = (departures[:, None] + half_way_s[None, :]).astype(np.int64) // _HOUR_S % HOURS
        passed.append((np.full(hours.size, number), hours.ravel(), np.broadcast_to(arcs, hours.shape).ravel()))
    by, hour, arc = (np.concatenate([_NONE, *(part[column] for part in passed)]) for column in range(3))
    return CoachTraffic(star.arc_count, tuple(start_hours), by, hour, arc, tuple(sorted(stopped)))


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
