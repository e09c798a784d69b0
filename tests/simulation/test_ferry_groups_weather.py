"""Named groups of disruptions, weather of places, and records of ferries that must fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bbwnet.errors import InputError
from bbwnet.simulation.calendars import window
from bbwnet.simulation.closures import Closures
from bbwnet.simulation.ferry_neighbours import Neighbour, chosen
from bbwnet.simulation.ferry_terminal import Lane
from bbwnet.simulation.run_ways import RunWays
from bbwnet.simulation.vehicle_queue import Gate
from bbwnet.simulation.weather import Weather
from tests.simulation.ferry_days import DEMAND, RECORDS, simulated, strait

HOUR = 3600.0
EXTRA = """
    extra_sailings:
      - {service: boat, vessel_class: boot, from_node: south, sailings: 1, from: "day 1 12:00", until: "day 1 14:00"}
"""
SERIES = """
  weather:
    - {id: gale, %s, source: made_up, confidence: assumed, at: [{from: "day 1 06:00", wind_ms: 18.0}, {from: "day 1 08:00", wind_ms: 17.0}]}
"""


def test_a_group_closes_its_members_and_theirs(tmp_path: Path) -> None:
    network = strait(tmp_path, 'disruptions: [{what: all_boats, from: "day 1 05:00", until: "day 1 06:00"}]\n')
    closures = Closures(network, network.settings.disruptions)
    assert not closures.of_link("route").is_open(5 * HOUR)
    assert not closures.of_node("south").is_open(5 * HOUR)
    assert closures.of_link("route").is_open(6 * HOUR)
    assert closures.of_node("north").is_open(5 * HOUR)
    assert not closures.unknown_names()


@pytest.mark.parametrize("where", ["nodes: [north]", "area: [[109.9, 20.1], [110.1, 20.1], [110.0, 20.3]]"])
def test_weather_binds_ships_that_call_where_it_blows(tmp_path: Path, where: str) -> None:
    network = strait(tmp_path, SERIES % where)
    weather, ship = Weather(network, network.settings.simulation.weather), network.assembly.vessel_classes["ship"]
    calendar = weather.for_vessel(ship, ("south", "north"))
    assert [calendar.speed_at(hour * HOUR) for hour in (0, 5.9, 6, 7.9, 8, 30)] == [1, 1, 0, 0, 1, 1]
    assert weather.for_vessel(ship, ("south",)).is_always_open
    assert weather.for_vessel(None, ("north",)).is_always_open


def test_ferries_of_passengers_stay_in_the_weather_that_is_too_rough_for_them(tmp_path: Path) -> None:
    fast = """services:
  - {id: fast, mode: ferry, stops: [south, north], departures: ["06:00"], run_minutes: [60.0], source: made_up, confidence: assumed}
"""
    network = strait(tmp_path, SERIES % "nodes: [north]", records=RECORDS.replace("services:\n", fast))
    ways = RunWays(network, Closures(network, ()))
    holds = {item.service: ways.of(item).sections[0].hold for item in network.trips.patterns if item.stops[0] == "south"}
    # Force 8 at 06:00, 17 m/s from 08:00 on: more than such ships sail in, though ro-ro ships do.
    assert [holds["fast"].speed_at(hour * HOUR) for hour in (5.9, 6, 8, 30)] == [1, 0, 0, 0]
    # Ships with vehicles are held by the part that sails them.
    assert holds["boat"].is_always_open


def test_drivers_take_the_other_ferry_where_they_are_over_sooner() -> None:
    lanes = [Lane(f"route_{name}", backward=False, port=name, other=f"to_{name}", gate=Gate(np.inf, np.inf)) for name in ("near", "far")]
    for lane in lanes:
        lane.capacity_lane_m_per_s, lane.interval_s = 1.0, 1200.0
    full, empty = lanes
    # 50 cohorts of 10 cars with 10 m each: 100 s of a ship's deck each.
    rows = np.array([[0.0, 10.0, 10.0, 2.0, 0.0, number, 0.0] for number in range(50)])
    other = Neighbour(empty, 600.0, 900.0)
    to = chosen(full, (other,), rows, 0.0, 600.0)
    # The other costs 900 s and half an interval more, and must be better by 600 s: 2,100 s, so that 22 come first.
    assert to[:23] == [None] * 22 + [other]
    # Then both queues grow alike, and all is shared.
    assert abs(to[22:].count(other) - to[22:].count(None)) <= 1
    # Nobody goes where nothing sails; from a closed ferry all go until its opening is sooner.
    empty.sailing.append(window(0.0, 1e6))
    assert chosen(full, (other,), rows, 0.0, 600.0) == [None] * 50
    empty.sailing.clear()
    full.sailing.append(window(0.0, 1e6))
    assert chosen(full, (other,), rows, 0.0, 600.0) == [other] * 50


def test_closure_and_weather_do_alike(tmp_path: Path) -> None:
    closed = simulated(strait(tmp_path, 'disruptions: [{what: route, from: "day 1 06:00", until: "day 1 08:00"}]\n'))
    windy = simulated(strait(tmp_path, SERIES % "nodes: [north]"))
    assert closed.tables["ferry_sailings"].equals(windy.tables["ferry_sailings"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("vessel_class: ship, ships: 2", "vessel_class: shipp, ships: 2", "unknown vessel class"),
        ("service: boat, vessel_class", "service: boot, vessel_class", "unknown service"),
        ("members: [route]", "members: [rout]", "unknown member"),
        ("lane_m: 100.0, speed_kmh: 22.0", "lane_m: 100.0, speed_kmh: 0.0", "must be > 0"),
        ("visibility_slow_m: 1000.0", "visibility_slow_m: 100.0", "must not be less than visibility_min_m"),
        ("run_minutes: [60.0], carries_vehicles: true", "run_minutes: [60.0]", "no ferry of vehicles"),
    ],
)
def test_unsound_records_are_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in RECORDS
    with pytest.raises(InputError, match=message):
        strait(tmp_path, records=RECORDS.replace(old, new))


def test_a_ship_too_deep_for_its_berths_is_told(tmp_path: Path) -> None:
    records = RECORDS.replace("seats: 1000.0", "draught_m: 9.0, seats: 1000.0") + (
        "roro_terminals: [{id: gate, port: south, gate_lanes: 2, check_s: 10.0, yard_spaces: 50.0, depth_m: 6.0,"
        " source: made_up, confidence: assumed}]\n"
    )
    with pytest.raises(InputError, match="draught 9 m, more than the 6 m"):
        strait(tmp_path, records=records)


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ('nodes: [north], at: [{from: "day 1 06:00"}, {from: "day 1 05:00"}]', "in order of time"),
        ('at: [{from: "day 1 06:00"}]', "either `area` or `nodes`"),
    ],
)
def test_unsound_weather_is_told(tmp_path: Path, series: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        strait(tmp_path, f"\n  weather: [{{id: gale, source: made_up, confidence: assumed, {series}}}]\n")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (DEMAND.replace("[south]", "[soth]") % ("1.0", "0.0"),
         r"scenario.yaml:\d+:\d+: simulation.ferries.demand.out.from.0: unknown node.*south"),
        (EXTRA, "unknown vessel class"),
        ('    reported: [{what: shipped, of: nobody, from: "day 1 12:00", until: "day 1 14:00"}]\n', "unknown demand"),
    ],
)  # fmt: skip
def test_unknown_names_of_settings_are_told(tmp_path: Path, more: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        strait(tmp_path, more)
