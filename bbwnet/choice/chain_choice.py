"""Choice among chains of modes by nested logit: road, rail, river or sea; by sea the ports, then the way to and from each port.

With costs C (CNY a tonne), sensitivity t (t/CNY) and scales 1 >= s(port) >= s(inland) (Ben-Akiva and Lerman 1985, chapter 10):

    to(o, p)   = -s(inland)/t ln sum over modes m of exp(-t C(m, o, p) / s(inland))       expected least cost to a port; from it alike
    on(p, d)   = -s(port)/t ln sum over q of exp(-t (C(p, q) + from(q, d)) / s(port))
    sea(o, d)  = -s(port)/t ln sum over p of exp(-t (to(o, p) + on(p, d)) / s(port))
    L(o, d)    = -1/t ln (exp(-t road) + exp(-t rail) + exp(-t river) + exp(-t sea))

so that pairs of ports (p, q) are one nest. Shares are the products of those of each nest, and add up to 1. Alternatives less likely than
`least_likely` over the likeliest of their nest are not considered, at every nest alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from bbwnet.choice.chain_kernels import SEA, flows_of_chains, inland_nests, list_chains, onward_costs

if TYPE_CHECKING:
    from numpy.typing import NDArray

INLAND_MODES: Final = ("road", "rail", "water")
"""Modes of a direct chain, and of the ways to and from ports, in the order of all arrays by mode."""
SEA_WAY: Final = SEA
"""Way of chains by sea, behind those of `INLAND_MODES`."""


@dataclass(frozen=True)
class ChainCosts:
    """Generalised costs of a commodity between n ends and over p ports, CNY a tonne, infinite where there is no way."""

    direct: NDArray[np.float64]
    """3 x n x n: door to door by one of `INLAND_MODES`."""
    to_port: NDArray[np.float64]
    """3 x n x p."""
    sea: NDArray[np.float64]
    """p x p: from the gate of a port over the sea to the gate of another."""
    from_port: NDArray[np.float64]
    """3 x p x n."""


@dataclass(frozen=True)
class ChainScales:
    """How sharply shippers choose."""

    sensitivity: float
    """Utility lost with each CNY a tonne."""
    port: float = 1.0
    inland: float = 1.0
    least_likely: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no nested choice; raises `ValueError`."""
        if not (self.sensitivity > 0 and 0 < self.inland <= self.port <= 1 and 0 <= self.least_likely < 1):
            raise ValueError("sensitivity must be above 0, 0 < inland <= port <= 1, and least_likely at least 0 and below 1")

    @property
    def depth(self) -> float:
        """Scales by which an alternative may be dearer than the cheapest of its nest."""
        return math.inf if self.least_likely == 0 else -math.log(self.least_likely)


@dataclass(frozen=True)
class ChainFlows:
    """Tonnes of a commodity by leg of their chains."""

    direct: NDArray[np.float64]
    """3 x n x n: door to door by one of `INLAND_MODES`."""
    to_port: NDArray[np.float64]
    """3 x n x p."""
    sea: NDArray[np.float64]
    """p x p."""
    from_port: NDArray[np.float64]
    """3 x p x n."""
    expected_cost: NDArray[np.float64]
    """n x n: expected least cost (the logsum over minus the sensitivity); infinite where there is no chain, or no tonnes."""
    unserved: NDArray[np.float64]
    """n x n: tonnes for which there is no chain."""


@dataclass(frozen=True)
class ListedChains:
    """Chains that are taken (k), by origin, then destination."""

    origin: NDArray[np.int32]
    destination: NDArray[np.int32]
    way: NDArray[np.int32]
    """Place in `INLAND_MODES`, or `SEA_WAY`."""
    port_out: NDArray[np.int32]
    """Ports, -1 of chains that are not by sea."""
    port_in: NDArray[np.int32]
    mode_out: NDArray[np.int32]
    """Modes to and from the ports, -1 of chains that are not by sea."""
    mode_in: NDArray[np.int32]
    share: NDArray[np.float64]
    """Share of what goes from origin to destination: those of a pair add up to 1."""


