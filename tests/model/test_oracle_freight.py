"""Freight of small random worlds, reckoned again in plain Python: what is sent arrives, costs choose chains, trucks fit tonnes."""

from __future__ import annotations

import functools
import math
from collections import defaultdict
from collections.abc import Iterable
from typing import cast

import pandas as pd
import pytest

from bbwnet.assignment.freight_flows import TERMINAL_COLUMNS, FreightFlows
from bbwnet.experiment.flow_freight import ports_frame
from bbwnet.model.freight_model import freight_model
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES, FreightCommodity
from tests.model.oracle_worlds import ZONES, flows_of, network_of, rows, world

SEEDS = (2, 3, 6)
DAYS = 365
LOADED, UNLOADED = TERMINAL_COLUMNS[4:6]
PLAIN = (
    "freight_chains.choice.unreliability_weight=0", "freight_chains.choice.least_likely=0", "freight_chains.rail.inconvenience_cny_t=0",
    "freight_chains.capacity.waiting_cny_t_h=0", "freight_chains.listed_tonnes_year=0", "freight_chains.rail.dock_km=0",
    "freight_chains.siding_share={" + ", ".join(f"{name}: 0" for name in FREIGHT_COMMODITIES) + "}",
)  # fmt: skip
"""Every tonne goes over links, every chain is listed, and costs are money and hours alone."""
NO_WAITS = tuple(
    f"freight_chains.capacity.{name}=0" for name in ("port_wait_h", "lock_wait_h", "border_wait_h", "ferry_wait_h", "rail_factor")
)


@functools.cache
def freight_of(seed: int, *overrides: str) -> FreightFlows:
    """Freight of a world on empty roads."""
    return freight_model(network_of(seed, *overrides))


def whole(seed: int) -> FreightFlows:
    """Freight on the roads as they are loaded."""
    found = flows_of(seed).freight
    assert found is not None
    return found


