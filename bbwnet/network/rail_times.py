"""Running times of trains: which way over the tracks, and how many seconds from line speeds and stop losses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.least_cost import LeastCostWays
from bbwnet.scenario.schema.infrastructure import RailLink, WaterLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bbwnet.scenario.schema.services import RunTimeClass


STANDARD_GAUGE_MM = 1435


@dataclass(frozen=True)
class RailSection:
    """The run of a train from one stop to the next."""

    links: tuple[str, ...]
    """Links run over, in order."""
    length_km: float
    seconds: int
    """Start loss, running and stop loss, in whole seconds."""
    dwell_seconds: int
    """Dwell at the stop where the section ends, if the train goes on."""
    fastest_seconds: float
    """What the design speeds alone would allow."""


def passenger_links(links: Iterable[object]) -> list[RailLink | WaterLink]:
    """Links that passenger trains run over: passenger and mixed track of a gauge they fit, and train ferries."""
    usable: list[RailLink | WaterLink] = []
    for link in links:
        fits = isinstance(link, RailLink) and link.use != "freight" and (link.mixed_gauge or link.gauge_mm == STANDARD_GAUGE_MM)
        ferry = isinstance(link, WaterLink) and link.mode == "train_ferry" and link.crossing_min is not None
        if (fits or ferry) and isinstance(link, (RailLink, WaterLink)):
            usable.append(link)
    return usable


class RailTimes:
    """Least-time ways over the tracks for one class of trains, computed once for all stops asked."""

    def __init__(self, links: Iterable[object], classes: Sequence[RunTimeClass], train_class: str) -> None:
        """Take the links in force and the run-time classes; those of `train_class` say how fast it runs."""
        self.train_class = train_class
        self._classes = sorted((item for item in classes if item.train_class == train_class), key=lambda item: item.design_speed_from_kmh)
        usable = sorted(passenger_links(links), key=lambda link: link.id)
        self._seconds = {link.id: seconds for link in usable if (seconds := self._running_seconds(link)) is not None}
        self._links = {link.id: link for link in usable if link.id in self._seconds}
        nodes = sorted({end for link in self._links.values() for end in (link.from_, link.to)})
        self._index = {node: position for position, node in enumerate(nodes)}
        arcs = [(link.from_, link.to, link.id) for link in self._links.values()]
        arcs += [(link.to, link.from_, link.id) for link in self._links.values() if not link.directed]
        self._arc_links = [link_id for _, _, link_id in arcs]
        self._ways = LeastCostWays(
            len(nodes),
            np.array([self._index[tail] for tail, _, _ in arcs], dtype=np.int64),
            np.array([self._index[head] for _, head, _ in arcs], dtype=np.int64),
            np.array([self._seconds[link_id] for link_id in self._arc_links], dtype=np.float64),
        )

    def _class_of(self, design_speed_kmh: float) -> RunTimeClass | None:
        for item in self._classes:
            if item.design_speed_from_kmh <= design_speed_kmh <= item.design_speed_until_kmh:
                return item
        return None

    def _running_seconds(self, link: RailLink | WaterLink) -> float | None:
        """Seconds over a link without starting or stopping; `None` if trains of this class do not run on it."""
        if isinstance(link, WaterLink):
            return None if link.crossing_min is None else link.crossing_min * 60
        item = self._class_of(link.design_speed_kmh)
        if item is None or (item.electric and not link.electrified):
            return None
        speed_kmh = min(link.operating_speed_kmh or link.design_speed_kmh, item.train_speed_max_kmh) * item.speed_factor
        if link.tracks == 1:
            speed_kmh *= item.single_track_factor
        if not link.electrified:
            speed_kmh *= item.diesel_factor
        return link.length_km / speed_kmh * 3600

    def has_class(self) -> bool:
        """Whether any run-time class is known for these trains."""
        return bool(self._classes)

    def section(self, start: str, end: str, via: Sequence[str] = ()) -> RailSection | None:
        """The least-time run from stop to stop through `via`; `None` if no track joins them."""
        ways = [self._way(a, b) for a, b in zip((start, *via), (*via, end), strict=True)]
        if any(way is None for way in ways):
            return None
        links = tuple(link_id for way in ways if way is not None for link_id in way)
        first, last = self._links[links[0]], self._links[links[-1]]
        running = math.fsum(self._seconds[link_id] for link_id in links)
        start_loss, _, _ = self._losses_min(first)
        _, stop_loss, dwell = self._losses_min(last)
        return RailSection(
            links=links,
            length_km=math.fsum(self._links[link_id].length_km for link_id in links),
            seconds=round(running + (start_loss + stop_loss) * 60),
            dwell_seconds=round(dwell * 60),
            fastest_seconds=math.fsum(self._design_seconds(self._links[link_id]) for link_id in links),
        )

    def detour_seconds(self, start: str, end: str, via: str) -> float:
        """Running seconds that passing through `via` adds between two stops; infinite if there is no way."""
        direct, there, on = (self._running(a, b) for a, b in ((start, end), (start, via), (via, end)))
        if not all(map(math.isfinite, (direct, there, on))):
            return math.inf
        return there + on - direct

    def _losses_min(self, link: RailLink | WaterLink) -> tuple[float, float, float]:
        """Start loss, stop loss and dwell in minutes on a link; a ferry's are within its crossing time."""
        item = self._class_of(link.design_speed_kmh) if isinstance(link, RailLink) else None
        return (0.0, 0.0, 0.0) if item is None else (item.start_loss_min, item.stop_loss_min, item.dwell_min)

    @staticmethod
    def _design_seconds(link: RailLink | WaterLink) -> float:
        return link.length_km / link.design_speed_kmh * 3600 if isinstance(link, RailLink) else 0.0

    def _running(self, start: str, end: str) -> float:
        if start not in self._index or end not in self._index:
            return math.inf
        return self._ways.cost(self._index[start], self._index[end])

    def _way(self, start: str, end: str) -> list[str] | None:
        """Links from node to node along the least-time way."""
        if start == end or start not in self._index or end not in self._index:
            return None
        arcs = self._ways.way(self._index[start], self._index[end])
        return None if arcs is None else [self._arc_links[arc] for arc in arcs]
