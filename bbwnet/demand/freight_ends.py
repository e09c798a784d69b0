"""The ends of freight: what zones, works, gateways and distant coasts send and receive in a year, before it is known to whom."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.freight_balance import Traded, balanced
from bbwnet.demand.people import People, people_of
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bbwnet.demand.freight import EndKind, FreightStranded
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.freight import CommodityDemand, FreightCommodity, FreightSite

_MILLION = 1e6


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
    """Zones and hinterlands without any population figure, which send and receive nothing by rates."""

    def rows(self, kind: EndKind) -> NDArray[np.bool_]:
        """Which ends are of a kind (n)."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)


def freight_ends(network: Network) -> FreightEnds:
    """What every end of a network sends and receives in the year of its scenario; raises `NetworkError` if the region has no residents.

    Zones and hinterlands have tonnes by residents and real product of the base year, grown with their own product to the year; sites have
    their own figure, grown with the region's product where they say so; distant ends balance each commodity.
    """
    settings = network.settings.demand
    choice = settings.freight
    base_year = settings.passenger.base_year
    year = base_year if choice.growth == "none" else (settings.year or network.as_of.year)
    sites = [network.assembly.freight_sites[name] for name in sorted(network.assembly.freight_sites)]
    places = network.assembly.places
    shares = {name: 1.0 for name, place in places.items() if place.kind == "zone"}
    shares |= {name: item.share for name, item in network.assembly.freight_hinterlands.items()}
    names = tuple(sorted({*shares, *(site.end for site in sites)}))
    row = {name: number for number, name in enumerate(names)}
    region = _Region(network)
    base, now = region.people(base_year), region.people(year)
    at = [base.names.index(name) for name in sorted(shares)]
    rows = [row[name] for name in sorted(shares)]
    share = np.array([shares[name] for name in sorted(shares)])
    count = len(names)
    traded: list[Traded] = []
    unbalanced: list[FreightStranded] = []
    for commodity in FREIGHT_COMMODITIES:
        own = choice.commodities.of(commodity)
        sent, received = np.zeros(count), np.zeros(count)
        sent[rows], received[rows] = (share * tonnes[at] for tonnes in _by_rates(own, base, now))
        sea = np.zeros((2, count))
        weight = np.zeros((2, count))
        for site in sites:
            if site.commodity != commodity:
                continue
            tonnes = _tonnes(site, own, region, year)
            side = 0 if site.direction == "production" else 1
            if site.balances:
                weight[side, row[site.end]] += tonnes
                continue
            (sent, received)[side][row[site.end]] += tonnes
            if site.market == "sea":
                sea[side, row[site.end]] += tonnes
        found, lost = balanced(commodity, names, Traded(sent, received, sea[0], sea[1]), weight[0], weight[1], own)
        traded.append(found)
        unbalanced.extend(lost)
    return FreightEnds(
        year=year,
        commodities=FREIGHT_COMMODITIES,
        names=names,
        kinds=tuple(end_kind(network, name) for name in names),
        productions=np.stack([item.sent for item in traded]),
        attractions=np.stack([item.received for item in traded]),
        sea_productions=np.stack([item.sent_to_sea for item in traded]),
        sea_attractions=np.stack([item.received_from_sea for item in traded]),
        unbalanced=tuple(unbalanced),
        without_persons=tuple(name for name in sorted(shares) if name in base.without_persons),
    )


def end_kind(network: Network, end: str) -> EndKind:
    """What an end is; raises `KeyError` for one that is neither a place nor a node of the network."""
    places = network.assembly.places
    node = None if end in places else network.assembly.nodes[end]
    place = places.get(end) if node is None else places.get(node.place or "")
    within = place is not None and place.city is not None
    if node is None:
        return "zone" if place is not None and place.kind == "zone" else "site" if within else "gateway"
    if within:
        return "site"
    return "sea" if node.kind == "port" else "gateway"


class _Region:
    """Residents and product of a network's places in any year, each year worked out once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.people = functools.cache(self._people)

    def _people(self, year: int) -> People:
        """Residents and real product of a year, whatever the passengers' growth is set to."""
        settings = self._network.settings
        passenger = settings.demand.passenger.model_copy(update={"growth": "from_population_and_gdp"})
        demand = settings.demand.model_copy(update={"year": year, "passenger": passenger})
        return people_of(dataclasses.replace(self._network, settings=settings.model_copy(update={"demand": demand})))

    def product(self, year: int) -> float:
        """Real product of the region's zones."""
        people = self.people(year)
        return math.fsum((people.persons * people.product_per_person_cny)[people.rows("zone")])


def _by_rates(own: CommodityDemand, base: People, now: People) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tonnes that every place of `base` would send and receive by the rates, grown with its product."""
    product = base.persons * base.product_per_person_cny
    grown = np.divide(now.persons * now.product_per_person_cny, product, out=np.ones_like(product), where=product > 0)
    factor = grown**own.product_elasticity
    sent = base.persons * own.production_t_per_resident + product / _MILLION * own.production_t_per_million_cny
    received = base.persons * own.attraction_t_per_resident + product / _MILLION * own.attraction_t_per_million_cny
    return sent * factor, received * factor


def _tonnes(site: FreightSite, own: CommodityDemand, region: _Region, year: int) -> float:
    """Tonnes of a site in the year of the demand."""
    if site.growth == "fixed" or site.year == year:
        return site.tonnes_per_year
    before = region.product(site.year)
    return site.tonnes_per_year * (region.product(year) / before) ** own.product_elasticity if before > 0 else site.tonnes_per_year
