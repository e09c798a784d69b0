"""Passengers of a mean day simulated: with room for all, no checks in the way and no delay each journey is the router's, to the second."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.model.day_passengers import LEAST_PERSONS, DayPassengers, day_passengers
from bbwnet.model.passenger_loop import LoopSettings, passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.runs import Runs
from bbwnet.simulation.service_run import PunctualRuns, Starter
from bbwnet.simulation.timetable_runs import runs_of
from bbwnet.simulation.world import PartResult, World
from tests.model.test_flows import settled

QUIET = ("simulation.run_out_h=96.0", "simulation.warm_up_h=0.0", "simulation.days=4")
Networks = Callable[..., Network]


class _Punctual:
    """All runs by the timetable; no capacity."""

    def __init__(self, world: World) -> None:
        self.world = world

    def start(self) -> None:
        world = self.world
        passengers = world.parts["passengers"]
        assert isinstance(passengers, Passengers)
        table = runs_of(world)
        Starter(world.env, table, PunctualRuns(world.env, table, passengers).run).start()

    def finish(self) -> PartResult:
        return PartResult()


def simulated(network: Network, day: DayPassengers, **more: object) -> tuple[Record, Passengers]:
    parts: list[Passengers] = []

    def make(world: World) -> Passengers:
        parts.append(Passengers(world, day.cohorts, **more))  # type: ignore[arg-type]
        return parts[0]

    return simulate_once(network, {"passengers": make, "runs": _Punctual}), parts[0]


def assert_exact(network: Network, model: PassengerModel, checks: tuple[()] | None) -> DayPassengers:
    """Everybody who sets out on day 1 arrives at the second of his journey."""
    day = day_passengers(network, model)
    record, part = simulated(network, day, checks=checks)
    found = part.history.ends(part.state)
    first = found[found["day"] == 0]
    assert (first["why"] == 0).all()
    assert (first["second"] == day.cohorts.arrive_s[first["cohort"]]).all()
    own = ~day.replanned
    journeys = model.search.offers.journeys
    assert (day.cohorts.arrive_s[own] == journeys.arrive_s[day.journey[own]]).all()
    # Nobody is lost: whoever does not board on the day before is there.
    earliest = np.minimum.reduceat(day.cohorts.ride_day, day.cohorts.first_ride[:-1])
    assert sorted(first["cohort"].tolist()) == np.flatnonzero(earliest >= 0).tolist()
    assert record.balance[0].gave_up == 0
    assert record.tables["trips"]["changes_missed"].sum() == 0
    return day


@pytest.fixture(scope="module")
def coast_model(coast: Networks) -> tuple[Network, PassengerModel]:
    network = settled(coast(*QUIET))
    return network, passenger_model(network, settings=LoopSettings(if_not_converged="warn"))


def test_the_coast_is_the_routers(coast_model: tuple[Network, PassengerModel]) -> None:
    network, model = coast_model
    day = assert_exact(network, model, ())
    riders, rides = model.riders, model.search.offers.journeys.rides
    assert day.cohorts.count.sum() == pytest.approx(riders[(riders >= LEAST_PERSONS) & (rides > 0)].sum())
    assert day.cohorts.timed.count.sum() == pytest.approx(riders[rides == 0].sum() + model.unlisted_coach_trips, rel=1e-6)
    weights = np.diff(day.cohorts.first_ride)
    assert (day.cohorts.ride_check_s[day.cohorts.first_ride[:-1]] > 0).all() or not len(weights)


def test_tables_hold_everybody(coast_model: tuple[Network, PassengerModel]) -> None:
    network, model = coast_model
    day = day_passengers(network, model)
    record, _ = simulated(network, day)
    trips = record.tables["trips"]
    assert trips["entered"].sum() == pytest.approx(record.balance[0].entered + record.balance[1].entered)
    assert trips["gave_up"].sum() == pytest.approx(record.balance[0].gave_up)
    assert (trips["arrived"] + trips["gave_up"] <= trips["entered"] * (1 + 1e-9)).all()


def test_the_bundled_network_is_the_routers() -> None:
    """A day of the region whose services all run daily, as the router has them."""
    network = build_network(load_scenario("baseline_2016", overrides=QUIET))
    model = passenger_model(network, settings=LoopSettings(if_not_converged="warn"))
    day = day_passengers(network, model)
    _, part = simulated(network, day, checks=())
    # What does not run on every day of the week shifts those of later days; those whose rides are all of day 1 are as planned.
    found = part.history.ends(part.state)
    first = found[(found["day"] == 0) & (found["why"] == 0)]
    assert len(first) > 50_000
    assert (first["second"] == model.search.offers.journeys.arrive_s[day.journey[first["cohort"]]]).all()


def test_runs_of_the_product_carry_them(coast_model: tuple[Network, PassengerModel]) -> None:
    network, model = coast_model
    day = day_passengers(network, model)
    record = simulate_once(network, {"passengers": lambda world: Passengers(world, day.cohorts), "runs": Runs})
    row = record.balance[0]
    assert row.arrived + row.gave_up + row.under_way == pytest.approx(row.entered)
    assert row.arrived > 0
