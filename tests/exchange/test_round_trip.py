"""Networks come back from every format as they went."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import networkx as nx
import osmnx
import pandas as pd
import pytest
import shapely

from bbwnet.errors import InputError
from bbwnet.exchange.frames import NetworkFrames, plain_rows
from bbwnet.exchange.geojson import read_geojson, write_geojson
from bbwnet.exchange.geopackage import read_geopackage, write_geopackage
from bbwnet.exchange.graphml import read_graphml, write_graphml

Frames = tuple[pd.DataFrame, pd.DataFrame]


@dataclass(frozen=True)
class TinyNetwork:
    """Three nodes, a two-way railway and a one-way road beside it: every kind of value and of gap."""

    scenario: str = "tiny"
    region: str = "nowhere"
    as_of: datetime.date = datetime.date(2016, 12, 31)

    @property
    def nodes(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "id": ["a", "b_east", "c"],
                "kind": ["zone", "station", "station"],
                "name_zh": ["甲", "乙东", "丙"],
                "lon": [108.1, 108.5, 109.25],
                "lat": [22.0, 21.75, 21.5],
                "place": ["a", None, "a"],
                "platforms": pd.array([pd.NA, 7, 2], dtype="Int64"),
            }
        ).set_index("id")

    @property
    def links(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "id": ["a-b_east", "b_east-c"],
                "from": ["a", "b_east"],
                "to": ["b_east", "c"],
                "mode": ["highway", "rail"],
                "length_km": [60.0, 81.234567890123],
                "directed": [True, False],
                "electrified": [None, True],
                "tracks": pd.array([pd.NA, 2], dtype="Int64"),
                "opened": [None, datetime.date(2013, 12, 28)],
                "note": [None, None],
                "geometry": [[[108.1, 22.0], [108.3, 21.9], [108.5, 21.75]], [[108.5, 21.75], [109.25, 21.5]]],
            }
        ).set_index("id")

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs="EPSG:4326", scenario=self.scenario)
        for position, (identifier, row) in enumerate(plain_rows(self.nodes)):
            graph.add_node(position, id=identifier, x=row["lon"], y=row["lat"], name_zh=row["name_zh"])
        line = shapely.LineString([[108.5, 21.75], [109.25, 21.5]])
        graph.add_edge(0, 1, key=0, id="a-b_east", length=60_000.0, travel_time=2700.0, backward=False, stops=["a", "b_east"])
        graph.add_edge(1, 2, key=1, id="b_east-c", length=81_234.5, tracks=2, backward=False, geometry=line)
        graph.add_edge(2, 1, key=1, id="b_east-c", length=81_234.5, tracks=2, backward=True, geometry=line.reverse())
        return graph


FORMATS = [(write_geojson, read_geojson, "network.geojson"), (write_geopackage, read_geopackage, "network.gpkg")]
Write = Callable[[NetworkFrames, Path], None]
Read = Callable[[Path], Frames]


@pytest.mark.parametrize(("write", "read", "name"), FORMATS)
def test_frames_come_back_as_they_went(write: Write, read: Read, name: str, tmp_path: Path) -> None:
    network = TinyNetwork()
    write(network, tmp_path / name)
    nodes, links = read(tmp_path / name)
    assert dict(plain_rows(nodes)) == dict(plain_rows(network.nodes))
    assert dict(plain_rows(links)) == dict(plain_rows(network.links))
    assert list(nodes.index) == list(network.nodes.index)
    assert str(links["tracks"].dtype) == str(nodes["platforms"].dtype) == "Int64"
    assert list(links["opened"]) == list(network.links["opened"])


@pytest.mark.parametrize(("write", "name"), [*((write, name) for write, _, name in FORMATS), (write_graphml, "network.graphml")])
def test_the_same_network_gives_the_same_bytes_and_nothing_beside_them(write: Write, name: str, tmp_path: Path) -> None:
    digests = set()
    for _ in range(2):
        write(TinyNetwork(), tmp_path / "out" / name)
        digests.add(hashlib.sha256((tmp_path / "out" / name).read_bytes()).hexdigest())
    assert len(digests) == 1
    assert [file.name for file in (tmp_path / "out").iterdir()] == [name]


def test_only_files_are_written_over(tmp_path: Path) -> None:
    target = tmp_path / "real.geojson"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "link.geojson"
    link.symlink_to(target)
    write_geojson(TinyNetwork(), link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8").startswith("{")
    folder = tmp_path / "folder.gpkg"
    folder.mkdir()
    with pytest.raises(InputError, match=r"folder\.gpkg: cannot be written"):
        write_geopackage(TinyNetwork(), folder)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder.gpkg", "link.geojson", "real.geojson"]


def test_geojson_is_plain_geojson(tmp_path: Path) -> None:
    write_geojson(TinyNetwork(), tmp_path / "network.geojson")
    collection = json.loads((tmp_path / "network.geojson").read_text(encoding="utf-8"))
    assert collection["bbwnet"] == {"schema": 1, "region": "nowhere", "scenario": "tiny", "as_of": "2016-12-31"}
    kinds = [(feature["id"], feature["geometry"]["type"]) for feature in collection["features"]]
    assert kinds == [("a", "Point"), ("b_east", "Point"), ("c", "Point"), ("a-b_east", "LineString"), ("b_east-c", "LineString")]


def test_geojson_of_other_tools_is_read_by_its_geometry(tmp_path: Path) -> None:
    point = {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Point", "coordinates": [108.0, 22.0]}}
    line = {
        "type": "Feature",
        "properties": {"id": "loop", "from": "a", "to": "a"},
        "geometry": {"type": "LineString", "coordinates": [[108.0, 22.0], [108.1, 22.0]]},
    }
    (tmp_path / "other.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [line, point]}), encoding="utf-8")
    nodes, links = read_geojson(tmp_path / "other.geojson")
    assert nodes[["lon", "lat"]].to_numpy().tolist() == [[108.0, 22.0]]
    assert links.loc["loop", "geometry"] == [[108.0, 22.0], [108.1, 22.0]]


def test_graphml_comes_back_as_it_went(tmp_path: Path) -> None:
    graph = TinyNetwork().to_networkx()
    write_graphml(TinyNetwork(), tmp_path / "network.graphml")
    back = read_graphml(tmp_path / "network.graphml")
    assert back.graph == graph.graph
    assert list(back.nodes(data=True)) == list(graph.nodes(data=True))
    assert sorted(back.edges(keys=True, data=True), key=str) == sorted(graph.edges(keys=True, data=True), key=str)


def test_osmnx_takes_the_graph_of_a_graphml_file(tmp_path: Path) -> None:
    write_graphml(TinyNetwork(), tmp_path / "network.graphml")
    nodes, edges = osmnx.graph_to_gdfs(read_graphml(tmp_path / "network.graphml"))
    assert list(nodes["id"]) == ["a", "b_east", "c"]
    assert sorted(edges["length"]) == [60_000.0, 81_234.5, 81_234.5]


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (read_geojson, "{", "cannot be read as GeoJSON"),
        (read_geojson, "[]", "is no GeoJSON feature collection"),
        (read_geojson, '{"features": [], "bbwnet": {"schema": 99}}', "newer format than this bbwnet reads (99)"),
        (read_geojson, '{"features": [{"geometry": {"type": "Polygon"}}]}', "neither a node nor a link (Polygon)"),
        (read_geopackage, "no database", "cannot be read as GeoPackage"),
        (read_graphml, "no xml", "cannot be read as GraphML"),
    ],
)
def test_files_of_another_kind_are_refused(read: Read, text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"wrong") as caught:
        read(tmp_path / "wrong")
    assert message in str(caught.value)


def test_a_link_that_ends_nowhere_is_refused(tmp_path: Path) -> None:
    write_geojson(TinyNetwork(), tmp_path / "network.geojson")
    text = (tmp_path / "network.geojson").read_text(encoding="utf-8")
    (tmp_path / "broken.geojson").write_text(text.replace('"to": "c"', '"to": "cc"'), encoding="utf-8")
    with pytest.raises(InputError, match=r"links\.b_east-c\.to: unknown node \(cc\)"):
        read_geojson(tmp_path / "broken.geojson")
