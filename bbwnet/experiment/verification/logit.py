"""Nested logit against its closed form."""

from __future__ import annotations

import math

import numpy as np

from bbwnet.choice.nested_logit import Nests, nested_logit
from bbwnet.experiment.verification.cases import Case, Check, each

UTILITY = (0.0, math.log(2), 0.0)
"""Of a car, and of two buses in a nest of scale 1/2: their sum of squares is 5, the nest's logsum ln sqrt 5."""
SCALE = 0.5
_ROOT = math.sqrt(5)
SHARES = (1 / (1 + _ROOT), _ROOT / (1 + _ROOT) * 4 / 5, _ROOT / (1 + _ROOT) / 5)
LOGSUM = math.log(1 + _ROOT)


def car_and_buses(scale: float = SCALE) -> Nests:
    """A car by itself, two buses in a nest."""
    return Nests(np.array([0, 1, 1], dtype=np.int64), np.array([1.0, scale]))


def _closed_form() -> list[Check]:
    found = nested_logit(np.array(UTILITY), car_and_buses())
    return [
        *each("share", ("car", "bus 1", "bus 2"), SHARES, found.shares.tolist(), 1e-14),
        Check("logsum", "", LOGSUM, float(found.logsum), 1e-14),
        Check("logsum", "bus 1, bus 2", math.log(_ROOT), float(found.nest_logsums[1]), 1e-14),
    ]


def _red_and_blue_bus() -> list[Check]:
    without = nested_logit(np.zeros(3), Nests.single(3))
    alike = nested_logit(np.zeros(3), car_and_buses(1e-9))
    return [
        *each("share", ("car", "red bus", "blue bus"), [1 / 3] * 3, without.shares.tolist(), 1e-14),
        *each("share", ("car, nest", "red bus, nest", "blue bus, nest"), [0.5, 0.25, 0.25], alike.shares.tolist(), 1e-9),
    ]


_SOURCE = "closed form: Ben-Akiva and Lerman (1985), Discrete Choice Analysis"

CASES = (
    Case("nested_logit", "choice", "Nested logit", "嵌套Logit", _SOURCE, _closed_form),
    Case("red_bus_blue_bus", "choice", "Red bus, blue bus", "红巴士与蓝巴士", _SOURCE, _red_and_blue_bus),
)
