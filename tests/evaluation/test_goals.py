"""The plan's goals on the coast, worked by hand from the trains and drives in tests/routing.

Trains there / back: Nanning (East) - Qinzhou 33 / 33; - Beihai 68.6 / 68.6; - Fangchenggang 71.6 / 71.1; - Haikou 198 (19:13:30
to 22:31:30) / 342.75; Qinzhou - Beihai 33.6 / 33.6; - Fangchenggang 36.6 / 36.1; - Haikou 151.5 / 147.5; Beihai -
Fangchenggang 131.6 / 202.1; - Haikou 90 / 90; Fangchenggang - Haikou 511.5 / 791.6.
Drives: Nanning - Qinzhou 60, Qinzhou - Beihai 55 / 60 (one way), Qinzhou - Fangchenggang 40, Beihai - Haikou 6 + 280 + 15 = 301.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from bbwnet.errors import NetworkError
from bbwnet.evaluation.definitions import Definition
from bbwnet.evaluation.goals import GoalRow, evaluate_goals, goal_row, summarise
from bbwnet.evaluation.travel_times import Timekeeper
from bbwnet.network.network import Network

Networks = Callable[..., Network]


@pytest.fixture(scope="module")
def rows(coast: Networks) -> list[GoalRow]:
    return evaluate_goals(Timekeeper(coast()))


def row_of(rows: list[GoalRow], goal: str, a: str, b: str) -> GoalRow:
    return next(row for row in rows if (row.goal, row.from_city, row.to_city) == (goal, a, b))


def test_every_pair_of_main_cities_and_neighbours_in_order(rows: list[GoalRow]) -> None:
    main = ["nanning", "qinzhou", "beihai", "fangchenggang", "haikou"]
    expected = [("main", a, b) for number, a in enumerate(main) for b in main[number + 1 :]]
    expected += [("neighbour", *pair) for pair in (("nanning", "qinzhou"), ("qinzhou", "beihai"), ("qinzhou", "fangchenggang"))]
    assert [(row.goal, row.from_city, row.to_city) for row in rows] == expected


@pytest.mark.parametrize(
    ("a", "b", "in_vehicle", "drive", "official"),
    [
        ("nanning", "qinzhou", 33.0, 60.0, 33.0),
        ("nanning", "beihai", 68.6, 120.0, 68.6),  # by road 60 + 55 there, 60 + 60 back
        ("nanning", "fangchenggang", 71.6, 100.0, 71.6),
        # by road 416 / 421; the better one of each direction, then the slower direction
        ("nanning", "haikou", 342.75, 421.0, 342.75),
        ("qinzhou", "beihai", 33.6, 60.0, 33.6),
        ("qinzhou", "fangchenggang", 36.6, 40.0, 36.6),
        ("qinzhou", "haikou", 151.5, 361.0, 151.5),
        ("beihai", "fangchenggang", 202.1, 100.0, 100.0),
        ("beihai", "haikou", 90.0, 301.0, 90.0),
        ("fangchenggang", "haikou", 791.6, 401.0, 401.0),
    ],
)
def test_a_pair_is_judged_by_its_slower_direction(
    rows: list[GoalRow], a: str, b: str, in_vehicle: float, drive: float, official: float
) -> None:
    row = row_of(rows, "main", a, b)
    assert [row.minutes(name) for name in ("in_vehicle", "drive", "official")] == pytest.approx([in_vehicle, drive, official])
    assert row.missing_min("official") == pytest.approx(max(0.0, official - 120))
    assert row.met("official") is (official <= 120)


def test_both_directions_are_kept(rows: list[GoalRow]) -> None:
    pair = row_of(rows, "main", "beihai", "fangchenggang").times["in_vehicle"]
    assert [pair.there.minutes, pair.back.minutes] == pytest.approx([131.6, 202.1])
    assert pair.judged is pair.back


@pytest.mark.parametrize(("goal", "a", "b", "target"), [("main", "nanning", "beihai", 120), ("neighbour", "nanning", "qinzhou", 60)])
def test_exactly_the_target_keeps_it(rows: list[GoalRow], goal: str, a: str, b: str, target: float) -> None:
    row = row_of(rows, goal, a, b)
    assert row.target_min == row.minutes("drive") == target
    assert row.met("drive")
    assert row.missing_min("drive") == 0


def test_a_second_over_the_target_misses_it(coast: Networks) -> None:
    # 110.0306 km at 110 km/h are 3601 s
    timekeeper = Timekeeper(coast("links.g75_qingxiu-qinnan.length_km=110.0306"))
    row = goal_row(timekeeper, "neighbour", "nanning", "qinzhou", 60)
    assert not row.met("drive")
    assert row.missing_min("drive") == pytest.approx(1 / 60)


def test_no_way_misses_the_target_by_no_number(coast: Networks) -> None:
    # the timetable of 2018 has no train to the island
    row = row_of(evaluate_goals(Timekeeper(coast("as_of=2018-12-31"))), "main", "beihai", "haikou")
    assert row.minutes("in_vehicle") is None
    assert row.missing_min("in_vehicle") is None
    assert not row.met("in_vehicle")
    assert row.minutes("official") == row.minutes("drive") == 301
    assert row.times["official"].judged.mode == "road"


def test_one_direction_only_is_no_way(coast: Networks) -> None:
    row = goal_row(Timekeeper(coast("services.conv_qz_hk_2016.directed=true")), "main", "qinzhou", "haikou", 120)
    assert row.times["in_vehicle"].there.minutes == 151.5
    assert row.minutes("in_vehicle") is None


@pytest.mark.parametrize(
    ("goal", "group", "definition", "met", "pairs"),
    [
        ("main", "all", "in_vehicle", 6, 10),
        ("main", "all", "drive", 6, 10),
        ("main", "all", "official", 7, 10),  # Beihai - Fangchenggang by road, Beihai - Haikou by rail
        ("main", "centres", "official", 0, 1),  # Nanning - Haikou
        ("main", "across_provinces", "official", 1, 4),
        ("main", "within_province", "official", 6, 6),
        ("neighbour", "all", "drive", 3, 3),
        ("neighbour", "within_province", "in_vehicle", 3, 3),
    ],
)
def test_groups(rows: list[GoalRow], goal: str, group: str, definition: Definition, met: int, pairs: int) -> None:
    found = [item for item in summarise(rows) if (item.goal, item.group, item.definition) == (goal, group, definition)]
    assert [(item.met, item.pairs) for item in found] == [(met, pairs)]


def test_groups_with_no_pair_are_left_out(rows: list[GoalRow]) -> None:
    assert {item.group for item in summarise(rows) if item.goal == "neighbour"} == {"all", "within_province"}


def test_a_region_without_a_plan_has_no_goals(coast: Networks) -> None:
    with pytest.raises(NetworkError, match="region coast has no plan"):
        evaluate_goals(Timekeeper(dataclasses.replace(coast(), plan=None)))
