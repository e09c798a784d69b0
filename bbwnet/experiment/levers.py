"""Single changes tried one by one on pairs that miss their target: which one saves most, and whether it closes the gap.

Each is a what-if of a stated size, searched anew on a network (or state) with only that changed; none is a forecast.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.evaluation.goals import goal_row
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.network.trips import compile_trips

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bbwnet.evaluation.definitions import Definition, Mode
    from bbwnet.evaluation.goals import GoalRow
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario
    from bbwnet.scenario.schema.scenario_file import HeadwayFactor, ScenarioFile

FASTER = 0.8
"""Time left by a change that makes trains or roads faster: a fifth less."""

HALF = 0.5
"""What is left of headways and of time in terminals."""


@dataclass(frozen=True)
class Lever:
    """A single change."""

    id: str
    zh: str
    en: str
    clause: str | None
    """Clause of the plan that promises such a change."""
    settings: Callable[[ScenarioFile], ScenarioFile] | None = None
    network: Callable[[Network], Network] | None = None
    state: Callable[[Network, NetworkState], NetworkState] | None = None


@dataclass(frozen=True)
class Change:
    """What a lever does to one pair."""

    lever: Lever
    minutes: float
    """Minutes of the slower direction after it."""
    saved_min: float
    closes: bool
    """Whether the target is kept then."""


def _half_headways(settings: ScenarioFile) -> ScenarioFile:
    factors: HeadwayFactor = settings.policy.headway_factor
    halved = factors.model_copy(update={name: getattr(factors, name) * HALF for name in type(factors).model_fields})
    return _with_policy(settings, headway_factor=halved)


def _short_terminals(settings: ScenarioFile) -> ScenarioFile:
    transfer = settings.policy.transfer
    return _with_policy(settings, transfer=transfer.model_copy(update={"walk_factor": transfer.walk_factor * HALF}))


def _through_ticket(settings: ScenarioFile) -> ScenarioFile:
    return _with_policy(settings, transfer=settings.policy.transfer.model_copy(update={"through_ticket": True}))


def _single_inspection(settings: ScenarioFile) -> ScenarioFile:
    return _with_policy(settings, border=settings.policy.border.model_copy(update={"single_inspection": True}))


def _no_local_wait(settings: ScenarioFile) -> ScenarioFile:
    return settings.model_copy(update={"access": settings.access.model_copy(update={"taxi_wait_min": 0.0, "bus_wait_min": 0.0})})


def _with_policy(settings: ScenarioFile, **parts: object) -> ScenarioFile:
    return settings.model_copy(update={"policy": settings.policy.model_copy(update=parts)})


def _faster_trains(network: Network) -> Network:
    return _faster_services(network, "rail")


def _faster_coaches(network: Network) -> Network:
    return _faster_services(network, "coach")


def _faster_services(network: Network, mode: str) -> Network:
    patterns = [
        dataclasses.replace(pattern, run_seconds=tuple(round(seconds * FASTER) for seconds in pattern.run_seconds))
        if pattern.mode == mode
        else pattern
        for pattern in network.trips.patterns
    ]
    return dataclasses.replace(network, trips=compile_trips(patterns, network.node_index))


def _faster_roads(network: Network, state: NetworkState) -> NetworkState:
    road = (network.links["mode"] == "highway").to_numpy()[network.graph.link]
    seconds = np.where(road & (state.car_seconds >= 0), np.rint(state.car_seconds * FASTER).astype(np.int64), state.car_seconds)
    return dataclasses.replace(state, car_seconds=seconds)


LEVERS = (
    Lever("headways", "班次加倍", "twice as many services", "V3", settings=_half_headways),
    Lever("terminals", "站内时间减半", "half the time inside terminals", "V1", settings=_short_terminals),
    Lever("through_ticket", "一票到底，换乘免检", "one ticket, no second check", "V4", settings=_through_ticket),
    Lever("single_inspection", "口岸一次查验", "borders inspected once", "X8", settings=_single_inspection),
    Lever("local_wait", "接驳不候车", "no wait for taxis and buses", None, settings=_no_local_wait),
    Lever("trains", "列车运行时间减20%", "trains take 20 % less time", None, network=_faster_trains),
    Lever("roads", "道路行车时间减20%", "roads take 20 % less time", None, network=_faster_coaches, state=_faster_roads),
)


def try_levers(
    scenario: Scenario, rows: Sequence[GoalRow], definition: Definition, door_mode: Mode, percentile: float | None = None
) -> dict[tuple[str, str, str], Change]:
    """For each pair that misses its target by a definition from door to door, the single change that saves most.

    Changes that save less than a second are none. Pairs without a way are left out.
    """
    missed = [row for row in rows if not row.met(definition) and row.minutes(definition) is not None]
    best: dict[tuple[str, str, str], Change] = {}
    for lever in LEVERS if missed else ():
        keeper = _keeper(scenario, lever, percentile)
        for row in missed:
            again = goal_row(keeper, row.goal, row.from_city, row.to_city, row.target_min, definitions=(definition,), door_mode=door_mode)
            before, after = row.minutes(definition), again.minutes(definition)
            key = row.goal, row.from_city, row.to_city
            if before is None or after is None or before - after < 1 / 60:
                continue
            if key not in best or after < best[key].minutes:
                best[key] = Change(lever, after, before - after, again.met(definition))
    return best


def _keeper(scenario: Scenario, lever: Lever, percentile: float | None) -> Timekeeper:
    """Times with one change made."""
    if lever.settings is not None:
        scenario = dataclasses.replace(scenario, settings=lever.settings(scenario.settings))
    network = build_network(scenario)
    state = NetworkState.free_flow(network)
    if lever.network is not None:
        network = lever.network(network)
    if lever.state is not None:
        state = lever.state(network, state)
    return Timekeeper(network, state, percentile)
