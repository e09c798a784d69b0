"""Deterrence: how trips fall off with generalised cost, as logarithms, so that no cost is too great for a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.demand import Deterrence

Form = Literal["exponential", "power", "combined"]


def log_deterrence(cost_min: NDArray[np.float64], form: Form, *, decay_per_minute: float = 0.0, power: float = 0.0) -> NDArray[np.float64]:
    """Logarithm of deterrence for costs (any shape); minus infinity where the cost is infinite: there is no way.

    Exponential exp(-b c), power c^-a, combined c^-a exp(-b c) with b = `decay_per_minute` and a = `power` (Ortúzar and Willumsen 2011,
    section 5.3; the combined form after Tanner 1961). Raises `ValueError` for a cost that is not a number or minus infinity, and with
    a power for one that is not above zero.
    """
    if np.isnan(cost_min).any() or np.isneginf(cost_min).any():
        raise ValueError("a cost is not a number or minus infinity; where there is no way, it is infinite")
    reached = ~np.isposinf(cost_min)
    if form != "exponential" and (cost_min[reached] <= 0).any():
        raise ValueError(f"cost(={cost_min[reached].min():g}) must be above 0 for deterrence of the form {form}")
    found = np.full(cost_min.shape, -np.inf)
    found[reached] = 0.0
    if form != "power":
        found[reached] -= decay_per_minute * cost_min[reached]
    if form != "exponential":
        found[reached] -= power * np.log(cost_min[reached])
    return found


def log_deterrence_of(cost_min: NDArray[np.float64], choice: Deterrence) -> NDArray[np.float64]:
    """The same by the scenario's record; with a power, costs below its least count as that."""
    if choice.form != "exponential":
        cost_min = np.maximum(cost_min, choice.least_min)
    return log_deterrence(cost_min, choice.form, decay_per_minute=choice.decay_per_minute, power=choice.power)
