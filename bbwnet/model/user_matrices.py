"""The matrices that a scenario brings: read, checked against the places of demand, every problem of every file at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.road_demand import excess
from bbwnet.demand.people import airport_seats
from bbwnet.demand.user_matrix import UserMatrices, from_matrices
from bbwnet.demand.user_trips import LocalTrips, UserTrips
from bbwnet.errors import InputError, Problem
from bbwnet.exchange.omx import omx_names, read_omx_matrices
from bbwnet.exchange.trips_csv import read_trips_csv
from bbwnet.scenario.nearest import nearest_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.matrix_files import MatrixFile
    from bbwnet.scenario.schema.purposes import Purpose

_SHOWN = 5
"""Places named in a message."""


@dataclass(frozen=True)
class _Places:
    """Where trips of a matrix may begin and end."""

    zones: frozenset[str]
    gateways: frozenset[str]
    airports: frozenset[str]
    """Those that flights leave from on the day looked at."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.zones | self.gateways | self.airports))


def read_user_trips(network: Network) -> UserTrips | None:
    """Trips of the matrices that the scenario of a network brings; `None` if it brings none.

    Raises `InputError` with every problem of all of them: files that cannot be read, matrices that are not there, wrong sizes, unknown
    places, cells that are negative or no numbers, pairs given twice, more trips than make sense, trips of airports that are of another
    purpose.
    """
    if not network.matrices:
        return None
    places = network.assembly.places.values()
    known = _Places(
        frozenset(place.id for place in places if place.kind == "zone"),
        frozenset(place.id for place in places if place.kind == "gateway"),
        frozenset(airport_seats(network)),
    )
    problems: list[Problem] = []
    trips: dict[Purpose, NDArray[np.float64]] = {}
    vehicles: dict[Purpose, NDArray[np.float64]] = {}
    local: list[LocalTrips] = []
    for item in network.matrices:
        choice = item.choice
        try:
            found, row = _READERS[item.path.suffix.lower()](item, known)
        except InputError as error:
            if not error.problems:
                raise
            problems += error.problems
            continue
        with np.errstate(over="ignore"):
            matrix = _spread(found.trips[row], found.zones, known.names) * choice.factor
            within = found.intrazonal_trips[row] * choice.factor
        if fault := excess(np.concatenate([matrix.ravel(), within])):
            problems.append(item.problem(fault[0], expected=fault[1]))
        problems += _airport_problems(item, matrix, known)
        local += [
            LocalTrips(choice.purpose, zone, value, choice.unit)
            for zone, value in zip(found.zones, within.tolist(), strict=True)
            if value > 0
        ]
        if choice.mode == "any":
            trips[choice.purpose] = matrix
        else:
            people = network.settings.fares.persons_per_car if choice.unit == "trips_day" else 1.0
            vehicles[choice.purpose] = matrix / people
    if problems:
        raise InputError(problems)
    return UserTrips(known.names, trips, vehicles, tuple(local), network.settings.fares.persons_per_car)


def local_trips_notices(given: UserTrips | None) -> tuple[str, ...]:
    """Trips of matrices that are left out for being within a place, a line for each purpose."""
    lines = []
    for purpose, unit in sorted({(item.purpose, item.unit) for item in given.local} if given is not None else ()):
        own = [item for item in (given.local if given is not None else ()) if (item.purpose, item.unit) == (purpose, unit)]
        shown = ", ".join(f"{item.place} {item.trips_day:g}" for item in own[:_SHOWN])
        more = f" and {len(own) - _SHOWN} more" if len(own) > _SHOWN else ""
        total = math.fsum(item.trips_day for item in own)
        lines.append(f"matrix of {purpose}: {total:g} {unit} within {len(own)} places load nothing: {shown}{more}")
    return tuple(lines)


def _from_csv(item: MatrixFile, known: _Places) -> tuple[UserMatrices, int]:
    found = read_trips_csv(item.path, known.names)
    name = _chosen(item, found.purposes)
    return found, found.purposes.index(name)


def _from_omx(item: MatrixFile, known: _Places) -> tuple[UserMatrices, int]:
    """Labels must have all zones, and may have gateways and airports; without labels rows stand for the zones."""
    name = _chosen(item, omx_names(item.path))
    matrices = read_omx_matrices(item.path, item.choice.lookup, (name,))
    labelled = {label for matrix in matrices for label in matrix.labels or ()}
    return from_matrices(matrices, sorted(known.zones | (labelled & set(known.names))), str(item.path)), 0


_READERS: dict[str, Callable[[MatrixFile, _Places], tuple[UserMatrices, int]]] = {".csv": _from_csv, ".omx": _from_omx}


def _chosen(item: MatrixFile, names: Sequence[str]) -> str:
    """The matrix of the file that is meant."""
    choice = item.choice
    expected = f"one of {', '.join(names)}" if names else None
    if not names:
        raise InputError(Problem(file=str(item.path), message="no trips in the file"))
    if choice.matrix is not None and choice.matrix not in names:
        raise InputError(item.problem("no such matrix in the file", expected=expected, nearest=nearest_name(choice.matrix, names)))
    if choice.matrix is not None:
        return choice.matrix
    if len(names) > 1 and choice.purpose not in names:
        raise InputError(item.problem("the file has several matrices: say which by `matrix`", expected=expected))
    return choice.purpose if choice.purpose in names else names[0]


def _spread(matrix: NDArray[np.float64], zones: Sequence[str], names: Sequence[str]) -> NDArray[np.float64]:
    """A matrix among more places."""
    rows = np.searchsorted(np.array(names), np.array(zones))
    found = np.zeros((len(names), len(names)))
    found[np.ix_(rows, rows)] = matrix
    return found


def _airport_problems(item: MatrixFile, matrix: NDArray[np.float64], known: _Places) -> list[Problem]:
    """Trips of an airport that are not `airport_access`, or the other way round."""
    at_airport = np.array([name in known.airports for name in known.names], dtype=np.bool_)
    touches = at_airport[:, None] ^ at_airport[None, :]
    to_fly = item.choice.purpose == "airport_access"
    wrong = (matrix > 0) & (~touches if to_fly else at_airport[:, None] | at_airport[None, :])
    if not wrong.any():
        return []
    pairs = [f"{known.names[origin]} to {known.names[destination]}" for origin, destination in np.argwhere(wrong).tolist()]
    shown = ", ".join(pairs[:_SHOWN]) + (f" and {len(pairs) - _SHOWN} more" if len(pairs) > _SHOWN else "")
    what = "airport_access, but neither or both ends are airports" if to_fly else f"{item.choice.purpose}, but an end is an airport"
    expected = "an airport at one end" if to_fly else "airport_access for ways to airports"
    return [item.problem(f"trips of purpose {what}: {shown}", expected=expected)]
