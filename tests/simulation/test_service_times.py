"""Service times have the mean and spread that the schema says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from bbwnet.scenario.schema.simulation_service_time import ServiceTime
from bbwnet.simulation.service_times import draw, variance_s2

CASES = [
    ServiceTime(mean_s=90.0),
    ServiceTime(distribution="exponential", mean_min=2.0),
    ServiceTime(distribution="erlang", mean_h=0.5, shape=2),
    ServiceTime(distribution="lognormal", mean_min=3.0, cv=0.6),
    ServiceTime(distribution="uniform", mean_s=20.0, least=10.0, most=30.0),
    ServiceTime(distribution="triangular", mean_min=2.0, least=1.0, most=4.0),
]


@pytest.mark.parametrize("service", CASES, ids=lambda item: item.distribution)
def test_mean_and_variance(service: ServiceTime) -> None:
    found = draw(service, np.random.default_rng(7), 1_000_000)
    assert (found >= 0).all()
    assert float(found.mean()) == pytest.approx(service.mean_seconds, rel=0.005)
    assert float(found.std()) == pytest.approx(math.sqrt(variance_s2(service)), rel=0.01)


@pytest.mark.parametrize("service", CASES, ids=lambda item: item.distribution)
def test_the_first_are_the_same_however_many(service: ServiceTime) -> None:
    few, many = (draw(service, np.random.default_rng(7), count) for count in (10, 100))
    assert few.tolist() == many[:10].tolist()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"mean_s": 0.0}, "greater than 0"),
        ({"mean_s": -5.0}, "greater than 0"),
        ({}, "mean in one unit"),
        ({"mean_s": 1.0, "mean_min": 1.0}, "mean in one unit"),
        ({"mean_s": 1.0, "distribution": "erlang"}, "expected `shape`"),
        ({"mean_s": 1.0, "shape": 2}, "expected neither"),
        ({"mean_s": 1.0, "distribution": "uniform", "least": 2.0, "most": 1.0}, "must be more than least"),
        ({"mean_s": 9.0, "distribution": "uniform", "least": 2.0, "most": 4.0}, "halfway"),
        ({"mean_s": 9.0, "distribution": "triangular", "least": 0.0, "most": 10.0}, "middle third"),
    ],
)
def test_what_is_no_service_time_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        ServiceTime.model_validate(fields)
