"""What freight loads in a year: chains of modes, links, terminals, locks, crossings, and the trucks of a mean day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

    from bbwnet.assignment.freight_balance import FreightSolution
    from bbwnet.assignment.truck_trips import TruckTrips

LEG_MODES: Final = ("road", "rail", "water", "sea")
"""Modes that chains are made of: trucks (ro-ro ferries and crossings included), trains, barges on rivers, ships at sea."""

CHAIN_COLUMNS: Final = (
    "commodity",
    "origin",
    "destination",
    "chain",
    "port_out",
    "port_in",
    "tonnes_year",
    "teu_year",
    "share",
    "hours",
    "cost_cny_t",
    "road_km",
    "rail_km",
    "water_km",
    "sea_km",
    "handlings",
)
LINK_COLUMNS: Final = ("link", "direction", "mode", "commodity", "tonnes_year", "tonne_km_year", "vehicles_day")
TERMINAL_COLUMNS: Final = (
    "node",
    "terminal",
    "kind",
    "commodity",
    "loaded_tonnes_year",
    "unloaded_tonnes_year",
    "teu_year",
    "capacity_tonnes_year",
    "capacity_teu_year",
    "load",
    "wait_h",
)
LOCK_COLUMNS: Final = ("node", "forward_tonnes_year", "backward_tonnes_year", "ships_day", "capacity_tonnes_year", "load", "wait_h")
BORDER_COLUMNS: Final = (
    "link",
    "crossing",
    "kind",
    "out_tonnes_year",
    "in_tonnes_year",
    "vehicles_day",
    "capacity_vehicles_day",
    "load",
    "dwell_h",
)
RAIL_COLUMNS: Final = ("link", "trains_day", "capacity_trains_day", "passenger_trains_day", "load", "extra_h")
UNSERVED_COLUMNS: Final = ("commodity", "origin", "destination", "tonnes_year", "why")


@dataclass(frozen=True)
class FreightFlows:
    """The freight of a scenario's year; frames are sorted by their first columns, tonnes and TEU are of a year, vehicles of a mean day."""

    commodities: tuple[str, ...]
    ends: tuple[str, ...]
    """Nodes where freight begins and ends, sorted."""
    chains: pd.DataFrame
    """`CHAIN_COLUMNS`. One row for each commodity, origin, destination and chain taken; `chain` has the modes in order joined by `+`
    (`road`, `rail`, `water`, `rail+sea+road`); a mode other than `road` stands for its whole leg, road haul to the yard or quay included;
    `port_out`, `port_in`: sea ports used (empty without `sea`), `share` of the tonnes of its commodity, origin and destination, `hours` and
    `cost_cny_t` door to door (waits, dwell and handling included), kilometres by mode, `handlings`: loadings and unloadings."""
    link_tonnes: pd.DataFrame
    """`LINK_COLUMNS`. One row for each link, `direction` (`forward`: as the link is given, or `backward`), and commodity that it carries;
    `mode`: `road` (highway, border and ro-ro ferry links), `rail` (train ferry included), `water`, `sea`; `vehicles_day`: trucks, trains,
    barges or ships a day, loaded ones."""
    terminals: pd.DataFrame
    """`TERMINAL_COLUMNS`. One row for each terminal and commodity; `kind`: `port`, `river_port` or `yard`; `loaded`: put on board ships,
    barges or trains there (out of the port, as statistics count), `unloaded`: taken off them; ports without terminals in the data and
    yards are rows with an empty `terminal`. `load` is that of the whole terminal (all commodities) over capacity, not-a-number where no
    capacity is known; over 1 is said as such."""
    locks: pd.DataFrame
    """`LOCK_COLUMNS`. One row for each lock node, all its chambers together; `forward` along the link that is given away from it, capacity
    of one direction, `load` of the busier one."""
    borders: pd.DataFrame
    """`BORDER_COLUMNS`. One row for each crossing of trucks (`kind` `road`), of trains (`rail`), and each ro-ro ferry (`ferry`, empty
    `crossing`); `out`: as the link is given; `vehicles_day`: both ways together, empty ones included."""
    rail: pd.DataFrame
    """`RAIL_COLUMNS`. One row for each link with freight trains: trains a day of the busier direction against the paths left."""
    unserved: pd.DataFrame
    """`UNSERVED_COLUMNS`. Tonnes that no chain takes."""
    truck_trips: TruckTrips
    """Trips of trucks between road nodes on a mean day; a truck on a ferry is three trips, to it, over it and from it, through a
    crossing two."""
    gap: float
    """Change of the loads of whatever has a capacity in the last round over their sum."""
    rounds: int
    converged: bool
    left_out: tuple[str, ...] = field(default_factory=tuple)
    """Sentences on what stands for data that are not there."""
    solution: FreightSolution | None = None
    """What the frames were made of: for indicators, and for a next balance to start with."""

    def tonnes(self) -> float:
        """Tonnes a year that move."""
        return float(self.chains["tonnes_year"].sum())
