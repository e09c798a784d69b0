"""Random traffic under random closures on the coast, from YAML: what entered is accounted for, and nothing takes more than it can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbwnet.experiment.day import DaySettings, simulate
from bbwnet.network.build import build_network
from bbwnet.scenario.read import load_scenario
from tests.simulation.littles_law import check_littles_law, most_in_service

COAST = Path(__file__).parent.parent / "data" / "coast"
NODES = ("qingxiu", "qinnan", "haicheng", "gangkou", "border_dongxing_vn", "port_haikou")
CLOSED = (
    "g75_qingxiu-qinnan", "dongxing", "port_beihai", "beihai-haikou_ferry", "beihai_roro", "emu_ns_bh_2016", "ferry_day", "qinnan", "ne-qz",
)  # fmt: skip
EXPONENTIAL = {"distribution": "exponential", "mean_min": 3.0}
MODES = ("rail", "highway", "ferry", "border", "air")

hours = st.integers(0, 23)
windows = st.tuples(hours, st.integers(1, 14)).map(
    lambda item: {
        "from": f"day 1 {item[0]:02}:00",
        "until": f"day {1 + (item[0] + item[1]) // 24} {(item[0] + item[1]) % 24:02}:00",
    }
)
arrivals = st.tuples(windows, st.sampled_from(["poisson", "regular"]), st.integers(1, 300)).map(
    lambda item: {"process": item[1], "per_hour": [item[0] | {"rate": item[2]}]}
)
vehicles = st.fixed_dictionaries(
    {
        "what": st.sampled_from(["car", "light_truck", "heavy_truck"]),
        "ends": st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)).filter(lambda ends: ends[0] != ends[1]),
        "arrivals": arrivals,
    }
)
ships = st.fixed_dictionaries(
    {
        "what": st.just("ship"),
        "at": st.just("beihai_roro"),
        "arrivals": arrivals,
        "service": st.sampled_from([{"mean_h": 2.0}, {"distribution": "exponential", "mean_min": 20.0}]),
    }
)
closures = st.tuples(
    windows, st.sampled_from([{"what": name} for name in CLOSED] + [{"mode": name} for name in MODES]),
    st.sampled_from([{}, {"to": "slowed", "speed_factor": 0.5}]),
).map(lambda item: item[0] | item[1] | item[2])  # fmt: skip


def stream(number: int, item: dict[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in item.items() if key != "ends"}
    if "ends" in item:
        rest |= {"from": item["ends"][0], "to": item["ends"][1]}
    return {"id": f"s{number}", **rest}


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    streams=st.lists(st.one_of(vehicles, ships), min_size=1, max_size=4),
    closed=st.lists(closures, max_size=3),
    queue=st.sampled_from(["point", "spill_back"]),
    days=st.integers(1, 2),
)
def test_balance_capacity_and_littles_law(
    tmp_path: Path, streams: list[dict[str, Any]], closed: list[dict[str, Any]], queue: str, days: int
) -> None:
    file = tmp_path / "random.yaml"
    text = {
        "schema": 1,
        "extends": str(COAST / "baseline.yaml"),
        "name": {"zh": "随机", "en": "Random"},
        "simulation": {
            "flows": False,
            "days": days,
            "roads": {
                "queue": queue,
                "border": {"crossings": [
                    {"crossing": "dongxing", "traffic": "truck", "lanes": 2, "service_time": EXPONENTIAL}
                ]},
            },
            "streams": [stream(number, item) for number, item in enumerate(streams)],
        },
        "disruptions": closed,
    }  # fmt: skip
    file.write_text(yaml.safe_dump(text, allow_unicode=True), encoding="utf-8")
    scenario = load_scenario(file)
    # A day that does not balance raises.
    found = simulate(scenario, build_network(scenario), DaySettings(replications=1))
    assert len(found.undisturbed) == (1 if closed else 0)
    for record in (*found.records, *found.undisturbed):
        rows = {row.what: row for row in record.balance}
        assert all(min(row.entered, row.arrived, row.under_way, row.gave_up) >= -1e-9 for row in rows.values())
        assert rows["runs"].entered > 0
        check_littles_law(record.visits, -21_600.0, 86_400.0 * days)
        for item in record.visits:
            if not np.isnan(item.servers):
                assert most_in_service(item) <= item.servers * (1 + 1e-9), (item.kind, item.server)
        assert (record.servers["utilisation"].dropna() <= 1 + 1e-9).all()
        assert (record.tables["ferry_sailings"]["deck_use"].dropna() <= 1 + 1e-9).all()
