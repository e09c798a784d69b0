"""What numbers rest on: shares of link-km and service-km by confidence, for a network or for one way."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bbwnet.routing.road import Drive
from bbwnet.routing.strategy_lines import ExpectedJourney
from bbwnet.scenario.schema.base import CONFIDENCES, Confidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bbwnet.evaluation.travel_times import Way
    from bbwnet.network.network import Network

Shares = dict[Confidence, float]
"""Share of each class of confidence; they add up to one, or are all zero where there is nothing to share out."""


def link_km_shares(network: Network) -> dict[str, Shares]:
    """Shares of link-km by confidence, for each mode of link and for `all`."""
    links = network.links
    result = {"all": _shares(zip(links["confidence"], links["length_km"], strict=True))}
    for mode, group in links.groupby("mode", sort=True):
        result[str(mode)] = _shares(zip(group["confidence"], group["length_km"], strict=True))
    return result


def service_km_shares(network: Network) -> dict[str, Shares]:
    """Shares of daily service-km by confidence, for each mode of service and for `all`."""
    services = network.services
    result = {"all": _shares(zip(services["confidence"], services["service_km_per_day"], strict=True))}
    for mode, group in services.groupby("mode", sort=True):
        result[str(mode)] = _shares(zip(group["confidence"], group["service_km_per_day"], strict=True))
    return result


def way_shares(network: Network, way: Way) -> tuple[Shares, Shares]:
    """What one way rests on: shares of its link-km, and of the km ridden on services (zero for a drive).

    An expectation over headways rests on the services that it may ride; which links those take is not told apart.
    """
    links = network.links.loc[list(way_links(way)), ["confidence", "length_km"]]
    services = network.services["confidence"]
    return (
        _shares(zip(links["confidence"], links["length_km"], strict=True)),
        _shares((str(services.at[service]), length_km) for service, length_km in _ridden(way)),
    )


def way_sources(network: Network, way: Way) -> tuple[str, ...]:
    """Keys of the sources that a way's links and services cite, sorted."""
    cited = set(network.links.loc[list(way_links(way)), "source"])
    cited |= {str(network.services["source"].at[service]) for service, _ in _ridden(way)}
    return tuple(sorted(cited))


def way_links(way: Way) -> tuple[str, ...]:
    """Links of a way, in order; none known of an expectation over headways."""
    return () if isinstance(way, ExpectedJourney) else way.links


def _ridden(way: Way) -> list[tuple[str, float]]:
    """Services ridden, and kilometres on each; of an expectation, the expected ones."""
    if isinstance(way, Drive):
        return []
    if isinstance(way, ExpectedJourney):
        return [(line.service, line.probability * line.length_km) for line in way.lines]
    return [(ride.service, ride.length_km) for ride in way.rides]


def _shares(weighted: Iterable[tuple[str, float]]) -> Shares:
    listed = list(weighted)
    total = math.fsum(weight for _, weight in listed)
    return {name: math.fsum(weight for key, weight in listed if key == name) / total if total else 0.0 for name in CONFIDENCES}
