"""Accessibility as rows: a flat one per zone, and one per measure of the region, each with its unit and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from bbwnet.evaluation.airports import CATCHMENT_MIN
from bbwnet.evaluation.zone_access import WITHIN_MIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bbwnet.evaluation.provinces import PairGroup
    from bbwnet.evaluation.region_access import RegionAccess
    from bbwnet.evaluation.zone_access import Reached, ZoneAccess
    from bbwnet.network.population import Figure


SHARED: dict[str, dict[str, Any]] = {
    "D2": {"mode": "all", "definition": "all", "percentile": None},
    "A1": {"mode": "road", "definition": "door_to_door", "percentile": 50.0},
}
"""Clauses whose measures are the same whatever the mode asked for, and what they go by: links, and one's own car."""


def zone_row(row: ZoneAccess) -> dict[str, Any]:
    """One zone; `None` where the data that a measure needs are missing."""
    return {
        "zone": row.zone,
        "city": row.city,
        **figure_columns(row.population, "population", "persons"),
        **figure_columns(row.product, "gdp", "cny"),
        **{f"persons_within_{limit:.0f}_min": value for limit, value in zip(WITHIN_MIN, row.persons_within, strict=True)},
        **{f"gdp_within_{limit:.0f}_min_cny": value for limit, value in zip(WITHIN_MIN, row.product_within_cny, strict=True)},
        "potential_persons": row.potential_persons,
        "mean_min": row.mean_min,
        "reached_share": row.reached_share,
        "day_zones": row.day_zones,
        "day_persons": row.day_persons,
    }


def reached_row(item: Reached) -> dict[str, Any]:
    """One zone reached from a place."""
    return {
        "zone": item.zone,
        "city": item.city,
        "minutes": item.minutes,
        "reached_share": item.reached_share,
        **figure_columns(item.population, "population", "persons"),
        **figure_columns(item.product, "gdp", "cny"),
    }


def figure_columns(figure: Figure, name: str, unit: str) -> dict[str, Any]:
    """A figure and what it rests on: the years of the data used, their worst confidence, how it was come by."""
    return {
        f"{name}_{unit}": figure.value,
        f"{name}_years": "-".join(map(str, figure.years)) or None,
        f"{name}_confidence": figure.confidence,
        f"{name}_method": figure.method,
    }


def definition_of(region: RegionAccess) -> str:
    """Name of the definition that the times of a region keep."""
    return "planned" if region.planned else "door_to_door"


def zone_rows(regions: Iterable[RegionAccess]) -> list[dict[str, Any]]:
    """A row per mode, definition and zone: table `access` of a run."""
    return [
        {"mode": region.mode, "definition": definition_of(region), "percentile": region.percentile, **zone_row(row)}
        for region in regions
        for row in region.zones
    ]


def region_rows(regions: Iterable[RegionAccess]) -> list[dict[str, Any]]:
    """A row per mode, definition and measure of the region: table `access_region` of a run.

    What no mode or definition changes stands once: D2 with mode and definition `all`, A1 with mode `road`, `door_to_door`, 50 %.
    """
    rows: list[dict[str, Any]] = []
    known: set[str] = set()
    for region in regions:
        heading = {"mode": region.mode, "definition": definition_of(region), "percentile": region.percentile}
        for measure in region_measures(region):
            shared = SHARED.get(measure["clause"] or "")
            if shared is None:
                rows.append(heading | measure)
            elif measure["measure"] not in known:
                known.add(measure["measure"])
                rows.append(shared | measure)
    return rows


def region_measures(region: RegionAccess) -> list[dict[str, Any]]:
    """Inequality, D1, D2 and A1 as rows of clause, measure, value and unit."""
    return [
        {"clause": clause, "measure": measure, "value": None if value is None else float(value), "unit": unit}
        for clause, measure, value, unit in _measures(region)
    ]


def access_table(regions: Iterable[RegionAccess]) -> pd.DataFrame:
    """Table `access`: `zone_rows` as a frame; numbers are float64, not-a-number where missing."""
    return _typed(zone_rows(regions), ("mode", "definition", "zone", "city", *_ORIGINS))


def access_region_table(regions: Iterable[RegionAccess]) -> pd.DataFrame:
    """Table `access_region`: `region_rows` as a frame."""
    return _typed(region_rows(regions), ("mode", "definition", "clause", "measure", "unit"))


_ORIGINS = tuple(f"{name}_{about}" for name in ("population", "gdp") for about in ("years", "confidence", "method"))


def _typed(rows: list[dict[str, Any]], texts: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    kinds = {name: "object" if name in texts else "int64" if name == "day_zones" else "float64" for name in frame.columns}
    return frame.astype(kinds)


Measure = tuple[str | None, str, float | None, str]


def _measures(region: RegionAccess) -> Iterator[Measure]:
    for spread in region.spreads:
        yield None, f"gini:{spread.measure}", spread.gini, ""
        yield None, f"palma:{spread.measure}", spread.palma, ""
    yield from _group("across_provinces", region.provinces.across)
    yield from _group("within_province", region.provinces.within)
    yield "D1", "mean_ratio", region.provinces.mean_ratio, ""
    yield "D1", "worst_ratio", region.provinces.worst_ratio, ""
    yield "D2", "pairs", len(region.high_grade.pairs), "pairs"
    yield "D2", "expressway_share", region.high_grade.expressway_share, ""
    yield "D2", "rail_200_by_design_speed_share", region.high_grade.rail_by_design_speed_share, ""
    yield "D2", "rail_200_by_operating_speed_share", region.high_grade.rail_by_operating_speed_share, ""
    for catchment in region.catchments:
        airport = catchment.airport or "any_of_cluster"
        for position, limit in enumerate(CATCHMENT_MIN):
            yield "A1", f"persons_within_{limit:.0f}_min_by_road:{airport}", catchment.persons_within[position], "persons"
            yield "A1", f"share_within_{limit:.0f}_min_by_road:{airport}", catchment.share_within[position], ""


def _group(name: str, group: PairGroup) -> Iterator[Measure]:
    yield "D1", f"pairs:{name}", group.pairs, "pairs"
    yield "D1", f"pairs_joined:{name}", group.joined, "pairs"
    yield "D1", f"mean:{name}", group.mean_min, "min"
    yield "D1", f"worst:{name}", group.worst_min, "min"
