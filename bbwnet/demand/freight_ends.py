"""The ends of freight: what zones, works, gateways and distant coasts send and receive in a year, before it is known to whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.freight import EndKind, FreightStranded
    from bbwnet.scenario.schema.freight import FreightCommodity


@dataclass(frozen=True)
class FreightEnds:
    """Tonnes a year that n ends, sorted by identifier, send and receive of c commodities; of each commodity as much is sent as received."""

    year: int
    """Calendar year of the figures."""
    commodities: tuple[FreightCommodity, ...]
    names: tuple[str, ...]
    kinds: tuple[EndKind, ...]
    productions: NDArray[np.float64]
    """c x n: tonnes a year sent."""
    attractions: NDArray[np.float64]
    """c x n: tonnes a year received."""
    sea_productions: NDArray[np.float64]
    """c x n: the part of `productions` that goes to ends of kind `sea` only."""
    sea_attractions: NDArray[np.float64]
    """c x n: the part of `attractions` that comes from ends of kind `sea` only."""
    unbalanced: tuple[FreightStranded, ...]
    """What no end took or had to give in total, taken off all ends alike; by commodity, then end."""
    without_persons: tuple[str, ...]
    """Zones without any population figure, which send and receive nothing by rates."""

    def rows(self, kind: EndKind) -> NDArray[np.bool_]:
        """Which ends are of a kind (n)."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)
