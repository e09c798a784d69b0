"""Who travels: how many trips people make by purpose, where to, at what hours; all figures are assumptions until they are calibrated."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bbwnet.scenario.schema.base import Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.purposes import HOURS, PURPOSES, Assumed, Purpose
from bbwnet.scenario.schema.user_matrices import UserMatrix

__all__ = [
    "HOURS",
    "PURPOSES",
    "Assumed",
    "Deterrence",
    "ExternalDemand",
    "HourWeights",
    "NotNegative",
    "PassengerDemand",
    "Purpose",
    "PurposeDemand",
    "Purposes",
    "Share",
    "UserMatrix",
]

_RATE = "one-way trips of a rural resident in a year, out and home, between zones, at `reference_product_cny`"
_ELASTICITY = "elasticity of trips to real product per resident, over time and between zones alike"
_GROWTH = (
    "growth of trips a year from `base_year` on that residents and their product do not explain, such as falling fares and, where visitors"
    " are in the rate, those of a growing country"
)
_GROWTH_YEARS = "years that `growth` goes on: a trend fitted to a few years is carried no further than they reach"
_URBAN = "trips of an urban resident over those of a rural one"
_PRODUCT = "share of the attraction that follows product; the rest follows residents"
_SHORTEST = "pairs nearer than this by the quickest way are local travel, which is left out"
_LONGEST = "pairs further apart than this by the quickest way have no such trips; absent: no limit"
_CONSTRAINT = "`doubly`: attractions are kept as well as productions; `production`: attractions are weights only"
_DETERRENCE = "how trips fall off with generalised cost"
_HOURS = "weights of the 24 hours in which trips leave, region's clock; only their ratios count"
_PEAK = "trips of a day of the peak season (Spring Festival) over those of a mean day"


def _one_a_day(values: tuple[float, ...]) -> tuple[float, ...]:
    """Refuse weights that are no profile of a day."""
    if len(values) != HOURS or min(values) < 0 or sum(values) <= 0:
        raise ValueError("expected 24 weights, none negative, one at least above 0")
    return values


HourWeights = Annotated[Sequence[float], AfterValidator(_one_a_day)]
"""A weight for each hour of the day."""


Share = Annotated[float, Field(ge=0, le=1)]
"""A share of a whole."""

NotNegative = Annotated[float, Field(ge=0)]
"""Zero or more."""


class Deterrence(Assumed):
    """How trips fall off with cost c in minutes: exponential exp(-b c), power c^-a, combined c^-a exp(-b c)."""

    form: Literal["exponential", "power", "combined"] = attribute("`exponential`, `power` or `combined`", default="exponential")
    decay_per_minute: float = attribute("b: decay with each minute of generalised cost", unit="1/min", default=0.005, ge=0, le=10)
    power: float = attribute("a: decay with the logarithm of cost", default=1.0, ge=0, le=20)
    least_min: float = attribute(
        "a cost below this counts as this: logsums over many modes can be next to nothing or negative, where a power has no bounds",
        unit="min",
        default=30.0,
        ge=0,
    )


class PurposeDemand(Assumed):
    """Trips of one purpose: production, attraction, limits, distribution, hours."""

    trips_per_person_year: float = attribute(_RATE, unit="1/year", default=0.0, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=0.0, ge=-3, le=3)
    growth: float = attribute(_GROWTH, unit="1/year", default=0.0, ge=-0.2, le=0.2)
    growth_years: float = attribute(_GROWTH_YEARS, unit="year", default=3.0, ge=0)
    urban_factor: float = attribute(_URBAN, default=1.0, gt=0, le=20)
    attraction_product_share: float = attribute(_PRODUCT, default=0.0, ge=0, le=1)
    shortest_min: float = attribute(_SHORTEST, unit="min", default=0.0, ge=0)
    longest_min: float | None = attribute(_LONGEST, unit="min", default=None, gt=0)
    constraint: Literal["doubly", "production"] = attribute(_CONSTRAINT, default="doubly")
    deterrence: Deterrence = attribute(_DETERRENCE, default=Deterrence())
    hour_weights: HourWeights = attribute(_HOURS, default=(1.0,) * HOURS)
    peak_season_factor: float = attribute(_PEAK, default=1.0, ge=0, le=20)


class AirportDeterrence(Deterrence):
    """Deterrence of ways to an airport."""

    decay_per_minute: float = attribute("b: decay with each minute of generalised cost", unit="1/min", default=0.01, ge=0, le=10)


class BusinessDeterrence(Deterrence):
    """Deterrence of business trips."""

    decay_per_minute: float = attribute("b: decay with each minute of generalised cost", unit="1/min", default=0.006, ge=0, le=10)


class CommutingDeterrence(Deterrence):
    """Deterrence of commuting."""

    decay_per_minute: float = attribute("b: decay with each minute of generalised cost", unit="1/min", default=0.03, ge=0, le=10)


class AirportAccess(PurposeDemand):
    """Ways to an airport and back: attractions are the seats that leave it, weights only, for passengers choose among airports.

    With `land_weight` the rate is of long journeys, by air or over land, and who flies depends on how each can be reached
    (`bbwnet.demand.flying`). Flights of visitors are in the rate of the place that they visit.
    """

    trips_per_person_year: float = attribute(_RATE, unit="1/year", default=0.3, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=1.2, ge=-3, le=3)
    urban_factor: float = attribute(_URBAN, default=3.0, gt=0, le=20)
    constraint: Literal["doubly", "production"] = attribute(_CONSTRAINT, default="production")
    deterrence: AirportDeterrence = attribute(_DETERRENCE, default=AirportDeterrence())
    hour_weights: HourWeights = attribute(
        _HOURS, default=(0.5, 0.2, 0.1, 0.2, 1, 4, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5.5, 5, 4.5, 4, 2.5, 1)
    )
    peak_season_factor: float = attribute(_PEAK, default=1.2, ge=0, le=20)
    land_weight: float = attribute(
        "what a million residents of gateways at no cost weigh against seats of flights for those who may go over land instead; 0: all fly",
        unit="1/day",
        default=0.0,
        ge=0,
    )
    land_decay_per_minute: float = attribute(
        "decay of that weight with each minute of a leisure traveller's generalised cost", unit="1/min", default=0.002, ge=0, le=10
    )


class Business(PurposeDemand):
    """Business trips: by those in work, to where product is made."""

    trips_per_person_year: float = attribute(_RATE, unit="1/year", default=2.0, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=0.8, ge=-3, le=3)
    urban_factor: float = attribute(_URBAN, default=2.5, gt=0, le=20)
    attraction_product_share: float = attribute(_PRODUCT, default=0.8, ge=0, le=1)
    shortest_min: float = attribute(_SHORTEST, unit="min", default=30.0, ge=0)
    deterrence: BusinessDeterrence = attribute(_DETERRENCE, default=BusinessDeterrence())
    hour_weights: HourWeights = attribute(
        _HOURS, default=(0.2, 0.1, 0.1, 0.1, 0.3, 1, 4, 9, 11, 9, 7, 5, 4, 6, 7, 7, 8, 8, 6, 3.5, 2, 1, 0.5, 0.2)
    )
    peak_season_factor: float = attribute(_PEAK, default=0.5, ge=0, le=20)


class Commuting(PurposeDemand):
    """Daily trips to work in a neighbouring city, and home."""

    trips_per_person_year: float = attribute(_RATE, unit="1/year", default=2.0, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=0.3, ge=-3, le=3)
    urban_factor: float = attribute(_URBAN, default=1.5, gt=0, le=20)
    attraction_product_share: float = attribute(_PRODUCT, default=0.7, ge=0, le=1)
    shortest_min: float = attribute(_SHORTEST, unit="min", default=30.0, ge=0)
    longest_min: float | None = attribute(_LONGEST, unit="min", default=90.0, gt=0)
    constraint: Literal["doubly", "production"] = attribute(_CONSTRAINT, default="production")
    deterrence: CommutingDeterrence = attribute(_DETERRENCE, default=CommutingDeterrence())
    hour_weights: HourWeights = attribute(
        _HOURS, default=(0.1, 0.1, 0.1, 0.1, 0.5, 3, 12, 18, 9, 3, 1.5, 1.5, 2, 2, 1.5, 2, 6, 15, 12, 5, 2, 1.5, 0.8, 0.3)
    )
    peak_season_factor: float = attribute(_PEAK, default=0.5, ge=0, le=20)


class Leisure(PurposeDemand):
    """Trips to family, for holidays and private business."""

    trips_per_person_year: float = attribute(_RATE, unit="1/year", default=7.0, ge=0)
    product_elasticity: float = attribute(_ELASTICITY, default=0.6, ge=-3, le=3)
    urban_factor: float = attribute(_URBAN, default=1.5, gt=0, le=20)
    attraction_product_share: float = attribute(_PRODUCT, default=0.3, ge=0, le=1)
    shortest_min: float = attribute(_SHORTEST, unit="min", default=30.0, ge=0)
    hour_weights: HourWeights = attribute(
        _HOURS, default=(0.3, 0.2, 0.1, 0.1, 0.4, 1.5, 3, 6, 8, 9, 9, 7.5, 6, 6.5, 7, 7, 7, 6.5, 5, 4, 3, 1.8, 0.8, 0.4)
    )
    peak_season_factor: float = attribute(_PEAK, default=2.0, ge=0, le=20)


class Purposes(Record):
    """Trips by purpose."""

    airport_access: AirportAccess = attribute(
        "ways to airports of those who fly out of the region and its gateways", default=AirportAccess()
    )
    business: Business = attribute("business", default=Business())
    commuting: Commuting = attribute("commuting between neighbours", default=Commuting())
    leisure: Leisure = attribute("leisure and family", default=Leisure())

    def of(self, purpose: Purpose) -> PurposeDemand:
        """The figures of one purpose."""
        found: PurposeDemand = getattr(self, purpose)
        return found


class ExternalDemand(Assumed):
    """Trips between the region and the gateways outside."""

    cordon_trips_day: dict[Identifier, NotNegative] = attribute(
        "trips a day both ways, all purposes but ways to airports, between a gateway and the region, by gateway; of gateways not named"
        " they follow from the residents' choice of destination",
        unit="1/day",
        default={},
    )
    visitors_per_trip: float = attribute(
        "trips of people from outside for each trip of residents to outside, where a gateway's total is not given", default=1.0, ge=0, le=20
    )
    through_factor: float = attribute(
        "trips between gateways through the region over those that the rates and distances of the region's own residents give",
        default=1.0,
        ge=0,
        le=100,
    )
    through_detour: float = attribute(
        "a pair of gateways has its way through the region where by a zone's centre it takes no more than this times the direct way",
        default=1.1,
        ge=1,
        le=2,
    )


class PassengerDemand(Assumed):
    """How many passenger trips are made, and how they grow from the base year.

    Urban shares follow Guangxi's: some 48 % in 2016 (as remembered), 55.65 % at the end of 2022 (statistical bulletin, quoted by a page).
    """

    growth: Literal["none", "from_population_and_gdp"] = attribute(
        "`none`: people and product stay as in `base_year`; `from_population_and_gdp`: those of the year of the demand",
        default="from_population_and_gdp",
    )
    base_year: int = attribute("calendar year of prices, and of trips where they do not grow", default=2016, ge=2000, le=2100)
    reference_product_cny: float = attribute(
        "product per resident, prices of `base_year`, at which trips per person hold", unit="CNY", default=40_000.0, gt=0
    )
    price_growth: float = attribute("rise of prices a year, by which product at current prices is deflated", default=0.02, ge=-0.2, le=0.5)
    product_growth: float = attribute(
        "real growth of product a year after the last figure, before the first backwards", default=0.045, ge=-0.2, le=0.5
    )
    population_growth: float = attribute("growth of residents a year after the last figure", default=0.0, ge=-0.1, le=0.1)
    urban_share: float = attribute(
        "urban share of residents in `base_year` where `urban_shares` names neither the zone nor its city", default=0.48, ge=0, le=1
    )
    urban_shares: dict[Identifier, Share] = attribute("urban share of residents in `base_year`, by zone or city", default={})
    urban_growth: float = attribute(
        "share of the rural residents who become urban in a year, from `base_year` on", default=0.026, ge=-0.2, le=0.5
    )
    attraction_factor: dict[Identifier, NotNegative] = attribute(
        "factor on the attraction of a place for leisure, such as a seaside resort; 1 where it is not named", default={}
    )
    season: Literal["mean", "peak"] = attribute("`mean`: a mean day; `peak`: a day of the Spring Festival's travel season", default="mean")
    purposes: Purposes = attribute("trips by purpose", default=Purposes())
    external: ExternalDemand = attribute("trips across the edge of the region", default=ExternalDemand())
    matrices: Sequence[UserMatrix] = attribute("matrices of one's own, each instead of the gravity model of its purpose", default=())
