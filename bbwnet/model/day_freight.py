"""A mean day of freight for the simulation: the chains of a year as consignments, each with the stages of its way.

Small chains stand for each other: of each commodity, chain, and pair of lands that roads alone do not join, those that carry more than a
step go as they are; of the rest, in the order of the list, every step of tonnes is one consignment of the chain that it falls on
(systematic sampling in proportion to size; Cochran 1977, chapter 9A). Tonnes of each such group are kept. Steps go with the root of the
tonnes, so that boxes are not lost among sand. What trucks take over parallel crossings or ferries is cut up by the share of each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from pandas.util import hash_array

from bbwnet.assignment.freight_balance import DAYS
from bbwnet.choice.chain_choice import INLAND_MODES, SEA_WAY
from bbwnet.model.day_freight_ways import DayWays
from bbwnet.simulation.freight_day import FreightDay, Route

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.choice.chain_choice import ListedChains
    from bbwnet.model.day_freight_ways import CommodityWay
    from bbwnet.network.network import Network

_SAMPLED: Final = 2 / 3
"""Share of the consignments of a day that may be of chains of their own."""
_LEAST_GATE: Final = 0.05
"""Share over the largest of parallel gates from which on one is taken."""
_GATE_STEP: Final = 0xD1B54A32D192ED03
_HOUR_S: Final = 3600.0
_WAYS_OUT: Final = 3
"""Other chains of the same origin and destination that a consignment may turn to, at most."""


def day_freight(network: Network, flows: FreightFlows) -> FreightDay:
    """The mean day of a year's freight. Raises `ValueError` for flows without their solution."""
    if flows.solution is None:
        raise ValueError("flows of freight without their solution have no ways")
    solution, choice = flows.solution, network.settings.simulation.freight
    least = network.settings.freight_chains.listed_tonnes_year
    listed = [own.choice.listed(tonnes, least) for own, tonnes in zip(solution.balance.moved, solution.tonnes_year, strict=True)]
    first_row = np.concatenate([[0], np.cumsum([len(item.share) for item in listed])]).astype(np.int64)
    tonnes_day = flows.chains["tonnes_year"].to_numpy(dtype=np.float64) / DAYS
    ways = DayWays(network, solution)
    keys = flows.chains[["commodity", "chain"]].assign(
        **{f"{end}_land": flows.chains[end].astype(str).map(ways.land_of).to_numpy() for end in ("origin", "destination")}
    )
    strata = np.asarray(keys.groupby(list(keys.columns), observed=True, sort=True).ngroup(), dtype=np.int64)
    total = float(tonnes_day.sum())
    most = choice.consignments_day
    sampled, tonnes = sample_chains(tonnes_day, strata, round(_SAMPLED * most))
    # What is left of the number of consignments cuts those up that are large: a flow comes through the day and not at once.
    routes = _Routes(flows, listed, first_row, ways, total / max(most - len(sampled), 1))
    routes.add_all(sampled, tonnes)
    if network.settings.disruptions or network.settings.simulation.weather:
        routes.add_ways_out()
    parts = sum(route.parts for route in routes.found if route.tonnes_day > 0)
    said = (
        f"Freight: {parts:,} consignments a day, {total:,.0f} t, stand for {len(tonnes_day):,} chains; a year's tonnes move evenly.",
        "Freight: sea legs beyond the region's ports, and what lies behind them, take the time given and are not simulated.",
        *ways.messages(),
    )
    return ways.day(routes.found, said)


