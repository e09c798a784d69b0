"""The scenario file: which network, what is built by when, and the assumptions that a run makes."""

from __future__ import annotations

import datetime
from typing import Literal, get_args

from pydantic import Field

from bbwnet.scenario.schema.base import ClockTime, Identifier, IsoDate, Name, Record, Sequence, attribute
from bbwnet.scenario.schema.choice import TravelChoice
from bbwnet.scenario.schema.demand import PassengerDemand
from bbwnet.scenario.schema.fares import FareChoice
from bbwnet.scenario.schema.freight import FreightChoice
from bbwnet.scenario.schema.freight_chains import FreightChains
from bbwnet.scenario.schema.roads import RoadChoice
from bbwnet.scenario.schema.simulation import Disruption, SimulationChoice


class ProjectChoice(Record):
    """Which projects are in force: by plan, by opening, or by name; then some more, and some less."""

    by: Literal["planned", "opened"] | Sequence[Identifier] = attribute(
        "`planned`: projects of the plan, planned year not after `as_of`; `opened`: open on `as_of`; or a list of project identifiers",
        default="opened",
    )
    also: Sequence[Identifier] = attribute("projects in force besides", default=())
    except_: Sequence[Identifier] = Field(default=(), alias="except", description="projects not in force though `by` or `also` names them")
    variant: dict[Identifier, str] = attribute("alternative in force, by project", default={})


class DemandChoice(Record):
    """Who travels and what is carried."""

    year: int | None = attribute("calendar year of the demand; absent: the year of `as_of`", default=None, ge=2000, le=2100)
    passenger: PassengerDemand = attribute("passenger trips", default=PassengerDemand())
    freight: FreightChoice = attribute("freight", default=FreightChoice())


class TransferPolicy(Record):
    """What changing trains or modes is like (V1, V4)."""

    walk_factor: float = attribute("factor on walking and security time inside terminals", default=1.0, gt=0, le=2)
    through_ticket: bool = attribute("whether one ticket covers the whole journey, with no second check", default=False)


class HeadwayFactor(Record):
    """Factors on the time between services: 0.5 means twice as many trips (V3)."""

    rail_intercity: float = attribute("trains of an EMU class with both ends in member cities", default=1.0, gt=0, le=10)
    rail: float = attribute("all other trains", default=1.0, gt=0, le=10)
    coach: float = attribute("coaches", default=1.0, gt=0, le=10)
    air: float = attribute("flights", default=1.0, gt=0, le=10)
    ferry: float = attribute("ferries", default=1.0, gt=0, le=10)


class BorderPolicy(Record):
    """How borders are crossed (X8)."""

    single_inspection: bool = attribute("whether both sides inspect together, once", default=False)


class Policy(Record):
    """How the network is operated, beside what is built."""

    transfer: TransferPolicy = attribute("changes between services", default=TransferPolicy())
    headway_factor: HeadwayFactor = attribute("factors on headways", default=HeadwayFactor())
    border: BorderPolicy = attribute("border crossings", default=BorderPolicy())


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


class DepartureWindow(Record):
    """The departures that door-to-door times are taken over."""

    from_: ClockTime = Field(default="06:00", alias="from", description="first departure, region's clock")
    until: ClockTime = attribute("last departure, region's clock", default="22:00")
    every_min: int = attribute("time between departures", unit="min", default=1, ge=1, le=1440)


class EvaluationChoice(Record):
    """How times over many departures become one figure."""

    departures: DepartureWindow = attribute("departures looked at", default=DepartureWindow())
    percentile: float = attribute("percentile over the departures", unit="%", default=50, ge=0, le=100)
    hansen_half_time_min: float = attribute(
        "travel time at which a place counts half in the potential of accessibility; our assumption", unit="min", default=60.0, gt=0
    )
    home_by: ClockTime = attribute("latest arrival home from a visit of one day, region's clock", default="24:00")
    stay_h: float = attribute("time that a visit of one day needs at its destination", unit="h", default=4.0, ge=0, le=24)
    weekday: Weekday = attribute("day of the week looked at, for services that do not run every day", default="wed")
    view: Literal["timetable", "as_known", "headway"] = attribute(
        "`timetable`: departures, given or spread evenly; `as_known`: departures where given, else half the headway as mean wait; "
        "`headway`: mean waits and shares of lines for all services",
        default="timetable",
    )


AccessMode = Literal["walk", "bus", "taxi", "drive_and_park"]


