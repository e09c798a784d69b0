"""The plan's two-hour and one-hour goals (clauses N7 and N8), pair by pair and definition by definition."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from bbwnet.errors import NetworkError
from bbwnet.evaluation.definitions import DEFINITIONS, DOOR_DEFINITIONS, Definition, Mode
from bbwnet.evaluation.travel_times import ROUNDING_MIN
from bbwnet.network.lookup import Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bbwnet.evaluation.travel_times import Timekeeper, TravelTime
    from bbwnet.network.network import Network

Goal = Literal["main", "neighbour"]


@dataclass(frozen=True)
class PairTimes:
    """Both directions of a pair by one definition; the pair is judged by the slower one."""

    there: TravelTime
    back: TravelTime

    @property
    def judged(self) -> TravelTime:
        """The slower direction, or one that cannot be travelled at all."""
        if self.there.minutes is None or self.back.minutes is None:
            return self.there if self.there.minutes is None else self.back
        return self.there if self.there.minutes >= self.back.minutes else self.back

    @property
    def minutes(self) -> float | None:
        """Minutes of the slower direction; `None` if one direction has no way."""
        return self.judged.minutes

    def share_within(self, limit_min: float) -> float | None:
        """Share of the departures within a limit, of the direction where it is less; `None` where no departures are known."""
        shares = [share for time in (self.there, self.back) if (share := time.share_within(limit_min)) is not None]
        return min(shares, default=None)


@dataclass(frozen=True)
class GoalRow:
    """One pair of cities and one goal, with its times by every definition."""

    goal: Goal
    from_city: str
    to_city: str
    target_min: float
    across_provinces: bool
    among_centres: bool
    times: dict[Definition, PairTimes]

    def minutes(self, definition: Definition) -> float | None:
        """Minutes by a definition."""
        return self.times[definition].minutes

    def met(self, definition: Definition) -> bool:
        """Whether the pair keeps its target by a definition."""
        minutes = self.minutes(definition)
        return minutes is not None and minutes <= self.target_min + ROUNDING_MIN

    def missing_min(self, definition: Definition) -> float | None:
        """Minutes over the target; zero if met, `None` if there is no way at all."""
        minutes = self.minutes(definition)
        return None if minutes is None else max(0.0, minutes - self.target_min)


@dataclass(frozen=True)
class GoalSummary:
    """How many pairs of a goal keep it, by one definition."""

    goal: Goal
    group: str
    """`all`, `centres`, `within_province` or `across_provinces`."""
    definition: Definition
    pairs: int
    met: int


def goal_pairs(network: Network) -> list[tuple[Goal, str, str, float]]:
    """Every pair that the plan's goals are about, main pairs first, with its target in minutes.

    Raises `NetworkError` if the region has no plan.
    """
    plan = network.plan
    if plan is None:
        raise NetworkError(f"region {network.region} has no plan: its files hold no `plan` with main_cities and neighbours")
    main: list[tuple[Goal, str, str, float]] = [("main", a, b, plan.main_target_min) for a, b in combinations(plan.main_cities, 2)]
    near: list[tuple[Goal, str, str, float]] = [("neighbour", pair[0], pair[1], plan.neighbour_target_min) for pair in plan.neighbours]
    return [*main, *near]


def goal_row(
    timekeeper: Timekeeper,
    goal: Goal,
    from_city: str,
    to_city: str,
    target_min: float,
    *,
    definitions: Sequence[Definition] = DEFINITIONS,
    door_mode: Mode = "best",
) -> GoalRow:
    """Times of one pair, both ways, by every definition; those from door to door by `door_mode`."""
    network = timekeeper.network
    a, b = Target("city", from_city), Target("city", to_city)
    centres = set(network.plan.centres) if network.plan else set()
    return GoalRow(
        goal=goal,
        from_city=from_city,
        to_city=to_city,
        target_min=target_min,
        across_provinces=network.cities[from_city].province != network.cities[to_city].province,
        among_centres={from_city, to_city} <= centres,
        times={
            name: PairTimes(timekeeper.time(a, b, name, mode), timekeeper.time(b, a, name, mode))
            for name in definitions
            for mode in (door_mode if name in DOOR_DEFINITIONS else None,)
        },
    )


def evaluate_goals(timekeeper: Timekeeper, *, definitions: Sequence[Definition] = DEFINITIONS, door_mode: Mode = "best") -> list[GoalRow]:
    """Every pair of the plan's goals."""
    pairs = goal_pairs(timekeeper.network)
    return [goal_row(timekeeper, *pair, definitions=definitions, door_mode=door_mode) for pair in pairs]


def summarise(rows: list[GoalRow]) -> list[GoalSummary]:
    """Counts by goal, group and definition: all pairs, the three centres, within and across provinces."""
    groups: dict[str, list[GoalRow]] = {
        "all": rows,
        "centres": [row for row in rows if row.among_centres],
        "within_province": [row for row in rows if not row.across_provinces],
        "across_provinces": [row for row in rows if row.across_provinces],
    }
    summaries: list[GoalSummary] = []
    goals: tuple[Goal, ...] = ("main", "neighbour")
    for goal in goals:
        for group, listed in groups.items():
            chosen = [row for row in listed if row.goal == goal]
            if chosen:
                names = chosen[0].times
                summaries.extend(GoalSummary(goal, group, name, len(chosen), sum(row.met(name) for row in chosen)) for name in names)
    return summaries
