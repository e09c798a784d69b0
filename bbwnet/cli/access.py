"""`bbwnet access`: what the people of each zone reach door to door, and how equally the region is served."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bbwnet.cli.options import FormatOption, LanguageOption, ScenarioName, SetOption, departure_second, load
from bbwnet.cli.output import Column, Format, Language, note, one_decimal, percent, print_csv, print_json, print_table, say, whole
from bbwnet.cli.trip_weights import PairWeights, trips_of

if TYPE_CHECKING:
    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.evaluation.region_access import RegionAccess
    from bbwnet.evaluation.words import Words
    from bbwnet.network.network import Network
    from bbwnet.network.population import Figure
    from bbwnet.scenario.scenario import Scenario

DEFAULT_WITHIN_MIN = 120.0

STEP_MIN = 15
"""Step of isochrones."""


class DoorModeChoice(enum.StrEnum):
    """Modes of travel from door to door."""

    RAIL = "rail"
    COACH = "coach"
    AIR = "air"
    SEA = "sea"
    TRANSIT = "transit"
    ROAD = "road"
    BEST = "best"


class DoorDefinition(enum.StrEnum):
    """Definitions of a time from door to door."""

    PLANNED = "planned"
    DOOR_TO_DOOR = "door_to_door"


def access(
    scenario: ScenarioName,
    origin: Annotated[str | None, typer.Option("--from", help="One place: the zones that it reaches, nearest first.")] = None,
    limit: Annotated[
        float | None, typer.Option("--within", min=0, metavar="MINUTES", help="With --from: zones within so many minutes (120).")
    ] = None,
    mode: Annotated[
        DoorModeChoice, typer.Option("--mode", help="Mode of travel; `transit` is any chain of services.")
    ] = DoorModeChoice.BEST,
    definition: Annotated[
        DoorDefinition, typer.Option("--definition", help="`planned`: knows the timetable; `door_to_door`: leaves at any minute.")
    ] = DoorDefinition.DOOR_TO_DOOR,
    percentile: Annotated[
        float | None, typer.Option("--percentile", min=0, max=100, help="Percentile over the departures; the scenario's by default.")
    ] = None,
    isochrones: Annotated[
        Path | None, typer.Option("--isochrones", metavar="FILE.geojson", help="With --from: write the areas reached, in steps of 15 min.")
    ] = None,
    depart: Annotated[
        str | None, typer.Option("--depart", metavar="HH:MM", help="With --isochrones: one departure instead of all of the window.")
    ] = None,
    weights: Annotated[
        PairWeights,
        typer.Option("--weights", help="Mean times and reached shares count by `people` of the zones, or by `trips` of the flows to them."),
    ] = PairWeights.PEOPLE,
    output: FormatOption = Format.TABLE,
    language: LanguageOption = Language.EN,
    overrides: SetOption = None,
) -> None:
    """Accessibility of every zone, door to door: people and product within 60, 120 and 180 minutes, potential, mean time, visits of a day.

    Below the zones stand the lines of the region: inequality (Gini, Palma) over the zones' people, times across provinces
    against within one (D1), pairs of cities joined by expressway and by fast rail (D2), people near an airport (A1). Sums
    count a zone's own people and product at zero minutes; mean times leave the own zone out. With `--weights trips` mean times and
    reached shares are those of the trips that set out from a zone by the flows of the scenario, by any mode; sums and inequality are of
    people as before.
    """
    from bbwnet.errors import InputError
    from bbwnet.evaluation.door_times import DoorTimes
    from bbwnet.evaluation.words import Words
    from bbwnet.network.build import build_network

    if limit is not None and origin is None:
        raise typer.BadParameter("--within needs --from: without it the table gives 60, 120 and 180 minutes for every zone")
    if isochrones is not None and origin is None:
        raise typer.BadParameter("--isochrones needs --from")
    if depart is not None and isochrones is None:
        raise typer.BadParameter("--depart needs --isochrones; `bbwnet times --depart` gives the journeys of one departure")
    if isochrones is not None and isochrones.suffix not in {".geojson", ".json"}:
        raise typer.BadParameter(f"--isochrones {isochrones}: GeoJSON is written to a file that ends in .geojson or .json")
    if isochrones is not None and not isochrones.resolve().parent.is_dir():
        raise InputError(f"--isochrones {isochrones}: there is no folder {isochrones.resolve().parent}")
    if origin is not None and weights is PairWeights.TRIPS:
        raise typer.BadParameter("--weights is of mean times over all zones: it says nothing to --from")
    start_s = None if depart is None else departure_second(depart)
    loaded = load(scenario, overrides)
    network = build_network(loaded)
    words, times = Words(network, language.value), DoorTimes(network)
    choice = loaded.settings.evaluation
    rank = choice.percentile if percentile is None else percentile
    heading: dict[str, Any] = {"scenario": loaded.name, "definition": definition.value, "mode": mode.value, "percentile": rank}
    planned = definition is DoorDefinition.PLANNED
    if origin is not None:
        from bbwnet.evaluation.zone_access import reached_from, zone_figures

        place = _place(network, origin)
        within = DEFAULT_WITHIN_MIN if limit is None else limit
        if isochrones is not None:
            _write_isochrones(loaded, network, times, place, heading | {"within_min": within}, start_s, isochrones)
        found = reached_from(zone_figures(network), times, place, mode.value, within, percentile=rank, planned=planned)
        _print_reached([*found], heading | {"as_of": network.as_of, "from": place, "within_min": within}, words, output)
    else:
        from bbwnet.evaluation.region_access import evaluate_access

        trips = trips_of(network, with_cars=True) if weights is PairWeights.TRIPS else None
        region = evaluate_access(network, times, choice, mode.value, percentile=rank, planned=planned, trips=trips)
        _print_region(region, heading | {"as_of": network.as_of, "weights": weights.value}, words, output)


def _place(network: Network, text: str) -> str:
    """The place or node that a name stands for; a city's centre for a city."""
    from bbwnet.network.lookup import find_target

    target = find_target(network, text, stations_first=False)
    return network.cities[target.id].centre if target.kind == "city" else target.id


