"""Roads under the trips of all classes: one call from links and demand to an equilibrium of any kind."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numba
import numpy as np

from bbwnet.assignment.delays import integrals, times
from bbwnet.assignment.equilibrium import Algorithm, Equilibrium, UnassignedTrips
from bbwnet.assignment.gradient_projection import GradientProjection
from bbwnet.assignment.sorted_roads import SortedRoads
from bbwnet.assignment.stochastic import LogitLoading
from bbwnet.errors import DidNotConverge, InputError, NoPathError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.path_lists import RoadPaths
    from bbwnet.assignment.road_demand import RoadDemand
    from bbwnet.assignment.road_links import RoadLinks

_SHOWN = 20
"""Disconnected pairs named in a message."""


@dataclass(frozen=True)
class AssignmentSettings:
    """How far to go, and what to do where that fails."""

    algorithm: Algorithm = "ue"
    gap: float = 1e-6
    """Relative gap to reach, see `Equilibrium.relative_gap`; all-or-nothing has none to reach."""
    most_iterations: int = 1000
    if_not_converged: Literal["raise", "warn"] = "raise"
    if_disconnected: Literal["raise", "report"] = "raise"
    """Trips that no way takes: an error that lists them, or `Equilibrium.unassigned`."""
    dispersion: float = 1.0
    """Stochastic: a path's share is proportional to exp(-dispersion × cost), per unit of time."""
    memory_limit_mb: float = 2000.0
    """Bound of what the paths take."""
    threads: int | None = None
    """Threads that search trees; numba's number of threads by default. The result is the same by any number."""

    def check(self) -> None:
        """Raise `InputError` for values that make no sense."""
        if not (math.isfinite(self.gap) and self.gap > 0):
            raise InputError(f"gap(={self.gap}) must be > 0")
        if self.most_iterations < 1:
            raise InputError(f"most_iterations(={self.most_iterations}) must be 1 or more")
        if not (math.isfinite(self.dispersion) and self.dispersion > 0):
            raise InputError(f"dispersion(={self.dispersion}) must be > 0")


@dataclass(frozen=True)
class _Solution:
    """What a method found, links in sorted order."""

    class_pcu: NDArray[np.float64]
    relative_gap: float
    iterations: int
    paths: RoadPaths | None
    unassigned: NDArray[np.int64]


def assign_roads(
    links: RoadLinks, demand: RoadDemand, settings: AssignmentSettings | None = None, start: RoadPaths | None = None
) -> Equilibrium:
    """Load the trips of all classes on the roads; `start` holds the paths of a former solution on the same links.

    What is there whatever the trips do (`RoadLinks.preload_pcu`) slows all of them down, all-or-nothing too; the system optimum is that
    of trips and preload together. It is in volumes and loads, not in totals, objective and gap: nobody chooses its way.

    Raises `InputError` for wrong demand or settings, `NoPathError` for trips that no way takes, `DidNotConverge` where the gap is not
    reached (the last two as the settings say), `RunError` where the paths need more memory than allowed.
    """
    settings = settings or AssignmentSettings()
    settings.check()
    demand.check(links)
    began_s = time.perf_counter()
    roads = SortedRoads.of(links, demand, marginal_cost=settings.algorithm == "so")
    solution = _stochastic(roads, settings) if settings.algorithm == "sue" else _by_paths(roads, settings, start)
    unassigned = _unassigned(roads, demand, solution.unassigned)
    if unassigned and settings.if_disconnected == "raise":
        raise NoPathError(_disconnected(unassigned))
    class_pcu = np.empty_like(solution.class_pcu)
    class_pcu[:, roads.order] = solution.class_pcu
    found = _result(links, demand, settings, solution, class_pcu, unassigned, began_s)
    if not found.converged:
        message = f"relative gap {found.relative_gap:.3g} after {found.iterations} iterations, {settings.gap:g} was asked for"
        if settings.if_not_converged == "raise":
            raise DidNotConverge(message)
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return found


