"""Passengers of small random worlds, reckoned again in plain Python: margins, choices, riders and what their vehicles carry."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from typing import cast

import networkx as nx
import numpy as np
import pytest

from bbwnet.choice.mode_table import ALTERNATIVES
from bbwnet.experiment.flow_services import services_frame, stops_frame
from bbwnet.experiment.flow_tables import links_frame, od_frame
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.routing.journey_set import KINDS
from bbwnet.scenario.schema.demand import PURPOSES, Purpose
from tests.model.oracle_worlds import ZONES, Row, flows_of, rows, world

SEEDS = (2, 3, 6)
WHOEVER = "choice.crowding.method=none"
CAR = 0
CAR_PERSONS = 2
URBAN = 0.48
"""Share of residents in the base year, which is the year of the worlds."""
GROUPS = (0, 7, 10, 16, 19, 24)


def model_of(seed: int, *overrides: str) -> PassengerModel:
    """Passengers of a world's flows."""
    found = flows_of(seed, *overrides).passengers
    assert found is not None
    assert found.converged
    return found


def people(seed: int) -> dict[str, tuple[float, float | None]]:
    """Residents and product per resident, from the records."""
    found = {}
    for row in world(seed).records["places"]:
        persons = row["population"][0]["persons"]
        found[row["id"]] = persons, row["gdp"][0]["gdp_cny"] / persons if "gdp" in row else None
    return found


def group_shares(seed: int, purpose: str) -> list[float]:
    """Share of the day's trips in each group of hours."""
    weights = flows_of(seed).network.settings.demand.passenger.purposes.of(cast("Purpose", purpose)).hour_weights
    return [sum(weights[start:end]) / sum(weights) for start, end in itertools.pairwise(GROUPS)]


