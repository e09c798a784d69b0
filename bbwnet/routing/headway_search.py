"""Expected times door to door where only headways are known: lines that share a stop share the wait (optimal strategies)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.departure_kernels import ChoiceArrays
from bbwnet.routing.door_to_door import SERVICES_OF, Departures, TravelTimes
from bbwnet.routing.headway_graph import HeadwayClock, HeadwayGraph, headway_graph
from bbwnet.routing.strategies import strategy_to
from bbwnet.routing.strategy_kernels import empty_labels, fill_expected
from bbwnet.routing.strategy_lines import ExpectedJourney, all_the_way, by_strategy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from bbwnet.routing.door_to_door import DoorMode, DoorToDoor
    from bbwnet.routing.strategy_kernels import Labels

Services = tuple[str, ...]
"""Modes of service."""


@dataclass(frozen=True)
class ExpectedDepartures(Departures):
    """Departures that all take the expected time, rounded to whole seconds; nobody can time when to leave."""

    @property
    def transfers(self) -> NDArray[np.int64]:
        """Changes of vehicle: not known departure by departure.

        Raises `NetworkError`; their expected number is `ExpectedJourney.transfers`.
        """
        raise NetworkError("changes of vehicle at each departure are known from a timetable only; the view `headway` has their mean")


class HeadwaySearch:
    """Expected times between the places of a door-to-door search, and the lines by which they come about; what is made is kept."""

    def __init__(self, doors: DoorToDoor) -> None:
        """Take the ways and services of `doors`.

        Raises `NetworkError` under the view `as_known`, which has put waits at its points and departures in the place of headways.
        """
        if doors.network.settings.evaluation.view == "as_known":
            raise NetworkError("expected times over headways need the view `headway` or `timetable`, not `as_known`")
        self.doors = doors
        self._clock = HeadwayClock(doors)
        self._graphs: dict[Services, tuple[HeadwayGraph, Labels]] = {}
        self._by_lines_s: dict[tuple[Services, str], NDArray[np.float64]] = {}
        self._all_the_way_s: dict[DoorMode, NDArray[np.float64]] = {}

    def graph(self, mode: DoorMode) -> HeadwayGraph:
        """The graph of the services of a mode."""
        return self._room(SERVICES_OF[mode])[0]

    def expected(
        self, mode: DoorMode, origins: Sequence[str], destinations: Sequence[str], percentiles: Sequence[float] = (50.0,)
    ) -> TravelTimes:
        """Expected minutes between places, the same at every percentile; zero from a place to itself.

        Either every departure arrives or none: headways know no first and last vehicle of the day.
        """
        seconds = self._expected_s(mode, origins, destinations)
        minutes = np.where(np.isfinite(seconds), seconds / 60, np.nan).astype(np.float32)
        return TravelTimes(
            tuple(origins), tuple(destinations), tuple(percentiles),
            np.repeat(minutes[:, :, None], len(percentiles), axis=2), np.isfinite(seconds).astype(np.float32),
        )  # fmt: skip

    def minutes(self, mode: DoorMode, origin: str, destination: str) -> float:
        """Expected minutes of one pair; not-a-number if there is no way."""
        seconds = float(self._expected_s(mode, (origin,), (destination,))[0, 0])
        return seconds / 60 if np.isfinite(seconds) else float("nan")

    def departures(self, mode: DoorMode, origin: str, destination: str, start_s: NDArray[np.int64]) -> ExpectedDepartures:
        """Each of the departures with the expected time, as if it were certain."""
        seconds = float(self._expected_s(mode, (origin,), (destination,))[0, 0])
        arrive = start_s + round(seconds) if np.isfinite(seconds) else np.full(len(start_s), UNREACHED)
        leave = start_s if np.isfinite(seconds) else np.full(len(start_s), -1)
        nothing = np.zeros(len(start_s), dtype=np.int64)
        return ExpectedDepartures(start_s, ChoiceArrays(arrive, leave, nothing, nothing - 1, nothing - 1))

    def strategy_lines(self, mode: DoorMode, origin: str, destination: str) -> ExpectedJourney | None:
        """Whichever attractive line comes first is boarded: the lines used, and what the expected time is made of; `None`: no way."""
        row, end = self.doors.row[origin], self.doors.row[destination]
        if row == end:
            return ExpectedJourney.nothing()
        direct = self.doors.by(mode).direct
        mean = self._clock.mean(direct)
        ways = np.flatnonzero((direct.row == row) & (direct.arrays.to == end))
        way = int(ways[np.argmin(mean.seconds[ways])]) if len(ways) else -1
        by_lines_s = self._by_lines(mode, destination)[row]
        if way >= 0 and mean.seconds[way] <= by_lines_s:
            return all_the_way(direct, mean, way)
        if not np.isfinite(by_lines_s):
            return None
        graph, labels = self._room(SERVICES_OF[mode])
        return by_strategy(self.doors, graph, strategy_to(graph.arcs, graph.destination(end), labels), graph.origin(row))

    def _room(self, services: Services) -> tuple[HeadwayGraph, Labels]:
        """The graph of some modes of service, and room to search it."""
        if services not in self._graphs:
            graph = headway_graph(self.doors, services, self._clock)
            self._graphs[services] = graph, empty_labels(len(graph.arcs.first_in) - 1, len(graph.arcs.tail))
        return self._graphs[services]

    def _by_lines(self, mode: DoorMode, destination: str) -> NDArray[np.float64]:
        """Expected seconds from every place by services."""
        self._find(SERVICES_OF[mode], (destination,))
        return self._by_lines_s[SERVICES_OF[mode], destination]

    def _find(self, services: Services, destinations: Iterable[str]) -> None:
        """Search from the destinations not searched from yet."""
        missing = [place for place in dict.fromkeys(destinations) if (services, place) not in self._by_lines_s]
        if not missing:
            return
        graph, labels = self._room(services)
        nodes = np.array([graph.destination(self.doors.row[place]) for place in missing], dtype=np.int64)
        found = np.empty((len(missing), graph.places))
        fill_expected(graph.arcs, nodes, labels, found)
        self._by_lines_s.update({(services, place): found[row] for row, place in enumerate(missing)})

    def _all_the_way(self, mode: DoorMode) -> NDArray[np.float64]:
        """Seconds between all places with no vehicle boarded (n places x n places)."""
        if mode not in self._all_the_way_s:
            direct, places = self.doors.by(mode).direct, len(self.doors.row)
            found = np.full((places, places), np.inf)
            np.minimum.at(found, (direct.row, direct.arrays.to), self._clock.mean(direct).seconds)
            np.fill_diagonal(found, 0.0)
            self._all_the_way_s[mode] = found
        return self._all_the_way_s[mode]

    def _expected_s(self, mode: DoorMode, origins: Sequence[str], destinations: Sequence[str]) -> NDArray[np.float64]:
        """Expected seconds (n origins x n destinations)."""
        starts, ends = ([self.doors.row[place] for place in places] for places in (origins, destinations))
        self._find(SERVICES_OF[mode], destinations)
        by_lines = np.array([self._by_lines_s[SERVICES_OF[mode], place][starts] for place in destinations]).reshape(len(ends), len(starts))
        seconds: NDArray[np.float64] = np.minimum(by_lines.T, self._all_the_way(mode)[np.ix_(starts, ends)])
        return seconds
