"""Which findings of a month to look at first across the whole register, so that few of them concern honest miners.

Benjamini and Hochberg 1995: of the site-months listed, the expected share of honest ones is at most the stated rate.
"""

from typing import Any

import numpy as np

__all__ = ["discoveries"]


def discoveries(p: Any, testable: Any, rate: float) -> Any:
    """Which probabilities of one month are discoveries at this rate. Those not testable are not counted in."""
    found = np.zeros(len(p), dtype=np.bool_)
    places = np.flatnonzero(testable)
    if not len(places):
        return found
    order = places[np.argsort(p[places], kind="stable")]
    passed = p[order] <= rate * np.arange(1, len(order) + 1) / len(order)
    if passed.any():
        found[order[: passed.nonzero()[0].max() + 1]] = True
    return found