class AccessChoice(Record):
    """How travellers reach terminals and leave them; the defaults are our assumptions, no survey of the region was seen."""

    modes: Sequence[AccessMode] = attribute(
        "ways to reach and leave terminals; `drive_and_park` on leaving home only", default=("walk", "bus", "taxi"), min_length=1
    )
    walk_speed_kmh: float = attribute("walking speed along roads", unit="km/h", default=4.8, gt=0, le=15)
    walk_limit_km: float = attribute("longest walk to or from a terminal", unit="km", default=1.5, ge=0, le=20)
    bus_time_factor: float = attribute("time of a city bus over that of a car, its stops included", default=1.8, ge=1, le=5)
    bus_wait_min: float = attribute("wait for a city bus and the walk to its stop", unit="min", default=10.0, ge=0)
    bus_limit_min: float = attribute("longest ride by city bus", unit="min", default=60.0, ge=0)
    taxi_wait_min: float = attribute("wait for a taxi or a lift, on leaving and at a terminal", unit="min", default=5.0, ge=0)
    taxi_limit_min: float = attribute("longest ride by taxi to or from a terminal, or between two", unit="min", default=60.0, ge=0)
    drive_limit_min: float = attribute("longest drive in one's own car to a terminal", unit="min", default=90.0, ge=0)
    park_min: float = attribute("parking one's own car, and the walk from it", unit="min", default=8.0, ge=0)
    rail_entry_min: float = attribute(
        "from the door of a station to the train: security, ticket check, platform", unit="min", default=20.0, ge=0
    )
    rail_exit_min: float = attribute("from the train to the door of the station", unit="min", default=8.0, ge=0)
    coach_entry_min: float = attribute("from the door of a coach station to departure", unit="min", default=15.0, ge=0)
    coach_exit_min: float = attribute("from the coach to the door of the station", unit="min", default=3.0, ge=0)
    air_entry_min: float = attribute(
        "from the door of an airport to departure: check-in, security, gate; where the service does not say", unit="min", default=75.0, ge=0
    )
    air_exit_min: float = attribute(
        "from landing to the door of the airport, luggage included; where the service does not say", unit="min", default=20.0, ge=0
    )
    air_connection_min: float = attribute(
        "least time between two flights at one airport, where its node does not say", unit="min", default=60.0, ge=0
    )
    ferry_entry_min: float = attribute("from the gate of a port to departure, on foot", unit="min", default=30.0, ge=0)
    ferry_exit_min: float = attribute("from berthing to the gate of the port, on foot", unit="min", default=10.0, ge=0)
    local_speed_kmh: float = attribute("speed off the network's roads, for isochrones", unit="km/h", default=30.0, gt=0, le=120)
    local_detour_factor: float = attribute("length of ways off the network's roads over the straight line", default=1.3, ge=1, le=3)
    local_limit_min: float = attribute("longest way off the network's roads", unit="min", default=20.0, ge=0)
    check_share: float = attribute(
        "share of the time of entry that security and ticket checks take; a through ticket saves it at changes", default=0.5, ge=0, le=1
    )


class LateShare(Record):
    """Share of the vehicles of a mode that arrive late enough to matter; our assumptions, no punctuality of the region was seen."""

    rail: float = attribute("trains", default=0.1, ge=0, le=1)
    coach: float = attribute("coaches", default=0.3, ge=0, le=1)
    air: float = attribute("flights", default=0.25, ge=0, le=1)
    ferry: float = attribute("ferries; days without any sailing are disruptions", default=0.2, ge=0, le=1)


class MeanDelay(Record):
    """Mean delay of those that are late, exponentially distributed; our assumptions."""

    rail: float = attribute("trains", unit="min", default=10.0, gt=0)
    coach: float = attribute("coaches", unit="min", default=15.0, gt=0)
    air: float = attribute("flights", unit="min", default=50.0, gt=0)
    ferry: float = attribute("ferries", unit="min", default=20.0, gt=0)


class Reliability(Record):
    """How late vehicles arrive, by mode: what share of connections is missed follows from it (V1)."""

    late_share: LateShare = attribute("share of vehicles that arrive late, by mode", default=LateShare())
    mean_delay_min: MeanDelay = attribute("mean delay of the late ones, by mode", unit="min", default=MeanDelay())


class ScenarioFile(Record):
    """A scenario: named assumptions on a network, or changes to those of the scenario that it extends."""

    schema_: int = attribute("version of the file format", alias="schema")
    extends: str | None = attribute("scenario that this one changes: a file beside it, or a bundled name", default=None)
    name: Name = attribute("Chinese and English name")
    network: str = attribute("bundled network, or path of a network's folder relative to this file", min_length=1)
    include: Sequence[str] = attribute(
        "files of records beside the network's own, such as a proposed line; relative to this file, in its folder",
        default=(),
    )
    as_of: IsoDate = attribute("the day that is looked at: what is open that day")
    projects: ProjectChoice = attribute("which projects are in force", default=ProjectChoice())
    timetable: IsoDate | None = attribute("day whose timetables are run, where not `as_of`: the latest observed not after it", default=None)
    demand: DemandChoice = attribute("who travels and what is carried", default=DemandChoice())
    choice: TravelChoice = attribute("how travellers choose among modes and ways", default=TravelChoice())
    policy: Policy = attribute("how the network is operated", default=Policy())
    disruptions: Sequence[Disruption] = attribute("what is closed, from when until when", default=())
    simulation: SimulationChoice = attribute("how days are simulated", default=SimulationChoice())
    access: AccessChoice = attribute("how terminals are reached and left", default=AccessChoice())
    fares: FareChoice = attribute("what journeys cost, beside the tariffs", default=FareChoice())
    reliability: Reliability = attribute("how late vehicles arrive", default=Reliability())
    roads: RoadChoice = attribute("what roads carry, and how they slow down", default=RoadChoice())
    freight_chains: FreightChains = attribute("how freight moves: modes, terminals, capacities, choice", default=FreightChains())
    evaluation: EvaluationChoice = attribute("how times are summed up", default=EvaluationChoice())

    @property
    def timetable_date(self) -> datetime.date:
        """Day whose timetables are run: `timetable`, or else `as_of`."""
        return self.timetable or self.as_of
