"""The option `--weights`: pairs of zones count by people, or by the trips of the flows."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from bbwnet.cli.output import note

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bbwnet.network.network import Network


class PairWeights(enum.StrEnum):
    """What pairs of zones count by."""

    PEOPLE = "people"
    TRIPS = "trips"


def trips_of(network: Network, *, with_cars: bool) -> NDArray[np.float64]:
    """Trips between zones by the scenario's flows, which are computed; what they fall short of is said."""
    import warnings

    from bbwnet.experiment.flow_weights import zone_trips
    from bbwnet.model.flows import FlowSettings, flows

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", RuntimeWarning)
        found = zone_trips(flows(network, settings=FlowSettings(if_not_converged="warn")), with_cars=with_cars)
    for warning in caught:
        note(f"warning: {warning.message}")
    return found
