"""The canonical graph: forward-star arrays with link identifiers, parallel arcs kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class ForwardStar:
    """Arcs sorted by tail; those of node `n` are `first_arc[n]:first_arc[n + 1]`. A two-way link is two arcs."""

    first_arc: NDArray[np.int64]
    """First arc of each node (n nodes + 1)."""
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    link: NDArray[np.int32]
    """Row of the link in the links frame."""
    backward: NDArray[np.bool_]
    """Whether the arc runs against the link's own direction."""

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.first_arc) - 1

    @property
    def arc_count(self) -> int:
        """Number of arcs."""
        return len(self.head)


def build_forward_star(node_count: int, tails: Sequence[int], heads: Sequence[int], directed: Sequence[bool]) -> ForwardStar:
    """Forward star of links given by the rows of their end nodes; links that are not directed get an arc each way."""
    count = len(tails)
    both_ways = np.flatnonzero(~np.asarray(directed, dtype=bool))
    link = np.concatenate([np.arange(count), both_ways]).astype(np.int32)
    backward = np.concatenate([np.zeros(count, dtype=bool), np.ones(len(both_ways), dtype=bool)])
    forward_tail, forward_head = np.asarray(tails, dtype=np.int32), np.asarray(heads, dtype=np.int32)
    tail = np.where(backward, forward_head[link], forward_tail[link]).astype(np.int32)
    head = np.where(backward, forward_tail[link], forward_head[link]).astype(np.int32)
    order = np.lexsort((backward, link, head, tail))
    tail, head, link, backward = tail[order], head[order], link[order], backward[order]
    first_arc = np.zeros(node_count + 1, dtype=np.int64)
    np.cumsum(np.bincount(tail, minlength=node_count), out=first_arc[1:])
    return ForwardStar(first_arc=first_arc, tail=tail, head=head, link=link, backward=backward)
