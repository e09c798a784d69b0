"""Road times from many places to many: a graph of arcs with whole seconds, its matrices and what lies within a limit.

Arcs may last no time at all and may run parallel (the quickest counts). Results do not depend on how they are found: `matrix`
searches from every origin, or joins the labels of a hierarchy once there is one (`prepare`, `bbwnet.routing.road_hierarchy`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from bbwnet.routing.road_dissection import Dissection
from bbwnet.routing.road_hierarchy import RoadHierarchy
from bbwnet.routing.road_kernels import LONGEST_ARC_S, UNREACHED, breadth_first, ring_of_buckets, search_sums, search_to_each, search_within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

NODES_WORTH_PREPARING = 5_000
"""Fewer nodes are searched from every origin in no time, and the kernels of the hierarchy need not even be compiled."""

ORIGINS_WORTH_PREPARING = 150
"""Searches that take as long as a hierarchy: measured on grids of 100,000 and 1,000,000 nodes (`benchmarks/road_matrix.py`)."""
SUMS_A_NODE = 400
"""Min-plus sums of a hierarchy in the time in which a search passes a node, on the cautious side: 0.05 ns against 40 ns."""
MOST_BLOCK_BYTES = 4 * 10**9
"""Largest hierarchy that is built; a grid of a million nodes takes 0.4 GB."""

__all__ = ["UNREACHED", "Reach", "RoadGraph"]


@dataclass(frozen=True)
class Reach:
    """Nodes within a limit of each origin; those of origin `i` are `node[first[i]:first[i + 1]]`, the origin among them."""

    first: NDArray[np.int64]
    """First entry of each origin (origins + 1)."""
    node: NDArray[np.int32]
    seconds: NDArray[np.int32]
    """Least seconds from the origin to the node."""

    def of(self, number: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Nodes and seconds of one origin, by its place in the list given."""
        part = slice(self.first[number], self.first[number + 1])
        return self.node[part], self.seconds[part]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of nodes within the limit of each origin, the origin itself included."""
        return np.diff(self.first)


@dataclass(frozen=True)
class _Layout:
    """Where nodes and arcs lie in memory: neighbours near each other, whatever the numbers that the caller gave them.

    A node that no way may pass is two: one where ways end, and behind all others one where they begin.
    """

    place: NDArray[np.int32]
    """Place of each node given, where ways end."""
    start: NDArray[np.int32]
    """Place where ways from each node begin."""
    node: NDArray[np.int32]
    """Node at each place."""
    arc: NDArray[np.int64]
    """Arcs given, in the order in which they lie: by tail, head, then as given."""
    first_arc: NDArray[np.int32]
    head: NDArray[np.int32]


class _DissectedOnce:
    """The dissection of a layout, shared by the graphs that have it, made when it is first asked for."""

    def __init__(self) -> None:
        self._is_made = False
        self._dissection: Dissection | None = None

    def once(self, layout: _Layout) -> Dissection | None:
        """Return the dissection; `None` if a hierarchy of it would be too large."""
        if not self._is_made:
            dissection = Dissection.of(layout.first_arc, layout.head)
            self._dissection = None if dissection is None or dissection.block_bytes > MOST_BLOCK_BYTES else dissection
            self._is_made = True
        return self._dissection


class RoadGraph:
    """Directed road graph with whole seconds on its arcs; searches on it are exact and deterministic."""

    def __init__(
        self,
        node_count: int,
        tail: ArrayLike,
        head: ArrayLike,
        seconds: ArrayLike,
        no_through: ArrayLike | None = None,
    ) -> None:
        """Take arcs by tail, head (0 to `node_count` - 1) and seconds (whole, 0 or more).

        Ways may begin and end at the nodes of `no_through` (`node_count` booleans), but not pass them. Raises `ValueError`, naming the
        first arc or node at fault, for arrays of unlike length, nodes out of range, fractions, and seconds that are negative or too many.
        """
        if node_count < 0:
            raise ValueError(f"node_count (={node_count}) must be 0 or more")
        tails = _whole("tail", tail)
        heads = _whole("head", head)
        if len(tails) != len(heads):
            raise ValueError(f"tail has {len(tails)} arcs, head {len(heads)}: they must be equally many")
        _check_nodes("tail", tails, node_count)
        _check_nodes("head", heads, node_count)
        self._layout = _lay_out(node_count, tails, heads, _no_through(no_through, node_count))
        self._node_count = node_count
        self._dissection = _DissectedOnce()
        self._hierarchy: RoadHierarchy | None = None
        self._take_seconds(seconds)

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return self._node_count

    @property
    def arc_count(self) -> int:
        """Number of arcs, parallel ones included."""
        return len(self._layout.head)

    def with_seconds(self, seconds: ArrayLike) -> Self:
        """Return the same graph with other seconds on its arcs, in the order given at first; what was laid out is shared.

        Raises `ValueError` as the constructor does. If this graph has been prepared, so is the one returned.
        """
        other = object.__new__(type(self))
        other._layout, other._node_count, other._dissection = self._layout, self._node_count, self._dissection
        other._hierarchy = None
        other._take_seconds(seconds)
        return other.prepare() if self._hierarchy else other

    def prepare(self) -> Self:
        """Build the hierarchy that `matrix` then uses, unless there is one; return the graph itself.

        It pays from a few hundred origins on, or where matrices are asked for again and again; a graph of `with_seconds` is prepared
        sooner than the first. Raises `ValueError` if nodes are joined so closely, as no roads are, that a hierarchy would be too large.
        """
        dissection = self._dissection.once(self._layout)
        if dissection is None:
            raise ValueError("the nodes of this graph are joined too closely for a hierarchy")
        if self._hierarchy is None:
            self._hierarchy = RoadHierarchy(dissection, self._layout.first_arc, self._arc)
        return self

    def _is_worth_preparing(self, origin_count: int) -> bool:
        """Whether a hierarchy costs less time than a search from every origin."""
        if origin_count < ORIGINS_WORTH_PREPARING or self._node_count < NODES_WORTH_PREPARING:
            return False
        dissection = self._dissection.once(self._layout)
        return dissection is not None and dissection.sum_count <= origin_count * self._node_count * SUMS_A_NODE

    def matrix(self, origins: ArrayLike, destinations: ArrayLike, limit_s: int | None = None) -> NDArray[np.int32]:
        """Least seconds from every origin to every destination; `UNREACHED` where there is no way, or none within `limit_s`.

        Prepares the graph first if that is the sooner way: many origins and no limit. Raises `ValueError` for nodes out of range and a
        negative limit.
        """
        starts, ends = self._nodes("origins", origins), self._nodes("destinations", destinations)
        limit = _limit(limit_s)
        layout = self._layout
        if limit_s is None and self._hierarchy is None and self._is_worth_preparing(min(len(starts), self._node_count)):
            self.prepare()
        if self._hierarchy is not None:
            seconds = self._hierarchy.matrix(layout.start[starts], layout.place[ends])
            if len(layout.node) > self._node_count:
                seconds[starts[:, np.newaxis] == ends] = 0  # a node that no way may pass is two
            if limit_s is not None:
                seconds[seconds > limit] = UNREACHED
            return seconds
        seconds = np.empty((len(starts), len(ends)), dtype=np.int32)
        if seconds.size:
            search_to_each(
                layout.first_arc, self._arc, layout.start[starts], layout.place[starts], layout.place[ends], limit, self._ring, seconds
            )
        return seconds

    def from_one(self, origin: int, limit_s: int | None = None) -> NDArray[np.int32]:
        """Least seconds from one node to every node; `UNREACHED` where there is no way, or none within `limit_s`."""
        reach = self.within([origin], UNREACHED - 1 if limit_s is None else limit_s)
        seconds = np.full(self._node_count, UNREACHED, dtype=np.int32)
        seconds[reach.node] = reach.seconds
        return seconds

    def within(self, origins: ArrayLike, limit_s: int) -> Reach:
        """Every node within `limit_s` seconds of each origin, in the order in which the search from it meets them.

        Memory is 8 bytes for every node reached. Raises `ValueError` as `matrix` does.
        """
        starts = self._nodes("origins", origins)
        layout = self._layout
        limit, starts_at, ends_at = _limit(limit_s), layout.start[starts], layout.place[starts]
        return Reach(*search_within(layout.first_arc, self._arc, starts_at, ends_at, layout.node, limit, self._ring))

    def sums_within(self, origins: ArrayLike, limits_s: Sequence[int], weight: ArrayLike) -> NDArray[np.float64]:
        """Weight (such as people) of the nodes within each limit of each origin (origins × limits), the origin's own included.

        `weight` holds a finite number for every node. Raises `ValueError` as `matrix` does, and for weights that do not fit.
        """
        starts = self._nodes("origins", origins)
        limits = np.array([_limit(limit_s) for limit_s in limits_s], dtype=np.int64)
        weights = np.asarray(weight, dtype=np.float64)
        if weights.shape != (self._node_count,) or not np.isfinite(weights).all():
            raise ValueError(f"weight must hold a finite number for each of the {self._node_count} nodes")
        layout = self._layout
        sums = np.zeros((len(starts), len(limits)))
        if sums.size:
            at_place = np.zeros(len(layout.node))
            at_place[layout.place] = weights
            search_sums(layout.first_arc, self._arc, layout.start[starts], layout.place[starts], limits, at_place, self._ring, sums)
        return sums

    def _nodes(self, name: str, nodes: ArrayLike) -> NDArray[np.int64]:
        checked = _whole(name, nodes)
        _check_nodes(name, checked, self._node_count)
        return checked

    def _take_seconds(self, seconds: ArrayLike) -> None:
        """Check the seconds and lay them out beside the heads."""
        layout = self._layout
        whole = _whole("seconds", seconds)
        if len(whole) != len(layout.arc):
            raise ValueError(f"seconds has {len(whole)} values for {len(layout.arc)} arcs: there must be one for each")
        wrong = np.flatnonzero((whole < 0) | (whole > LONGEST_ARC_S))
        if len(wrong):
            raise ValueError(f"seconds of arc {wrong[0]} (={whole[wrong[0]]}) must be 0 to {LONGEST_ARC_S}")
        ordered = whole[layout.arc]
        longest_leaving = np.zeros(len(layout.node), dtype=np.int64)
        np.maximum.at(longest_leaving, np.repeat(np.arange(len(layout.node)), np.diff(layout.first_arc)), ordered)
        if longest_leaving.sum() >= UNREACHED:  # a least-time way leaves every node once at most
            raise ValueError(
                f"seconds are too many: a way over all nodes might last {longest_leaving.sum()} s, {UNREACHED - 1} s is the most"
            )
        self._arc = np.column_stack([layout.head, ordered.astype(np.int32)]).ravel()
        self._ring = ring_of_buckets(int(ordered.max(initial=0)))


def _lay_out(node_count: int, tail: NDArray[np.int64], head: NDArray[np.int64], closed: NDArray[np.bool_]) -> _Layout:
    """Lay nodes and arcs in the order in which a breadth-first search meets them."""
    node = np.concatenate([np.arange(node_count), np.flatnonzero(closed)])
    start = np.arange(node_count)
    start[closed] = np.arange(node_count, len(node))
    begin = start[tail]
    first_arc, order = _sorted_arcs(len(node), begin, head)
    met = breadth_first(first_arc, head[order].astype(np.int32))
    place = np.empty(len(node), dtype=np.int32)
    place[met] = np.arange(len(node))
    first_arc, order = _sorted_arcs(len(node), place[begin], place[head])
    return _Layout(
        place=place[:node_count],
        start=place[start],
        node=node[met].astype(np.int32),
        arc=order,
        first_arc=first_arc,
        head=place[head[order]],
    )


def _sorted_arcs(node_count: int, tail: NDArray[np.integer], head: NDArray[np.integer]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """First arc of every node, and the arcs by tail and head."""
    first_arc = np.zeros(node_count + 1, dtype=np.int32)
    np.cumsum(np.bincount(tail, minlength=node_count), out=first_arc[1:])
    return first_arc, np.lexsort((head, tail))


def _whole(name: str, values: ArrayLike) -> NDArray[np.int64]:
    """The values as one row of whole numbers."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise ValueError(f"{name} must be one row of values, not {array.ndim} dimensions")
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind == "f":
        wrong = np.flatnonzero(~(np.isfinite(array) & (array == np.floor(array)) & (np.abs(array) < 2**53)))
        if len(wrong):
            raise ValueError(f"{name}[{wrong[0]}] (={array[wrong[0]]}) must be a whole number")
    elif array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be whole numbers, not {array.dtype}")
    return array.astype(np.int64)


def _check_nodes(name: str, nodes: NDArray[np.int64], node_count: int) -> None:
    wrong = np.flatnonzero((nodes < 0) | (nodes >= node_count))
    if len(wrong):
        raise ValueError(f"{name}[{wrong[0]}] (={nodes[wrong[0]]}) must be a node, 0 to {node_count - 1}")


def _no_through(no_through: ArrayLike | None, node_count: int) -> NDArray[np.bool_]:
    if no_through is None:
        return np.zeros(node_count, dtype=np.bool_)
    closed = np.asarray(no_through)
    if closed.dtype != np.bool_ or closed.shape != (node_count,):
        raise ValueError(f"no_through must be {node_count} booleans, one for each node")
    return closed


def _limit(limit_s: int | None) -> int:
    """The limit, or the longest there is."""
    if limit_s is None:
        return UNREACHED - 1
    if limit_s < 0:
        raise ValueError(f"limit_s (={limit_s}) must be 0 or more")
    return min(int(limit_s), UNREACHED - 1)
