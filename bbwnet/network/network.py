"""What the scenario has built: infrastructure and services as frames, forward-star arrays and trips."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime

    import networkx as nx
    import pandas as pd

    from bbwnet.network.assembly import Assembly
    from bbwnet.network.forward_star import ForwardStar
    from bbwnet.network.selection import ProjectInForce
    from bbwnet.network.trips import Trips
    from bbwnet.scenario.matrix_files import MatrixFile
    from bbwnet.scenario.schema.places import City, Plan
    from bbwnet.scenario.schema.scenario_file import ScenarioFile


@dataclass(frozen=True)
class Network:
    """The transport network of a scenario at its date; nothing in it changes after it is built.

    What happens on it (closures, congestion, cancelled trips) is a `NetworkState`.
    """

    scenario: str
    """Name of the scenario."""
    region: str
    """Identifier of the region."""
    region_timezone: str
    """IANA time zone of the region's clock, which all seconds of the network are on."""
    as_of: datetime.date
    settings: ScenarioFile
    """The scenario's assumptions: access, fares, policy, evaluation."""
    nodes: pd.DataFrame
    """Places and nodes, sorted by identifier (the index); columns in docs/contracts.md."""
    links: pd.DataFrame
    """Links, sorted by identifier (the index); columns in docs/contracts.md."""
    services: pd.DataFrame
    """Services in force, sorted by identifier (the index); columns in docs/contracts.md."""
    graph: ForwardStar
    """Arcs over the rows of `nodes`, each with its row of `links`."""
    trips: Trips
    """The day's trips over the rows of `nodes`."""
    minimum_connection_s: Any
    """Least seconds to change between trips at each node (n nodes)."""
    cities: dict[str, City]
    plan: Plan | None
    projects: tuple[ProjectInForce, ...]
    """Projects in force, in the order applied."""
    assembly: Assembly
    """The records behind the frames."""
    withdrawn: tuple[str, ...]
    """Services withdrawn because a project that was left out carries them."""
    shortened: tuple[str, ...]
    """Services cut to what is left of their track for the same reason."""
    infrastructure_hash: str
    """SHA-256 of nodes and links; services do not enter it."""
    services_hash: str
    """SHA-256 of the trips; a changed headway changes this hash only."""
    node_index: dict[str, int] = field(repr=False, default_factory=dict)
    """Row of each node in `nodes`."""
    matrices: tuple[MatrixFile, ...] = ()
    """Files of the scenario's own matrices of trips, not read yet."""

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """The network as a `MultiDiGraph` that OSMnx understands, made anew at each call."""
        from bbwnet.network.networkx_view import to_networkx  # noqa: PLC0415  networkx is slow to import

        return to_networkx(self)
