"""Coaches that are in no data: where they are offered, and what they offer, worked by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES, COACH
from bbwnet.choice.unlisted_coach import UnlistedCoaches, unlisted_coaches
from bbwnet.network.network import Network
from bbwnet.routing.fare_kernels import ONE_PERSON, FareTable
from bbwnet.routing.fares import Fares
from bbwnet.scenario.schema.choice import TravelChoice, UnlistedCoach
from tests.choice.test_mode_table import ALL_DAY, RAIL, made

CAR = ALTERNATIVES.index(("car", False))
INF = np.inf
DRIVE = np.array([[0, 60, 300, 50], [70, 0, INF, 40], [300, 90, 0, 30], [50, 40, 30, 0]], dtype=float)
KM = np.array([[0, 80, 400, 60], [90, 0, INF, 50], [400, 100, 0, 20], [60, 50, 20, 0]], dtype=float)


@pytest.fixture
def fares(coast: Callable[..., Network]) -> Fares:
    return Fares(coast())


def test_pairs_with_a_road_both_ways_and_no_coach_either_way(fares: Fares) -> None:
    pairs, listed = np.ones((4, 4), dtype=bool), np.zeros((4, 4), dtype=bool)
    pairs[3, 0] = False
    listed[3, 2] = True
    found = unlisted_coaches(DRIVE, KM, pairs, listed, fares, -1)
    # 1-2 has a road one way only, 0-3 is asked for one way only, 2-3 has a coach one way; the mean of both ways else
    expected = np.full((4, 4), INF)
    expected[0, 1] = expected[1, 0] = 65
    expected[0, 2] = expected[2, 0] = 300
    expected[1, 3] = expected[3, 1] = 40
    assert found.drive_min.tolist() == expected.tolist()
    assert (found.km[0, 1], found.km[1, 0], found.km[0, 3]) == (85, 85, 0)
    assert np.isnan(found.fare_cny).all()
    # five hours are longer than the scenario lets them run
    assert np.argwhere(np.triu(found.offered(TravelChoice()))).tolist() == [[0, 1], [1, 3]]
    assert not found.offered(TravelChoice(unlisted_coach=UnlistedCoach(offered=False))).any()
    later = np.zeros((4, 4), dtype=bool)
    later[1, 0] = True
    assert np.argwhere(np.triu(found.without(later).offered(TravelChoice()))).tolist() == [[1, 3]]
    with pytest.raises(ValueError, match="shapes differ"):
        unlisted_coaches(DRIVE, KM, pairs[:2], listed, fares, -1)


def test_the_fare_is_that_of_the_tariff() -> None:
    """5 CNY and 0.30 CNY/km: 85 km cost 30.50, 50 km cost 20."""
    one, zero = np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    table = FareTable(500 * one, zero, 10**9 * one, one, ONE_PERSON * one, np.array([0, 1]), zero, 300_000 * one, zero)
    everywhere = np.ones((4, 4), dtype=bool)
    found = unlisted_coaches(DRIVE, KM, everywhere, ~everywhere, cast("Fares", SimpleNamespace(table=table)), 0)
    assert found.fare_cny[0, 1] == found.fare_cny[1, 0] == 30.5
    assert found.fares_cny(TravelChoice())[1, 3] == 20
    assert np.isnan(found.fare_cny[1, 2])


def test_who_has_no_car_takes_the_coach_that_is_in_no_data() -> None:
    """65 min of drive: 1.3 x 65 aboard and 45 felt 1.3 fold, 85 km at 0.45 CNY; a train besides only from a to b."""
    choice = TravelChoice()
    between = np.array([[INF, 65.0], [65.0, INF]])
    unlisted = UnlistedCoaches(between, np.where(np.isfinite(between), 85.0, 0.0), np.full((2, 2), np.nan))
    offers = made([{"leave_s": 32400, "minutes": 60, "fare": 10.0}], [len(ALTERNATIVES) + RAIL])
    offers = dataclasses.replace(offers, unlisted=unlisted)
    for table in (offers.table(choice, "leisure", ALL_DAY), offers.round_trips(choice, "leisure", ALL_DAY)):
        assert table.felt_min[[0, 1], [1, 0], COACH] == pytest.approx(1.3 * 65 + 1.3 * 45)
        assert table.fare_cny[[0, 1], [1, 0], COACH] == pytest.approx(0.45 * 85)
        assert table.fare_assumed[[0, 1], [1, 0], COACH].all()
        assert np.isinf(table.felt_min[[0, 1], [0, 1], COACH]).all()
    assert not offers.fare_assumed[..., COACH].any()
    table.felt_min[1, 0, CAR] = 60
    # back from b there is a car and this coach: who has no car takes the coach, none gets a lift
    shares = table.choices(choice, "leisure").shares[1, 0]
    coach_min = 1.3 * 65 + 1.3 * 45 + 0.45 * 85 * 60 / 18
    by_coach = 1 / (1 + np.exp(0.008 * (coach_min - 60)))
    assert shares[COACH] == pytest.approx(0.65 + 0.35 * by_coach)
    assert shares[CAR] == pytest.approx(0.35 * (1 - by_coach))
    off = choice.model_copy(update={"unlisted_coach": UnlistedCoach(offered=False)})
    assert np.isinf(offers.table(off, "leisure", ALL_DAY).felt_min[..., COACH]).all()
