"""The nearest valid name to one that is not valid: what the user probably meant."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable

_CANDIDATES = 24
_SIMILAR = 0.6


class Names:
    """Valid names, indexed by pairs of letters so that thousands of wrong names stay cheap to look up."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the valid names; they are indexed at the first look-up."""
        self._names = sorted(set(names))
        self._holding: dict[str, list[int]] | None = None

    def nearest(self, wrong: object) -> str | None:
        """Give the valid name most like `wrong`, or `None` if none is alike."""
        if not isinstance(wrong, str) or not wrong:
            return None
        if self._holding is None:
            self._holding = defaultdict(list)
            for index, name in enumerate(self._names):
                for pair in _pairs(name):
                    self._holding[pair].append(index)
        shared: Counter[int] = Counter()
        for pair in sorted(_pairs(wrong)):
            shared.update(self._holding.get(pair, ()))
        likely = sorted(shared, key=lambda index: (-2 * shared[index] / (len(self._names[index]) + len(wrong)), index))[:_CANDIDATES]
        close = difflib.get_close_matches(wrong, [self._names[index] for index in likely], n=1, cutoff=_SIMILAR)
        return close[0] if close else None


def _pairs(name: str) -> set[str]:
    padded = f"^{name.lower()}$"
    return {padded[index : index + 2] for index in range(len(padded) - 1)}


def nearest_name(wrong: object, names: Iterable[str]) -> str | None:
    """Give the one of `names` most like `wrong`, or `None`; for a single look-up among few names."""
    return Names(names).nearest(wrong)
