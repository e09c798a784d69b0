"""What a time means: the definitions of DESIGN.md."""

from __future__ import annotations

from typing import Literal, get_args

Definition = Literal["in_vehicle", "drive", "official", "planned", "door_to_door"]
"""`in_vehicle`: fastest scheduled service, stop to stop; `drive`: by car, centre to centre; `official`: the better of the two;
`planned`: door to door for who knows the timetable; `door_to_door`: the same for a random departure, the wait included."""

Mode = Literal["rail", "road", "air", "sea", "coach", "transit", "best"]
"""`transit`: any chain of scheduled services; `best`: that or one's own car, or of `official` the better of rail and road."""

DEFINITIONS: tuple[Definition, ...] = get_args(Definition)
MODES: tuple[Mode, ...] = get_args(Mode)

DOOR_DEFINITIONS: tuple[Definition, ...] = ("planned", "door_to_door")
"""Definitions over every departure of a window, from door to door."""

DEFAULT_DEFINITION: dict[Mode, Definition] = {
    "rail": "in_vehicle",
    "road": "drive",
    "air": "in_vehicle",
    "sea": "in_vehicle",
    "coach": "door_to_door",
    "transit": "door_to_door",
    "best": "official",
}
"""The definition of a mode asked for alone."""

DEFAULT_MODE: dict[Definition, Mode] = {
    "in_vehicle": "rail",
    "drive": "road",
    "official": "best",
    "planned": "best",
    "door_to_door": "best",
}
"""The mode of a definition asked for alone."""

MODES_OF: dict[Definition, tuple[Mode, ...]] = {
    "in_vehicle": ("rail", "air", "sea"),
    "drive": ("road",),
    "official": ("best",),
    "planned": MODES,
    "door_to_door": MODES,
}
"""Modes that a definition can be asked for."""
