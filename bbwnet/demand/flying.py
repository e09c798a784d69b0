"""Who flies: of those bound for the rest of the world, how many take a flight and how many go over land, by how well each can be reached.

What fills an airport is not the wealth of its hinterland alone: from an island the way over land is long, so that most fly, residents and
visitors alike; from a place that a motorway and trains join to the great cities, few do, however near a small airport is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.people import People
    from bbwnet.scenario.schema.demand import AirportAccess

_MILLION = 1e6


def share_flying(
    people: People, choice: AirportAccess, log_access: NDArray[np.float64], land_cost_min: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of the long journeys from each place (n) that go by air; 1 where `land_weight` is 0, or no gateway can be reached.

    By the rule of Huff (1963), each end draws by its size times deterrence:

        flights  S(i) = sum over airports a of seats(a) * f(i, a)
        land     L(i) = land_weight * sum over gateways g of residents(g) / 10^6 * exp(-land_decay * c(i, g))
        share    S / (S + L)

    `log_access` (n x n) is the logarithm of the deterrence f of ways to airports, minus infinity where there is none; `land_cost_min`
    (n x n) what it costs to reach gateways, infinite where there is no way.
    """
    flights = np.where(people.rows("airport"), people.seats_day, 0.0)
    by_air = np.exp(log_access) @ flights
    gateways = np.where(people.rows("gateway"), people.persons, 0.0) / _MILLION
    by_land = choice.land_weight * (np.exp(-choice.land_decay_per_minute * land_cost_min) @ gateways)
    held = by_air + by_land
    return np.asarray(np.divide(by_air, held, out=np.ones(len(people.names)), where=(held > 0) & (by_land > 0)))
