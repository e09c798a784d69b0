"""Compare road distances between all county seats with those along OpenStreetMap, shortest way against shortest way.

    python tests/tools/check_county_seats_against_osm.py [--osm ../shared/data/osm] [SCENARIO...]

The extract has no road classes, so its shortest way runs over hill roads where a driver in a hurry takes the expressway:
like is compared with like, the shortest way over the network's roads. The quickest way is printed beside it, for what it
is. Exit 1 if the shortest ways differ by over 8 % at the median or 15 % at the 90th percentile.
"""

from __future__ import annotations

import argparse
import math
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
from check_lengths_against_osm import GRAPHS, OSM, SNAP_KM, Extract  # type: ignore[import-not-found] # the script beside this one

from bbwnet.network.build import build_network
from bbwnet.network.state import NetworkState
from bbwnet.routing.road import RoadSearch
from bbwnet.scenario.read import load_scenario

MEDIAN, PERCENTILE_90 = 0.08, 0.15
"""How far the shortest ways may differ."""


def main() -> int:
    """Print the errors of each scenario; give 1 if the shortest ways of one are too far off."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", default=["baseline_2016", "actual_2023"])
    parser.add_argument("--osm", type=Path, default=OSM, help="folder of the OpenStreetMap extract")
    options = parser.parse_args()
    extract = Extract.read(options.osm / GRAPHS["highway"])
    records = load_scenario(options.scenarios[0]).records
    seats = {place.id: extract.snap((place.lon, place.lat), SNAP_KM["highway"]) for place in records.places if place.kind == "zone"}
    reference = {}
    for first, second in combinations(sorted(seats), 2):
        way = extract.way(seats[first], seats[second]) if seats[first] and seats[second] else None
        if way is not None:
            reference[first, second] = sum(way)
    failed = False
    for name in options.scenarios:
        network = build_network(load_scenario(name))
        # A ferry would be no shorter than the road where the extract, which has none, joins two seats.
        search = RoadSearch(network, NetworkState.free_flow(network))
        for what in ("shortest", "quickest"):
            errors = np.array([abs(length_km(search, what, pair) / km - 1) for pair, km in reference.items()])
            median, percentile_90 = float(np.median(errors)), float(np.percentile(errors, 90))
            sys.stdout.write(f"{name}: {what} way, {len(errors)} pairs: median {median:.1%}, 90th percentile {percentile_90:.1%}\n")
            failed |= what == "shortest" and (median > MEDIAN or percentile_90 > PERCENTILE_90)
    return 1 if failed else 0


def length_km(search: RoadSearch, what: str, pair: tuple[str, str]) -> float:
    """Kilometres of the shortest or the quickest way by road between two seats; infinite if there is none."""
    if what == "shortest":
        return search.shortest_km(*pair) or math.inf
    drive = search.drive(*pair)
    return math.inf if drive is None else drive.length_km


if __name__ == "__main__":
    sys.exit(main())
