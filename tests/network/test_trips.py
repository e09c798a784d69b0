"""Services expanded into trips: departures, headways, days of running, time zones, midnight."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest

from bbwnet.network.departures import spread_departures
from bbwnet.network.network import Network
from bbwnet.network.trips import clock_shift_seconds

Networks = Callable[..., Network]

HOUR = 3600


def departures(network: Network, service: str, *, back: bool = False) -> tuple[int, ...]:
    return [pattern for pattern in network.trips.patterns if pattern.service == service][back].departures_seconds


def hours(*values: float) -> tuple[int, ...]:
    return tuple(round(value * HOUR) for value in values)


@pytest.mark.parametrize(
    ("trips", "first", "last", "expected"),
    [
        (1, 100, 900, (100,)),
        (2, 100, 900, (100, 900)),
        (4, 0, 100, (0, 33, 67, 100)),
        (5, 7 * HOUR, 19 * HOUR, hours(7, 10, 13, 16, 19)),
    ],
)
def test_departures_are_spread_from_first_to_last(trips: int, first: int, last: int, expected: tuple[int, ...]) -> None:
    assert spread_departures(trips, first, last) == expected


@pytest.mark.parametrize(
    ("settings", "service", "expected"),
    [
        ((), "emu_ns_bh_2016", hours(7, 10, 13, 16, 19)),
        ((), "ferry_night", hours(20, 22)),  # as written
        (("services.ferry_night.trips_per_day=2",), "ferry_night", hours(20, 22)),
        # Another number than written, on a circle from 06:30 to 22:00: 13.5 h from 22:00 round to 20:00, whose middle is 28:45 or 13:15
        (("services.ferry_night.trips_per_day=3",), "ferry_night", hours(13.25, 20, 22)),
        # 8, 14 and 20 stay. Gaps of 6 h, 6 h and (20:00 round to 08:00 on a circle of 15 h) 3 h: 11, 17, then the first of five of 3 h.
        (("policy.headway_factor.rail_intercity=0.5",), "emu_ne_fn_2016", hours(8, 9.5, 11, 14, 17, 20)),
        (("policy.headway_factor.rail=0.5",), "emu_ne_fn_2016", hours(8, 14, 20)),  # an EMU between members is intercity
        # 13:15 as above, then gaps of 6.75 h either side of it: the one from 13:15, as 06:30 is 22:00 and comes last
        (("policy.headway_factor.ferry=0.5",), "ferry_night", hours(13.25, 16.625, 20, 22)),
        (("policy.headway_factor.ferry=2",), "ferry_day", hours(6, 12, 18)),  # 2.5 a day count as three
        (("services.ferry_day.trips_per_day=2.4",), "ferry_day", hours(6, 18)),
        (("services.emu_ns_bh_2016.trips_per_day=1",), "emu_ns_bh_2016", hours(7)),
    ],
    ids=str,
)
def test_departures(coast: Networks, settings: tuple[str, ...], service: str, expected: tuple[int, ...]) -> None:
    assert departures(coast(*settings), service) == expected


def test_a_second_train_leaves_half_the_day_after_the_first(coast: Networks) -> None:
    twice = coast("policy.headway_factor.rail=0.5")
    # 06:00 on a circle from 06:00 to 21:30, and the way back at 23:30 on one from 06:30 to 23:30: 8.5 h later is 32:00, or 15:00
    assert departures(twice, "conv_ne_qz_2016") == hours(6, 13.75)
    assert departures(twice, "conv_ne_qz_2016", back=True) == hours(15, 23.5)


def test_a_service_outside_the_members_is_not_intercity(coast: Networks) -> None:
    settings = ("policy.headway_factor.rail_intercity=0.5", "cities.fangchenggang.member=false")
    assert departures(coast(*settings), "emu_ne_fn_2016") == hours(8, 14, 20)


def test_no_window_means_the_usual_day(coast: Networks) -> None:
    network = coast("projects.also=[strait_crossing]", "projects.variant.strait_crossing=tunnel")
    # Ten trains in 15 hours, one every 5400 s from 06:30; sha256sum of "emu_bh_hk there" begins e5809a9b, 0.896494 of 2**32: 4841 s later
    starts = departures(network, "emu_bh_hk")
    assert starts == tuple(23_400 + 4_841 + 5_400 * number for number in range(10))
    assert departures(network, "emu_bh_hk", back=True)[0] != starts[0]


def test_return_windows_and_departures(coast: Networks) -> None:
    assert departures(coast(), "conv_ne_qz_2016", back=True) == hours(23.5)
    window = coast("services.ferry_day.return_between=['08:00', '20:00']")
    assert departures(window, "ferry_day", back=True) == hours(8, 11, 14, 17, 20)
    assert departures(window, "ferry_day") == hours(6, 9, 12, 15, 18)


def test_services_of_less_than_a_trip_a_day_run_on_some_days(coast: Networks) -> None:
    network = coast()
    rare = [pattern for pattern in network.trips.patterns if pattern.service in {"conv_qz_hk_2016", "air_nanning_haikou"}]
    assert {(item.service, item.departures_seconds, item.operating_share) for item in rare} == {
        ("conv_qz_hk_2016", hours(20), 4 / 7),  # half a train a day: 3.5 a week, rounded up
        ("air_nanning_haikou", hours(10), 3 / 7),
    }
    # both directions of a service run on the same days
    assert len({(item.service, item.days) for item in rare}) == 2
    assert network.services.at["conv_qz_hk_2016", "trips_both_directions_per_day"] == pytest.approx(8 / 7)
    # 12 + 72 + 110 km, four trains each way a week
    assert network.services.at["conv_qz_hk_2016", "service_km_per_day"] == pytest.approx(194 * 8 / 7)


FLIGHT = "services.air_nanning_haikou"


@pytest.mark.parametrize(
    ("settings", "starts", "running"),
    [
        ((f"{FLIGHT}.trips_per_week=7",), hours(10), [7]),
        ((f"{FLIGHT}.trips_per_week=10",), hours(10, 18), [7, 3]),
        ((f"{FLIGHT}.trips_per_week=18",), hours(10, 14, 18), [7, 7, 4]),
        ((f"{FLIGHT}.trips_per_week=0.2",), hours(10), [1]),  # at least one a week
        (("policy.headway_factor.air=0.5",), hours(10), [6]),
        (("policy.headway_factor.air=2",), hours(10), [2]),  # 1.5 a week, half up
        ((f"{FLIGHT}.trips_per_week=6", f"{FLIGHT}.days=[sat, sun]"), hours(10, 14, 18), [2, 2, 2]),
        ((f"{FLIGHT}.trips_per_week=5", f"{FLIGHT}.days=[sat, sun]"), hours(10, 14, 18), [2, 2, 1]),
    ],
    ids=str,
)
def test_trips_a_week_fill_departures_one_after_the_other(
    coast: Networks, settings: tuple[str, ...], starts: tuple[int, ...], running: list[int]
) -> None:
    pattern = next(item for item in coast(*settings).trips.patterns if item.service == "air_nanning_haikou")
    assert pattern.departures_seconds == starts
    assert [days.bit_count() for days in pattern.days] == running


@pytest.mark.parametrize(
    ("settings", "service", "days"),
    [
        (("services.emu_ne_fn_2016.days=[mon, sun]",), "emu_ne_fn_2016", (0b1000001,) * 3),
        (("services.ferry_night.days=[fri]",), "ferry_night", (0b0010000,) * 2),  # written departures
        # half a train a day of two days is one a week, on one of them
        (("services.conv_qz_hk_2016.days=[mon, tue]",), "conv_qz_hk_2016", None),
        (("policy.headway_factor.rail=7",), "conv_ne_qz_2016", None),  # a written departure run on one day of the week
    ],
    ids=str,
)
def test_days_given(coast: Networks, settings: tuple[str, ...], service: str, days: tuple[int, ...] | None) -> None:
    there, back = [item for item in coast(*settings).trips.patterns if item.service == service]
    assert there.days == back.days
    if days is None:
        assert [mask.bit_count() for mask in there.days] == [1]
    else:
        assert there.days == days


def test_days_stand_beside_the_trips(coast: Networks) -> None:
    trips = coast(f"{FLIGHT}.trips_per_week=10").trips
    expected = [mask for pattern in trips.patterns for mask in pattern.days]
    assert trips.days.tolist() == expected
    assert len(set(expected)) > 1


def test_where_one_may_only_board_one_may_only_leave_on_the_way_back(coast: Networks) -> None:
    train = "services.emu_ns_bh_2016"
    plain = next(item for item in coast().trips.patterns if item.service == "emu_ns_bh_2016")
    assert (plain.may_board, plain.may_alight) == ((True,) * 4, (True,) * 4)
    network = coast(f"{train}.board_only=[nanning_east]", f"{train}.alight_only=[qinzhou_east]")
    there, back = [item for item in network.trips.patterns if item.service == "emu_ns_bh_2016"]
    # nanning_station, nanning_east, qinzhou_east, beihai_station and the other way about
    assert (there.may_board, there.may_alight) == ((True, True, False, True), (True, False, True, True))
    assert (back.may_board, back.may_alight) == ((True, True, False, True), (True, False, True, True))


def test_limits_of_services_joined_hold_for_their_own_visit(coast: Networks) -> None:
    train = "services.emu_ne_fn_2016"  # carries on to Nanning and comes back to where it began: a ring
    way_back = "{id: way_back, mode: rail, train_class: emu_250, stops: [fangchenggang_north, qinzhou_east, nanning_east], "
    way_back += "alight_only: [qinzhou_east], directed: true, trips_per_day: 3, source: made_up, confidence: assumed}"
    network = coast(
        "projects.also=[coastal_rebuild]",
        f"projects.coastal_rebuild.add={{services: [{way_back}]}}",
        f"{train}.directed=true",
        f"{train}.board_only=[qinzhou_east]",
        "projects.coastal_rebuild.change={services.emu_ne_fn_2016.continues_as: way_back}",
    )
    (ring,) = [item for item in network.trips.patterns if item.service == "emu_ne_fn_2016"]
    assert ring.stops == ("nanning_east", "qinzhou_east", "fangchenggang_north", "qinzhou_east", "nanning_east")
    assert ring.may_board == (True, True, True, False, True)
    assert ring.may_alight == (True, False, True, True, True)


def test_local_clocks_are_turned_into_the_regions(coast: Networks) -> None:
    # 07:00 in Hanoi is 08:00 in the region; the way back starts in Nanning at 12:00
    assert departures(coast(), "air_hanoi_nanning") == hours(8)
    assert departures(coast(), "air_hanoi_nanning", back=True) == hours(12)


@pytest.mark.parametrize(
    ("timezone", "day", "hours_ahead"),
    [
        ("Asia/Ho_Chi_Minh", "2016-07-01", 1),
        ("Asia/Shanghai", "2016-07-01", 0),
        ("Asia/Tokyo", "2016-07-01", -1),
        ("Europe/Paris", "2016-07-01", 6),
        ("Europe/Paris", "2016-12-01", 7),
    ],
)
def test_clock_shift(timezone: str, day: str, hours_ahead: int) -> None:
    assert clock_shift_seconds(timezone, "Asia/Shanghai", datetime.date.fromisoformat(day)) == hours_ahead * HOUR


def test_times_pass_midnight(coast: Networks) -> None:
    trips = coast().trips
    night = next(k for k in range(trips.count) if trips.patterns[trips.pattern[k]].departures_seconds == hours(23.5))
    calls = slice(trips.first_call[night], trips.first_call[night + 1])
    # 23:30 + 61.25 min = 24:31:15; dwell 4 min; + 67.5 min = 25:42:45
    assert trips.arrive_s[calls].tolist() == [84600, 88275, 92565]
    assert trips.depart_s[calls].tolist() == [84600, 88515, 92565]


def test_trips_are_flat_arrays_in_order_of_pattern_and_departure(coast: Networks) -> None:
    network = coast()
    trips = network.trips
    expected = [(number, start) for number, pattern in enumerate(trips.patterns) for start in pattern.departures_seconds]
    assert [(int(trips.pattern[k]), int(trips.depart_s[trips.first_call[k]])) for k in range(trips.count)] == expected
    assert trips.first_call[-1] == len(trips.stop) == len(trips.arrive_s) == len(trips.depart_s)
    for k, (number, _) in enumerate(expected):
        stops = [network.nodes.index[row] for row in trips.stop[trips.first_call[k] : trips.first_call[k + 1]]]
        assert tuple(stops) == trips.patterns[number].stops


def test_least_time_to_change(coast: Networks) -> None:
    def seconds(network: Network, node: str) -> int:
        return int(network.minimum_connection_s[network.node_index[node]])

    assert [seconds(coast(), node) for node in ("qinzhou_east", "nanning_east")] == [1200, 600]  # its own, the network's
    walked = coast("policy.transfer.walk_factor=0.5")
    assert [seconds(walked, node) for node in ("qinzhou_east", "nanning_east")] == [600, 300]
