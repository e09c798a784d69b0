"""Every check of records in turn, each a function from the region's records to its problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.dates import check_dates
from bbwnet.scenario.checks.facilities import check_facilities
from bbwnet.scenario.checks.fares import check_fares
from bbwnet.scenario.checks.ferries import check_ferries, check_groups
from bbwnet.scenario.checks.freight import check_freight
from bbwnet.scenario.checks.geography import check_geography
from bbwnet.scenario.checks.identifiers import check_identifiers
from bbwnet.scenario.checks.links import check_links
from bbwnet.scenario.checks.measures import check_measures
from bbwnet.scenario.checks.places import check_places
from bbwnet.scenario.checks.ports import check_channels
from bbwnet.scenario.checks.projects import check_projects
from bbwnet.scenario.checks.provenance import check_provenance
from bbwnet.scenario.checks.region import Region
from bbwnet.scenario.checks.services import check_services
from bbwnet.scenario.checks.transfers import check_transfers

CHECKS: tuple[Callable[[Region], Iterator[Problem]], ...] = (
    check_identifiers,
    check_provenance,
    check_places,
    check_geography,
    check_links,
    check_services,
    check_facilities,
    check_transfers,
    check_fares,
    check_freight,
    check_ferries,
    check_groups,
    check_channels,
    check_measures,
    check_projects,
    check_dates,
)


def check_region(region: Region) -> list[Problem]:
    """Run every check; gives all problems."""
    return [problem for check in CHECKS for problem in check(region)]
