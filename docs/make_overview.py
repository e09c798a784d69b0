"""Draw docs/img/overview.png: the network of a scenario by mode, with its main cities; needs the extra `dev`.

`python docs/make_overview.py [--scenario actual_2025] [--coastline FILE.geojson]`; with a coastline (Natural Earth, public
domain) land and sea are told apart. No boundary lines are drawn.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from matplotlib import patheffects, use
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

import bbwnet
from bbwnet.network.network import Network

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "img" / "overview.png"
COASTLINE = ROOT.parent / "shared" / "data" / "geo" / "ne_10m_coastline_bbox.geojson"
WEST, SOUTH, EAST, NORTH = 105.4, 18.0, 113.1, 24.2
HIGH_SPEED_KMH = 200

STYLES: dict[str, dict[str, Any]] = {
    "road": {"color": "#c9b48a", "linewidth": 0.9, "zorder": 2},
    "sea lane, ferry": {"color": "#6fa8c7", "linewidth": 0.8, "linestyle": (0, (3, 2)), "zorder": 1},
    "railway": {"color": "#555555", "linewidth": 1.3, "zorder": 3},
    "railway, 200 km/h and more": {"color": "#b3243b", "linewidth": 2.0, "zorder": 4},
}


def group(row: dict[str, object]) -> str:
    """Which of STYLES a link is drawn in."""
    if row["mode"] == "rail":
        speed = row["design_speed_kmh"]
        return "railway, 200 km/h and more" if isinstance(speed, (int, float)) and speed >= HIGH_SPEED_KMH else "railway"
    return "road" if row["mode"] in ("highway", "border") else "sea lane, ferry"


def draw_links(axes: Axes, network: Network) -> list[str]:
    """Draw every link; gives the styles used."""
    shapes: dict[str, list[shapely.LineString]] = {name: [] for name in STYLES}
    for row in network.links.to_dict("records"):
        shapes[group({str(key): value for key, value in row.items()})].append(shapely.LineString(row["geometry"]))
    for name, lines in shapes.items():
        if lines:
            gpd.GeoSeries(lines, crs="EPSG:4326").plot(ax=axes, **STYLES[name])
    return [name for name, lines in shapes.items() if lines]


def draw_cities(axes: Axes, network: Network) -> None:
    """Draw and name the centres of the member cities, and smaller those of the cities outside."""
    halo: list[patheffects.AbstractPathEffect] = [patheffects.withStroke(linewidth=2.5, foreground="white")]
    for city in network.cities.values():
        centre = network.nodes.loc[city.centre]
        size, colour = (5, "black") if city.member else (3, "#666666")
        axes.plot(centre["lon"], centre["lat"], "o", color="white", markeredgecolor=colour, markersize=size, zorder=6)
        label = axes.annotate(
            city.name.en,
            (centre["lon"], centre["lat"]),
            xytext=(5, 4),
            textcoords="offset points",
            fontsize=8.5 if city.member else 7,
            color=colour,
            zorder=7,
            annotation_clip=True,
            clip_on=True,
        )
        label.set_path_effects(halo)


def main() -> None:
    """Draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenario", default="actual_2025")
    parser.add_argument("--coastline", type=Path, default=COASTLINE)
    options = parser.parse_args()
    use("Agg")
    network = bbwnet.build_network(bbwnet.load_scenario(options.scenario))
    figure, axes = plt.subplots(figsize=(9, 7.6), dpi=130, layout="constrained")
    if options.coastline.exists():
        gpd.read_file(options.coastline).plot(ax=axes, color="#8aa0ad", linewidth=0.7, zorder=0)
    used = draw_links(axes, network)
    draw_cities(axes, network)
    axes.set(xlim=(WEST, EAST), ylim=(SOUTH, NORTH), aspect=1.07, xticks=[], yticks=[], xlabel="", ylabel="")
    handles = [Line2D([], [], label=name, **{key: value for key, value in STYLES[name].items() if key != "zorder"}) for name in used]
    axes.legend(handles=handles, loc="lower right", fontsize=8, framealpha=1)
    axes.set_title(f"{network.scenario}: the Beibu Gulf network on {network.as_of}", fontsize=10)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(PICTURE, metadata={"Software": None})
    print(PICTURE)


if __name__ == "__main__":
    main()
