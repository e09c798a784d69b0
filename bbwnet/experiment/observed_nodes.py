"""Which ports, airports, stations, locks and crossings an observed total of the year stands behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.exchange.observed_totals import read_observed_totals
from bbwnet.experiment.dates import network_folder
from bbwnet.experiment.observed_targets import targets_of
from bbwnet.scenario.schema.measures import QUANTITIES, Quantity

if TYPE_CHECKING:
    from bbwnet.network.network import Network
    from bbwnet.scenario.scenario import Scenario


def observed_nodes(scenario: Scenario, network: Network) -> dict[Quantity, frozenset[str]]:
    """Nodes of the measures that have a total of the year of the demand, to fit or to validate, by quantity.

    A figure of several nodes together stands behind each of them only as part of their sum. Raises `InputError` for totals that are wrong.
    """
    rows = read_observed_totals(network_folder(scenario))
    year = scenario.settings.demand.year or network.as_of.year
    found: dict[Quantity, set[str]] = {quantity: set() for quantity in QUANTITIES}
    for use in ("fitted", "withheld"):
        targets, _ = targets_of(rows, scenario.records.measures, year, use)
        for target in targets:
            found[target.measure.quantity].update(target.measure.nodes)
    return {quantity: frozenset(nodes) for quantity, nodes in found.items()}
