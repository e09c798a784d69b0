"""All known answers, topic by topic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bbwnet.experiment.verification import gravity, logit, queues, road_equilibrium, sioux_falls, strategies

if TYPE_CHECKING:
    from bbwnet.experiment.verification.cases import Case

CASES: tuple[Case, ...] = (*road_equilibrium.CASES, *sioux_falls.CASES, *gravity.CASES, *logit.CASES, *strategies.CASES, *queues.CASES)
"""In the order in which they are solved and printed."""
