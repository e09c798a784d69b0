"""Door to door on the coast: every journey whole, a matrix is its pairs, percentiles, planned and wished, places named later."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.network import Network
from bbwnet.routing.door_to_door import DOOR_MODES, DoorMode, percentile_minutes, percentile_position, window_starts
from bbwnet.routing.journeys import Journey

Networks = Callable[..., Network]

DRIVEN = ("access.modes=[walk,taxi,drive_and_park]",)


def zones(network: Network) -> list[str]:
    return sorted(place.id for place in network.assembly.places.values() if place.kind == "zone")


@pytest.fixture(scope="module")
def doors(coast: Networks) -> DoorTimes:
    return DoorTimes(coast())


@pytest.mark.parametrize("mode", DOOR_MODES)
def test_every_journey_is_whole(doors: DoorTimes, mode: DoorMode) -> None:
    places = [*zones(doors.network), "hanoi"]
    starts = window_starts(0, 24 * 3600, 2 * 3600)
    search = doors.search(mode, places)
    seen = 0
    for (origin, destination), planned in itertools.product(itertools.permutations(places, 2), (False, True)):
        departures = search.departures(origin, destination, starts, planned=planned)
        for number, start in enumerate(starts.tolist()):
            found = doors.journey(origin, destination, mode, start, planned=planned)
            assert (found is not None) == departures.reached[number]
            if found is None:
                continue
            seen += 1
            assert (found.leave_s, found.arrive_s) == (departures.leave_s[number], departures.arrive_s[number])
            assert found.transfers == departures.transfers[number]
            assert_whole(doors.network, found, origin, destination)
    # The coast has no coaches, and no road to its airports.
    assert (seen == 0) if mode in {"coach", "air"} else (seen > 50)


def assert_whole(network: Network, found: Journey, origin: str, destination: str) -> None:
    """Legs join in place and time, rides are trips of the timetable, changes take the least time, parts add up."""
    legs, trips = found.legs, network.trips
    assert (legs[0].from_node, legs[-1].to_node) == (origin, destination)
    assert found.leave_s >= found.start_s
    for first, second in itertools.pairwise(legs):
        assert (first.to_node, first.end_s) == (second.from_node, second.begin_s)
    for planned in (False, True):
        assert sum(found.part_minutes(planned=planned).values()) == pytest.approx(found.minutes(planned=planned))
    for ride in found.rides:
        index = network.node_index
        departs = {
            int(call) for call in np.flatnonzero((trips.stop == index[ride.from_stop]) & ((trips.depart_s - ride.depart_s) % 86_400 == 0))
        }
        arrives = {
            int(call) for call in np.flatnonzero((trips.stop == index[ride.to_stop]) & ((trips.arrive_s - ride.arrive_s) % 86_400 == 0))
        }
        trip_of = np.repeat(np.arange(trips.count), np.diff(trips.first_call))
        both = {int(trip_of[call]) for call in departs} & {int(trip_of[call]) for call in arrives}
        assert any(trips.patterns[trips.pattern[trip]].service == ride.service for trip in both)
    for first_ride, second_ride in itertools.pairwise(found.rides):
        if first_ride.to_stop == second_ride.from_stop:
            assert second_ride.depart_s - first_ride.arrive_s >= network.minimum_connection_s[network.node_index[first_ride.to_stop]]


@pytest.mark.parametrize(("setting", "inside"), [("policy.transfer.walk_factor=1", 1.0), ("policy.transfer.walk_factor=0.5", 0.5)])
def test_access_is_the_road_the_wait_for_a_taxi_and_the_entry(coast: Networks, setting: str, inside: float) -> None:
    found = DoorTimes(coast(setting)).journey("qingxiu", "haicheng", "rail", 6 * 3600, planned=False)
    assert found is not None
    # 7 km to Nanning East at 35 km/h and 5 min for the taxi; 20 min of checks; 8 min out of the station; 4 km at 40 km/h and 5 min.
    legs = [(leg.part, leg.kind, leg.minutes) for leg in found.legs if leg.part in {"access", "egress"}]
    expected = [("access", "way", 17), ("access", "entry", 20 * inside), ("egress", "exit", 8 * inside), ("egress", "way", 11)]
    assert legs == expected


def test_a_stop_too_far_is_not_reached(coast: Networks) -> None:
    doors = DoorTimes(coast("access.taxi_limit_min=0", "access.bus_limit_min=0", "access.walk_limit_km=0"))
    departures = doors.departures("qingxiu", "haicheng", "rail")
    assert not departures.reached.any()
    assert np.isnan(doors.minutes("qingxiu", "haicheng", "rail", planned=False))
    assert doors.journey("qingxiu", "haicheng", "rail", 6 * 3600, planned=False) is None
    assert doors.journey_at_percentile("qingxiu", "haicheng", "rail", planned=False) is None
    # One's own car may still go there.
    assert DoorTimes(coast(*DRIVEN)).departures("qingxiu", "haicheng", "rail").reached.all()


def test_planned_is_what_is_left_when_who_knows_the_timetable_leaves_as_late_as_may_be(doors: DoorTimes) -> None:
    departures = doors.departures("qingxiu", "haicheng", "rail", planned=True)
    wished, planned = departures.minutes(planned=False), departures.minutes(planned=True)
    assert (planned <= wished).all()
    # Who leaves later never arrives earlier, and the wait falls minute by minute until the train is missed.
    assert (np.diff(departures.arrive_s) >= 0).all()
    waits = wished - planned
    assert set(np.round(np.diff(waits)[np.diff(departures.arrive_s) == 0], 9)) == {-1.0}
    # The arrivals are those of who counts changes first.
    assert departures.arrive_s.tolist() == doors.departures("qingxiu", "haicheng", "rail").arrive_s.tolist()


@pytest.mark.parametrize("planned", [False, True])
@pytest.mark.parametrize("mode", DOOR_MODES)
def test_a_matrix_is_its_pairs(doors: DoorTimes, mode: DoorMode, planned: bool) -> None:  # noqa: FBT001
    places = zones(doors.network)
    matrix = doors.matrix(mode, places, (5, 50, 95), planned=planned)
    assert matrix.minutes.dtype == np.float32
    assert matrix.minutes.shape == (len(places), len(places), 3)
    for (row, origin), (column, destination) in itertools.product(enumerate(places), enumerate(places)):
        if origin == destination:
            assert matrix.minutes[row, column].tolist() == [0, 0, 0]
            continue
        minutes = doors.departures(origin, destination, mode, planned=planned).minutes(planned=planned)
        expected = [percentile_minutes(minutes, percentile) for percentile in (5, 50, 95)]
        assert matrix.minutes[row, column].tolist() == pytest.approx(expected, rel=1e-6, nan_ok=True)
        assert matrix.reached_share[row, column] == pytest.approx(np.isfinite(minutes).mean())
        for percentile, value in zip((5, 50, 95), expected, strict=True):
            assert doors.minutes(origin, destination, mode, planned=planned, percentile=percentile) == pytest.approx(value, nan_ok=True)
            found = doors.journey_at_percentile(origin, destination, mode, planned=planned, percentile=percentile)
            assert (found is None) == np.isnan(value)
            assert found is None or found.minutes(planned=planned) == pytest.approx(value)


def test_no_mode_is_slower_than_one_that_it_holds(doors: DoorTimes) -> None:
    for origin, destination in itertools.permutations(zones(doors.network), 2):
        arrive = {mode: doors.departures(origin, destination, mode).arrive_s for mode in DOOR_MODES}
        for mode in ("rail", "coach", "air", "sea"):
            assert (arrive["transit"] <= arrive[mode]).all()
        assert (arrive["best"] == np.minimum(arrive["transit"], arrive["road"])).all()


@pytest.mark.parametrize("mode", DOOR_MODES)
def test_who_stays_is_there(doors: DoorTimes, mode: DoorMode) -> None:
    assert doors.matrix(mode, ["qingxiu", "haicheng"]).minutes[[0, 1], [0, 1], 0].tolist() == [0, 0]
    assert set(doors.departures("qingxiu", "qingxiu", mode).minutes(planned=False).tolist()) == {0}
    found = doors.journey("qingxiu", "qingxiu", mode, 8 * 3600, planned=True)
    assert found is not None
    assert (found.leave_s, found.arrive_s, found.legs, found.transfers) == (8 * 3600, 8 * 3600, (), 0)


def test_places_named_later_change_nothing(coast: Networks) -> None:
    doors = DoorTimes(coast())
    before = doors.departures("qingxiu", "haicheng", "best").arrive_s.tolist()
    # A station is a node on a road like any other.
    assert doors.departures("qingxiu", "beihai_station", "best").reached.all()
    assert doors.departures("qingxiu", "haicheng", "best").arrive_s.tolist() == before


@pytest.mark.parametrize(("percentile", "expected"), [(0, 10.0), (25, 10.0), (26, 20.0), (50, 20.0), (75, 30.0), (76, float("nan"))])
def test_percentiles_are_nearest_rank_and_unreachable_departures_count_as_infinite(percentile: float, expected: float) -> None:
    minutes = np.array([20.0, np.inf, 10.0, 30.0])
    assert percentile_minutes(minutes, percentile) == pytest.approx(expected, nan_ok=True)


def test_the_first_departure_of_a_percentile() -> None:
    assert percentile_position(np.array([20.0, 10.0, 20.0, np.inf]), 50) == 0
    # In whole numbers: the seventh of a hundred, though 0.07 x 100 is more than seven.
    assert percentile_position(np.arange(100.0), 7) == 6


def test_a_window_outside_the_day() -> None:
    with pytest.raises(ValueError, match="no window of the day"):
        window_starts(7 * 3600, 6 * 3600, 60)
    assert window_starts(0, 120, 60).tolist() == [0, 60, 120]
