"""The Beibu Gulf's hubs, transfers and days of running."""

from __future__ import annotations

import math

import pytest

from bbwnet.network.build import build_network
from bbwnet.network.checks import notices_of
from bbwnet.network.hubs import hub_terminals
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("baseline_2016")


@pytest.fixture(scope="module")
def network(scenario: Scenario) -> Network:
    return build_network(scenario)


def test_the_three_national_hubs_join_rail_air_and_road(network: Network) -> None:
    hubs = network.assembly.hubs.values()
    assert {hub.city for hub in hubs if hub.rank == "national"} == {"nanning", "haikou", "zhanjiang"}
    for hub in hubs:
        kinds = {network.nodes.at[stop, "kind"] for stop in hub_terminals(network, hub)}
        assert {"station", "airport", "zone"} <= kinds, hub.id
        assert {network.nodes.at[stop, "city"] for stop in hub_terminals(network, hub)} == {hub.city}


def test_every_terminal_of_a_hub_is_served_at_some_time(network: Network) -> None:
    served = {stop for name in ("baseline_2016", "actual_2026", "beyond_2035") for stop in stops_of(name)}
    assert {stop for hub in network.assembly.hubs.values() for stop in hub.terminals} <= served


def stops_of(name: str) -> set[str]:
    return {stop for pattern in build_network(load_scenario(name)).trips.patterns for stop in pattern.stops}


def test_airport_and_station_are_joined_from_the_day_of_the_railway(network: Network) -> None:
    walk = "walk_wuxu_airport-wuxu_airport_station"
    assert walk not in network.assembly.transfers
    assert walk in build_network(load_scenario("actual_2022")).assembly.transfers
    assert "metro_nanning_station-nanning_east" in network.assembly.transfers


def test_trips_of_a_week_are_those_of_the_records(network: Network) -> None:
    weekly = {service.id: service.trips_per_week for service in network.assembly.services.values() if service.trips_per_week}
    assert len(weekly) > 100
    for pattern in network.trips.patterns:
        if pattern.service in weekly:
            assert sum(days.bit_count() for days in pattern.days) == max(1, math.floor(weekly[pattern.service] + 0.5)), pattern.service


def test_the_island_is_the_only_stop_of_the_region_without_a_road(network: Network, scenario: Scenario) -> None:
    within = [line for line in notices_of(scenario, network) if " outside the region " not in line]
    assert len(within) == 1
    assert "port_weizhou" in within[0]
