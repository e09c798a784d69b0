"""Services: stop patterns with trips per day, the timetables they belong to, and how fast trains run."""

from __future__ import annotations

from typing import Literal

from bbwnet.scenario.schema.base import ClockTime, Identified, Identifier, IsoDate, Name, Sequence, Sourced, attribute

ServiceMode = Literal["rail", "coach", "air", "ferry"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Timetable(Identified):
    """A whole timetable of one mode as observed at a date; the latest not after the scenario's timetable date is in force."""

    name: Name = attribute("Chinese and English name")
    mode: ServiceMode = attribute("the mode that it covers completely")
    observed: IsoDate = attribute("date of the observation")


class Service(Identified):
    """A stop pattern served so many times a day, in both directions unless `directed`.

    Run times follow from the line speeds (`RunTimeClass`) unless `run_minutes` gives them with its own source.
    """

    name: Name | None = attribute("Chinese and English name", default=None, gtfs="route_long_name")
    mode: ServiceMode = attribute("`rail`, `coach`, `air` or `ferry`", gtfs="route_type")
    timetable: Identifier | None = attribute("timetable that the pattern belongs to; absent: the dates say when it runs", default=None)
    train_class: str | None = attribute(
        "rolling stock, names a set of run-time classes (`emu_350`, `emu_250`, `conventional`); rail only", default=None
    )
    stops: Sequence[Identifier] = attribute("nodes served, in order", min_length=2, gtfs="stop_id")
    via: Sequence[Identifier] = attribute("nodes passed without a stop that fix the way between stops", default=())
    directed: bool = attribute("whether it runs in the order of `stops` only", default=False)
    board_only: Sequence[Identifier] = attribute(
        "stops where nobody may leave, in the order of `stops`; on the way back nobody may board there", default=(), gtfs="drop_off_type"
    )
    alight_only: Sequence[Identifier] = attribute(
        "stops where nobody may board, in the order of `stops`; on the way back nobody may leave there", default=(), gtfs="pickup_type"
    )
    days: Sequence[Weekday] = attribute(
        "weekdays of running; absent: every day, or for less than a trip a day days not known, which are spread over the week",
        default=(),
        gtfs="calendar",
    )
    trips_per_day: float | None = attribute(
        "trips per day of running and direction; below one: trips on some of the days", unit="1/day", default=None, gt=0, le=1000
    )
    trips_per_week: float | None = attribute("trips per week and direction (flights, ships)", unit="1/week", default=None, gt=0, le=7000)
    between: tuple[ClockTime, ClockTime] | None = attribute(
        "first and last departure from the first stop, local time; the others are spread evenly between", default=None, strict=False
    )
    within: tuple[ClockTime, ClockTime] | None = attribute(
        "hours, local time, within which it departs at times that are not known: evenly apart, the first at an assumed time that differs"
        " between services and directions; absent, with neither `between` nor departures: 06:30 to 21:30",
        default=None,
        strict=False,
    )
    departures: Sequence[ClockTime] = attribute(
        "departures from the first stop, local time; where `trips_per_day` asks for more, further ones fill the longest gaps; for fewer,"
        " some are left",
        default=(),
        gtfs="departure_time",
    )
    return_between: tuple[ClockTime, ClockTime] | None = attribute(
        "first and last departure of the return direction; absent: as `between`", default=None, strict=False
    )
    return_within: tuple[ClockTime, ClockTime] | None = attribute(
        "hours of departures at times not known of the return direction; absent: as `within`", default=None, strict=False
    )
    return_departures: Sequence[ClockTime] = attribute("departures of the return direction; absent: spread over the window", default=())
    run_minutes: Sequence[float] = attribute(
        "run times between consecutive stops, dwell apart, where a source gives them", unit="min", default=()
    )
    dwell_min: float | None = attribute(
        "stop time at each stop between the ends; absent: of the run-time class", unit="min", default=None, ge=0
    )
    seats: int | None = attribute("seats per trip", unit="seats", default=None, gt=0)
    check_in_min: float | None = attribute(
        "time between arriving at the terminal and departure (ferries with vehicles, flights)", unit="min", default=None, ge=0
    )
    check_out_min: float | None = attribute("time between arrival and leaving the terminal", unit="min", default=None, ge=0)
    carries_vehicles: bool = attribute(
        "whether road vehicles ride (ro-ro ferries); such a ferry is a link of the road graph", default=False
    )
    fare_car_cny: float | None = attribute("fare of a car with its driver", unit="CNY", default=None, ge=0)
    continues_as: Identifier | None = attribute(
        "service that the same train carries on as, with no change, when that one first departs or after the usual dwell",
        default=None,
        gtfs="block_id",
    )
    valid_from: IsoDate | None = attribute("first day of running (services with no timetable)", default=None, gtfs="start_date")
    valid_until: IsoDate | None = attribute("last day of running (services with no timetable)", default=None, gtfs="end_date")


class RunTimeClass(Sourced):
    """How fast trains of one class run on lines of one range of design speeds; at most six fitted parameters each.

    Time of a section = sum of length / (speed_factor * min(line speed, train_speed_max_kmh)) + stop losses; a stop
    between the ends adds `dwell_min`. Line speed is the operating speed where given, else the design speed.
    """

    id: Identifier = attribute("unique identifier")
    train_class: str = attribute("rolling stock that the class is for", min_length=1)
    design_speed_from_kmh: float = attribute("lowest design speed of the lines", unit="km/h", ge=0)
    design_speed_until_kmh: float = attribute("highest design speed of the lines", unit="km/h", gt=0)
    electric: bool = attribute("whether the trains run on electrified track only", default=False)
    train_speed_max_kmh: float = attribute("highest speed of the trains", unit="km/h", gt=0)
    speed_factor: float = attribute("share of the line speed kept while running, recovery margin included", gt=0, le=1)
    single_track_factor: float = attribute("further factor on single track (crossings and overtakings)", default=1.0, gt=0, le=1)
    diesel_factor: float = attribute("further factor where the line is not electrified", default=1.0, gt=0, le=1)
    start_loss_min: float = attribute("time lost on starting from a stop", unit="min", ge=0)
    stop_loss_min: float = attribute("time lost on braking to a stop", unit="min", ge=0)
    dwell_min: float = attribute("time at a stop between the ends", unit="min", ge=0)
    fitted: Sequence[str] = attribute("names of the parameters fitted to observed/calibration", default=(), max_length=6)
