"""Settings of departures and crowding that make no sense, and what sensible ones mean."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bbwnet.scenario.schema.choice import Crowding, DepartureChoice


def test_wishes_are_those_of_the_window() -> None:
    assert DepartureChoice().wishes_s == tuple(range(6 * 3600, 22 * 3600 + 1, 3600))
    assert DepartureChoice(first_wish="07:00", last_wish="08:10", every_min=30).wishes_s == (7 * 3600, 7 * 3600 + 1800, 8 * 3600)
    assert DepartureChoice(first_wish="09:00", last_wish="09:00").wishes_s == (9 * 3600,)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"first_wish": "10:00", "last_wish": "09:00"}, "last_wish not before first_wish"),
        ({"every_min": 0}, "every_min"),
        ({"scale": 0.0}, "scale"),
        ({"scale": 1.5}, "scale"),
    ],
)
def test_wishes_that_make_no_sense(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        DepartureChoice.model_validate(given)


@pytest.mark.parametrize(
    "given",
    [
        {"method": "some"}, {"gap": 0}, {"tolerance": 0}, {"longest_wait_min": 0}, {"longest_headway_min": -1}, {"power": 0},
        {"modes": ["car"]}, {"seats": {"rail": "many"}}, {"seats": {"rail": 0}},
    ],
)  # fmt: skip
def test_crowding_that_makes_no_sense(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Crowding.model_validate(given)
