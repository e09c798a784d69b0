"""Network files: the index `network.yaml` and the files of records that it includes."""

from __future__ import annotations

from bbwnet.scenario.schema.base import Identifier, IsoDate, Name, Record, Sequence, attribute
from bbwnet.scenario.schema.channels import Channel
from bbwnet.scenario.schema.fares import EmissionFactor, Tariff
from bbwnet.scenario.schema.freight import FreightHinterland, FreightSite
from bbwnet.scenario.schema.groups import Group
from bbwnet.scenario.schema.hubs import Hub
from bbwnet.scenario.schema.infrastructure import Link, Node
from bbwnet.scenario.schema.measures import FitParameter, Measure
from bbwnet.scenario.schema.places import City, Place, Plan
from bbwnet.scenario.schema.projects import Project, Reference
from bbwnet.scenario.schema.services import RunTimeClass, Service, Timetable
from bbwnet.scenario.schema.simulation_ferries import Fleet, RoroTerminal, VesselClass
from bbwnet.scenario.schema.terminals import Airport, Crossing, Lock, PortTerminal
from bbwnet.scenario.schema.transfers import Transfer


class Bounds(Record):
    """The box that all places and nodes of the region lie in; gateways and their nodes may lie outside."""

    west: float = attribute("western edge", unit="degrees", ge=-180, le=180)
    south: float = attribute("southern edge", unit="degrees", ge=-90, le=90)
    east: float = attribute("eastern edge", unit="degrees", ge=-180, le=180)
    north: float = attribute("northern edge", unit="degrees", ge=-90, le=90)


class NetworkIndex(Record):
    """`network.yaml`: what the region is called and which files describe it."""

    schema_: int = attribute("version of the file format", alias="schema")
    id: Identifier = attribute("identifier, the name of the folder")
    name: Name = attribute("Chinese and English name")
    timezone: str = attribute("IANA time zone of the region's clock")
    bounds: Bounds = attribute("box of the region")
    base_date: IsoDate = attribute("day that the base network describes; what opens later is a project")
    data_from: IsoDate = attribute("first day that the data describe")
    data_until: IsoDate = attribute("last day that scenarios may ask for")
    minimum_connection_min: float = attribute("least time to change between services", unit="min", default=15.0, ge=0)
    coach_time_factor: float = attribute(
        "time of a coach over that of a car on the same roads, its lower speed limit included", default=1.15, ge=1, le=3
    )
    land: str | None = attribute(
        "GeoJSON file of the polygons of land, relative to this folder; absent: isochrones are drawn over water too",
        default=None,
        min_length=1,
    )
    include: Sequence[str] = attribute("files of records, relative to this folder", min_length=1)


class NetworkRecords(Record):
    """A file of records; every list may be absent. The files of a network together make up the region."""

    schema_: int = attribute("version of the file format", alias="schema")
    sources: dict[str, Reference] = attribute("sources by key", default={})
    cities: Sequence[City] = attribute("cities", default=())
    plan: Plan | None = attribute("the plan; in one file of the network", default=None)
    places: Sequence[Place] = attribute("places", default=())
    nodes: Sequence[Node] = attribute("nodes", default=())
    links: Sequence[Link] = attribute("links", default=())
    timetables: Sequence[Timetable] = attribute("timetables", default=())
    run_time_classes: Sequence[RunTimeClass] = attribute("how fast trains run", default=())
    services: Sequence[Service] = attribute("services", default=())
    terminals: Sequence[PortTerminal] = attribute("port terminals", default=())
    channels: Sequence[Channel] = attribute("channels of ports", default=())
    crossings: Sequence[Crossing] = attribute("border crossings", default=())
    locks: Sequence[Lock] = attribute("locks", default=())
    airports: Sequence[Airport] = attribute("airports", default=())
    transfers: Sequence[Transfer] = attribute("ways between stops", default=())
    hubs: Sequence[Hub] = attribute("hubs", default=())
    groups: Sequence[Group] = attribute("things that are disrupted together", default=())
    vessel_classes: Sequence[VesselClass] = attribute("ships that are alike", default=())
    fleets: Sequence[Fleet] = attribute("ships of ferry routes", default=())
    roro_terminals: Sequence[RoroTerminal] = attribute("gates and marshalling yards of ro-ro ferries", default=())
    freight_sites: Sequence[FreightSite] = attribute("works, mines, quays and markets that send or receive freight", default=())
    freight_hinterlands: Sequence[FreightHinterland] = attribute("gateways that freight rates hold for", default=())
    tariffs: Sequence[Tariff] = attribute("what rides, taxis and cars cost", default=())
    emission_factors: Sequence[EmissionFactor] = attribute("what they emit", default=())
    measures: Sequence[Measure] = attribute("what observed totals are held against", default=())
    fit_parameters: Sequence[FitParameter] = attribute("what calibration may fit", default=())
    projects: Sequence[Project] = attribute("projects", default=())
