"""Write docs/contracts.md: every file format and result table, from the models and the table contracts.

Run `python docs/make_contracts.py`; a test fails while the committed copy differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bbwnet.experiment.tables import TABLES
from bbwnet.scenario.attribute_table import attribute_table

HEAD = """# Contracts

Made by `docs/make_contracts.py` from the models in `bbwnet/scenario/schema/` and the tables in `bbwnet/experiment/tables.py`; edit those.
Names hold their unit; "absent" means that the key or cell is left out. GMNS, GTFS and OSMnx give the name of the same thing there.

## What commands print

With `--format json` every command prints one envelope, `{"scenario": ..., "definition": ..., "rows": [...]}`, with `as_of` and other
keys beside where the command has more to say. `times` gives a row per pair asked, in its order: `from`, `to` (as asked), `from_id`,
`to_id`, `from_name`, `to_name`, `minutes`, `km`, `mode`, `legs`, `way`; with the definition `drive` also `shortest_km` (the shortest
road, however slow); with `official` also `in_vehicle_min` and `drive_min`. `minutes` is null where there is no way. A leg of a ride
has `mode`, `service`, `class`, `from`, `to`, `from_name`, `to_name`, `depart`, `arrive`, `wait_before_min`, `minutes`, `km`,
`stops_between`; a leg of a drive has `mode`, `line`, `from`, `to`, `from_name`, `to_name`, `minutes`, `km`, `links`. `--format csv`
prints the same rows, lists as JSON within a cell. Numbers are rounded to a thousandth of their unit.

By `planned` and `door_to_door`, `times` gives `minutes` at the `percentile` with the `reached_share` of the window's departures (or
of the one departure of `--depart`, with `--alternatives` a row each), `mode` (of the longest ride; `road`: own car, `local`: another
way without a ride), `km`, `wished`, `leave`, `arrive`, `schedule_delay_min`, `transfers`, `fare_cny` with `fare_confidence` and
`fare_missing`, `co2_kg`, `legs`, `way`, and `view` beside the rows. A leg has `part` (`access`, `wait`, `ride`, `transfer`, `border`,
`egress`), `kind` (`way`, `entry`, `exit`, `wait`, `ride`, `formalities`, `connection`), `mode`, `name`, `from`, `to`, `from_name`,
`to_name`, `begin`, `end`, `minutes`, `km`, `service`, `class`, `view` (of the service),
`fare_cny`, `fare_basis`, `co2_kg`. Under the view `headway` the legs
are lines: `service`, `mode`, `train_class`, `board_stop`, `alight_stop`, `probability`, `share_at_stop`, `headway_min`, `wait_min`,
`ride_min`, `length_km`.

`goals` gives each pair with `<definition>_min` and `met_<definition>` for every definition, the share of departures within the
target, the parts of the journey, `binding_part`, `binding_cut_share` (of it must go), `best_change`, `best_change_saves_min`,
`best_change_closes`. `access` gives rows as in table `access` (with `--from`: the zones reached), and a `summary`; `transfers` rows
as in table `transfers` and a `summary`. `compare` has `access` and `transfers` beside its rows, measures before and after. `access
--isochrones` writes a GeoJSON FeatureCollection: a MultiPolygon for each step with `from`, `minutes`, `area_km2`, `population`,
`definition`, `depart`, `scenario`, `over_land`.
"""


def contracts() -> str:
    """Give the text of docs/contracts.md."""
    return "\n".join([HEAD, *_tables(), *_records()]) + "\n"


def _tables() -> Iterator[str]:
    yield "## Tables of a run folder (Parquet)\n"
    for table in TABLES.values():
        yield f"### {table.name}.parquet\n"
        yield f"{table.holds[:1].upper()}{table.holds[1:]}. Key: {', '.join(table.key)}. Sorted by {table.sorted_by}.\n"
        yield "| column | type | unit | meaning |\n|---|---|---|---|"
        for column in table.columns:
            yield f"| `{column.name}` | {_cell(column.type)} | {column.unit} | {_cell(column.meaning)} |"
        yield ""


def _records() -> Iterator[str]:
    yield "## Files in YAML\n"
    for record, rows in groupby(attribute_table(), key=lambda row: row.record):
        yield f"### {record}\n"
        yield "| attribute | type | unit | default | meaning | GMNS | GTFS | OSMnx |\n|---|---|---|---|---|---|---|---|"
        for row in rows:
            foreign = f"{row.gmns} | {row.gtfs} | {row.osmnx}"
            yield f"| `{row.attribute}` | {_cell(row.type)} | {row.unit} | {_cell(row.default)} | {_cell(row.meaning)} | {foreign} |"
        yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    Path(__file__).with_name("contracts.md").write_text(contracts(), encoding="utf-8")
