"""Clause D1 on the coast: four cities in Guangxi, one in Hainan, times made by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.errors import NetworkError
from bbwnet.evaluation.provinces import PairGroup, ProvinceDivide, members, province_divide
from bbwnet.network.network import Network
from bbwnet.routing.door_to_door import TravelTimes

Networks = Callable[..., Network]

CENTRES = ("haicheng", "gangkou", "longhua", "qingxiu", "qinnan")  # of Beihai, Fangchenggang, Haikou, Nanning, Qinzhou
NAN = float("nan")


def times(minutes: dict[tuple[str, str], float], places: tuple[str, ...] = CENTRES) -> TravelTimes:
    """An hour between all places but where `minutes` says otherwise; the slowest tenth takes twice as long."""
    table = np.full((len(places), len(places)), 60.0, dtype=np.float32)
    np.fill_diagonal(table, 0)
    for (a, b), value in minutes.items():
        table[places.index(a), places.index(b)] = value
    both = np.stack([table, 2 * table], axis=2)
    return TravelTimes(places, places, (50.0, 90.0), both, np.ones(table.shape, dtype=np.float32))


def test_members_in_order(coast: Networks) -> None:
    assert [city.centre for city in members(coast())] == list(CENTRES)


def test_the_slower_direction_of_every_pair(coast: Networks) -> None:
    slow = {("longhua", "qingxiu"): 300.0, ("qingxiu", "longhua"): 200.0, ("haicheng", "longhua"): 120.0, ("gangkou", "qinnan"): 80.0}
    found = province_divide(coast(), times(slow), 50.0)
    # across: Haikou with Nanning 300, Beihai 120, two more at 60; within: six pairs of Guangxi, one of them at 80
    assert found.across == PairGroup(4, 4, (300 + 120 + 60 + 60) / 4, 300)
    assert found.within == PairGroup(6, 6, (80 + 5 * 60) / 6, 80)
    assert found.mean_ratio == pytest.approx(135 / (380 / 6))
    assert found.worst_ratio == pytest.approx(300 / 80)
    late = province_divide(coast(), times(slow), 90.0)
    assert late.across.worst_min == 600
    assert late.mean_ratio == pytest.approx(found.mean_ratio)


def test_a_pair_without_a_way_in_one_direction_is_not_joined(coast: Networks) -> None:
    for pair in (("longhua", "qingxiu"), ("qingxiu", "longhua")):
        assert province_divide(coast(), times({pair: NAN}), 50.0).across == PairGroup(4, 3, 60, 60)


def test_an_island_with_no_way_has_no_ratio(coast: Networks) -> None:
    cut = {pair: NAN for place in CENTRES if place != "longhua" for pair in ((place, "longhua"), ("longhua", place))}
    found = province_divide(coast(), times(cut), 50.0)
    assert found == ProvinceDivide(PairGroup(4, 0, None, None), PairGroup(6, 6, 60, 60))
    assert found.mean_ratio is None
    assert found.worst_ratio is None


def test_times_that_lack_a_centre_or_the_percentile(coast: Networks) -> None:
    with pytest.raises(NetworkError, match="lack the centres longhua, qinnan"):
        province_divide(coast(), times({}, ("haicheng", "gangkou", "qingxiu")), 50.0)
    with pytest.raises(NetworkError, match="lack percentile 75"):
        province_divide(coast(), times({}), 75.0)
