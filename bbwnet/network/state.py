"""What holds at a moment: seconds over links by period, closed links and nodes, cancelled and delayed trips."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.car_times import IMPASSABLE
from bbwnet.scenario.schema.base import DAY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bbwnet.network.network import Network


@dataclass(frozen=True)
class NetworkState:
    """The state that routers read beside the network, which itself never changes.

    `car_seconds` has one value per period of the day and arc of the forward star (`IMPASSABLE` where cars cannot go); arcs alone mean
    one period. Raises `ValueError` if the periods do not fit, do not begin at midnight, or do not rise within the day.
    """

    car_seconds: NDArray[np.int64]
    """Seconds of a car (n periods x n arcs)."""
    closed_links: frozenset[str] = field(default_factory=frozenset)
    closed_nodes: frozenset[str] = field(default_factory=frozenset)
    cancelled_trips: frozenset[int] = field(default_factory=frozenset)
    delayed_trips: Mapping[int, int] = field(default_factory=dict)
    """Seconds that a trip runs late, from its first stop to its last."""
    period_start_s: tuple[int, ...] = (0,)
    """Second of the day at which each period begins, on the region's clock."""

    def __post_init__(self) -> None:
        """Give one period its dimension, and check that the periods fit."""
        object.__setattr__(self, "car_seconds", np.atleast_2d(self.car_seconds))
        starts = self.period_start_s
        if len(starts) != len(self.car_seconds):
            raise ValueError(f"{len(starts)} periods begin, but car_seconds has {len(self.car_seconds)}")
        rising = all(first < second for first, second in zip(starts, (*starts[1:], DAY_SECONDS), strict=True))
        if starts[0] != 0 or not rising:
            raise ValueError(f"periods must begin at second 0 and rise within the day, not {starts}")

    @classmethod
    def free_flow(cls, network: Network) -> NetworkState:
        """Nobody in the way and everything open."""
        forward = network.links["car_seconds"].to_numpy(dtype=np.float64, na_value=np.nan)
        backward = network.links["car_seconds_backward"].to_numpy(dtype=np.float64, na_value=np.nan)
        star = network.graph
        seconds = np.where(star.backward, backward[star.link], forward[star.link])
        return cls(car_seconds=np.where(np.isnan(seconds), IMPASSABLE, seconds).astype(np.int64))

    def passable_car_seconds(self, network: Network, period: int = 0) -> NDArray[np.int64]:
        """Car seconds per arc in a period, with closed links and nodes made impassable."""
        seconds: NDArray[np.int64] = self.car_seconds[period]
        if not self.closed_links and not self.closed_nodes:
            return seconds
        star = network.graph
        links = network.links.index.isin(list(self.closed_links))
        nodes = network.nodes.index.isin(list(self.closed_nodes))
        closed = links[star.link] | nodes[star.tail] | nodes[star.head]
        return np.where(closed, IMPASSABLE, seconds)
