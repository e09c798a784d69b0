"""Elasticities of the mode split against differences of the split itself."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.model.elasticities import elasticities
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.network.network import Network
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode
from bbwnet.scenario.schema.demand import PURPOSES, Purpose
from tests.model.test_passenger_loop import settled

CAR = ALTERNATIVES.index(("car", False))
CAR_CNY = 20.0
STEP = 1e-5


@pytest.fixture(scope="module")
def network(coast: Callable[..., Network]) -> Network:
    return settled(coast())


@pytest.fixture(scope="module")
def model(network: Network) -> PassengerModel:
    return passenger_model(network)


def split(
    network: Network, model: PassengerModel, purpose: Purpose, attribute: str, changed: ChoiceMode, factor: float
) -> dict[str, float]:
    """Trips by mode where time or money of a mode is multiplied, demand held."""
    choice, row = network.settings.choice, PURPOSES.index(purpose)
    table = model.tables[purpose]
    felt, fare = table.felt_min.copy(), table.fare_cny.copy()
    felt[..., CAR] = model.car_min[row] - CAR_CNY * 60 / choice.value_of_time.of(purpose)
    felt[np.arange(len(felt)), np.arange(len(felt)), CAR] = np.inf
    fare[..., CAR] = CAR_CNY
    own = np.array([factor if mode == changed else 1.0 for mode, _ in ALTERNATIVES])
    felt, fare = (felt * own, fare) if attribute == "time" else (felt, fare * own)
    shares = dataclasses.replace(table, felt_min=felt, fare_cny=fare).choices(choice, purpose).shares
    made = np.einsum("ij,ijk->k", model.passengers.gravity[purpose].trips, shares)
    return {mode: math.fsum(made[[main == mode for main, _ in ALTERNATIVES]]) for mode in CHOICE_MODES}


def assert_near(found: float | None, expected: float | None) -> None:
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-6)


def test_closed_form_is_the_slope_of_the_split(network: Network, model: PassengerModel) -> None:
    money = np.full(model.car_min.shape, CAR_CNY)
    found = {
        (item.purpose, item.attribute, item.changed, item.mode): item.elasticity
        for item in elasticities(model, network.settings.choice, money)
    }
    assert len(found) == (len(PURPOSES) + 1) * 2 * len(CHOICE_MODES) ** 2
    trips: dict[str, float] = dict.fromkeys(CHOICE_MODES, 0.0)
    for purpose in PURPOSES:
        for mode, value in split(network, model, purpose, "time", "car", 1.0).items():
            trips[mode] += value
    for attribute in ("time", "money"):
        for changed in CHOICE_MODES:
            whole: dict[str, float] = dict.fromkeys(CHOICE_MODES, 0.0)
            for purpose in PURPOSES:
                less, more = (split(network, model, purpose, attribute, changed, 1 + sign * STEP) for sign in (-1, 1))
                for mode in CHOICE_MODES:
                    whole[mode] += more[mode] - less[mode]
                    mean = (more[mode] + less[mode]) / 2
                    expected = (more[mode] - less[mode]) / (2 * STEP) / mean if mean > 0 else None
                    assert_near(found[purpose, attribute, changed, mode], expected)
            for mode in CHOICE_MODES:
                expected = whole[mode] / (2 * STEP) / trips[mode] if trips[mode] > 0 else None
                assert_near(found["all", attribute, changed, mode], expected)
    own, cross = found["leisure", "time", "rail", "rail"], found["leisure", "time", "rail", "car"]
    assert own is not None
    assert cross is not None
    assert own < -0.1 < 0 < cross


def test_money_of_another_shape_is_refused(network: Network, model: PassengerModel) -> None:
    with pytest.raises(ValueError, match="car_cny has shape"):
        elasticities(model, network.settings.choice, np.zeros((2, 2)))
