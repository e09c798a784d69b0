"""Gravity models with published answers, doubly and singly constrained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bbwnet.demand.deterrence import log_deterrence
from bbwnet.demand.gravity import doubly_constrained, singly_constrained
from bbwnet.experiment.verification.cases import Case, Check, each

ZONES = ("1", "2", "3")
COST = ((1.0, 1.2, 1.8), (1.2, 1.0, 1.5), (1.8, 1.5, 1.0))


@dataclass(frozen=True)
class DoublyConstrained:
    """An example of three zones at `COST`, deterrence a power of cost."""

    productions: tuple[float, ...]
    attractions: tuple[float, ...]
    power: float
    trips: tuple[tuple[float, ...], ...]
    mean_cost: float


SQUARE = DoublyConstrained(
    (98, 106, 122),
    (102, 118, 106),
    2,
    ((47.767041, 35.178832, 15.054127), (33.326551, 50.894215, 21.779234), (20.906408, 31.926953, 69.166639)),
    1.212646,
)
INVERSE = DoublyConstrained(
    (110, 122, 114),
    (120, 108, 118),
    1,
    ((48.042658, 34.211822, 27.745520), (42.701091, 43.787549, 35.511360), (29.256252, 30.000629, 54.743120)),
    1.270925,
)

SINGLE_TRIPS = 650.0
SINGLE_WEIGHTS = (650.0, 600.0, 450.0, 300.0)
SINGLE_FACTORS = (62.0, 36.0, 22.0, 12.0)
SINGLE_ANSWER = tuple(SINGLE_TRIPS * part / 75_400 for part in (40_300, 21_600, 9_900, 3_600))


def _doubly(example: DoublyConstrained) -> list[Check]:
    cost = np.array(COST)
    found = doubly_constrained(
        ZONES, np.array(example.productions), np.array(example.attractions), log_deterrence(cost, "power", power=example.power),
        must_converge=True,
    )  # fmt: skip
    pairs = [f"{origin}→{destination}" for origin in ZONES for destination in ZONES]
    mean = float((found.trips * cost).sum() / found.trips.sum())
    return [
        *each("trips", pairs, np.array(example.trips).ravel().tolist(), found.trips.ravel().tolist(), 1e-6),
        Check("mean_cost", "", example.mean_cost, mean, 1e-6),
    ]


def _square() -> list[Check]:
    return _doubly(SQUARE)


def _inverse() -> list[Check]:
    return _doubly(INVERSE)


def _singly() -> list[Check]:
    zones = ("w", "x", "y", "z")
    log_f = np.full((4, 4), -np.inf)
    log_f[0] = np.log(SINGLE_FACTORS)
    found = singly_constrained(zones, np.array([SINGLE_TRIPS, 0, 0, 0]), np.array(SINGLE_WEIGHTS), log_f)
    return each("trips", [f"w→{zone}" for zone in zones], SINGLE_ANSWER, found.trips[0].tolist(), 1e-9)


_LECTURE = "inputs of NPTEL's lecture on trip distribution, results converged by hand of another program"

CASES = (
    Case("gravity_square", "demand", "Gravity, doubly constrained, f = c⁻²", "双约束重力模型 f = c⁻²", _LECTURE, _square),
    Case("gravity_inverse", "demand", "Gravity, doubly constrained, f = c⁻¹", "双约束重力模型 f = c⁻¹", _LECTURE, _inverse),
    Case("gravity_singly", "demand", "Gravity, singly constrained", "单约束重力模型", "mathix.co, the example of a gravity model", _singly),
)
