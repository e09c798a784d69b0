"""Service times drawn from what the schema says of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_service_time import ServiceTime


def draw(service: ServiceTime, generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    """So many service times in seconds (n), 0 or more; the first ones are the same however many are drawn.

    A lognormal time of mean m and coefficient of variation v is exp(N(ln m - s²/2, s²)) with s² = ln(1 + v²).
    """
    mean_s = service.mean_seconds
    if service.distribution == "fixed":
        return np.full(count, mean_s)
    if service.distribution == "exponential":
        return np.asarray(generator.exponential(mean_s, count))
    if service.distribution == "erlang":
        shape = service.shape or 1
        return np.asarray(generator.gamma(shape, mean_s / shape, count))
    if service.distribution == "lognormal":
        spread = math.log1p((service.cv or 0.0) ** 2)
        return np.asarray(generator.lognormal(math.log(mean_s) - spread / 2, math.sqrt(spread), count))
    least_s, most_s = service.ends_seconds
    if service.distribution == "uniform":
        return np.asarray(generator.uniform(least_s, most_s, count))
    mode_s = min(max(3 * mean_s - least_s - most_s, least_s), most_s)
    return np.asarray(generator.triangular(least_s, mode_s, most_s, count))


def variance_s2(service: ServiceTime) -> float:
    """Variance in square seconds, for closed forms to hold results against."""
    mean_s = service.mean_seconds
    if service.distribution == "fixed":
        return 0.0
    if service.distribution == "exponential":
        return mean_s**2
    if service.distribution == "erlang":
        return mean_s**2 / (service.shape or 1)
    if service.distribution == "lognormal":
        return (mean_s * (service.cv or 0.0)) ** 2
    least_s, most_s = service.ends_seconds
    if service.distribution == "uniform":
        return (most_s - least_s) ** 2 / 12
    mode_s = 3 * mean_s - least_s - most_s
    return (least_s**2 + most_s**2 + mode_s**2 - least_s * most_s - least_s * mode_s - most_s * mode_s) / 18
