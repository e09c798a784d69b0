"""Transfers and hubs: ends and terminals that are there, and shuttles that say how often they come."""

from __future__ import annotations

from collections.abc import Iterator

from bbwnet.errors import Problem
from bbwnet.scenario.checks.region import Owned, Region
from bbwnet.scenario.schema.base import clock_seconds
from bbwnet.scenario.schema.hubs import Hub
from bbwnet.scenario.schema.transfers import Transfer


def check_transfers(region: Region) -> Iterator[Problem]:
    """Find transfers that lead nowhere or never run, and hubs of unknown cities and terminals."""
    for owned in region.every("transfers"):
        yield from _transfer(region, owned, owned.record)
    for owned in region.every("hubs"):
        yield from _hub(region, owned, owned.record)


def _transfer(region: Region, owned: Owned, transfer: Transfer) -> Iterator[Problem]:
    for key, stop in (("from", transfer.from_), ("to", transfer.to)):
        problem = region.reference(owned, key, stop, "nodes", "places")
        if problem is not None:
            yield problem
    if transfer.from_ == transfer.to:
        yield region.problem(
            owned,
            "to",
            "transfer from a stop to itself",
            value=transfer.to,
            expected="another stop; the least time to change within one is minimum_connection_min of its node",
        )
    if transfer.mode == "shuttle" and transfer.headway_min is None:
        yield region.problem(owned, None, "shuttle without headway_min", expected="minutes between its departures")
    if transfer.mode == "walk" and transfer.headway_min is not None:
        yield region.problem(owned, "headway_min", "a way on foot has no headway", value=transfer.headway_min, expected="mode: shuttle")
    if transfer.between is not None and clock_seconds(transfer.between[1]) <= clock_seconds(transfer.between[0]):
        yield region.problem(
            owned,
            "between.1",
            f"hours end before they begin at {transfer.between[0]}",
            value=transfer.between[1],
            expected="a later time; past midnight is 24:00 and on",
        )


def _hub(region: Region, owned: Owned, hub: Hub) -> Iterator[Problem]:
    problem = region.reference(owned, "city", hub.city, "cities")
    if problem is not None:
        yield problem
    for number, terminal in enumerate(hub.terminals):
        where = f"terminals.{number}"
        if terminal in hub.terminals[:number]:
            yield region.problem(owned, where, "terminal given twice", value=terminal, expected="each once")
        elif not any(terminal in region.positions.spots[kind] for kind in ("nodes", "places")):
            # A hub may name the terminals of projects: those count where they are built.
            nearest = region.nearest(terminal, "nodes", "places")
            yield region.problem(owned, where, "unknown node or place", value=terminal, nearest=nearest)
