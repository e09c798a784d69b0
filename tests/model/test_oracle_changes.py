"""What flows of small random worlds must not do: depend on the order of records or on chance, or answer a change the wrong way."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bbwnet.assignment.freight_flows import FreightFlows
from bbwnet.experiment.flow_tables import flow_tables
from bbwnet.model.flows import Flows, flows
from bbwnet.model.freight_model import freight_model
from bbwnet.model.passenger_loop import passenger_model
from bbwnet.model.passenger_model import PassengerModel
from bbwnet.network.state import NetworkState
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES
from tests.model.oracle_worlds import SOURCED, World, flows_of, merged, network_of, world

SEED = 2
ROOT = Path(__file__).parents[2]
LISTED = "freight_chains.listed_tonnes_year=0"
NO_WAITS = tuple(
    f"freight_chains.capacity.{name}=0" for name in ("port_wait_h", "lock_wait_h", "border_wait_h", "ferry_wait_h", "rail_factor")
)


def digests(found: Flows) -> dict[str, str]:
    """A digest of every table, to the last digit of every number."""
    return {
        name: hashlib.sha256(frame.to_csv(index=False, float_format="%.17g").encode()).hexdigest()
        for name, frame in flow_tables(found).items()
    }


def print_digests(folder: str) -> None:
    """Digests of the flows of a world that another process has written."""
    for name, digest in sorted(digests(flows(world(SEED).build(Path(folder)))).items()):
        print(name, digest)  # noqa: T201  the other process reads it


def passengers_of(changed: World, folder: Path, *overrides: str) -> PassengerModel:
    """Passengers of a changed world."""
    return passenger_model(changed.build(folder, *overrides))


@functools.cache
def freight_of(*overrides: str) -> FreightFlows:
    """Freight of the world on empty roads."""
    return freight_model(network_of(SEED, *overrides))


def test_tables_are_the_same_in_processes_that_hash_otherwise(tmp_path: Path) -> None:
    code = "import sys; from tests.model.test_oracle_changes import print_digests; print_digests(sys.argv[1])"
    running = []
    for number in ("1", "4242"):
        folder = tmp_path / number
        environment = os.environ | {"PYTHONHASHSEED": number, "PYTHONPATH": str(ROOT)}
        running.append(subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True, env=environment))
    said = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0, 0]
    own = "".join(f"{name} {digest}\n" for name, digest in sorted(digests(flows_of(SEED)).items()))
    assert said[0] == own
    assert said[1] == own


def test_the_order_of_records_does_not_matter(tmp_path: Path) -> None:
    shuffled = world(SEED).shuffled(1)
    assert shuffled.records["links"] != world(SEED).records["links"]
    before, after = digests(flows_of(SEED)), digests(flows(shuffled.build(tmp_path)))
    assert [name for name in before if before[name] != after[name]] == []


def test_twice_the_people_with_half_the_rates_travel_as_much(tmp_path: Path) -> None:
    changed = world(SEED)
    for row in changed.records["places"]:
        row["population"][0]["persons"] *= 2
        for figure in row.get("gdp", []):
            figure["gdp_cny"] *= 2
    own = network_of(SEED).settings.demand.passenger.purposes
    halved = {purpose: {"trips_per_person_year": own.of(purpose).trips_per_person_year / 2} for purpose in PURPOSES}
    changed.settings = merged(changed.settings, {"demand": {"passenger": {"purposes": halved}}})
    before, after = passenger_model(network_of(SEED)), passengers_of(changed, tmp_path)
    np.testing.assert_allclose(after.demand.trips, before.demand.trips, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(after.riders, before.riders, rtol=1e-6, atol=1e-9)


def test_what_is_far_away_and_leads_nowhere_changes_nothing(tmp_path: Path) -> None:
    """Two more junctions with a road between them, and two more stations with a railway and a train."""
    changed = world(SEED)
    for place, kind in enumerate(("junction", "junction", "station", "station")):
        name = f"zz_{place}"
        row = {"id": name, "name": {"zh": name, "en": name}, "kind": kind, "lon": 123.0 + 0.3 * place, "lat": 42.0, **SOURCED}
        changed.records["nodes"].append(row)
    road = {"id": "zz_road", "from": "zz_0", "to": "zz_1", "mode": "highway", "line": "zz", "road_class": "class_2", "lanes": 2}
    track = {
        "id": "zz_rail",
        "from": "zz_2",
        "to": "zz_3",
        "mode": "rail",
        "line": "zz",
        "design_speed_kmh": 160,
        "tracks": 1,
        "electrified": True,
    }
    changed.records["links"] += [
        {**road, "free_speed_kmh": 60, "length_km": 30, **SOURCED}, {**track, "use": "passenger", "length_km": 30, **SOURCED}
    ]  # fmt: skip
    train = {
        "id": "zz_train",
        "mode": "rail",
        "train_class": "emu_250",
        "stops": ["zz_2", "zz_3"],
        "trips_per_day": 3,
        "between": ["07:00", "19:00"],
    }
    changed.records["services"].append({**train, "seats": 100, **SOURCED})
    before, after = flow_tables(flows_of(SEED)), flow_tables(flows(changed.build(tmp_path)))
    assert before.keys() == after.keys()
    for name, frame in after.items():
        named = [column for column in ("link", "service", "place") if column in frame.columns]
        own = frame
        for column in named:
            own = own[~own[column].astype(str).str.startswith("zz_")]
        if name in {"flows_select_link", "flows_service_od"}:
            continue  # of the most loaded ones, some of which may be others now
        if name == "flows_modes":  # the new train runs, if nobody is on it: there and back three times a day
            own = own.copy()
            own.loc[(own["kind"] == "passengers") & (own["mode"] == "rail"), "vehicle_km"] -= 2 * 3 * 30
        pd.testing.assert_frame_equal(own.reset_index(drop=True), before[name], check_categorical=False, rtol=1e-9, atol=1e-9)
    assert not after["flows_links"][after["flows_links"]["link"] == "zz_road"]["vehicles_h"].any()


def test_twice_the_freight_is_twice_as_much_everywhere(tmp_path: Path) -> None:
    """Without waits nothing depends on how much there is."""
    doubled = {"demand": {"freight": {"commodities": {name: {"volume_factor": 2.0} for name in FREIGHT_COMMODITIES}}}}
    changed = world(SEED)
    changed.settings = merged(changed.settings, doubled)
    before, after = freight_of(*NO_WAITS, LISTED), freight_model(changed.build(tmp_path, *NO_WAITS, LISTED))
    assert len(before.chains) == len(after.chains)
    np.testing.assert_allclose(after.chains["tonnes_year"], 2 * before.chains["tonnes_year"], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(after.chains["share"], before.chains["share"], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(after.link_tonnes["tonnes_year"], 2 * before.link_tonnes["tonnes_year"], rtol=1e-6, atol=1e-6)
    assert after.truck_trips.total() == pytest.approx(2 * before.truck_trips.total())


@pytest.mark.parametrize("port", ["port_west", "port_east"])
def test_a_closed_port_takes_nothing_and_its_tonnes_go_elsewhere(port: str) -> None:
    network = network_of(SEED, LISTED)
    shut = dataclasses.replace(NetworkState.free_flow(network), closed_nodes=frozenset({port}))
    before, after = freight_of(LISTED), freight_model(network, shut)
    chains = after.chains.astype({"port_out": str, "port_in": str})
    assert not (chains[["port_out", "port_in"]] == port).any(axis=None)
    assert port not in set(after.terminals["node"])
    ends = {row["id"]: (row["from"], row["to"]) for row in world(SEED).records["links"]}
    assert not any(port in ends[str(link)] for link in after.link_tonnes["link"])
    assert port not in after.truck_trips.nodes

    def sent(found: FreightFlows, commodity: str) -> float:
        own, lost = found.chains, found.unserved
        return float(own[own["commodity"] == commodity]["tonnes_year"].sum() + lost[lost["commodity"] == commodity]["tonnes_year"].sum())

    for commodity in ("containers", "steel", "building_material", "other"):  # nothing of which begins or ends at the port itself
        assert sent(after, commodity) == pytest.approx(sent(before, commodity), rel=1e-6)
        other = [name for name in ("port_west", "port_east", "port_island") if name != port]
        if commodity == "containers":
            use = before.terminals[(before.terminals["commodity"] == commodity) & before.terminals["node"].isin(other)]
            now = after.terminals[(after.terminals["commodity"] == commodity) & after.terminals["node"].isin(other)]
            assert (
                now[["loaded_tonnes_year", "unloaded_tonnes_year"]].sum().sum()
                > use[["loaded_tonnes_year", "unloaded_tonnes_year"]].sum().sum()
            )
    if port == "port_west":  # where the power station stands
        lost = after.unserved[(after.unserved["commodity"] == "coal") & (after.unserved["destination"] == port)]["tonnes_year"].sum()
        station = next(row for row in world(SEED).records["freight_sites"] if row["id"] == "power")
        assert lost == pytest.approx(station["tonnes_per_year"], rel=1e-6)


def test_a_closed_road_and_a_cancelled_train_carry_nobody() -> None:
    network = network_of(SEED)
    trains = frozenset(
        trip for trip in range(network.trips.count) if network.trips.patterns[network.trips.pattern[trip]].service == "slow_train"
    )
    assert trains
    shut = dataclasses.replace(NetworkState.free_flow(network), closed_links=frozenset({"road_market-harbour"}), cancelled_trips=trains)
    found = flows(network, shut)
    assert found.passengers is not None
    assert found.freight is not None
    loads, runs = found.passengers.loads, found.passengers.run_loads
    assert (
        "road_market-harbour" not in loads.link or not loads.vehicles_h[..., [link == "road_market-harbour" for link in loads.link]].any()
    )
    assert "road_market-harbour" not in set(found.freight.link_tonnes["link"].astype(str))
    services = np.array([runs.trips.patterns[row].service for row in runs.trips.pattern[runs.trip].tolist()])
    assert not runs.on_board[services == "slow_train"].any()
    coaches = loads.classes.index("coach")
    way = [link in {"road_market-harbour", "road_market-junction"} for link in loads.link]
    assert loads.vehicles_h[:, coaches, way].sum() > 0  # those of the other service still run


def seated(factor: float) -> World:
    """The world with other seats."""
    changed = world(SEED)
    for row in changed.records["services"]:
        row["seats"] = max(1, round(row["seats"] * factor))
    return changed


def test_seats_enough_for_all_are_as_good_as_seats_that_do_not_count(tmp_path: Path) -> None:
    """But for flights, whose seats are what draws to airports: these have theirs in both."""
    changed = seated(1.0)
    for row in changed.records["services"]:
        if row["mode"] != "air":
            row["seats"] = 10_000_000
    free = passengers_of(changed, tmp_path / "free", "choice.crowding.method=none", "choice.crowding.modes=[rail, coach, ferry]")
    for method in ("effective_frequency", "strict"):
        seats = passengers_of(changed, tmp_path / method, f"choice.crowding.method={method}", "choice.crowding.modes=[rail, coach, ferry]")
        np.testing.assert_allclose(seats.demand.trips, free.demand.trips, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(seats.riders, free.riders, rtol=1e-6, atol=1e-6)
        assert seats.crowding_min.max(initial=0.0) < 1e-6


def test_more_seats_never_make_travel_dearer(tmp_path: Path) -> None:
    """What choice and fullness make of all modes, as those who travel with few seats would weigh their pairs; seats of flights stay."""
    felt, weight = [], network_trips()
    for number, factor in enumerate((1, 4, 16, 64)):
        changed = seated(factor)
        changed.record("services", "flight")["seats"] = changed.record("services", "flight_far")["seats"] = 160
        model = passengers_of(changed, tmp_path / str(number))
        cost = model.choices["leisure"].cost_min
        felt.append(float((weight * np.where(weight > 0, cost, 0.0)).sum() / weight.sum()))
    assert felt[-1] < felt[0] - 1
    assert all(later <= earlier * (1 + 1e-3) for earlier, later in itertools.pairwise(felt)), felt


def network_trips() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Leisure trips of the world as it is."""
    found = flows_of(SEED).passengers
    assert found is not None
    return found.passengers.gravity["leisure"].trips


def test_freight_settles_where_far_more_is_sent_than_ports_and_ferries_take(tmp_path: Path) -> None:
    changed = world(SEED)
    for row in changed.records["terminals"]:
        for key in ("capacity_teu_per_year", "capacity_tonnes_per_year"):
            if key in row:
                row[key] = row[key] // 6
    found = freight_model(changed.build(tmp_path, "freight_chains.capacity.ferry_vehicles_sailing=90"), if_not_converged="warn")
    assert found.converged
