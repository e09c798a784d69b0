"""Trip ends: what trips a place makes by purpose, and with what weight it draws them, from its residents, their product and urban share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.profile import season_factor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.people import People
    from bbwnet.scenario.schema.demand import PassengerDemand, Purpose

DAYS_A_YEAR = 365.0


@dataclass(frozen=True)
class TripEnds:
    """Trips that residents make, and weights by which places draw them; over the places of `People` (n)."""

    productions: NDArray[np.float64]
    """Trips of the day looked at, out and home; none of gateways (`bbwnet.demand.external`) and airports."""
    weights: NDArray[np.float64]
    """Attraction of zones and gateways in residents of the reference product; to airports in seats."""
    beyond: NDArray[np.float64]
    """Trips that residents of gateways would make by the same rates, wherever they go; none of zones and airports."""


def trip_ends(people: People, choice: PassengerDemand, purpose: Purpose) -> TripEnds:
    """Trip ends of a purpose.

    Trips a day = residents * trips a year / 365 * (1 + (urban factor - 1) * urban share) * (product per resident / reference) ^
    elasticity * (1 + growth) ^ (years since the base year, at most `growth_years`) * season. Weight = residents * (1 - share + share *
    product per resident / reference), for leisure times the place's `attraction_factor`. A form of our own choosing, log-linear in
    product as cross-section models of trip rates are; every coefficient is the scenario's.
    """
    own = choice.purposes.of(purpose)
    wealth = people.product_per_person_cny / choice.reference_product_cny
    urban = 1 + (own.urban_factor - 1) * people.urban_share
    rate = own.trips_per_person_year / DAYS_A_YEAR * season_factor(choice, own)
    grown = (1 + own.growth) ** min(people.year - choice.base_year, own.growth_years)
    made = people.persons * rate * urban * wealth**own.product_elasticity * grown
    productions, beyond = np.where(people.rows("zone"), made, 0.0), np.where(people.rows("gateway"), made, 0.0)
    if purpose == "airport_access":
        return TripEnds(productions, people.seats_day.copy(), np.zeros(productions.shape))
    weights = people.persons * (1 - own.attraction_product_share + own.attraction_product_share * wealth)
    if purpose == "leisure":
        weights = weights * np.array([choice.attraction_factor.get(name, 1.0) for name in people.names])
    return TripEnds(productions, weights, beyond)
