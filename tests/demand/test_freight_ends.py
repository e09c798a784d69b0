"""What ends of freight send and receive: on a made-up coast worked by hand, and on the bundled network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bbwnet.demand.freight_distribution import freight_demand
from bbwnet.demand.freight_ends import FreightEnds, end_kinds, freight_ends
from bbwnet.errors import NetworkError
from bbwnet.network.build import build_network
from bbwnet.network.network import Network
from bbwnet.scenario.read import load_scenario
from bbwnet.scenario.schema.freight import FREIGHT_COMMODITIES

MADE_UP = "source: made_up, confidence: assumed"
FREIGHT = f"""
schema: 1
nodes:
  - {{id: port_far, name: {{zh: 远港, en: Far port}}, kind: port, lon: 112.0, lat: 19.0, {MADE_UP}}}
  - {{id: port_river, name: {{zh: 河港, en: River port}}, kind: port, lon: 105.9, lat: 21.0, place: hanoi, {MADE_UP}}}
links:
  - {{id: port_beihai-port_far, from: port_beihai, to: port_far, mode: sea, line: lane, length_km: 420, {MADE_UP}}}
freight_hinterlands:
  - {{id: half_of_hanoi, place: hanoi, share: 0.5, {MADE_UP}}}
freight_sites:
  - {{id: far_coal, name: {{zh: 煤, en: Coal}}, end: port_far, commodity: coal, direction: production,
     tonnes_per_year: 1, year: 2016, balances: true, {MADE_UP}}}
  - {{id: power, name: {{zh: 电厂, en: Power}}, end: port_beihai, commodity: coal, direction: attraction,
     tonnes_per_year: 700, year: 2016, market: sea, {MADE_UP}}}
  - {{id: mine, name: {{zh: 矿, en: Mine}}, end: qinnan, commodity: coal, direction: production,
     tonnes_per_year: 200, year: 2014, growth: product, {MADE_UP}}}
  - {{id: shut, name: {{zh: 旧厂, en: Shut}}, end: qinnan, commodity: coal, direction: attraction,
     tonnes_per_year: 9, year: 2014, closed: 2016-01-01, {MADE_UP}}}
  - {{id: yard_coal, name: {{zh: 货场, en: Yard}}, end: nanning_station, commodity: coal, direction: attraction,
     tonnes_per_year: 100, year: 2016, {MADE_UP}}}
projects:
  - {{id: second_power, name: {{zh: 二期, en: Second power}}, clauses: [X5], commitment: plan, status: proposed, {MADE_UP},
     add: {{freight_sites: [{{id: power_two, name: {{zh: 电厂, en: Power}}, end: port_beihai, commodity: coal, direction: attraction,
       tonnes_per_year: 300, year: 2030, opened: 2019-01-01, {MADE_UP}}}]}},
     change: {{freight_sites.yard_coal.tonnes_per_year: 50.0}}, remove: {{freight_sites: [mine]}}}}
"""
COAL = FREIGHT_COMMODITIES.index("coal")

Ends = Callable[..., FreightEnds]


@pytest.fixture
def networks(coast_folder: Path) -> Callable[..., Network]:
    """The coast with people, product (real growth 10 % a year, no rise of prices) and freight; only coal has rates."""
    places = coast_folder / "network" / "places.yaml"
    lines = []
    for line in places.read_text("utf-8").splitlines():
        own = line.rstrip()
        for zone, persons in (("qingxiu", 1000), ("haicheng", 500), ("hanoi", 4000)):
            if own.startswith(f"  - {{id: {zone},"):
                product = f"gdp: [{{year: 2016, gdp_cny: {persons * 1000.0}, {MADE_UP}}}], "
                own = own.replace(", source:", f", population: [{{year: 2016, persons: {persons}, {MADE_UP}}}], {product}source:")
        lines.append(own)
    places.write_text("\n".join(lines) + "\n", "utf-8")
    (coast_folder / "freight.yaml").write_text(FREIGHT, "utf-8")
    scenario = coast_folder / "baseline.yaml"
    own_settings = """include: [freight.yaml]
demand:
  passenger: {product_growth: 0.1, price_growth: 0.0}
  freight:
    commodities:
      coal: {attraction_t_per_resident: 0.2, attraction_t_per_million_cny_product: 100.0, product_elasticity: 0.5, imported_share: 0.0}
