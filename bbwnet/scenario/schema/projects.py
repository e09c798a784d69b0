"""Projects: what would be built, when, on what condition, and what it adds, changes and removes."""

from __future__ import annotations

from typing import Literal

from pydantic import AliasChoices, Field

from bbwnet.scenario.schema.base import Identified, Identifier, IsoDate, Name, Record, Sequence, Sourced, attribute
from bbwnet.scenario.schema.freight import FreightSite
from bbwnet.scenario.schema.infrastructure import Link, Node
from bbwnet.scenario.schema.services import Service
from bbwnet.scenario.schema.terminals import Airport, Crossing, Lock, PortTerminal
from bbwnet.scenario.schema.transfers import Transfer

Scalar = str | int | float | bool | None


class PlannedYear(Record):
    """The year by which a project is meant to be open."""

    year: int = attribute("calendar year; open from 31 December of it", ge=2000, le=2100)
    basis: Literal["plan", "later_document", "assumed"] = attribute("where the year comes from; the plan itself dates no project")


class Addition(Record):
    """What a project adds."""

    nodes: Sequence[Node] = attribute("nodes", default=())
    links: Sequence[Link] = attribute("links", default=())
    services: Sequence[Service] = Field(
        default=(),
        validation_alias=AliasChoices("services", "routes"),
        description="services that the project brings (`routes` is read too)",
    )
    terminals: Sequence[PortTerminal] = attribute("port terminals", default=())
    crossings: Sequence[Crossing] = attribute("border crossings", default=())
    locks: Sequence[Lock] = attribute("locks", default=())
    airports: Sequence[Airport] = attribute("airports", default=())
    transfers: Sequence[Transfer] = attribute("ways between stops", default=())
    freight_sites: Sequence[FreightSite] = attribute("works and the like that send or receive freight", default=())


class Removal(Record):
    """What a project takes out of use."""

    nodes: Sequence[Identifier] = attribute("nodes", default=())
    links: Sequence[Identifier] = attribute("links", default=())
    services: Sequence[Identifier] = attribute("services", default=())
    terminals: Sequence[Identifier] = attribute("port terminals", default=())
    transfers: Sequence[Identifier] = attribute("ways between stops", default=())
    freight_sites: Sequence[Identifier] = attribute("works and the like that send or receive freight", default=())


class Variant(Record):
    """A named alternative of a project: its additions, changes and removals stand in place of the project's own."""

    name: Name | None = attribute("Chinese and English name", default=None)
    add: Addition = attribute("what it adds", default=Addition())
    change: dict[str, Scalar] = attribute("`links.ID.attribute: value` and the like", default={})
    remove: Removal = attribute("what it removes", default=Removal())


class Project(Identified):
    """A project of the plan, or one built beside it (`beyond_plan`)."""

    name: Name = attribute("Chinese and English name")
    clauses: Sequence[str] = attribute("clauses of the plan that it serves", default=())
    beyond_plan: bool = attribute("built, or proposed, though the plan does not name it", default=False)
    commitment: Literal["open_through", "build", "accelerate", "advance", "plan", "study", "preliminary", "none"] = attribute(
        "the plan's verb"
    )
    planned: PlannedYear | None = attribute("planned year; absent: not planned to be open by any year", default=None)
    opened: IsoDate | None = attribute("first day open; absent: not open", default=None)
    status: Literal["proposed", "committed", "building", "open", "abandoned"] = attribute("state at the date of the data")
    expected_year: int | None = attribute("year in which it is expected to open, where a source says so", default=None, ge=2016, le=2100)
    cost_cny: float | None = attribute("investment", unit="CNY", default=None, gt=0)
    requires: Sequence[Identifier] = attribute("projects that must be in force too", default=())
    conflicts: Sequence[Identifier] = attribute("projects that may not be in force too", default=())
    variants: dict[str, Variant] = attribute("named alternatives", default={})
    default_variant: str | None = attribute("the alternative in force unless the scenario names another", default=None)
    add: Addition = attribute("what it adds", default=Addition())
    change: dict[str, Scalar] = attribute(
        "`links.ID.attribute: value`, likewise `nodes`, `services`, `terminals`, `transfers`, `freight_sites`", default={}
    )
    remove: Removal = attribute("what it takes out of use", default=Removal())


class Reference(Record):
    """A source that records cite."""

    title: str = attribute("title, or what the source is", min_length=1)
    date: str | None = attribute("date of publication or of the observation", default=None)
    licence: str = attribute("licence, or `facts` where only facts are taken", min_length=1)
    note: str | None = attribute("remark", default=None)


__all__ = ["Addition", "PlannedYear", "Project", "Reference", "Removal", "Scalar", "Sourced", "Variant"]
