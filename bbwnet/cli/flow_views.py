"""What `bbwnet flows` prints: which tables an option asks for, after a check of the names that it has."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from bbwnet.cli.flow_freight_views import freight_views, indicator_views, port_views, terminal_views
from bbwnet.cli.flow_road_views import link_views, select_link_views
from bbwnet.cli.flow_service_views import select_service_views, service_views, stop_views
from bbwnet.cli.flow_travel_views import elasticities_views, modes_views, od_views
from bbwnet.errors import InputError, Problem
from bbwnet.scenario.nearest import nearest_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bbwnet.cli.flow_view import Asked, View
    from bbwnet.network.network import Network

LINK_MODES = ("highway", "ferry", "border")
"""Modes of links that vehicles on the road use."""


def check_names(option: str | None, network: Network, names: Sequence[str], mode: str | None) -> None:
    """Raise `InputError` for a link, service or mode that is not there, before anything is computed."""
    from bbwnet.assignment.freight_flows import LEG_MODES
    from bbwnet.experiment.count_checks import road_links
    from bbwnet.experiment.flow_selection import check_links
    from bbwnet.model.flow_totals import ACCESS, FREIGHT_ROWS
    from bbwnet.routing.journey_set import RIDE_MODES
    from bbwnet.scenario.schema.choice import CHOICE_MODES

    if option == "--link":
        check_links(names, [str(name) for name in network.links.index], "such link")
    elif option == "--select-link":
        check_links(names, road_links(network))
    elif option == "--select-service":
        check_links(names, [str(name) for name in network.services.index], "such service")
    if mode is None:
        return
    known: dict[str | None, Sequence[str]] = {
        "--od": CHOICE_MODES, "--modes": (*CHOICE_MODES, ACCESS, *FREIGHT_ROWS), "--elasticities": CHOICE_MODES, "--freight": LEG_MODES,
        "--services": RIDE_MODES, "--stops": RIDE_MODES, None: LINK_MODES, "--link": LINK_MODES,
    }  # fmt: skip
    if option not in known:
        raise InputError(f"--mode says nothing to {option}")
    _check_mode(mode, known[option], option)


def views_of(option: str | None, asked: Asked) -> list[View]:
    """The tables that an option asks for, by default the roads of highest load and the modes; none without what they are of."""
    makers: dict[str | None, Callable[[Asked], list[View]]] = {
        "--link": link_views,
        "--modes": modes_views,
        "--od": od_views,
        "--services": service_views,
        "--stops": stop_views,
        "--select-service": select_service_views,
        "--freight": freight_views,
        "--ports": port_views,
        "--terminals": terminal_views,
        "--indicators": indicator_views,
        "--select-link": select_link_views,
        "--elasticities": elasticities_views,
        None: lambda asked: [*link_views(asked), *modes_views(dataclasses.replace(asked, mode=None, top=0))],
    }
    return makers[option](asked)


def _check_mode(mode: str, known: Sequence[str], option: str | None) -> None:
    if mode not in known:
        message = f"no such mode{'' if option is None else f' with {option}'}"
        raise InputError(
            Problem(file="--mode", message=message, value=mode, expected=f"one of {', '.join(known)}", nearest=nearest_name(mode, known))
        )
