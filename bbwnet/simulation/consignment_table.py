"""What became of consignments, by commodity, chain, and where from and to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from bbwnet.simulation.freight_day import SPENT
from bbwnet.simulation.visits import HOUR_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bbwnet.simulation.freight_day import Route

_SHARES: Final = (10, 50, 90, 95)
CONSIGNMENT_COLUMNS: Final = (
    "commodity", "chain", "origin", "destination", "tonnes_entered", "tonnes_arrived", "tonnes_under_way", "tonnes_gave_up",
    "tonnes_rerouted", "hours_mean", *(f"hours_p{share}" for share in _SHARES), "hours_reckoned", "cost_cny_t", "handlings",
    *(f"{word}_h" for word in SPENT), "beyond_h",
)  # fmt: skip
"""`origin`, `destination`: city, or the place itself outside of the region's cities. `hours_*`, `cost_cny_t` (money, and what the hours
more than those reckoned with are worth), `handlings` and the hours by kind of place (waits included; `beyond_h`: given, not simulated) are
those of the tonnes that arrived; `hours_reckoned`: hours that the chain was chosen by. Not-a-number where nothing arrived."""


class Outcome(NamedTuple):
    """How a consignment ended, or where it is at the end."""

    first: int
    """Route by which it set out."""
    route: int
    """Route by which it came, or was last on its way."""
    tonnes: float
    set_out_s: float
    end_s: float
    """When it arrived or was given up, or the end."""
    spent: Sequence[float]
    """Seconds by kind of place; empty of what has not arrived."""
    state: int
    """0: arrived, 1: under way, 2: gave up."""


ARRIVED, UNDER_WAY, GAVE_UP = range(3)


def consignments_table(routes: Sequence[Route], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Outcomes summed; columns as in `CONSIGNMENT_COLUMNS`, sorted by the first four."""
    keys = sorted({_key(route) for route in routes})
    row_of = {key: row for row, key in enumerate(keys)}
    group_of = np.array([row_of[_key(route)] for route in routes], dtype=np.int64)
    first, last = (np.array([item[place] for item in outcomes], dtype=np.int64) for place in (0, 1))
    tonnes, began, ended = (np.array([item[place] for item in outcomes], dtype=np.float64) for place in (2, 3, 4))
    hours = (ended - began) / HOUR_S
    state = np.array([item.state for item in outcomes], dtype=np.int64)
    group = group_of[first]

    def summed(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(group, weights=weight, minlength=len(keys)), dtype=np.float64)

    by_state = [summed(np.where(state == which, tonnes, 0.0)) for which in (ARRIVED, UNDER_WAY, GAVE_UP)]
    beyond, reckoned, money, worth, handlings = (
        np.array([getattr(route, name) for route in routes], dtype=np.float64)[last]
        for name in ("given_s", "hours", "cost_cny_t", "hour_cny", "handlings")
    )
    hours = hours + beyond / HOUR_S
    arrived = np.where(state == ARRIVED, tonnes, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = {
            name: summed(np.where(arrived > 0, arrived * values, 0.0)) / by_state[ARRIVED]
            for name, values in {
                "hours_mean": hours,
                "hours_reckoned": reckoned,
                "cost_cny_t": money + worth * (hours - reckoned),
                "handlings": handlings,
                **_spent_hours(outcomes),
                "beyond_h": beyond / HOUR_S,
            }.items()
        }
    parts = list(zip(*keys, strict=True)) if keys else [()] * 4
    frame = pd.DataFrame(
        {
            **{name: list(values) for name, values in zip(CONSIGNMENT_COLUMNS[:4], parts, strict=True)},
            "tonnes_entered": np.sum(by_state, axis=0) if keys else np.zeros(0),
            **dict(zip(CONSIGNMENT_COLUMNS[5:8], by_state, strict=True)),
            "tonnes_rerouted": summed(np.where(first != last, tonnes, 0.0)),
            **means,
            **_percentiles(group, hours, arrived, len(keys)),
        },
        columns=list(CONSIGNMENT_COLUMNS),
    )
    return frame[frame["tonnes_entered"] > 0].reset_index(drop=True)


def _key(route: Route) -> tuple[str, str, str, str]:
    return route.commodity, route.chain, route.from_place, route.to_place


def _spent_hours(outcomes: Sequence[Outcome]) -> dict[str, NDArray[np.float64]]:
    none = (0.0,) * len(SPENT)
    table = np.array([item.spent or none for item in outcomes], dtype=np.float64).reshape(-1, len(SPENT)) / HOUR_S
    return {f"{word}_h": table[:, place] for place, word in enumerate(SPENT)}


def _percentiles(
    group: NDArray[np.int64], hours: NDArray[np.float64], tonnes: NDArray[np.float64], groups: int
) -> dict[str, NDArray[np.float64]]:
    """Hours within which shares of the tonnes of each group arrived."""
    there = np.flatnonzero(tonnes > 0)
    order = there[np.lexsort((hours[there], group[there]))]
    group, hours, tonnes = group[order], hours[order], tonnes[order]
    found = {f"hours_p{share}": np.full(groups, np.nan) for share in _SHARES}
    edges = np.searchsorted(group, np.arange(groups + 1))
    for row in range(groups):
        own = slice(edges[row], edges[row + 1])
        if edges[row] == edges[row + 1]:
            continue
        reached = np.cumsum(tonnes[own])
        for share in _SHARES:
            place = min(int(np.searchsorted(reached, share / 100 * reached[-1])), len(reached) - 1)
            found[f"hours_p{share}"][row] = hours[own][place]
    return found
