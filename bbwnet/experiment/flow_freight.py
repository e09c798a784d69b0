"""Freight as the tables of a run: chains, links, terminals, ports, and what else has a capacity; tonnes and TEU of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bbwnet.model.flow_emissions import POLLUTANTS, emitted
from bbwnet.model.freight_indicators import (
    door_to_door,
    hinterlands,
    port_feeders,
    rail_sea,
    river_corridor,
    sailings,
    seaborne_shares,
    shared_hinterlands,
    ways_over_ports,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from bbwnet.assignment.freight_flows import FreightFlows
    from bbwnet.network.network import Network
    from bbwnet.scenario.schema.measures import Quantity


def freight_tables(network: Network, freight: FreightFlows, observed: Mapping[Quantity, Collection[str]]) -> dict[str, pd.DataFrame]:
    """Tables of freight by name; `observed` are the nodes behind whose figures an observed total of the year stands, by quantity."""
    return {
        "flows_freight": freight.chains,
        "flows_freight_links": freight_links_frame(freight),
        "flows_terminals": terminals_frame(freight, observed.get("port_tonnes", ())),
        "flows_ports": ports_frame(network, freight, observed.get("port_tonnes", ())),
        "flows_capacities": capacities_frame(network, freight, observed),
        "flows_unserved": freight.unserved,
        **indicator_tables(freight),
    }


def indicator_tables(freight: FreightFlows) -> dict[str, pd.DataFrame]:
    """What freight says of ports, hinterlands, corridors and crossings; ways that nobody need take are of containers."""
    return {
        "flows_hinterlands": hinterlands(freight),
        "flows_shared_hinterlands": shared_hinterlands(freight),
        "flows_port_feeders": port_feeders(freight),
        "flows_port_ways": ways_over_ports(freight),
        "flows_river_corridor": river_corridor(freight),
        "flows_rail_sea": rail_sea(freight),
        "flows_seaborne_shares": seaborne_shares(freight),
        "flows_sailings": sailings(freight),
        "flows_freight_means": door_to_door(freight),
    }


def freight_links_frame(freight: FreightFlows) -> pd.DataFrame:
    """Tonnes on links; no count of tonnes stands behind any."""
    return freight.link_tonnes.assign(validated=False)


def over_capacity(load: pd.Series[float]) -> pd.Series[float]:
    """By what share demand exceeds a capacity: 0 where it does not, absent where none is known."""
    return (load - 1).clip(lower=0.0)


def terminals_frame(freight: FreightFlows, observed: Collection[str] = ()) -> pd.DataFrame:
    """Terminals by commodity, and by how much the demand for the whole terminal exceeds its capacity."""
    found = freight.terminals
    excess = over_capacity(found["load"])
    frame = found.assign(validated=found["node"].isin(list(observed)))
    frame.insert(list(frame.columns).index("load") + 1, "over_capacity", excess)
    return frame


def ports_frame(network: Network, freight: FreightFlows, observed: Collection[str] = ()) -> pd.DataFrame:
    """Sea ports: tonnes, containers, the terminal of highest load, and what handling emits; shares among the ports of member cities."""
    found = freight.terminals[freight.terminals["kind"] == "port"]
    sums = found.groupby("node", sort=True)[["loaded_tonnes_year", "unloaded_tonnes_year", "teu_year"]].sum()
    tonnes = sums["loaded_tonnes_year"] + sums["unloaded_tonnes_year"]
    member = [_is_member(network, str(port)) for port in sums.index]
    total = float(tonnes[member].sum())
    worst = found[found["load"].notna()].sort_values(["load", "terminal"], ascending=[False, True], kind="stable").drop_duplicates("node")
    worst = worst.set_index("node")
    handled = {name: [emitted(network, "handling", {}, tonnes=value).kg[name] for value in tonnes.tolist()] for name in POLLUTANTS}
    return pd.DataFrame(
        {
            "port": sums.index.to_numpy(dtype=object),
            "loaded_tonnes_year": sums["loaded_tonnes_year"].to_numpy(),
            "unloaded_tonnes_year": sums["unloaded_tonnes_year"].to_numpy(),
            "tonnes_year": tonnes.to_numpy(),
            "share": np.where(member, tonnes / total if total > 0 else np.nan, np.nan),
            "teu_year": sums["teu_year"].to_numpy(),
            "most_loaded_terminal": worst["terminal"].reindex(sums.index).fillna("").to_numpy(dtype=object),
            "load": worst["load"].reindex(sums.index).to_numpy(dtype=np.float64),
            **{f"{name}_kg_year": np.array(values, dtype=np.float64) for name, values in handled.items()},
            "validated": [str(port) in observed for port in sums.index],
        }
    )


def capacities_frame(network: Network, freight: FreightFlows, observed: Mapping[Quantity, Collection[str]]) -> pd.DataFrame:
    """Locks, crossings, ferries and links with freight trains against what they can take."""
    locks, borders, rail = freight.locks, freight.borders, freight.rail
    frames = [
        pd.DataFrame(
            {
                "kind": "lock",
                "place": locks["node"],
                "means": "ships",
                "tonnes_year": locks["forward_tonnes_year"] + locks["backward_tonnes_year"],
                "vehicles_day": locks["ships_day"],
                "capacity": locks["capacity_tonnes_year"],
                "load": locks["load"],
                "wait_h": locks["wait_h"],
                "validated": locks["node"].isin(list(observed.get("lock_tonnes", ()))),
            }
        ),
        pd.DataFrame(
            {
                "kind": np.where(borders["kind"] == "ferry", "ferry", "border"),
                "place": borders["link"],
                "means": np.where(borders["kind"] == "rail", "trains", "trucks"),
                "tonnes_year": borders["out_tonnes_year"] + borders["in_tonnes_year"],
                "vehicles_day": borders["vehicles_day"],
                "capacity": borders["capacity_vehicles_day"],
                "load": borders["load"],
                "wait_h": borders["dwell_h"],
                "validated": [_ends_of(network, str(link)) & set(observed.get("border_trucks", ())) != set() for link in borders["link"]],
            }
        ),
        pd.DataFrame(
            {
                "kind": "rail",
                "place": rail["link"],
                "means": "trains",
                "tonnes_year": np.nan,
                "vehicles_day": rail["trains_day"],
                "capacity": rail["capacity_trains_day"],
                "load": rail["load"],
                "wait_h": rail["extra_h"],
                "validated": False,
            }
        ),
    ]
    columns = list(frames[0].columns)
    kept = [frame.astype({"tonnes_year": "float64", "validated": "bool"}) for frame in frames if len(frame)]
    found = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)
    found.insert(columns.index("load") + 1, "over_capacity", over_capacity(found["load"]))
    return found.sort_values(["kind", "place", "means"], kind="stable", ignore_index=True)


def _is_member(network: Network, node: str) -> bool:
    city = network.nodes["city"].get(node)
    return city in network.cities and bool(network.cities[city].member)


def _ends_of(network: Network, link: str) -> set[str]:
    row = network.links.loc[link]
    return {str(row["from"]), str(row["to"])}
