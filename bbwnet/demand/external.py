"""Trips across the edge of the region: what residents make to gateways, what visitors make from them, held to cordon totals where known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.gravity import singly_constrained

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.demand.productions import TripEnds
    from bbwnet.scenario.schema.demand import ExternalDemand, Purpose


@dataclass(frozen=True)
class External:
    """Trips of one purpose across the edge of the region, by place (n); zero but at gateways."""

    outbound: NDArray[np.float64]
    """Trips a day of residents to each gateway and home."""
    visitors: NDArray[np.float64]
    """Trips a day of people from each gateway to the region and home."""


def free_choice(names: Sequence[str], ends: TripEnds, log_deterrence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Trips (n x n) as residents would make them if attractions were weights only, gateways among their destinations."""
    return singly_constrained(names, ends.productions, ends.weights, log_deterrence).trips


def external_trips(
    names: Sequence[str], gateways: NDArray[np.bool_], free: Mapping[Purpose, NDArray[np.float64]], choice: ExternalDemand
) -> tuple[dict[Purpose, External], tuple[str, ...]]:
    """Trips across the edge by purpose, and the gateways whose cordon total no trips could be found for.

    `free` holds what `free_choice` gives for each purpose, `gateways` marks them (n). A gateway's outbound trips are those of free
    choice, its visitors' a multiple of them; where the scenario gives its cordon total (all purposes, both ways), all are scaled to it.
    """
    purposes = sorted(free)
    outbound = {purpose: np.where(gateways, free[purpose].sum(axis=0), 0.0) for purpose in purposes}
    factor = np.ones(len(names))
    lost = []
    for row, name in enumerate(names):
        asked = choice.cordon_trips_day.get(name)
        if asked is None or not gateways[row]:
            continue
        held = math.fsum(float(outbound[purpose][row]) for purpose in purposes) * (1 + choice.visitors_per_trip)
        factor[row] = asked / held if held > 0 else 1.0
        if held <= 0 < asked:
            lost.append(name)
    lost += [name for name in choice.cordon_trips_day if name not in names or not gateways[list(names).index(name)]]
    found = {purpose: External(outbound[purpose] * factor, outbound[purpose] * factor * choice.visitors_per_trip) for purpose in purposes}
    return found, tuple(sorted(lost))
