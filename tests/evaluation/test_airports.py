"""Clause A1 on the coast: who lives within an hour and an hour and a half of an airport with flights."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.evaluation import airports
from bbwnet.evaluation.airports import airport_catchments, served_airports
from bbwnet.network.network import Network

Networks = Callable[..., Network]
NAN = float("nan")

NEAR = ("meilan_airport", "wuxu_airport")  # Noi Bai is 270 km from the nearest zone
AIRPORTS = ("meilan_airport", "noibai_airport", "wuxu_airport")
MINUTES = np.array([[200, NAN, 40], [80, NAN, 61], [60, 30, NAN]], dtype=np.float32)
PERSONS = np.array([500, 300, 200], dtype=np.float64)


def test_airports_at_which_flights_call_and_that_are_not_too_far(coast: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    assert served_airports(coast()) == NEAR
    monkeypatch.setattr(airports, "FASTEST_KMH", 200.0)
    assert served_airports(coast()) == AIRPORTS


def test_an_airport_without_flights_is_none(coast: Networks) -> None:
    network = coast()
    flown = network.services[network.services.index != "air_nanning_haikou"]
    assert served_airports(dataclasses.replace(network, services=flown)) == ("wuxu_airport",)


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


def test_an_airport_outside_that_no_zone_is_near_is_left_out(coast: Networks) -> None:
    far = MINUTES.copy()
    far[2, 1] = 90.1
    assert [item.airport for item in airport_catchments(coast(), AIRPORTS, far, PERSONS)] == [None, "meilan_airport", "wuxu_airport"]


def test_no_airports_nobody_within_reach(coast: Networks) -> None:
    found = airport_catchments(coast(), (), np.empty((3, 0), dtype=np.float32), PERSONS)
    assert [item.persons_within for item in found] == [(0, 0)]
