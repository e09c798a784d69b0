"""Costs of skims by themselves against those of whole skims."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.assignment.skims import skim, skim_cost
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.network.network import Network
from tests.model.test_passenger_loop import NARROW, settled


def test_costs_alone_are_those_of_the_skims(coast: Callable[..., Network]) -> None:
    """With paths that carry trips and without, where roads are full and where nothing leads."""
    model = passenger_model(settled(coast(*NARROW)))
    for found in model.equilibria:
        for place in range(4):
            whole = skim(found, place).cost
            alone = skim_cost(found, place)
            reached = np.isfinite(whole)
            assert np.isfinite(alone).tolist() == reached.tolist()
            assert alone[reached] == pytest.approx(whole[reached], rel=1e-12)
    assert skim_cost(model.equilibria[0], 1, 3).shape == (3, 3)
