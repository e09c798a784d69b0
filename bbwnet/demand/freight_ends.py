"""The ends of freight: what zones, works, gateways and distant coasts send and receive in a year, before it is known to whom."""

from __future__ import annotations

import dataclasses
import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bbwnet.demand.freight import SiteTonnes
from bbwnet.demand.freight_balance import Traded, balanced
from bbwnet.demand.people import People, people_of
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bbwnet.demand.freight import EndKind, FreightStranded
    from bbwnet.demand.gravity import Side
    from bbwnet.network.assembly import Assembly
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.freight import CommodityDemand, FreightCommodity, FreightSite

SIDES: tuple[Side, ...] = ("production", "attraction")
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
    sites: tuple[SiteTonnes, ...] = ()
    """Sites in use, by identifier."""

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
    settled = sorted(shares)
    share = np.array([shares[name] for name in settled])
    at, rows = [base.names.index(name) for name in settled], [row[name] for name in settled]
    listed = [_site_tonnes(site, choice.commodities.of(site.commodity), region, year) for site in sites]
    traded: list[Traded] = []
    unbalanced: list[FreightStranded] = []
    for commodity in FREIGHT_COMMODITIES:
        own = choice.commodities.of(commodity)
        by_rates = np.zeros((2, len(names)))
        by_rates[:, rows] = share * np.stack(_by_rates(own, base, now))[:, at]
        at_sites = [(item, site.market) for item, site in zip(listed, sites, strict=True) if site.commodity == commodity]
        own_trade, (supply, market) = _with_sites(by_rates, at_sites, row)
        found, lost = balanced(commodity, names, own_trade, supply, market, own)
        traded.append(found)
        unbalanced.extend(lost)
    return FreightEnds(
        year=year,
        commodities=FREIGHT_COMMODITIES,
        names=names,
        kinds=end_kinds(network, names),
        productions=np.stack([item.sent for item in traded]),
        attractions=np.stack([item.received for item in traded]),
        sea_productions=np.stack([item.sent_to_sea for item in traded]),
        sea_attractions=np.stack([item.received_from_sea for item in traded]),
        unbalanced=tuple(unbalanced),
        without_persons=tuple(name for name in settled if name in base.without_persons),
        sites=tuple(listed),
    )


def end_kinds(network: Network, ends: Sequence[str]) -> tuple[EndKind, ...]:
    """What each end is; raises `KeyError` for one that is neither a place nor a node of the network."""
    at_sea = {end for link in network.assembly.links.values() if link.mode == "sea" for end in (link.from_, link.to)}
    return tuple(_kind(network.assembly, end, at_sea) for end in ends)


def _kind(assembly: Assembly, end: str, at_sea: Collection[str]) -> EndKind:
    node = None if end in assembly.places else assembly.nodes[end]
    place = assembly.places.get(end if node is None else node.place or "")
    within = place is not None and place.city is not None
    if node is None:
        return "zone" if place is not None and place.kind == "zone" else "site" if within else "gateway"
    if within:
        return "site"
    return "sea" if node.kind == "port" and end in at_sea else "gateway"


def _with_sites(
    by_rates: NDArray[np.float64], sites: Iterable[tuple[SiteTonnes, str]], row: Mapping[str, int]
) -> tuple[Traded, NDArray[np.float64]]:
    """What ends send and receive by rates (2 x n) and at sites with their markets, and the weights of those that balance (2 x n)."""
    whole, sea, weight = by_rates.copy(), np.zeros_like(by_rates), np.zeros_like(by_rates)
    for site, market in sites:
        at = SIDES.index(site.side), row[site.end]
        (weight if site.balances else whole)[at] += site.tonnes_year
        if market == "sea":
            sea[at] += site.tonnes_year
    return Traded(whole[0], whole[1], sea[0], sea[1]), weight


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
    factor = own.volume_factor * grown**own.product_elasticity
    sent = base.persons * own.production_t_per_resident + product / _MILLION * own.production_t_per_million_cny_product
    received = base.persons * own.attraction_t_per_resident + product / _MILLION * own.attraction_t_per_million_cny_product
    return sent * factor, received * factor


def _site_tonnes(site: FreightSite, own: CommodityDemand, region: _Region, year: int) -> SiteTonnes:
    """A site with its tonnes in the year of the demand."""
    factor = 1.0 if site.balances else own.volume_factor
    before = region.product(site.year) if site.growth == "product" and site.year != year else 0.0
    if before > 0:
        factor *= (region.product(year) / before) ** own.product_elasticity
    return SiteTonnes(site.id, site.end, site.commodity, site.direction, site.tonnes_per_year * factor, site.balances, site.confidence)
