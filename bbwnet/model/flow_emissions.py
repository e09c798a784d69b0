"""What flows emit: kilometres and handled tonnes by the factors of the network's data, each by what it is given per."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from bbwnet.scenario.schema.base import CONFIDENCES
from bbwnet.scenario.schema.fares import Pollutant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.base import Confidence

POLLUTANTS: tuple[Pollutant, ...] = get_args(Pollutant)
"""In the order of tables."""


@dataclass(frozen=True)
class Emitted:
    """Kilograms of each pollutant; `None` where no factor is known, or nothing that it could be multiplied with."""

    kg: Mapping[Pollutant, float | None]
    confidence: Confidence | None
    """Of the least sure factor used."""


def emitted(
    network: Network, mode: str | None, km: Mapping[str, float | None], *, train_class: str | None = None, tonnes: float = 0.0
) -> Emitted:
    """Kilograms of a mode: its factor times the kilometres by what it is given per, of handling times `tonnes`.

    `km` are by `person`, `vehicle` and `tonne`. A `mode` of `None` has no factors.
    """
    factors = network.assembly.emission_factors
    kg: dict[Pollutant, float | None] = {}
    worst: Confidence | None = None
    for pollutant in POLLUTANTS:
        factor = None if mode is None else factors.get((mode, train_class, pollutant)) or factors.get((mode, None, pollutant))
        length = None if factor is None else 0.0 if factor.mode == "handling" else km.get(factor.per)
        kg[pollutant] = None if factor is None or length is None else factor.factor_kg_km * length + factor.factor_kg_t * tonnes
        if factor is not None and length is not None:
            worst = factor.confidence if worst is None else max(worst, factor.confidence, key=CONFIDENCES.index)
    return Emitted(kg, worst)


def together(parts: Sequence[Emitted]) -> Emitted:
    """The sum of several; a pollutant that one of them does not know is not known of all, and nothing is known of none."""
    kg: dict[Pollutant, float | None] = {}
    for pollutant in POLLUTANTS:
        values = [part.kg[pollutant] for part in parts]
        known = [value for value in values if value is not None]
        kg[pollutant] = math.fsum(known) if known and len(known) == len(values) else None
    sure = [part.confidence for part in parts if part.confidence is not None]
    return Emitted(kg, max(sure, key=CONFIDENCES.index) if sure else None)
