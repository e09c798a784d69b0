"""Outlines of a grid of values: where they cross, how they turn, and how they nest."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from bbwnet.evaluation.contours import rings_at_most_zero


def rings(values: list[list[float]]) -> list[shapely.LinearRing]:
    return [shapely.LinearRing(ring) for ring in rings_at_most_zero(np.array(values, dtype=np.float64))]


def test_one_low_value_is_cut_out_where_its_lines_cross_zero() -> None:
    [ring] = rings([[1, 3, 1], [1, -1, 3], [1, 1, 1]])
    # between -1 and 1 zero lies half way, between -1 and 3 a quarter of the way
    assert set(ring.coords) == {(0.5, 1.0), (1.0, 0.75), (1.25, 1.0), (1.0, 1.5)}
    assert ring.is_ccw


def test_holes_turn_the_other_way() -> None:
    low = [[-1.0] * 5 for _ in range(5)]
    low[2][2] = 1.0
    outer, hole = sorted(rings(low), key=lambda ring: -ring.length)
    assert outer.is_ccw
    assert not hole.is_ccw
    assert shapely.Polygon(hole).area == pytest.approx(0.5)


def test_beyond_the_grid_nothing_is_inside() -> None:
    [ring] = rings([[-1, -1], [-1, -1]])
    assert shapely.Polygon(ring).contains(shapely.box(0, 0, 1, 1))
    assert shapely.box(-0.02, -0.02, 1.02, 1.02).contains(ring)


@pytest.mark.parametrize(("corner", "pieces"), [(1.0, 1), (3.0, 2)])
def test_corners_alike_crosswise_are_joined_by_their_mean(corner: float, pieces: int) -> None:
    assert len(rings([[-2, corner], [corner, -2]])) == pieces


def test_nothing_low_has_no_outline() -> None:
    assert rings([[1, np.inf], [np.inf, 2]]) == []


def test_lower_values_hold_what_higher_ones_do() -> None:
    values = np.random.default_rng(3).normal(size=(40, 40))
    areas = [shapely.build_area(shapely.GeometryCollection(rings((values - step).tolist()))) for step in (-1.0, -0.2, 0.0, 0.7)]
    assert all(area.is_valid for area in areas)
    for inner, outer in pairwise(areas):
        assert shapely.area(shapely.difference(inner, outer)) < 1e-9
        assert shapely.area(inner) < shapely.area(outer)
