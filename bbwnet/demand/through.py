"""Through trips: journeys between gateways whose way leads through the region, such as those from Guangdong over the strait to Sanya."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.people import People
    from bbwnet.demand.productions import TripEnds


def through_pairs(people: People, minutes: NDArray[np.float64], longest_detour: float) -> NDArray[np.bool_]:
    """Pairs of gateways (n x n) between which some zone lies nearly on the way.

    The way by the centre of the best zone takes no more than `longest_detour` times the direct one; `minutes` (n x n) are infinite where
    there is no way. Pairs of which one has no residents are left out.
    """
    zones, gateways = people.rows("zone"), people.rows("gateway") & (people.persons > 0)
    if not zones.any():
        return np.zeros(minutes.shape, dtype=np.bool_)
    via = np.min(minutes[:, zones][:, :, None] + minutes[zones][None, :, :], axis=1)
    pairs = gateways[:, None] & gateways[None, :] & np.isfinite(minutes) & (via <= longest_detour * minutes)
    return np.asarray(pairs & ~np.eye(len(people.names), dtype=np.bool_))


def through_trips(
    people: People, ends: TripEnds, log_deterrence: NDArray[np.float64], pairs: NDArray[np.bool_], factor: float
) -> NDArray[np.float64]:
    """Trips a day (n x n) from gateway to gateway and home, zero but for `pairs`.

        T(g, h) = factor * P(g) * W(h) * f(g, h) / A,    A = sum over zones z of P(z) * sum over j of W(j) * f(z, j) / sum of P(z)

    with the productions P that residents of gateways would have by the rates of zones (`TripEnds.beyond`), weights W and deterrence f
    (`log_deterrence`, n x n). A gateway has more destinations than the network knows of: the mean accessibility A of the zones stands
    for its own, and the factor, which calibration may set, for what is wrong with that.
    """
    inside = people.rows("zone")
    shares = np.exp(log_deterrence)
    reach = np.where(np.isneginf(log_deterrence), 0.0, shares)
    made = math.fsum(ends.productions[inside])
    across = np.where(pairs, 0.0, reach)
    access = math.fsum(ends.productions[inside] * (across[inside] @ ends.weights))
    if factor == 0 or made <= 0 or access <= 0:
        return np.zeros(pairs.shape)
    scale = factor * made / access
    return np.asarray(np.where(pairs, scale * ends.beyond[:, None] * ends.weights[None, :] * reach, 0.0))
