"""The scenario's demand against its network: places and cities named there are there, and are of the kind meant."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.nearest import Names
from bbwnet.scenario.record_positions import RecordPositions
from bbwnet.scenario.schema.network_file import NetworkRecords
from bbwnet.scenario.schema.scenario_file import ScenarioFile
from bbwnet.scenario.sound_part import SoundPart


def check_demand(part: SoundPart, settings: ScenarioFile, records: NetworkRecords, positions: RecordPositions) -> Iterator[Problem]:
    """Find names of places under `demand.passenger` that no trip begins or ends at."""
    passenger = settings.demand.passenger
    kinds = {place.id: place.kind for place in records.places}
    zones = {name for name, kind in kinds.items() if kind == "zone"} | set(positions.ids("cities"))
    gateways = {name for name, kind in kinds.items() if kind == "gateway"}
    named = (
        (("urban_shares",), passenger.urban_shares, zones, "zone or city"),
        (("attraction_factor",), passenger.attraction_factor, (zones | gateways) & set(kinds), "zone or gateway"),
        (("external", "cordon_trips_day"), passenger.external.cordon_trips_day, gateways, "gateway"),
    )
    for path, values, known, what in named:
        names = Names(known)
        for name in values:
            if name not in known:
                yield part.problem(
                    ("demand", "passenger", *path, name), f"no {what} of the network", value=name, nearest=names.nearest(name), of_key=True
                )
