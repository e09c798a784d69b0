"""`bbwnet schema`: JSON Schema of the file formats, for editors that complete and check."""

from __future__ import annotations

import enum
from typing import Annotated

import typer

from bbwnet.cli.output import print_json


class SchemaChoice(enum.StrEnum):
    """File formats that have a schema."""

    SCENARIO = "scenario"
    NETWORK = "network"
    RECORDS = "records"


def schema(
    kind: Annotated[SchemaChoice, typer.Argument(help="Scenario file, network index, or file of records.")] = SchemaChoice.SCENARIO,
) -> None:
    """Print the JSON Schema of a file format."""
    from bbwnet.scenario.json_schema import json_schema

    print_json(**json_schema(kind.value))
