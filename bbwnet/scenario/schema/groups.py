"""Groups: things of the network under one name, so that one disruption names them all."""

from __future__ import annotations

from bbwnet.scenario.schema.base import Identified, Identifier, Name, Sequence, attribute


class Group(Identified):
    """Things that are disrupted together; members that are not in force on a day are passed over on it."""

    name: Name = attribute("Chinese and English name")
    members: Sequence[Identifier] = attribute(
        "nodes, links, lines, terminals, crossings, locks, airports, services, projects, places, cities and other groups", min_length=1
    )
