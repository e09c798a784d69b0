"""Headways and waits, by hand: gaps that add up to the window, waits by hour, direct services of the coast."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.errors import NetworkError
from bbwnet.evaluation.corridors import city_stops, corridor_pairs, corridor_weights, corridors, direct_departures
from bbwnet.evaluation.headway_waits import headway_waits
from bbwnet.evaluation.transfer_rows import headway_hours_table, headways_table
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.network.population import zone_populations
from bbwnet.scenario.read import load_scenario

Networks = Callable[..., Network]

HOUR = 3600


def test_waits_by_hand() -> None:
    waits = headway_waits([9 * HOUR, 6 * HOUR, 7 * HOUR, 5 * HOUR, 11 * HOUR], 6 * HOUR, 10 * HOUR)
    assert waits.departures_s == (6 * HOUR, 7 * HOUR, 9 * HOUR)
    assert waits.gaps_min.tolist() == [60, 120, 60]
    assert waits.mean_headway_min == 80
    assert waits.mean_wait_min == (60**2 + 120**2 + 60**2) / 480
    assert waits.short_wait_share(15) == 45 / 240
    assert waits.short_wait_share(90) == 210 / 240
    # in the third hour the next departure is up to an hour away, in the second up to two; after the last the first counts again
    assert [(hour.hour, hour.departures, hour.mean_wait_min) for hour in waits.by_hour()] == [
        (6, 1, 30),
        (7, 1, 90),
        (8, 0, 30),
        (9, 1, 30),
    ]


def test_an_even_headway_is_waited_for_by_half() -> None:
    waits = headway_waits(range(6 * HOUR + 300, 22 * HOUR, 600), 6 * HOUR, 22 * HOUR)
    assert (waits.mean_headway_min, waits.short_wait_share(15)) == (10, 1)
    assert waits.mean_wait_min == pytest.approx(5)
    assert all(hour.mean_wait_min == pytest.approx(5) for hour in waits.by_hour())


def test_waits_are_those_of_people_who_come_one_by_one() -> None:
    random = np.random.default_rng(7)
    first, last = 6 * HOUR + 900, 21 * HOUR
    waits = headway_waits(sorted(random.integers(first, last, 40).tolist()), first, last)
    coming = np.arange(first, last) + 0.5
    times = np.array([*waits.departures_s, waits.departures_s[0] + last - first])
    minutes = (times[np.searchsorted(times, coming)] - coming) / 60
    assert waits.mean_wait_min == pytest.approx(minutes.mean())
    assert waits.short_wait_share(15) == pytest.approx((minutes < 15).mean(), abs=1e-3)
    for hour in waits.by_hour():
        within = coming // HOUR == hour.hour
        assert hour.mean_wait_min == pytest.approx(minutes[within].mean())
    assert sum(hour.departures for hour in waits.by_hour()) == 40


def test_nothing_departs() -> None:
    waits = headway_waits([5 * HOUR], 6 * HOUR, 22 * HOUR)
    assert waits.departures_s == ()
    assert all(math.isnan(value) for value in (waits.mean_headway_min, waits.mean_wait_min, waits.short_wait_share(15)))
    assert [hour.departures for hour in waits.by_hour()] == [0] * 16
    assert math.isnan(waits.by_hour()[0].mean_wait_min)


def test_pairs_of_the_plan_once_each(coast: Networks) -> None:
    pairs = corridor_pairs(coast())
    assert len(pairs) == 10
    assert pairs["nanning", "qinzhou"] == ("main", "neighbour")
    # written the other way round among the neighbours, it is the same pair
    assert pairs["qinzhou", "beihai"] == ("main", "neighbour")
    assert pairs["nanning", "haikou"] == ("main",)
    with pytest.raises(NetworkError, match="coast has no plan"):
        corridors(dataclasses.replace(coast(), plan=None))


def test_trains_leave_at_the_last_stop_of_the_city(coast: Networks) -> None:
    network = coast()
    assert city_stops(network, "nanning") == {"nanning_station", "nanning_east", "qingxiu"}
    # at Nanning East 06:00 (not in the window) the old train; 13.5 min after Nanning the five to Beihai; three to Fangchenggang
    expected = sorted([6 * HOUR, *(hour * HOUR + 810 for hour in (7, 10, 13, 16, 19)), *(hour * HOUR for hour in (8, 14, 20))])
    assert direct_departures(network, "nanning", "qinzhou", "rail") == tuple(expected)
    assert direct_departures(network, "nanning", "qinzhou", "coach") == ()
    assert direct_departures(network, "haikou", "nanning", "rail") == ()


def test_the_day_of_the_week_counts(coast: Networks) -> None:
    # the train of 20:00 to the island runs on Tuesdays, not on Wednesdays
    assert [second // HOUR for second in direct_departures(coast("evaluation.weekday=tue"), "qinzhou", "haikou", "rail")] == [20]
    assert direct_departures(coast(), "qinzhou", "haikou", "rail") == ()


def test_a_train_that_comes_from_elsewhere_leaves_after_its_stop(coast: Networks) -> None:
    # Haikou 20:00, Beihai 21:30, Qinzhou 22:27: all on the day that it leaves
    assert direct_departures(coast("evaluation.weekday=tue"), "beihai", "qinzhou", "rail")[-1] == 20 * HOUR + 5400


def test_a_train_past_midnight_belongs_to_the_day_after(coast: Networks) -> None:
    base = coast()
    patterns = tuple(
        dataclasses.replace(item, departures_seconds=(23 * HOUR,), days=(0b0000010,)) if item.service == "conv_qz_hk_2016" else item
        for item in base.trips.patterns
    )
    moved = dataclasses.replace(base, trips=dataclasses.replace(base.trips, patterns=patterns))
    # Tuesday 23:00 from Qinzhou, from Beihai 3690 s later, on Wednesday at 00:01:30
    assert 90 in direct_departures(moved, "beihai", "haikou", "rail")
    assert direct_departures(moved, "qinzhou", "haikou", "rail") == ()


def test_corridors_weigh_alike_without_people_and_by_both_ends_with(coast: Networks) -> None:
    network = coast()
    found = corridors(network)
    assert corridor_weights(network, found).tolist() == [1] * 20
    beibu = build_network(load_scenario("baseline_2016"))
    joined = [item for item in corridors(beibu) if (item.from_city, item.to_city) in {("haikou", "chengmai"), ("nanning", "haikou")}]
    short, long = reversed(corridor_weights(beibu, joined))
    people = zone_populations(beibu, 2016)

    def of(city: str) -> float:
        return sum(figure.value or 0 for zone, figure in people.items() if beibu.assembly.places[zone].city == city)

    assert (short, long) == (pytest.approx(of("haikou") * of("chengmai")), pytest.approx(of("nanning") * of("haikou")))


def test_corridors_and_their_tables(coast: Networks) -> None:
    found = corridors(coast())
    assert len(found) == 20
    first = next(item for item in found if (item.from_city, item.to_city) == ("nanning", "qinzhou"))
    assert len(first.together.departures_s) == 9
    assert first.together == first.by_mode["rail"]
    # 06:00, 07:13:30, 08:00, 10:13:30, 13:13:30, 14:00, 16:13:30, 19:13:30, 20:00; then 120 min to the end of the window, none on to 06:00
    gaps = (73.5, 46.5, 133.5, 180, 46.5, 133.5, 180, 46.5, 120)
    assert sum(gaps) == 960
    assert first.together.mean_wait_min == pytest.approx(sum(gap * gap for gap in gaps) / 1920)
    table = headways_table(found)
    assert table.set_index(["from", "to", "service"]).index.is_unique
    assert (len(table), len(headway_hours_table(found))) == (60, 60 * 16)
