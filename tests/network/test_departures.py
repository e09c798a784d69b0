"""Departures: more of them keep those that there are, fewer are some of them; times not known are spread over the day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.network.departures import added_departures, assumed_departures, chosen_departures, departures_of
from bbwnet.network.network import Network
from bbwnet.network.operating_days import WEEKDAYS, days_in, fewer_days, more_days, weekly_masks
from bbwnet.scenario.schema.services import Service

HOUR = 3600


def hours(*values: float) -> list[int]:
    return [round(value * HOUR) for value in values]


def clock(seconds: int) -> str:
    return f"{seconds // HOUR:02d}:{seconds // 60 % 60:02d}"


def service(**more: Any) -> Service:
    return Service.model_validate({"id": "a_b", "mode": "coach", "stops": ["a", "b"], "source": "made_up", "confidence": "assumed", **more})


def days_at(item: Service, factor: float, *, backward: bool) -> dict[int, int]:
    starts, masks = departures_of(item, 0, factor, backward=backward)
    assert sorted(set(starts)) == list(starts)
    assert all(masks)
    return dict(zip(starts, masks, strict=True))


@st.composite
def services(draw: st.DrawFn) -> Service:
    """Services of every kind: departures given, or a number a day or a week, over hours known, not known or not given."""
    times = st.lists(st.integers(0, 26 * 60), min_size=1, max_size=12, unique=True).map(sorted)
    row: dict[str, Any] = {"id": draw(st.sampled_from(("a_b", "b_c", "c_d"))), "days": draw(st.sets(st.sampled_from(WEEKDAYS)).map(sorted))}
    kind = draw(st.sampled_from(("departures", "trips_per_day", "trips_per_week")))
    if kind == "departures":
        row["departures"] = [clock(60 * minute) for minute in draw(times)]
        if draw(st.booleans()):
            row["return_departures"] = [clock(60 * minute) for minute in draw(times)]
        return service(**row)
    row[kind] = draw(st.floats(0.2, 30))
    for key in ("between", "return_between"):
        if draw(st.booleans()):
            first = draw(st.integers(0, 20 * 60))
            row[draw(st.sampled_from((key, key.replace("between", "within"))))] = clock(60 * first), clock(60 * (first + 300))
    return service(**row)


FACTORS = st.floats(0.25, 4)


@given(services(), FACTORS, st.booleans())
def test_more_keep_all_and_fewer_are_some(item: Service, factor: float, backward: bool) -> None:  # noqa: FBT001
    base = days_at(item, 1.0, backward=backward)
    other = days_at(item, factor, backward=backward)
    more, fewer = (other, base) if factor <= 1 else (base, other)
    assert all(mask & ~more.get(start, 0) == 0 for start, mask in fewer.items())
    assert set(fewer) <= set(more)


@given(services(), st.floats(0.25, 1), st.floats(0.25, 1), st.booleans())
def test_shorter_headways_keep_what_longer_ones_have(item: Service, one: float, other: float, backward: bool) -> None:  # noqa: FBT001
    fewer, more = (days_at(item, factor, backward=backward) for factor in (max(one, other), min(one, other)))
    assert all(mask & ~more.get(start, 0) == 0 for start, mask in fewer.items())


@given(services(), FACTORS)
def test_number_of_trips_follows_the_factor(item: Service, factor: float) -> None:
    days = len(item.days) or 7
    per_week = item.trips_per_week or (item.trips_per_day or len(item.departures)) * days
    trips = sum(map(days_in, days_at(item, factor, backward=False).values()))
    # Whole trips a day, or below that whole trips a week and at least one.
    assert abs(trips - per_week / factor) <= (1 if item.trips_per_week else max(1, days / 2)) + 1e-6


@pytest.mark.parametrize(
    ("starts", "number", "expected"),
    [
        (hours(9), 1, hours(16.5)),  # half of the circle of 15 h
        (hours(9), 3, hours(16.5, 12.75, 20.25)),  # then both halves, the earlier first
        (hours(19), 1, hours(11.5)),  # 26:30, past the end at 21:30: five hours after the beginning at 06:30
        (hours(9, 12), 2, hours(18, 15)),  # 12 h from 12:00 round to 09:00, then 6 h from 12:00 and from 18:00
        (hours(6.5, 21.5), 1, hours(14)),  # the two ends of the circle are one point
        (hours(5), 1, hours(13.25)),  # from 05:00 to 21:30 the circle has 16.5 h
        (hours(22, 25), 1, hours(14.25)),  # from 06:30 to 25:00: from 01:00 it is 15.5 h to 22:00
        # Evenly spread: 3 h between, 3 h from 18:30 round to 06:30 as well; the gaps fill in order
        (hours(6.5, 9.5, 12.5, 15.5, 18.5), 5, hours(8, 11, 14, 17, 20)),
        ([9 * HOUR, 9 * HOUR + 1], 1, [16 * HOUR + 1800]),  # whole seconds: a gap of 53,999 s is halved down
    ],
)
def test_added_departures(starts: list[int], number: int, expected: list[int]) -> None:
    assert added_departures(starts, number) == expected


def test_chosen_departures() -> None:
    hourly = hours(*range(8, 20))
    assert chosen_departures(hourly, 1) == hours(14)
    assert chosen_departures(hourly, 6) == hours(9, 11, 13, 15, 17, 19)
    assert chosen_departures(hours(6, 9, 12, 15, 18), 3) == hours(6, 12, 18)
    assert chosen_departures(hourly, 12) == hourly


def test_two_trains_at_one_minute_no_more() -> None:
    # A window of no length, as the timetable of 2021 has for one train a day: 09:50 and half the circle later
    item = service(trips_per_day=1, between=["09:50", "09:50"])
    assert departures_of(item, 0, 0.5, backward=False)[0] == (9 * HOUR + 3000, 17 * HOUR + 1200)


def test_a_way_back_keeps_its_share_of_the_trips() -> None:
    item = service(departures=["08:00", "12:00"], return_departures=["10:00", "13:00", "16:00"])
    assert [len(departures_of(item, 0, 0.5, backward=back)[0]) for back in (False, True)] == [4, 6]
    assert departures_of(item, 0, 1.0, backward=True)[0] == tuple(hours(10, 13, 16))


def test_a_number_set_beside_departures_keeps_them() -> None:
    item = service(departures=["08:00", "12:00"], trips_per_day=24)
    starts, _ = departures_of(item, 0, 1.0, backward=False)
    assert len(starts) == 24
    assert {8 * HOUR, 12 * HOUR} <= set(starts)


def test_trips_a_week_grow_day_by_day() -> None:
    week = [departures_of(service(trips_per_week=10, between=["10:00", "18:00"]), 0, factor, backward=False) for factor in (2, 1, 0.5)]
    # Five a week: of the two departures only the daily one is left, on some days; twenty: both daily, and a third half the
    # longest gap after 10:00 (18:00 round to 10:00 is 7 h, 10:00 to 18:00 is 8 h).
    assert [starts for starts, _ in week] == [tuple(hours(10)), tuple(hours(10, 18)), tuple(hours(10, 14, 18))]
    assert [[days_in(mask) for mask in masks] for _, masks in week] == [[5], [7, 3], [7, 6, 7]]


@pytest.mark.parametrize("days", [(), ("mon", "wed", "fri", "sun"), ("sat", "sun")])
def test_days_more_and_fewer(days: tuple[str, ...]) -> None:
    number = len(days) or 7
    for trips in range(1, number + 1):
        (mask,) = weekly_masks("any", trips, days)
        for other in range(1, number + 1):
            changed = (more_days if other >= trips else fewer_days)("any", mask, other, days)
            assert days_in(changed) == other
            assert mask & changed == (mask if other >= trips else changed)
    # Mondays alone become Mondays and Thursdays, whichever way the hash turns: three days after, four before
    assert more_days("any", 0b0000001, 2, ()) == 0b0001001


@given(st.sampled_from(("a", "b", "c")), st.integers(1, 40), st.integers(0, 20 * HOUR), st.integers(3600, 20 * HOUR), st.booleans())
def test_times_not_known_are_one_in_each_equal_part(name: str, trips: int, first: int, length: int, backward: bool) -> None:  # noqa: FBT001
    starts = assumed_departures(name, trips, first, first + length, backward=backward)
    parts = [(start - first) * trips / length for start in starts]
    assert all(-1e-3 * trips <= part - position < 1 for position, part in enumerate(parts))
    gaps = np.diff(starts)
    assert len(starts) == trips
    assert np.all(np.abs(gaps - length / trips) <= 1)


def test_times_not_known_differ_between_services_and_directions() -> None:
    starts = {assumed_departures(f"air_{number}", 1, 0, 24 * HOUR, backward=back)[0] for number in range(100) for back in (False, True)}
    assert len(starts) > 190
    # Over the whole day: a quarter of 200 in each quarter of it, give or take three standard deviations (6.1)
    assert all(30 <= sum(start // (6 * HOUR) == part for start in starts) <= 70 for part in range(4))


def test_hours_of_the_way_back() -> None:
    def ends(**more: Any) -> tuple[int, int]:
        starts, _ = departures_of(service(trips_per_day=2, **more), 0, 1.0, backward=True)
        return starts[0], starts[-1]

    assert ends(within=["07:00", "09:00"], return_between=["12:00", "14:00"]) == tuple(hours(12, 14))
    first, last = ends(between=["07:00", "09:00"], return_within=["12:00", "14:00"])
    assert 12 * HOUR <= first < 13 * HOUR
    assert last - first == HOUR
    first, last = ends(within=["07:00", "09:00"])
    assert 7 * HOUR <= first < 8 * HOUR
    first, last = ends()
    assert 6.5 * HOUR <= first < 14 * HOUR
    assert last - first == 7.5 * HOUR


def test_nobody_arrives_later_with_twice_the_service(coast: Callable[..., Network]) -> None:
    twice = tuple(f"policy.headway_factor.{mode}=0.5" for mode in ("rail", "rail_intercity", "coach", "air", "ferry"))
    now, more = DoorTimes(coast()), DoorTimes(coast(*twice))
    places = sorted(place.id for place in coast().assembly.places.values() if place.kind == "zone")
    sooner = 0
    for origin in places:
        for destination in places:
            if origin != destination:
                before, after = (times.departures(origin, destination, "transit").arrive_s for times in (now, more))
                assert np.all(after <= before), (origin, destination)
                sooner += int(np.sum(after < before))
    assert sooner > 0
