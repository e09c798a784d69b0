"""What holds at a moment: seconds over links, closed links and nodes, cancelled trips. A network never changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.network.car_times import IMPASSABLE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network


@dataclass(frozen=True)
class NetworkState:
    """The state that routers read beside the network.

    `car_seconds` has one value per arc of the forward star (`IMPASSABLE` where cars cannot go).
    """

    car_seconds: NDArray[np.int64]
    closed_links: frozenset[str] = field(default_factory=frozenset)
    closed_nodes: frozenset[str] = field(default_factory=frozenset)
    cancelled_trips: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def free_flow(cls, network: Network) -> NetworkState:
        """Nobody in the way and everything open."""
        forward = network.links["car_seconds"].to_numpy(dtype=np.float64, na_value=np.nan)
        backward = network.links["car_seconds_backward"].to_numpy(dtype=np.float64, na_value=np.nan)
        star = network.graph
        seconds = np.where(star.backward, backward[star.link], forward[star.link])
        return cls(car_seconds=np.where(np.isnan(seconds), IMPASSABLE, seconds).astype(np.int64))

    def passable_car_seconds(self, network: Network) -> NDArray[np.int64]:
        """Car seconds per arc with closed links and nodes made impassable."""
        if not self.closed_links and not self.closed_nodes:
            return self.car_seconds
        star = network.graph
        links = network.links.index.isin(list(self.closed_links))
        nodes = network.nodes.index.isin(list(self.closed_nodes))
        closed = links[star.link] | nodes[star.tail] | nodes[star.head]
        return np.where(closed, IMPASSABLE, self.car_seconds)
