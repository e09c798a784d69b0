"""How passengers of a simulated day behave: whom they wait for how long, and the checks at the doors of terminals."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from bbwnet.scenario.schema.base import Confidence, Identifier, Record, Sequence, attribute
from bbwnet.scenario.schema.purposes import Assumed
from bbwnet.scenario.schema.services import ServiceMode


class Patience(Assumed):
    """Longest that passengers wait for the next departure, from the second they were ready on; none was seen surveyed."""

    rail: float = attribute("for trains", unit="h", default=6.0, ge=0)
    coach: float = attribute("for coaches", unit="h", default=4.0, ge=0)
    air: float = attribute("for flights", unit="h", default=24.0, ge=0)
    ferry: float = attribute("for ferries", unit="h", default=24.0, ge=0)

    def of(self, mode: str) -> float:
        """Seconds of a mode."""
        hours: float = getattr(self, mode)
        return hours * 3600


class CutOff(Assumed):
    """How long before departure the doors, gates or check-in of a mode close; usual rules of carriers."""

    rail: float = attribute("gates of stations", unit="min", default=5.0, ge=0)
    coach: float = attribute("gates of coach stations", unit="min", default=0.0, ge=0)
    air: float = attribute("check-in of flights", unit="min", default=45.0, ge=0)
    ferry: float = attribute("gates of ports, on foot", unit="min", default=10.0, ge=0)

    def of(self, mode: str) -> float:
        """Seconds of a mode."""
        minutes: float = getattr(self, mode)
        return minutes * 60


class Early(Assumed):
    """How much sooner than need be passengers come to the door of a terminal: evenly over this time; they are checked then."""

    rail: float = attribute("at stations", unit="min", default=30.0, ge=0)
    coach: float = attribute("at coach stations", unit="min", default=15.0, ge=0)
    air: float = attribute("at airports", unit="min", default=45.0, ge=0)
    ferry: float = attribute("at ports, on foot", unit="min", default=20.0, ge=0)
    party_share: float = attribute(
        "largest share of the places of a vehicle that come to the door in the same second, where they ride the same way",
        default=0.05,
        gt=0,
        le=1,
    )

    def of(self, mode: str) -> float:
        """Seconds of a mode."""
        minutes: float = getattr(self, mode)
        return minutes * 60


class Tickets(Assumed):
    """Seats sold before anybody sets out; how far passengers shift their departure for one was not seen surveyed."""

    modes: Sequence[ServiceMode] = attribute(
        "modes whose seats are sold ahead; in others more may set out for a run than it holds", default=("rail", "air", "ferry", "coach")
    )
    shift_h: float = attribute("furthest that passengers go from the departure that they want", unit="h", default=4.0, ge=0)


class ModeChecks(Assumed):
    """Checks of tickets, persons and luggage at terminals of one mode of which no more is known."""

    seconds: float = attribute("time of a person in a lane", unit="s", default=12.0, gt=0)
    utilisation: float = attribute(
        "share of the lanes that the seats of the busiest hour would take, if none were free: as many lanes are open; low, for who boards a"
        " vehicle comes shortly before it goes",
        default=0.25,
        gt=0,
        le=5,
    )
    unknown_seats: float = attribute("seats of a vehicle of which none are known, for the measure of that hour", default=100.0, gt=0)


class UsualChecks(Record):
    """Checks by mode."""

    rail: ModeChecks = attribute("at stations", default=ModeChecks(unknown_seats=600.0))
    coach: ModeChecks = attribute("at coach stations", default=ModeChecks(seconds=8.0, unknown_seats=45.0))
    air: ModeChecks = attribute("at airports", default=ModeChecks(seconds=20.0, unknown_seats=160.0))
    ferry: ModeChecks = attribute("at ports, of passengers on foot", default=ModeChecks(unknown_seats=300.0))


class TerminalChecks(Record):
    """Lanes of checks that are known of one terminal, in place of those assumed from its busiest hour."""

    at: Identifier = attribute("node of the terminal")
    mode: ServiceMode = attribute("mode of the services whose passengers are checked")
    lanes: float = attribute("lanes open at once", gt=0)
    seconds: float = attribute("time of a person in a lane", unit="s", gt=0)
    source: str = attribute("key into `sources`, or where the figures were found", min_length=1)
    confidence: Confidence = attribute("how far they may be trusted")


class PassengerDay(Record):
    """Passengers of the simulated day."""

    turn_up: Sequence[ServiceMode] = attribute(
        "modes whose passengers take the first vehicle of their line that has room; those of others book a departure", default=()
    )
    patience: Patience = attribute("how long they wait", default=Patience())
    cut_off: CutOff = attribute("when doors close before departure", default=CutOff())
    tickets: Tickets = attribute("seats sold ahead", default=Tickets())
    early: Early = attribute("how early they come to the checks", default=Early())
    check: bool = attribute("whether checks at terminals take as long as queues there make them", default=True)
    checks: UsualChecks = attribute("checks where no more is known", default=UsualChecks())
    terminals: Sequence[TerminalChecks] = attribute("terminals of which more is known", default=())

    @model_validator(mode="after")
    def _once(self) -> Self:
        """Refuse two records of one terminal and mode."""
        known = [(item.at, item.mode) for item in self.terminals]
        twice = {key for key in known if known.count(key) > 1}
        if twice:
            raise ValueError(f"expected each terminal and mode once: {', '.join(f'{at} ({mode})' for at, mode in sorted(twice))}")
        return self
