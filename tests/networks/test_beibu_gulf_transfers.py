"""Transfers on the Beibu Gulf: where people change, times between terminals, fares of the rides against those of the journeys."""

from __future__ import annotations

import numpy as np
import pytest

from bbwnet.evaluation.corridors import corridors
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.through_tickets import _rides, through_tickets
from bbwnet.evaluation.transfers import TransferEvaluation, evaluate_transfers
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.routing.fares import Fares
from bbwnet.routing.journeys import journey
from bbwnet.routing.transfer_events import trace_transfers
from bbwnet.scenario.read import load_scenario


@pytest.fixture(scope="module")
def network() -> Network:
    return build_network(load_scenario("actual_2024"))


@pytest.fixture(scope="module")
def times(network: Network) -> DoorTimes:
    return DoorTimes(network)


@pytest.fixture(scope="module")
def evaluation(network: Network, times: DoorTimes) -> TransferEvaluation:
    return evaluate_transfers(network, times)


def test_weights_and_journeys_add_up(evaluation: TransferEvaluation, times: DoorTimes) -> None:
    assert (evaluation.weights, evaluation.zones_without_population) == ("population_product", ())
    share = times.matrix("transit", evaluation.traced.places).reached_share
    assert evaluation.arrived_share == pytest.approx(float((share * evaluation.pair_weight).sum()), rel=1e-5)
    assert sum(hub.total.per_1000_journeys for hub in evaluation.hubs) == pytest.approx(evaluation.total.per_1000_journeys)
    assert sum(figures.departures for figures in evaluation.by_modes.values()) == evaluation.total.departures
    for hub in evaluation.hubs:
        assert sum(figures.per_1000_journeys for figures in hub.by_modes.values()) == pytest.approx(hub.total.per_1000_journeys)
        assert 0 <= hub.interchange_share * 1000 <= hub.total.per_1000_journeys + 1e-9


def test_nanning_is_where_most_change(evaluation: TransferEvaluation) -> None:
    shares = {hub.interchange.id: hub.interchange_share for hub in evaluation.hubs}
    assert max(shares, key=shares.__getitem__) == "hub_nanning"
    assert {"hub_haikou", "hub_nanning", "hub_zhanjiang"} <= set(shares)
    # trains with trains change in Nanning, coaches with ships at the strait
    pairs = {hub.interchange.id: hub.by_modes for hub in evaluation.hubs}
    assert next(iter(pairs["hub_nanning"])) == "rail-rail"
    assert next(iter(pairs["city:zhanjiang"])) == "coach-ferry"


def test_every_change_keeps_its_times(evaluation: TransferEvaluation, network: Network) -> None:
    events = evaluation.traced.events
    for seconds in (events.exit_s, events.way_s, events.entry_s, events.wait_s, events.border_s, events.slack_s):
        assert (seconds >= 0).all()
    assert network.settings.evaluation.view == "timetable"


def test_terminals_of_nanning(evaluation: TransferEvaluation) -> None:
    nanning = next(hub for hub in evaluation.hubs if hub.interchange.id == "hub_nanning").times
    row = {stop: number for number, stop in enumerate(nanning.terminals)}
    assert np.isfinite(nanning.minutes).all()
    # by taxi or metro line 1, some 12 km apart, 8 min out and 20 in
    assert 45 <= nanning.minutes[row["nanning_station"], row["nanning_east"]] <= 65
    # 10 min of walk between the airport and its station
    assert nanning.minutes[row["wuxu_airport"], row["wuxu_airport_station"]] == 20 + 10 + 20


def test_fares_of_rides_are_those_of_the_journeys(network: Network, times: DoorTimes) -> None:
    places = ("yuzhou", "longhua", "xuwen", "jiangcheng", "dongxing")
    starts = np.arange(6 * 3600, 22 * 3600, 7200, dtype=np.int64)
    search, fares = times.search("transit", places), Fares(network)
    traced = trace_transfers(search, places, starts)
    rides_cny, modes = _rides(network, search, traced)
    several = np.flatnonzero(traced.journeys.boardings > 1)
    assert len(several) > 20
    for row in several.tolist():
        origin, destination = places[traced.journeys.origin[row]], places[traced.journeys.destination[row]]
        told = journey(search, origin, destination, int(starts[traced.journeys.first_start[row]]))
        assert told is not None
        assert modes[row] == "-".join(sorted({ride.mode for ride in told.rides}))
        assert rides_cny[row] == pytest.approx(sum(fares.ride(ride).cny or 0 for ride in told.rides))
        saving = fares.journey(told.legs).through_saving_cny
        assert rides_cny[row] * network.settings.fares.discount_through_ticket == pytest.approx(saving, abs=0.005)


def test_one_ticket_saves_most_where_checks_are_longest(network: Network, evaluation: TransferEvaluation) -> None:
    found = {item.modes: item for item in through_tickets(network, evaluation)}
    assert next(iter(found)) == "all"
    assert found["all"].journey_share == pytest.approx(evaluation.changing_share)
    assert sum(item.journey_share for name, item in found.items() if name != "all") == pytest.approx(evaluation.changing_share)
    assert all(item.saved_mean_min >= 0 for item in found.values())
    assert found["air-rail"].saved_mean_min > found["rail"].saved_mean_min


def test_neighbours_are_served_more_often_than_main_cities(network: Network) -> None:
    found = corridors(network)
    served = {goal: [bool(item.together.departures_s) for item in found if goal in item.goals] for goal in ("main", "neighbour")}
    assert all(served["neighbour"])
    assert np.mean(served["main"]) < 0.7
    waits = {(item.from_city, item.to_city): item.together.mean_wait_min for item in found}
    assert waits["nanning", "qinzhou"] < 20 < waits["nanning", "zhanjiang"]
