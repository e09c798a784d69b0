"""Ferries and groups: ships of classes and services that are there, at berths deep enough for them; members that are there."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region

_MEMBERS = ("nodes", "links", "terminals", "crossings", "locks", "airports", "services", "projects", "places", "cities", "groups")


def check_ferries(region: Region) -> Iterator[Problem]:
    """Find fleets of unknown ships or services, ships too deep for the berths of their route, and ports without a berth."""
    services = {owned.record.id: owned.record for owned in region.every("services")}
    classes = {owned.record.id: owned.record for owned in region.every("vessel_classes")}
    depth = {owned.record.port: owned.record.depth_m for owned in region.every("roro_terminals") if owned.record.depth_m is not None}
    for owned in region.every("fleets"):
        fleet, service = owned.record, services.get(owned.record.service)
        if service is None:
            yield from _unknown(region, owned, "service", fleet.service, "services")
        elif not service.carries_vehicles or len(service.stops) != 2:  # noqa: PLR2004  from port to port
            expected = "a service with `carries_vehicles: true` and two stops"
            yield region.problem(owned, "service", "no ferry of vehicles between two ports", value=fleet.service, expected=expected)
        ship = classes.get(fleet.vessel_class)
        if ship is None:
            yield from _unknown(region, owned, "vessel_class", fleet.vessel_class, "vessel_classes")
            continue
        if ship.lane_m == 0:
            yield region.problem(
                owned, "vessel_class", "ships without a deck for vehicles: lane_m is 0", value=fleet.vessel_class,
                expected="ships with lanes, for the service carries vehicles",
            )  # fmt: skip
        if service is not None and ship.draught_m is not None:
            for port in service.stops:
                if depth.get(port, ship.draught_m) < ship.draught_m:
                    yield region.problem(
                        owned, "vessel_class", f"draught {ship.draught_m:g} m, more than the {depth[port]:g} m at the berths of {port}",
                        value=fleet.vessel_class, expected="ships that the berths of the route take",
                    )  # fmt: skip
    berths = {owned.record.port for owned in region.every("terminals") if "roro" in owned.record.commodities}
    for owned in region.every("roro_terminals"):
        problem = _port_problem(region, owned, berths)
        if problem is not None:
            yield problem


def check_groups(region: Region) -> Iterator[Problem]:
    """Find members of groups that no record of the network is."""
    known = {*region.positions.ids(*_MEMBERS), *(link.record.line for link in region.every("links"))}
    for owned in region.every("groups"):
        for number, member in enumerate(owned.record.members):
            if member not in known:
                yield region.problem(owned, f"members.{number}", "unknown member", value=member, nearest=region.nearest(member, *_MEMBERS))


def _unknown(region: Region, owned: Owned, key: str, wanted: str, kind: str) -> Iterator[Problem]:
    if wanted in region.positions.spots[kind]:
        return  # it is there, but unsound, which is told already
    yield region.problem(owned, key, f"unknown {key.replace('_', ' ')}", value=wanted, nearest=region.nearest(wanted, kind))


def _port_problem(region: Region, owned: Owned, berths: set[str]) -> Problem | None:
    port = owned.record.port
    if port not in set(region.positions.ids("nodes")):
        return region.problem(owned, "port", "unknown node", value=port, nearest=region.nearest(port, "nodes"))
    if port not in berths:
        return region.problem(
            owned, "port", "no terminal with berths for `roro` at this port", value=port, expected="a port with such a terminal"
        )
    return None
