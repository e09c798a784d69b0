"""Path sizes worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.choice.path_size import journey_pieces, path_sizes
from bbwnet.routing.in_vehicle import Ride
from bbwnet.routing.journeys import Journey, Leg


def test_alone_equal_and_half_shared() -> None:
    assert path_sizes([{"a": 3.0}, {"b": 1.0}]).tolist() == [1, 1]
    assert path_sizes([{"a": 3.0}] * 4).tolist() == [0.25] * 4
    # one of its own; two that share 6 km of 10, and 6 of 8
    found = path_sizes([{"a": 12.0}, {"s": 6.0, "b": 4.0}, {"s": 6.0, "c": 2.0}])
    assert found == pytest.approx([1, (6 / 2 + 4) / 10, (6 / 2 + 2) / 8])


def test_without_length_nothing_is_shared() -> None:
    assert path_sizes([{}, {"a": 0.0}, {"a": 1.0}]).tolist() == [1, 1, 1]
    assert path_sizes([]).tolist() == []


@pytest.mark.parametrize("length", [-1.0, float("nan"), float("inf")])
def test_lengths_are_lengths(length: float) -> None:
    with pytest.raises(ValueError, match="must be finite and not negative"):
        path_sizes([{"a": length}])


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.floats(0.1, 100)), max_size=5), st.floats(0.1, 10))
@settings(deadline=None)
def test_sizes_lie_between_and_know_no_unit(paths: list[dict[str, float]], factor: float) -> None:
    found = path_sizes(paths)
    assert np.all((found >= 1 / max(len(paths), 1) - 1e-12) & (found <= 1 + 1e-12))
    assert path_sizes([{piece: length * factor for piece, length in path.items()} for path in paths]) == pytest.approx(found)


def ride(service: str, depart_s: int, arrive_s: int) -> Leg:
    made = Ride(service, "rail", "emu", "a", "b", depart_s, arrive_s, 50.0, ("a-b",), 0, 1.0)
    return Leg("ride", "ride", "rail", "a", "b", depart_s, arrive_s, 50.0, made)


def test_journeys_share_the_way_to_the_station_but_not_another_train() -> None:
    def by(service: str, depart_s: int) -> Journey:
        walk = Leg("access", "way", "walk", "home", "a", depart_s - 1200, depart_s - 600, 0.8)
        wait = Leg("wait", "wait", "terminal", "a", "a", depart_s - 600, depart_s)
        return Journey(0, (walk, wait, ride(service, depart_s, depart_s + 1800)))

    early, late = by("g1", 30_000), by("g1", 36_000)
    assert list(journey_pieces(early).values()) == [10, 30]
    # 10 min of 40 are shared by two
    assert path_sizes([journey_pieces(early), journey_pieces(late)]) == pytest.approx([35 / 40, 35 / 40])
