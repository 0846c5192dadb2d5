"""Transactions that look as if several people had put their coins together, so that inputs say nothing about a common owner.

A suspicion by shape, never a proof. The thresholds are wide on purpose: a transaction that is suspected wrongly only leaves two clusters
apart and a path unresolved; one that is missed joins strangers. Shapes and published thresholds: GraphSense, graphsense-lib pull requests
76, 80 and 82 (2026), after Schnoering and Vazirgiannis (2023). There, with narrower thresholds, transactions that were no coinjoin made up
0 % of those found for Wasabi 2, 1.6 % for Wasabi 1 and 3.7 % for JoinMarket; how many ours finds wrongly has not been measured.
"""

from typing import Any

import numpy as np
from numba import njit

from adit.tracing.graph import Graph

__all__ = ["KINDS", "PUBLISHED", "detect", "detect_plainly"]

KINDS = ("", "equal outputs, as many as inputs", "like Wasabi", "like JoinMarket")
_EQUAL, _WASABI, _JOINMARKET = 1, 2, 3
PUBLISHED = {"like Wasabi": "0 % (Wasabi 2) to 1.6 % (Wasabi 1)", "like JoinMarket": "3.7 %"}
# Our widening: any amount and from five participants on, where the pools of Whirlpool have four amounts.
_POOL_LEAST = 5
# JoinMarket: the amount that most outputs have is the joined one; each participant has it once, and change at most once.
_PARTICIPANTS_LEAST = 3
# Wasabi 1: so many outputs near a tenth of a coin times a power of two; one output more for the coordinator.
_WASABI_1_LEAST = 10
_TENTH_SAT, _NEAR_PERCENT = 10_000_000, 5
# Wasabi 2: rounds of fifty inputs and more, of which no script has more than a tenth; half of the outputs in its standard amounts (the half is ours).
_WASABI_2_INPUTS, _TOP_SHARE, _STANDARD_SHARE = 50, 10, 2


def _standard_amounts() -> Any:
    """The amounts that Wasabi 2 splits into: powers of two and three, twice those of three, and 1, 2 and 5 times powers of ten."""
    found = {2**k for k in range(52)} | {m * 3**k for k in range(32) for m in (1, 2)}
    found |= {m * 10**k for k in range(16) for m in (1, 2, 5)}
    return np.array(sorted(a for a in found if 5_000 <= a <= 21_000_000 * 100_000_000), np.int64)


_STANDARD = _standard_amounts()


def detect(graph: Graph, script_of: Any) -> Any:
    """For each transaction which shape it has, a place in `KINDS`, 0 for none (uint8). `script_of` is the number of each output's script."""
    found = np.zeros(graph.transactions, np.uint8)
    longest = int(max(np.diff(graph.input_first).max(initial=0), np.diff(graph.output_first).max(initial=0)))
    _detect(
        graph.output_first, graph.input_first, graph.prev, graph.amount_sat, script_of, _STANDARD, np.empty(longest, np.int64), found
    )  # fmt: skip
    return found


def detect_plainly(graph: Graph, script_of: Any) -> list[int]:
    """The same in plain Python."""
    standard, found = set(map(int, _STANDARD)), []
    for t in range(graph.transactions):
        spent = [int(p) for p in graph.prev[graph.input_first[t] : graph.input_first[t + 1]]]
        place = range(int(graph.output_first[t]), int(graph.output_first[t + 1]))
        paid = [int(graph.amount_sat[o]) for o in place if graph.amount_sat[o]]
        payers = [int(script_of[p]) if p < graph.outputs else -1 - p for p in spent]
        payees = {int(script_of[o]) for o in place}
        times = {a: paid.count(a) for a in paid}
        most = max(times.values(), default=0)
        amount = min((a for a, n in times.items() if n == most), default=0)
        different = len(set(payers))
        top = max((payers.count(p) for p in set(payers)), default=0)
        near = any(abs(amount - (_TENTH_SAT << k)) * 100 <= _NEAR_PERCENT * (_TENTH_SAT << k) for k in range(20))
        code = 0
        if len(payees) == len(place) and most >= _PARTICIPANTS_LEAST and different >= most:
            if most >= _POOL_LEAST and most == len(place) == len(spent):
                code = _EQUAL
            elif most >= _WASABI_1_LEAST and near:
                code = _WASABI
            elif len(paid) <= 2 * most + 1:
                code = _JOINMARKET
        if not code and len(spent) >= _WASABI_2_INPUTS and top * _TOP_SHARE <= len(spent):
            in_standard = sum(a in standard for a in paid)
            code = _WASABI if paid and in_standard * _STANDARD_SHARE >= len(paid) else 0
        found.append(code)
    return found


@njit(cache=True)
def _detect(
    output_first: Any, input_first: Any, prev: Any, amount: Any, script_of: Any, standard: Any, room: Any, found: Any
) -> None:  # fmt: skip
    for t in range(len(found)):
        first, end = output_first[t], output_first[t + 1]
        inputs, outputs = input_first[t + 1] - input_first[t], end - first
        if inputs < _PARTICIPANTS_LEAST:
            continue
        paid, in_standard = 0, 0
        for o in range(first, end):
            if amount[o]:
                room[paid] = amount[o]
                paid += 1
        values = np.sort(room[:paid])
        most, joined = _longest_run(values)
        for value in values:
            at = np.searchsorted(standard, value)
            in_standard += at < len(standard) and standard[at] == value
        maybe_large = inputs >= _WASABI_2_INPUTS and paid > 0 and in_standard * _STANDARD_SHARE >= paid
        if most < _PARTICIPANTS_LEAST and not maybe_large:
            continue
        for i in range(inputs):
            spent = prev[input_first[t] + i]
            room[i] = script_of[spent] if spent < output_first[-1] else -1 - spent  # nobody knows whose: another's
        payers = np.sort(room[:inputs])
        top, _ = _longest_run(payers)
        different = _different(payers)
        for o in range(outputs):
            room[o] = script_of[first + o]
        alone = _different(np.sort(room[:outputs])) == outputs
        if alone and most >= _PARTICIPANTS_LEAST and different >= most:
            if most >= _POOL_LEAST and most == outputs and most == inputs:
                found[t] = _EQUAL
            elif most >= _WASABI_1_LEAST and _near_tenths(joined):
                found[t] = _WASABI
            elif paid <= 2 * most + 1:
                found[t] = _JOINMARKET
        if found[t] == 0 and maybe_large and top * _TOP_SHARE <= inputs:
            found[t] = _WASABI


@njit(cache=True)
def _longest_run(ordered: Any) -> tuple[int, int]:
    """How often the most frequent value stands in an ordered column, and the least such value."""
    best, value, run = 0, 0, 0
    for i in range(len(ordered)):
        run = run + 1 if i and ordered[i] == ordered[i - 1] else 1
        if run > best:
            best, value = run, ordered[i]
    return best, value


@njit(cache=True)
def _different(ordered: Any) -> int:
    count = 0
    for i in range(len(ordered)):
        count += i == 0 or ordered[i] != ordered[i - 1]
    return count


@njit(cache=True)
def _near_tenths(amount: int) -> bool:
    for k in range(20):
        level = _TENTH_SAT << k
        if abs(amount - level) * 100 <= _NEAR_PERCENT * level:
            return True
    return False
