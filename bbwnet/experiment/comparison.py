"""What changes from one scenario to another: goals gained and lost, pairs improved, and the projects behind each gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.errors import InputError
from bbwnet.evaluation.definitions import DOOR_DEFINITIONS, Definition, Mode
from bbwnet.evaluation.goals import GoalRow, evaluate_goals, goal_row
from bbwnet.evaluation.provenance import way_links
from bbwnet.evaluation.travel_times import Timekeeper, Way
from bbwnet.network.assembly import BASE
from bbwnet.network.build import build_network
from bbwnet.network.lookup import Target
from bbwnet.routing.road import Drive
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


Key = tuple[str, str, str]
"""A pair under a goal: goal, from, to."""


@dataclass(frozen=True)
class PairChange:
    """One pair in the base scenario and in another, by one definition."""

    before: GoalRow
    after: GoalRow
    definition: Definition

    @property
    def saved_min(self) -> float | None:
        """Minutes saved; `None` where either scenario has no way."""
        before, after = self.before.minutes(self.definition), self.after.minutes(self.definition)
        return None if before is None or after is None else before - after

    @property
    def gained(self) -> bool:
        """Whether the target is kept now and was not."""
        return self.after.met(self.definition) and not self.before.met(self.definition)

    @property
    def lost(self) -> bool:
        """Whether the target was kept and is not now."""
        return self.before.met(self.definition) and not self.after.met(self.definition)


@dataclass(frozen=True)
class Need:
    """What leaving a project, or several together, out does to a pair that was gained."""

    projects: tuple[str, ...]
    """The projects left out: one, or those that only together lose the target."""
    also_left_out: tuple[str, ...]
    """Projects that require one of them, left out with it."""
    minutes_without: float | None
    target_lost: bool


@dataclass(frozen=True)
class Comparison:
    """A scenario against the base, by one definition."""

    base: str
    other: str
    definition: Definition
    changes: tuple[PairChange, ...]
    needs: dict[Key, tuple[Need, ...]]
    """By goal and pair gained: the projects on its way, left out."""

    @property
    def gained(self) -> list[PairChange]:
        """Pairs that keep their target now and did not."""
        return [change for change in self.changes if change.gained]

    @property
    def lost(self) -> list[PairChange]:
        """Pairs that kept their target and no longer do."""
        return [change for change in self.changes if change.lost]

    def most_improved(self, count: int) -> list[PairChange]:
        """Pairs with the most minutes saved, ties in the order of the goals."""
        better = [change for change in self.changes if (change.saved_min or 0.0) > 0]
        return sorted(better, key=lambda change: -(change.saved_min or 0.0))[:count]

    def most_worsened(self, count: int) -> list[PairChange]:
        """Pairs with the most minutes lost, those that have no way any more first, ties in the order of the goals."""
        cut = [
            change
            for change in self.changes
            if change.before.minutes(self.definition) is not None and change.after.minutes(self.definition) is None
        ]
        worse = [change for change in self.changes if (change.saved_min or 0.0) < 0]
        return [*cut, *sorted(worse, key=lambda change: change.saved_min or 0.0)][:count]


def compare(base: Scenario, others: Sequence[Scenario], definition: Definition = "official", door_mode: Mode = "best") -> list[Comparison]:
    """Compare scenarios with a base; each gain is attributed by leaving out the projects on its way (`attribute_gains`).

    A definition from door to door is taken by `door_mode`. Raises `InputError` for scenarios of different regions. A region
    without a plan has no pairs to compare.
    """
    strangers = [other.name for other in others if other.index.id != base.index.id]
    if strangers:
        raise InputError(f"{', '.join(strangers)} is not of the region of {base.name} ({base.index.id}): scenarios of one region compare")

    def evaluate(network: Network) -> list[GoalRow]:
        if network.plan is None:
            return []
        return evaluate_goals(Timekeeper(network), definitions=(definition,), door_mode=door_mode)

    before = {(row.goal, row.from_city, row.to_city): row for row in evaluate(build_network(base))}
    result = []
    for other in others:
        network = build_network(other)
        rows = evaluate(network)
        changes = tuple(
            PairChange(before[key], row, definition) for row in rows if (key := (row.goal, row.from_city, row.to_city)) in before
        )
        gained = [change.after for change in changes if change.gained]
        needs = attribute_gains(other, network, gained, definition, door_mode)
        result.append(Comparison(base.name, other.name, definition, changes, needs))
    return result


def attribute_gains(
    scenario: Scenario, network: Network, gained: Sequence[GoalRow], definition: Definition, door_mode: Mode = "best"
) -> dict[Key, tuple[Need, ...]]:
    """For each pair gained, leave out in turn each project that its way uses, and time the pair again.

    Only projects whose links, services or changes the way uses can matter to it: without any other, the way stands. Where
    no project alone is needed, because another way stands in, the projects of each next way are left out too, until the
    target is lost or no project is left; a smallest set of those that loses it ends the list.
    """
    keepers: dict[frozenset[str], Timekeeper] = {frozenset(): Timekeeper(network)}

    def without(projects: frozenset[str], row: GoalRow) -> tuple[Need, set[str]]:
        """What leaving projects out does, and the projects on the ways that are taken then."""
        if projects not in keepers:
            keepers[projects] = Timekeeper(build_network(scenario, left_out=sorted(projects)))
        keeper = keepers[projects]
        again = goal_row(keeper, row.goal, row.from_city, row.to_city, row.target_min, definitions=(definition,), door_mode=door_mode)
        gone = {item.id for item in network.projects} - {item.id for item in keeper.network.projects}
        need = Need(tuple(sorted(projects)), tuple(sorted(gone - projects)), again.minutes(definition), not again.met(definition))
        return need, projects_on_ways(keeper, again, definition, door_mode)

    needs: dict[Key, tuple[Need, ...]] = {}
    for row in gained:
        used = projects_on_ways(keepers[frozenset()], row, definition, door_mode)
        found = [without(frozenset([project]), row)[0] for project in sorted(used)]
        if found and not any(need.target_lost for need in found):
            left_out = frozenset(used)
            need, further = without(left_out, row)
            while not need.target_lost and further:
                left_out |= further
                need, further = without(left_out, row)
            for project in sorted(left_out) if need.target_lost else ():
                # A project whose return does not bring the target back is not part of the need: what stays is a smallest set.
                fewer = without(left_out - {project}, row)[0]
                if fewer.target_lost:
                    left_out, need = left_out - {project}, fewer
            if need not in found:
                found.append(need)
        needs[row.goal, row.from_city, row.to_city] = tuple(found)
    return needs


def projects_on_ways(keeper: Timekeeper, row: GoalRow, definition: Definition, door_mode: Mode) -> set[str]:
    """Projects that brought or changed a link, station or service of a pair's ways, both directions.

    From door to door these are the ways of all departures of the window: any of them may decide the percentile.
    """
    times = row.times[definition]
    ways: list[Way] = [time.way for time in (times.there, times.back) if time.way is not None]
    if definition in DOOR_DEFINITIONS:
        a, b = Target("city", row.from_city), Target("city", row.to_city)
        ways += [*keeper.door_ways(a, b, definition, door_mode), *keeper.door_ways(b, a, definition, door_mode)]
    return {project for way in ways for project in _origins(keeper.network, way)} - {BASE}


def _origins(network: Network, way: Way) -> set[str]:
    origins = network.assembly.origins
    links = way_links(way)
    found = {project for link in links for project in origins["links"][link]}
    if isinstance(way, ExpectedJourney):
        rides = [(line.service, line.board_stop, line.alight_stop) for line in way.lines]
    else:
        rides = [] if isinstance(way, Drive) else [(ride.service, ride.from_stop, ride.to_stop) for ride in way.rides]
    found |= {project for service, _, _ in rides for project in origins["services"][service]}
    found |= {project for _, *stops in rides for stop in stops for project in origins["nodes"].get(stop, ())}
    # A ferry's link is there as long as a service is; what is ridden on foot counts as a service above.
    ridden = {service for service, _, _ in rides}
    for link in links:
        record = network.assembly.links[link]
        if record.mode == "ferry":
            found |= _ferry_origins(network, frozenset((record.from_, record.to)), ridden)
    return found


def _ferry_origins(network: Network, ends: frozenset[str], ridden: set[str]) -> set[str]:
    """Projects behind the ferry services of a ferry link, unless one of them is ridden on foot."""
    services = [service for service in network.assembly.services.values() if service.mode == "ferry" and ends <= set(service.stops)]
    if any(service.id in ridden for service in services):
        return set()
    return {project for service in services for project in network.assembly.origins["services"][service.id]}