class ChainChoice:
    """The choice of a commodity's shippers at given costs."""

    def __init__(self, costs: ChainCosts, scales: ChainScales) -> None:
        """Work out what ports and the ways to them cost; raises `ValueError` for costs that do not fit, are no numbers or endlessly low."""
        _check(costs)
        self._scale, self._depth = 1 / scales.sensitivity, scales.depth
        self._port = self._scale * scales.port
        self._direct, self._sea = np.ascontiguousarray(costs.direct), np.ascontiguousarray(costs.sea)
        inland = self._scale * scales.inland
        self._before, self._share_out = _nests(costs.to_port, inland, self._depth)
        self._after, self._share_in = _nests(costs.from_port, inland, self._depth)
        self._onward = np.empty(self._after.shape)
        onward_costs(self._sea, self._after, self._port, self._depth * self._port, self._onward)

    def flows(self, tonnes: NDArray[np.float64]) -> ChainFlows:
        """Send tonnes from origin to destination (n x n, not negative) over their chains. Raises `ValueError` for another shape."""
        wanted = self._fitting(tonnes)
        by_way, expected = np.zeros(self._direct.shape), np.empty(wanted.shape)
        to_port, at_sea, from_port = (np.zeros(own.shape) for own in (self._before, self._sea, self._after))
        flows_of_chains(
            wanted,
            self._direct,
            self._before,
            self._onward,
            self._sea,
            self._after,
            self._scale,
            self._port,
            self._depth,
            by_way,
            to_port,
            at_sea,
            from_port,
            expected,
        )
        unserved = np.where(np.isinf(expected), wanted, 0.0)
        return ChainFlows(by_way, self._share_out * to_port, at_sea, self._share_in * from_port, expected, unserved)

    def listed(self, tonnes: NDArray[np.float64], least_tonnes: float = 0.0) -> ListedChains:
        """List the chains of tonnes between ends (n x n); those of less than `least_tonnes` go with the others of their pair."""
        rows, share = list_chains(
            self._fitting(tonnes),
            least_tonnes,
            self._direct,
            self._before,
            self._onward,
            self._sea,
            self._after,
            self._share_out,
            self._share_in,
            self._scale,
            self._port,
            self._depth,
        )
        origin, destination, way, port_out, port_in, mode_out, mode_in = (np.ascontiguousarray(rows[:, k]) for k in range(7))
        return ListedChains(origin, destination, way, port_out, port_in, mode_out, mode_in, share)

    def _fitting(self, tonnes: NDArray[np.float64]) -> NDArray[np.float64]:
        if tonnes.shape != self._direct.shape[1:]:
            raise ValueError(f"tonnes have shape {tonnes.shape}, expected {self._direct.shape[1:]}")
        return np.ascontiguousarray(tonnes, dtype=np.float64)


def _nests(cost: NDArray[np.float64], scale: float, depth: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected cost and shares of the modes to or from ports."""
    expected, share = np.empty(cost.shape[1:]), np.empty(cost.shape)
    inland_nests(np.ascontiguousarray(cost), scale, depth * scale, expected, share)
    return expected, share


def _check(costs: ChainCosts) -> None:
    ends, ports = costs.direct.shape[-1], costs.sea.shape[-1]
    modes = len(INLAND_MODES)
    shapes = {
        "direct": (costs.direct, (modes, ends, ends)),
        "to_port": (costs.to_port, (modes, ends, ports)),
        "sea": (costs.sea, (ports, ports)),
        "from_port": (costs.from_port, (modes, ports, ends)),
    }
    for name, (values, shape) in shapes.items():
        if values.shape != shape:
            raise ValueError(f"{name} has shape {values.shape}, expected {shape}")
        if np.isnan(values).any() or np.isneginf(values).any():
            raise ValueError(f"{name} has costs that are not numbers, or endlessly low")