def _write_isochrones(
    loaded: Scenario, network: Network, times: DoorTimes, place: str, heading: dict[str, Any], start_s: int | None, path: Path
) -> None:
    """Write the areas reached from a place, and say so."""
    from bbwnet.evaluation.bands import LocalAccess
    from bbwnet.evaluation.isochrones import isochrones
    from bbwnet.evaluation.journey_words import clock
    from bbwnet.evaluation.land import land_geometry
    from bbwnet.exchange.geojson import write_isochrones
    from bbwnet.network.population import zone_populations

    planned = heading["definition"] == DoorDefinition.PLANNED.value
    if planned:
        raise typer.BadParameter("--isochrones is for --definition door_to_door: areas are reached by who leaves at any minute")
    steps = tuple(range(STEP_MIN, int(heading["within_min"]) + 1, STEP_MIN))
    if not steps:
        raise typer.BadParameter(f"--isochrones needs --within {STEP_MIN} or more")
    minutes = times.node_minutes(place, heading["mode"], start_s, heading["percentile"])
    choice = network.settings.access
    local = LocalAccess(choice.local_speed_kmh, choice.local_detour_factor, choice.local_limit_min)
    populations = {zone: figure.value for zone, figure in zone_populations(network, network.as_of.year).items() if figure.value is not None}
    areas = isochrones(
        network, minutes, origin=place, definition=heading["definition"], land=land_geometry(loaded.land), steps_min=steps, local=local,
        depart=None if start_s is None else clock(start_s), populations=populations,
    )  # fmt: skip
    write_isochrones(areas, path)
    note(f"{path}: {len(steps)} areas" + ("" if areas.over_land else "; the region's data have no land, so the sea is not cut off"))


def _print_reached(found: list[Any], heading: dict[str, Any], words: Words, output: Format) -> None:
    from bbwnet.evaluation.access_rows import reached_row

    rows = [{"name": words.node(item.zone), "city_name": _city(words, item.city)} | reached_row(item) for item in found]
    persons = _total([item.population for item in found])
    summary = {"zones": len(rows), "population_persons": persons, "gdp_cny": _total([item.product for item in found])}
    if output is Format.JSON:
        print_json(**heading, rows=rows, summary=summary)
    elif output is Format.CSV:
        print_csv(rows)
    else:
        columns = [
            Column("name", "zone", "区县"),
            Column("city_name", "city", "城市"),
            Column("minutes", "min", "分钟", one_decimal, right=True),
            Column("reached_share", "departures that arrive", "可达班次", percent, right=True),
            Column("population_persons", "people, thousand", "人口（千人）", _thousands, right=True),
            *_basis("population", "people: data of", "人口数据"),
            Column("gdp_cny", "GDP, bn CNY", "GDP（十亿元）", _billions, right=True),
            *_basis("gdp", "GDP: data of", "GDP数据"),
        ]
        title = f"{_title(heading)}, {words.pick('自', 'from')} {words.node(heading['from'])}, <= {heading['within_min']:.0f} min"
        print_table(columns, rows, words.language, title)
        say(words.pick(f"共 {len(rows)} 区县，{_thousands(persons)} 千人", f"{len(rows)} zones, {_thousands(persons)} thousand people"))


