"""The fastest scheduled journey between stops: first departure to last arrival, changes of train included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.connections import Connections, connections_of
from bbwnet.routing.timetable_kernels import fastest_durations, scan_one_more_train
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.network.trips import Pattern


@dataclass(frozen=True)
class Ride:
    """One leg of a journey on one vehicle."""

    service: str
    mode: str
    train_class: str | None
    from_stop: str
    to_stop: str
    depart_s: int
    """Seconds after midnight of the day of the journey's departure, on the region's clock."""
    arrive_s: int
    length_km: float
    links: tuple[str, ...]
    stops_between: int
    operating_share: float

    @property
    def minutes(self) -> float:
        """Minutes from departure to arrival."""
        return (self.arrive_s - self.depart_s) / 60


@dataclass(frozen=True)
class TimetableJourney:
    """A journey by scheduled services, first departure to last arrival."""

    rides: tuple[Ride, ...]

    @property
    def minutes(self) -> float:
        """Minutes from the first departure to the last arrival, waits between included."""
        return (self.rides[-1].arrive_s - self.rides[0].depart_s) / 60

    @property
    def length_km(self) -> float:
        """Kilometres along the way."""
        return sum(ride.length_km for ride in self.rides)

    @property
    def links(self) -> tuple[str, ...]:
        """Links run over, in order."""
        return tuple(link for ride in self.rides for link in ride.links)


class InVehicleSearch:
    """Fastest journeys of one mode over the whole day; searches from one set of origins are kept.

    One-to-all results are computed once per set of origin stops, since goals ask from the same city many times.
    """

    def __init__(self, network: Network, state: NetworkState, wanted: Callable[[Pattern], bool]) -> None:
        """Prepare the connections of the patterns that are wanted."""
        self._network = network
        self._connections: Connections = connections_of(network, state, wanted)
        self._known: dict[tuple[int, ...], tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def fastest(self, origins: Sequence[str], destinations: Sequence[str]) -> TimetableJourney | None:
        """The fastest journey from any origin stop to any destination stop; `None` if there is none.

        Of equal durations the departure counts at which the scan changes least, then the earlier one, then the order of
        `destinations`; the journey from it has as few changes as its duration allows.
        """
        index = self._network.node_index
        starts = tuple(sorted({index[stop] for stop in origins if stop in index}))
        ends = [index[stop] for stop in destinations if stop in index and index[stop] not in starts]
        if not starts or not ends:
            return None
        best, best_start = self._durations(starts)
        end = min(ends, key=lambda stop: int(best[stop]))
        if best[end] == UNREACHED:
            return None
        return self._journey(starts, end, int(best_start[end]), int(best_start[end] + best[end]))

    def _durations(self, starts: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        if starts not in self._known:
            connections = self._connections
            origins = self._flags(starts)
            leaving = origins[connections.from_stop] & (connections.depart_s >= 0) & (connections.depart_s < DAY_SECONDS)
            departures = np.unique(connections.depart_s[leaving])
            firsts = np.searchsorted(connections.depart_s, departures, side="left").astype(np.int64)
            self._known[starts] = fastest_durations(
                connections.depart_s, connections.arrive_s, connections.from_stop, connections.to_stop, connections.run,
                connections.run_count, origins, departures, firsts, self._network.minimum_connection_s,
            )  # fmt: skip
        return self._known[starts]

    def _flags(self, stops: Sequence[int]) -> NDArray[np.bool_]:
        flags = np.zeros(len(self._network.nodes), dtype=bool)
        flags[list(stops)] = True
        return flags

    def _journey(self, starts: tuple[int, ...], end: int, start_s: int, end_s: int) -> TimetableJourney:
        """The journey from the best departure to its arrival with the fewest trains, one round for each."""
        connections, origins = self._connections, self._flags(starts)
        stops = len(self._network.nodes)
        first = int(np.searchsorted(connections.depart_s, start_s, side="left"))
        ready = np.where(origins, start_s, UNREACHED)
        rounds: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
        while True:
            arrival, leave_enter, leave = (np.empty(stops, dtype=np.int64) for _ in range(3))
            scan_one_more_train(
                connections.depart_s, connections.arrive_s, connections.from_stop, connections.to_stop, connections.run,
                first, end_s, origins, ready, arrival, np.empty(connections.run_count, dtype=np.int64), leave_enter, leave,
            )  # fmt: skip
            rounds.append((leave_enter, leave))
            if arrival[end] == end_s:
                break
            # A stop not reached stays so: adding to its arrival would overflow.
            reached = arrival != UNREACHED
            ready = np.where(reached, np.where(reached, arrival, 0) + self._network.minimum_connection_s, UNREACHED)
        rides: list[Ride] = []
        position = end
        for leave_enter, leave in reversed(rounds):
            rides.append(ride_between(self._network, self._connections, int(leave_enter[position]), int(leave[position])))
            position = int(connections.from_stop[leave_enter[position]])
        return TimetableJourney(tuple(rides[::-1]))


def ride_between(network: Network, connections: Connections, entered: int, left: int) -> Ride:
    """The leg on one vehicle between the connection entered and the one left from, both as positions in `connections`."""
    trips = network.trips
    run = int(connections.run[entered])
    trip = run % connections.trip_count
    pattern = trips.patterns[trips.pattern[trip]]
    offset = int(trips.first_call[trip])
    first, last = int(connections.call[entered]) - offset, int(connections.call[left]) - offset
    sections = range(first, last + 1)
    return Ride(
        service=pattern.service,
        mode=pattern.mode,
        train_class=pattern.train_class,
        from_stop=pattern.stops[first],
        to_stop=pattern.stops[last + 1],
        depart_s=int(connections.depart_s[entered]),
        arrive_s=int(connections.arrive_s[left]),
        length_km=sum(pattern.length_km[section] for section in sections),
        links=tuple(link for section in sections for link in pattern.links[section]),
        stops_between=last - first,
        operating_share=pattern.operating_share,
    )
