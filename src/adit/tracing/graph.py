"""The graph of transactions in memory: which output each input spends, how much each output holds, and what each transaction was given.

Only numbers; names, scripts and heights stand in `chain`. Columns of 32-bit places, so that ten million transactions take half a gigabyte.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from adit.evidence.chain.layout import MAX_MONEY_SAT
from adit.terms.errors import BadInput

__all__ = ["Graph", "fees_sat", "graph_of", "is_coinbase", "spent_by", "tx_of", "weigh_plainly"]

_MOST = 2**31 - 1  # places are 32-bit numbers
_ORDER, _RANGE, _MORE, _MONEY = 1, 2, 3, 4
_FAULTS = {
    _ORDER: "spends an output that comes later",
    _RANGE: "spends an output that is not there",
    _MORE: "pays out more than it was given",
    _MONEY: "was given more than there will ever be",
}


@dataclass(frozen=True, slots=True)
class Graph:
    """Transactions in the order of the chain, as columns.

    The outputs of transaction t stand from `output_first[t]` up to `output_first[t + 1]`, and so its inputs. One without inputs
    makes new coins. After the last output stand those that were spent here and never seen, each with the least that it must
    have held: no transaction made them.
    """

    output_first: Any  # int32, one more than transactions
    input_first: Any  # int32, one more than transactions
    prev: Any  # int32: for each input the place of the output that it spends
    amount_sat: Any  # int64: of each output, those that were not seen at the end
    input_sat: Any  # int64: what each transaction was given; 0 for new coins

    @property
    def transactions(self) -> int:
        return len(self.output_first) - 1

    @property
    def outputs(self) -> int:
        """How many outputs were seen; places from here on are of those that were not."""
        return int(self.output_first[-1])

    @property
    def unseen(self) -> int:
        return len(self.amount_sat) - self.outputs


def graph_of(output_first: Any, input_first: Any, prev: Any, amount_sat: Any) -> Graph:
    """The graph of these columns, weighed. Raises BadInput where places or amounts cannot be those of a chain."""
    if max(len(amount_sat), len(prev)) > _MOST:
        raise BadInput(
            f"There are {max(len(amount_sat), len(prev)):,} outputs or inputs; a graph holds up to {_MOST:,}.",
            todo="Give fewer blocks at once.",
        )
    outputs, inputs, spent = (np.ascontiguousarray(c, np.int32) for c in (output_first, input_first, prev))
    amount = np.ascontiguousarray(amount_sat, np.int64)
    if len(amount) and not (int(amount.min()) >= 0 and int(amount.max()) <= MAX_MONEY_SAT):
        raise BadInput(
            "An output holds less than nothing, or more than there will ever be.", todo="Read the blocks anew."
        )
    input_sat = np.zeros(len(outputs) - 1, np.int64)
    code, transaction = _weigh(outputs, inputs, spent, amount, input_sat)
    if code:
        raise BadInput(
            f"Transaction {transaction:,} {_FAULTS[code]}.", todo="Give whole blocks in the order of the chain."
        )
    return Graph(outputs, inputs, spent, amount, input_sat)


@njit(cache=True)
def _weigh(output_first: Any, input_first: Any, prev: Any, amount_sat: Any, input_sat: Any) -> tuple[int, int]:
    seen = output_first[-1]
    for t in range(len(input_sat)):
        given, paid = 0, 0
        for i in range(input_first[t], input_first[t + 1]):
            spent = prev[i]
            if spent < 0 or spent >= len(amount_sat):
                return _RANGE, t
            if output_first[t] <= spent < seen:
                return _ORDER, t
            given += amount_sat[spent]
            if given > MAX_MONEY_SAT:
                return _MONEY, t
        for o in range(output_first[t], output_first[t + 1]):
            paid += amount_sat[o]
        if input_first[t] < input_first[t + 1] and paid > given:
            return _MORE, t
        input_sat[t] = given
    return 0, -1


def weigh_plainly(output_first: Any, input_first: Any, prev: Any, amount_sat: Any) -> list[int]:
    """What each transaction was given, in plain Python; for the test of the loop above."""
    return [
        sum(int(amount_sat[p]) for p in prev[input_first[t] : input_first[t + 1]]) for t in range(len(output_first) - 1)
    ]


def tx_of(graph: Graph, output: int) -> int:
    """The transaction that made an output; -1 for one that was not seen."""
    if output >= graph.outputs:
        return -1
    return int(np.searchsorted(graph.output_first, output, side="right")) - 1


def is_coinbase(graph: Graph, transaction: int) -> bool:
    """Whether a transaction makes new coins."""
    return bool(graph.input_first[transaction] == graph.input_first[transaction + 1])


def fees_sat(graph: Graph) -> Any:
    """The fee of each transaction, 0 for new coins. Where an input was not seen, at least so much."""
    paid = np.zeros(len(graph.amount_sat) + 1, np.int64)
    np.cumsum(graph.amount_sat, out=paid[1:])
    fees = graph.input_sat - (paid[graph.output_first[1:]] - paid[graph.output_first[:-1]])
    return np.where(graph.input_first[1:] == graph.input_first[:-1], 0, fees)


def spent_by(graph: Graph) -> Any:
    """For each output the transaction that spends it, -1 where none here does (int32)."""
    found = np.full(len(graph.amount_sat), -1, np.int32)
    found[graph.prev] = np.repeat(np.arange(graph.transactions, dtype=np.int32), np.diff(graph.input_first))
    return found
