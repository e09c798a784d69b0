"""All journeys between places that are best for one of many wished departures, as flat arrays: what they take, cost and ride.

The same journeys as `bbwnet.routing.journeys` writes leg by leg, found by the same profiles and followed by compiled kernels.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from bbwnet.routing.departure_kernels import ChoiceArrays
from bbwnet.routing.journey_set_kernels import Chosen, Followed, Vehicles, choose_many, follow
from bbwnet.routing.way_prices import WayPrices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.trips import Trips
    from bbwnet.routing.door_to_door import DoorMode, DoorToDoor, ModeSearch
    from bbwnet.routing.fares import Fares
    from bbwnet.scenario.schema.services import ServiceMode

KINDS: tuple[str, ...] = ("ride", "drive", "bus", "walk", "wait", "terminal", "border")
"""What the seconds of a journey are spent on, in the order of their columns: in a vehicle of the timetable; in a car, one's own or a
taxi; in a city bus or shuttle; on foot; waiting; getting through terminals; formalities and closed gates of a border."""

RIDE_MODES: tuple[ServiceMode, ...] = ("coach", "rail", "air", "ferry")
"""Modes of service, in the order of the columns of kilometres ridden."""


@dataclass(frozen=True)
class JourneySet:
    """n journeys and the r vehicles they ride; sorted by search, destination, origin, leaving."""

    names: tuple[str, ...]
    """Places, as `origin` and `destination` count them."""
    searches: tuple[DoorMode, ...]
    trips: Trips
    """The trips ridden; of the network but for what is known by its headway (`bbwnet.routing.headways`)."""
    search: NDArray[np.int8]
    """Which of `searches` found each journey."""
    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    leave_s: NDArray[np.int64]
    """Second at which the door is left, on the region's clock."""
    arrive_s: NDArray[np.int64]
    seconds: NDArray[np.int64]
    """By `KINDS` (n x 7); they add up to the time from leaving to arrival."""
    km: NDArray[np.float64]
    """Of all legs."""
    ride_km: NDArray[np.float64]
    """By `RIDE_MODES` (n x 4)."""
    other_mode_changes: NDArray[np.int64]
    """Changes to a vehicle of another mode."""
    fare_cny: NDArray[np.float64]
    """Of one traveller as paid; not-a-number where a part is not known."""
    first_ride: NDArray[np.int64]
    """First ride of each journey (n + 1)."""
    ride_trip: NDArray[np.int64]
    """Trip of each ride, a row of `trips` (r)."""
    ride_from: NDArray[np.int64]
    """Call at which it is boarded, an index into the calls of `trips` (r)."""
    ride_to: NDArray[np.int64]
    """Call at which it is left (r)."""
    ride_depart_s: NDArray[np.int64]
    """Second of boarding, of the day looked at (r)."""
    ride_way_s: NDArray[np.int64]
    """Seconds from leaving the door, or from getting off the vehicle before, until ready to board: the wait comes after (r)."""
    ride_entry_s: NDArray[np.int64]
    """The last of them, spent on entering the terminal (r)."""
    egress_s: NDArray[np.int64]
    """Seconds from getting off the last vehicle to arrival; 0 where none is ridden (n)."""

    def __len__(self) -> int:
        """Count the journeys."""
        return len(self.origin)

    @property
    def rides(self) -> NDArray[np.int64]:
        """Vehicles ridden by each journey (n)."""
        return np.diff(self.first_ride)

    @property
    def changes(self) -> NDArray[np.int64]:
        """Changes of vehicle (n)."""
        return np.maximum(self.rides - 1, 0)

    @property
    def minutes(self) -> NDArray[np.float64]:
        """From leaving to arrival (n)."""
        return np.asarray((self.arrive_s - self.leave_s) / 60)

    def only(self, chosen: NDArray[np.int64]) -> JourneySet:
        """Some of the journeys (rows, in the order wanted) with their rides."""
        counts = self.rides[chosen]
        first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rides = np.repeat(self.first_ride[:-1][chosen] - first[:-1], counts) + np.arange(first[-1])
        own = {name: getattr(self, name)[chosen] for name in _OF_JOURNEYS}
        ridden = {name: getattr(self, name)[rides] for name in _OF_RIDES}
        return JourneySet(names=self.names, searches=self.searches, trips=self.trips, first_ride=first, **own, **ridden)


