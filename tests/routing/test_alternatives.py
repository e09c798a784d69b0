"""Alternatives of one departure, worked by hand on small networks, and held against the earliest arrival on the bundled one.

On the small networks a station lies 6 km from its place at 36 km/h: 10 min by taxi and 5 to wait for it, 20 by bus and 10. Entering a
station takes 20 min, leaving it 8. Who takes the taxi leaves the door 35 min before the train, by bus 50 min; he is there 23 min after
it arrives, by bus 38. A taxi costs 10 yuan, a bus 2, a train 0.50 a km, the slow one 0.20; a car 0.50 a km for the two in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.alternatives import Alternative, AlternativeSearch, alternatives
from bbwnet.routing.clock import UNREACHED
from bbwnet.routing.door_to_door import DoorMode, DoorToDoor, ModeSearch
from bbwnet.routing.emissions import Emissions
from bbwnet.routing.fares import Fares
from bbwnet.scenario.read import load_scenario

Small = Callable[..., Network]
Row = dict[str, Any]

ACCESS = {"access": {"modes": ["bus", "taxi"], "bus_time_factor": 2, "bus_wait_min": 10, "taxi_wait_min": 5}}


def at(text: str) -> int:
    """Second of a clock time."""
    hours, minutes = map(int, text.split(":"))
    return hours * 3600 + minutes * 60


def tariff(name: str, mode: str, start: float = 0, km: float = 0, **more: object) -> Row:
    return {"id": name, "mode": mode, "valid_from": "2016-01-01", "start_cny": start, "bands": [{"from_km": 0, "rate_cny_km": km}], **more}


TARIFFS = [
    tariff("taxi", "taxi", 10),
    tariff("bus", "bus", 2),
    tariff("rail", "rail", km=0.5),
    tariff("slow", "rail", km=0.2, services=["slow"]),
    tariff("fuel", "drive", km=0.5, per="vehicle"),
]

FACTORS = [
    {"id": f"co2_{mode}", "mode": mode, "pollutant": "co2", "valid_from": "2016-01-01", "factor_kg_km": kg}
    for mode, kg in (("taxi", 0.1), ("bus", 0.05), ("rail", 0.02))
]


def train(name: str, stops: str, departures: list[str], run: list[float], **more: object) -> Row:
    """A service one way only between the stations of some places."""
    return {
        "id": name, "mode": "rail", "train_class": "emu", "stops": [f"s{place}" for place in stops], "departures": departures,
        "run_minutes": run, "directed": True, **more,
    }  # fmt: skip


FAST = train("fast", "ac", ["08:00", "12:00"], [60])
SLOW = train("slow", "abc", ["08:30"], [60, 60], dwell_min=1)


def line(services: Iterable[Row], links: Iterable[Row] = (), **more: list[Row]) -> dict[str, list[Row]]:
    """Places a, b, c, each with a station, 50 km of rail between one and the next."""
    roads = [
        {"id": f"{place}-s{place}", "from": place, "to": f"s{place}", "mode": "highway", "length_km": 6, "free_speed_kmh": 36}
        for place in "abc"
    ]
    rails = [{"id": f"s{a}-s{b}", "from": f"s{a}", "to": f"s{b}", "mode": "rail", "length_km": 50} for a, b in itertools.pairwise("abc")]
    services = list(services)
    named = {service["id"] for service in services}
    return {
        "places": [{"id": place} for place in "abc"],
        "nodes": [{"id": f"s{place}", "kind": "station", "place": place} for place in "abc"],
        "links": [*roads, *rails, *links],
        "services": services,
        "tariffs": [row for row in TARIFFS if named.issuperset(row.get("services", ()))],
        "emission_factors": FACTORS,
        **more,
    }


def searching(network: Network, mode: DoorMode = "rail") -> ModeSearch:
    return DoorToDoor(network, NetworkState.free_flow(network), ["a", "b", "c"]).by(mode)


def rows(found: Iterable[Alternative]) -> list[tuple[int, int, int, float | None]]:
    """Leaving, arrival, vehicles boarded, yuan."""
    return [(item.journey.leave_s, item.journey.arrive_s, item.boardings, item.fare_cny) for item in found]


def test_fast_and_dear_to_slow_and_cheap(small_network: Small) -> None:
    search = searching(small_network(line([FAST, SLOW]), scenario=ACCESS))
    # To the station one takes the bus: it costs no time but that of leaving. 2 + 50 + 10 or 2, 2 + 20 + 10 or 2.
    from_seven = [
        (at("07:10"), at("09:23"), 1, 62.0),
        (at("07:10"), at("09:38"), 1, 54.0),
        (at("07:40"), at("10:54"), 1, 32.0),
        (at("07:40"), at("11:09"), 1, 24.0),
    ]
    assert rows(alternatives(search, "a", "c", at("07:00"), 9)) == from_seven
    assert rows(alternatives(search, "a", "c", at("07:10"), 9)) == from_seven
    # A minute later the bus is late for the fast train, the taxi is not: 10 + 50 + 10 or 2.
    assert rows(alternatives(search, "a", "c", at("07:11"), 9)) == [
        (at("07:25"), at("09:23"), 1, 70.0),
        (at("07:25"), at("09:38"), 1, 62.0),
        *from_seven[2:],
    ]
    # The earliest, which is also one of the fewest vehicles; the cheapest; then by arrival.
    assert rows(alternatives(search, "a", "c", at("07:00"), 1)) == from_seven[:1]
    assert rows(alternatives(search, "a", "c", at("07:00"), 2)) == [from_seven[0], from_seven[3]]
    assert rows(alternatives(search, "a", "c", at("07:00"), 3)) == [from_seven[0], from_seven[1], from_seven[3]]


def test_what_arrives_too_long_after_the_earliest_is_not_looked_for(small_network: Small) -> None:
    search = searching(small_network(line([FAST, SLOW]), scenario=ACCESS))
    hour_and_half = 91 * 60
    assert [row[1] for row in rows(alternatives(search, "a", "c", at("07:00"), 9, within_s=hour_and_half))] == list(
        map(at, ("09:23", "09:38", "10:54"))
    )
    assert len(alternatives(search, "a", "c", at("07:00"), 9, within_s=hour_and_half - 1)) == 2


def test_legs_have_their_fares_and_emissions(small_network: Small) -> None:
    search = searching(small_network(line([FAST, SLOW]), scenario=ACCESS))
    first = alternatives(search, "a", "c", at("07:00"))[0]
    legs = [(leg.kind, leg.mode, leg.from_node, leg.to_node, leg.minutes) for leg in first.journey.legs]
    assert legs == [
        ("way", "bus", "a", "sa", 30),
        ("entry", "terminal", "sa", "sa", 20),
        ("ride", "rail", "sa", "sc", 60),
        ("exit", "terminal", "sc", "sc", 8),
        ("way", "taxi", "sc", "c", 15),
    ]
    assert first.fare is not None
    assert [fare.cny for fare in first.fare.legs] == [2, 0, 50, 0, 10]
    # 6 km at 0.05, 100 km at 0.02; 6 km in a taxi shared as the scenario says at 0.1 a person.
    assert first.leg_co2_kg == pytest.approx((0.3, 0, 2, 0, 0.6))
    assert first.co2_kg == pytest.approx(2.9)


def test_the_own_car_is_an_alternative_with_its_toll(small_network: Small) -> None:
    road = {"id": "a-c", "from": "a", "to": "c", "mode": "highway", "length_km": 120, "free_speed_kmh": 36, "toll_cny_km": 0.5}
    network = small_network(line([FAST, SLOW], [road]), scenario=ACCESS)
    # 200 min and 8 to park: later than the fast train, dearer than the slow one, but no vehicle is boarded; 60 of fuel and 60 of toll
    # for the two in the car.
    car = at("07:00"), at("10:28"), 0, 60.0
    found = rows(alternatives(searching(network, "best"), "a", "c", at("07:00"), 9))
    assert found[2] == car
    assert [row[1] for row in found] == list(map(at, ("09:23", "09:38", "10:28", "10:54", "11:09")))
    # Of three the car is kept as the one of fewest vehicles.
    assert car in rows(alternatives(searching(network, "best"), "a", "c", at("07:00"), 3))
    assert rows(alternatives(searching(network, "road"), "a", "c", at("07:00"))) == [car]
    assert car not in rows(alternatives(searching(network, "transit"), "a", "c", at("07:00"), 9))


CHANGE = [train("x", "ab", ["08:00"], [30]), train("y", "bc", ["09:00"], [30]), train("z", "ac", ["08:15"], [90])]


@pytest.mark.parametrize(("through_ticket", "off"), [(False, 0), (True, 5)])
def test_one_ticket_for_two_trains(small_network: Small, through_ticket: bool, off: float) -> None:  # noqa: FBT001
    scenario = {**ACCESS, "policy": {"transfer": {"through_ticket": through_ticket}}, "fares": {"discount_through_ticket": 0.1}}
    search = searching(small_network(line(CHANGE), scenario=scenario))
    # Both ways cost 50 by train; one ticket for two trains takes 5 off.
    assert rows(alternatives(search, "a", "c", at("07:00"), 9)) == [
        (at("07:10"), at("09:53"), 2, 62 - off),
        (at("07:25"), at("10:08"), 1, 62),
        (at("07:10"), at("10:08"), 2, 54 - off),
        (at("07:25"), at("10:23"), 1, 54),
    ]


def test_nobody_buys_two_tickets_for_one_train_but_for_two_trains_one_may(small_network: Small) -> None:
    # 50 km cost 10, 100 km 60: the train waits at b for long enough to get off and on again; so does who takes the next one.
    steep = {
        **tariff("slow", "rail"),
        "services": ["slow"],
        "bands": [{"from_km": 0, "rate_cny_km": 0.2}, {"from_km": 50, "rate_cny_km": 1}],
    }
    slow = train("slow", "abc", ["08:30", "11:30"], [60, 60], dwell_min=30)
    network = small_network(line([slow], tariffs=[steep, *(row for row in TARIFFS if row["id"] != "slow")]), scenario=ACCESS)
    found = rows(alternatives(searching(network), "a", "c", at("07:00"), 9))
    assert found == [
        (at("07:40"), at("11:23"), 1, 72),
        (at("07:40"), at("11:38"), 1, 64),
        (at("07:40"), at("14:23"), 2, 32),
        (at("07:40"), at("14:38"), 2, 24),
    ]


def test_a_fare_that_is_not_known_is_above_all_others(small_network: Small) -> None:
    known = [row for row in TARIFFS if row["id"] != "rail"]
    search = searching(small_network(line([FAST, SLOW], tariffs=known), scenario=ACCESS))
    found = alternatives(search, "a", "c", at("07:00"), 9)
    assert rows(found) == [
        # What is known of it, the bus, is the cheapest as well.
        (at("07:10"), at("09:23"), 1, None),
        (at("07:40"), at("10:54"), 1, 32.0),
        (at("07:40"), at("11:09"), 1, 24.0),
    ]
    assert found[0].fare is not None
    assert found[0].fare.missing == ("no tariff for rail",)


def test_without_tariffs_alternatives_have_no_fares(small_network: Small) -> None:
    search = searching(small_network(line([FAST, SLOW, *CHANGE], tariffs=[], emission_factors=[]), scenario=ACCESS))
    found = AlternativeSearch(search)
    assert found.criteria == ("arrival", "boardings")
    (only,) = found.find("a", "c", at("07:00"), 9)
    # The taxi leaves latest.
    assert (only.journey.leave_s, only.journey.arrive_s, only.fare, only.fare_cny) == (at("07:25"), at("09:23"), None, None)
    assert (only.leg_co2_kg[0], only.co2_kg) == (None, None)


def test_ends_that_are_one_or_are_not_joined(small_network: Small) -> None:
    search = searching(small_network(line([train("x", "ab", ["08:00"], [30])]), scenario=ACCESS))
    (here,) = alternatives(search, "a", "a", at("07:00"))
    assert (here.journey.legs, here.journey.arrive_s, here.fare_cny, here.co2_kg) == ((), at("07:00"), 0, 0)
    assert alternatives(search, "a", "c", at("07:00")) == ()
    with pytest.raises(ValueError, match="at least 1"):
        alternatives(search, "a", "b", at("07:00"), 0)
    with pytest.raises(KeyError, match="nowhere"):
        alternatives(search, "a", "nowhere", at("07:00"))


@pytest.fixture(scope="module")
def bundled(repository: Path) -> DoorToDoor:
    network = build_network(load_scenario(repository / "scenarios" / "actual_2026.yaml"))
    return DoorToDoor(network, NetworkState.free_flow(network), sorted(network.assembly.places))


@pytest.mark.parametrize("mode", ["rail", "transit", "best"])
def test_the_first_alternative_is_the_earliest_arrival(bundled: DoorToDoor, mode: DoorMode) -> None:
    search = bundled.by(mode)
    found, fares, emissions = AlternativeSearch(search), Fares(bundled.network), Emissions(bundled.network)
    places, reached = sorted(bundled.row), 0
    for origin, destination in itertools.product(places[::20], places[::18]):
        for start in (at("07:00"), at("16:40")):
            earliest = search.departures(origin, destination, np.array([start], dtype=np.int64))
            ways = found.find(origin, destination, start, 100)
            if origin == destination or earliest.arrive_s[0] == UNREACHED:
                assert len(ways) == (origin == destination)
                continue
            reached += 1
            assert (ways[0].journey.arrive_s, ways[0].boardings) == (earliest.arrive_s[0], earliest.choice.boardings[0])
            assert_feasible(bundled, ways, origin, destination, start)
            for way in ways:
                assert way.fare_cny == fares.journey_cny(way.journey.legs)
                assert way.co2_kg == pytest.approx(emissions.journey_kg(way.journey.legs))
    assert reached > 30


def assert_feasible(doors: DoorToDoor, ways: Iterable[Alternative], origin: str, destination: str, start: int) -> None:
    """No way is beaten by another; the legs of each join, and who boards is ready by then."""
    ways = tuple(ways)
    keys = [(way.journey.arrive_s, way.boardings, way.fare_cny or 0.0) for way in ways]
    assert keys == sorted(keys)
    for first, second in itertools.permutations(keys, 2):
        assert any(a > b for a, b in zip(first, second, strict=True))
    for way in ways:
        legs = way.journey.legs
        assert (legs[0].from_node, legs[-1].to_node) == (origin, destination)
        assert legs[0].begin_s >= start
        for before, after in itertools.pairwise(legs):
            assert before.to_node == after.from_node
            assert before.end_s == after.begin_s
        for ride, following in itertools.pairwise(way.journey.rides):
            if ride.to_stop == following.from_stop:
                least_s = doors.network.minimum_connection_s[doors.network.node_index[ride.to_stop]]
                assert following.depart_s - ride.arrive_s >= least_s
