"""Great-circle distances of known pairs."""

from __future__ import annotations

import pytest

from bbwnet.scenario.great_circle import EARTH_RADIUS_KM, great_circle_km


def test_a_quarter_of_the_equator_and_from_pole_to_pole() -> None:
    assert great_circle_km(0, 0, 90, 0) == pytest.approx(EARTH_RADIUS_KM * 3.141592653589793 / 2)
    assert great_circle_km(0, 90, 77, -90) == pytest.approx(EARTH_RADIUS_KM * 3.141592653589793)


def test_a_degree_of_latitude_and_nothing() -> None:
    assert great_circle_km(108, 22, 108, 23) == pytest.approx(111.195, abs=0.001)
    assert great_circle_km(108, 22, 108, 22) == 0
