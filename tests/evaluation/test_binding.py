"""What binds a journey, worked by hand; and journeys told leg by leg."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bbwnet.evaluation.binding import Binding, binding_part, parts_of
from bbwnet.evaluation.definitions import DOOR_DEFINITIONS, Definition
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.goals import GoalRow, goal_row
from bbwnet.evaluation.journey_words import clock, journey_line, leg_lines, parts_line, view_line
from bbwnet.evaluation.travel_times import Timekeeper, main_mode
from bbwnet.evaluation.words import Words
from bbwnet.network.network import Network
from bbwnet.routing.journeys import Journey, Leg, Part

Networks = Callable[..., Network]


def judged(parts: dict[Part, int], target_min: float) -> GoalRow:
    """A pair whose only journey has legs of so many minutes, wished when it leaves."""
    legs, at = [], 0
    for part, minutes in parts.items():
        legs.append(Leg(part, "way", "walk", "a", "b", at, at + minutes * 60))
        at += minutes * 60
    time = SimpleNamespace(way=Journey(0, tuple(legs)), minutes=at / 60)
    pair = SimpleNamespace(judged=time)
    missing = max(0.0, at / 60 - target_min)
    row: Any = SimpleNamespace(times={"door_to_door": pair}, missing_min=lambda _: missing)
    return cast("GoalRow", row)


@pytest.mark.parametrize(
    ("parts", "target", "expected", "cut"),
    [
        ({"access": 20, "ride": 90, "egress": 20}, 120, Binding("ride", 90, 10), 1 / 9),
        ({"access": 20, "wait": 91, "ride": 90}, 120, Binding("wait", 91, 81), 81 / 91),
        ({"access": 50, "ride": 50, "border": 50}, 120, Binding("access", 50, 30), 0.6),  # of equals the first
        ({"access": 50, "ride": 50, "border": 50}, 100, Binding("access", 50, 50), 1.0),
        ({"access": 50, "ride": 50, "border": 50}, 99, Binding("access", 50, 51), None),
        ({"access": 20, "ride": 90, "egress": 10}, 120, None, None),
    ],
)
def test_the_part_of_which_the_least_share_must_go(
    parts: dict[Part, int], target: float, expected: Binding | None, cut: float | None
) -> None:
    found = binding_part(judged(parts, target), "door_to_door")
    assert found == expected
    assert found is None or found.cut_share == (None if cut is None else pytest.approx(cut))


def test_parts_of_a_pair_add_up(coast: Networks) -> None:
    row = goal_row(Timekeeper(coast()), "main", "nanning", "haikou", 120, door_mode="transit")
    for definition in DOOR_DEFINITIONS:
        parts = parts_of(row, definition)
        assert parts is not None
        assert sum(parts.values()) == pytest.approx(row.minutes(definition))
        assert (parts["wait"] > 0) == (definition == "door_to_door")
        binding = binding_part(row, definition)
        assert binding is not None
        assert binding.minutes == max(parts.values()) == parts[binding.part]
    others: tuple[Definition, ...] = ("in_vehicle", "drive", "official")
    for definition in others:
        assert (parts_of(row, definition), binding_part(row, definition)) == (None, None)


def test_a_wait_at_home_is_of_who_leaves_at_any_minute(coast: Networks) -> None:
    found = DoorTimes(coast()).journey("qingxiu", "haicheng", "rail", 6 * 3600, planned=False)
    assert found is not None
    assert found.part_minutes(planned=True) == pytest.approx(
        {"access": 37, "wait": 0, "ride": 68.6, "transfer": 0, "border": 0, "egress": 19}
    )
    assert found.part_minutes(planned=False)["wait"] == 36.5
    words = Words(coast(), "en")
    assert parts_line(found, words, planned=True) == "access 37, ride 69, egress 19"
    assert parts_line(found, words, planned=False) == "access 37, wait 36, ride 69, egress 19"
    assert leg_lines(found, words) == [
        "wished 06:00, leave later by 36 min",
        "06:36–06:53  taxi  Qingxiu – Nanning East  (17 min, 7.0 km)",
        "06:53–07:13  enter  Nanning East  (20 min)",
        "07:13–08:22  train emu_ns_bh_2016  Nanning East – Beihai station  (69 min, 184.0 km)",
        "08:22–08:30  leave  Beihai station  (8 min)",
        "08:30–08:41  taxi  Beihai station – Haicheng  (11 min, 4.0 km)",
    ]
    assert journey_line(found, words) == (
        "taxi 17, enter 20, Nanning East 07:13 – Beihai station 08:22 (emu_250, 69 min), leave 8, taxi 11 (125 min, 195 km)"
    )
    assert main_mode(found) == "rail"


def test_a_border_in_words(coast: Networks) -> None:
    found = DoorTimes(coast()).journey("dongxing", "mong_cai", "road", 8 * 3600, planned=False)
    assert found is not None
    words = Words(coast(), "en")
    assert leg_lines(found, words)[:3] == [
        "08:00–08:04  drive  Dongxing – Dongxing crossing  (4 min, 2.0 km)",
        "08:04–09:04  border  Dongxing crossing – Mong Cai crossing  (60 min)",
        "09:04–09:10  drive  Mong Cai crossing – Mong Cai  (6 min, 2.0 km)",
    ]
    assert parts_line(found, words, planned=False) == "ride 10, border 60, egress 8"
    assert parts_line(found, Words(coast(), "zh"), planned=False) == "乘行 10, 口岸 60, 离站 8"
    assert main_mode(found) == "road"


def test_a_ferry_is_the_longest_ride(coast: Networks) -> None:
    found = DoorTimes(coast()).journey("haicheng", "longhua", "transit", 8 * 3600, planned=False)
    assert found is not None
    assert main_mode(found) == "sea"
    taxi = DoorTimes(coast()).journey("qingxiu", "qinnan", "transit", 8 * 3600, planned=False)
    assert taxi is not None
    assert (main_mode(taxi), taxi.minutes(planned=False)) == ("local", 65)


@pytest.mark.parametrize(
    ("view", "counts"),
    [("timetable", (4, 5, 0)), ("as_known", (4, 2, 3)), ("headway", (0, 0, 9))],
)
def test_the_view_of_the_scenario(coast: Networks, view: str, counts: tuple[int, int, int]) -> None:
    # Of nine services four have departures given; of the five others those of one a day or fewer have no headway to know them by.
    given, even, headway = counts
    network = coast(f"evaluation.view={view}")
    expected = f"view {view}: services by departures given {given}, by departures spread evenly {even}, by headway {headway}"
    assert view_line(Words(network, "en")) == expected
    assert f"视角 {view}" in view_line(Words(network, "zh"))


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (86_399, "23:59"), (86_400, "00:00 (+1)"), (176_460, "01:01 (+2)")])
def test_clock(seconds: int, text: str) -> None:
    assert clock(seconds) == text
