"""Which names of an index reach a score, and their scores, compiled: the twin of `scoring`, with the same whole numbers.

A name is aligned only if what meets at all could reach the score, were each meeting perfect and both ends met. So none is missed.
"""

from typing import Any

import numpy as np
from numba import njit

from adit.screening.names.scoring import ANCHORED, DOUBT, ENOUGH, EXCUSED, JOINED, JOINED_FLOOR, LITTLE, RELIEF, WHOLE
from adit.screening.names.tokens import LIGHT, MOST_TOKENS

__all__ = ["rated", "reached", "unit_rows", "whole_score"]


@njit(cache=True)
def unit_rows(near: Any, joined: bool, unit_joined: Any, key_units: Any, key_offsets: Any, row: Any) -> Any:
    """From keys to units: how near each unit of the index is to a unit of ours. Returns the units that meet it."""
    found = np.empty(len(row), np.int64)
    count = 0
    for k in range(len(near)):
        if near[k] == 0:
            continue
        for at in range(key_offsets[k], key_offsets[k + 1]):
            unit = key_units[at]
            met = near[k]
            if joined or unit_joined[unit]:
                met = met * JOINED // 1000 if met >= JOINED_FLOOR else 0
            if met > row[unit]:
                if row[unit] == 0:
                    found[count] = unit
                    count += 1
                row[unit] = met
    return found[:count]


@njit(cache=True)
def rated(value: int, ours: int, theirs: int, anchored: bool, excused: int) -> int:
    """The twin of `scoring.rated`."""
    tells = value & 1023
    rest = (value - tells) >> 10
    met = -(-rest // 1024)
    weight_met = met * 1024 - rest
    relief = ANCHORED if anchored else min(max(tells - LITTLE, 0) * RELIEF // (ENOUGH - LITTLE), RELIEF)
    relief = relief * max(met * DOUBT - weight_met * 1000 * (DOUBT - 1), 0) // max(weight_met * 1000, 1)
    longer = min(abs(ours - theirs), ours + theirs - weight_met)
    excused = min(excused, longer)
    return met * 1000 // ((ours + theirs) * 1000 - relief * (longer - excused) - EXCUSED * excused)


@njit(cache=True)
def _excused(ours: int, theirs: int) -> int:
    """The weight of patronymics that only one of two names has."""
    return ours + theirs if (ours == 0) != (theirs == 0) else 0


@njit(cache=True)
def _aligned(ours: Any, rows: Any, units: Any, spans: Any, total: int, ends: int, patronymics: int, states: Any) -> int:
    """The twin of `scoring._states` and `_alignments`: the score by tokens.

    `ours`: a row a unit (start, stop, weight, tells), and in the last row the two ends, the whole weight and that of patronymics. `units`, `spans`: theirs.
    """
    last = len(ours) - 1
    first_end, last_end, weight_ours, mine = ours[last, 0], ours[last, 1], ours[last, 2], ours[last, 3]
    tokens = len(states) - 1
    n_tokens = 0
    for v in range(len(spans)):
        n_tokens = max(n_tokens, spans[v, 1])
    size = 1 << (n_tokens + 2)  # their tokens, and above them our two ends
    for at in range(tokens + 1):
        for used in range(size):
            states[at, used] = -1
    states[0, 0] = 0
    for at in range(tokens):
        for used in range(size):
            value = states[at, used]
            if value < 0:
                continue
            states[at + 1, used] = max(states[at + 1, used], value)
            for u in range(last):
                if ours[u, 0] != at:
                    continue
                stop = ours[u, 1]
                reached = used
                if at <= first_end < stop:
                    reached |= 1 << n_tokens
                if at <= last_end < stop:
                    reached |= 2 << n_tokens
                for v in range(len(spans)):
                    met = rows[u, units[v]]
                    single = stop - at == 1 and spans[v, 1] - spans[v, 0] == 1
                    if met == 0 or (met < 1000 and single and min(ours[u, 2], spans[v, 2]) <= LIGHT):
                        continue
                    bits = (1 << spans[v, 1]) - (1 << spans[v, 0])
                    if used & bits:
                        continue
                    weight = ours[u, 2] + spans[v, 2]
                    gained = value + ((met * weight) << 20) - (weight << 10) + ours[u, 3] + spans[v, 3]
                    if gained > states[stop, reached | bits]:
                        states[stop, reached | bits] = gained
    both = ends | (3 << n_tokens)
    two = first_end != last_end and ends & (ends - 1) != 0
    most, most_anchored = 0, 0
    for used in range(size):
        most = max(most, states[tokens, used])
        if two and used & both == both:
            most_anchored = max(most_anchored, states[tokens, used])
    excused = _excused(mine, patronymics)
    return max(rated(most, weight_ours, total, False, 0), rated(most_anchored, weight_ours, total, True, excused))


@njit(cache=True)
def reached(
    least: int, ours: Any, our_weights: Any, rows: Any, found: Any, found_at: Any, post_names: Any, post_spans: Any, post_at: Any,
    name_units: Any, name_spans: Any, name_at: Any, totals: Any, ends: Any, patronymics: Any, token_weights: Any, token_at: Any, wholes: Any,
) -> Any:  # fmt: skip
    """The names whose score is at least `least`, and their scores. `wholes` holds the score of each name without its spaces.

    A name is scored if what meets at all could reach the score, were each meeting perfect and both ends met: so none is missed.
    """
    last = len(ours) - 1
    n_names = len(totals)
    mine = np.zeros(n_names, np.int64)
    theirs = np.zeros(n_names, np.int64)
    for u in range(last):
        bits = (1 << ours[u, 1]) - (1 << ours[u, 0])
        for at in range(found_at[u], found_at[u + 1]):
            unit = found[at]
            for p in range(post_at[unit], post_at[unit + 1]):
                mine[post_names[p]] |= bits
                theirs[post_names[p]] |= post_spans[p]
    states = np.empty((len(our_weights) + 1, 4 << MOST_TOKENS), np.int64)
    names = np.empty(n_names, np.int64)
    scores = np.empty(n_names, np.int64)
    count = 0
    for name in range(n_names):
        best = wholes[name]
        if mine[name]:
            most = 0
            for i in range(len(our_weights)):
                if mine[name] >> i & 1:
                    most += our_weights[i]
            for i in range(token_at[name + 1] - token_at[name]):
                if theirs[name] >> i & 1:
                    most += token_weights[token_at[name] + i]
            perfect = ((1000 * most) << 20) - (most << 10)
            if rated(perfect, ours[last, 2], totals[name], True, _excused(ours[last, 3], patronymics[name])) >= least:
                first, stop = name_at[name], name_at[name + 1]
                by_tokens = _aligned(
                    ours,
                    rows,
                    name_units[first:stop],
                    name_spans[first:stop],
                    totals[name],
                    ends[name],
                    patronymics[name],
                    states,
                )
                best = max(best, by_tokens)
        if best >= least and best > 0:
            names[count] = name
            scores[count] = best
            count += 1
    return names[:count], scores[:count]


def whole_score(near: Any) -> Any:
    """What names count that differ in their spaces alone, from how near they are without them."""
    return np.where(near >= JOINED_FLOOR, near * WHOLE // 1000, 0)
