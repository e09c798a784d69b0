"""How runs of services are simulated: what makes them late, how they make it up, what they wait for, how long they hold.

No punctuality, signalling plan or roster of the region was seen: all of it is assumed, rounded from what is common. Trains of high-speed
lines in China can follow each other at 3 min and are planned at 4 to 5, those of other lines with automatic block at some minutes more (as
remembered); movements on one runway are 90 s to 2 min apart behind aircraft of the same size.
"""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.demand import Assumed
from bbwnet.scenario.schema.services import ServiceMode

SERVICE_MODES: tuple[ServiceMode, ...] = ("rail", "coach", "air", "ferry")


class ByMode(Assumed):
    """A figure for each mode of services."""

    def of(self, mode: str) -> float:
        """The figure of one mode."""
        found: float = getattr(self, mode)
        return found


class StandingShare(ByMode):
    """Passengers that may stand, over the seats; trains sell tickets without a seat, coaches may not."""

    rail: float = attribute("trains", default=0.1, ge=0, le=5)
    coach: float = attribute("coaches", default=0.0, ge=0, le=5)
    air: float = attribute("flights", default=0.0, ge=0, le=5)
    ferry: float = attribute("ferries", default=0.0, ge=0, le=5)


class Margin(ByMode):
    """Share of the run time between stops that is left when a delay which is not of its own making is run off."""

    rail: float = attribute("trains", default=0.05, ge=0, lt=1)
    coach: float = attribute("coaches", default=0.05, ge=0, lt=1)
    air: float = attribute("flights", default=0.03, ge=0, lt=1)
    ferry: float = attribute("ferries", default=0.03, ge=0, lt=1)


class LeastDwell(ByMode):
    """Share of the planned stop that is needed however late a vehicle is."""

    rail: float = attribute("trains", default=0.7, ge=0, le=1)
    coach: float = attribute("coaches", default=0.7, ge=0, le=1)
    air: float = attribute("flights", default=0.8, ge=0, le=1)
    ferry: float = attribute("ferries", default=0.8, ge=0, le=1)


class Turnaround(ByMode):
    """Least time between a run's end and the next run of the same vehicle."""

    rail: float = attribute("trains", unit="min", default=20.0, ge=0)
    coach: float = attribute("coaches", unit="min", default=20.0, ge=0)
    air: float = attribute("aircraft", unit="min", default=45.0, ge=0)
    ferry: float = attribute("ferries", unit="min", default=30.0, ge=0)


class HoldPatience(ByMode):
    """How long a run stands at a stop for its way to open, or for its vehicle to come, until it is cancelled from there on."""

    rail: float = attribute("trains", unit="min", default=120.0, ge=0)
    coach: float = attribute("coaches", unit="min", default=60.0, ge=0)
    air: float = attribute("flights", unit="min", default=240.0, ge=0)
    ferry: float = attribute("ferries", unit="min", default=180.0, ge=0)


class LineHeadway(Assumed):
    """Least time between trains that enter a piece of line in one direction on one track, and between those that leave it."""

    high_speed_s: float = attribute("lines designed for 200 km/h and more", unit="s", default=180.0, gt=0)
    main_s: float = attribute("slower lines with automatic block, taken as those of two tracks", unit="s", default=240.0, gt=0)
    single_track_s: float = attribute("lines of one track", unit="s", default=240.0, gt=0)
    crossing_s: float = attribute(
        "between a train's leaving a single track and one the other way entering it", unit="s", default=60.0, ge=0
    )


class PassingLoops(Assumed):
    """Where trains pass each other between the stations of the data (those at which passenger trains call): at least so often."""

    high_speed_km: float = attribute("lines designed for 200 km/h and more", unit="km", default=30.0, gt=0)
    others_km: float = attribute("other lines", unit="km", default=10.0, gt=0)


class RunwayTimes(Assumed):
    """Least time between two movements on one runway, take-offs and landings alike."""

    separation_s: float = attribute("between two movements", unit="s", default=90.0, gt=0)


class StationPlatforms(Record):
    """Platforms of one station, where they are to bind."""

    node: Identifier = attribute("station, airport or bus terminal")
    platforms: int = attribute("vehicles that stand there at once", ge=1, le=200)
    turn_min: float = attribute("time at the platform before a run begins and after it ends", unit="min", default=10.0, ge=0)
    source: str = attribute("key into `sources`", default="planner_assumption", min_length=1)
    confidence: Literal["measured", "reported", "estimated", "assumed"] = attribute("how far the figure may be trusted", default="assumed")


class DelaySplit(Assumed):
    """Where along a late run its delay comes about."""

    initial_share: float = attribute(
        "share that is there on leaving the first stop; the rest comes by the minutes run", default=0.5, ge=0, le=1
    )


class ServiceSimulation(Record):
    """How runs of services are simulated."""

    delays: Literal["none", "reliability"] = attribute(
        "`reliability`: runs are late of themselves as the scenario's `reliability` has it: a share of them, exponentially",
        default="reliability",
    )
    delay_split: DelaySplit = attribute("where a delay comes about", default=DelaySplit())
    margin: Margin = attribute("what may be run off of delays caught from others", default=Margin())
    least_dwell: LeastDwell = attribute("what of a stop is needed", default=LeastDwell())
    rolling_stock: Literal["none", "by_service"] = attribute(
        "`by_service`: vehicles of a service go out and back, first in, first out, and begin each day where they are planned; none: there"
        " is always one",
        default="by_service",
    )
    turnaround_min: Turnaround = attribute("least time between two runs of a vehicle", unit="min", default=Turnaround())
    line_capacity: Literal["none", "headway", "headway_and_single_track"] = attribute(
        "what trains wait for between stations; departures that no source gives are spread by assumption and are in each other's way more"
        " than a drawn timetable is",
        default="headway_and_single_track",
    )
    overtaking: Literal["anywhere", "at_stops"] = attribute(
        "where faster trains get past slower ones on tracks of one direction: `anywhere` stands for dispatchers who hold slower ones back"
        " in time; `at_stops`: only where one stops longer",
        default="anywhere",
    )
    headway: LineHeadway = attribute("least times between trains", unit="s", default=LineHeadway())
    loops: PassingLoops = attribute("passing loops between the stations of the data", unit="km", default=PassingLoops())
    platforms: Sequence[StationPlatforms] = attribute("stations whose platforms bind; elsewhere there is always one", default=())
    runways: Literal["none", "separation"] = attribute(
        "whether flights wait for the runway at airports that are in the data", default="separation"
    )
    runway: RunwayTimes = attribute("runways", default=RunwayTimes())
    hold_patience_min: HoldPatience = attribute("how long runs are held", unit="min", default=HoldPatience())
    standing_share: StandingShare = attribute("who may stand", default=StandingShare())
