"""Clause A1 on the coast: who lives within an hour and an hour and a half of an airport with flights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.evaluation.airports import airport_catchments, served_airports
from bbwnet.network.network import Network

Networks = Callable[..., Network]
NAN = float("nan")

AIRPORTS = ("meilan_airport", "noibai_airport", "wuxu_airport")
MINUTES = np.array([[200, NAN, 40], [80, NAN, 61], [60, 30, NAN]], dtype=np.float32)
PERSONS = np.array([500, 300, 200], dtype=np.float64)


def test_airports_at_which_flights_call(coast: Networks) -> None:
    assert served_airports(coast()) == AIRPORTS
    assert served_airports(coast("projects.also=[strait_crossing]", "projects.except=[new_ferry]")) == AIRPORTS


def test_catchments_of_any_airport_of_the_cluster_then_of_each(coast: Networks) -> None:
    found = airport_catchments(coast(), AIRPORTS, MINUTES, PERSONS)
    assert [(item.airport, item.in_cluster, item.persons_within) for item in found] == [
        (None, True, (700, 1000)),
        ("meilan_airport", True, (200, 500)),
        ("noibai_airport", False, (200, 200)),
        ("wuxu_airport", True, (500, 800)),
    ]
    assert found[0].share_within == pytest.approx((0.7, 1.0))


def test_zones_of_unknown_population_are_left_out(coast: Networks) -> None:
    some = airport_catchments(coast(), AIRPORTS, MINUTES, np.array([NAN, 300, 200]))
    assert [item.persons_within for item in some] == [(200, 500), (200, 500), (200, 200), (None, 300)]  # Wuxu: nobody known within an hour
    assert [item.share_within for item in some[:2]] == [(0.4, 1.0), (0.4, 1.0)]
    none = airport_catchments(coast(), AIRPORTS, MINUTES, np.full(3, NAN))
    assert {item.persons_within for item in none} == {item.share_within for item in none} == {(None, None)}


def test_no_airports_nobody_within_reach(coast: Networks) -> None:
    found = airport_catchments(coast(), (), np.empty((3, 0), dtype=np.float32), PERSONS)
    assert [item.persons_within for item in found] == [(0, 0)]