"""
    scenario.write_text(scenario.read_text("utf-8") + own_settings, "utf-8")
    return lambda *overrides: build_network(load_scenario(scenario, overrides=overrides))


@pytest.fixture
def ends(networks: Callable[..., Network]) -> Ends:
    return lambda *overrides: freight_ends(networks(*overrides))


def coal(found: FreightEnds, end: str) -> tuple[Any, Any]:
    row = found.names.index(end)
    return float(found.productions[COAL, row]), float(found.attractions[COAL, row])


def test_rates_and_sites_of_the_base_year(ends: Ends) -> None:
    """A zone of 1000 residents with a million CNY receives 200 t and 100 t; Hanoi half of 800 and of its product of 4 million."""
    found = ends()
    assert found.year == 2016
    assert coal(found, "qingxiu") == (0.0, pytest.approx(300))
    assert coal(found, "haicheng") == (0.0, pytest.approx(150))
    assert coal(found, "hanoi") == (0.0, pytest.approx(600))
    assert coal(found, "port_beihai") == (0.0, 700.0)
    assert found.sea_attractions[COAL, found.names.index("port_beihai")] == 700.0
    assert coal(found, "nanning_station") == (0.0, 100.0)
    # the mine's figure of 2014 grew with product by the root of 1.1 squared; what is shut is gone
    assert coal(found, "qinnan") == (pytest.approx(200 * 1.1), 0.0)
    assert coal(found, "port_far") == (pytest.approx(300 + 150 + 600 + 700 + 100 - 220), 0.0)
    assert coal(found, "longhua") == (0.0, 0.0)
    assert set(found.without_persons) == {"gangkou", "longhua", "qinnan", "qiongshan"}
    # nobody refines oil here, and no coast sends any: who would use it is told
    told = {item.commodity for item in found.unbalanced if item.end == "haicheng"}
    assert "oil" in told
    assert "coal" not in told


def test_kinds_of_ends(ends: Ends, networks: Callable[..., Network]) -> None:
    found = ends()
    kinds = dict(zip(found.names, found.kinds, strict=True))
    assert kinds["qingxiu"] == "zone"
    assert kinds["port_beihai"] == kinds["nanning_station"] == "site"
    assert kinds["hanoi"] == "gateway"
    assert kinds["port_far"] == "sea"
    assert "mong_cai" not in kinds  # no hinterland, no site
    network = networks()
    assert end_kinds(network, ["dongxing", "noibai_airport", "port_river"]) == ("site", "gateway", "gateway")
    with pytest.raises(KeyError):
        end_kinds(network, ["nowhere"])


def test_tonnes_grow_with_product_by_their_elasticity(ends: Ends) -> None:
    grown = 1.1 ** (4 * 0.5)
    found = ends("demand.year=2020")
    assert coal(found, "qingxiu")[1] == pytest.approx(300 * grown)
    assert coal(found, "hanoi")[1] == pytest.approx(600 * grown)
    assert coal(found, "qinnan")[0] == pytest.approx(200 * 1.1**3)
    assert coal(found, "port_beihai")[1] == 700.0
    still = ends("demand.year=2020", "demand.freight.growth=none")
    assert still.year == 2016
    assert np.array_equal(still.productions, ends().productions)
    assert np.array_equal(still.attractions, ends().attractions)
    # how passengers grow is another matter
    assert coal(ends("demand.year=2020", "demand.passenger.growth=none"), "qingxiu")[1] == pytest.approx(300 * grown)


def test_projects_add_change_and_remove_sites(ends: Ends) -> None:
    found = ends("projects.also=[second_power]")
    assert coal(found, "port_beihai") == (0.0, 1000.0)
    assert coal(found, "nanning_station") == (0.0, 50.0)
    assert coal(found, "qinnan") == (0.0, 0.0)
    assert found.productions[COAL].sum() == pytest.approx(found.attractions[COAL].sum())


def test_a_factor_on_all_tonnes(ends: Ends) -> None:
    found = ends("demand.freight.commodities.coal.volume_factor=2.0")
    assert coal(found, "qingxiu")[1] == pytest.approx(600)
    assert coal(found, "port_beihai")[1] == 1400.0
    assert coal(found, "port_far")[0] == pytest.approx(2 * coal(ends(), "port_far")[0])


def test_sites_are_listed_with_their_tonnes(ends: Ends) -> None:
    found = {item.site: item for item in ends().sites}
    assert set(found) == {"far_coal", "power", "mine", "yard_coal"}
    assert found["mine"].tonnes_year == pytest.approx(220)
    assert (found["power"].end, found["power"].side, found["power"].balances) == ("port_beihai", "attraction", False)
    assert found["far_coal"].balances


def test_a_site_goes_with_its_node(ends: Ends) -> None:
    """With the far port closed nobody supplies coal but the mine: what else was asked for is cut and listed."""
    found = ends("nodes.port_far.closed=2015-01-01")
    assert "port_far" not in found.names
    assert found.attractions[COAL].sum() == pytest.approx(220)
    lacking = sum(item.tonnes_year for item in found.unbalanced if item.commodity == "coal")
    assert lacking == pytest.approx(300 + 150 + 600 + 700 + 100 - 220)


def test_records_answer_to_set(ends: Ends) -> None:
    assert coal(ends("freight_sites.power.tonnes_per_year=5"), "port_beihai") == (0.0, 5.0)
    assert coal(ends("freight_hinterlands.half_of_hanoi.share=0.25"), "hanoi") == (0.0, pytest.approx(300))


def test_nothing_is_produced_where_rates_and_sites_are_nought(ends: Ends) -> None:
    names = [f"demand.freight.commodities.{name}.{rate}=0" for name in FREIGHT_COMMODITIES for rate in _RATES]
    found = ends(*names, *(f"freight_sites.{name}.tonnes_per_year=0" for name in ("power", "mine", "yard_coal", "far_coal")))
    assert not found.productions.any()
    assert not found.attractions.any()


_RATES = (
    "production_t_per_resident",
    "production_t_per_million_cny_product",
    "attraction_t_per_resident",
    "attraction_t_per_million_cny_product",
)


def test_a_region_without_residents_has_no_freight(coast: Callable[..., Network]) -> None:
    with pytest.raises(NetworkError, match="no zones with population"):
        freight_ends(coast())


def test_demand_of_the_coast_keeps_its_margins(networks: Callable[..., Network]) -> None:
    network = networks()
    made = freight_ends(network)
    found = freight_demand(network, np.full((len(made.names),) * 2, 50.0))
    assert found.ends == made.names
    assert found.of("coal").sum(axis=1) == pytest.approx(made.productions[COAL], rel=1e-5)
    assert found.of("coal")[made.names.index("port_far"), made.names.index("port_beihai")] == pytest.approx(700, rel=1e-5)


# ------------------------------------------------------------------------------------------------ the bundled network


@pytest.fixture(scope="module")
def gulf() -> FreightEnds:
    return freight_ends(build_network(load_scenario("baseline_2016")))


def test_the_gulf_sends_as_much_as_it_receives(gulf: FreightEnds) -> None:
    assert gulf.rows("zone").sum() == 66
    assert list(gulf.names) == sorted(gulf.names)
    assert gulf.unbalanced == ()
    assert gulf.without_persons == ()
    assert gulf.productions.sum(axis=1) == pytest.approx(gulf.attractions.sum(axis=1), rel=1e-12)
    assert (gulf.sea_productions <= gulf.productions).all()
    assert (gulf.sea_attractions <= gulf.attractions).all()


def test_the_gulf_s_magnitudes_before_calibration(gulf: FreightEnds) -> None:
    """Ports of the region without ro-ro: some 205 + 140 + 40 + 35 + 27 + 22 + 14 Mt about 2015, within a factor of 1.5."""
    sea = gulf.rows("sea")
    across = (gulf.productions + gulf.attractions)[:, sea].sum() / 1e6
    assert 480 / 1.5 < across < 480 * 1.5
    # loaded TEU over the sea against 3.7 million in the ports, empty ones included
    row = FREIGHT_COMMODITIES.index("containers")
    assert 3.7 / 1.5 < (gulf.productions + gulf.attractions)[row, sea].sum() / 12 / 1e6 < 3.7 * 1.5
    trade = [gulf.names.index(name) for name in ("hanoi", "lang_son", "mong_cai", "cao_bang")]
    assert 3e6 < (gulf.productions + gulf.attractions)[:, trade].sum() < 8e6


def test_the_gulf_s_freight_grows_by_2030() -> None:
    later = freight_ends(build_network(load_scenario("plan_2030")))
    base = freight_ends(build_network(load_scenario("baseline_2016")))
    assert later.year == 2030
    growth = later.attractions.sum(axis=1) / base.attractions.sum(axis=1)
    assert (growth > 1).all()
    assert growth[FREIGHT_COMMODITIES.index("containers")] == growth.max() > 1.5


def test_freight_sites_of_the_gulf_cite_what_they_are(gulf: FreightEnds) -> None:
    sites = load_scenario("baseline_2016").records.freight_sites
    assert {site.commodity for site in sites} == set(FREIGHT_COMMODITIES)
    assert {site.confidence for site in sites} <= {"estimated", "assumed"}
    balancing = {site.end for site in sites if site.balances}
    assert {kind for name, kind in zip(gulf.names, gulf.kinds, strict=True) if name in balancing} == {"sea"}
