"""What flows emit: kilometres by the factors of the network's data, each by what it is given per."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from bbwnet.scenario.schema.base import CONFIDENCES
from bbwnet.scenario.schema.fares import Pollutant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.base import Confidence

POLLUTANTS: tuple[Pollutant, ...] = get_args(Pollutant)
"""In the order of tables."""


@dataclass(frozen=True)
class Emitted:
    """Kilograms of a mean day by pollutant; `None` where no factor is known, or no kilometres."""

    kg: Mapping[Pollutant, float | None]
    confidence: Confidence | None
    """Of the least sure factor used."""


def emitted(network: Network, mode: str | None, km: Mapping[str, float | None], train_class: str | None = None) -> Emitted:
    """Kilograms of a mode for kilometres by what a factor may be given per (`person`, `vehicle`, `tonne`); `None` has no factors."""
    factors = network.assembly.emission_factors
    kg: dict[Pollutant, float | None] = {}
    worst: Confidence | None = None
    for pollutant in POLLUTANTS:
        factor = None if mode is None else factors.get((mode, train_class, pollutant)) or factors.get((mode, None, pollutant))
        length = None if factor is None else km.get(factor.per)
        kg[pollutant] = None if factor is None or length is None else factor.factor_kg_km * length
        if factor is not None and length is not None:
            worst = factor.confidence if worst is None else max(worst, factor.confidence, key=CONFIDENCES.index)
    return Emitted(kg, worst)
