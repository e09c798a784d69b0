"""What roads carry: figures by class, and groups of hours that make up a day."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bbwnet.scenario.schema.infrastructure import RoadClass
from bbwnet.scenario.schema.roads import LaneCapacity, RoadChoice


@pytest.mark.parametrize(
    ("road_class", "pcu_h"), [("expressway", 2000), ("class_1", 1500), ("class_2", 1200), ("class_3", 800), ("urban", 900)]
)
def test_figures_by_class(road_class: RoadClass, pcu_h: float) -> None:
    assert LaneCapacity().of(road_class) == pcu_h
    assert RoadChoice().delay_factor.of(road_class) == 0.15
    assert RoadChoice().delay_power.of(road_class) == 4


@pytest.mark.parametrize("starts", [(), (6, 12), (0, 12, 6), (0, 6, 6), (0, 24), (0, -1)])
def test_hours_that_are_no_division_of_a_day(starts: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError):
        RoadChoice(hour_groups=starts)


def test_one_group_is_the_whole_day() -> None:
    assert RoadChoice(hour_groups=(0,)).hour_groups == (0,)


def test_a_lane_carries_something() -> None:
    with pytest.raises(ValidationError):
        LaneCapacity(urban=0.0)
