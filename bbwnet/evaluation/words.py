"""Ways told in words, in Chinese or English."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from bbwnet.evaluation.journey_words import clock, expected_line, journey_line
from bbwnet.routing.in_vehicle import TimetableJourney
from bbwnet.routing.journeys import Journey
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from bbwnet.evaluation.travel_times import Way
    from bbwnet.network.network import Network
    from bbwnet.routing.in_vehicle import Ride
    from bbwnet.routing.road import Drive, RoadLeg

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Words:
    """Names and phrases in one language."""

    network: Network
    language: Language

    def name(self, key: str) -> str:
        """Name of a city, place or node."""
        for records in (self.network.cities, self.network.assembly.places, self.network.assembly.nodes):
            if key in records:
                return self.pick(records[key].name.zh, records[key].name.en)
        return key

    def node(self, key: str) -> str:
        """Name of a node or place, which may have the identifier of a city."""
        for records in (self.network.assembly.nodes, self.network.assembly.places):
            if key in records:
                return self.pick(records[key].name.zh, records[key].name.en)
        return key

    def pick(self, zh: str, en: str) -> str:
        """The text in this language."""
        return zh if self.language == "zh" else en

    def way(self, way: Way | None) -> str:
        """A way in one line."""
        if way is None:
            return self.pick("无", "no way")
        if isinstance(way, Journey):
            return journey_line(way, self)
        if isinstance(way, ExpectedJourney):
            return expected_line(way, self)
        return self._journey(way) if isinstance(way, TimetableJourney) else self._drive(way)

    def _journey(self, journey: TimetableJourney) -> str:
        parts: list[str] = []
        for position, ride in enumerate(journey.rides):
            if position:
                wait = (ride.depart_s - journey.rides[position - 1].arrive_s) / 60
                parts.append(self.pick(f"换乘{wait:.0f}分", f"change {wait:.0f} min"))
            parts.append(self._ride(ride))
        return self.pick("，", ", ").join(parts)

    def _ride(self, ride: Ride) -> str:
        vehicle = ride.train_class or ride.mode
        ends = f"{self.node(ride.from_stop)} {clock(ride.depart_s)} – {self.node(ride.to_stop)} {clock(ride.arrive_s)}"
        return f"{ends} ({vehicle}, {ride.minutes:.0f} {self.pick('分', 'min')}, {ride.length_km:.0f} km)"

    def _drive(self, drive: Drive) -> str:
        if not drive.legs:
            return self.pick("同一地点", "the same place")
        parts = []
        for (mode, line), legs in groupby(drive.legs, key=_road_group):
            listed = list(legs)
            length = sum(leg.length_km for leg in listed)
            minutes = sum(leg.seconds for leg in listed) / 60
            if mode == "highway":
                parts.append(f"{road_name(line)} {length:.0f} km")
            else:
                ends = f"{self.node(listed[0].from_node)} – {self.node(listed[-1].to_node)}"
                word = self.pick("轮渡", "ferry") if mode == "ferry" else self.pick("口岸", "border")
                parts.append(f"{word} {ends} {minutes:.0f} {self.pick('分', 'min')}")
        return self.pick("，", ", ").join(parts) + f" ({drive.minutes:.0f} {self.pick('分', 'min')}, {drive.length_km:.0f} km)"


def _road_group(leg: RoadLeg) -> tuple[str, str]:
    return leg.mode, leg.line if leg.mode == "highway" else leg.link


def road_name(line: str) -> str:
    """A road's number as signs write it (`G75`), or its name with spaces."""
    return line.upper() if len(line) > 1 and line[1:].rstrip("w0123456789").strip() == "" else line.replace("_", " ")