def sample_chains(tonnes: NDArray[np.float64], strata: NDArray[np.int64], most: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Rows that stand for all, rising, and the tonnes of each: at most so many, or a few for each stratum, of which sums are kept."""
    sums = np.bincount(strata, weights=tonnes)
    if (tonnes > 0).sum() <= most:
        rows = np.flatnonzero(tonnes > 0)
        return rows, tonnes[rows]
    root = np.sqrt(sums)
    wanted = np.maximum(1.0, (most - 2 * len(sums)) * root / root.sum())
    rows_found, tonnes_found = [], []
    order = np.argsort(strata, kind="stable")
    edges = np.searchsorted(strata[order], np.arange(len(sums) + 1))
    for stratum, total in enumerate(sums.tolist()):
        own = order[edges[stratum] : edges[stratum + 1]]
        if total <= 0:
            continue
        step = total / wanted[stratum]
        large = tonnes[own] >= step
        small, rest = own[~large], float(tonnes[own[~large]].sum())
        rows_found.append(own[large])
        tonnes_found.append(tonnes[own[large]])
        if rest > 0:
            count = int(np.ceil(rest / step))
            # A chain smaller than the step is met once at most.
            marks = (np.arange(count) + 0.5) * (rest / count)
            ends = np.cumsum(tonnes[small])
            hit, times = np.unique(np.minimum(np.searchsorted(ends, marks, side="right"), len(small) - 1), return_counts=True)
            rows_found.append(small[hit])
            tonnes_found.append(times * (rest / count))
    rows, amounts = np.concatenate(rows_found), np.concatenate(tonnes_found)
    rising = np.argsort(rows, kind="stable")
    return rows[rising], amounts[rising]


class _Routes:
    """Routes as they are made of rows of the frame of chains."""

    def __init__(
        self, flows: FreightFlows, listed: list[ListedChains], first_row: NDArray[np.int64], ways: DayWays, largest_t: float
    ) -> None:
        self._largest_t = largest_t
        self._chains, self._listed, self._first_row, self._ways = flows.chains, listed, first_row, ways
        self._names = {name: flows.chains[name].astype(str).to_numpy() for name in ("commodity", "origin", "destination", "chain")}
        self._figures = {
            name: flows.chains[name].to_numpy(dtype=np.float64) for name in ("hours", "cost_cny_t", "handlings", "tonnes_year")
        }
        self.found: list[Route] = []
        self._rows: list[int] = []

    def add_all(self, rows: NDArray[np.int64], tonnes_day: NDArray[np.float64]) -> None:
        """Add the routes of rows."""
        frame = self._chains.iloc[rows]
        words = [frame[name].astype(str) for name in ("commodity", "origin", "destination", "chain", "port_out", "port_in")]
        joined = np.array(["|".join(row) for row in zip(*words, strict=True)], dtype=object)
        numbers = hash_array(joined, categorize=False)
        for row, amount, number in zip(rows.tolist(), tonnes_day.tolist(), numbers.tolist(), strict=True):
            self._add(row, amount, number)

    def add_ways_out(self) -> None:
        """Add for each route the chains that its consignments may turn to: other gates first, then what most others take."""
        sampled = self._rows.copy()
        same = self._chains.groupby(["commodity", "origin", "destination"], observed=True, sort=False).ngroup().to_numpy()
        order = np.lexsort((-self._figures["tonnes_year"], same))
        edges = np.searchsorted(same[order], np.arange(int(same.max(initial=-1)) + 2))
        others = {
            own: [row for row in order[edges[same[own]] : edges[same[own] + 1]].tolist() if row != own][:_WAYS_OUT] for own in set(sampled)
        }
        more = np.array(sorted({row for rows in others.values() for row in rows} - set(sampled)), dtype=np.int64)
        self.add_all(more, np.zeros(len(more)))
        places: dict[int, list[int]] = {}
        for place, row in enumerate(self._rows):
            places.setdefault(row, []).append(place)
        for place, own in enumerate(sampled):
            beside = [other for other in places[own] if other != place]
            self.found[place] = replace(self.found[place], others=(*beside, *(other for row in others[own] for other in places[row])))

    def _add(self, row: int, tonnes_day: float, number: int) -> None:
        """Add the routes of a row, one for each gate that it takes."""
        place = int(np.searchsorted(self._first_row, row, side="right")) - 1
        listed, at = self._listed[place], row - int(self._first_row[place])
        way = self._ways.of(place)
        given_h = self._way(way, listed, at, 0.0)
        shares = way.gate_shares
        kept = np.flatnonzero(shares >= _LEAST_GATE * shares.max(initial=0.0)) if len(shares) else np.zeros(0, dtype=np.int64)
        if len(kept) <= 1 and not (len(kept) and kept[0]):
            self._append(row, place, tonnes_day, number, given_h)
            return
        middle = (np.cumsum(shares) - shares / 2) / shares.sum()
        for gate in kept.tolist():
            given_h = self._way(way, listed, at, float(middle[gate]))
            share = float(shares[gate] / shares[kept].sum())
            self._append(row, place, tonnes_day * share, (number + _GATE_STEP * gate) % 2**64, given_h)

    @staticmethod
    def _way(way: CommodityWay, listed: ListedChains, at: int, spread: float) -> float:
        """Make the way of a chain; hours that are not simulated."""
        way.begin(spread)
        origin, destination = int(listed.origin[at]), int(listed.destination[at])
        if int(listed.way[at]) == SEA_WAY:
            return way.by_sea(
                origin, destination, int(listed.mode_out[at]), int(listed.port_out[at]), int(listed.port_in[at]), int(listed.mode_in[at])
            )
        way.direct(origin, destination, INLAND_MODES[int(listed.way[at])])
        return 0.0

    def _append(self, row: int, place: int, tonnes_day: float, number: int, given_h: float) -> None:
        """Append the route that the way of a commodity has made."""
        cargo, way = self._ways.moved[place].cargo, self._ways.of(place)
        names = {name: str(values[row]) for name, values in self._names.items()}
        self.found.append(
            Route(
                commodity=names["commodity"],
                chain=names["chain"],
                origin=names["origin"],
                destination=names["destination"],
                from_place=self._ways.place_of(names["origin"]),
                to_place=self._ways.place_of(names["destination"]),
                tonnes_day=tonnes_day,
                parts=max(1, int(np.ceil(tonnes_day / self._largest_t))),
                number=number,
                stages=tuple(way.stages),
                given_s=given_h * _HOUR_S,
                hours=float(self._figures["hours"][row]),
                cost_cny_t=float(self._figures["cost_cny_t"][row]),
                hour_cny=cargo.hour_cny,
                handlings=float(self._figures["handlings"][row]),
                trucks_per_tonne=sum(cargo.trucks_per_tonne),
                join_site=way.join_site,
                join_stage=way.join_stage,
            )
        )
        self._rows.append(row)
