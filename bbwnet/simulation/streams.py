"""Random streams: one generator for each entity and purpose, keyed by what the entity is called and not by when it is made.

Two scenarios that share an entity share its stream (common random numbers), whatever else differs between them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """The streams of one replication."""

    seed: int
    replication: int

    def of(self, kind: str, identifier: str, purpose: str) -> np.random.Generator:
        """The generator of an entity for a purpose, always from its beginning."""
        name = f"{kind}\x1f{identifier}\x1f{purpose}".encode()
        words = np.frombuffer(hashlib.sha256(name).digest(), dtype="<u4").tolist()
        return np.random.default_rng(np.random.SeedSequence([self.seed, self.replication, *words]))
