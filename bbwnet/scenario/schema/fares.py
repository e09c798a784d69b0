"""Fares and emissions: what a ride, a taxi or a car costs by kilometre, and what it emits; and the scenario's choice among them."""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Record, Sequence, attribute

FareMode = Literal["rail", "coach", "air", "ferry", "bus", "taxi", "drive"]
"""Modes that cost money; walking does not. `drive` is the fuel of an own car, its tolls are attributes of links."""

EmissionMode = Literal[FareMode, "light_truck", "heavy_truck", "rail_freight", "barge", "sea_ship", "handling"]
"""Modes that emit: those of travellers, goods vehicles, freight trains, ships on rivers and at sea, and cargo handling in terminals."""

Pollutant = Literal["co2", "nox", "pm25"]


class FareBand(Record):
    """What a ride costs from a distance on, until the next band begins."""

    from_km: float = attribute("distance at which the band begins", unit="km", ge=0)
    rate_cny_km: float = attribute("fare of each km within the band", unit="CNY/km", ge=0)
    surcharge_cny: float = attribute("added once where the ride goes beyond `from_km`", unit="CNY", default=0.0, ge=0)


class Tariff(Identified):
    """The fare of one mode as a function of distance, piecewise linear.

    Fare = `start_cny` + km within each band * its `rate_cny_km` * `paid_share` + surcharges of the bands reached, rounded to
    `step_cny`, at least `minimum_cny`, at most `maximum_cny`. What lies before the first band is covered by `start_cny`. Of the
    tariffs alike in mode, class and service, the latest that is valid on the scenario's date is in force. `confidence` is that of the
    least sure of its figures. Trains pay by the line as well as by their class: `line_speed_kmh`.
    """

    mode: FareMode = attribute("`rail`, `coach`, `air`, `ferry`, `bus`, `taxi` or `drive` (fuel of an own car)")
    train_class: str | None = attribute(
        "rolling stock that it is for; absent: all that have no tariff of their own; rail only", default=None
    )
    services: Sequence[Identifier] = attribute(
        "services that it is for, such as the ferries of one route; absent: all of the mode and class that have no tariff of their own",
        default=(),
    )
    valid_from: IsoDate = attribute("first day of the tariff")
    valid_until: IsoDate | None = attribute("last day of the tariff; absent: until the next", default=None)
    start_cny: float = attribute("charged whatever the distance: flag fall, station or airport charge", unit="CNY", default=0.0, ge=0)
    bands: Sequence[FareBand] = attribute("rates by distance, nearest first; none: a flat fare", default=())
    paid_share: float = attribute(
        "share of the rates per km that travellers pay on average (discounts of airlines)", default=1.0, gt=0, le=2
    )
    line_speed_kmh: float | None = attribute(
        "design speed of the lines that the rates are for, and faster ones; absent: any; rail only", unit="km/h", default=None, gt=0
    )
    slower_line_share: float = attribute("a km of a slower line is charged as this many", default=1.0, gt=0, le=1)
    minimum_cny: float = attribute("least fare", unit="CNY", default=0.0, ge=0)
    maximum_cny: float | None = attribute("highest fare", unit="CNY", default=None, gt=0)
    step_cny: float = attribute("fares are rounded to a multiple of this", unit="CNY", default=0.01, ge=0.01)
    per: Literal["person", "vehicle"] = attribute("whether each person pays it, or all in the vehicle together", default="person")


class EmissionFactor(Identified):
    """What one mode emits per kilometre, in operation; `note` says whether the making of its energy is in it.

    `handling` emits per tonne loaded or unloaded (`factor_kg_t`), every other mode per kilometre (`factor_kg_km`).
    """

    mode: EmissionMode = attribute(
        "as of a tariff, or of freight: `light_truck`, `heavy_truck`, `rail_freight`, `barge`, `sea_ship`, `handling` (in terminals)"
    )
    train_class: str | None = attribute(
        "rolling stock that it is for; absent: all that have no factor of their own; rail only", default=None
    )
    pollutant: Pollutant = attribute("`co2`, `nox` or `pm25`", default="co2")
    valid_from: IsoDate = attribute("first day that it is used for")
    valid_until: IsoDate | None = attribute("last day that it is used for; absent: until the next", default=None)
    factor_kg_km: float = attribute("mass emitted on the way", unit="kg/km", default=0.0, ge=0)
    factor_kg_t: float = attribute("mass emitted by each loading or unloading; `handling` only", unit="kg/t", default=0.0, ge=0)
    per: Literal["person", "vehicle", "tonne"] = attribute("whether per passenger-km, vehicle-km or tonne-km", default="person")


class FareFactor(Record):
    """Factors on fares, all their parts, by mode."""

    rail: float = attribute("trains", default=1.0, ge=0, le=10)
    coach: float = attribute("coaches", default=1.0, ge=0, le=10)
    air: float = attribute("flights", default=1.0, ge=0, le=10)
    ferry: float = attribute("ferries, cars on them too", default=1.0, ge=0, le=10)
    bus: float = attribute("city buses", default=1.0, ge=0, le=10)
    taxi: float = attribute("taxis", default=1.0, ge=0, le=10)
    drive: float = attribute("fuel of an own car", default=1.0, ge=0, le=10)
    toll: float = attribute("road tolls", default=1.0, ge=0, le=10)


class FareChoice(Record):
    """What journeys cost, beside the tariffs of the network; the defaults are our assumptions, no source was seen."""

    discount_through_ticket: float = attribute(
        "share of the fares of the rides that one ticket for two or more of them takes off, where `policy.transfer.through_ticket`",
        default=0.1,
        ge=0,
        le=1,
    )
    factor: FareFactor = attribute("factors on fares", default=FareFactor())
    persons_per_car: float = attribute(
        "persons who share the cost and the emissions of an own car", unit="persons", default=2.0, ge=1, le=9
    )
    persons_per_taxi: float = attribute("passengers who share a taxi", unit="persons", default=1.5, ge=1, le=9)
