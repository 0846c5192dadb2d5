"""A score against those of its peers: how often a connection without mining scores so high, and which connections to look at first.

Conformal p-values (Vovk; Bates and others 2023): if the clean peers and the connection come from one population, the probability of a p-value
of at most `a` is at most `a`, whatever the score. Lists by Benjamini and Hochberg 1995.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adit.audit.discoveries import discoveries

__all__ = ["LEAST_PEERS", "Judged", "PoolResult", "by_peers", "p_values", "pooled"]

LEAST_PEERS = 100  # clean peers in a group, below which it is held against all clean peers


@dataclass(frozen=True, slots=True)
class Judged:
    """Every meter against its peers. `group_of` names the peers; '' stands for all."""

    p: Any  # not a number where not tested
    group_of: Sequence[str]
    peers: Mapping[str, int]  # how many clean peers each group has
    confirmed: bool  # whether the peers are confirmed clean; else the scan itself is the reference
    listed: Any  # by the rate asked for
    discovered: Any  # by Benjamini and Hochberg; all false where the scan is its own reference


@dataclass(frozen=True, slots=True)
class PoolResult:
    """Several meters of one owner, address or feeder together."""

    pool: str
    meters: tuple[str, ...]
    score: int
    p: float


def p_values(scores: Any, clean: Any, *, among: bool) -> Any:
    """For each score, (1 + clean peers that score at least so high) / (1 + clean peers). `among`: the scores are those of the peers
    themselves, of which each counts itself once."""
    ordered = np.sort(clean)
    at_least = len(ordered) - np.searchsorted(ordered, scores, side="left")
    return at_least / len(ordered) if among else (1 + at_least) / (1 + len(ordered))


def by_peers(
    scores: Any,
    tested: Any,
    groups: Sequence[str],
    *,
    clean: Any = None,
    excluded: Any = None,
    alpha: float,
    fdr: float,
) -> Judged:
    """Judge every tested meter. `clean` marks the confirmed clean ones; without it the scan itself is the reference.

    `excluded` marks declared miners: they are neither judged nor peers. Confirmed clean meters are peers and not judged.
    """
    judged = tested if excluded is None else tested & ~excluded
    confirmed = clean is not None
    reference = judged & clean if confirmed else judged
    judged = judged & ~reference if confirmed else judged
    labels = np.asarray(groups, dtype=object)
    everyone = scores[reference]
    counts: dict[str, int] = {"": len(everyone)}
    p = np.full(len(scores), np.nan)
    against = [""] * len(scores)
    for group in dict.fromkeys(groups):
        members = labels == group
        own = scores[reference & members]
        name = group if len(own) >= LEAST_PEERS else ""
        counts[name] = len(own) if name else len(everyone)
        for i in np.flatnonzero(members):
            against[i] = name
        chosen = judged & members
        if len(everyone):
            p[chosen] = p_values(scores[chosen], own if name else everyone, among=not confirmed)
    listed = judged & (p <= alpha) & (scores > 0)
    found = discoveries(np.nan_to_num(p, nan=1.0), judged, fdr) if confirmed else np.zeros(len(scores), np.bool_)
    return Judged(p, against, counts, confirmed, listed, found & (scores > 0))


def pooled(names: Sequence[str], scores: Any, pools: Sequence[str], reference: Any, usable: Any) -> list[PoolResult]:
    """The meters of each pool together: the sum of their scores against the sum of as many clean peers, drawn alike.

    The distribution of the sum is worked out, not drawn by chance: scores in steps of STEP points, folded with themselves. Peers are
    rounded up and the pool is rounded down, so that the p-value is rather too large. Meters of one owner are taken as independent.
    """
    members: dict[str, list[int]] = {}
    for i, pool in enumerate(pools):
        if pool and usable[i]:
            members.setdefault(pool, []).append(i)
    one = _in_steps(scores[reference])
    if one is None:
        return []
    lowest, shares = one
    folded: dict[int, Any] = {1: shares}
    found = []
    for pool, places in members.items():
        if len(places) < 2:
            continue
        total = int(scores[places].sum())
        k = len(places)
        at = sum(int(scores[i]) // STEP for i in places) - k * lowest
        sums = _fold(folded, k)
        beyond = float(sums[max(0, at) :].sum()) if at < len(sums) else 0.0
        floor = 1.0 / (1 + int(reference.sum()))  # no finer than what was seen of single peers
        found.append(PoolResult(pool, tuple(names[i] for i in places), total, min(1.0, beyond + floor)))
    return sorted(found, key=lambda r: (r.p, -r.score, r.pool))


STEP = 10  # points


def _in_steps(scores: Any) -> tuple[int, Any] | None:
    if not len(scores):
        return None
    steps = -(-scores // STEP)
    lowest = int(steps.min())
    counts = np.bincount((steps - lowest).astype(np.int64))
    return lowest, counts / counts.sum()


def _fold(folded: dict[int, Any], k: int) -> Any:
    if k not in folded:
        half = k // 2
        folded[k] = np.convolve(_fold(folded, half), _fold(folded, k - half))
    return folded[k]
