"""Who uses a link: trips, and their volumes on all other links, from the paths of an equilibrium."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bbwnet.assignment.equilibrium import Equilibrium
    from bbwnet.assignment.path_lists import RoadPaths


@dataclass(frozen=True)
class SelectedTrips:
    """Trips over the links asked for, in vehicles. Path flows, unlike link volumes, are not unique: these are those of the solution."""

    trips: NDArray[np.float64]
    """Classes × zones × zones."""
    volume: NDArray[np.float64]
    """On every link (classes × links)."""


def select_link(found: Equilibrium, links: Iterable[int], *, all_of_them: bool = False) -> SelectedTrips:
    """Trips that use any of the links (all of them, if asked for); raises `InputError` if there are no paths or no such link."""
    paths = paths_of(found)
    wanted = np.unique(np.fromiter(links, dtype=np.int64))
    link_count = found.links.link_count
    if len(wanted) and not (wanted[0] >= 0 and wanted[-1] < link_count):
        raise InputError(f"links(={wanted.tolist()}) must be from 0 to {link_count - 1}")
    is_wanted = np.zeros(link_count)
    is_wanted[wanted] = 1.0
    # a least-cost path never uses a link twice, so the sum is the number of links used
    used = paths.sums(is_wanted)
    chosen = used >= (max(len(wanted), 1) if all_of_them else 1)
    classes, zones = len(found.demand.classes), len(found.demand.zone_node)
    trips, volume = np.zeros((classes, zones, zones)), np.zeros((classes, link_count))
    for place, item in enumerate(found.demand.classes):
        mine = chosen & (paths.road_class == place)
        np.add.at(trips[place], (paths.origin[mine], paths.destination[mine]), paths.flow_pcu[mine] / item.pcu)
        volume[place] = paths.volume_pcu(link_count, mine) / item.pcu
    return SelectedTrips(trips, volume)


def paths_of(found: Equilibrium) -> RoadPaths:
    """Return the paths of an equilibrium; raises `InputError` if it has none."""
    if found.paths is None:
        raise InputError(f"algorithm(={found.algorithm}) keeps no paths: ask for ue, so or aon")
    return found.paths
