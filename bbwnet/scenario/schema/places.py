"""Places and cities: zones where people live, gateways outside, towns, and the member cities they make up."""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Name, Record, Sequence, Sourced, attribute

PlaceKind = Literal["zone", "gateway", "town", "border_town", "asean_gateway"]


class PopulationFigure(Sourced):
    """A population at a date."""

    year: int = attribute("calendar year", ge=1900, le=2100)
    persons: int = attribute("permanent residents", unit="persons", ge=0)


class GdpFigure(Sourced):
    """A gross domestic product of a year."""

    year: int = attribute("calendar year", ge=1900, le=2100)
    gdp_cny: float = attribute("gross domestic product, current prices", unit="CNY", ge=0)


class Place(Identified):
    """A zone (county-level unit), a gateway outside the region, or a town; its position is a node of the graph.

    For a zone the position is the city hall or densest quarter of its main built-up area.
    """

    name: Name = attribute("Chinese and English name")
    kind: PlaceKind = attribute("`zone` (members' county-level unit), `gateway` (outside), `town`, `border_town`, `asean_gateway`")
    city: Identifier | None = attribute("member city that the zone or town belongs to", default=None)
    lon: float = attribute("longitude, WGS84", unit="degrees", gmns="x_coord", osmnx="x", ge=-180, le=180)
    lat: float = attribute("latitude, WGS84", unit="degrees", gmns="y_coord", osmnx="y", ge=-90, le=90)
    timezone: str = attribute("IANA time zone", default="Asia/Shanghai", gtfs="stop_timezone")
    no_through: bool = attribute("whether cars drive to and from it but never across, as at a centroid of an assignment", default=False)
    population: Sequence[PopulationFigure] = attribute("populations by year", default=())
    gdp: Sequence[GdpFigure] = attribute("gross domestic product by year", default=())


class MainStations(Sourced):
    """The stations that count as a city's main stations from a date on."""

    valid_from: IsoDate = attribute("first day on which the list holds")
    stations: Sequence[Identifier] = attribute("station identifiers; empty: the city has no passenger station")


class City(Identified):
    """A member city of the cluster, or another city whose times the planner asks for, with its zones and stations."""

    name: Name = attribute("Chinese and English name")
    member: bool = attribute("whether it is one of the cluster's members", default=True)
    province: str = attribute("province or autonomous region, snake case", min_length=1)
    role: Literal["core", "pole", "important_node", "member", "outside"] = attribute("rank in the plan")
    centre: Identifier = attribute("place that stands for the city in road times")
    main_stations: Sequence[MainStations] = attribute("main stations by date", default=())
    population: Sequence[PopulationFigure] = attribute("populations by year", default=())
    gdp: Sequence[GdpFigure] = attribute("gross domestic product by year", default=())


class Clause(Record):
    """One transport clause of the plan."""

    id: str = attribute("clause number", pattern=r"^[A-Z]\d+$")
    kind: Literal["link", "node", "service", "target", "corridor", "risk"] = attribute("what sort of promise it is")
    commitment: str | None = attribute("the plan's verb: open_through, build, accelerate, advance, plan, study, preliminary", default=None)
    name: Name = attribute("the clause in short")
    measure: str = attribute("what a run must print for it")


class Plan(Record):
    """The plan that the region is judged by."""

    title: Name = attribute("title of the plan")
    source: str = attribute("key into `sources`")
    main_cities: Sequence[Identifier] = attribute("cities between which the two-hour goal holds")
    centres: Sequence[Identifier] = attribute("the three centres: core and poles", default=())
    neighbours: Sequence[Sequence[Identifier]] = attribute("pairs of cities for which the one-hour goal holds")
    main_target_min: float = attribute("target between main cities", unit="min", default=120.0, gt=0)
    neighbour_target_min: float = attribute("target between neighbouring cities", unit="min", default=60.0, gt=0)
    clauses: Sequence[Clause] = attribute("the plan's transport clauses", default=())
