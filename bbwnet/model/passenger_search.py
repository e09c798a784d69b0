"""What services offer those who travel, found once: a passenger model may use it again with other figures of demand and choice."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES, COACH, service_offers
from bbwnet.choice.unlisted_coach import unlisted_coaches
from bbwnet.demand.people import people_of
from bbwnet.demand.through import through_pairs
from bbwnet.errors import InputError
from bbwnet.model.road_loading import RoadLoading
from bbwnet.model.user_matrices import read_user_trips
from bbwnet.network.state import NetworkState
from bbwnet.routing.door_to_door import DoorToDoor
from bbwnet.routing.fares import Fares

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.choice.mode_table import ServiceOffers
    from bbwnet.demand.people import People
    from bbwnet.demand.user_trips import UserTrips
    from bbwnet.network.network import Network
    from bbwnet.routing.door_to_door import DoorMode

SEARCHED: tuple[DoorMode, ...] = ("coach", "rail", "air", "sea", "transit")
"""Searches of services; cars come from the roads as they are loaded."""


@dataclass(frozen=True)
class PassengerSearch:
    """Journeys by services between the places of demand, and what is told by times on empty roads.

    It stays right while places, links, services, access, fares, policy and wished departures stay; weights, values of time, constants,
    sensitivities, crowding and all of demand may change.
    """

    names: tuple[str, ...]
    offers: ServiceOffers
    quickest_min: NDArray[np.float64]
    """n x n: minutes of the quickest way by any mode, cars on empty roads among them."""
    through: NDArray[np.bool_]
    """n x n: pairs of gateways whose way leads through the region."""
    infrastructure_hash: str
    services_hash: str

    def check(self, network: Network, people: People) -> None:
        """Raise `InputError` for a network of other links, services or places."""
        if (network.infrastructure_hash, network.services_hash) != (self.infrastructure_hash, self.services_hash):
            raise InputError("the search of journeys is of another network: its links or services differ")
        if people.names != self.names:
            raise InputError("the search of journeys is of other places than those of the demand")


def passenger_search(
    network: Network,
    state: NetworkState | None = None,
    *,
    people: People | None = None,
    roads: RoadLoading | None = None,
    given: UserTrips | None = None,
    before: PassengerSearch | None = None,
) -> PassengerSearch:
    """Look for journeys in a state (by default everything open, on empty roads), both ways between all places that people travel between.

    Nobody looks for a flight to or from the next airport, or for journeys between gateways unless through the region or `given`
    by the scenario's own matrices. `people`, `roads` and `given` are made if they are not at hand. Times on empty roads, and what follows
    from them, are those of `before` if there is one: else pairs would come and go as the loop runs. Raises `NetworkError` without
    residents.
    """
    people = people or people_of(network, needed=not network.settings.demand.passenger.matrices)
    state = state or NetworkState.free_flow(network)
    names, fares = people.names, Fares(network)
    gateways, airports = people.rows("gateway"), people.rows("airport")
    unlisted = None
    if before is None:
        roads = roads or RoadLoading(network, state, names, fares)
        parking_min = np.where(np.eye(len(names), dtype=np.bool_), 0.0, network.settings.access.park_min)
        drive_min = roads.empty_drive("car").time / 60 + parking_min
        alone = roads.empty_drive("road") if _has_coaches(network) else None
        # What lies on the way between countries is told by the roads, whoever may drive them.
        along_min = roads.empty_drive("vehicle").time / 60 + parking_min
        through = through_pairs(people, along_min, network.settings.demand.passenger.external.through_detour)
    else:
        through = before.through
    between_gateways = gateways[:, None] & gateways[None, :]
    at_airport = airports[:, None] | airports[None, :]
    pairs = ~between_gateways & ~(at_airport & ~(people.rows("zone")[:, None] | people.rows("zone")[None, :]))
    pairs |= through | through.T
    own = read_user_trips(network) if given is None else given
    if own is not None:
        between = own.among(names).pairs()
        pairs |= between | between.T
    flights = np.array([mode == "air" for mode, _ in ALTERNATIVES])
    offers = service_offers(
        DoorToDoor(network, state, names), fares, names, pairs, {"air": pairs & ~at_airport & ~between_gateways}, SEARCHED,
        barred=at_airport[..., None] & flights,
    )  # fmt: skip
    by_coach = _cells_of(offers, COACH)
    if before is not None:
        quickest, known = before.quickest_min, before.offers.unlisted
        unlisted = None if known is None else known.without(by_coach)
    else:
        quickest = np.minimum(offers.quickest_min, drive_min)
        if alone is not None:
            free = pairs & ~at_airport
            unlisted = unlisted_coaches(alone.time / 60, alone.length, free, by_coach, fares, _coach_tariff(network, fares))
    offers = dataclasses.replace(offers, unlisted=unlisted)
    return PassengerSearch(names, offers, quickest, through, network.infrastructure_hash, network.services_hash)


def _has_coaches(network: Network) -> bool:
    """Whether the network has coaches at all, a service or a tariff; else nobody says that there are any."""
    return ("coach", None, None) in network.assembly.tariffs or any(pattern.mode == "coach" for pattern in network.trips.patterns)


def _coach_tariff(network: Network, fares: Fares) -> int:
    """Row of the tariff of coaches; -1 where there is none."""
    tariff = network.assembly.tariffs.get(("coach", None, None))
    return -1 if tariff is None else [item.id for item in fares.tariffs].index(tariff.id)


def _cells_of(offers: ServiceOffers, alternative: int) -> NDArray[np.bool_]:
    """N x n: where an alternative has a journey."""
    count, slots = len(offers.names), len(ALTERNATIVES)
    found = np.zeros(count * count, dtype=np.bool_)
    found[offers.cell[offers.cell % slots == alternative] // slots] = True
    return found.reshape(count, count)
