"""Ro-ro ferries: vessels, fleets and terminals as records of the network, and how a scenario runs them."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Name, Sequence, attribute
from bbwnet.scenario.schema.demand import HOURS
from bbwnet.scenario.schema.purposes import Assumed
from bbwnet.scenario.schema.simulation_window import Window

VehicleClass = Literal["car", "coach", "light_truck", "heavy_truck"]
VEHICLE_CLASSES: tuple[VehicleClass, ...] = ("car", "coach", "light_truck", "heavy_truck")
"""Vehicles that queue for a ferry, in the order of all arrays."""


def _slows_before_it_stops(slow_m: float | None, least_m: float | None) -> None:
    if slow_m is not None and least_m is not None and slow_m < least_m:
        raise ValueError(f"visibility_slow_m (={slow_m:g}) must not be less than visibility_min_m (={least_m:g})")


class VesselClass(Identified):
    """Ships that are alike: what they carry, and the weather that they may sail in."""

    name: Name = attribute("Chinese and English name")
    seats: float = attribute("passengers, those in vehicles included", unit="persons", gt=0)
    lane_m: float = attribute("length of the lanes of all vehicle decks, as wide as a truck", unit="m", ge=0)
    speed_kmh: float = attribute("service speed", unit="km/h", gt=0, le=120)
    draught_m: float | None = attribute("draught, loaded", unit="m", default=None, gt=0)
    length_m: float | None = attribute("length over all", unit="m", default=None, gt=0)
    wind_max_ms: float | None = attribute("strongest wind to sail in; absent: any", unit="m/s", default=None, gt=0)
    visibility_min_m: float | None = attribute("least visibility to sail in; absent: any", unit="m", default=None, ge=0)
    visibility_slow_m: float | None = attribute("visibility below which it sails slowly; absent: never", unit="m", default=None, gt=0)
    slow_factor: float = attribute("share of its speed that is left in poor visibility", default=1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _slow_before_it_stops(self) -> Self:
        """Refuse a ship that stops before it slows."""
        _slows_before_it_stops(self.visibility_slow_m, self.visibility_min_m)
        return self


class Fleet(Identified):
    """Ships of one class that serve a route."""

    name: Name = attribute("Chinese and English name")
    service: Identifier = attribute("ferry service between two ports that carries vehicles, whose route they sail")
    vessel_class: Identifier = attribute("class of the ships")
    ships: int = attribute("number of ships", ge=1, le=500)
    valid_from: IsoDate | None = attribute("first day", default=None)
    valid_until: IsoDate | None = attribute("last day", default=None)


class RoroTerminal(Identified):
    """What vehicles pass at a port before they are on board; its berths are those of its port terminals that handle `roro`."""

    port: Identifier = attribute("node of the port")
    gate_lanes: int = attribute("lanes at the gate", ge=1, le=200)
    check_s: float = attribute("time of a vehicle at the gate", unit="s", gt=0)
    yard_spaces: float = attribute("vehicles in the marshalling yard; the others wait on the road outside", unit="vehicles", gt=0)
    depth_m: float | None = attribute("depth at the berths", unit="m", default=None, gt=0)
    booking_from: IsoDate | None = attribute("first day on which vehicles need a booking to come in; absent: never", default=None)
    bookings_per_h: float | None = attribute("vehicles admitted in an hour with booking", unit="vehicles/h", default=None, gt=0)

    @model_validator(mode="after")
    def _booking_admits(self) -> Self:
        """Refuse booking without its admissions."""
        if (self.booking_from is None) != (self.bookings_per_h is None):
            raise ValueError("expected `booking_from` and `bookings_per_h` together")
        return self


class LaneMetres(Assumed):
    """Lane that a vehicle takes on deck, gaps included; lanes are as wide as a truck, so that cars stand closer than their length says."""

    car: float = attribute("cars", unit="m", default=4.2, gt=0)
    coach: float = attribute("coaches", unit="m", default=14.0, gt=0)
    light_truck: float = attribute("trucks of up to 7 t", unit="m", default=8.0, gt=0)
    heavy_truck: float = attribute("heavier trucks", unit="m", default=16.0, gt=0)


class BerthTimes(Assumed):
    """What ships do at a berth."""

    fixed_min: float = attribute("to moor, open, close and cast off", unit="min", default=30.0, ge=0)
    unload_per_min: float = attribute("vehicles driven off", unit="1/min", default=5.0, gt=0)
    load_per_min: float = attribute("vehicles driven on", unit="1/min", default=3.0, gt=0)
    longest_wait_min: float = attribute(
        "longest that loading waits for vehicles before it sails with those it has", unit="min", default=60.0, ge=0
    )
    load_while_closed: bool = attribute("whether ships load while the strait is closed", default=False)


class FerryPatience(Assumed):
    """How long vehicles wait in the queue of a ferry; absent: for ever."""

    reroute_h: float | None = attribute("wait after which a vehicle goes to another ferry of its route, once", unit="h", default=None, gt=0)
    give_up_h: float | None = attribute("wait after which a vehicle turns round", unit="h", default=None, gt=0)


class OtherFerry(Assumed):
    """Drivers of the roads who come to a ferry with a long queue, or a closed one, drive on to another of the same two shores."""

    within_min: float = attribute(
        "longest drive between the ports of two ferries, on either shore, for one to be taken for the other; 0: nobody changes",
        unit="min", default=60.0, ge=0, le=600,
    )  # fmt: skip
    gain_min: float = attribute(
        "time by which a driver must be over sooner to change, drives included", unit="min", default=15.0, ge=0, le=1440
    )


class PassengerShips(Assumed):
    """Weather that ferries of passengers alone may sail in: a sailing waits at the quay, and is cancelled after its patience."""

    wind_max_ms: float | None = attribute("strongest wind to sail in; absent: any", unit="m/s", default=13.8, gt=0)
    visibility_min_m: float | None = attribute("least visibility to sail in; absent: any", unit="m", default=500.0, ge=0)
    visibility_slow_m: float | None = attribute("visibility below which they sail slowly; absent: never", unit="m", default=1000.0, gt=0)
    slow_factor: float = attribute("share of their speed that is left in poor visibility", default=0.6, gt=0, le=1)

    @model_validator(mode="after")
    def _slow_before_they_stop(self) -> Self:
        """Refuse ships that stop before they slow."""
        _slows_before_it_stops(self.visibility_slow_m, self.visibility_min_m)
        return self


class Shelter(Assumed):
    """Ships that leave for shelter from a long closure come back one after the other."""

    closed_h: float = attribute("length of a closure from which on ships leave for shelter", unit="h", default=24.0, gt=0)
    return_h: float = attribute("time after the reopening at which the last ship is back", unit="h", default=12.0, ge=0)


class ExtraSailings(Window):
    """Sailings beside the timetable or the fleet, evenly apart in a window."""

    service: Identifier = attribute("ferry service whose route they sail")
    vessel_class: Identifier = attribute("class of the ships")
    from_node: Identifier = attribute("port that they leave")
    sailings: int = attribute("number of sailings", ge=1, le=1000)
    source: str | None = attribute("key into `sources`", default=None)
    note: str | None = attribute("remark for the reader", default=None)


class VehicleMix(Assumed):
    """Shares of the vehicles; they sum to 1."""

    car: float = attribute("cars", default=1.0, ge=0, le=1)
    coach: float = attribute("coaches", default=0.0, ge=0, le=1)
    light_truck: float = attribute("trucks of up to 7 t", default=0.0, ge=0, le=1)
    heavy_truck: float = attribute("heavier trucks", default=0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse shares that are not the whole."""
        total = sum(getattr(self, name) for name in VEHICLE_CLASSES)
        if abs(total - 1) > 1e-6:  # noqa: PLR2004
            raise ValueError(f"the shares must sum to 1, not {total:g}")
        return self


