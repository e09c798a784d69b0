"""Stations, coach stations and ports on foot: the checks at their doors, as many lanes as their busiest hour asks for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError
from bbwnet.scenario.nearest import Names
from bbwnet.simulation.airport import airport_calendar
from bbwnet.simulation.boarding_setup import MODES, DoorChecks
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.scenario.schema.simulation_passengers import TerminalChecks
    from bbwnet.simulation.world import World


def door_checks(world: World, seats: NDArray[np.float64], runs: NDArray[np.bool_]) -> tuple[DoorChecks, ...]:
    """Checks of every terminal at which anybody may board, sorted by node and mode.

    `seats` (days x trips) are those of runs, not-a-number where they are not known; `runs` (days x trips) what runs. Lanes are those that
    the scenario knows, else as many as check, in an hour, the seats that leave in the busiest hour of the busiest day, at the share of use
    that the scenario gives.
    Raises `InputError` for a terminal that the network does not have, or at which nothing of the mode may be boarded.
    """
    settings, network = world.settings.passengers, world.network
    if not settings.check:
        return ()
    known: dict[tuple[str, str], TerminalChecks] = {(item.at, item.mode): item for item in settings.terminals}
    names, found = network.nodes.index, []
    busiest = busiest_hours(world, seats, runs)
    boarded = {(str(names[node]), mode) for node, mode in busiest}
    for at, mode in sorted(known):
        if (at, mode) not in boarded:
            nearest = Names([name for name, of in boarded if of == mode]).nearest(at)
            raise InputError(
                f"simulation.passengers.terminals: nothing of mode {mode} is boarded at {at!r}"
                + (f"; nearest: {nearest}" if nearest else "")
            )
    for (node, mode), departing in sorted(busiest.items()):
        name = str(names[node])
        calendar = airport_calendar(world, name) if mode == "air" else world.closures.of_node(name)
        own = known.get((name, mode))
        if own is not None:
            found.append(DoorChecks(node, mode, own.lanes, own.seconds, calendar))
            continue
        usual = getattr(settings.checks, mode)
        lanes = max(1, math.ceil(departing * usual.seconds / HOUR_S / usual.utilisation))
        found.append(DoorChecks(node, mode, float(lanes), usual.seconds, calendar))
    return tuple(found)


def busiest_hours(world: World, seats: NDArray[np.float64], runs: NDArray[np.bool_]) -> dict[tuple[int, str], float]:
    """Seats that leave each node by each mode in the busiest hour by the clock, where one may board; of the busiest day."""
    trips, usual = world.network.trips, world.settings.passengers.checks
    pattern_of = trips.patterns
    unknown = np.array([getattr(usual, pattern.mode).unknown_seats for pattern in pattern_of], dtype=np.float64)
    held = np.where(np.isfinite(seats), seats, unknown[trips.pattern]) * runs if trips.count else seats
    mode = np.array([MODES.index(pattern.mode) for pattern in pattern_of], dtype=np.int64)
    trip = np.repeat(np.arange(trips.count), np.diff(trips.first_call))
    may = np.array([flag for row in trips.pattern.tolist() for flag in (*pattern_of[row].may_board[:-1], False)], dtype=np.bool_)
    calls = np.flatnonzero(may)
    trip, place = trip[calls], trips.stop[calls].astype(np.int64) * len(MODES)
    place += mode[trips.pattern[trip]]
    hour = (trips.depart_s[calls] // HOUR_S).astype(np.int64)
    hours = int(hour.max(initial=0)) + 1
    keys, row = np.unique(place, return_inverse=True)
    most = np.zeros(len(keys))
    for day in range(len(runs)):
        total = np.bincount(row * hours + hour, weights=held[day, trip], minlength=len(keys) * hours)
        most = np.maximum(most, total.reshape(len(keys), hours).max(axis=1, initial=0.0))
    return {
        (int(key) // len(MODES), MODES[int(key) % len(MODES)]): count
        for key, count in zip(keys.tolist(), most.tolist(), strict=True)
        if count
    }
