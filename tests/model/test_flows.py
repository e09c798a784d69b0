"""Freight and passengers in turn on the coast with people in its zones: they agree, and their totals tie out with what is loaded."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest

from bbwnet.assignment.freight_flows import LEG_MODES
from bbwnet.assignment.truck_trips import TRUCK_CLASSES
from bbwnet.errors import DidNotConverge, InputError, NetworkError
from bbwnet.model.elasticities import elasticities
from bbwnet.model.flow_emissions import Emitted, emitted, together
from bbwnet.model.flow_region import links_in_region, nodes_in_region
from bbwnet.model.flow_totals import DAYS_PER_YEAR, ModeTotal, mode_totals
from bbwnet.model.flows import Flows, FlowSettings, flows, truck_time_gap
from bbwnet.model.passenger_loop import LoopSettings
from bbwnet.model.ridden import ridden
from bbwnet.network.network import Network
from bbwnet.scenario.great_circle import great_circle_km
from bbwnet.scenario.schema.choice import CHOICE_MODES
from bbwnet.scenario.schema.demand import PURPOSES
from bbwnet.scenario.schema.fares import EmissionFactor
from bbwnet.scenario.schema.places import PopulationFigure

Networks = Callable[..., Network]

MILLIONS = {"qingxiu": 3, "qinnan": 1, "haicheng": 1, "gangkou": 1, "longhua": 2, "qiongshan": 1, "hanoi": 4}
FACTORS = (
    ("drive", "co2", "vehicle", 0.2), ("drive", "nox", "vehicle", 0.001), ("rail", "co2", "person", 0.03),
    ("light_truck", "co2", "vehicle", 0.4), ("heavy_truck", "co2", "vehicle", 0.9), ("rail_freight", "co2", "tonne", 0.006),
    ("heavy_truck", "nox", "vehicle", 0.01),
)  # fmt: skip


def settled(network: Network) -> Network:
    """The coast with people in its zones and in Hanoi, and factors of some modes."""
    places = dict(network.assembly.places)
    for place, millions in MILLIONS.items():
        figure = PopulationFigure(year=2016, persons=millions * 1_000_000, source="made_up", confidence="reported")
        places[place] = places[place].model_copy(update={"population": (figure,)})
    own = {"valid_from": "2010-01-01", "source": "made_up"}
    given = [
        {"id": f"{mode}_{pollutant}", "mode": mode, "pollutant": pollutant, "per": per, "factor_kg_km": value, "confidence": "estimated"}
        for mode, pollutant, per, value in FACTORS
    ]
    given.append({"id": "handling", "mode": "handling", "per": "tonne", "factor_kg_t": 0.5, "confidence": "assumed"})
    records = [EmissionFactor.model_validate(own | item, strict=False) for item in given]
    factors: dict[tuple[str, str | None, str], EmissionFactor] = {(item.mode, None, item.pollutant): item for item in records}
    return dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, places=places, emission_factors=factors))


@pytest.fixture(scope="module")
def network(coast: Networks) -> Network:
    return settled(coast())


@pytest.fixture(scope="module")
def found(network: Network) -> Flows:
    return flows(network)


@pytest.fixture(scope="module")
def totals(found: Flows) -> dict[tuple[str, str], ModeTotal]:
    return {(item.kind, item.mode): item for item in mode_totals(found)}


def test_trucks_and_cars_agree(found: Flows) -> None:
    assert found.converged
    assert found.passengers is not None
    assert found.freight is not None
    assert found.rounds[-1].truck_time_gap <= found.bound
    assert found.rounds[-1].trucks_day == pytest.approx(found.freight.truck_trips.total())
    assert found.missing == ()
    assert set(found.left_out) >= {*found.passengers.left_out, *found.freight.left_out}


def test_the_trucks_of_freight_are_those_on_the_roads(found: Flows) -> None:
    """Trucks that leave their nodes less those that come to them, against what the roads carry away from these nodes."""
    assert found.loads is not None
    assert found.freight is not None
    trucks, loads = found.freight.truck_trips, found.loads
    for name in TRUCK_CLASSES:
        matrix = trucks.of(name)
        assert matrix.sum() > 0
        day = loads.vehicles_day_of(name)
        for place, node in enumerate(trucks.nodes):
            out = math.fsum(day[[tail == node for tail in loads.from_node]]) - math.fsum(day[[head == node for head in loads.to_node]])
            assert out == pytest.approx(matrix[place].sum() - matrix[:, place].sum(), abs=1e-6 * matrix.sum())


def test_truck_time_gap_by_hand(found: Flows) -> None:
    """Two groups of 10 and 14 hours, two arcs: trucks 3 and 1 an hour, then 2 and 0; what they reckoned with and met."""
    assert found.loads is not None
    loads = dataclasses.replace(
        found.loads,
        start_hours=(0, 10),
        classes=("business", "light_truck", "heavy_truck"),
        vehicles_h=np.array([[[9.0, 9.0], [1.0, 1.0], [2.0, 0.0]], [[9.0, 9.0], [2.0, 0.0], [0.0, 0.0]]]),
        free_s=np.array([100.0, 50.0]),
        seconds=np.array([[110.0, 50.0], [100.0, 80.0]]),
    )
    # on empty roads 3 x 10 x 100 + 1 x 10 x 50 + 2 x 14 x 100 = 6,300 truck-seconds; 3 x 10 x 10 = 300 more on loaded ones
    assert truck_time_gap(loads, None) == pytest.approx(300 / 6300)
    assert truck_time_gap(loads, loads.seconds) == 0
    assert truck_time_gap(dataclasses.replace(loads, vehicles_h=np.zeros((2, 3, 2))), None) == 0


def test_trips_by_mode_are_the_demand(found: Flows, totals: dict[tuple[str, str], ModeTotal]) -> None:
    assert found.passengers is not None
    trips = [totals["passengers", mode].trips or 0.0 for mode in CHOICE_MODES]
    assert math.fsum(trips) == pytest.approx(found.passengers.demand.total(), rel=1e-9)
    assert math.fsum(totals["passengers", mode].share or 0.0 for mode in CHOICE_MODES) == pytest.approx(1)


def test_vehicle_km_are_those_of_the_links(found: Flows, totals: dict[tuple[str, str], ModeTotal]) -> None:
    loads = found.loads
    assert loads is not None
    road = [mode == "highway" for mode in loads.mode]
    cars = loads.vehicles_h[:, [loads.classes.index(purpose) for purpose in PURPOSES]].sum(axis=1)
    by_hand = sum(
        hours * cars[group, arc] * loads.length_km[arc]
        for group, hours in enumerate(loads.hours.tolist())
        for arc in range(len(loads.link))
        if road[arc]
    )
    own = totals["passengers", "car"]
    assert own.vehicle_km == pytest.approx(by_hand)
    assert own.passenger_km == pytest.approx(2 * by_hand)  # persons in a car by default
    assert totals["freight", "road"].vehicle_km == pytest.approx(sum(loads.km_of(name) for name in TRUCK_CLASSES))


def test_emissions_are_factors_times_kilometres(found: Flows, totals: dict[tuple[str, str], ModeTotal]) -> None:
    assert found.loads is not None
    assert found.freight is not None
    car = totals["passengers", "car"]
    assert car.emitted.kg == {
        "co2": pytest.approx(0.2 * (car.vehicle_km or 0.0)), "nox": pytest.approx(0.001 * (car.vehicle_km or 0.0)), "pm25": None,
    }  # fmt: skip
    road = totals["freight", "road"]
    light, heavy = (found.loads.km_of(name) for name in TRUCK_CLASSES)
    assert road.emitted.kg["co2"] == pytest.approx(0.4 * light + 0.9 * heavy)
    assert road.emitted.kg["nox"] is None  # light trucks have no factor, so the sum is not known
    rail = totals["freight", "rail"]
    assert rail.emitted.kg["co2"] == pytest.approx(0.006 * (rail.tonne_km or 0.0))
    terminals = found.freight.terminals
    handled = (terminals["loaded_tonnes_year"].sum() + terminals["unloaded_tonnes_year"].sum()) / DAYS_PER_YEAR
    assert handled > 0
    assert totals["freight", "handling"].emitted.kg["co2"] == pytest.approx(0.5 * handled)
    assert (car.emitted.confidence, totals["freight", "handling"].emitted.confidence) == ("estimated", "assumed")


def test_tonne_km_are_those_of_the_links(found: Flows, totals: dict[tuple[str, str], ModeTotal]) -> None:
    assert found.freight is not None
    frame = found.freight.link_tonnes
    length = found.network.links["length_km"]
    for mode in ("road", "rail"):
        own = frame[frame["mode"] == mode]
        by_hand = math.fsum(tonnes * length[link] for link, tonnes in zip(own["link"], own["tonnes_year"], strict=True))
        assert totals["freight", mode].tonne_km == pytest.approx(by_hand / DAYS_PER_YEAR)


def test_voyages_beyond_the_region_have_a_row_without_a_share(found: Flows, totals: dict[tuple[str, str], ModeTotal]) -> None:
    freight = found.freight
    assert freight is not None
    near = links_in_region(found.network, both_ends=True)
    frame = freight.link_tonnes[freight.link_tonnes["mode"] == "sea"]
    for mode, own in (("sea", frame["link"].isin(near)), ("sea_overseas", ~frame["link"].isin(near))):
        assert totals["freight", mode].tonne_km == pytest.approx(math.fsum(frame["tonne_km_year"][own]) / DAYS_PER_YEAR)
    assert math.fsum(totals["freight", mode].share or 0.0 for mode in LEG_MODES) == pytest.approx(1)
    assert (totals["freight", "sea_overseas"].share, totals["freight", "sea_overseas"].tonnes_share) == (None, None)
    sent = freight.tonnes()
    for mode in LEG_MODES:
        by_hand = math.fsum(
            tonnes for chain, tonnes in zip(freight.chains["chain"], freight.chains["tonnes_year"], strict=True) if mode in chain.split("+")
        )
        assert totals["freight", mode].tonnes_share == pytest.approx(by_hand / sent)


def test_nodes_lie_where_their_nearest_place_does(network: Network) -> None:
    inside = nodes_in_region(network)
    places = {place.id: place for place in network.assembly.places.values() if place.kind in {"zone", "gateway", "asean_gateway"}}
    for name, lon, lat in zip(network.nodes.index, network.nodes["lon"], network.nodes["lat"], strict=True):
        nearest = min(places.values(), key=lambda place: great_circle_km(lon, lat, place.lon, place.lat))
        assert (name in inside) == (nearest.kind == "zone")
    assert "hanoi" not in inside
    assert "qingxiu" in inside
    links = network.links
    one, both = links_in_region(network), links_in_region(network, both_ends=True)
    assert both < one
    for link, tail, head in zip(links.index, links["from"], links["to"], strict=True):
        assert ((link in one), (link in both)) == (tail in inside or head in inside, tail in inside and head in inside)


def test_ways_to_stations_emit_as_taxis_and_buses(network: Network, found: Flows) -> None:
    own = {"valid_from": "2010-01-01", "source": "made_up", "confidence": "assumed"}
    taxi = EmissionFactor.model_validate(own | {"id": "taxi", "mode": "taxi", "per": "vehicle", "factor_kg_km": 0.2}, strict=False)
    bus = EmissionFactor.model_validate(own | {"id": "bus", "mode": "bus", "factor_kg_km": 0.1}, strict=False)
    factors = {**network.assembly.emission_factors, ("taxi", None, "co2"): taxi, ("bus", None, "co2"): bus}
    model = found.passengers
    assert model is not None
    assert next(item for item in mode_totals(found) if item.mode == "access").emitted.kg["co2"] is None
    changed = dataclasses.replace(network, assembly=dataclasses.replace(network.assembly, emission_factors=factors))
    totals = {item.mode: item for item in mode_totals(dataclasses.replace(found, network=changed)) if item.kind == "passengers"}
    parts = ridden(model.search.offers.journeys, model.riders, network.settings.access.walk_speed_kmh)
    for mode, besides in (("access", parts.access), ("local", parts.local)):
        by_hand = 0.2 * besides.drive_km / network.settings.fares.persons_per_taxi + 0.1 * besides.bus_km
        assert (totals[mode].emitted.kg["co2"] or 0.0) == pytest.approx(by_hand)
    assert parts.access.drive_km > 0
    assert totals["access"].trips is None


def test_emitted_by_hand(network: Network) -> None:
    assert emitted(network, "rail", {"person": 100.0}).kg == {"co2": pytest.approx(3.0), "nox": None, "pm25": None}
    assert emitted(network, "rail", {"vehicle": 100.0}).kg["co2"] is None  # the factor is by person
    assert emitted(network, None, {"person": 1.0}) == Emitted({"co2": None, "nox": None, "pm25": None}, None)
    assert emitted(network, "handling", {}, tonnes=8.0).kg["co2"] == 4.0
    both = together([emitted(network, "rail", {"person": 100.0}), emitted(network, "drive", {"vehicle": 10.0})])
    assert both.kg == {"co2": pytest.approx(5.0), "nox": None, "pm25": None}
    assert together([]).kg["co2"] is None


def test_elasticities_have_their_signs_and_hold_demand(found: Flows) -> None:
    model = found.passengers
    assert model is not None
    money = np.zeros(model.car_min.shape)
    rows = [item for item in elasticities(model, found.network.settings.choice, money) if item.purpose == "all"]
    trips = model.trips_by_mode()
    for item in rows:
        if item.mode == item.changed and trips[item.mode] > 0 and not (item.mode == "car" and item.attribute == "money"):
            assert item.elasticity is not None
            assert item.elasticity <= 0
        if item.elasticity is not None and item.mode != item.changed:
            assert item.elasticity >= -1e-9
    for attribute in ("time", "money"):
        for changed in CHOICE_MODES:
            shift = [
                item.elasticity * trips[item.mode]
                for item in rows
                if (item.attribute, item.changed) == (attribute, changed) and item.elasticity
            ]
            assert math.fsum(shift) == pytest.approx(0, abs=1e-6 * math.fsum(trips.values()))
    with pytest.raises(ValueError, match="car_cny has shape"):
        elasticities(model, found.network.settings.choice, money[0])


def test_modes_of_next_to_nobody_have_no_elasticity(found: Flows) -> None:
    """With all trips ten thousand times fewer elasticities stay, but for modes that are left with less than a trip a day."""
    model = found.passengers
    assert model is not None
    choice, money = found.network.settings.choice, np.zeros(model.car_min.shape)
    gravity = {purpose: dataclasses.replace(item, trips=item.trips * 1e-4) for purpose, item in model.passengers.gravity.items()}
    fewer = dataclasses.replace(model, passengers=dataclasses.replace(model.passengers, gravity=gravity))
    trips = {mode: made * 1e-4 for mode, made in model.trips_by_mode().items()}
    assert {made < 0.5 for made in trips.values()} == {True, False}
    for before, after in zip(elasticities(model, choice, money), elasticities(fewer, choice, money), strict=True):
        if after.purpose == "all" and trips[after.mode] < 0.5:
            assert after.elasticity is None
        elif after.purpose == "all" and trips[after.mode] > 2:
            assert after.elasticity == pytest.approx(before.elasticity)


def test_a_region_without_people_says_what_is_missing(coast: Networks) -> None:
    with pytest.raises(NetworkError) as caught:
        flows(coast())
    assert str(caught.value) == (
        "no flows: freight: region coast has no zones with population; passengers: region coast has no zones with population"
    )


def test_what_does_not_converge_raises_or_warns(network: Network) -> None:
    tight = FlowSettings(gap=1e-12, most_rounds=1)
    with pytest.raises(DidNotConverge, match=r"time of trucks is off by .* after 1 rounds, 1e-12 was asked for"):
        flows(network, settings=tight)
    with pytest.warns(RuntimeWarning, match="time of trucks"):
        found = flows(network, settings=dataclasses.replace(tight, if_not_converged="warn"))
    assert not found.converged


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (FlowSettings(gap=0), "gap"),
        (FlowSettings(gap=math.nan), "gap"),
        (FlowSettings(most_rounds=0), "most_rounds"),
        (FlowSettings(if_not_converged="never"), "if_not_converged"),  # type: ignore[arg-type]
        (FlowSettings(passengers=LoopSettings(most_rounds=0)), "most_rounds"),
    ],
)
def test_settings_that_make_no_sense(network: Network, settings: FlowSettings, message: str) -> None:
    with pytest.raises(InputError, match=message):
        flows(network, settings=settings)