class FerryDemand(Identified):
    """Vehicles that want to cross, day by day: history, or what a planner supposes, in place of model flows."""

    from_: Sequence[Identifier] = Field(
        alias="from", description="ports on this side; vehicles go where the wait is shortest", min_length=1
    )
    to: Sequence[Identifier] = attribute("ports on the other side", min_length=1)
    vehicles: Sequence[float] = attribute(
        "vehicles of each day, from day 1; the last holds for all later days", unit="vehicles/day", min_length=1
    )
    hours: Sequence[float] = attribute("share of each hour of the day, from midnight; absent: all alike", default=())
    mix: VehicleMix = attribute("vehicles by class", default=VehicleMix())
    persons_per_vehicle: float = attribute("persons in a vehicle", default=3.0, ge=0, le=60)
    day_cv: float = attribute(
        "standard deviation of a day's vehicles over their mean, lognormal, one draw a day and replication", default=0.0, ge=0, le=2
    )
    waiting: float = attribute("vehicles that wait already when the simulation begins", unit="vehicles", default=0.0, ge=0)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """Refuse negative vehicles and shares of the wrong number."""
        if any(value < 0 for value in (*self.vehicles, *self.hours)):
            raise ValueError("vehicles and shares must not be negative")
        if self.hours and (len(self.hours) != HOURS or sum(self.hours) <= 0):
            raise ValueError(f"expected {HOURS} shares of hours, not all 0")
        return self


