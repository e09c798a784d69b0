"""Road links for assignment: flat arrays over directed arcs, and all that is wrong with them at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.assignment.delays import DelayArrays, delay_arrays
from bbwnet.errors import NetworkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHOWN = 5
"""Links named in a message."""


@dataclass(frozen=True)
class RoadLinks:
    """Directed road links; arrays of one value a link, in the unit of time, length and money that the caller uses throughout.

    Several links may join the same two nodes. The delay of a link is BPR with `bpr_b` and `bpr_power` (constant if either is 0), or
    conical (Spiess 1990) where `conical_a` is given. Raises `NetworkError`, listing every fault.
    """

    node_count: int
    tail: NDArray[np.int32]
    """Nodes are 0 to `node_count` - 1."""
    head: NDArray[np.int32]
    free_time: NDArray[np.float64]
    capacity: NDArray[np.float64]
    """In pcu of the period that the trips are of; unused where the time is constant."""
    bpr_b: NDArray[np.float64]
    bpr_power: NDArray[np.float64]
    """0, or 1 and more: below 1 the slope at no volume has no end."""
    length: NDArray[np.float64]
    toll: NDArray[np.float64]
    no_through: NDArray[np.bool_]
    """Nodes where ways begin and end, but that none passes (one value a node)."""
    conical_a: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Above 1; NaN, or an empty array: no conical delay."""
    preload_pcu: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Traffic that is there whatever the trips do (pcu of their period): the time of a link is that of its trips and this together.
    An empty array: none."""

    def __post_init__(self) -> None:
        """Bring the arrays to their types and check them."""
        for name in ("tail", "head"):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype=np.int32))
        for name in ("free_time", "capacity", "bpr_b", "bpr_power", "length", "toll", "conical_a", "preload_pcu"):
            object.__setattr__(self, name, np.ascontiguousarray(getattr(self, name), dtype=np.float64))
        object.__setattr__(self, "no_through", np.ascontiguousarray(self.no_through, dtype=np.bool_))
        if not len(self.conical_a):
            object.__setattr__(self, "conical_a", np.full(self.link_count, np.nan))
        if not len(self.preload_pcu):
            object.__setattr__(self, "preload_pcu", np.zeros(self.link_count))
        faults = [*self._faults_of_size()] or [*self._faults_of_value()]
        if faults:
            raise NetworkError("\n".join(faults))

    @property
    def link_count(self) -> int:
        """Number of links."""
        return len(self.tail)

    @cached_property
    def delays(self) -> DelayArrays:
        """Delay functions as kernels take them."""
        return delay_arrays(self.free_time, self.capacity, self.bpr_b, self.bpr_power, self.conical_a)

    def _faults_of_size(self) -> list[str]:
        arrays = ("head", "free_time", "capacity", "bpr_b", "bpr_power", "length", "toll", "conical_a", "preload_pcu")
        found = [
            f"{name} has {len(getattr(self, name))} values, expected one for each of the {self.link_count} links"
            for name in arrays
            if getattr(self, name).shape != self.tail.shape
        ]
        if self.no_through.shape != (self.node_count,):
            found.append(f"no_through has {len(self.no_through)} values, expected one for each of the {self.node_count} nodes")
        return found

    def _faults_of_value(self) -> list[str]:
        conical = ~np.isnan(self.conical_a)
        changes = conical | ((self.bpr_b != 0) & (self.bpr_power != 0))
        checks = [
            ((self.tail < 0) | (self.tail >= self.node_count), "tail", f"a node from 0 to {self.node_count - 1}"),
            ((self.head < 0) | (self.head >= self.node_count), "head", f"a node from 0 to {self.node_count - 1}"),
            (~_at_least(self.free_time, 0), "free_time", "0 or more"),
            (changes & ~(np.isfinite(self.capacity) & (self.capacity > 0)), "capacity", "more than 0"),
            (~_at_least(self.bpr_b, 0), "bpr_b", "0 or more"),
            (~(_at_least(self.bpr_power, 1) | (self.bpr_power == 0)), "bpr_power", "0, or 1 and more"),
            (~_at_least(self.length, 0), "length", "0 or more"),
            (~_at_least(self.toll, 0), "toll", "0 or more"),
            (~_at_least(self.preload_pcu, 0), "preload_pcu", "0 or more"),
            (conical & ~(np.isfinite(self.conical_a) & (self.conical_a > 1)), "conical_a", "more than 1"),
        ]
        return [self._fault(wrong, name, expected) for wrong, name, expected in checks if wrong.any()]

    def _fault(self, wrong: NDArray[np.bool_], name: str, expected: str) -> str:
        links = np.flatnonzero(wrong)
        shown = ", ".join(f"{link} ({getattr(self, name)[link]:g})" for link in links[:_SHOWN])
        more = f" and {len(links) - _SHOWN} more" if len(links) > _SHOWN else ""
        return f"{name} of link {shown}{more}, expected {expected}"


def _at_least(values: NDArray[np.float64], least: float) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(values) & (values >= least))
