"""What a journey's time is made of, and which part of it must give way for a target to be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bbwnet.routing.journeys import Journey
from bbwnet.routing.strategy_lines import ExpectedJourney

if TYPE_CHECKING:
    from bbwnet.evaluation.definitions import Definition
    from bbwnet.evaluation.goals import GoalRow
    from bbwnet.routing.journeys import Part


@dataclass(frozen=True)
class Binding:
    """The part of a journey that binds it: the one of which the least share must go to close the gap."""

    part: Part
    minutes: float
    missing_min: float

    @property
    def cut_share(self) -> float | None:
        """Share of the part that must go; `None` if all of it would not do."""
        share = self.missing_min / self.minutes
        return share if share <= 1 else None


def parts_of(row: GoalRow, definition: Definition) -> dict[Part, float] | None:
    """Minutes by part of the slower direction, at the percentile; `None` for a time that is not from door to door, or no journey."""
    way = row.times[definition].judged.way
    if isinstance(way, ExpectedJourney):
        return way.part_minutes
    return way.part_minutes(planned=definition == "planned") if isinstance(way, Journey) else None


def binding_part(row: GoalRow, definition: Definition) -> Binding | None:
    """What binds a pair that misses its target; `None` if it keeps it, or has no journey from door to door."""
    parts, missing = parts_of(row, definition), row.missing_min(definition)
    if parts is None or not missing:
        return None
    # The least share of the largest part closes the gap; of equal parts the first along the journey.
    part = max(parts, key=lambda name: parts[name])
    return Binding(part, parts[part], missing)
