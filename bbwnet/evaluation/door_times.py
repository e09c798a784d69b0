"""Door-to-door times of a network under its scenario's assumptions: the window of departures, the percentile, journeys at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import NetworkError
from bbwnet.evaluation.accessibility import day_ends_of
from bbwnet.network.state import NetworkState
from bbwnet.routing.alternatives import alternatives
from bbwnet.routing.arrivals import node_arrivals
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.departure_kernels import nearest_rank
from bbwnet.routing.door_to_door import SERVICES_OF, DayEnds, DoorToDoor, percentile_minutes, percentile_position, window_starts
from bbwnet.routing.emissions import Emissions
from bbwnet.routing.fares import Fares
from bbwnet.routing.headway_search import HeadwaySearch
from bbwnet.routing.journeys import journey, journey_of
from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.routing.door_to_door import Departures, DoorMode, ModeSearch, TravelTimes
    from bbwnet.routing.journeys import Journey
    from bbwnet.routing.strategy_lines import ExpectedJourney


class DoorTimes:
    """Answers door-to-door times on one network in one state; searches are kept, so many pairs cost little more than one."""

    def __init__(self, network: Network, state: NetworkState | None = None) -> None:
        """Take the network and its state (free flow, all open, by default)."""
        self.network = network
        self._state = NetworkState.free_flow(network) if state is None else state
        window = network.settings.evaluation.departures
        self.starts_s: NDArray[np.int64] = window_starts(clock_seconds(window.from_), clock_seconds(window.until), window.every_min * 60)
        """Wished departures of the scenario's window, seconds on the region's clock."""
        self.percentile: float = network.settings.evaluation.percentile
        airports = sorted(network.nodes.index[network.nodes["kind"] == "airport"])
        self._doors = DoorToDoor(network, self._state, [*sorted(network.assembly.places), *airports])
        self._headways: HeadwaySearch | None = None
        self._fares: Fares | None = None
        self._emissions: Emissions | None = None

    @property
    def fares(self) -> Fares:
        """Fares of the network."""
        if self._fares is None:
            self._fares = Fares(self.network)
        return self._fares

    @property
    def emissions(self) -> Emissions:
        """Emissions of the network."""
        if self._emissions is None:
            self._emissions = Emissions(self.network)
        return self._emissions

    def search(self, mode: DoorMode, places: Sequence[str] = ()) -> ModeSearch:
        """The search of a mode that knows all places of the region, and `places` besides (any nodes on a road).

        Raises `NetworkError` for services under the view `headway`, which have no departures to search.
        """
        if self.by_headway(mode):
            raise NetworkError(
                "the view `headway` knows no departures: it has expected times and shares of lines, but no journeys leg by leg, no"
                " transfers at each departure and no --depart; set evaluation.view to timetable or as_known for these"
            )
        return self._with(places).by(mode)

    def by_headway(self, mode: DoorMode) -> bool:
        """Whether times of a mode are expectations over headways: the scenario's view asks for it, and the mode rides services."""
        return self.network.settings.evaluation.view == "headway" and bool(SERVICES_OF[mode])

    def expected_journey(self, origin: str, destination: str, mode: DoorMode) -> ExpectedJourney | None:
        """The lines used and the parts of the expected time over headways; `None` if there is no way.

        Raises `NetworkError` under the view `as_known`, which takes some services by their departures.
        """
        return self._by_headway((origin, destination)).strategy_lines(mode, origin, destination)

    def _with(self, places: Sequence[str]) -> DoorToDoor:
        """The search between all places known so far and `places` besides."""
        missing = [place for place in places if place not in self._doors.row]
        if missing:
            self._doors = DoorToDoor(self.network, self._state, [*self._doors.row, *missing])
        return self._doors

    def _by_headway(self, places: Sequence[str]) -> HeadwaySearch:
        """The same for expectations over headways."""
        doors = self._with(places)
        if self._headways is None or self._headways.doors is not doors:
            self._headways = HeadwaySearch(doors)
        return self._headways

    def matrix(
        self,
        mode: DoorMode,
        places: Sequence[str],
        percentiles: Sequence[float] = (),
        *,
        planned: bool = False,
        destinations: Sequence[str] | None = None,
    ) -> TravelTimes:
        """Times between all `places`, or from them to `destinations`, at the scenario's percentile unless others are asked for.

        Under the view `headway` all percentiles are the expected time, and so is `planned`: nobody can time when to leave.
        """
        asked = percentiles or (self.percentile,)
        ends = places if destinations is None else destinations
        if self.by_headway(mode):
            return self._by_headway((*places, *ends)).expected(mode, places, ends, asked)
        return self.search(mode, (*places, *ends)).travel_times(places, ends, self.starts_s, asked, planned=planned)

    def departures(self, origin: str, destination: str, mode: DoorMode, *, planned: bool = False) -> Departures:
        """What becomes of every departure of the window; under the view `headway` all take the expected time."""
        if self.by_headway(mode):
            return self._by_headway((origin, destination)).departures(mode, origin, destination, self.starts_s)
        return self.search(mode, (origin, destination)).departures(origin, destination, self.starts_s, planned=planned)

    def day_ends(self, mode: DoorMode, places: Sequence[str], home_by_s: int) -> DayEnds:
        """First arrivals, and last departures that arrive by `home_by_s`, between all places.

        Under the view `headway` by expected times, which know no last vehicle.
        """
        if not self.by_headway(mode):
            return self.search(mode, places).day_ends(places, self.starts_s, home_by_s)
        ends = np.array([[day_ends_of(self.departures(a, b, mode), home_by_s) for b in places] for a in places], dtype=np.int64)
        return DayEnds(ends[:, :, 0], ends[:, :, 1])

    def minutes(self, origin: str, destination: str, mode: DoorMode, *, planned: bool, percentile: float | None = None) -> float:
        """Minutes at a percentile (the scenario's by default); not-a-number if that share of the departures does not arrive."""
        departures = self.departures(origin, destination, mode, planned=planned)
        return percentile_minutes(departures.minutes(planned=planned), self.percentile if percentile is None else percentile)

    def journey(self, origin: str, destination: str, mode: DoorMode, start_s: int, *, planned: bool) -> Journey | None:
        """The journey of who wants to leave at `start_s`; `None` if there is none."""
        return journey(self.search(mode, (origin, destination)), origin, destination, start_s, planned=planned)

    def journeys(self, origin: str, destination: str, mode: DoorMode, start_s: int, *, planned: bool, count: int = 1) -> list[Journey]:
        """The journey of one wished departure; with a `count` above one, those not dominated in arrival, changes and fare.

        With `planned` the one that leaves latest for the earliest arrival is among them, though another may be cheaper.
        """
        found = self.journey(origin, destination, mode, start_s, planned=planned)
        first = [] if found is None else [found]
        if count == 1:
            return first
        others = [item.journey for item in alternatives(self.search(mode, (origin, destination)), origin, destination, start_s, count)]
        if not planned or any(item.legs == found.legs for item in others for found in first):
            return others
        return [*first, *others][:count]

    def journey_at_percentile(
        self, origin: str, destination: str, mode: DoorMode, *, planned: bool, percentile: float | None = None
    ) -> Journey | None:
        """The journey of the first departure whose time is the percentile's; `None` if that share does not arrive."""
        search = self.search(mode, (origin, destination))
        departures = search.departures(origin, destination, self.starts_s, planned=planned)
        asked = self.percentile if percentile is None else percentile
        number = percentile_position(departures.minutes(planned=planned), asked)
        return journey_of(search, origin, destination, departures, number)

    def node_minutes(self, origin: str, mode: DoorMode, start_s: int | None = None, percentile: float | None = None) -> NDArray[np.float64]:
        """Minutes from a place to every node (n nodes), infinite where it is not reached.

        For one departure, or at a percentile over the departures of the window (the scenario's by default, nearest rank).
        """
        starts = self.starts_s if start_s is None else np.array([start_s], dtype=np.int64)
        arrivals = node_arrivals(self.search(mode, (origin,)), origin, starts)
        reached = arrivals != UNREACHED
        minutes = np.where(reached, (np.where(reached, arrivals, 0) - starts[:, None]) / 60, np.inf)
        rank = nearest_rank(self.percentile if percentile is None else percentile, len(starts))
        return np.asarray(np.sort(minutes, axis=0)[rank], dtype=np.float64)
