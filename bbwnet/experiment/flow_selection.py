"""Who uses a link: vehicles over it by direction, class, origin and destination, from the paths of all groups of hours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.assignment.select_link import paths_of
from bbwnet.errors import InputError, Problem
from bbwnet.scenario.nearest import nearest_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bbwnet.model.flows import Flows

DIRECTIONS = ("forward", "backward")
"""How a link is used: as it is given, or against that."""
_COLUMNS = ("link", "direction", "class", "origin", "destination", "vehicles_day")


def most_loaded_links(flows: Flows, count: int) -> tuple[str, ...]:
    """Links with the highest load over capacity in any direction and group of hours, highest first, ties by identifier."""
    loads = flows.loads
    if loads is None:
        return ()
    highest = np.nan_to_num(loads.load.max(axis=0), nan=0.0)
    best: dict[str, float] = {}
    for link, value in zip(loads.link, highest.tolist(), strict=True):
        best[link] = max(best.get(link, 0.0), value)
    used = [link for link, value in best.items() if value > 0]
    return tuple(sorted(used, key=lambda link: (-best[link], link))[:count])


def select_link_frame(flows: Flows, links: Sequence[str]) -> pd.DataFrame:
    """Vehicles of a mean day over each link, by direction, class, origin and destination; pairs without any are left out.

    Path flows of an equilibrium, unlike volumes of links, are not unique: these are those of the solution. Raises `InputError`, naming
    them all, for links that cars cannot use or that are not there.
    """
    model = flows.passengers
    if model is None:
        return pd.DataFrame(columns=list(_COLUMNS))
    loads = model.loads
    check_links(links, loads.link)
    wanted = np.isin(np.array(loads.link, dtype=object), list(links))
    equilibria = model.equilibria
    names = np.array(loads.zones, dtype=object)
    classes = np.array([item.name for item in equilibria[0].demand.classes], dtype=object)
    pcu = np.array([item.pcu for item in equilibria[0].demand.classes])
    shape = (len(wanted), len(classes), len(names), len(names))
    used, vehicles = [], []
    for hours, found in zip(loads.hours.tolist(), equilibria, strict=True):
        paths = paths_of(found)
        # a least-cost path never uses a link twice, so each of its links is met once
        met = np.flatnonzero(wanted[paths.link])
        path = paths.path_of_link[met]
        used.append(np.ravel_multi_index((paths.link[met], paths.road_class[path], paths.origin[path], paths.destination[path]), shape))
        vehicles.append(hours * paths.flow_pcu[path] / pcu[paths.road_class[path]])
    keys, place = np.unique(np.concatenate(used), return_inverse=True)
    arc, of_class, origin, destination = np.unravel_index(keys, shape)
    links_of, backward = np.array(loads.link, dtype=object)[arc], loads.backward[arc]
    order = np.lexsort((destination, origin, classes[of_class].astype(str), backward, links_of.astype(str)))
    figures = np.bincount(place, weights=np.concatenate(vehicles), minlength=len(keys))
    ways = np.array(DIRECTIONS, dtype=object)[backward.astype(np.int64)]
    columns = (links_of, ways, classes[of_class], names[origin], names[destination], figures)
    return pd.DataFrame({name: values[order] for name, values in zip(_COLUMNS, columns, strict=True)})


def check_links(links: Iterable[str], known: Iterable[str], what: str = "link that vehicles can use") -> None:
    """Raise `InputError` that names every link that is not known, with the nearest one."""
    names = sorted(set(known))
    expected = f"the identifier of a {what.partition(' that ')[0].removeprefix('such ')}"
    problems = [
        Problem(
            file="",
            message=f"no {what}",
            value=link,
            expected=expected,
            nearest=nearest_name(link, names),
        )
        for link in links
        if link not in names
    ]
    if problems:
        raise InputError(problems)