def _print_region(region: RegionAccess, heading: dict[str, Any], words: Words, output: Format) -> None:
    from bbwnet.evaluation.access_rows import region_measures, zone_row

    rows = [{"name": words.node(row.zone), "city_name": _city(words, row.city)} | zone_row(row) for row in region.zones]
    measures = region_measures(region)
    if output is Format.JSON:
        print_json(**heading, rows=rows, summary={"measures": measures, "rests_on": _rests_on(region)})
        return
    if output is Format.CSV:
        print_csv(rows)
        return
    reach = words.pick("分内", "min")
    columns = [
        Column("name", "zone", "区县"),
        Column("city_name", "city", "城市"),
        Column("population_persons", "people", "人口", _thousands, right=True),
        *(Column(f"persons_within_{limit}_min", f"{limit} {reach}", f"{limit}{reach}", _thousands, right=True) for limit in (60, 120, 180)),
        *(Column(f"gdp_within_{limit}_min_cny", f"GDP {limit}", f"GDP {limit}", _billions, right=True) for limit in (60, 120, 180)),
        Column("potential_persons", "potential", "潜力", _thousands, right=True),
        Column("mean_min", "mean min", "平均分钟", whole, right=True),
        Column("reached_share", "reached", "可达", percent, right=True),
        Column("day_zones", "day zones", "当日区县", str, right=True),
        Column("day_persons", "day people", "当日人口", _thousands, right=True),
    ]
    units = words.pick("人口、潜力：千人；GDP：十亿元", "people, potential: thousand; GDP: bn CNY")
    if heading["weights"] == PairWeights.TRIPS.value:
        units += words.pick("；平均分钟、可达按出行量加权，未验证", "; mean min, reached: weighted by trips, unvalidated")
    print_table(columns, rows, words.language, f"{_title(heading)} ({units})")
    region_columns = [
        Column("clause", "clause", "条款", lambda value: value or ""),
        Column("measure", "measure", "指标"),
        Column("value", "value", "数值", _measured, right=True),
        Column("unit", "unit", "单位"),
    ]
    print_table(region_columns, measures, words.language)
    for line in _basis_lines(region, words):
        say(line)


def _rests_on(region: RegionAccess) -> dict[str, Any]:
    """What people and product rest on."""
    populations = [row.population for row in region.zones]
    products = [row.product for row in region.zones]
    return {
        "year": region.year,
        "population_persons": _total(populations),
        "population_years": _years(populations),
        "population_by_confidence": region.population_by_confidence,
        "population_by_method": region.population_by_method,
        "zones_without_population": list(region.zones_without_population),
        "gdp_cny": _total(products),
        "gdp_years": _years(products),
        "gdp_by_confidence": region.product_by_confidence,
        "gdp_by_method": region.product_by_method,
        "zones_without_gdp": list(region.zones_without_product),
        "sources": sorted({source for figure in (*populations, *products) for source in figure.sources}),
    }


def _basis_lines(region: RegionAccess, words: Words) -> list[str]:
    """The same in words, a line for people, one for product, one for what is missing."""
    basis = _rests_on(region)
    lines = []
    for key, unit, zh, en in (("population", "persons", "人口", "people"), ("gdp", "cny", "GDP", "GDP")):
        total = basis[f"{key}_{unit}"]
        size = (
            (_thousands(total), words.pick("千人", "thousand"))
            if key == "population"
            else (_billions(total), words.pick("十亿元", "bn CNY"))
        )
        shares = [
            f"{name} {share:.0%}" for name, share in {**basis[f"{key}_by_confidence"], **basis[f"{key}_by_method"]}.items() if share > 0
        ]
        years = "-".join(map(str, basis[f"{key}_years"])) or "–"
        of = words.pick("数据年份", "data of")
        lines.append(f"{words.pick(zh, en)} {basis['year']}: {' '.join(size)}; {of} {years}; {', '.join(shares) or '–'}")
        if lacking := basis[f"zones_without_{key}"]:
            lines.append(words.pick(f"无{zh}数据：", f"no {en} in the data of: ") + ", ".join(words.node(zone) for zone in lacking))
    lines.append(words.pick("来源：", "sources: ") + (", ".join(basis["sources"]) or "–"))
    return lines


def _basis(key: str, en: str, zh: str) -> list[Column]:
    return [
        Column(f"{key}_years", en, zh, lambda value: value or "–"),
        Column(f"{key}_confidence", "confidence", "可信度", lambda value: value or "–"),
    ]


def _years(figures: list[Figure]) -> list[int]:
    """First and last year of the data used."""
    years = {year for figure in figures for year in figure.years}
    return sorted({min(years), max(years)}) if years else []


def _total(figures: list[Figure]) -> float | None:
    """Sum of what is known; `None` if nothing is."""
    known = [figure.value for figure in figures if figure.value is not None]
    return sum(known) if known else None


def _title(heading: dict[str, Any]) -> str:
    return f"{heading['scenario']}, {heading['mode']}, {heading['definition']}, P{heading['percentile']:g}, {heading['as_of']}"


def _city(words: Words, city: str | None) -> str:
    return "–" if city is None else words.name(city)


def _thousands(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e3:,.0f}"


def _billions(value: float | None) -> str:
    return "–" if value is None else f"{value / 1e9:,.1f}"


def _measured(value: float | None) -> str:
    """A figure of any unit: whole as it is, else with three decimals."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value.is_integer() else f"{value:,.3f}"
