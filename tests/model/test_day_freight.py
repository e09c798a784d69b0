"""A mean day of freight of the bundled region: it stands for the year, its ways are those that chains were chosen by, and it is quick."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbwnet.assignment.freight_balance import DAYS
from bbwnet.assignment.freight_flows import FreightFlows
from bbwnet.model.day_freight import day_freight, sample_chains
from bbwnet.model.freight_model import freight_model
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.simulation import Disruption
from bbwnet.scenario.schema.simulation_weather import WeatherSeries
from bbwnet.simulation.consignment import FreightPart
from bbwnet.simulation.consignment_start import mean_seconds
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.freight_day import FreightDay, Kind, Spent

HOUR_S = 3600.0


@pytest.fixture(scope="module")
def baseline() -> Network:
    return build_network(load_scenario("baseline_2016"))


@pytest.fixture(scope="module")
def flows(baseline: Network) -> FreightFlows:
    return freight_model(baseline)


@pytest.fixture(scope="module")
def day(baseline: Network, flows: FreightFlows) -> FreightDay:
    return day_freight(baseline, flows)


@pytest.fixture(scope="module")
def record(baseline: Network, day: FreightDay) -> Record:
    return simulate_once(baseline, {"freight": functools.partial(FreightPart, day=day)})


def disturbed(network: Network, *windows: dict[str, str]) -> Network:
    found = tuple(Disruption.model_validate(own) for own in windows)
    return dataclasses.replace(network, settings=network.settings.model_copy(update={"disruptions": found}))


def lock_peak(record: Record, lock: str) -> float:
    own = record.servers[record.servers["server"].str.startswith(lock)]
    return float(own["queue_max"].max())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1e6)), min_size=1, max_size=300), st.integers(10, 60))
def test_samples_keep_the_sum_of_every_stratum(chains: list[tuple[int, float]], most: int) -> None:
    strata = np.array([own[0] for own in chains], dtype=np.int64)
    tonnes = np.array([own[1] for own in chains])
    rows, amounts = sample_chains(tonnes, strata, most)
    assert (np.diff(rows) > 0).all()
    assert (tonnes[rows] > 0).all()
    assert np.allclose(np.bincount(strata[rows], weights=amounts, minlength=4), np.bincount(strata, weights=tonnes, minlength=4), rtol=1e-9)
    assert len(rows) <= max(most, 3 * len(np.unique(strata)))


def test_the_day_stands_for_the_year(day: FreightDay, flows: FreightFlows) -> None:
    year = flows.chains.groupby(["commodity", "chain"], observed=True)["tonnes_year"].sum()
    found: dict[tuple[str, str], float] = {}
    for route in day.routes:
        found[route.commodity, route.chain] = found.get((route.commodity, route.chain), 0.0) + route.tonnes_day
    for key, tonnes in year.items():
        assert isinstance(key, tuple)
        assert found.get((str(key[0]), str(key[1])), 0.0) * DAYS == pytest.approx(tonnes, rel=1e-9), key
    assert sum(route.parts for route in day.routes) <= 11_000


def test_stages_take_the_hours_that_chains_were_chosen_by(day: FreightDay) -> None:
    """Waits that are simulated apart: forming of trains and barges, trains of others on the line, locks; and which gate is taken."""
    checked = 0
    for route in day.routes:
        if any(stage.kind in {Kind.GATE, Kind.TRAIN, Kind.BARGE} for stage in route.stages):
            continue
        checked += 1
        waits_s = sum(day.ports[stage.at].wait_s for stage in route.stages if stage.kind is Kind.PORT)
        assert sum(stage.seconds for stage in route.stages) + waits_s + route.given_s == pytest.approx(route.hours * HOUR_S, rel=1e-6)
    assert checked > 1000
    rows = np.arange(len(day.routes))
    mean = mean_seconds(day, rows, 24.0, 48.0).sum(axis=1) / HOUR_S
    hours = np.array([route.hours - route.given_s / HOUR_S for route in day.routes])
    tonnes = np.array([route.tonnes_day for route in day.routes])
    for word in ("rail", "water", "road"):
        own = np.array([route.chain == word for route in day.routes])
        assert (mean[own] @ tonnes[own]) / (hours[own] @ tonnes[own]) == pytest.approx(1.0, abs=0.2), word


def test_chains_take_what_their_words_say(day: FreightDay) -> None:
    for route in day.routes:
        trains, barges = (sum(stage.kind is kind for stage in route.stages) for kind in (Kind.TRAIN, Kind.BARGE))
        if route.chain == "road":
            assert not trains
            assert not barges
        if route.chain == "rail":
            assert (trains, barges) == (1, 0)
        if route.chain == "water":
            assert barges == 1
        if "sea" in route.chain:
            assert any(stage.kind is Kind.PORT for stage in route.stages)
            assert route.given_s > 0 or any(stage.spent is Spent.SEA for stage in route.stages)


def test_a_day_is_steady_and_balances(record: Record, day: FreightDay) -> None:
    (balance,) = record.balance
    assert balance.gave_up == 0
    # Thirty hours bring tonnes that set out, and the run out is evening and night.
    daily = sum(route.tonnes_day for route in day.routes)
    assert balance.arrived == pytest.approx(daily * 36 / 24, rel=0.08)
    table = record.tables["consignments"]
    for chain, tolerance in (("rail", 0.12), ("water", 0.12), ("road", 0.08)):
        own = table[table["chain"] == chain]
        sent = sum(route.tonnes_day for route in day.routes if route.chain == chain)
        assert own["tonnes_arrived"].sum() == pytest.approx(sent * 36 / 24, rel=tolerance), chain
    arrived = table[table["tonnes_arrived"] > 0]
    spent = arrived[[f"{word.name.lower()}_h" for word in Spent] + ["beyond_h"]].sum(axis=1)
    assert np.allclose(spent, arrived["hours_mean"])
    assert (arrived["hours_p10"] <= arrived["hours_p95"]).all()


def test_locks_and_paths_of_the_region_take_no_more_than_they_can(record: Record, day: FreightDay) -> None:
    locks = {item.server: item for item in record.visits if item.kind == "lock"}
    assert len(locks) == 4
    assert all(item.count.sum() > 0 for item in locks.values())
    for paths, limit in zip([item for item in record.visits if item.kind == "rail_paths"], day.paths, strict=True):
        assert (paths.start_s[1:] >= paths.leave_s[:-1] - 1e-6).all()
        assert (paths.leave_s - paths.start_s <= limit.interval_s + 1e-6).all()
    used = record.servers[record.servers["kind"].isin(["rail_paths", "lock"])]["utilisation"]
    assert used.max() <= 1 + 1e-9


def test_a_flood_at_changzhou_makes_a_queue_that_clears(baseline: Network, flows: FreightFlows) -> None:
    flood = disturbed(baseline, {"what": "lock_changzhou_1_4", "from": "day 1 06:00", "until": "day 2 18:00"})
    flood = dataclasses.replace(
        flood, settings=flood.settings.model_copy(update={"simulation": flood.settings.simulation.model_copy(update={"days": 4})})
    )
    record = simulate_once(flood, {"freight": functools.partial(FreightPart, day=day_freight(flood, flows))})
    own = record.servers[record.servers["server"] == "lock_changzhou_1_4"].set_index("hour")
    assert own["queue_max"].max() > 100
    assert own["queue_max"].loc[90:].max() < 20
    assert own["served"].loc[8:41].sum() == 0


def test_fog_holds_trucks_before_the_ferries(baseline: Network, flows: FreightFlows) -> None:
    """Weather that keeps the fleet in port keeps the goods before it; without it they pass."""
    fog = WeatherSeries.model_validate(
        {
            "id": "fog",
            "source": "planner_assumption",
            "confidence": "assumed",
            "nodes": ["port_haian"],
            "at": [
                {"from": "day 1 06:00", "visibility_m": 100.0, "wind_ms": 2.0},
                {"from": "day 1 20:00", "visibility_m": 20_000.0, "wind_ms": 2.0},
            ],
        }
    )
    foggy = dataclasses.replace(
        baseline,
        settings=baseline.settings.model_copy(
            update={"simulation": baseline.settings.simulation.model_copy(update={"weather": (fog,), "days": 2})}
        ),
    )
    record = simulate_once(foggy, {"freight": functools.partial(FreightPart, day=day_freight(foggy, flows))})
    for ferry in (item for item in record.visits if item.server.startswith("port_haian-")):
        assert not ((ferry.start_s >= 6 * HOUR_S) & (ferry.start_s < 20 * HOUR_S)).any()
        assert ferry.wait_s[np.isfinite(ferry.wait_s)].max() > 10 * HOUR_S


def test_goods_turn_from_rail_that_stays_closed(baseline: Network, flows: FreightFlows) -> None:
    closed = disturbed(baseline, {"mode": "rail", "from": "day 0 00:00", "until": "day 9 00:00"})
    short = closed.settings.simulation.freight.model_copy(
        update={"patience": closed.settings.simulation.freight.patience.model_copy(update={"rail_h": 6.0})}
    )
    simulation = closed.settings.simulation.model_copy(update={"freight": short})
    closed = dataclasses.replace(closed, settings=closed.settings.model_copy(update={"simulation": simulation}))
    record = simulate_once(closed, {"freight": functools.partial(FreightPart, day=day_freight(closed, flows))})
    table = record.tables["consignments"]
    by_rail = table[table["chain"] == "rail"]
    assert by_rail["tonnes_rerouted"].sum() > 5 * by_rail["tonnes_gave_up"].sum() > 0
    assert table[table["chain"] == "road"]["tonnes_gave_up"].sum() == 0


def test_gates_see_the_tonnes_of_the_year(day: FreightDay, flows: FreightFlows) -> None:
    """Chains over borders and ferries are sampled by themselves, and cut up by gates."""
    found: dict[str, float] = {}
    for route in day.routes:
        for stage in route.stages:
            if stage.kind is Kind.GATE:
                link = day.gates[stage.at].link
                found[link] = found.get(link, 0.0) + route.tonnes_day * DAYS
    year = flows.borders.set_index("link")[["out_tonnes_year", "in_tonnes_year"]].sum(axis=1)
    for link in ("border_youyiguan-border_youyiguan_vn", "port_haian-port_xiuying", "port_haian-port_xinhai", "port_beigang-port_nangang"):
        assert found[link] == pytest.approx(year[link], rel=0.25), link


def test_single_inspection_makes_borders_quicker(baseline: Network, flows: FreightFlows, day: FreightDay) -> None:
    single = build_network(load_scenario("border_single_inspection"))
    assert single.settings.policy.border.single_inspection
    hours, peaks = [], []
    for network, made in ((baseline, day), (single, day_freight(single, freight_model(single, start=flows)))):
        record = simulate_once(network, {"freight": functools.partial(FreightPart, day=made)})
        through = [item for item in record.visits if item.kind == "freight_border" and item.server.startswith("border_youyiguan-")]
        there = [np.isfinite(item.leave_s) for item in through]
        tonnes = sum(float(item.count[own].sum()) for item, own in zip(through, there, strict=True))
        spent = sum(float((item.leave_s[own] - item.arrive_s[own]) @ item.count[own]) for item, own in zip(through, there, strict=True))
        hours.append(spent / tonnes / HOUR_S)
        peaks.append(lock_peak(record, "border_youyiguan-"))
    assert hours[1] < 0.8 * hours[0]
    assert peaks[1] < peaks[0]


def test_more_tonnes_are_no_more_consignments(baseline: Network, flows: FreightFlows) -> None:
    """Consignments carry tonnes: ten times as many on ten times the capacity are the same events."""
    day = day_freight(baseline, flows)
    more = dataclasses.replace(
        day,
        routes=[dataclasses.replace(route, tonnes_day=10 * route.tonnes_day) for route in day.routes],
        gates=[dataclasses.replace(gate, truck_s=gate.truck_s / 10) for gate in day.gates],
        paths=[dataclasses.replace(paths, interval_s=paths.interval_s / 10) for paths in day.paths],
        locks=[
            dataclasses.replace(lock, chambers=tuple(dataclasses.replace(chamber, room=10 * chamber.room) for chamber in lock.chambers))
            for lock in day.locks
        ],
    )
    visits, entered = [], []
    for made in (day, more):
        record = simulate_once(baseline, {"freight": functools.partial(FreightPart, day=made)})
        visits.append(sum(len(item.count) for item in record.visits))
        entered.append(record.balance[0].entered)
    assert entered[1] == pytest.approx(10 * entered[0], rel=0.02)
    assert visits[1] < 2 * visits[0]
