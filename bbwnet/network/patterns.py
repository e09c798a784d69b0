"""Services in force turned into patterns: their way, run times and departures, in both directions."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from bbwnet.network.car_times import car_seconds
from bbwnet.network.departures import departures_of
from bbwnet.network.rail_times import RailTimes
from bbwnet.network.road_times import RoadTimes
from bbwnet.network.trips import Pattern, clock_shift_seconds
from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.schema.base import clock_seconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from bbwnet.errors import Problem
    from bbwnet.network.assembly import Assembly
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.services import Service

INTERCITY_CLASSES = ("emu",)
"""Train classes that begin so are multiple units; between members they make up intercity service (V3)."""

COACH_DWELL_MIN = 5.0
"""Stop of a coach between its ends where the service gives none."""

SPEED_TOLERANCE = 1.02
"""A given run time may beat the design speed by rounding, not more."""


@dataclass(frozen=True)
class _Section:
    """The run between two stops, for any mode."""

    links: tuple[str, ...]
    length_km: float
    seconds: int
    dwell_seconds: int


def _through_dwell_seconds(first: Service, following: Service, sections: list[_Section], *, backward: bool) -> int:
    """Stop of a train that carries on as another service: until that one's first departure, at least the usual dwell."""
    usual = sections[-1].dwell_seconds
    starts = [(item.return_departures or item.departures) if backward else item.departures for item in (first, following)]
    if not all(starts):
        return usual
    arrival = (
        clock_seconds(starts[0][0]) + sum(section.seconds for section in sections) + sum(section.dwell_seconds for section in sections[:-1])
    )
    return max(usual, clock_seconds(starts[1][0]) - arrival)


