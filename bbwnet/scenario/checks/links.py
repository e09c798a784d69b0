"""Links: both ends are there and differ, and no two links are the same one."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region

_Likeness = tuple[object, str, str, str]


def check_links(region: Region) -> Iterator[Problem]:
    """Find unknown ends, self-loops and links alike in ends, mode, line and class."""
    alike: dict[_Likeness, list[Owned]] = {}
    for owned in region.every("links"):
        link = owned.record
        yield from _ends(region, owned)
        if link.mode == "border":
            problem = region.reference(owned, "crossing", link.crossing, "crossings")
            if problem is not None:
                yield problem
        earlier = alike.setdefault(likeness(link), [])
        first = next((other for other in earlier if _meet(region, other, owned)), None)
        if first is not None and first.record.id != link.id:  # one identifier twice is said elsewhere
            spot = region.positions.find("links", first.record.id, first.project.id if first.project else None, first.variant)
            where = f" at {spot.file_and_line}" if spot is not None else ""
            message = f"link like {first.record.id}{where}: same ends, mode, line and class"
            yield region.problem(owned, "id", message, value=link.id, expected="one link, or another line or class")
        earlier.append(owned)


def likeness(link: Any) -> _Likeness:
    """What two parallel links must differ in; the ends in any order unless the link is directed."""
    ends: object = (link.from_, link.to) if link.directed else frozenset((link.from_, link.to))
    return ends, link.mode, link.line, str(getattr(link, "road_class", getattr(link, "use", "")))


def _ends(region: Region, owned: Owned) -> Iterator[Problem]:
    link = owned.record
    for key, wanted in (("from", link.from_), ("to", link.to)):
        problem = region.reference(owned, key, wanted, "nodes", "places")
        if problem is not None:
            yield problem
    if link.from_ == link.to:
        yield region.problem(owned, "to", "link from a node to itself", value=link.to, expected="two different ends")


def _meet(region: Region, first: Owned, second: Owned) -> bool:
    """Whether two links can be open together."""
    if first.project is not None and second.project is not None and first.project.id != second.project.id:
        return False  # which of two projects is in force is for the network builder to see
    if first.project is not None and first.variant != second.variant:
        return False
    if first.project is None and second.project is not None:
        removing = region.required(second.project)
        if any(first.record.id in _removed(region, project_id) for project_id in removing):
            return False
    return _opened(first) < _closed(second) and _opened(second) < _closed(first)


def _removed(region: Region, project_id: str) -> set[str]:
    project = region.projects.get(project_id)
    if project is None:
        return set()
    closed = {key.split(".")[1] for key in project.change if key.startswith("links.") and key.endswith(".closed")}
    return closed.union(project.remove.links, *(variant.remove.links for variant in project.variants.values()))


def _opened(owned: Owned) -> datetime.date:
    return owned.record.opened or datetime.date.min


def _closed(owned: Owned) -> datetime.date:
    return owned.record.closed or datetime.date.max
