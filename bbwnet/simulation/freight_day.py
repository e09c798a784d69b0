"""A day of freight as it is given to the simulation: routes of consignments by stages, and what they pass."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from bbwnet.scenario.schema.base import DAY_SECONDS
from bbwnet.simulation.calendars import ALWAYS, Calendar, together

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.simulation.lock import Chamber, LockOrder


class Spent(IntEnum):
    """What consignments spend their time on, by kind of place."""

    HANDLING = 0
    ROAD = 1
    YARD = 2
    RAIL = 3
    RIVER_PORT = 4
    RIVER = 5
    BORDER = 6
    FERRY = 7
    PORT = 8
    SEA = 9


SPENT: Final = tuple(item.name.lower() for item in Spent)
"""Words of `Spent`, in its order."""


class Kind(IntEnum):
    """What a stage is."""

    TIMED = 0
    """Takes its time, whatever happens."""
    GATE = 1
    """A crossing or ferry, which may be closed."""
    PORT = 2
    """A sea port, which may be closed."""
    TRAIN = 3
    """Waiting for a train, and riding it."""
    BARGE = 4
    """Waiting for a barge, and its voyage."""
    HAUL = 5
    """By truck from site to site, on roads that may be closed."""


@dataclass(frozen=True)
class Stage:
    """A stage of a route."""

    kind: Kind
    spent: Spent
    seconds: float
    """How long it takes, without a wait that is simulated: for a train or barge it is the way; of what begins once it is open."""
    at: int = -1
    """The gate, port, train leg, voyage or haul."""


@dataclass(frozen=True)
class Route:
    """The way of one kind of consignment."""

    commodity: str
    chain: str
    """Modes in order, as in `FreightFlows.chains`."""
    origin: str
    destination: str
    from_place: str
    """City of the origin, or the origin itself outside of the region's cities."""
    to_place: str
    tonnes_day: float
    """Tonnes that set out each day; 0 of a route that is only a way out."""
    parts: int
    """Consignments of one size that these tonnes are, spread over the day."""
    number: int
    """Row of its chain; names the stream of its moments."""
    stages: tuple[Stage, ...]
    given_s: float
    """Seconds before or after that are not simulated: at sea, and beyond it."""
    hours: float
    """Hours door to door that the chain was chosen by, `given_s` included."""
    cost_cny_t: float
    hour_cny: float
    """Worth of an hour of a tonne."""
    handlings: float
    trucks_per_tonne: float
    """Truck trips a tonne, both ways together, empty ones included."""
    others: tuple[int, ...] = ()
    """Routes of the same commodity, origin and destination, the most taken first."""
    join_site: int = -1
    """Where a consignment that comes from elsewhere joins the route: site where its first haul by road ends."""
    join_stage: int = 0
    """The stage that follows there."""

    @property
    def part_t(self) -> float:
        """Tonnes of one consignment."""
        return self.tonnes_day / self.parts


@dataclass(frozen=True)
class Gate:
    """A crossing or ferry in one direction."""

    link: str
    crossing: str
    """Empty of a ferry."""
    forward: bool
    tail: str
    head: str
    site: int
    """Site on the side that trucks come from."""
    open_s: float = 0.0
    """Seconds after midnight, region's clock, at which it opens to goods every day."""
    close_s: float = float(DAY_SECONDS)
    truck_s: float = 0.0
    """Seconds of its opening hours that each truck takes of its capacity; 0 without a limit."""

    @property
    def name(self) -> str:
        """Its link with the direction."""
        return f"{self.link}:{'forward' if self.forward else 'backward'}"

    @property
    def shut_s(self) -> float:
        """Mean wait for the opening of who comes at any hour."""
        return (DAY_SECONDS - (self.close_s - self.open_s)) ** 2 / (2 * DAY_SECONDS)

    def hours(self, first_day: int, last_day: int) -> Calendar:
        """Its opening hours from one day to another."""
        if self.close_s - self.open_s >= DAY_SECONDS:
            return ALWAYS
        opens = (np.arange(first_day, last_day + 1) - 1) * DAY_SECONDS + self.open_s
        starts = np.column_stack([opens, opens + (self.close_s - self.open_s)]).ravel()
        return Calendar(np.concatenate([[-np.inf], starts]), np.concatenate([[0.0], np.tile([1.0, 0.0], len(opens))]))