@dataclass
class PatternResult:
    """Patterns, the problems met, and the services withdrawn or shortened because a project left out carries them."""

    patterns: list[Pattern] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    shortened: list[str] = field(default_factory=list)
    car_seconds: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Seconds of a car over each link, forward and backward."""


def build_patterns(scenario: Scenario, assembly: Assembly, *, left_out: bool) -> PatternResult:
    """Patterns of every service in force, and the seconds of a car over each link.

    With `left_out`, a service that has lost part of its track is cut to its longest stretch that is left, or withdrawn, and
    named; otherwise that is a problem.
    """
    result = PatternResult()
    builder = _Builder(scenario, assembly, result, left_out=left_out)
    continued = {service.continues_as for service in assembly.services.values() if service.continues_as}
    services = [service for service in sorted(assembly.services.values(), key=lambda item: item.id) if service.id not in continued]
    for service in services:
        if service.mode != "coach":
            result.patterns.extend(builder.patterns(service))
    # Coaches come last: they ride the roads as cars do, ferries among them, whose times follow from the sailings.
    result.car_seconds = car_seconds(scenario, assembly, result.patterns)
    builder.road_times = RoadTimes(assembly.links, assembly.nodes, result.car_seconds, scenario.index.coach_time_factor, assembly.places)
    for service in services:
        if service.mode == "coach":
            result.patterns.extend(builder.patterns(service))
    return result


class _Builder:
    """Turns services into patterns, keeping one least-time table per train class."""

    def __init__(self, scenario: Scenario, assembly: Assembly, result: PatternResult, *, left_out: bool) -> None:
        self.scenario = scenario
        self.assembly = assembly
        self.result = result
        self.lenient = left_out or bool(scenario.settings.projects.except_)
        self.road_times: RoadTimes | None = None
        self._times: dict[str, RailTimes] = {}
        self._ferry_links = {frozenset((link.from_, link.to)): link for link in assembly.links.values() if link.mode == "ferry"}

    def patterns(self, service: Service) -> list[Pattern]:
        """Patterns of a service and of those it carries on as, one per direction."""
        chain = [service]
        while chain[-1].continues_as is not None and chain[-1].continues_as in self.assembly.services:
            following = self.assembly.services[chain[-1].continues_as]
            if following in chain:
                break
            chain.append(following)
        if self.lenient:
            left = [self._what_is_left(item) for item in chain]
            if left != chain:
                return [pattern for item in left if item is not None for pattern in self._both_directions([item])]
        return self._both_directions(chain)

    def _what_is_left(self, service: Service) -> Service | None:
        """The service cut to its longest stretch of stops that track still joins; `None` if none does."""
        if service.mode != "rail" or (times := self._rail_times(service)) is None:
            return service
        stretches: list[list[str]] = [[]]
        for stop in service.stops:
            if stretches[-1] and (stop not in self.assembly.nodes or times.section(stretches[-1][-1], stop) is None):
                stretches.append([])
            if stop in self.assembly.nodes:
                stretches[-1].append(stop)
        longest: tuple[str, ...] = max(map(tuple, stretches), key=len)
        if longest == service.stops:
            return service
        if len(longest) < 2:  # noqa: PLR2004  a run needs two stops
            self.result.withdrawn.append(service.id)
            return None
        self.result.shortened.append(service.id)
        return service.model_copy(update={"stops": longest, "via": (), "run_minutes": ()})

    def _both_directions(self, chain: list[Service]) -> list[Pattern]:
        """Patterns of a chain of services there and, unless directed, back."""
        forward = self._direction(chain, backward=False)
        if forward is None:
            return []
        if all(item.directed for item in chain):
            return [forward]
        backward = self._direction(chain[::-1], backward=True)
        return [forward] if backward is None else [forward, backward]

    def _direction(self, chain: list[Service], *, backward: bool) -> Pattern | None:
        """One direction of a chain of services run by the same train."""
        stops: list[str] = []
        may_board: list[bool] = []
        may_alight: list[bool] = []
        sections: list[_Section] = []
        for service in chain:
            own_stops = service.stops[::-1] if backward else service.stops
            found = self._sections(service, own_stops, backward=backward)
            if found is None:
                return None
            if stops and stops[-1] != own_stops[0]:
                self._problem(service, "continues_as", f"service {service.id} is carried on from {stops[-1]} but starts at {own_stops[0]}")
                return None
            if sections:
                sections[-1] = replace(sections[-1], dwell_seconds=_through_dwell_seconds(chain[0], service, sections, backward=backward))
            # Where one may only board on the way out one may only leave on the way back: the stop serves the far end alone.
            no_entry, no_exit = (service.board_only, service.alight_only) if backward else (service.alight_only, service.board_only)
            joined = bool(stops)
            if joined:
                may_board[-1] = may_board[-1] and own_stops[0] not in no_entry
                may_alight[-1] = may_alight[-1] and own_stops[0] not in no_exit
            may_board.extend(stop not in no_entry for stop in own_stops[joined:])
            may_alight.extend(stop not in no_exit for stop in own_stops[joined:])
            stops.extend(own_stops[joined:])
            sections.extend(found)
        first = chain[0]
        node = self.assembly.nodes.get(stops[0]) or self.assembly.places[stops[0]]
        shift = clock_shift_seconds(node.timezone, self.scenario.index.timezone, self.scenario.settings.as_of)
        departures, days = departures_of(first, shift, self._headway_factor(first), backward=backward)
        return Pattern(
            service=first.id,
            mode=first.mode,
            train_class=first.train_class,
            stops=tuple(stops),
            run_seconds=tuple(section.seconds for section in sections),
            dwell_seconds=tuple(section.dwell_seconds for section in sections[:-1]),
            length_km=tuple(section.length_km for section in sections),
            links=tuple(section.links for section in sections),
            departures_seconds=departures,
            days=days,
            may_board=tuple(may_board),
            may_alight=tuple(may_alight),
        )

    def _headway_factor(self, service: Service) -> float:
        """The scenario's headway factor for a service; intercity is EMU service between members only."""
        factors = self.scenario.settings.policy.headway_factor
        if service.mode == "rail" and self._is_intercity(service):
            return factors.rail_intercity
        return {"rail": factors.rail, "coach": factors.coach, "air": factors.air, "ferry": factors.ferry}[service.mode]

    def _is_intercity(self, service: Service) -> bool:
        members = {city.id for city in self.scenario.records.cities if city.member}
        ends = (self.assembly.nodes[stop].place for stop in (service.stops[0], service.stops[-1]))
        return (service.train_class or "").startswith(INTERCITY_CLASSES) and all(
            place is not None and place in self.assembly.places and self.assembly.places[place].city in members for place in ends
        )

    def _sections(self, service: Service, stops: tuple[str, ...], *, backward: bool) -> list[_Section] | None:
        missing = [stop for stop in stops if stop not in self.assembly.nodes and stop not in self.assembly.places]
        if missing:
            return self._lost(service, f"service {service.id} stops at {missing[0]}, which is not open on {self.scenario.settings.as_of}")
        makers: dict[str, Callable[[Service, tuple[str, ...], bool], list[_Section] | None]] = {
            "rail": self._rail_sections,
            "ferry": self._ferry_sections,
            "air": self._air_sections,
            "coach": self._coach_sections,
        }
        maker = makers.get(service.mode)
        return None if maker is None else maker(service, stops, backward)

    def _lost(self, service: Service, message: str) -> list[_Section] | None:
        """A service that cannot run: withdrawn where projects were left out, a problem otherwise."""
        if self.lenient:
            if service.id not in self.result.withdrawn:
                self.result.withdrawn.append(service.id)
        else:
            self._problem(service, "stops", message)
        return None

    def _problem(self, service: Service, key: str, message: str, *, value: object = ..., expected: str | None = None) -> None:
        self.result.problems.append(self.scenario.problem("services", service.id, key, message, value=value, expected=expected))

    def _given_seconds(self, service: Service, *, backward: bool) -> list[int] | None:
        if not service.run_minutes:
            return None
        return [round(minutes * 60) for minutes in (service.run_minutes[::-1] if backward else service.run_minutes)]

    def _rail_sections(self, service: Service, stops: tuple[str, ...], backward: bool) -> list[_Section] | None:  # noqa: FBT001
        times = self._rail_times(service)
        if times is None:
            return None
        via = self._via_by_section(service, stops, times, backward=backward)
        given = self._given_seconds(service, backward=backward)
        sections = []
        for position, (start, end) in enumerate(pairwise(stops)):
            run = times.section(start, end, via.get(position, ()))
            if run is None:
                return self._lost(
                    service, f"service {service.id}: no track that its {times.train_class} trains can use joins {start} and {end}"
                )
            seconds = run.seconds if given is None else given[position]
            if given is not None and seconds * SPEED_TOLERANCE < run.fastest_seconds:
                self._problem(
                    service,
                    "run_minutes",
                    f"run time from {start} to {end} is faster than the line's speed allows",
                    value=seconds / 60,
                    expected=f"at least {run.fastest_seconds / 60:.1f} min over {run.length_km:.1f} km",
                )
            dwell = run.dwell_seconds if service.dwell_min is None else round(service.dwell_min * 60)
            sections.append(_Section(run.links, run.length_km, seconds, dwell))
        return sections

    def _rail_times(self, service: Service) -> RailTimes | None:
        name = service.train_class
        if name is None:
            self._problem(
                service, "train_class", f"rail service {service.id} has no train_class", expected="a train class of run_time_classes"
            )
            return None
        if name not in self._times:
            self._times[name] = RailTimes(self.assembly.links.values(), self.scenario.records.run_time_classes, name)
        if not self._times[name].has_class():
            known = sorted({item.train_class for item in self.scenario.records.run_time_classes})
            self._problem(
                service, "train_class", "no run_time_classes for this train class", value=name, expected=f"one of {', '.join(known)}"
            )
            return None
        return self._times[name]

    @staticmethod
    def _via_by_section(service: Service, stops: tuple[str, ...], times: RailTimes, *, backward: bool) -> dict[int, tuple[str, ...]]:
        """Give each passed node to the section where it is the least detour."""
        assigned: dict[int, tuple[str, ...]] = {}
        for node in service.via[::-1] if backward else service.via:
            detours = [times.detour_seconds(start, end, node) for start, end in pairwise(stops)]
            best = min(range(len(detours)), key=detours.__getitem__)
            assigned[best] = (*assigned.get(best, ()), node)
        return assigned

    def _ferry_sections(self, service: Service, stops: tuple[str, ...], backward: bool) -> list[_Section] | None:  # noqa: FBT001
        given = self._given_seconds(service, backward=backward)
        if given is None:
            self._problem(service, "run_minutes", f"ferry service {service.id} has no run_minutes", expected="a crossing time per leg")
            return None
        sections = []
        for seconds, start, end in zip(given, stops, stops[1:], strict=False):
            link = self._ferry_links.get(frozenset((start, end)))
            if link is None:
                return self._lost(service, f"service {service.id}: no ferry link joins {start} and {end}")
            dwell = round((service.dwell_min or 0.0) * 60)
            sections.append(_Section((link.id,), link.length_km, seconds, dwell))
        return sections

    def _coach_sections(self, service: Service, stops: tuple[str, ...], backward: bool) -> list[_Section] | None:  # noqa: FBT001
        given = self._given_seconds(service, backward=backward)
        dwell = round((COACH_DWELL_MIN if service.dwell_min is None else service.dwell_min) * 60)
        sections = []
        for position, (start, end) in enumerate(pairwise(stops)):
            run = None if self.road_times is None else self.road_times.section(start, end)
            if run is None:
                return self._lost(service, f"service {service.id}: no road joins {start} and {end}")
            sections.append(_Section(run.links, run.length_km, run.seconds if given is None else given[position], dwell))
        return sections

    def _air_sections(self, service: Service, stops: tuple[str, ...], backward: bool) -> list[_Section] | None:  # noqa: FBT001
        given = self._given_seconds(service, backward=backward)
        if given is None:
            self._problem(service, "run_minutes", f"air service {service.id} has no run_minutes", expected="a block time per leg")
            return None
        sections = []
        for seconds, start, end in zip(given, stops, stops[1:], strict=False):
            a, b = self.assembly.nodes[start], self.assembly.nodes[end]
            length = great_circle_km(a.lon, a.lat, b.lon, b.lat)
            sections.append(_Section((), length, seconds, round((service.dwell_min or 0.0) * 60)))
        return sections
