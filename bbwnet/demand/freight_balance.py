"""Balancing freight: of each commodity as much is sent as received, because distant ends supply what is lacking and take the surplus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.freight import FreightStranded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.demand.gravity import Side
    from bbwnet.scenario.schema.freight import CommodityDemand, FreightCommodity

NOBODY_TAKES = "more is sent in all than is received, and no end balances"
NOBODY_GIVES = "more is received in all than is sent, and no end balances"
_LEAST_SHARE = 1e-12
"""What differs by less than this share differs by rounding."""


@dataclass(frozen=True)
class Traded:
    """Tonnes a year that n ends send and receive of one commodity: all of it, and the part that only ends of kind `sea` take or give."""

    sent: NDArray[np.float64]
    received: NDArray[np.float64]
    sent_to_sea: NDArray[np.float64]
    received_from_sea: NDArray[np.float64]


def balanced(
    commodity: FreightCommodity,
    names: Sequence[str],
    traded: Traded,
    supply_weight: NDArray[np.float64],
    market_weight: NDArray[np.float64],
    choice: CommodityDemand,
) -> tuple[Traded, tuple[FreightStranded, ...]]:
    """Add to what n ends trade that of the ends that balance, by weight (n), so that as much is sent as received.

    At least `exported_share` of what is sent and not for the sea alone goes to the ends that balance, and `imported_share` of what is
    received comes from them; they take any surplus, and send what the others then lack. Where none balances, the greater side is cut, all
    ends alike, and the cut is listed.
    """
    sent, received = math.fsum(traded.sent), math.fsum(traded.received)
    supplies, markets = math.fsum(supply_weight) > 0, math.fsum(market_weight) > 0
    exported = _exported(traded, choice, supplies=supplies) if markets else 0.0
    imported = max(0.0, received - (sent - exported)) if supplies else 0.0
    out, into = sent + imported, received + exported
    keep_sent = min(1.0, into / out) if out > 0 else 1.0
    keep_received = min(1.0, out / into) if into > 0 else 1.0
    lost = [
        *_cut(commodity, names, traded.sent, keep_sent, "production", NOBODY_TAKES),
        *_cut(commodity, names, traded.received, keep_received, "attraction", NOBODY_GIVES),
    ]
    found = Traded(
        sent=traded.sent * keep_sent + _shared(imported * keep_sent, supply_weight),
        received=traded.received * keep_received + _shared(exported * keep_received, market_weight),
        sent_to_sea=traded.sent_to_sea * keep_sent,
        received_from_sea=traded.received_from_sea * keep_received,
    )
    return found, tuple(lost)


def _exported(traded: Traded, choice: CommodityDemand, *, supplies: bool) -> float:
    """Tonnes that go to ends that balance: the least share, or so many that those that supply have enough to supply.

    What is received from the sea alone cannot be met by the others, so that much of theirs is surplus. Without ends that supply
    nothing can take the place of what is exported: then it is the surplus only.
    """
    sent, received = math.fsum(traded.sent), math.fsum(traded.received)
    if not supplies:
        return max(0.0, sent - received)
    for_sea, from_sea = math.fsum(traded.sent_to_sea), math.fsum(traded.received_from_sea)
    least_export = for_sea + choice.exported_share * (sent - for_sea)
    least_import = from_sea + choice.imported_share * (received - from_sea)
    return min(sent, max(least_export, sent - received + least_import))


def _shared(total: float, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    weights = math.fsum(weight)
    return np.asarray(total * weight / weights) if weights > 0 else np.zeros_like(weight)


def _cut(
    commodity: FreightCommodity, names: Sequence[str], tonnes: NDArray[np.float64], keep: float, side: Side, why: str
) -> list[FreightStranded]:
    if keep >= 1 - _LEAST_SHARE:
        return []
    return [
        FreightStranded(commodity, name, side, float(own * (1 - keep)), why) for name, own in zip(names, tonnes, strict=True) if own > 0
    ]
