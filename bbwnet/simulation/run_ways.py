"""What runs move over between their stops: stretches of line from station to station, and when what lies on them is open."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.scenario.schema.infrastructure import RailLink
from bbwnet.simulation.calendars import ALWAYS, Calendar, together
from bbwnet.simulation.line_block import Block
from bbwnet.simulation.weather import Weather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.network.trips import Pattern
    from bbwnet.simulation.closures import Closures
    from bbwnet.simulation.line_block import Way

PASSING_KINDS = ("station", "freight_yard")
"""Nodes at which trains pass each other and wait."""

_SHIPS = 8
"""Trains on a train ferry at once, so many that none waits for another."""

_EVEN = 1e-9
"""What rounding may leave of a whole number of pieces."""

HIGH_SPEED_KMH = 200.0
"""Lines designed for this and more have the headway of high-speed lines."""

ENDS_MUST_BE_OPEN = ("air", "ferry")
"""Modes that go nowhere unless the next stop is open; trains and coaches pass a closed one, but do not begin or end there."""


@dataclass(frozen=True)
class Stretch:
    """From one place where a vehicle may stand to the next."""

    seconds: int
    """Of the planned run."""
    leaves: tuple[int, ...]
    """Seconds from its beginning at which each link (at least one entry) is left; the last is `seconds`."""
    calendars: tuple[Calendar, ...]
    """Of each of those; links that are always open at full speed too."""
    way: Way
    """Pieces of line to be taken; empty where none binds."""
    links: tuple[str, ...]
    backward: tuple[bool, ...]

    @cached_property
    def is_clear(self) -> bool:
        """Whether nothing on it is ever closed or slow."""
        return all(calendar.is_always_open for calendar in self.calendars)

    @cached_property
    def hold(self) -> Calendar:
        """When all of it is open."""
        return together(self.calendars)

    def times(self, start_s: float, work_s: float) -> list[float]:
        """When each link is left if a run that needs `work_s` for all of it begins then."""
        if self.is_clear:
            if work_s == self.seconds:
                return [start_s + leave for leave in self.leaves]
            return [start_s + work_s * leave / self.seconds if self.seconds else start_s for leave in self.leaves[:-1]] + [start_s + work_s]
        at, before, left = start_s, 0, []
        scale = 1.0 if work_s == self.seconds or not self.seconds else work_s / self.seconds
        for leave, calendar in zip(self.leaves, self.calendars, strict=True):
            at = calendar.finish_s(at, (leave - before) * scale)
            before = leave
            left.append(at)
        return left


@dataclass(frozen=True)
class _Piece:
    """Of a link, from one place where trains may pass each other to the next."""

    link: str
    number: int
    """Along the link."""
    weight: float
    """Share of the time of its section, relative to that of others."""
    backward: bool


@dataclass(frozen=True)
class Section:
    """From one stop of a run to the next."""

    stretches: tuple[Stretch, ...]
    hold: Calendar
    """When a run may leave for it."""
    stop: Calendar
    """When its last node is open."""

    @cached_property
    def begins_s(self) -> tuple[int, ...]:
        """Planned seconds from its beginning to that of each stretch, and to its end."""
        return (0, *accumulate(stretch.seconds for stretch in self.stretches))


@dataclass(frozen=True)
class RunWay:
    """All sections of a pattern."""

    sections: tuple[Section, ...]
    first_stop: Calendar

    @cached_property
    def is_clear(self) -> bool:
        """Whether no closure ever touches it."""
        return self.first_stop.is_always_open and all(
            item.hold.is_always_open and item.stop.is_always_open and all(stretch.is_clear for stretch in item.stretches)
            for item in self.sections
        )

    @cached_property
    def is_free(self) -> bool:
        """Whether it takes no pieces of line."""
        return not any(stretch.way for item in self.sections for stretch in item.stretches)


class RunWays:
    """Ways of all patterns of a network, over the same pieces of line."""

    def __init__(self, network: Network, closures: Closures) -> None:
        """Take the network and what is closed on it."""
        self._network, self._closures = network, closures
        self._settings = network.settings.simulation.services
        self._weather = Weather(network, network.settings.simulation.weather)
        links = network.links
        self._from = dict(zip(links.index, links["from"], strict=True))
        self._to = dict(zip(links.index, links["to"], strict=True))
        self._kind = dict(zip(network.nodes.index, network.nodes["kind"], strict=True))
        self._airports = {airport.node: airport.id for airport in network.assembly.airports.values()}
        self._seconds = _LinkSeconds(network)
        self.blocks: dict[tuple[str, int], Block] = {}
        """Pieces of line that have been asked for, by link and number along it."""

    def of(self, pattern: Pattern) -> RunWay:
        """The way of a pattern."""
        service = self._closures.of_service(pattern.service)
        if pattern.mode == "ferry" and not self._network.assembly.services[pattern.service].carries_vehicles:
            ships = self._network.settings.simulation.ferries.passenger_ships
            service = together([service, self._weather.for_vessel(ships, pattern.stops)])
        sections = []
        last = len(pattern.stops) - 2
        for place, (links, seconds) in enumerate(zip(pattern.links, pattern.run_seconds, strict=True)):
            start, end = pattern.stops[place], pattern.stops[place + 1]
            stretches = self._stretches(pattern.mode, start, links, seconds, service)
            stop = self._stop(end)
            must_be_open = [stop] if pattern.mode in ENDS_MUST_BE_OPEN or place == last else []
            own = [self._closures.of_link(link) for link in links]
            sections.append(Section(stretches, together([service, *own, *must_be_open]), stop))
        return RunWay(tuple(sections), self._stop(pattern.stops[0]))

    def _stop(self, node: str) -> Calendar:
        airport = self._airports.get(node)
        return self._closures.of_node(node) if airport is None else self._closures.of_terminal("airports", airport, node)

    def _stretches(self, mode: str, start: str, links: Sequence[str], seconds: int, service: Calendar) -> tuple[Stretch, ...]:
        slowed = _under_way(service)
        if not links:
            return (Stretch(seconds, (seconds,), (slowed,), (), (), ()),)
        node, backward, ends = start, [], []
        for link in links:
            back = self._from[link] != node
            node = str(self._from[link] if back else self._to[link])
            backward.append(back)
            ends.append(node)
        binds = mode == "rail" and self._settings.line_capacity != "none"
        pieces = [piece for link, back in zip(links, backward, strict=True) for piece in self._pieces(link, binds=binds, backward=back)]
        weights = np.array([piece.weight for piece in pieces], dtype=np.float64)
        until = np.rint(seconds * np.cumsum(weights) / weights.sum()).astype(np.int64).tolist()
        until[-1] = seconds
        made, begin, before = [], 0, 0
        end_of = dict(zip(links, ends, strict=True))
        for place, piece in enumerate(pieces):
            last_of_link = place + 1 == len(pieces) or pieces[place + 1].link != piece.link
            stands = binds and (not last_of_link or self._kind[end_of[piece.link]] in PASSING_KINDS)
            if place + 1 < len(pieces) and not stands:
                continue
            own = range(begin, place + 1)
            made.append(
                Stretch(
                    seconds=until[place] - before,
                    leaves=tuple(until[item] - before for item in own),
                    calendars=tuple(_slowest(slowed, self._closures.of_link(pieces[item].link)) for item in own),
                    way=tuple((self._block(pieces[item]), int(pieces[item].backward)) for item in own) if binds else (),
                    links=tuple(pieces[item].link for item in own),
                    backward=tuple(pieces[item].backward for item in own),
                )
            )
            begin, before = place + 1, until[place]
        return tuple(made)

    def _pieces(self, link: str, *, binds: bool, backward: bool) -> list[_Piece]:
        """A link cut where trains may pass each other between the nodes of the data, in the order of running."""
        record, weight = self._network.assembly.links[link], self._seconds(link, backward)
        loops = self._settings.loops
        if not binds or not isinstance(record, RailLink):
            return [_Piece(link, 0, weight, backward)]
        spacing = loops.high_speed_km if record.design_speed_kmh >= HIGH_SPEED_KMH else loops.others_km
        count = max(1, math.ceil(record.length_km / spacing - _EVEN))
        numbers = range(count)[::-1] if backward else range(count)
        return [_Piece(link, number, weight / count, backward) for number in numbers]

    def _block(self, piece: _Piece) -> Block:
        key = piece.link, piece.number
        if key not in self.blocks:
            record, times = self._network.assembly.links[piece.link], self._settings.headway
            if isinstance(record, RailLink):
                fast = record.design_speed_kmh >= HIGH_SPEED_KMH
                headway = times.single_track_s if record.tracks == 1 else times.high_speed_s if fast else times.main_s
                shared = record.tracks == 1 and self._settings.line_capacity == "headway_and_single_track"
                past = self._settings.overtaking == "anywhere" and not shared
                made = Block(piece.link, headway, times.crossing_s if shared else None, max(1, record.tracks // 2), past)
            else:
                made = Block(piece.link, 0.0, None, _SHIPS)
            self.blocks[key] = made
        return self.blocks[key]


class _LinkSeconds:
    """How the time of a section is shared out over its links: as a car takes it, else by length over speed."""

    def __init__(self, network: Network) -> None:
        columns = (network.links[key].to_numpy(dtype=np.float64, na_value=np.nan) for key in ("car_seconds", "car_seconds_backward"))
        self._car = dict(zip(map(str, network.links.index), zip(*columns, strict=True), strict=True))
        self._links = network.assembly.links

    def __call__(self, link: str, backward: bool) -> float:  # noqa: FBT001  the direction of travel
        record = self._links[link]
        if record.mode == "rail":
            return float(record.length_km / (record.operating_speed_kmh or record.design_speed_kmh))
        car = float(self._car[link][backward])
        return car if car > 0 else float(record.length_km)


def _under_way(service: Calendar) -> Calendar:
    """What a service's own calendar means between stops: it may be slow, but it is not stopped there."""
    return Calendar(service.start_s, np.where(service.speed == 0, 1.0, service.speed)) if (service.speed != 1).any() else ALWAYS


def _slowest(first: Calendar, second: Calendar) -> Calendar:
    """The lower speed of the two; a disruption of a mode is on its services and its links."""
    if first.is_always_open or second.is_always_open:
        return second if first.is_always_open else first
    starts = reduce(np.union1d, (first.start_s, second.start_s))
    speeds = [item.speed[np.searchsorted(item.start_s, starts, side="right") - 1] for item in (first, second)]
    return Calendar(starts, np.minimum(*speeds))