_OF_RIDES = ("ride_trip", "ride_from", "ride_to", "ride_depart_s", "ride_way_s", "ride_entry_s")
_OF_JOURNEYS = tuple(
    field.name for field in fields(JourneySet) if field.name not in {"names", "searches", "trips", "first_ride", *_OF_RIDES}
)


def journey_set(
    doors: DoorToDoor,
    fares: Fares,
    names: Sequence[str],
    wishes_s: Sequence[int],
    pairs: NDArray[np.bool_] | None = None,
    searched: Mapping[DoorMode, NDArray[np.bool_]] | None = None,
    searches: Sequence[DoorMode] = ("coach", "rail", "air", "sea", "transit"),
) -> JourneySet:
    """Every distinct journey between the places (n) that is best for one of the wished departures, seconds of the day, by each search.

    The best arrives first, and of those leaves last. `pairs` (n x n) leaves others out; `searched` says which pairs each search is for
    (by default all). A place has no journey to itself. Fares are those of `fares`, a through ticket as the scenario's policy has it.
    Raises `KeyError` for places that `doors` does not know, `ValueError` without a wish.
    """
    if len(wishes_s) == 0:
        raise ValueError("wishes_s is empty; at least one wished departure is needed")
    writer = _Writer(doors, fares, names, wishes_s)
    wanted = np.ones((len(names), len(names)), dtype=np.bool_) if pairs is None else pairs
    for number, mode in enumerate(searches):
        asked = wanted if searched is None or mode not in searched else wanted & searched[mode]
        writer.search(number, doors.by(mode), asked)
    return writer.result(tuple(searches))


