"""Measures of accessibility over hand-made times between three zones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from bbwnet.evaluation.accessibility import day_ends_of, mean_times, own_zone_at_once, potential, stays_seconds, within
from bbwnet.routing.door_to_door import DayEnds

NAN = float("nan")
HOUR = 3600

TIMES = np.array([[0, 60, 120], [60, 0, NAN], [180.0001, 30, 0]], dtype=np.float64)
PERSONS = np.array([100, 10, 1], dtype=np.float64)


def same(found: NDArray[np.float64], expected: list[float]) -> bool:
    return bool(found.tolist() == pytest.approx(expected, nan_ok=True))


def test_a_place_is_within_its_own_limits_at_no_time() -> None:
    float32 = np.array([[NAN, 5], [7, 3]], dtype=np.float32)
    assert own_zone_at_once(float32, ("a", "b"), ("a", "c")).tolist() == [[0, 5], [7, 3]]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(0, [100, 10, 1]), (59, [100, 10, 11]), (60, [110, 110, 11]), (120, [111, 110, 11]), (180, [111, 110, 11])],
)
def test_people_within_a_limit_the_limit_included(limit: float, expected: list[float]) -> None:
    assert same(within(TIMES, PERSONS, limit), expected)


def test_a_place_without_figures_is_left_out_of_sums_and_alone_makes_them_unknown() -> None:
    persons = np.array([NAN, 10, 1])
    # the first zone knows of nobody within 59 minutes but itself, whose people are not known
    assert same(within(TIMES, persons, 59), [NAN, 10, 11])
    assert same(within(TIMES, persons, 60), [10, 10, 11])
    assert same(within(TIMES, np.full(3, NAN), 180), [NAN, NAN, NAN])
    # a place outside all zones, from which nothing is reached, reaches nobody
    assert same(within(np.full((1, 3), np.inf), PERSONS, 60), [0])


def test_potential_halves_with_every_half_time() -> None:
    # those at an hour count half, at two hours a quarter
    expected = [100 + 10 / 2 + 1 / 4, 10 + 100 / 2, 1 + 100 * 2 ** (-180.0001 / 60) + 10 / math.sqrt(2)]
    assert same(potential(TIMES, PERSONS, 60), expected)
    assert same(potential(TIMES, PERSONS, 30), [100 + 10 / 4 + 1 / 16, 10 + 100 / 4, 1 + 100 * 2 ** (-180.0001 / 30) + 10 / 2])


def test_mean_time_is_to_others_that_can_be_reached_and_says_their_share() -> None:
    found = mean_times(TIMES, PERSONS, np.eye(3, dtype=bool))
    assert same(found.minutes, [(10 * 60 + 1 * 120) / 11, 60, (100 * 180.0001 + 10 * 30) / 110])
    assert same(found.reached_share, [1, 100 / 101, 1])


def test_mean_time_where_nobody_is_reached_or_known() -> None:
    alone = np.array([[0, NAN], [NAN, 0]], dtype=np.float64)
    found = mean_times(alone, np.array([5.0, 7.0]), np.eye(2, dtype=bool))
    assert same(found.minutes, [NAN, NAN])
    assert same(found.reached_share, [0, 0])
    unknown = mean_times(alone, np.array([NAN, 7.0]), np.eye(2, dtype=bool))
    assert same(unknown.reached_share, [0, NAN])


@dataclass(frozen=True)
class Day:
    """What becomes of the departures of a day."""

    start_s: NDArray[np.int64]
    leave_s: NDArray[np.int64]
    arrive_s: NDArray[np.int64]

    @property
    def reached(self) -> NDArray[np.bool_]:
        return np.asarray(self.arrive_s >= 0, dtype=np.bool_)

    def minutes(self, *, planned: bool) -> NDArray[np.float64]:
        return np.where(self.reached, (self.arrive_s - (self.leave_s if planned else self.start_s)) / 60, np.inf)


def departures(*table: tuple[float, float | None, float | None]) -> Day:
    """Departures from hours: wished, left, arrived (`None`: never)."""

    def seconds(column: int) -> NDArray[np.int64]:
        listed = [row[column] for row in table]
        return np.array([-1 if item is None else round(item * HOUR) for item in listed], dtype=np.int64)

    return Day(start_s=seconds(0), leave_s=seconds(1), arrive_s=seconds(2))


OUT = departures((6, 7, 9), (8, 8, 10))
HOME = departures((6, 7, 9), (12, 14, 16), (15, 20.5, 22.5), (21, 23, 25), (22, None, None))


@pytest.mark.parametrize(
    ("home_by_h", "expected_h"),
    [
        (24, 20.5 - 9),  # the 20:30, home at 22:30; the 23:00 is home at one in the morning
        (25, 23 - 9),
        (22.5, 20.5 - 9),  # home at the very minute
        (22.4, 14 - 9),
        (16, 5),
        (9, 7 - 9),  # home before one has come: negative
        (8, None),  # no way home in time
    ],
)
def test_a_visit_lasts_from_the_first_arrival_to_the_last_way_home(home_by_h: float, expected_h: float | None) -> None:
    assert stay(OUT, HOME, home_by_h) == expected_h


def stay(there: Day, back: Day, home_by_h: float) -> float | None:
    """Hours of the longest stay at the second of two places for who lives at the first."""
    out, home = (day_ends_of(way, round(home_by_h * HOUR)) for way in (there, back))
    ends = DayEnds(np.array([[0, out[0]], [home[0], 0]]), np.array([[0, out[1]], [home[1], 0]]))
    seconds = stays_seconds(ends)[0, 1]
    return None if np.isnan(seconds) else float(seconds) / HOUR


def test_a_last_train_missed_leaves_no_way_home() -> None:
    # there at 19:30, the last train home leaves at 18:00
    assert stay(departures((6, 17, 19.5)), departures((6, 18, 20), (19, None, None)), 24) == -1.5
    assert stay(departures((6, 17, 19.5)), departures((20, None, None)), 24) is None


def test_no_way_out_no_visit() -> None:
    assert stay(departures((6, None, None), (7, 8, 9)), HOME, 24) is None
    assert stay(departures(), HOME, 24) is None
