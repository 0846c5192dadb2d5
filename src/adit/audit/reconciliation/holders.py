"""Who holds an address on a day: the miner who has proven it, one who only says so, another one, or nobody in the list."""

from typing import Any

import numpy as np
from numba import njit

from adit.audit.reconciliation.joined import Ints, Joined

__all__ = [
    "ANOTHERS",
    "CLAIMED",
    "PROVEN",
    "UNLISTED",
    "claimants",
    "holders",
    "holders_kernel",
    "standing",
    "standing_kernel",
]

# How a miner stands to an address. The order counts: from CLAIMED on the miner has a claim to it.
ANOTHERS, UNLISTED, CLAIMED, PROVEN = range(4)


def standing(table: Joined, script: Ints, miner: Ints, since: Ints, until: Ints) -> Ints:
    """How each miner stands to each script in the days from `since` through `until`; a proof of any of them is enough."""
    found: Ints = standing_kernel(
        script, miner, since, until, table.claim_first, table.claim_miner, table.claim_from, table.claim_to
    )
    return found


def holders(table: Joined, script: Ints, day: Ints) -> tuple[Ints, Any, Any]:
    """For each script and day: the claim of its holder (-1: none), whether it is proven, whether several miners have proven it.

    Of several the one who proved it first, and of these the first by name.
    """
    claim, proven, shared = holders_kernel(
        script, day, table.claim_first, table.claim_miner, table.claim_from, table.claim_to
    )
    return claim, proven, shared


def claimants(table: Joined) -> tuple[Ints, Ints]:
    """The different miners with a claim to each script: where they begin in the second list, one place more at the end."""
    script = np.repeat(np.arange(len(table.scripts)), np.diff(table.claim_first))
    new = np.ones(len(script), dtype=np.bool_)
    new[1:] = (np.diff(script) != 0) | (np.diff(table.claim_miner) != 0)
    return np.searchsorted(script[new], np.arange(len(table.scripts) + 1)), table.claim_miner[new]


@njit(cache=True)
def standing_kernel(
    script: Any, miner: Any, since: Any, until: Any, first: Any, claim_miner: Any, claim_from: Any, claim_to: Any
) -> Any:
    found = np.empty(len(script), np.int64)
    for i in range(len(script)):
        a, b = first[script[i]], first[script[i] + 1]
        claimed = proven = another_proven = False
        for c in range(a, b):
            stands = claim_from[c] <= until[i] and since[i] < claim_to[c]
            if claim_miner[c] == miner[i]:
                claimed = True
                proven = proven or stands
            else:
                another_proven = another_proven or stands
        if proven:
            found[i] = PROVEN
        elif a == b:
            found[i] = UNLISTED
        elif claimed and not another_proven:
            found[i] = CLAIMED
        else:
            found[i] = ANOTHERS
    return found


@njit(cache=True)
def holders_kernel(script: Any, day: Any, first: Any, claim_miner: Any, claim_from: Any, claim_to: Any) -> Any:
    claim = np.full(len(script), -1, np.int64)
    proven = np.zeros(len(script), np.bool_)
    shared = np.zeros(len(script), np.bool_)
    for i in range(len(script)):
        for c in range(first[script[i]], first[script[i] + 1]):
            stands = claim_from[c] <= day[i] < claim_to[c]
            if stands and proven[i] and claim_miner[c] != claim_miner[claim[i]]:
                shared[i] = True
            if claim[i] < 0 or (stands and (not proven[i] or claim_from[c] < claim_from[claim[i]])):
                claim[i], proven[i] = c, stands
    return claim, proven, shared