@pytest.mark.parametrize("seed", SEEDS)
def test_residents_make_the_trips_that_their_rates_say(seed: int) -> None:
    """Rows of zones: residents x rate / 365 x (1 + (urban factor - 1) x urban share) x wealth ^ elasticity."""
    model, own = model_of(seed), flows_of(seed).network.settings.demand.passenger.purposes
    for purpose in PURPOSES:
        rate, made = own.of(purpose), model.passengers.gravity[purpose]
        lost = {item.zone for item in made.stranded if item.side == "production"}
        for place, name in enumerate(model.people.names):
            if name in ZONES and name not in lost:
                persons, product = people(seed)[name]
                wealth = (product or 0.0) / 40_000
                by_hand = (
                    persons * rate.trips_per_person_year / 365 * (1 + (rate.urban_factor - 1) * URBAN) * wealth**rate.product_elasticity
                )
                assert made.trips[place].sum() == pytest.approx(by_hand, rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_zones_draw_business_by_their_weight_and_visitors_are_as_many_as_those_they_visit(seed: int) -> None:
    model, own = model_of(seed), flows_of(seed).network.settings.demand.passenger.purposes
    names = model.people.names
    gateways = [place for place, kind in enumerate(model.people.kinds) if kind == "gateway"]
    for purpose in ("business", "leisure"):
        share, trips = own.of(purpose).attraction_product_share, model.passengers.gravity[purpose].trips
        weights = {name: people(seed)[name][0] * (1 - share + share * (people(seed)[name][1] or 0.0) / 40_000) for name in ZONES}
        drawn = {name: trips[:, names.index(name)].sum() / weights[name] for name in ZONES}
        assert max(drawn.values()) == pytest.approx(min(drawn.values()), rel=1e-4)
        for row in gateways:
            inside = [place for place in range(len(names)) if place not in gateways]
            assert trips[inside, row].sum() == pytest.approx(trips[row, inside].sum(), rel=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_odds_of_trips_are_those_of_deterrence(seed: int) -> None:
    """T(i,j) T(k,l) / (T(i,l) T(k,j)) has no margins in it: it is exp(-b (c(i,j) + c(k,l) - c(i,l) - c(k,j))), c the logsums of modes."""
    model = model_of(seed, WHOEVER)
    own = flows_of(seed).network.settings.demand.passenger.purposes
    zones = [model.people.names.index(name) for name in ZONES]
    checked = 0
    for purpose in ("business", "leisure"):
        trips, cost, decay = model.passengers.gravity[purpose].trips, model.choices[purpose].cost_min, own.of(purpose).deterrence
        assert decay.form == "exponential"
        for i, j, k, m in itertools.permutations(zones, 4):
            cells = [trips[i, j], trips[k, m], trips[i, m], trips[k, j]]
            if min(cells) > 1e-6:
                odds = math.log(cells[0]) + math.log(cells[1]) - math.log(cells[2]) - math.log(cells[3])
                assert odds == pytest.approx(-decay.decay_per_minute * (cost[i, j] + cost[k, m] - cost[i, m] - cost[k, j]), abs=1e-6)
                checked += 1
    assert checked > 20


@pytest.mark.parametrize("seed", SEEDS)
def test_half_of_all_are_on_their_way_home(seed: int) -> None:
    model = model_of(seed)
    for row, purpose in enumerate(PURPOSES):
        lives = model.passengers.gravity[purpose].trips
        np.testing.assert_allclose(model.demand.trips[row], (lives + lives.T) / 2, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_table_of_pairs_is_the_demand(seed: int) -> None:
    model, table = model_of(seed), od_frame(flows_of(seed))
    assert (table["trips"] > 0).all()
    assert not table.duplicated(["origin", "destination", "purpose", "mode"]).any()
    total: dict[tuple[str, str, str], float] = defaultdict(float)
    for row in rows(table):
        total[str(row.purpose), str(row.origin), str(row.destination)] += float(row.trips)
    names = model.people.names
    for number, purpose in enumerate(PURPOSES):
        for i, j in itertools.product(range(len(names)), repeat=2):
            assert total.get((purpose, names[i], names[j]), 0.0) == pytest.approx(model.demand.trips[number, i, j], rel=1e-9, abs=1e-9)
    assert math.fsum(table["trips"]) == pytest.approx(math.fsum(model.trips_by_mode().values()))


def by_nests(cost: dict[int, float], seed: int, sensitivity: float) -> tuple[dict[int, float], float]:
    """Nested logit by its formulas over the alternatives that there are: shares, and the logsum in minutes."""
    nests: Row = world(seed).settings["choice"]["nests"]
    weights, inside = {}, {}
    for name, nest in nests.items():
        scale = nest.get("scale", 1.0)
        members = {item: math.exp(-sensitivity * value / scale) for item, value in cost.items() if ALTERNATIVES[item][0] in nest["modes"]}
        if members:
            weights[name] = sum(members.values()) ** scale
            inside[name] = {item: value / sum(members.values()) for item, value in members.items()}
    total = sum(weights.values())
    shares = {item: weights[name] / total * value for name, found in inside.items() for item, value in found.items()}
    return shares, -math.log(total) / sensitivity


def scale_of(item: int, seed: int) -> float:
    """Scale of the nest of an alternative."""
    nests: Row = world(seed).settings["choice"]["nests"]
    return next(float(nest.get("scale", 1.0)) for nest in nests.values() if ALTERNATIVES[item][0] in nest["modes"])


def path_sizes_of_modes(model: PassengerModel, seed: int) -> dict[str, dict[tuple[int, int, int], float]]:
    """Of each purpose, pair and alternative: geometric mean of out and home of the mean path size of its journeys, 1 where it has none.

    Pieces are hops of a vehicle on a day, and what is gone on foot, by bus and car, which nobody shares; a hop counts once for every
    alternative of the nest that has a journey with it.
    """
    offers, slots, count = model.search.offers, len(ALTERNATIVES), len(model.people.names)
    journeys, trips = offers.journeys, offers.journeys.trips
    nests: Row = world(seed).settings["choice"]["nests"]
    nest_of = [next(name for name, nest in nests.items() if mode in nest["modes"]) for mode, _ in ALTERNATIVES]
    cell_of = [int(cell) for number, cell in enumerate(offers.cell) for _ in range(offers.first[number + 1] - offers.first[number])]
    hops: list[dict[tuple[int, int], int]] = []
    holders: dict[tuple[int, str, tuple[int, int]], set[int]] = defaultdict(set)
    for row, cell in enumerate(cell_of):
        own: dict[tuple[int, int], int] = {}
        for ride in range(int(journeys.first_ride[row]), int(journeys.first_ride[row + 1])):
            begin, end, at = int(journeys.ride_from[ride]), int(journeys.ride_to[ride]), int(journeys.ride_depart_s[ride])
            since = int(trips.depart_s[begin])
            for call in range(begin, end):
                own[call, at - int(trips.depart_s[begin])] = int(trips.arrive_s[call + 1]) - since
                since = int(trips.arrive_s[call + 1])
        hops.append(own)
        for hop in own:
            holders[cell // slots, nest_of[cell % slots], hop].add(cell)
    sizes = []
    for row, cell in enumerate(cell_of):
        ways = float(sum(journeys.seconds[row, KINDS.index(kind)] for kind in ("drive", "bus", "walk")))
        whole = ways + sum(hops[row].values())
        kept = ways + sum(length / len(holders[cell // slots, nest_of[cell % slots], hop]) for hop, length in hops[row].items())
        sizes.append(kept / whole if whole else 1.0)
    found: dict[str, dict[tuple[int, int, int], float]] = {}
    for purpose in PURPOSES:
        one_way: dict[int, float] = defaultdict(float)
        for row, cell in enumerate(cell_of):
            one_way[cell] += float(model.tables[purpose].journey_share[row]) * sizes[row]
        both: dict[tuple[int, int, int], float] = defaultdict(lambda: 1.0)
        for cell, size in one_way.items():
            (i, j), slot = divmod(cell // slots, count), cell % slots
            mode, chain = ALTERNATIVES[slot]
            back = [
                (j * count + i) * slots + ALTERNATIVES.index(item) for item in ((mode, chain), (mode, not chain)) if item in ALTERNATIVES
            ]
            home = next((one_way[item] for item in back if item in one_way), size)
            both[i, j, slot] = math.sqrt(size * home)
        found[purpose] = both
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_of_modes_follow_from_their_costs(seed: int) -> None:
    """With a car and without, mean over both; every pair, against the formulas of nested logit."""
    model, choice = model_of(seed), flows_of(seed).network.settings.choice
    count, seen, sizes = len(model.people.names), 0, path_sizes_of_modes(model, seed)
    assert any(0 < size < 1 for found in sizes.values() for size in found.values())
    for row, purpose in enumerate(PURPOSES):
        table, found, hour = model.tables[purpose], model.choices[purpose], choice.value_of_time.of(purpose)
        sensitivity, owning = choice.sensitivity.of(purpose), choice.car_available.of(purpose)
        for i, j in itertools.permutations(range(count), 2):
            cost = {
                item: float(table.felt_min[i, j, item] + table.fare_cny[i, j, item] * 60 / hour)
                - scale_of(item, seed) / sensitivity * math.log(sizes[purpose][i, j, item])
                for item in range(1, len(ALTERNATIVES))
                if math.isfinite(table.felt_min[i, j, item])
            }
            if math.isfinite(model.car_min[row, i, j]):
                cost[CAR] = float(model.car_min[row, i, j])
            if not cost:
                assert not found.shares[i, j].any()
                assert found.cost_min[i, j] == math.inf
                continue
            with_car, all_min = by_nests(cost, seed, sensitivity)
            others = {item: value for item, value in cost.items() if item != CAR}
            part = 1.0 if not others else owning
            without, others_min = by_nests(others or cost, seed, sensitivity)
            for item in range(len(ALTERNATIVES)):
                share = part * with_car.get(item, 0.0) + (1 - part) * without.get(item, 0.0)
                assert found.shares[i, j, item] == pytest.approx(share, rel=1e-9, abs=1e-12)
            if CAR in cost:
                assert found.cost_min[i, j] == pytest.approx(part * all_min + (1 - part) * others_min, rel=1e-9)
            seen += len(cost) > 2
    assert seen > 10


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_mode_costs_follows_from_its_departures(seed: int) -> None:
    """Wishes at every hour from 6 to 22, each for the half hours around it, the first and last for the nights; their logsums by hand."""
    model = model_of(seed, WHOEVER)
    settings = flows_of(seed).network.settings
    choice, journeys, offers = settings.choice, model.search.offers.journeys, model.search.offers
    weights = choice.weights
    felt = [
        sum(getattr(weights, kind) * journeys.seconds[row, place] / 60 for place, kind in enumerate(KINDS))
        + 15 * journeys.changes[row] + 10 * journeys.other_mode_changes[row]
        for row in range(len(journeys))
    ]  # fmt: skip
    cells = {int(cell): range(int(offers.first[n]), int(offers.first[n + 1])) for n, cell in enumerate(offers.cell)}
    count, slots, purpose = len(offers.names), len(ALTERNATIVES), "leisure"
    hours = settings.demand.passenger.purposes.leisure.hour_weights
    halves = [weight / 2 for weight in hours for _ in range(2)]
    share = [sum(halves[2 * hour - 1 : 2 * hour + 1]) / sum(halves) for hour in range(6, 23)]
    share[0], share[-1] = sum(halves[:13]) / sum(halves), sum(halves[43:]) / sum(halves)
    assert sum(share) == pytest.approx(1)
    money, mu = 60 / choice.value_of_time.leisure, choice.sensitivity.leisure / choice.departure.scale

    def one_way(found: range) -> float:
        cost = 0.0
        for wish, part in zip(range(6, 23), share, strict=True):
            each = [
                felt[row] + money * float(fare(row)) + weights.schedule_delay * abs(int(journeys.leave_s[row]) / 60 - 60 * wish)
                for row in found
            ]
            least = min(each)
            cost += part * (
                least if journeys.rides[found[0]] == 0 else least - math.log(sum(math.exp(-mu * (one - least)) for one in each)) / mu
            )
        return cost

    def fare(row: int) -> float:
        known = float(journeys.fare_cny[row])
        return choice.unknown_fare_cny_km * float(journeys.km[row]) if math.isnan(known) else known

    table = model.tables["leisure"]
    done = 0
    for cell, found in cells.items():
        pair, slot = divmod(cell, slots)
        i, j = divmod(pair, count)
        back = cells.get((j * count + i) * slots + slot)
        if back is not None:
            by_hand = (one_way(found) + one_way(back)) / 2
            assert table.felt_min[i, j, slot] + money * table.fare_cny[i, j, slot] == pytest.approx(by_hand, rel=1e-9), purpose
            done += 1
    assert done > 30


@pytest.mark.parametrize("seed", SEEDS)
def test_cars_leave_and_reach_places_as_the_table_of_pairs_says(seed: int) -> None:
    """Of each class and group of hours, at each node: cars that leave less cars that come are departures less arrivals."""
    model, table, links = model_of(seed), od_frame(flows_of(seed)), links_frame(flows_of(seed))
    assert model.lost_drives == ()
    for purpose in PURPOSES:
        made: dict[str, float] = defaultdict(float)
        for row in rows(table[(table["mode"] == "car") & (table["purpose"] == purpose)]):
            made[str(row.origin)] += float(row.trips) / CAR_PERSONS
            made[str(row.destination)] -= float(row.trips) / CAR_PERSONS
        own = links[links["class"] == purpose]
        for share, (start, end) in zip(group_shares(seed, purpose), itertools.pairwise(GROUPS), strict=True):
            net: dict[str, float] = defaultdict(float)
            for _, row in own[own["from_hour"] == start].iterrows():
                net[row["from"]] += row["vehicles_h"]
                net[row["to"]] -= row["vehicles_h"]
            for node, value in net.items():
                assert value == pytest.approx(made[node] * share / (end - start), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_boardings_are_the_rides_of_journeys(seed: int) -> None:
    """Hop by hop in plain Python; nobody rides what does not run, nobody is left on board."""
    model, network = model_of(seed), flows_of(seed).network
    journeys, riders = model.search.offers.journeys, model.riders
    trips = journeys.trips
    on: dict[int, float] = defaultdict(float)
    off: dict[int, float] = defaultdict(float)
    for journey in range(len(journeys)):
        for ride in range(int(journeys.first_ride[journey]), int(journeys.first_ride[journey + 1])):
            start, end = int(journeys.ride_from[ride]), int(journeys.ride_to[ride])
            trip = int(journeys.ride_trip[ride])
            assert trips.first_call[trip] <= start < end < trips.first_call[trip + 1]
            assert trips.patterns[trips.pattern[trip]].service in network.assembly.services
            on[start] += riders[journey]
            off[end] += riders[journey]
    loads, row = model.run_loads, 0
    for trip in range(trips.count):
        aboard = 0.0
        for call in range(int(trips.first_call[trip]), int(trips.first_call[trip + 1]) - 1):
            aboard += on[call] - off[call]
            assert (loads.trip[row], loads.position[row]) == (trip, call - trips.first_call[trip])
            assert loads.boardings[row] == pytest.approx(on[call], abs=1e-9)
            assert loads.alightings[row] == pytest.approx(off[call + 1], abs=1e-9)
            assert loads.on_board[row] == pytest.approx(aboard, abs=1e-6)
            row += 1
        assert aboard - off[int(trips.first_call[trip + 1]) - 1] == pytest.approx(0, abs=1e-6)
    assert row == len(loads.trip)
    assert (loads.on_board >= 0).all()
    services, stops = services_frame(model), stops_frame(network, model, {})
    assert services["boardings"].sum() == pytest.approx(math.fsum(on.values()))
    assert stops["boardings"].sum() == pytest.approx(math.fsum(on.values()))
    assert stops["alightings"].sum() == pytest.approx(math.fsum(on.values()))
    assert stops["transfers_in"].sum() == pytest.approx(stops["transfers_out"].sum())
    assert stops["transfers_in"].sum() == pytest.approx((riders * journeys.changes).sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_riders_are_the_trips_that_do_not_go_by_car(seed: int) -> None:
    """By pair, in the direction travelled, and by mode: who rides a journey is in the table of pairs, but for those without a way home."""
    model, table = model_of(seed), od_frame(flows_of(seed))
    journeys, names = model.search.offers.journeys, model.people.names
    ridden: dict[tuple[str, str], float] = defaultdict(float)
    for row in range(len(journeys)):
        ridden[names[journeys.origin[row]], names[journeys.destination[row]]] += float(model.riders[row])
    for item in model.lost_ways_home:
        ridden[item.destination, item.origin] += item.trips_day
    made: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows(table[table["mode"] != "car"]):
        made[row.origin, row.destination] += row.trips
    for pair in ridden.keys() | made.keys():
        assert ridden[pair] <= made[pair] * (1 + 1e-9) + 1e-9
    # coaches that no timetable knows are in the table of pairs, but there is nothing to ride
    unlisted = float(getattr(model, "unlisted_coach_trips", 0.0))
    assert math.fsum(ridden.values()) + unlisted == pytest.approx(math.fsum(made.values()), rel=1e-9)


def car_graph(seed: int, purpose: str, start: int) -> nx.DiGraph[str]:
    """Cost of driving each road in a group of hours, minutes: fuel of 0.5 CNY/km and toll by value of time, shared by two."""
    links, choice = links_frame(flows_of(seed)), flows_of(seed).network.settings.choice
    records = {row["id"]: row for row in world(seed).records["links"]}
    hour = choice.value_of_time.of(cast("Purpose", purpose))
    graph: nx.DiGraph[str] = nx.DiGraph()
    for _, row in links[(links["class"] == purpose) & (links["from_hour"] == start)].iterrows():
        record = records[row["link"]]
        if row["mode"] == "border":
            cost = row["minutes"] * choice.weights.border if getattr(choice, "cars_cross_borders", True) else math.inf
        elif row["mode"] == "highway":
            cny_km = 0.5 + record.get("toll_cny_km", 0.0)
            cost = row["minutes"] + cny_km * record["length_km"] / CAR_PERSONS * 60 / hour
        else:  # a car's fare takes its driver, the other one pays his own: of a foot passenger, 45
            cost = row["minutes"] + (400 + 45) / CAR_PERSONS * 60 / hour
        if math.isfinite(cost) and cost < graph.get_edge_data(row["from"], row["to"], {"cost": math.inf})["cost"]:
            graph.add_edge(row["from"], row["to"], cost=cost)
    return graph


@pytest.mark.parametrize("seed", SEEDS)
def test_cost_by_car_is_that_of_the_cheapest_way_on_the_loaded_roads(seed: int) -> None:
    """The mean over the hours of a purpose, and parking of 8 minutes that weighs 1.3; nobody drives across stations or airports."""
    model = model_of(seed)
    blind = {row["id"] for row in world(seed).records["nodes"] if row["kind"] in {"station", "airport"}}
    for number, purpose in enumerate(PURPOSES):
        expected: dict[tuple[int, int], float] = defaultdict(float)
        for share, start in zip(group_shares(seed, purpose), GROUPS[:-1], strict=True):
            graph = car_graph(seed, purpose, start)
            for i, name in enumerate(model.people.names):
                if name not in graph:
                    continue
                open_roads = graph.subgraph([node for node in graph if node not in blind or node == name])
                least = nx.single_source_dijkstra_path_length(open_roads, name, weight="cost")
                for j, other in enumerate(model.people.names):
                    into = [least[node] + edge["cost"] for node, _, edge in graph.in_edges(other, data=True) if node in least]
                    expected[i, j] += share * min(into, default=math.inf)
        for (i, j), by_hand in expected.items():
            if i != j and math.isfinite(by_hand):
                # of a pair with few trips the way may be a little longer: the gap of the roads is that of all cars together
                found, cheapest = float(model.car_min[number, i, j]), by_hand + 8 * 1.3
                assert cheapest * (1 - 1e-3) <= found <= cheapest * (1 + 1e-2), (purpose, model.people.names[i], model.people.names[j])
            elif i != j:
                assert model.car_min[number, i, j] == math.inf