def _by_paths(roads: SortedRoads, settings: AssignmentSettings, start: RoadPaths | None) -> _Solution:
    threads = settings.threads or int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]  # set when numba is loaded
    solver = GradientProjection(roads, threads, settings.memory_limit_mb)
    all_or_nothing = settings.algorithm == "aon"
    if all_or_nothing:
        solver.load_wanting(at_free_flow=True)
    elif start is None:
        solver.load(settings.gap)
    else:
        solver.start_from(start, settings.gap)
    unassigned = solver.unassigned()
    progress = solver.equilibrate(math.inf if all_or_nothing else settings.gap, settings.most_iterations)
    return _Solution(solver.class_volume(), progress.relative_gap, progress.iterations, solver.paths(), unassigned)


def _stochastic(roads: SortedRoads, settings: AssignmentSettings) -> _Solution:
    loading = LogitLoading(roads, settings.dispersion, settings.memory_limit_mb)
    volume, gap, iterations = loading.equilibrate(settings.gap, settings.most_iterations)
    return _Solution(volume, gap, iterations, None, loading.unassigned())


def _unassigned(roads: SortedRoads, demand: RoadDemand, pairs: NDArray[np.int64]) -> tuple[UnassignedTrips, ...]:
    classes = demand.classes
    ends = roads.ends_of(pairs)
    return tuple(
        UnassignedTrips(classes[item].name, origin, destination, float(classes[item].trips[origin, destination]))
        for item, origin, destination in zip(*(values.tolist() for values in ends), strict=True)
    )


def _disconnected(unassigned: tuple[UnassignedTrips, ...]) -> str:
    lines = [f"{item.class_name}: zone {item.origin} to {item.destination}: {item.trips:g} trips" for item in unassigned[:_SHOWN]]
    more = [f"and {len(unassigned) - _SHOWN} more pairs"] if len(unassigned) > _SHOWN else []
    total = math.fsum(item.trips for item in unassigned)
    return "\n".join([f"{total:g} trips of {len(unassigned)} pairs have no way (zones by their place in the demand)", *lines, *more])


def _result(
    links: RoadLinks,
    demand: RoadDemand,
    settings: AssignmentSettings,
    solution: _Solution,
    class_pcu: NDArray[np.float64],
    unassigned: tuple[UnassignedTrips, ...],
    began_s: float,
) -> Equilibrium:
    volume = class_pcu.sum(axis=0) + links.preload_pcu
    seconds = times(links.delays, volume)
    pcu = np.array([item.pcu for item in demand.classes])
    class_volume = class_pcu / pcu[:, np.newaxis]
    # a link that is closed to a class costs without end, and carries none of it
    fixed = [np.where(vehicles > 0, item.fixed_cost(links), 0.0) for item, vehicles in zip(demand.classes, class_volume, strict=True)]
    fixed_pcu = [part for cost, carried in zip(fixed, class_pcu, strict=True) for part in (cost * carried).tolist()]
    fixed_cost = math.fsum(part for cost, vehicles in zip(fixed, class_volume, strict=True) for part in (cost * vehicles).tolist())
    areas = integrals(links.delays, volume) - integrals(links.delays, links.preload_pcu)
    travel_time = math.fsum((class_volume.sum(axis=0) * seconds).tolist())
    return Equilibrium(
        links=links,
        demand=demand,
        algorithm=settings.algorithm,
        volume_pcu=volume,
        class_volume=class_volume,
        time=seconds,
        objective=math.fsum([*areas.tolist(), *fixed_pcu]),
        total_travel_time=travel_time,
        total_cost=travel_time + fixed_cost,
        relative_gap=solution.relative_gap,
        iterations=solution.iterations,
        seconds=time.perf_counter() - began_s,
        converged=settings.algorithm == "aon" or solution.relative_gap <= settings.gap,
        paths=solution.paths,
        unassigned=unassigned,
        intrazonal_trips=demand.intrazonal_trips(),
    )
