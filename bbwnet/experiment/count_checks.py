"""Loads of the roads against traffic counts: volumes side by side, GEH, root mean square error, and which loads are validated by them."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.evaluation.fit import geh, rmse_share
from bbwnet.exchange.counts import read_counts
from bbwnet.experiment.dates import network_folder
from bbwnet.model.car_roads import car_roads
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import HOURS, PURPOSES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bbwnet.exchange.counts import Count
    from bbwnet.model.flows import Flows
    from bbwnet.model.road_loads import RoadLoads
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario

COUNTS_FILE = "observed/calibration/counts.csv"
"""Counts of a network's folder, if it has any."""
GOOD_GEH = 5.0
"""Below this a fit is commonly called good."""
_GROUPS = {"car": PURPOSES, "truck": TRUCK_CLASSES}
COUNTED_CLASSES = ("all", *_GROUPS, *PURPOSES, *TRUCK_CLASSES, "coach")
"""Classes that a count may be of."""


@dataclass(frozen=True)
class CountCheck:
    """One count and what the model has of it."""

    count: Count
    modelled_day: float
    of_year: bool = True
    """Whether it was counted in the year of the demand; one of another year stands beside the load, but says nothing of the fit."""

    @property
    def geh(self) -> float:
        """Of the day's mean hour."""
        return geh(self.modelled_day / HOURS, self.count.vehicles_day / HOURS)

    @property
    def error(self) -> float | None:
        """Modelled over counted, less 1; `None` where nothing was counted."""
        return self.modelled_day / self.count.vehicles_day - 1 if self.count.vehicles_day > 0 else None

    def row(self) -> dict[str, Any]:
        """As a row of tables."""
        count = self.count
        return {
            "link": count.link,
            "direction": count.direction,
            "class": count.vehicle_class,
            "period": count.period.text,
            "counted_day": count.vehicles_day,
            "modelled_day": self.modelled_day,
            "error": self.error,
            "geh": self.geh,
            "of_year": self.of_year,
            "source": count.source,
        }


def road_links(network: Network) -> list[str]:
    """Links that vehicles on the road use."""
    return [str(name) for name in network.links.index[network.links["mode"].isin(("highway", "ferry", "border"))]]


def road_ways(network: Network) -> dict[str, set[str]]:
    """Directions of links, `forward` and `backward`, that some vehicle on the road can use; links without any are left out."""
    found: dict[str, set[str]] = {}
    star, arcs = network.graph, car_roads(network, NetworkState.free_flow(network)).arcs
    names = network.links.index
    for row, back in zip(star.link[arcs].tolist(), star.backward[arcs].tolist(), strict=True):
        found.setdefault(str(names[row]), set()).add("backward" if back else "forward")
    return found


def counts_of(scenario: Scenario, network: Network, file: Path | None) -> tuple[Count, ...]:
    """Counts of a file, or else those that the network's folder has; raises `InputError` for what is wrong with them."""
    path = network_folder(scenario) / COUNTS_FILE if file is None else file
    if file is None and not path.is_file():
        return ()
    return read_counts(path, road_links(network), COUNTED_CLASSES, road_ways(network))


def check_counts(flows: Flows, counts: Sequence[Count]) -> tuple[CountCheck, ...]:
    """Each count beside the load of its link; one that no vehicle can use in this state has none. Marked are those of another year."""
    loads = flows.loads
    if loads is None or flows.passengers is None:
        return ()
    year = flows.passengers.people.year
    place = {(link, back): arc for arc, (link, back) in enumerate(zip(loads.link, loads.backward.tolist(), strict=True))}
    found = []
    for count in counts:
        arcs = [place[count.link, way == "backward"] for way in count.directions if (count.link, way == "backward") in place]
        day = _vehicles_day(loads, count.vehicle_class)
        found.append(CountCheck(count, math.fsum(float(day[arc]) for arc in arcs), count.period.in_year(year)))
    return tuple(found)


def with_counts(flows: Flows, counts: Sequence[Count]) -> Flows:
    """The flows with the loads marked behind which a count of the demand's year stands.

    That is one of all vehicles of the direction, or of both directions together.
    """
    model = flows.passengers
    if model is None or not counts:
        return flows
    year = model.people.year
    own = [count for count in counts if count.vehicle_class == "all" and count.period.in_year(year)]
    counted = {(count.link, way) for count in own for way in count.directions}
    loads = model.loads
    marks = [(link, "backward" if back else "forward") in counted for link, back in zip(loads.link, loads.backward.tolist(), strict=True)]
    marked = dataclasses.replace(loads, validated=np.array(marks, dtype=np.bool_))
    return dataclasses.replace(flows, passengers=dataclasses.replace(model, loads=marked))


def count_summary(checks: Sequence[CountCheck]) -> dict[str, Any]:
    """All counts of the demand's year together, and how many are of other years."""
    own = [check for check in checks if check.of_year]
    return {
        "counts": len(own),
        "counts_of_other_years": len(checks) - len(own),
        "geh_below_5_share": sum(check.geh < GOOD_GEH for check in own) / len(own) if own else None,
        "rmse_share": rmse_share([check.modelled_day for check in own], [check.count.vehicles_day for check in own]),
    }


def _vehicles_day(loads: RoadLoads, vehicle_class: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    names = loads.classes if vehicle_class == "all" else _GROUPS.get(vehicle_class, (vehicle_class,))
    return loads.vehicles_day_of(*(name for name in names if name in loads.classes))