@dataclass(frozen=True)
class SeaPort:
    """The terminals of a sea port that take a commodity, and the lanes that lead there."""

    node: str
    terminals: tuple[str, ...]
    """Empty of a port without terminals in the data."""
    lanes: tuple[str, ...]
    site: int
    wait_s: float = 0.0
    """Mean wait of its ships for a berth in the year's flows, where none are simulated."""


@dataclass(frozen=True)
class TrainLine:
    """Where wagons of one yard that leave it by one track wait for a train."""

    yard: str
    by: str
    """First link of the way."""
    site: int


@dataclass(frozen=True)
class TrainLeg:
    """From yard to yard by train."""

    line: int
    to_yard: str
    links: tuple[str, ...]
    link_s: tuple[float, ...]
    path: int
    """Busiest link on the way, among the paths of `FreightDay`; -1 without one."""


@dataclass(frozen=True)
class TrainPaths:
    """Freight trains that a link takes in a direction."""

    link: str
    forward: bool
    interval_s: float


@dataclass(frozen=True)
class Reach:
    """A part of a voyage, behind a lock or from the port on."""

    links: tuple[str, ...]
    link_s: tuple[float, ...]
    lock: int = -1
    """Lock passed before, -1 for none."""
    forward: bool = True
    """Direction through the lock."""


@dataclass(frozen=True)
class Voyage:
    """From river port to river port by barge."""

    port: str
    to_port: str
    site: int
    tonnes: float
    """On board of a barge that is full."""
    room: float
    """Room that a barge takes in a lock."""
    reaches: tuple[Reach, ...]


@dataclass(frozen=True)
class LockSite:
    """A lock as its record has it."""

    identifier: str
    node: str
    chambers: tuple[Chamber, ...]
    order: LockOrder


@dataclass(frozen=True)
class HaulRoads:
    """Roads between the sites of freight, as its trucks drive them (s sites, a arcs)."""

    sites: tuple[str, ...]
    site_node: NDArray[np.int64]
    """Node of each site, as arcs number them."""
    seconds: NDArray[np.float64]
    """From site to site by the usual way, infinite where no road leads without a gate (s x s)."""
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    arc_s: NDArray[np.float64]
    links: tuple[str, ...]
    """Link of each arc; empty of one that stands for a road not in the data."""
    no_through: NDArray[np.bool_]
    """Nodes where ways begin and end only."""
    ways: Mapping[tuple[int, int], Sequence[int]]
    """Arcs of the usual way between sites; of those that no haul joins it is not told, nor on days without disruptions."""


@dataclass(frozen=True)
class FreightDay:
    """A mean day of freight, and what it passes."""

    routes: Sequence[Route]
    gates: Sequence[Gate]
    ports: Sequence[SeaPort]
    lines: Sequence[TrainLine]
    train_legs: Sequence[TrainLeg]
    paths: Sequence[TrainPaths]
    voyages: Sequence[Voyage]
    locks: Sequence[LockSite]
    train_tonnes: float
    """On a full train."""
    hour_weights: NDArray[np.float64]
    """Of the hours in which consignments set out (24)."""
    hauls: Sequence[tuple[int, int]]
    """Sites by road from and to."""
    roads: HaulRoads
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A way link by link, with the closures on it."""

    seconds: float
    """Without closures."""
    closures: tuple[tuple[float, float, Calendar], ...]
    """Seconds before each disrupted link, seconds on it, and its calendar."""
    whole: Calendar
    """When all of it is open, and whatever else must be."""

    @classmethod
    def of(cls, seconds: float, closures: Sequence[tuple[float, float, Calendar]], others: Sequence[Calendar] = ()) -> Self:
        """A way that takes so long, with the closures on it and others that bind it."""
        return cls(seconds, tuple(closures), together([*(item[2] for item in closures), *others]))

    def arrive_s(self, leave_s: float) -> float:
        """When who leaves at a moment arrives; infinite if never."""
        if not self.closures:
            return leave_s + self.seconds
        at, done = leave_s, 0.0
        for before, on_link, calendar in self.closures:
            at = calendar.finish_s(at + (before - done), on_link)
            done = before + on_link
        return at + (self.seconds - done)
