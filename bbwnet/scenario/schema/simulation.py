"""How days are simulated: how long, how often, what is closed when, and streams of arrivals beside the flows."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import Confidence, Identifier, Point, Record, Sequence, attribute
from bbwnet.scenario.schema.simulation_ferries import FerryChoice
from bbwnet.scenario.schema.simulation_freight import FreightDayChoice
from bbwnet.scenario.schema.simulation_passengers import PassengerDay
from bbwnet.scenario.schema.simulation_ports import PortChoice
from bbwnet.scenario.schema.simulation_roads import RoadDayChoice
from bbwnet.scenario.schema.simulation_services import ServiceSimulation
from bbwnet.scenario.schema.simulation_stay_home import StayHome
from bbwnet.scenario.schema.simulation_streams import Stream
from bbwnet.scenario.schema.simulation_weather import WeatherSeries
from bbwnet.scenario.schema.simulation_window import Window

DisruptedMode = Literal["rail", "highway", "coach", "air", "ferry", "sea", "waterway", "border"]
"""Modes of links and services that a disruption may name."""


class Disruption(Window):
    """Something closed or slowed for a while: a thing, all of a mode, all within an area, or what lies in both."""

    what: Identifier | None = attribute(
        "node, link, line, terminal, crossing, lock, airport, service, project, place, city or group that is disrupted", default=None
    )
    mode: DisruptedMode | None = attribute("links and services of this mode", default=None)
    area: Sequence[Point] = attribute("corners of an area, [lon, lat]: nodes within, and links that touch it", default=())
    to: Literal["closed", "slowed"] = attribute("what it becomes", default="closed")
    speed_factor: float | None = attribute("speed that is left of what is slowed", default=None, gt=0, lt=1)
    source: str | None = attribute("key into `sources`", default=None)
    confidence: Confidence | None = attribute("how far the window may be trusted", default=None)
    note: str | None = attribute("remark for the reader", default=None)

    @model_validator(mode="after")
    def _something(self) -> Self:
        """Refuse a disruption of nothing, and a slowing without its factor."""
        if self.what is None and self.mode is None and not self.area:
            raise ValueError("expected `what`, `mode` or `area`")
        if self.what is not None and (self.mode is not None or self.area):
            raise ValueError("expected `what` alone, or `mode` or `area` without it")
        if 0 < len(self.area) < 3:  # noqa: PLR2004  a triangle is the least area
            raise ValueError("expected at least three corners of an area")
        if (self.to == "slowed") != (self.speed_factor is not None):
            raise ValueError("expected `speed_factor` with `to: slowed`, and only with it")
        return self

    @property
    def speed(self) -> float:
        """Share of the usual speed that is left."""
        return 0.0 if self.speed_factor is None else self.speed_factor


class SimulationChoice(Record):
    """How the simulated days are run."""

    days: int = attribute("simulated days, after warming up", unit="days", default=1, ge=1, le=366)
    warm_up_h: float = attribute("time simulated before counting starts", unit="h", default=6.0, ge=0, le=8760)
    run_out_h: float = attribute(
        "time simulated after the last day, in which nobody sets out any more", unit="h", default=6.0, ge=0, le=8760
    )
    replications: int = attribute("independent repetitions", default=10, ge=1, le=10_000)
    frame_min: float = attribute(
        "time between the frames kept for replaying the first replication; 0: none", unit="min", default=15.0, ge=0, le=1440
    )
    seed: int = attribute("seed of all random streams", default=1, ge=0)
    flows: bool = attribute("whether the flows of a mean day travel; otherwise streams alone", default=True)
    services: ServiceSimulation = attribute("runs of services", default=ServiceSimulation())
    passengers: PassengerDay = attribute("how passengers wait, and the checks they pass", default=PassengerDay())
    freight: FreightDayChoice = attribute("consignments, trains, barges and locks", default=FreightDayChoice())
    ports: PortChoice = attribute("ships, berths, yards and gates", default=PortChoice())
    ferries: FerryChoice = attribute("ferries that carry vehicles: their ships, queues and the demand for them", default=FerryChoice())
    weather: Sequence[WeatherSeries] = attribute("wind and visibility, against the limits of each class of vessel", default=())
    roads: RoadDayChoice = attribute("queues on roads, toll plazas, lanes at border crossings", default=RoadDayChoice())
    streams: Sequence[Stream] = attribute("single arrivals beside the flows", default=())
    stay_home: Sequence[StayHome] = attribute("trips that are not made, since travellers were told to stay at home", default=())