def rates_of(seed: int) -> dict[tuple[str, str, str], float]:
    """Tonnes a year by commodity, end and side, from records and rates: all but those of the ends that balance."""
    found: dict[tuple[str, str, str], float] = defaultdict(float)
    commodities = network_of(seed).settings.demand.freight.commodities
    for row in world(seed).records["places"]:
        if row["id"] in ZONES:
            persons, millions = row["population"][0]["persons"], row["gdp"][0]["gdp_cny"] / 1e6
            for name in FREIGHT_COMMODITIES:
                own = commodities.of(name)
                sent = own.production_t_per_resident * persons + own.production_t_per_million_cny_product * millions
                taken = own.attraction_t_per_resident * persons + own.attraction_t_per_million_cny_product * millions
                found[name, row["id"], "production"] += sent
                found[name, row["id"], "attraction"] += taken
    for row in world(seed).records["freight_sites"]:
        if not row.get("balances"):
            found[row["commodity"], row["end"], row["direction"]] += row["tonnes_per_year"]
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_produced_arrives_or_is_listed(seed: int) -> None:
    """By commodity, at every end: tonnes of chains and tonnes unserved are those of residents, product and works."""
    freight, rates = whole(seed), rates_of(seed)
    chains, unserved = freight.chains.astype({"commodity": str, "origin": str, "destination": str}), freight.unserved
    ends = {"production": "origin", "attraction": "destination"}
    for (commodity, end, side), tonnes in rates.items():
        moved = chains[(chains["commodity"] == commodity) & (chains[ends[side]] == end)]["tonnes_year"].sum()
        lost = unserved[(unserved["commodity"] == commodity) & (unserved[ends[side]] == end)]["tonnes_year"].sum()
        assert moved + lost == pytest.approx(tonnes, rel=1e-3, abs=1.0), (commodity, end, side)
    for commodity in FREIGHT_COMMODITIES:
        own = chains[chains["commodity"] == commodity]
        sent = own.groupby("origin")["tonnes_year"].sum().sum()
        assert sent == pytest.approx(own.groupby("destination")["tonnes_year"].sum().sum())
        asked = sum(value for (name, _, side), value in rates.items() if name == commodity and side == "production")
        if commodity != "lng":  # nobody sends it, and no end balances it
            assert sent >= asked * (1 - 1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_chains_of_a_pair_share_its_tonnes(seed: int) -> None:
    freight = whole(seed)
    assert freight.solution is not None
    chains = freight.chains
    pairs = chains.groupby(["commodity", "origin", "destination"], observed=True)
    assert pairs["share"].sum().to_numpy() == pytest.approx(1)
    tonnes = freight.solution.tonnes_year
    row = {name: place for place, name in enumerate(freight.ends)}
    for key, total in cast("dict[tuple[str, str, str], float]", pairs["tonnes_year"].sum().to_dict()).items():
        commodity, origin, destination = key
        assert total == pytest.approx(tonnes[[str(name) for name in freight.commodities].index(commodity), row[origin], row[destination]])
    boxes = chains["commodity"] == "containers"
    assert chains[boxes]["teu_year"].to_numpy() == pytest.approx(chains[boxes]["tonnes_year"].to_numpy() / 12)
    assert not chains[~boxes]["teu_year"].any()


def ends_at_nodes(chains: pd.DataFrame) -> dict[tuple[str, str], float]:
    """What each node sends less what it receives, by commodity and node."""
    net: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(chains):
        net[str(row.commodity), str(row.origin)] += float(row.tonnes_year)
        net[str(row.commodity), str(row.destination)] -= float(row.tonnes_year)
    return net


@pytest.mark.parametrize("seed", SEEDS)
def test_tonnes_are_kept_at_every_node(seed: int) -> None:
    """Of each commodity, over links of all modes together: what leaves a node less what comes is what it sends less what it receives."""
    freight = freight_of(seed, *PLAIN)
    records = {row["id"]: row for row in world(seed).records["links"]}
    left: dict[tuple[str, str], float] = ends_at_nodes(freight.chains)
    for row in rows(freight.link_tonnes):
        record = records[str(row.link)]
        start, end = (record["from"], record["to"]) if row.direction == "forward" else (record["to"], record["from"])
        left[str(row.commodity), start] -= float(row.tonnes_year)
        left[str(row.commodity), end] += float(row.tonnes_year)
        assert row.tonne_km_year == pytest.approx(row.tonnes_year * record["length_km"])
    total = freight.tonnes()
    for key, tonnes in left.items():
        assert tonnes == pytest.approx(0, abs=1e-9 * total), key


@pytest.mark.parametrize("seed", SEEDS)
def test_kilometres_of_chains_are_those_of_links(seed: int) -> None:
    freight = freight_of(seed, *PLAIN)
    for mode in ("road", "rail", "water", "sea"):
        on_links = freight.link_tonnes[freight.link_tonnes["mode"] == mode]["tonne_km_year"].sum()
        in_chains = (freight.chains["tonnes_year"] * freight.chains[f"{mode}_km"]).sum()
        assert on_links == pytest.approx(in_chains, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_terminals_load_what_chains_bring(seed: int) -> None:
    """By port and commodity, loaded and landed; what yards and river ports load they unload elsewhere; loads over capacity."""
    freight = freight_of(seed, "freight_chains.listed_tonnes_year=0")
    terminals, chains = freight.terminals, freight.chains.astype({"commodity": str, "port_out": str, "port_in": str})
    at_sea = chains[chains["port_out"] != ""]
    for column, side in (("loaded_tonnes_year", "port_out"), ("unloaded_tonnes_year", "port_in")):
        asked = at_sea.groupby(["commodity", side])["tonnes_year"].sum().to_dict()
        ports = terminals[terminals["kind"] == "port"].groupby(["commodity", "node"])[column].sum()
        for key in asked.keys() | ports[ports > 0].to_dict().keys():
            assert ports.get(key, 0.0) == pytest.approx(asked.get(key, 0.0), rel=1e-9), key
    for kind in ("port", "river_port", "yard"):
        own = terminals[terminals["kind"] == kind].groupby("commodity")[["loaded_tonnes_year", "unloaded_tonnes_year"]].sum()
        assert own["loaded_tonnes_year"].to_numpy() == pytest.approx(own["unloaded_tonnes_year"].to_numpy())
    known = {row["id"]: row for row in world(seed).records["terminals"]}
    for name, group in terminals[terminals["terminal"] != ""].groupby("terminal"):
        handled = group["loaded_tonnes_year"].sum() + group["unloaded_tonnes_year"].sum()
        if (boxes := known[str(name)].get("capacity_teu_per_year")) is not None:
            assert group["load"].to_numpy() == pytest.approx(handled / 12 / boxes)
        else:
            assert group["load"].to_numpy() == pytest.approx(handled / known[str(name)]["capacity_tonnes_per_year"])
    ports_table = ports_frame(network_of(seed), freight).set_index("port")
    for port in ports_table.index:
        both = at_sea[at_sea["port_out"] == port]["tonnes_year"].sum() + at_sea[at_sea["port_in"] == port]["tonnes_year"].sum()
        assert ports_table.loc[port, "tonnes_year"] == pytest.approx(both)


def logsum(costs: Iterable[float], scale: float) -> float:
    """Expected least of costs."""
    return -scale * math.log(sum(math.exp(-cost / scale) for cost in costs))


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_of_chains_follow_from_money_and_hours(seed: int) -> None:
    """Every pair of ends: ways to and from ports within pairs of ports, these within the sea, that beside road, rail and river."""
    freight, settings = freight_of(seed, *PLAIN, *NO_WAITS), network_of(seed, *PLAIN).settings
    chosen, seen = settings.freight_chains.choice, 0
    for pair_of, group in freight.chains.groupby(["commodity", "origin", "destination"], observed=True):
        commodity = cast("tuple[FreightCommodity, str, str]", pair_of)[0]
        hour = settings.demand.freight.commodities.of(commodity).value_of_time_cny_t_h
        scale = 1 / chosen.sensitivity.of(commodity)
        cost = {
            (str(row.chain), str(row.port_out), str(row.port_in)): float(row.cost_cny_t) + hour * float(row.hours) for row in rows(group)
        }
        ports: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
        for key in cost:
            if key[1]:
                ports[key[1:]].append(key)
        of_ports = {pair: logsum((cost[key] for key in keys), scale * chosen.inland_scale) for pair, keys in ports.items()}
        ways = {key[0]: value for key, value in cost.items() if not key[1]}
        if of_ports:
            ways["sea"] = logsum(of_ports.values(), scale * chosen.port_scale)
        least = logsum(ways.values(), scale)
        for row in rows(group):
            key = (str(row.chain), str(row.port_out), str(row.port_in))
            if not key[1]:
                by_hand = math.exp(-(ways[key[0]] - least) / scale)
            else:
                pair = of_ports[key[1:]]
                by_hand = math.exp(
                    -(ways["sea"] - least) / scale - (pair - ways["sea"]) / (scale * chosen.port_scale)
                    - (cost[key] - pair) / (scale * chosen.inland_scale)
                )  # fmt: skip
            assert row.share == pytest.approx(by_hand, rel=1e-6, abs=1e-12), (commodity, key)
        seen += len(cost) > 3
    assert seen > 20


def by_truck(seed: int) -> tuple[float, float, float]:
    """From inland to market: 2.2 CNY/km, 40 CNY/h, toll x 2.8, 1.4 times a car's time: CNY, hours, kilometres of the cheaper way."""
    records, ways = {row["id"]: row for row in world(seed).records["links"]}, []
    for name in ("road_inland-market", "road_inland-market_old"):
        km, speed, toll = (records[name][key] for key in ("length_km", "free_speed_kmh", "toll_cny_km"))
        hours = 1.4 * km / speed
        ways.append((2.2 * km + 40 * hours + 2.8 * toll * km, hours, km))
    return min(ways)


def road_chains(seed: int) -> pd.DataFrame:
    """Chains by truck alone from inland to market."""
    chains = freight_of(seed, *PLAIN).chains
    own = chains[(chains["origin"] == "inland") & (chains["destination"] == "market") & (chains["chain"] == "road")]
    assert len(own) >= 2
    return own


@pytest.mark.parametrize("seed", SEEDS)
def test_hours_of_road_chains_are_those_of_the_records(seed: int) -> None:
    """Three hours at either end, and the way of least cost."""
    _, hours, km = by_truck(seed)
    for row in rows(road_chains(seed)):
        assert row.hours == pytest.approx(6 + hours, rel=1e-3)
        assert row.road_km == pytest.approx(km)
        assert row.handlings == 2


@pytest.mark.parametrize("seed", SEEDS)
def test_money_of_road_chains_is_that_of_the_records(seed: int) -> None:
    """6 CNY/t at either end, and what a truck costs, driver and capital too, by trucks a tonne; a light truck costs 0.4 of a heavy one."""
    commodities, (truck_cny, _, _) = network_of(seed, *PLAIN).settings.demand.freight.commodities, by_truck(seed)
    for row in rows(road_chains(seed)):
        goods = commodities.of(row.commodity)
        light = goods.light_truck_share / goods.tonnes_per_light_truck
        heavy = (1 - goods.light_truck_share) / goods.tonnes_per_heavy_truck
        per_tonne = (0.4 * light + heavy) * (1 + goods.empty_return_share)
        assert row.cost_cny_t == pytest.approx(12 + per_tonne * truck_cny, rel=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_trucks_carry_the_tonnes_that_leave_and_come(seed: int) -> None:
    """Trucks out of each node less those into it: tonnes by load of a truck, and a share of empty ones the other way."""
    freight, settings = freight_of(seed, *PLAIN), network_of(seed, *PLAIN).settings
    commodities, trucks = settings.demand.freight.commodities, freight.truck_trips
    records = {row["id"]: row for row in world(seed).records["links"]}
    # what trucks bring into a zone's centre or carry on from it is not seen on links; so links of the centre are looked at from outside:
    # goods on roads out of a node less those into it are net loads there, by commodity
    net: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(freight.link_tonnes[freight.link_tonnes["mode"] == "road"]):
        record = records[str(row.link)]
        start, end = (record["from"], record["to"]) if row.direction == "forward" else (record["to"], record["from"])
        net[start, str(row.commodity)] += float(row.tonnes_year)
        net[end, str(row.commodity)] -= float(row.tonnes_year)
    for name in ("light_truck", "heavy_truck"):
        matrix = trucks.of(name)
        for place, node in enumerate(trucks.nodes):
            if node.startswith("border"):
                continue  # the crossing itself is no road
            by_hand = 0.0
            for commodity in FREIGHT_COMMODITIES:
                goods = commodities.of(commodity)
                share, load = (
                    (goods.light_truck_share, goods.tonnes_per_light_truck)
                    if name == "light_truck"
                    else (1 - goods.light_truck_share, goods.tonnes_per_heavy_truck)
                )
                by_hand += net[node, commodity] * share / load * (1 - goods.empty_return_share) / DAYS
            assert matrix[place].sum() - matrix[:, place].sum() == pytest.approx(by_hand, abs=1e-6)
        assert (matrix >= 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_loaded_trucks_on_links_are_tonnes_over_loads(seed: int) -> None:
    """Vehicles a day of each link: tonnes of a year over a truck's load and 365 days; trains of 2,200 t; crossings count empty ones."""
    freight, settings = freight_of(seed, *PLAIN), network_of(seed, *PLAIN).settings
    commodities = settings.demand.freight.commodities
    gates: dict[str, float] = defaultdict(float)
    for row in rows(freight.link_tonnes):
        goods = commodities.of(row.commodity)
        trucks = goods.light_truck_share / goods.tonnes_per_light_truck + (1 - goods.light_truck_share) / goods.tonnes_per_heavy_truck
        if row.mode == "road":
            assert row.vehicles_day == pytest.approx(row.tonnes_year * trucks / DAYS)
            gates[str(row.link)] += float(row.vehicles_day) * (1 + goods.empty_return_share)
        elif row.mode == "rail":
            assert row.vehicles_day == pytest.approx(row.tonnes_year / 2200 / DAYS)
    for row in rows(freight.borders):
        assert row.vehicles_day == pytest.approx(gates[str(row.link)])
        tonnes = freight.link_tonnes[freight.link_tonnes["link"] == row.link]
        assert tonnes["tonnes_year"].sum() == pytest.approx(row.out_tonnes_year + row.in_tonnes_year)
        assert row.load == pytest.approx(row.vehicles_day / row.capacity_vehicles_day)
    bridge = freight.borders.set_index("link").loc["bridge"]
    assert bridge["capacity_vehicles_day"] == pytest.approx(2 * 40 * 24)
    ferry = freight.borders.set_index("link").loc["ferry_strait"]
    sailings = next(row for row in world(seed).records["services"] if row["id"] == "ferry")["trips_per_day"]
    assert ferry["capacity_vehicles_day"] == pytest.approx(2 * sailings * 300 * 0.5) or ferry["capacity_vehicles_day"] == pytest.approx(
        sailings * 300 * 0.5
    )
