"""Who does not set out: shares of trips by where they lead, what they take and when they would leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.simulation_stay_home import StayHome


class StaysHome:
    """Shares of the trips of one part of the day between nodes."""

    def __init__(self, network: Network, items: Sequence[StayHome], places: Sequence[str], kinds: Sequence[str]) -> None:
        """Find out which of the places each order holds for; trips count `places` and `kinds`."""
        self._items = [(item.from_s, item.until_s, item.share) for item in items]
        self._there = [np.array([_holds(network, item, place) for place in places], dtype=np.bool_) for item in items]
        self._heeds = [np.array([kind in item.of for kind in kinds], dtype=np.bool_) for item in items]

    def __bool__(self) -> bool:
        """Whether anybody is told anything."""
        return bool(self._items)

    def share(
        self, origin: NDArray[np.int32], destination: NDArray[np.int32], kind: NDArray[np.int8], leave_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Share of each trip that is not made; seconds from midnight before day 1."""
        found = np.zeros(len(leave_s))
        for (from_s, until_s, share), there, heeds in zip(self._items, self._there, self._heeds, strict=True):
            own = (leave_s >= from_s) & (leave_s < until_s)
            if own.any():
                own &= heeds[kind] & (there[origin] | there[destination])
                found[own] = np.maximum(found[own], share)
        return found


def _holds(network: Network, item: StayHome, place: str) -> bool:
    """Whether a place or node is one of an order's, or lies in one of its cities."""
    if place in item.places:
        return True
    if place not in network.node_index:
        return False
    row = network.nodes.loc[place]
    return row["place"] in item.places or row["city"] in item.places
