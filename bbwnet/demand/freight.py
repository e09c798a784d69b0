"""Freight demand: tonnes a year between the ends of freight, by commodity."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.gravity import Side
    from bbwnet.scenario.schema.base import Confidence
    from bbwnet.scenario.schema.freight import FreightCommodity

EndKind = Literal["zone", "site", "gateway", "sea"]
"""`zone`: a zone of the region; `site`: a node in one, such as a port, where a works stands; `gateway`: a place outside, or a node in it
that no sea lane reaches; `sea`: a port outside at a sea lane, and the sea beyond it."""

END_KINDS: tuple[EndKind, ...] = ("zone", "site", "gateway", "sea")


LEFT_OUT = (
    "freight within a zone or works",
    "goods from ship to ship at a port",
    "pipelines: what they carry away from refineries and gas terminals",
    "empty containers",
)
"""What freight demand holds nothing of."""


@dataclass(frozen=True)
class SiteTonnes:
    """A freight site with its tonnes in the year of the demand, before anything is cut for want of balance or of a way."""

    site: str
    end: str
    commodity: FreightCommodity
    side: Side
    tonnes_year: float
    """Of a site that balances: its weight."""
    balances: bool
    confidence: Confidence


@dataclass(frozen=True)
class FreightStranded:
    """Tonnes a year that an end would send or receive, had it anyone to trade with."""

    commodity: FreightCommodity
    end: str
    side: Side
    tonnes_year: float
    why: str


@dataclass(frozen=True)
class FreightDemand:
    """Tonnes of a year from origin to destination, by commodity; ends sorted by identifier, no freight within an end."""

    commodities: tuple[FreightCommodity, ...]
    """In the order of `FREIGHT_COMMODITIES` (c)."""
    ends: tuple[str, ...]
    """Places and nodes where freight begins and ends (n)."""
    kinds: tuple[EndKind, ...]
    tonnes_year: NDArray[np.float64]
    """c x n x n: tonnes a year from origin to destination."""
    tonnes_per_teu: NDArray[np.float64]
    """c: tonnes in a loaded TEU; not-a-number for what is in no container."""
    stranded: tuple[FreightStranded, ...]
    """What found no partner; by commodity, then end."""
    gaps: NDArray[np.float64]
    """c: largest relative error of what an end sends or receives against what it was asked to."""
    converged: bool
    sites: tuple[SiteTonnes, ...] = ()
    """The sites that are part of it, by identifier."""
    left_out: tuple[str, ...] = LEFT_OUT
    """What it holds nothing of, in words."""

    def __post_init__(self) -> None:
        """Refuse what is no demand; raises `ValueError`."""
        if list(self.ends) != sorted(set(self.ends)):
            raise ValueError("ends must be sorted, each once")
        many, count = len(self.commodities), len(self.ends)
        if self.tonnes_year.shape != (many, count, count) or len(self.kinds) != count:
            raise ValueError(f"tonnes {self.tonnes_year.shape} and {len(self.kinds)} kinds do not fit {many} commodities and {count} ends")
        if self.tonnes_per_teu.shape != (many,) or self.gaps.shape != (many,):
            raise ValueError(f"tonnes per TEU and gaps must be given for each of {many} commodities")
        if not (np.isfinite(self.tonnes_year).all() and (self.tonnes_year >= 0).all()):
            raise ValueError("tonnes must be finite and not negative")
        if np.einsum("cii->ci", self.tonnes_year).any():
            raise ValueError("tonnes within an end are local haulage, which is no part of demand")

    def of(self, commodity: str) -> NDArray[np.float64]:
        """Origin x destination tonnes a year of a commodity; raises `KeyError` for one that is not there."""
        return np.asarray(self.tonnes_year[self._row(commodity)])

    def teu_year(self, commodity: str = "containers") -> NDArray[np.float64]:
        """Origin x destination loaded TEU a year; none of a commodity that is in no container. Raises `KeyError` as `of`."""
        per_teu = self.tonnes_per_teu[self._row(commodity)]
        return np.asarray(self.of(commodity) / per_teu) if per_teu > 0 else np.zeros_like(self.of(commodity))

    def rows(self, kind: EndKind) -> NDArray[np.bool_]:
        """Which ends are of a kind (n)."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)

    def total(self, commodity: str | None = None) -> float:
        """Tonnes a year of a commodity, or of all."""
        return math.fsum((self.tonnes_year if commodity is None else self.of(commodity)).ravel())

    def _row(self, commodity: str) -> int:
        if commodity not in self.commodities:
            raise KeyError(f"no commodity {commodity}; there are {', '.join(self.commodities)}")
        return [str(own) for own in self.commodities].index(commodity)
