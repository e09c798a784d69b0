"""Tables of flows on the coast with people in its zones: they keep their contracts, and add up to what the model says."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bbwnet.assignment.select_link import select_link
from bbwnet.demand.profile import hour_shares
from bbwnet.errors import InputError, NetworkError
from bbwnet.evaluation.door_times import DoorTimes
from bbwnet.evaluation.transfers import evaluate_transfers
from bbwnet.exchange.counts import Count, read_counts
from bbwnet.exchange.geojson import write_desire_lines
from bbwnet.exchange.observed_periods import parse_period
from bbwnet.experiment.count_checks import COUNTED_CLASSES, check_counts, count_summary, road_links, with_counts
from bbwnet.experiment.flow_airports import AirportPassengers, airport_passengers
from bbwnet.experiment.flow_comparison import compare_flows, compared
from bbwnet.experiment.flow_contracts import FLOW_TABLES
from bbwnet.experiment.flow_freight import freight_tables
from bbwnet.experiment.flow_indicator_contracts import FLOW_INDICATOR_TABLES
from bbwnet.experiment.flow_selection import most_loaded_links, select_link_frame
from bbwnet.experiment.flow_services import fullest_services, service_od_frame, services_frame
from bbwnet.experiment.flow_summary import at_bound, flow_summary, over_seats
from bbwnet.experiment.flow_tables import flow_tables
from bbwnet.experiment.flow_weights import zone_trips
from bbwnet.experiment.run import run
from bbwnet.experiment.tables import TABLES, conform
from bbwnet.model.flows import Flows, flows
from bbwnet.model.ridden import ridden
from bbwnet.model.service_loading import LostWayHome
from bbwnet.network.network import Network
from bbwnet.network.population import zone_populations
from bbwnet.routing.journey_set import KINDS, RIDE_MODES
from bbwnet.scenario.scenario import Scenario
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.measures import FitParameter
from bbwnet.scenario.schema.places import PopulationFigure

Networks = Callable[..., Network]
Scenarios = Callable[..., Scenario]

MILLIONS = {"qingxiu": 3, "qinnan": 1, "haicheng": 1, "gangkou": 1, "longhua": 2, "qiongshan": 1, "hanoi": 4}
BUSY = "g75_qingxiu-qinnan"


def settled(network: Network) -> Network:
    """The coast with people in its zones and in Hanoi."""
    places = dict(network.assembly.places)
    for place, millions in MILLIONS.items():
        figure = PopulationFigure(year=2016, persons=millions * 1_000_000, source="made_up", confidence="reported")
        places[place] = places[place].model_copy(update={"population": (figure,)})
    return dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=places))


@pytest.fixture(scope="module")
def found(coast: Networks) -> Flows:
    return flows(settled(coast()))


@pytest.fixture(scope="module")
def tables(found: Flows) -> dict[str, pd.DataFrame]:
    return flow_tables(found)


def counted(link: str, direction: str, vehicles: float, vehicle_class: str = "all") -> Count:
    """A count as a file gives it."""
    return Count(link, direction, vehicle_class, parse_period("2016"), vehicles, "bureau", "counts.csv", 2)  # type: ignore[arg-type]


def test_tables_keep_their_contracts(found: Flows) -> None:
    tables = flow_tables(found, check_counts(found, [counted(BUSY, "both", 100)]))
    assert set(tables) == {item.name for item in (*FLOW_TABLES, *FLOW_INDICATOR_TABLES)}
    for name, frame in tables.items():
        contract = TABLES[name]
        assert list(conform(contract, frame).columns) == [column.name for column in contract.columns]
        assert not frame.duplicated(list(contract.key)).any(), name


def test_links_add_up(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    frame, loads = tables["flows_links"], found.loads
    assert loads is not None
    assert len(frame) == len(loads.link) * len(loads.start_hours) * (len(loads.classes) + 1)
    keys = ["link", "direction", "from_hour"]
    order = frame[keys].assign(direction=frame["direction"].map({"forward": 0, "backward": 1})).sort_values(keys, kind="stable")
    assert order.index.tolist() == frame.index.tolist()
    whole = frame[frame["class"] == "all"].set_index(keys)
    parts = frame[frame["class"] != "all"].groupby(keys)[["vehicles_h", "pcu_h"]].sum()
    assert whole[["vehicles_h", "pcu_h"]].sub(parts).abs().to_numpy().max() < 1e-6
    assert (whole["load"] - whole["pcu_h"] / whole["capacity_pcu_h"]).abs().max() < 1e-9
    hours = frame["until_hour"] - frame["from_hour"]
    length = found.network.links["length_km"].loc[frame["link"]].to_numpy()
    cars = frame["class"].isin(PURPOSES) & (frame["mode"] == "highway")
    assert math.fsum((frame["vehicles_h"] * hours * length)[cars]) == pytest.approx(loads.vehicle_km)
    assert not frame["validated"].any()
    one = frame[(frame["link"] == "s312_qinnan-haicheng")]
    assert set(one["direction"]) == {"forward"}
    assert set(zip(one["from"], one["to"], strict=True)) == {("qinnan", "haicheng")}


def test_trips_between_places_are_the_demand(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    frame, model = tables["flows_od"], found.passengers
    assert model is not None
    assert math.fsum(frame["trips"]) == pytest.approx(model.demand.total(), rel=1e-9)
    for purpose in PURPOSES:
        assert math.fsum(frame["trips"][frame["purpose"] == purpose]) == pytest.approx(model.demand.total(purpose), rel=1e-9)
    one = frame[(frame["origin"] == "qingxiu") & (frame["destination"] == "qinnan") & (frame["purpose"] == "business")]
    row, column = (model.people.names.index(name) for name in ("qingxiu", "qinnan"))
    assert math.fsum(one["trips"]) == pytest.approx(model.demand.of("business")[row, column])
    assert (frame["felt_min"].isna() == frame["cost_cny"].isna()).all()


def test_a_drive_by_hand(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    """Qinzhou to Fangchenggang is one road: its minutes at the loads of the hours, its fuel, its parking."""
    loads, settings = found.loads, found.network.settings
    assert loads is not None
    frame = tables["flows_od"].set_index(["origin", "destination", "purpose", "mode"])
    drive = frame.loc[[("gangkou", "qinnan", "business", "car")]].iloc[0]
    arc = next(
        place for place, (link, back) in enumerate(zip(loads.link, loads.backward, strict=True)) if link == "g75_qinnan-gangkou" and back
    )
    profile = hour_shares(settings.demand.passenger, PURPOSES)[PURPOSES.index("business")]
    shares = [part.sum() for part in np.split(profile, loads.start_hours[1:])]
    minutes = sum(share * loads.seconds[group, arc] / 60 for group, share in enumerate(shares))
    assert drive["minutes"] == pytest.approx(minutes + settings.access.park_min)
    assert drive["felt_min"] == pytest.approx(minutes + settings.choice.weights.terminal * settings.access.park_min, abs=1e-3)
    assert drive["cost_cny"] == pytest.approx(settings.choice.unknown_fare_cny_km * 50)  # the coast has no tariffs


def test_runs_and_stops_carry_those_who_ride(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    model, runs, stops = found.passengers, tables["flows_services"], tables["flows_stops"]
    assert model is not None
    journeys = model.search.offers.journeys
    boardings = math.fsum((model.riders * journeys.rides).tolist())
    assert boardings > 1000
    for column in (runs["boardings"], stops["boardings"], stops["alightings"]):
        assert math.fsum(column) == pytest.approx(boardings, rel=1e-9)
    changing = math.fsum((model.riders * journeys.changes).tolist())
    assert math.fsum(stops["transfers_in"]) == pytest.approx(changing, rel=1e-9)
    assert math.fsum(stops["transfers_out"]) == pytest.approx(changing, rel=1e-9)
    assert (runs["most_on_board"] <= runs["boardings"] + 1e-9).all()
    known = runs[runs["seats"].notna() & ~runs["riders_beyond"]]
    assert known["load_factor"].notna().all()
    assert (known["load_factor"] - known["most_on_board"] / known["seats"]).abs().max() < 1e-9


def test_flights_of_airports_that_most_fly_beyond_from_have_no_load(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    """Passengers of an airport by hand: on and off flights, and the trips that end or begin there."""
    model, runs, stops = found.passengers, tables["flows_services"], tables["flows_stops"]
    assert model is not None
    airports = airport_passengers(found.network, model)
    assert set(airports) == {"wuxu_airport", "meilan_airport", "noibai_airport"}
    trips = tables["flows_od"]
    for name, item in airports.items():
        air = stops[(stops["stop"] == name) & (stops["mode"] == "air")]
        assert item.on_flights == pytest.approx(math.fsum(air["boardings"]) + math.fsum(air["alightings"]))
        beyond = trips["trips"][(trips["origin"] == name) | (trips["destination"] == name)]
        assert item.beyond == pytest.approx(math.fsum(beyond))
        if name == "noibai_airport":  # Hanoi is beyond the region, most of its passengers are nobody's here
            assert air["airport_passengers"].isna().all()
        else:
            assert ((air["airport_passengers"] - item.total).abs() < 1e-6).all()
        assert item.place
    assert stops["airport_passengers"][stops["mode"] != "air"].isna().all()
    flights = runs[runs["mode"] == "air"]
    assert len(flights) > 0
    for row in flights.to_dict("records"):
        outward = any(airports[row[stop]].beyond > airports[row[stop]].on_flights for stop in ("first_stop", "last_stop"))
        assert row["riders_beyond"] == outward
        assert math.isnan(row["load_factor"]) == outward or math.isnan(row["seats"])
    assert not runs["riders_beyond"][runs["mode"] != "air"].any()
    nowhere = {"wuxu_airport": AirportPassengers(on_flights=10.0, beyond=0.0, place=False)}
    marked = services_frame(model, nowhere)
    assert marked["riders_beyond"].tolist() == [
        "wuxu_airport" in pair for pair in zip(marked["first_stop"], marked["last_stop"], strict=True)
    ]
    assert AirportPassengers(10.0, 9.0, place=True).mostly_beyond is False
    assert AirportPassengers(10.0, 11.0, place=True).mostly_beyond is True


def test_passenger_km_are_those_of_the_rides(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    """The kilometres of all on board of the runs are those of the riders' rides, by mode; and those in the table of modes."""
    model = found.passengers
    assert model is not None
    journeys, runs = model.search.offers.journeys, tables["flows_services"]
    modes = tables["flows_modes"][tables["flows_modes"]["kind"] == "passengers"].set_index("mode")["passenger_km"]
    for place, mode in enumerate(RIDE_MODES):
        ridden_km = math.fsum((model.riders * journeys.ride_km[:, place]).tolist())
        assert modes[mode] == pytest.approx(ridden_km, rel=1e-9)
        assert math.fsum(runs["passenger_km"][runs["mode"] == mode]) == pytest.approx(ridden_km, rel=1e-9)
    besides = math.fsum((model.riders * (journeys.km - journeys.ride_km.sum(axis=1))).tolist())
    parts = ridden(journeys, model.riders, 4.8)
    assert parts.local.km + parts.access.km == pytest.approx(besides)
    alone = math.fsum((model.riders * journeys.km)[journeys.rides == 0].tolist())
    assert modes["local"] == pytest.approx(alone) == parts.local.km
    assert modes["access"] == pytest.approx(besides - alone)


