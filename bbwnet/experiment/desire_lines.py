"""Desire lines: trips between places, both directions together, as straight lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.scenario.schema.choice import CHOICE_MODES
from bbwnet.scenario.schema.demand import PURPOSES

if TYPE_CHECKING:
    from bbwnet.model.flows import Flows


def desire_lines_frame(flows: Flows) -> pd.DataFrame:
    """Trips between each two places with any, all purposes, by mode, with where the places lie; none without passengers."""
    model = flows.passengers
    if model is None:
        return pd.DataFrame(columns=["origin", "destination"])
    trips = np.sum([model.trips_by(purpose) for purpose in PURPOSES], axis=0)
    trips = trips + trips.swapaxes(0, 1)
    count = len(model.people.names)
    first, second = np.nonzero(np.triu(trips.sum(axis=-1) > 0, k=1))
    by_mode = {
        mode: trips[first, second][:, [number for number, (main, _) in enumerate(ALTERNATIVES) if main == mode]].sum(axis=1)
        for mode in CHOICE_MODES
    }
    names = np.array(model.people.names, dtype=object)
    nodes = flows.network.nodes.loc[list(model.people.names)]
    lon, lat = (nodes[name].to_numpy(dtype=np.float64).reshape(count) for name in ("lon", "lat"))
    return pd.DataFrame(
        {
            "origin": names[first],
            "destination": names[second],
            "origin_lon": lon[first],
            "origin_lat": lat[first],
            "destination_lon": lon[second],
            "destination_lat": lat[second],
            "trips": trips[first, second].sum(axis=1),
            **{f"{mode}_trips": by_mode[mode] for mode in CHOICE_MODES},
        }
    )
