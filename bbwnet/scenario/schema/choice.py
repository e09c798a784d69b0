"""How travellers choose among modes and ways: values of time, weights of what is not riding, penalties, nests.

No survey of the region's travellers was seen, and no published value of time whose survey could be looked at: all of it is assumed.
Values of time are at the prices of 2016. On business it is the cost of an employee's hour: a mean urban wage of Guangxi of some 58,000
CNY a year (as remembered) over 2,000 hours, a third of on-costs, and who travels on business earning half as much again. Commuting and
leisure are six tenths of that wage, between the third and the whole that appraisals elsewhere take; ways to airports lie between.
Sensitivities rise as trips get shorter, and are no smaller than the deterrence of the purpose, as nesting of modes below destinations
asks (Ben-Akiva and Lerman 1985, section 10.4).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from bbwnet.scenario.schema.base import ClockTime, Identifier, Record, Sequence, attribute, clock_seconds
from bbwnet.scenario.schema.demand import Assumed, Purpose
from bbwnet.scenario.schema.services import ServiceMode

ChoiceMode = Literal["car", "coach", "rail", "air", "ferry", "local"]
"""Modes that a nest may hold: `car` all the way, four services, `local`: on foot, by bus or taxi all the way."""

CHOICE_MODES: tuple[ChoiceMode, ...] = get_args(ChoiceMode)


class ValueOfTime(Assumed):
    """What an hour in a vehicle is worth to a traveller, by purpose, at the prices of 2016."""

    airport_access: float = attribute("ways to airports", unit="CNY/h", default=45.0, gt=0)
    business: float = attribute("business", unit="CNY/h", default=58.0, gt=0)
    commuting: float = attribute("commuting", unit="CNY/h", default=18.0, gt=0)
    leisure: float = attribute("leisure and family", unit="CNY/h", default=18.0, gt=0)
    driver_factor: float = attribute(
        "value of time of those who go in a car of their own over that of all: who owns one earns more; it weighs what they pay on the"
        " road and on ferries",
        default=1.0, gt=0, le=20,
    )  # fmt: skip

    def of(self, purpose: Purpose) -> float:
        """CNY an hour of one purpose."""
        found: float = getattr(self, purpose)
        return found

    def of_drivers(self, purpose: Purpose) -> float:
        """CNY an hour of those who go by car."""
        return self.of(purpose) * self.driver_factor


class Sensitivity(Assumed):
    """Utility lost with each minute of generalised cost, by purpose."""

    airport_access: float = attribute("ways to airports", unit="1/min", default=0.015, gt=0, le=10)
    business: float = attribute("business", unit="1/min", default=0.012, gt=0, le=10)
    commuting: float = attribute("commuting", unit="1/min", default=0.03, gt=0, le=10)
    leisure: float = attribute("leisure and family", unit="1/min", default=0.008, gt=0, le=10)

    def of(self, purpose: Purpose) -> float:
        """Utility a minute of one purpose."""
        found: float = getattr(self, purpose)
        return found


class CarAvailable(Assumed):
    """Share of the travellers who have a car to take, as driver or with others; calibration may set it, scenarios let it grow."""

    airport_access: float = attribute("ways to airports, cars that take somebody there included", default=0.6, ge=0, le=1)
    business: float = attribute("business", default=0.5, ge=0, le=1)
    commuting: float = attribute("commuting", default=0.5, ge=0, le=1)
    leisure: float = attribute("leisure and family", default=0.35, ge=0, le=1)

    def of(self, purpose: Purpose) -> float:
        """Share of one purpose."""
        found: float = getattr(self, purpose)
        return found


class TimeWeights(Assumed):
    """Minutes in a vehicle that a minute of something else feels like; the order of them is that of common practice."""

    ride: float = attribute("in a train, coach, aircraft or ferry", default=1.0, ge=0, le=10)
    drive: float = attribute("in a car, one's own or a taxi", default=1.0, ge=0, le=10)
    bus: float = attribute("in a city bus or shuttle", default=1.2, ge=0, le=10)
    walk: float = attribute("walking", default=1.8, ge=0, le=10)
    wait: float = attribute("waiting at a stop", default=1.5, ge=0, le=10)
    terminal: float = attribute("getting into a terminal, out of it or through it", default=1.3, ge=0, le=10)
    border: float = attribute("formalities at a border", default=1.5, ge=0, le=10)
    schedule_delay: float = attribute("time at home until a planned departure", default=0.3, ge=0, le=10)


class ModeConstants(Assumed):
    """Minutes that a mode is perceived worse than its times and fares say; calibration sets them."""

    car: float = attribute("own car all the way", unit="min", default=0.0)
    coach: float = attribute("coach", unit="min", default=0.0)
    rail: float = attribute("train", unit="min", default=0.0)
    air: float = attribute("flight", unit="min", default=0.0)
    ferry: float = attribute("ferry", unit="min", default=0.0)
    local: float = attribute("on foot, by bus or taxi all the way", unit="min", default=0.0)

    def of(self, mode: ChoiceMode) -> float:
        """Minutes of one mode."""
        found: float = getattr(self, mode)
        return found


class TransferPerception(Assumed):
    """What a change of vehicle is felt like beside its time (V1, V4)."""

    penalty_min: float = attribute("minutes that every change counts beside its time", unit="min", default=15.0, ge=0)
    other_mode_min: float = attribute("minutes besides where the change is to another mode", unit="min", default=10.0, ge=0)
    through_ticket_factor: float = attribute("factor on both with one ticket for the whole journey", default=0.5, ge=0, le=1)


class DepartureChoice(Assumed):
    """When people would like to leave, and how they choose among the departures of one mode.

    A wish takes a share of the hours nearest to it, by the hour weights of the purpose. Departures of one mode are more like each other
    than modes are: their sensitivity is that of the purpose over `scale`.
    """

    first_wish: ClockTime = attribute("first wished departure, region's clock", default="06:00")
    last_wish: ClockTime = attribute("last wished departure", default="22:00")
    every_min: int = attribute("time between wished departures", unit="min", default=60, ge=5, le=720)
    scale: float = attribute(
        "dissimilarity of the departures of one mode: 1 as unlike as modes, towards 0 the same", default=0.2, gt=0, le=1
    )

    @model_validator(mode="after")
    def _first_before_last(self) -> Self:
        """Refuse a window that ends before it begins."""
        if clock_seconds(self.last_wish) < clock_seconds(self.first_wish):
            raise ValueError("expected last_wish not before first_wish")
        return self

    @property
    def wishes_s(self) -> tuple[int, ...]:
        """Wished departures, seconds of the day."""
        return tuple(range(clock_seconds(self.first_wish), clock_seconds(self.last_wish) + 1, self.every_min * 60))


SeatCount = Annotated[int, Field(gt=0)]
"""Seats of a vehicle."""

CrowdingMethod = Literal["none", "effective_frequency", "strict"]

_SEATS = {"emu_350": 556, "emu_250": 613, "conventional_express": 1200, "conventional_fast": 1200, "conventional": 1200}


class Crowding(Assumed):
    """What full vehicles do to those who would ride them; seats are sold for the whole ride, so its fullest part counts.

    `effective_frequency`: a ride is waited for longer by M (1 - exp(-w h (load / seats)^p / M)), with the headway h of all vehicles of its
    mode between its two stops, `wait_share` w, `power` p and `longest_wait_min` M. While seats are free that is the function of De Cea and
    Fernandez (1993, "Transit assignment for congested public transport systems: an equilibrium model", Transportation Science 27); beyond
    M people stand, or go another day. `strict`: minutes are raised until nobody rides beyond the seats. Seats of train sets are those of
    eight cars of CRH380A and CRH2A, and of eighteen cars of seats and berths, as remembered; the rest is ours.
    """

    method: CrowdingMethod = attribute(
        "`none`: services take whoever comes; `effective_frequency`: full ones are waited for longer; `strict`: nobody rides beyond the"
        " seats",
        default="effective_frequency",
    )
    modes: Sequence[ServiceMode] = attribute(
        "modes whose seats count; of coaches trips per day are estimates, and more are run where more people wish to go",
        default=("rail", "air", "ferry"),
    )
    wait_share: float = attribute("share of the headway that is waited besides where a vehicle is just full", default=0.5, ge=0, le=10)
    power: float = attribute("how sharply that rises with load over seats", default=4.0, ge=1, le=20)
    longest_headway_min: float = attribute(
        "longest headway counted: who finds the only train full thinks of another day", unit="min", default=120.0, gt=0
    )
    longest_wait_min: float = attribute("longest time waited besides, however full", unit="min", default=60.0, gt=0)
    tolerance: float = attribute("`strict`: load beyond the seats that is let pass, over the seats", default=0.02, gt=0, le=1)
    gap: float = attribute(
        "crowding minutes of all rides that do not fit the loads they bring about, over the minutes that riders feel", default=5e-3, gt=0
    )
    seats: dict[str, SeatCount] = attribute(
        "seats of a vehicle whose service does not say, by train class or mode; not named: unknown, and never crowded", default=_SEATS
    )


class UnlistedCoach(Assumed):
    """A coach where data know none: those between counties are in no timetable that was seen.

    It runs along the quickest way on empty roads between zones and gateways whose road leads over no border and no ferry. All of it is
    ours: coaches of 2016 were held to 100 km/h or less and stopped in towns, and left every half hour to hour. It is offered where the
    network has coaches at all, a service or a tariff of theirs.
    """

    offered: bool = attribute("whether such coaches run", default=True)
    time_factor: float = attribute("time aboard over that of a car on the empty road", default=1.3, ge=1, le=5)
    extra_min: float = attribute(
        "minutes before and after: to the station, the wait, and on from the last stop; felt as time in a terminal",
        unit="min", default=45.0, ge=0,
    )  # fmt: skip
    longest_min: float = attribute("longest drive of a car that they run along", unit="min", default=240.0, ge=0)


class CoachVehicles(Assumed):
    """How many coaches run: departures in the data are estimates, and operators put on more vehicles where more people wish to go."""

    follows_demand: bool = attribute(
        "whether more vehicles run than the timetable says where seats are short; never where coaches are among the modes of `crowding`",
        default=True,
    )
    load_factor: float = attribute(
        "share of the seats taken, where most are on board, that vehicles are put on for", default=0.7, gt=0, le=1
    )
    seats: int = attribute("seats of coaches that are in no data, for their vehicle-kilometres", default=45, gt=0)


class Nest(Record):
    """Modes that are more like each other than like the rest."""

    modes: Sequence[ChoiceMode] = attribute("modes in the nest", min_length=1)
    scale: float = attribute("dissimilarity of its modes: 1 unlike, towards 0 the same", default=1.0, gt=0, le=1)


_NESTS = {
    "private": Nest(modes=("car",)),
    "public": Nest(modes=("coach", "rail", "air", "ferry"), scale=0.6),
    "local": Nest(modes=("local",)),
}


class TravelChoice(Assumed):
    """How travellers choose; all of it assumed unless a source is given."""

    value_of_time: ValueOfTime = attribute("value of time by purpose", default=ValueOfTime())
    car_available: CarAvailable = attribute("share of travellers with a car to take, by purpose", default=CarAvailable())
    weights: TimeWeights = attribute("weights of minutes by what they are spent on", default=TimeWeights())
    constants: ModeConstants = attribute("what modes are perceived as beside times and fares", default=ModeConstants())
    transfer: TransferPerception = attribute("perception of changes", default=TransferPerception())
    sensitivity: Sensitivity = attribute("utility lost with each minute of generalised cost, by purpose", default=Sensitivity())
    departure: DepartureChoice = attribute("wished departures, and the choice among those of one mode", default=DepartureChoice())
    crowding: Crowding = attribute("what full vehicles do to those who would ride them", default=Crowding())
    unlisted_coach: UnlistedCoach = attribute("a coach where data know none", default=UnlistedCoach())
    coach_supply: CoachVehicles = attribute("how many coaches run", default=CoachVehicles())
    path_size: float = attribute("coefficient of the logarithm of path size; 0: overlaps do not count", default=1.0, ge=0, le=5)
    cars_cross_borders: bool = attribute(
        "whether travellers take their own cars across borders; at Dongxing 129 vehicles of every kind crossed on a day of 2018, for a car"
        " needs a permit of the other country",
        default=False,
    )
    unknown_fare_cny_km: float = attribute("fare of journeys of which a part has no tariff", unit="CNY/km", default=0.45, ge=0)
    nests: dict[Identifier, Nest] = attribute("nests of modes, every mode in one of them", default=_NESTS)

    @model_validator(mode="after")
    def _every_mode_once(self) -> Self:
        """Refuse nests that leave a mode out or hold it twice."""
        held = [mode for nest in self.nests.values() for mode in nest.modes]
        if sorted(held) != sorted(CHOICE_MODES):
            raise ValueError(f"expected every mode in one nest: {', '.join(CHOICE_MODES)}")
        return self