def test_ways_besides_vehicles_by_hand(found: Flows) -> None:
    """Two journeys without a ride, 10 km each: half an hour on foot at 4 km/h, the rest by car and bus, 3 to 1; the other on foot."""
    model = found.passengers
    assert model is not None
    journeys = model.search.offers.journeys
    two = journeys.only(np.flatnonzero(journeys.rides == 0)[:1].repeat(2))
    seconds = np.zeros((2, len(KINDS)), dtype=np.int64)
    seconds[:, KINDS.index("walk")] = 1800, 9000
    seconds[0, [KINDS.index("drive"), KINDS.index("bus")]] = 900, 300
    two = dataclasses.replace(two, seconds=seconds, km=np.array([10.0, 10.0]), ride_km=np.zeros((2, len(RIDE_MODES))))
    parts = ridden(two, np.array([2.0, 1.0]), 4.0)
    assert (parts.local.drive_km, parts.local.bus_km, parts.local.walk_km) == pytest.approx((12.0, 4.0, 14.0))
    assert parts.access.km == 0


def test_minutes_between_places_are_those_of_the_riders(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    model, frame = found.passengers, tables["flows_od"]
    assert model is not None
    assert model.lost_ways_home == ()
    riding = frame[frame["mode"] != "car"]
    assert math.fsum(riding["trips"]) == pytest.approx(math.fsum(model.riders.tolist()), rel=1e-9)
    spent = math.fsum((model.riders * model.search.offers.journeys.minutes).tolist())
    assert math.fsum(riding["trips"] * riding["minutes"]) == pytest.approx(spent, rel=1e-9)


def test_who_rides_a_service(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    model = found.passengers
    assert model is not None
    journeys, trips = model.search.offers.journeys, model.search.offers.journeys.trips
    services = sorted({pattern.service for pattern in trips.patterns})
    frame = service_od_frame(model, services)
    by_hand: dict[tuple[str, str, str], float] = {}
    for row, persons in enumerate(model.riders.tolist()):
        rides = range(journeys.first_ride[row], journeys.first_ride[row + 1])
        for service in {trips.patterns[trips.pattern[journeys.ride_trip[ride]]].service for ride in rides}:
            key = (service, journeys.names[journeys.origin[row]], journeys.names[journeys.destination[row]])
            by_hand[key] = by_hand.get(key, 0.0) + persons
    keys = zip(frame["service"], frame["origin"], frame["destination"], strict=True)
    given = dict(zip(keys, frame["persons_day"], strict=True))
    assert given == {key: pytest.approx(value) for key, value in by_hand.items() if value > 0}
    assert service_od_frame(model, []).empty
    best = fullest_services(model, 2, airport_passengers(found.network, model))
    highest = tables["flows_services"].groupby("service")["load_factor"].max().sort_values(ascending=False)
    assert list(best) == [str(name) for name in highest.index[:2]]


def test_who_uses_a_link(found: Flows) -> None:
    model, loads = found.passengers, found.loads
    assert model is not None
    assert loads is not None
    frame = select_link_frame(found, [BUSY, "urban_dongxing-border"])
    assert set(frame["link"]) <= {BUSY, "urban_dongxing-border"}
    for arc, link in enumerate(loads.link):
        if link != BUSY:
            continue
        way = "backward" if loads.backward[arc] else "forward"
        own = frame[(frame["link"] == BUSY) & (frame["direction"] == way)]
        classes = [item.name for item in model.equilibria[0].demand.classes]
        assert math.fsum(own["vehicles_day"]) == pytest.approx(loads.vehicles_day_of(*classes)[arc])
        day = sum(hours * select_link(item, [arc]).trips for hours, item in zip(loads.hours.tolist(), model.equilibria, strict=True))
        for row in own.itertuples():
            origin, destination = (loads.zones.index(str(name)) for name in (row.origin, row.destination))
            assert row.vehicles_day == pytest.approx(np.asarray(day)[classes.index(str(row._3)), origin, destination])


def test_links_that_are_not_there(found: Flows) -> None:
    with pytest.raises(InputError) as caught:
        select_link_frame(found, ["g75_qingxiu-qinan", BUSY, "ne-qz"])
    assert len(caught.value.problems) == 2
    assert "nearest valid name g75_qingxiu-qinnan" in str(caught.value)


def test_most_loaded_links_come_first(found: Flows) -> None:
    loads = found.loads
    assert loads is not None
    highest = {
        link: np.nanmax(loads.load[:, [arc for arc, own in enumerate(loads.link) if own == link]])
        for link, mode in zip(loads.link, loads.mode, strict=True)
        if mode == "highway"
    }
    best = most_loaded_links(found, 3)
    assert [highest[link] for link in best] == sorted(highest.values(), reverse=True)[:3]


def test_desire_lines_hold_all_trips(found: Flows, tables: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    frame = tables["flows_desire_lines"]
    assert found.passengers is not None
    assert math.fsum(frame["trips"]) == pytest.approx(found.passengers.demand.total(), rel=1e-9)
    modes = [name for name in frame.columns if name.endswith("_trips")]
    assert (frame[modes].sum(axis=1) - frame["trips"]).abs().max() < 1e-6
    assert (frame["origin"] < frame["destination"]).all()
    write_desire_lines(frame, tmp_path / "lines.geojson", "coast")
    features = json.loads((tmp_path / "lines.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) == len(frame)
    first = frame.iloc[0]
    ends = [[first["origin_lon"], first["origin_lat"]], [first["destination_lon"], first["destination_lat"]]]
    assert features[0]["geometry"] == {"type": "LineString", "coordinates": ends}
    assert features[0]["properties"]["trips"] == pytest.approx(first["trips"], abs=1e-3)


def test_counts_beside_loads(found: Flows) -> None:
    loads = found.loads
    assert loads is not None
    both = math.fsum(loads.vehicles_day_of(*loads.classes)[[link == BUSY for link in loads.link]])
    trucks = math.fsum(
        loads.vehicles_day_of("light_truck", "heavy_truck")[
            [link == BUSY and not back for link, back in zip(loads.link, loads.backward, strict=True)]
        ]
    )
    counts = [
        counted(BUSY, "both", 2 * both),
        counted(BUSY, "forward", trucks, "truck"),
        counted("g325_qingxiu-qinnan", "forward", 0, "car"),
    ]
    first, second, _ = checks = check_counts(found, counts)
    assert first.modelled_day == pytest.approx(both)
    assert first.error == pytest.approx(-0.5)
    assert first.geh == pytest.approx(math.sqrt(2 * (both / 24) ** 2 / (3 * both / 24)))
    assert second.modelled_day == pytest.approx(trucks)
    assert second.geh == pytest.approx(0, abs=1e-6)
    assert count_summary(checks)["counts"] == 3
    marked = with_counts(found, counts).loads
    assert marked is not None
    assert {link for link, is_counted in zip(marked.link, marked.validated, strict=True) if is_counted} == {BUSY}  # of all vehicles
    assert marked.validated.sum() == 2
    assert count_summary(())["rmse_share"] is None


def test_counts_of_another_year_validate_nothing(found: Flows) -> None:
    old = dataclasses.replace(counted(BUSY, "both", 100), period=parse_period("2014-05"))
    around = dataclasses.replace(counted(BUSY, "forward", 100), period=parse_period("2015-11/2016-02"))
    assert with_counts(found, [old]).loads.validated.sum() == 0  # type: ignore[union-attr]
    assert with_counts(found, [around]).loads.validated.sum() == 1  # type: ignore[union-attr]
    checks = check_counts(found, [old, around])
    assert [check.row()["of_year"] for check in checks] == [False, True]
    fit = count_summary(checks)
    assert (fit["counts"], fit["counts_of_other_years"]) == (1, 1)
    assert fit["rmse_share"] == count_summary(checks[1:])["rmse_share"]


def test_counts_know_the_links_of_the_network(found: Flows, tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("link,direction,class,period,vehicles_day,source\nne-qz,both,all,2016,5,bureau\n", encoding="utf-8")
    with pytest.raises(InputError, match="unknown link"):
        read_counts(path, road_links(found.network), COUNTED_CLASSES)


def test_observed_totals_mark_ports(found: Flows) -> None:
    freight = found.freight
    assert freight is not None
    node = str(freight.terminals["node"].iloc[0])
    tables = freight_tables(found.network, freight, {"port_tonnes": {node}})
    marks = tables["flows_terminals"].set_index("node")["validated"]
    assert marks[[node]].all()
    assert not marks[marks.index != node].any()


def test_demand_over_capacity_is_told(found: Flows) -> None:
    """With a load of 1.25 at a terminal a quarter of its capacity is lacking, whatever the wait; none below 1, no figure without one."""
    freight = found.freight
    assert freight is not None
    loads = np.resize([1.25, 0.5, np.nan], len(freight.terminals))
    crossings = np.resize([2.0, 1.0], len(freight.borders))
    full = dataclasses.replace(freight, terminals=freight.terminals.assign(load=loads), borders=freight.borders.assign(load=crossings))
    tables = freight_tables(found.network, full, {})
    for name in ("flows_terminals", "flows_capacities"):
        table = tables[name]
        expected = [value if math.isnan(value) else max(value - 1, 0.0) for value in table["load"]]
        np.testing.assert_allclose(table["over_capacity"], expected)
    assert tables["flows_terminals"]["over_capacity"].max() == pytest.approx(0.25)
    assert tables["flows_capacities"]["over_capacity"].max() == pytest.approx(1.0)


def test_a_comparison_with_itself_changes_nothing(found: Flows) -> None:
    same = compared(found, found)
    assert all(item.before == item.after for item in same.measures)
    assert same.most_changed_links(5) == []
    assert same.most_changed_ports(5) == []
    assert {"trips:car", "co2_g_per_pkm", "directions_of_roads_full"} <= {item.measure for item in same.measures}


def test_ports_with_a_total_in_both_scenarios_are_validated(found: Flows, monkeypatch: pytest.MonkeyPatch) -> None:
    """The coast sends nothing over its ports, so that two are made up."""
    made_up = pd.DataFrame({"port": ["a", "b"], "tonnes_year": [1.0, 2.0]})
    monkeypatch.setattr("bbwnet.experiment.flow_comparison.ports_frame", lambda *_: made_up)
    after = dataclasses.replace(found, network=dataclasses.replace(found.network, scenario="other"))
    totals = {"baseline": {"a", "b"}, "other": {"a"}}
    assert [(item.port, item.validated) for item in compared(found, after, totals).ports] == [("a", True), ("b", False)]
    assert not any(item.validated for item in compared(found, after).ports)


def test_a_dearer_car_carries_fewer(coast: Networks, found: Flows) -> None:
    (change,) = compare_flows(found.network, [settled(coast("choice.constants.car=600"))])
    cars = next(item for item in change.measures if item.measure == "trips:car")
    assert cars.before is not None
    assert cars.after is not None
    assert cars.after < cars.before
    assert change.most_changed_links(1)[0].change < 0
    with pytest.raises(NetworkError, match="baseline: no flows"):
        compare_flows(found.network, [coast()])


def test_trips_weigh_transfers(found: Flows) -> None:
    """By trips a pair counts as it is travelled: with trips between two zones alone all journeys are theirs."""
    model = found.passengers
    assert model is not None
    zones = sorted(zone_populations(found.network, 2016))
    whole = zone_trips(found, with_cars=True)
    row, column = zones.index("qingxiu"), zones.index("haicheng")
    places = [model.people.names.index(zone) for zone in zones]
    assert whole[row, column] == pytest.approx(sum(model.trips_by(purpose)[places[row], places[column]].sum() for purpose in PURPOSES))
    without = zone_trips(found, with_cars=False)
    assert (without <= whole + 1e-9).all()
    assert without.sum() < whole.sum()
    one = np.zeros(whole.shape)
    one[row, column] = 5.0
    evaluation = evaluate_transfers(found.network, DoorTimes(found.network), trips=one)
    assert evaluation.weights == "trips"
    assert evaluation.pair_weight[row, column] == 1
    assert set(evaluation.traced.journeys.origin[evaluation.journey_weight > 0]) == {row}
    with pytest.raises(ValueError, match="trips must be"):
        evaluate_transfers(found.network, DoorTimes(found.network), trips=np.zeros(whole.shape))


def test_summary_says_how_far(found: Flows) -> None:
    told = flow_summary(found)
    assert told["converged"]
    assert float(told["passengers"]["gap"]) <= float(told["passengers"]["gap_asked_for"])
    assert float(told["rounds"][-1]["truck_time_gap"]) <= float(told["gap_asked_for"])
    shares = told["roads"]["vehicle_km_by_confidence_of_link"]
    assert math.fsum(shares.values()) == pytest.approx(1)
    assert json.dumps(told)


def test_ways_home_that_nobody_loses_are_not_listed(found: Flows) -> None:
    assert found.passengers is not None
    ways = tuple(LostWayHome("leisure", "qingxiu", "qinnan", trips) for trips in (1e-9, 4e-4, 0.002))
    whole = dataclasses.replace(found, passengers=dataclasses.replace(found.passengers, lost_ways_home=ways))
    assert flow_summary(whole)["passengers"]["lost_ways_home"] == [vars(ways[-1])]


def test_parameters_at_a_bound_are_named(found: Flows) -> None:
    settings = found.network.settings
    own = settings.choice.weights.terminal

    def parameter(name: str, start: float, by: str) -> FitParameter:
        given = {"id": name, "by": by, "settings": {"choice.weights.terminal": start}, "source": "made_up", "confidence": "assumed"}
        return FitParameter.model_validate(given | {"lower": 0.5 if by == "factor" else -2.0, "upper": 2.0}, strict=False)

    rows = [parameter("low", own * 2, "factor"), parameter("high", own - 2, "shift"), parameter("free", own, "factor"),
            parameter("fixed", own / 2, "none")]  # fmt: skip
    assert at_bound(settings, rows) == ["low", "high"]
    assert flow_summary(found, (), rows)["parameters_at_bound"] == ["low", "high"]


def test_runs_over_seats_are_told_by_mode(found: Flows, tables: dict[str, pd.DataFrame]) -> None:
    model = found.passengers
    assert model is not None
    few = dataclasses.replace(model.run_loads, seats=np.full(len(model.run_loads.seats), 2.0))
    told = {item["mode"]: item for item in over_seats(few)}
    runs = tables["flows_services"]
    assert set(told) == set(runs["mode"][runs["most_on_board"] > 2])
    assert len(told) > 1
    for mode, item in told.items():
        own = runs[runs["mode"] == mode]
        assert (item["runs"], item["of_runs"]) == ((own["most_on_board"] > 2).sum(), len(own))
        assert item["highest_load_factor"] == pytest.approx(own["most_on_board"].max() / 2)
    many = dataclasses.replace(model.run_loads, seats=np.full(len(model.run_loads.seats), 1e9))
    assert over_seats(many) == []


def test_a_run_without_people_says_so_and_goes_on(coast_scenario: Scenarios, tmp_path: Path) -> None:
    result = run(coast_scenario(), tmp_path / "a", ("network", "flows"))
    assert result.messages[0].startswith("no flows: ")
    assert result.manifest["flows"]["missing"] == [result.messages[0]]
    assert not list(result.folder.glob("flows_*"))
