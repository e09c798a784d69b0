"""The parts of a scenario's simulated day: made of its network and of what its flows load."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.model.day_freight import day_freight
from bbwnet.model.day_locks import barge_streams
from bbwnet.model.day_passengers import day_passengers
from bbwnet.model.day_ports import port_day
from bbwnet.model.day_roads import day_roads
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.ferries import Ferries
from bbwnet.simulation.locks import Locks
from bbwnet.simulation.parties import in_parties
from bbwnet.simulation.passenger_results import LEAST_SAID
from bbwnet.simulation.passengers import Passengers
from bbwnet.simulation.ports import PortDay, Ports
from bbwnet.simulation.runs import Runs
from bbwnet.simulation.tickets import TicketSale, sell_tickets
from bbwnet.simulation.timetable_runs import operating, seats_and_places

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bbwnet.model.flows import Flows
    from bbwnet.network.network import Network
    from bbwnet.simulation.cohort import PassengerCohorts
    from bbwnet.simulation.world import Part, World


@dataclass(frozen=True)
class DayParts:
    """Parts in the order in which they are made and started."""

    makers: Mapping[str, Callable[[World], Part]]
    messages: tuple[str, ...] = ()
    """What the user should hear: what could not be simulated, and why."""


def day_parts(network: Network, found: Flows | None) -> DayParts:
    """The parts of a network's days; without flows, only what its own streams of arrivals bring."""
    makers: dict[str, Callable[[World], Part]] = {}
    messages: list[str] = []
    roads = day_roads(network, found)
    makers["roads"] = roads
    messages += roads.messages
    makers["ferries"] = Ferries
    if found is not None and found.passengers is not None:
        passengers = day_passengers(network, found.passengers)
        per_run = found.passengers.coaches.per_run
        sale = tickets_of(network, passengers.cohorts, per_run)
        makers["passengers"] = partial(Passengers, cohorts=sale.cohorts)
        messages += (*passengers.left_out, *_told(sale))
        makers["runs"] = partial(Runs, vehicles_per_run=per_run)
    else:
        makers["runs"] = Runs
    ports = PortDay()
    if found is not None and found.freight is not None:
        ports, freight = port_day(network, found.freight), day_freight(network, found.freight)
        makers["freight"] = partial(FreightPart, day=freight)
        messages += freight.messages
    barges = barge_streams(network)
    if barges:
        makers["locks"] = partial(Locks, streams=barges)
    makers["ports"] = partial(Ports, day=ports)
    messages += ports.messages
    return DayParts(makers, tuple(messages))


def tickets_of(network: Network, cohorts: PassengerCohorts, vehicles_per_run: NDArray[np.float64] | None) -> TicketSale:
    """Cohorts with seats, as the scenario sells them; who takes whichever vehicle comes has no ticket."""
    settings = network.settings.simulation.passengers
    _, places = seats_and_places(network, vehicles_per_run)
    modes = tuple(mode for mode in settings.tickets.modes if mode not in settings.turn_up)
    places = np.where(np.isnan(places), np.inf, places)
    sale = sell_tickets(cohorts, network.trips, places, operating(network, 1), modes, settings.tickets.shift_h)
    return replace(sale, cohorts=in_parties(sale.cohorts, places, settings.early.party_share))


def _told(sale: TicketSale) -> tuple[str, ...]:
    all_day, without = (float(persons) for persons in sale.cohorts.no_seat[:, -2:].sum(axis=0))
    if without + sale.shifted < LEAST_SAID:
        return ()
    told = f"tickets: {sale.shifted:,.0f} persons a day ride another run than suits them best, {sale.shift_h:.1f} h from it;"
    told += f" {without:,.0f} find no seat near it and do not set out: for {all_day:,.0f} of them no run of the day has one between the"
    return (told + " same stops (flows heed seats with choice.crowding.method: strict)",)
