"""Distribution of freight: from what each end sends and receives to tonnes between ends, by a gravity model for each commodity.

Given apart from generation, so that a model may distribute again at the costs that chains of modes turn out to have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.deterrence import log_deterrence
from bbwnet.demand.freight import FreightDemand, FreightStranded
from bbwnet.demand.freight_ends import FreightEnds, freight_ends
from bbwnet.demand.furness import TOLERANCE
from bbwnet.demand.gravity import Gravity, Side, doubly_constrained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.freight import CommodityDemand, FreightChoice

NO_WAY = "no way to any end that it may trade with"
NOTHING_LEFT = "what it would trade with is stranded"
_MATRIX = 2
_LEAST_SHARE = 1e-9
"""What is cut by less than this share is not listed: rounding."""
MOST_SWEEPS = 2_000
FREIGHT_TOLERANCE = max(TOLERANCE, 1e-6)


def freight_demand(network: Network, cost_cny_t: NDArray[np.float64]) -> FreightDemand:
    """Freight of a network between its ends (`freight_ends(network).names`) at costs between them; see `distribute`."""
    return distribute(freight_ends(network), network.settings.demand.freight, cost_cny_t)


def distribute(
    ends: FreightEnds,
    choice: FreightChoice,
    cost_cny_t: NDArray[np.float64],
    *,
    tolerance: float = FREIGHT_TOLERANCE,
    must_converge: bool = False,
) -> FreightDemand:
    """Tonnes between n ends at generalised costs in CNY a tonne (n x n, or c x n x n by commodity; infinite where there is no way).

    Doubly constrained by commodity. Nothing goes within an end, from sea to sea, nor between gateways where the commodity's `through` says
    no; what is for the sea alone goes to and from ends of kind `sea` only. What finds no partner is listed, and what it leaves over on
    the other side is cut from all ends alike and listed too. Raises `ValueError` for costs that are none or do not fit, `DidNotConverge`
    if a commodity did not and `must_converge`.
    """
    many, count = ends.productions.shape
    if cost_cny_t.shape not in ((count, count), (many, count, count)):
        raise ValueError(f"costs {cost_cny_t.shape} do not fit {many} commodities and {count} ends")
    tonnes = np.zeros((many, count, count))
    gaps = np.zeros(many)
    stranded: list[FreightStranded] = list(ends.unbalanced)
    converged = True
    for number, commodity in enumerate(ends.commodities):
        cost = cost_cny_t if cost_cny_t.ndim == _MATRIX else cost_cny_t[number]
        traders = _traders(ends, number)
        if not traders.end.size:
            continue
        own = choice.commodities.of(commodity)
        found = doubly_constrained(
            [ends.names[end] for end in traders.end], traders.sent, traders.received,
            _log_deterrence(ends, traders, cost, own), tolerance=tolerance, most_sweeps=MOST_SWEEPS, must_converge=must_converge,
        )  # fmt: skip
        # More received than sent would be made up by scaling what is received: the lesser side holds.
        keep = min(1.0, 1.0 / found.attraction_scale) if found.attraction_scale > 0 else 0.0
        np.add.at(tonnes[number], (traders.end[:, None], traders.end[None, :]), found.trips * keep)
        gaps[number], converged = found.gap, converged and found.converged
        stranded.extend(_listed(ends, number, traders, found, keep))
    per_teu = np.array([_or_nan(choice.commodities.of(commodity).tonnes_per_teu) for commodity in ends.commodities])
    return FreightDemand(ends.commodities, ends.names, ends.kinds, tonnes, per_teu, tuple(stranded), gaps, converged, ends.sites)


class _Traders:
    """Ends as parties to the trade in one commodity: one for what anybody may trade, one for what is for the sea alone."""

    def __init__(
        self, end: NDArray[np.int64], sea_only: NDArray[np.bool_], sent: NDArray[np.float64], received: NDArray[np.float64]
    ) -> None:
        active = (sent > 0) | (received > 0)
        self.end, self.sea_only = end[active], sea_only[active]
        self.sent, self.received = sent[active], received[active]


def _traders(ends: FreightEnds, number: int) -> _Traders:
    count = len(ends.names)
    sent_to_sea, received_from_sea = ends.sea_productions[number], ends.sea_attractions[number]
    return _Traders(
        np.tile(np.arange(count), 2),
        np.repeat(np.array([False, True]), count),
        np.concatenate([np.maximum(ends.productions[number] - sent_to_sea, 0.0), sent_to_sea]),
        np.concatenate([np.maximum(ends.attractions[number] - received_from_sea, 0.0), received_from_sea]),
    )


def _log_deterrence(ends: FreightEnds, traders: _Traders, cost: NDArray[np.float64], own: CommodityDemand) -> NDArray[np.float64]:
    """Logarithm of deterrence between traders; minus infinity for pairs that do not trade."""
    sea, gateway = (ends.rows(kind)[traders.end] for kind in ("sea", "gateway"))
    barred = traders.end[:, None] == traders.end[None, :]
    barred |= sea[:, None] & sea[None, :]
    barred |= (traders.sea_only[:, None] & ~sea[None, :]) | (~sea[:, None] & traders.sea_only[None, :])
    barred |= _spoken_for(traders.sent, traders.received, traders.sea_only, sea)
    barred |= _spoken_for(traders.received, traders.sent, traders.sea_only, sea).T
    if not own.through:
        barred |= gateway[:, None] & gateway[None, :]
    between = np.where(barred, np.inf, cost[np.ix_(traders.end, traders.end)])
    deterrence = own.deterrence
    return log_deterrence(between, deterrence.form, decay_per_minute=deterrence.decay_per_cny_t, power=deterrence.power)


def _spoken_for(
    given: NDArray[np.float64], taken: NDArray[np.float64], sea_only: NDArray[np.bool_], sea: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Pairs that what is for the sea alone leaves nothing to: it takes up all that the sea takes (rows give, columns take).

    Balancing would only creep towards their zeros.
    """
    for_sea, at_sea = float(given[sea_only].sum()), float(taken[sea].sum())
    full = for_sea > 0 and for_sea >= at_sea * (1 - _LEAST_SHARE)
    return full & (~sea_only[:, None] & sea[None, :])


def _listed(ends: FreightEnds, number: int, traders: _Traders, found: Gravity, keep: float) -> list[FreightStranded]:
    """What found no way, and what was cut of the other side for it, by end."""
    sides: tuple[tuple[Side, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], ...] = (
        ("production", traders.sent, found.productions, found.productions * keep),
        ("attraction", traders.received, found.attractions, found.attractions * keep),
    )
    listed: list[FreightStranded] = []
    for side, asked, kept, held in sides:
        alone = (asked > 0) & (kept == 0)
        for why, lost in ((NO_WAY, np.where(alone, asked, 0.0)), (NOTHING_LEFT, np.where(alone, 0.0, asked - held))):
            by_end = np.bincount(traders.end, weights=np.where(lost > _LEAST_SHARE * asked, lost, 0.0), minlength=len(ends.names))
            listed.extend(
                FreightStranded(ends.commodities[number], ends.names[end], side, float(by_end[end]), why) for end in np.flatnonzero(by_end)
            )
    return listed


def _or_nan(value: float | None) -> float:
    return np.nan if value is None else value
