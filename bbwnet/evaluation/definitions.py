"""What a time means: the definitions of DESIGN.md that this version computes."""

from __future__ import annotations

from typing import Literal, get_args

Definition = Literal["in_vehicle", "drive", "official"]
"""`in_vehicle`: fastest scheduled service, stop to stop; `drive`: by car, centre to centre; `official`: the better."""

Mode = Literal["rail", "road", "air", "sea", "best"]

DEFINITIONS: tuple[Definition, ...] = get_args(Definition)
MODES: tuple[Mode, ...] = get_args(Mode)

DEFAULT_DEFINITION: dict[Mode, Definition] = {
    "rail": "in_vehicle",
    "road": "drive",
    "air": "in_vehicle",
    "sea": "in_vehicle",
    "best": "official",
}
"""The definition of a mode asked for alone."""

DEFAULT_MODE: dict[Definition, Mode] = {"in_vehicle": "rail", "drive": "road", "official": "best"}
"""The mode of a definition asked for alone."""
