"""Door to door by timetable: from every place to a destination for every departure of a window, and the journeys behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.trips import DAY_SECONDS
from bbwnet.routing.access import access_of
from bbwnet.routing.connections import connections_of
from bbwnet.routing.profile_kernels import scan_profile, sweep_departures
from bbwnet.routing.timetable_kernels import UNREACHED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.network.state import NetworkState
    from bbwnet.network.trips import Pattern
    from bbwnet.scenario.schema.scenario_file import AccessChoice


@dataclass(frozen=True)
class Departures:
    """What becomes of every departure from one place to another; seconds on the region's clock, `UNREACHED` if it never arrives."""

    start_s: NDArray[np.int64]
    """Wished departures, rising."""
    leave_s: NDArray[np.int64]
    """Latest second to leave the door for the same arrival; -1 where there is none."""
    arrive_s: NDArray[np.int64]

    @property
    def reached(self) -> NDArray[np.bool_]:
        """Which departures arrive at all."""
        return np.asarray(self.arrive_s != UNREACHED, dtype=np.bool_)

    def minutes(self, *, planned: bool) -> NDArray[np.float64]:
        """Minutes from the wished departure, or with `planned` from the latest one for the same arrival; infinite if none."""
        begin = self.leave_s if planned else self.start_s
        found = np.full(len(self.start_s), np.inf)
        found[self.reached] = (self.arrive_s[self.reached] - begin[self.reached]) / 60
        return found


@dataclass(frozen=True)
class TravelTimes:
    """Minutes between places over the departures of a window."""

    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    percentiles: tuple[float, ...]
    minutes: NDArray[np.float32]
    """Origin x destination x percentile; not-a-number where that share of the departures does not arrive."""
    reached_share: NDArray[np.float32]
    """Origin x destination: share of the departures that arrive."""


@dataclass(frozen=True)
class Profile:
    """Every departure worth making from every stop towards one destination; entries of a stop fall in time."""

    first_entry: NDArray[np.int64]
    ready_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]
    count: NDArray[np.int64]


def percentile_minutes(minutes: NDArray[np.float64], percentile: float) -> float:
    """Nearest-rank percentile of minutes that may be infinite; not-a-number if it is.

    Unreachable departures count as infinite before the percentile is taken, as in R5.
    """
    ordered = np.sort(minutes)
    rank = min(len(ordered) - 1, max(0, int(np.ceil(percentile / 100 * len(ordered))) - 1))
    return float(ordered[rank]) if np.isfinite(ordered[rank]) else float("nan")


class DoorToDoor:
    """Searches between fixed places over the timetable in one state of the network; profiles of destinations are kept."""

    def __init__(
        self,
        network: Network,
        state: NetworkState,
        places: Sequence[str],
        choice: AccessChoice,
        wanted: Callable[[Pattern], bool],
        *,
        walk_factor: float = 1.0,
    ) -> None:
        """Prepare the connections of the patterns that are wanted, and the ways between `places` and the stops they serve."""
        self.network = network
        self.connections = connections_of(network, state, wanted)
        self.row = {place: number for number, place in enumerate(dict.fromkeys(places))}
        stops = np.unique(np.concatenate([self.connections.from_stop, self.connections.to_stop]))
        nodes = [network.node_index[place] for place in self.row]
        self.access = access_of(network, state, choice, nodes, stops.tolist(), walk_factor)
        departures = np.bincount(self.connections.from_stop, minlength=len(network.nodes))
        self._first_entry = np.concatenate([[0], np.cumsum(departures)]).astype(np.int64)
        self._profiles: dict[str, Profile] = {}

    def departures(self, origin: str, destination: str, start_s: NDArray[np.int64]) -> Departures:
        """What becomes of each departure from `origin`; `start_s` rising, on the day that the timetable describes."""
        profile = self.profile(destination)
        arrive, leave = np.empty(len(start_s), dtype=np.int64), np.empty(len(start_s), dtype=np.int64)
        sweep_departures(
            start_s, self.access.to_stop_s[self.row[origin]], profile.first_entry, profile.ready_s, profile.arrive_s, profile.count,
            arrive, leave,
        )  # fmt: skip
        return Departures(start_s, leave, arrive)

    def travel_times(
        self,
        origins: Sequence[str],
        destinations: Sequence[str],
        start_s: NDArray[np.int64],
        percentiles: Sequence[float],
        *,
        planned: bool = False,
    ) -> TravelTimes:
        """Percentiles over the departures `start_s` (rising) between all origins and destinations; zero from a place to itself."""
        minutes = np.zeros((len(origins), len(destinations), len(percentiles)), dtype=np.float32)
        share = np.ones((len(origins), len(destinations)), dtype=np.float32)
        for column, destination in enumerate(destinations):
            for row, origin in enumerate(origins):
                if origin == destination:
                    continue
                departures = self.departures(origin, destination, start_s)
                taken = departures.minutes(planned=planned)
                minutes[row, column] = [percentile_minutes(taken, percentile) for percentile in percentiles]
                share[row, column] = departures.reached.mean()
        return TravelTimes(tuple(origins), tuple(destinations), tuple(percentiles), minutes, share)

    def profile(self, destination: str) -> Profile:
        """The profile of every stop towards a destination."""
        if destination not in self._profiles:
            connections = self.connections
            ready, arrive = (np.empty(len(connections.depart_s), dtype=np.int64) for _ in range(2))
            count = np.zeros(len(self.network.nodes), dtype=np.int64)
            scan_profile(
                connections.depart_s, connections.arrive_s, connections.from_stop, connections.to_stop, connections.run,
                connections.run_count, self._first_entry, self.network.minimum_connection_s,
                self.access.first_transfer, self.access.transfer_to, self.access.transfer_s,
                self.access.from_stop_s[self.row[destination]], ready, arrive, count,
            )  # fmt: skip
            self._profiles[destination] = Profile(self._first_entry, ready, arrive, count)
        return self._profiles[destination]


def window_starts(first_s: int, until_s: int, every_s: int) -> NDArray[np.int64]:
    """Wished departures of a window, both ends included, within the day described.

    Raises `ValueError` if the window ends before it begins or leaves the day.
    """
    if not 0 <= first_s <= until_s <= DAY_SECONDS:
        raise ValueError(f"departures from second {first_s} until {until_s} are no window of the day")
    return np.arange(first_s, until_s + 1, every_s, dtype=np.int64)
