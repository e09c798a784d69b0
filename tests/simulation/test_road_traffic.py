"""Road traffic by hand: free roads, the bottleneck, lanes of borders and plazas, closed roads, spill-back; and at random."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bbwnet.errors import InputError
from bbwnet.model.day_roads import day_roads
from bbwnet.network.network import Network
from bbwnet.network.state import NetworkState
from bbwnet.routing.road import RoadSearch
from bbwnet.scenario.schema.simulation import Disruption
from bbwnet.scenario.schema.simulation_roads import RoadDayChoice
from bbwnet.scenario.schema.simulation_streams import Stream
from bbwnet.simulation.day import Record, simulate_once
from bbwnet.simulation.road_lanes import daily
from bbwnet.simulation.visits import Visits

Coast = Callable[..., Network]
BRIDGE, G75 = "border_dongxing_bridge", "g75_qingxiu-qinnan"
FROM_MIDNIGHT: dict[str, object] = {"from": "day 1 00:00", "until": "day 2 00:00"}


def stream(what: str = "car", rate: float | None = None, way: tuple[str, str] | None = None, **fields: object) -> dict[str, object]:
    """A stream of the tests, at a place or on a way; one vehicle at 05:00, or regular ones all day."""
    arrivals: dict[str, object] = {"process": "schedule", "times": ["day 1 05:00"]}
    if rate is not None:
        arrivals = {"process": "regular", "per_hour": [FROM_MIDNIGHT | {"rate": rate}]}
    ends = {} if way is None else {"from": way[0], "to": way[1]}
    return {"id": "s", "what": what, "arrivals": arrivals} | ends | fields


def drive(
    network: Network,
    streams: Sequence[Mapping[str, Any]],
    roads: Mapping[str, Any] | None = None,
    closed: Sequence[Mapping[str, Any]] = (),
    capacity: Mapping[str, float] | None = None,
) -> Record:
    """Simulate streams alone."""
    own = network.settings.simulation.model_copy(
        update={
            "streams": tuple(Stream.model_validate(item) for item in streams),
            "roads": RoadDayChoice.model_validate(roads or {}),
            "warm_up_h": 0.0,
        }
    )
    disruptions = tuple(Disruption.model_validate(item) for item in closed)
    network = dataclasses.replace(network, settings=network.settings.model_copy(update={"simulation": own, "disruptions": disruptions}))
    day = day_roads(network, None)
    if capacity:
        values = [capacity.get(link, old) for link, old in zip(day.arcs.link, day.arcs.capacity_pcu_h.tolist(), strict=True)]
        day = dataclasses.replace(day, arcs=dataclasses.replace(day.arcs, capacity_pcu_h=np.array(values)))
    return simulate_once(network, {"roads": day})


def minutes(record: Record) -> float:
    return float(record.tables["car_trips"]["mean_min"].iloc[0])


def visits(record: Record, name: str) -> Visits:
    return next(item for item in record.visits if item.server == name)


@pytest.mark.parametrize(
    "ends", [("qingxiu", "gangkou"), ("haicheng", "dongxing"), ("longhua", "port_haikou"), ("nanning_east", "haicheng")]
)
def test_a_free_road_takes_as_long_as_the_router_says(coast: Coast, ends: tuple[str, str]) -> None:
    network = coast()
    found = RoadSearch(network, NetworkState.free_flow(network)).drive(*ends)
    assert found is not None
    record = drive(network, [stream(way=ends)])
    assert minutes(record) == found.minutes
    assert record.lost_hours["vehicle_h_car"] == found.minutes / 60


def test_a_heavy_truck_is_slower(coast: Coast) -> None:
    """110 km at 80 km/h."""
    assert minutes(drive(coast(), [stream("heavy_truck", at=G75)])) == pytest.approx(82.5)


@pytest.mark.parametrize("queue", ["point", "spill_back"])
def test_the_deterministic_bottleneck(coast: Coast, queue: str) -> None:
    """0.8 veh/s for 500 s, then 0.4 for 1,000 s, capacity 2/3: fluid 31.25 s a vehicle; single vehicles within 3 %."""
    rates = [
        {"from": "day 1 00:00", "until": "day 1 00:08:20", "rate": 2880.0},
        {"from": "day 1 00:08:20", "until": "day 1 00:25", "rate": 1440.0},
    ]
    arrivals = {"process": "regular", "per_hour": rates}
    record = drive(coast(), [stream(at=G75) | {"arrivals": arrivals}], {"queue": queue, "watch": [G75]}, capacity={G75: 2400.0})
    waits = visits(record, f"{G75}:forward").wait_s
    assert len(waits) == 800
    assert float(waits.mean()) == pytest.approx(31.25, rel=0.03)
    assert float(waits.max()) == pytest.approx(100.0, rel=0.01)
    hours = record.tables["road_hours"].query("link == @G75")
    assert hours["delay_vehicle_h"].sum() == pytest.approx(float(waits.sum()) / 3600)


def test_lanes_of_a_border_and_the_dwell_beside_them(coast: Coast) -> None:
    """One lane of 10 min, trucks every 6 min in the first hour: the k-th waits 4 k min; 20 min beside the lane."""
    rates = {"process": "regular", "per_hour": [{"from": "day 1 00:00", "until": "day 1 01:00", "rate": 10.0}]}
    lanes = {"crossing": "dongxing", "traffic": "truck", "lanes": 1, "service_time": {"mean_min": 10.0}, "rest_min": 20.0}
    record = drive(coast(), [stream("heavy_truck", at="dongxing") | {"arrivals": rates}], {"border": {"crossings": [lanes]}})
    found = visits(record, f"{BRIDGE}:out:truck")
    assert (found.wait_s / 60).tolist() == pytest.approx([4.0 * place for place in range(10)])
    assert minutes(record) == pytest.approx(4 * 4.5 + 10 + 20)


def test_a_crossing_that_nobody_waits_at_takes_its_dwell(coast: Coast) -> None:
    record = drive(coast(), [stream(at=BRIDGE)], {"border": {"inspection": "fixed"}})
    assert minutes(record) == 60.0


def test_single_inspection_is_quicker(coast: Coast) -> None:
    record = drive(coast("policy.border.single_inspection=true"), [stream(at=BRIDGE)], {"border": {"inspection": "fixed"}})
    assert minutes(record) == 20.0


def test_a_plaza_with_electronic_toll(coast: Coast) -> None:
    """Half pay in 4 s, half in 12 s, nobody waits long: on average 8 s beyond the hour of the road."""
    plaza = {
        "id": "p", "link": G75, "direction": "forward", "lanes": 3, "etc_lanes": 1, "etc_share": 0.5, "source": "x",
        "confidence": "assumed",
        "service_time": {"mean_s": 12.0}, "etc_service_time": {"mean_s": 4.0},
    }  # fmt: skip
    record = drive(coast(), [stream(rate=100.0, at="p")], {"toll_plazas": [plaza]})
    sizes = [len(visits(record, name).count) for name in ("p", "p:etc")]
    assert sum(sizes) == 2400
    assert sizes[0] == pytest.approx(1200, abs=100)
    assert minutes(record) == pytest.approx(60 + 8 / 60, abs=0.01)


@pytest.mark.parametrize(("patience", "expected"), [(30.0, 30 + 120), (240.0, 180 + 60)])
def test_a_closed_road_is_waited_for_or_gone_round(coast: Coast, patience: float, expected: float) -> None:
    """Closed from 05:00 to 08:00: after 30 minutes the old road of two hours is taken, with patience the hour of the new one."""
    closed = [{"what": G75, "from": "day 1 04:00", "until": "day 1 08:00"}]
    record = drive(coast(), [stream(way=("qingxiu", "qinnan"))], {"drivers": {"patience_min": patience}}, closed)
    assert minutes(record) == expected


def test_without_another_way_drivers_wait_or_give_up(coast: Coast) -> None:
    closed = [{"what": BRIDGE, "from": "day 1 04:00", "until": "day 1 08:00"}]
    waits = drive(coast(), [stream(at=BRIDGE)], {"border": {"inspection": "fixed"}}, closed)
    assert minutes(waits) == 180 + 60
    record = drive(coast(), [stream(at=BRIDGE)], {"drivers": {"give_up_h": 1.0}}, closed)
    assert record.balance[0].gave_up == 1.0
    assert "gave up" in record.messages[0]


def test_spill_back_holds_up_the_link_before(coast: Coast) -> None:
    """A last link that stores little holds cars on the one before it; a point queue does not."""
    both = [stream(rate=600.0, way=("qinnan", "nanning_east")), stream(id="t", rate=1.0, at=G75)]
    delays = {}
    for queue in ("point", "spill_back"):
        record = drive(coast(), both, {"queue": queue}, capacity={"urban_qingxiu-ne": 400.0})
        hours = record.tables["road_hours"]
        delays[queue] = {link: float(hours.query("link == @link")["delay_vehicle_h"].sum()) for link in (G75, "urban_qingxiu-ne")}
    assert delays["point"][G75] < 1.0
    assert delays["spill_back"][G75] > 10.0
    assert delays["spill_back"]["urban_qingxiu-ne"] < delays["point"]["urban_qingxiu-ne"]


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"at": "g75_qingxiu-qinan"}, "did you mean g75_qingxiu-qinnan"), ({"way": ("qingxiu", "longhu")}, "longhua")],
)
def test_streams_of_unknown_places_are_refused(coast: Coast, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        drive(coast(), [stream(**fields)])


@pytest.mark.parametrize(
    ("roads", "message"),
    [
        ({"watch": ["g75_qingxiu-qinan"]}, "watch: g75_qingxiu-qinan is no road"),
        (
            {"border": {"crossings": [{"crossing": "dongxin", "traffic": "truck", "lanes": 1, "service_time": {"mean_s": 1.0}}]}},
            "did you mean dongxing",
        ),
        (
            {"toll_plazas": [{"id": "p", "link": BRIDGE, "lanes": 1, "source": "x", "confidence": "assumed"}]},
            "toll plaza p: border_dongxing_bridge is no road",
        ),
    ],
)
def test_lanes_at_unknown_places_are_refused(coast: Coast, roads: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        drive(coast(), [stream(at=G75)], roads)


@pytest.mark.parametrize(
    ("plaza", "message"),
    [
        ({"lanes": 0}, "must be more than 0 where someone stops"),
        ({"lanes": 1, "etc_share": 0.5}, "etc_lanes"),
        ({"lanes": 1, "service_time": {"mean_s": 0.0}}, "greater than 0"),
    ],
)
def test_plazas_without_lanes_are_refused(plaza: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        RoadDayChoice.model_validate({"toll_plazas": [{"id": "p", "link": G75, "source": "x", "confidence": "assumed"} | plaza]})


def test_trucks_wait_overnight_for_the_crossing_to_open() -> None:
    """Open 8:00 to 18:00: one that comes at 19:00 is served at 8:00 of the next day; the day before counts too."""
    calendar = daily(8 * 3600.0, 18 * 3600.0, 0, 2)
    assert calendar.next_open_s(19 * 3600.0) == 32 * 3600.0
    assert calendar.next_open_s(-3600.0) == 8 * 3600.0
    assert calendar.next_open_s(-8 * 3600.0) == -8 * 3600.0
    assert daily(0.0, 86_400.0, 0, 2).is_always_open
    with pytest.raises(ValueError, match="before it opens"):
        daily(10.0, 5.0, 0, 1)


def test_a_day_of_two_days_drives_twice(coast: Coast) -> None:
    arrivals = {"process": "schedule", "times": ["day 1 05:00", "day 2 05:00", "day 2 23:30"]}
    record = drive(coast("simulation.days=2"), [stream(at=G75) | {"arrivals": arrivals}])
    assert record.balance[0].arrived == 3.0
    assert record.tables["road_hours"]["hour"].tolist() == [5, 29, 47]


NODES = ["qingxiu", "qinnan", "haicheng", "gangkou", "dongxing"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    trips=st.lists(
        st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from(["car", "heavy_truck"]), st.integers(1, 900)),
        min_size=1,
        max_size=4,
    ).filter(lambda items: all(item[0] != item[1] for item in items)),
    queue=st.sampled_from(["point", "spill_back"]),
    capacity=st.integers(100, 900),
    hours=st.tuples(st.integers(0, 10), st.integers(1, 12)),
    link=st.sampled_from([G75, "g75_qinnan-gangkou", "g325_qingxiu-qinnan"]),
)
def test_balance_capacity_and_order_hold(
    coast: Coast, trips: list[tuple[str, str, str, int]], queue: str, capacity: int, hours: tuple[int, int], link: str
) -> None:
    rates = [{"from": "day 1 05:00", "until": "day 1 06:00"}]
    streams = [
        stream(what, way=(origin, destination), id=f"s{number}")
        | {"arrivals": {"process": "poisson", "per_hour": [rates[0] | {"rate": float(rate)}]}}
        for number, (origin, destination, what, rate) in enumerate(trips)
    ]
    closed = [{"what": link, "from": f"day 1 {hours[0]:02}:00", "until": f"day 1 {hours[0] + hours[1]:02}:00"}]
    narrow = {name: float(capacity) for name in (G75, "g75_qinnan-gangkou", "g75_qinnan-haicheng")}
    # That it balances is checked by `simulate_once`.
    record = drive(coast(), streams, {"queue": queue, "watch": [*narrow]}, closed, narrow)
    for found in record.visits:
        leave = np.sort(found.start_s)
        assert (found.start_s >= found.arrive_s).all()
        assert (np.diff(found.start_s[np.argsort(found.arrive_s, kind="stable")]) >= 0).all()
        # A vehicle of p pcu keeps the end for its own time: nobody starts before that.
        busy = np.sort(found.leave_s)
        assert (leave[1:] >= busy[:-1] - 1e-6).all()
