"""How the mode split answers to time and money: elasticities of trips by mode, by making one mode a hundredth slower or dearer.

Demand is held: who travels where stays, what he takes changes; roads are not loaded again. With gravity and congestion following,
long-run answers differ. Point elasticities of one nested logit stand in `bbwnet.choice.nested_logit`; these are over all places, purposes,
and travellers with and without a car, weighted by their trips.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.scenario.schema.choice import CHOICE_MODES, ChoiceMode
from bbwnet.scenario.schema.demand import PURPOSES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.choice.mode_table import ModeTable
    from bbwnet.model.passenger_model import PassengerModel
    from bbwnet.scenario.schema.choice import TravelChoice

STEP = 0.01
"""What the changed attribute grows by, of itself."""
_CAR = ALTERNATIVES.index(("car", False))

Attribute = Literal["time", "money"]


@dataclass(frozen=True)
class Elasticity:
    """Relative change of a mode's trips over the relative change of an attribute of a mode; `None` where the mode has no trips."""

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
    tables = {purpose: _table(model, choice, purpose, car_cny[row], model.car_min[row]) for row, purpose in enumerate(PURPOSES)}
    before = {purpose: _trips(model, choice, purpose, tables[purpose]) for purpose in PURPOSES}
    found = []
    attributes: tuple[Attribute, ...] = ("time", "money")
    for attribute in attributes:
        for changed in CHOICE_MODES:
            after = {purpose: _trips(model, choice, purpose, _grown(tables[purpose], attribute, changed)) for purpose in PURPOSES}
            found += [Elasticity("all", attribute, changed, mode, _ratio(_sum(before, mode), _sum(after, mode))) for mode in CHOICE_MODES]
            found += [
                Elasticity(purpose, attribute, changed, mode, _ratio(before[purpose][mode], after[purpose][mode]))
                for purpose in PURPOSES
                for mode in CHOICE_MODES
            ]
    return tuple(found)


def _table(
    model: PassengerModel, choice: TravelChoice, purpose: Purpose, car_cny: NDArray[np.float64], car_min: NDArray[np.float64]
) -> ModeTable:
    """The mode table of a purpose with cars in it, their money apart from their time."""
    felt, fare = model.tables[purpose].felt_min.copy(), model.tables[purpose].fare_cny.copy()
    money = np.where(np.isfinite(car_cny), car_cny, 0.0)
    felt[..., _CAR] = np.where(np.eye(len(car_min), dtype=np.bool_), np.inf, car_min - money * (60 / choice.value_of_time.of(purpose)))
    fare[..., _CAR] = money
    return dataclasses.replace(model.tables[purpose], felt_min=felt, fare_cny=fare)


def _grown(table: ModeTable, attribute: Attribute, changed: ChoiceMode) -> ModeTable:
    factor = np.array([1 + STEP if mode == changed else 1.0 for mode, _ in ALTERNATIVES])
    if attribute == "time":
        return dataclasses.replace(table, felt_min=table.felt_min * factor)
    return dataclasses.replace(table, fare_cny=table.fare_cny * factor)


def _trips(model: PassengerModel, choice: TravelChoice, purpose: Purpose, table: ModeTable) -> dict[ChoiceMode, float]:
    ways = model.passengers.ways[purpose]
    made = np.einsum("ij,ijk->k", ways.out + ways.home, table.choices(choice, purpose).shares).tolist()
    return {mode: math.fsum(value for (main, _), value in zip(ALTERNATIVES, made, strict=True) if main == mode) for mode in CHOICE_MODES}


def _sum(trips: Mapping[Purpose, Mapping[ChoiceMode, float]], mode: ChoiceMode) -> float:
    return math.fsum(trips[purpose][mode] for purpose in PURPOSES)


def _ratio(before: float, after: float) -> float | None:
    return (after / before - 1) / STEP if before > 0 else None
