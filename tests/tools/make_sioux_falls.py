"""Write Sioux Falls as a bundled network and the trips of its scenario, from the TNTP files of tests/data/sioux_falls.

    python tests/tools/make_sioux_falls.py

Node n is place `n01` to `n24`; positions are the collection's drawing (Transportation Networks for Research), shrunk so that no link is
longer than it says. Free-flow times are taken for minutes and lengths, which equal them, for kilometres, so that every speed is 60 km/h
and every time whole seconds. A test holds what is committed against what this writes.
"""

from __future__ import annotations

from pathlib import Path

from bbwnet.exchange.tntp import read_tntp_network, read_tntp_trips

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "sioux_falls"
# x and y of the collection's drawing, in ten thousands
DRAWN = (
    (5, 51), (32, 51), (5, 44), (13, 44), (22, 44), (32, 44), (42, 38), (32, 38), (22, 38), (22, 32), (13, 32), (5, 32),
    (5, 5), (13, 19), (22, 19), (32, 32), (32, 26), (42, 32), (32, 19), (32, 5), (22, 5), (22, 13), (13, 13), (13, 5),
)  # fmt: skip
WEST, SOUTH = -96.80, 43.50
DEGREES_LON, DEGREES_LAT = 0.00135, 0.00098
"""Of a unit of the drawing: some 109 m each way at this latitude; 27 units from 12 to 13 are 3 km."""
NOTE = "of the test problem, whose drawing is not to scale"


def network_files() -> dict[Path, str]:
    """What belongs in each file."""
    problem = read_tntp_network(DATA / "net.tntp")
    trips = read_tntp_trips(DATA / "trips.tntp", problem.zone_count)
    links = problem.links
    ids = [f"n{number:02}" for number in range(1, links.node_count + 1)]
    places = [
        f"  - {{id: {name}, name: {{zh: {number}号节点, en: Node {number}}}, kind: zone, city: sioux_falls, timezone: America/Chicago, "
        f"lon: {WEST + x * DEGREES_LON:.5f}, lat: {SOUTH + y * DEGREES_LAT:.5f}, source: sioux_falls_tntp, confidence: assumed}}"
        for number, (name, (x, y)) in enumerate(zip(ids, DRAWN, strict=True), start=1)
    ]
    rows = [
        f"  - {{id: {ids[tail]}-{ids[head]}, from: {ids[tail]}, to: {ids[head]}, directed: true, mode: highway, line: street, "
        f"road_class: urban, lanes: 2, free_speed_kmh: {length / minutes * 60:g}, length_km: {length:g}, capacity_pcu_h: {capacity!r}, "
        f"delay_factor: {b:g}, delay_power: {power:g}, length_note: {NOTE!r}, source: sioux_falls_tntp, confidence: reported}}"
        for tail, head, length, minutes, capacity, b, power in zip(
            links.tail.tolist(), links.head.tolist(), links.length.tolist(), links.free_time.tolist(), links.capacity.tolist(),
            links.bpr_b.tolist(), links.bpr_power.tolist(), strict=True,
        )
    ]  # fmt: skip
    cells = [
        f"{ids[origin]},{ids[destination]},{trips[origin, destination]:g}"
        for origin in range(problem.zone_count)
        for destination in range(problem.zone_count)
        if trips[origin, destination] > 0
    ]
    folder = ROOT / "networks" / "sioux_falls"
    made = "Written by tests/tools/make_sioux_falls.py."
    return {
        folder / "places.yaml": f"# The 24 nodes of Sioux Falls, each a zone. {made}\nschema: 1\nplaces:\n" + "\n".join(places) + "\n",
        folder / "roads.yaml": f"# The 76 links of Sioux Falls, one direction each. {made}\nschema: 1\nlinks:\n" + "\n".join(rows) + "\n",
        ROOT / "scenarios" / "sioux_falls" / "trips.csv": "origin,destination,trips\n" + "\n".join(cells) + "\n",
    }


if __name__ == "__main__":
    for path, text in network_files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