class ReportedFigure(Assumed):
    """A figure that was reported, held against the simulated one."""

    what: Literal["shipped", "sailings", "waiting", "waiting_outside", "waiting_inside"] = attribute(
        "`shipped` vehicles and `sailings` between two moments; vehicles `waiting` at a moment, or most of them between two"
    )
    of: Identifier = attribute("demand (`simulation.ferries.demand`) whose direction is meant")
    from_: str = Field(alias="from", description="first moment, `day N HH:MM`", pattern=r"^day [0-9]+ [0-9]{1,2}:[0-5][0-9]$")
    until: str | None = attribute("last moment; absent: the first", default=None, pattern=r"^day [0-9]+ [0-9]{1,2}:[0-5][0-9]$")
    value: float | None = attribute("reported figure; absent: a prediction, none known to us", default=None, ge=0)
    least: bool = attribute("whether the figure is a lower bound (`over 10,000`)", default=False)
    fitted: bool = attribute("whether the scenario was fitted on it", default=False)


class FerryChoice(Assumed):
    """How ferries that carry vehicles are simulated."""

    run: Literal["timetable", "fleet"] = attribute(
        "`timetable`: the sailings of the services; `fleet`: so many ships go to and fro, each leaving when full or after its longest wait",
        default="timetable",
    )
    lane_m: LaneMetres = attribute("lane that each vehicle takes", unit="m", default=LaneMetres())
    berth: BerthTimes = attribute("times at the berth", default=BerthTimes())
    patience: FerryPatience = attribute("how long vehicles wait", default=FerryPatience())
    other_ferry: OtherFerry = attribute("drivers who take another ferry", default=OtherFerry())
    passenger_ships: PassengerShips = attribute("weather for ferries of passengers alone", default=PassengerShips())
    shelter: Shelter = attribute("ships that leave for shelter", default=Shelter())
    crossing_cv: float = attribute("standard deviation of a crossing's time over its mean, lognormal", default=0.0, ge=0, le=2)
    usual_lane_m: float = attribute("lane metres of a ferry whose fleet is not known", unit="m", default=750.0, gt=0)
    hold_h: float = attribute(
        "longest that a sailing of the timetable waits for the strait to open before it is cancelled", unit="h", default=3.0, ge=0
    )
    cohort_min: float = attribute("vehicles of so many minutes come as one cohort", unit="min", default=10.0, gt=0, le=60)
    extra_sailings: Sequence[ExtraSailings] = attribute("sailings beside the others", default=())
    demand: Sequence[FerryDemand] = attribute("vehicles that want to cross, beside the flows", default=())
    reported: Sequence[ReportedFigure] = attribute("figures that the simulation is held against", default=())