class _Writer:
    """Collects the journeys to one destination after the other."""

    def __init__(self, doors: DoorToDoor, fares: Fares, names: Sequence[str], wishes_s: Sequence[int]) -> None:
        """Lay out what is the same for all."""
        self.doors, self.fares, self.names = doors, fares, tuple(names)
        self.rows = np.array([doors.row[name] for name in names], dtype=np.int64)
        self.position = np.empty(len(doors.row), dtype=np.int64)
        self.position[self.rows] = np.arange(len(names))
        self.starts = np.array(sorted(set(wishes_s)), dtype=np.int64)
        self.choice = ChoiceArrays(*(np.empty(len(self.starts), dtype=np.int64) for _ in ChoiceArrays._fields))
        room = max(1, len(names) * len(self.starts))
        self.chosen = Chosen(*(np.empty(room, dtype=np.int64) for _ in Chosen._fields))
        self.prices = WayPrices(doors, fares)
        self.parts: list[dict[str, NDArray[Any]]] = []

    def search(self, number: int, search: ModeSearch, asked: NDArray[np.bool_]) -> None:
        """Add the journeys of one search for the pairs asked for (n x n)."""
        doors, prices, vehicles = self.doors, self.prices, _vehicles(search, self.fares)
        for column, name in enumerate(self.names):
            origins = self.rows[asked[:, column]]
            if not len(origins):
                continue
            profile, egress = search.timetable.profile(name)
            count = choose_many(
                origins, self.rows[column], doors.to_board.arrays, search.direct.arrays, profile, doors.clock, self.starts,
                self.choice, self.chosen,
            )  # fmt: skip
            if not count:
                continue
            direct = self.chosen.way[:count]
            found = _room(count, int(self.chosen.boardings[:count].sum()))
            follow(
                self.chosen, count, doors.clock, prices.is_border, profile, vehicles, self.fares.table, prices.wait_of_point,
                doors.to_board.arrays, prices.access, doors.transfers.arrays, prices.transfers,
                egress.arrays, prices.egress(name, egress),
                search.direct.arrays, prices.direct(search.direct, np.unique(-1 - direct[direct < 0])), found,
            )  # fmt: skip
            self._keep(number, column, count, found)

    def _keep(self, number: int, column: int, count: int, found: Followed) -> None:
        """Keep what was followed; copies, for the room is used again."""
        chosen = self.chosen
        self.parts.append(
            {
                "search": np.full(count, number, dtype=np.int8),
                "origin": self.position[chosen.origin[:count]].astype(np.int32),
                "destination": np.full(count, column, dtype=np.int32),
                "leave_s": chosen.leave_s[:count].copy(),
                "arrive_s": chosen.arrive_s[:count].copy(),
                "boardings": chosen.boardings[:count].copy(),
                **found._asdict(),
            }
        )

    def result(self, searches: tuple[DoorMode, ...]) -> JourneySet:
        """All of it."""
        nothing = dict.fromkeys(("search", "origin", "destination", "leave_s", "arrive_s", "boardings"), np.zeros(0, dtype=np.int64))
        parts = self.parts or [{**nothing, **_room(0, 0)._asdict()}]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return JourneySet(
            names=self.names,
            searches=searches,
            trips=self.doors.network.trips,
            search=joined["search"],
            origin=joined["origin"],
            destination=joined["destination"],
            leave_s=joined["leave_s"],
            arrive_s=joined["arrive_s"],
            seconds=joined["seconds"],
            km=joined["way_km"] + joined["ride_km"].sum(axis=1),
            ride_km=joined["ride_km"],
            other_mode_changes=joined["other_mode"],
            fare_cny=self._fare_cny(joined),
            first_ride=np.concatenate([[0], np.cumsum(joined["boardings"])]).astype(np.int64),
            ride_trip=joined["trip"],
            ride_from=joined["call_from"],
            ride_to=joined["call_to"],
            ride_depart_s=joined["depart_s"],
            ride_way_s=joined["way_s"],
            ride_entry_s=joined["entry_s"],
            egress_s=joined["egress_s"],
        )

    def _fare_cny(self, joined: Mapping[str, NDArray[Any]]) -> NDArray[np.float64]:
        """Fares as `Fares.journey` has them: with one ticket for the whole journey a share of its rides is taken off."""
        settings = self.doors.network.settings
        fen = joined["way_fen"] + joined["ride_fen"]
        if settings.policy.transfer.through_ticket:
            saved = np.floor(np.round(joined["ride_fen"] * settings.fares.discount_through_ticket, 6) + 0.5)
            fen -= np.where(joined["boardings"] > 1, saved, 0).astype(np.int64)
        return np.where(joined["known"], fen / 100, np.nan)


def _vehicles(search: ModeSearch, fares: Fares) -> Vehicles:
    """The vehicles of a search."""
    trips, connections = search.doors.network.trips, search.timetable.connections
    km = [np.concatenate([[0.0], np.cumsum(pattern.length_km)]) for pattern in trips.patterns]
    return Vehicles(
        connections.run, connections.call, connections.depart_s, connections.arrive_s, connections.trip_count,
        trips.pattern, trips.first_call,
        np.array([RIDE_MODES.index(cast("ServiceMode", pattern.mode)) for pattern in trips.patterns], dtype=np.int64),
        fares.tariff_of_pattern, fares.first_call, fares.metres, np.concatenate(km) if km else np.zeros(0),
    )  # fmt: skip


def _room(journeys: int, rides: int) -> Followed:
    """Room for journeys and their rides."""
    whole, real = np.int64, np.float64
    return Followed(
        np.zeros((journeys, len(KINDS)), dtype=whole), np.zeros(journeys, dtype=real),
        np.zeros((journeys, len(RIDE_MODES)), dtype=real), np.zeros(journeys, dtype=whole), np.zeros(journeys, dtype=whole),
        np.ones(journeys, dtype=np.bool_), np.zeros(journeys, dtype=whole),
        *(np.zeros(room, dtype=whole) for room in (*(rides,) * 6, journeys)),
    )  # fmt: skip
