"""How the mode split answers to time and money: point elasticities of trips by mode against time and money of each mode.

In closed form: slopes of nested logit (`bbwnet.choice.nested_logit.share_slopes`), over all places, purposes and travellers with and
without a car, weighted by their trips. Demand is held: who travels where stays, what he takes changes; roads and vehicles are not loaded
again. With gravity and congestion following, long-run answers differ.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.choice.nested_logit import nested_logit, share_slopes
from bbwnet.choice.utility import nests_of
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.choice.mode_table import ModeTable
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.scenario.schema.choice import TravelChoice

_CAR = ALTERNATIVES.index(("car", False))

Attribute = Literal["time", "money"]

FEWEST_TRIPS = 1.0
"""Trips a day below which a mode has no elasticity: that of next to nobody says nothing."""


@dataclass(frozen=True)
class Elasticity:
    """Relative change of a mode's trips over the relative change of an attribute of a mode; `None` below one trip a day by the mode."""

    purpose: Purpose | Literal["all"]
    attribute: Attribute
    """`time`: felt minutes, waits, changes and schedule delay included; `money`: fares; of cars fuel, tolls and ferries."""
    changed: ChoiceMode
    mode: ChoiceMode
    elasticity: float | None


def elasticities(model: PassengerModel, choice: TravelChoice, car_cny: NDArray[np.float64]) -> tuple[Elasticity, ...]:
    """Elasticities by purpose and of all together; `car_cny` is what one of those in a car pays (purposes x n x n).

    Raises `ValueError` for money of another shape.
    """
    if car_cny.shape != model.car_min.shape:
        raise ValueError(f"car_cny has shape {car_cny.shape}, expected {model.car_min.shape}")
    attributes: tuple[Attribute, ...] = ("time", "money")
    made: dict[Purpose, NDArray[np.float64]] = {}
    moved: dict[tuple[Purpose, Attribute], NDArray[np.float64]] = {}
    for row, purpose in enumerate(PURPOSES):
        table = _table(model, choice, purpose, car_cny[row], model.car_min[row])
        made[purpose], slopes, pairs = _slopes(model, choice, purpose, table)
        for attribute in attributes:
            spent = table.felt_min if attribute == "time" else table.fare_cny * (60 / choice.value_of_time.of(purpose))
            held = np.where(np.isfinite(spent[pairs]), spent[pairs], 0.0)
            moved[purpose, attribute] = _by_mode(_by_mode(np.einsum("pab,pb->ab", slopes, held)).T).T
    found = []
    for attribute in attributes:
        for place, changed in enumerate(CHOICE_MODES):
            parts: list[tuple[Purpose | Literal["all"], NDArray[np.float64], NDArray[np.float64]]] = [
                ("all", np.sum([made[item] for item in PURPOSES], axis=0), np.sum([moved[item, attribute] for item in PURPOSES], axis=0)),
                *((item, made[item], moved[item, attribute]) for item in PURPOSES),
            ]
            for of, trips, shift in parts:
                found += [
                    Elasticity(of, attribute, changed, mode, float(shift[row, place] / trips[row]) if trips[row] >= FEWEST_TRIPS else None)
                    for row, mode in enumerate(CHOICE_MODES)
                ]
    return tuple(found)


def _slopes(
    model: PassengerModel, choice: TravelChoice, purpose: Purpose, table: ModeTable
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[NDArray[np.int64], ...]]:
    """Trips by mode; of each pair with trips, how many of those by one alternative a minute more of another moves (pairs x k x k)."""
    trips = model.passengers.gravity[purpose].trips
    pairs = np.nonzero(trips > 0)
    sensitivity, nests = choice.sensitivity.of(purpose), nests_of([mode for mode, _ in ALTERNATIVES], choice)
    utility = -sensitivity * table.cost_min(choice, purpose)[pairs]
    everything = nested_logit(utility, nests)
    others = nested_logit(utility, nests, np.broadcast_to(np.arange(len(ALTERNATIVES)) != _CAR, utility.shape))
    with_car = np.where(np.isneginf(others.logsum), 1.0, choice.car_available.of(purpose))
    share = with_car[:, None] * everything.shares + (1 - with_car)[:, None] * others.shares
    slopes = with_car[:, None, None] * share_slopes(everything, nests) + (1 - with_car)[:, None, None] * share_slopes(others, nests)
    return _by_mode(trips[pairs] @ share), slopes * (-sensitivity * trips[pairs])[:, None, None], pairs


def _by_mode(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sums over the alternatives of each mode (first axis)."""
    return np.stack(
        [values[[number for number, (main, _) in enumerate(ALTERNATIVES) if main == mode]].sum(axis=0) for mode in CHOICE_MODES]
    )


def _table(
    model: PassengerModel, choice: TravelChoice, purpose: Purpose, car_cny: NDArray[np.float64], car_min: NDArray[np.float64]
) -> ModeTable:
    """The mode table of a purpose with cars in it, their money apart from their time."""
    felt, fare = model.tables[purpose].felt_min.copy(), model.tables[purpose].fare_cny.copy()
    money = np.where(np.isfinite(car_cny), car_cny, 0.0)
    felt[..., _CAR] = np.where(
        np.eye(len(car_min), dtype=np.bool_), np.inf, car_min - money * (60 / choice.value_of_time.of_drivers(purpose))
    )
    # as money of all travellers, whose value of time weighs the fares of the table
    fare[..., _CAR] = money / choice.value_of_time.driver_factor
    return dataclasses.replace(model.tables[purpose], felt_min=felt, fare_cny=fare)
