"""The pairing where lines lie within one another, or may take receipts of several addresses: most pairs, then least cost, path by path.

Lines come one after another, each by the cheapest chain of exchanges that finds it a receipt (successive shortest paths: Jewell 1958, Tomizawa 1971).
To leave a line without a receipt costs more than all else, so that it is done only where it must be.
"""

import heapq
from typing import Any

import numpy as np
from numba import njit

__all__ = ["augment"]


@njit(cache=True)
def augment(first: Any, receipt: Any, cost: Any, receipts: int, alone: int) -> Any:
    """For each line its receipt, or -1. The receipts within reach of line i are `receipt[first[i] : first[i + 1]]`, at these costs.

    Lines and receipts come in the order in which they go before one another where all else is equal. `alone` is the price of a line without receipt.
    """
    lines = len(first) - 1
    has = np.full(lines, -1, np.int64)
    taken = np.full(receipts, -1, np.int64)
    worth = np.zeros(lines, np.int64)  # the dual prices: cost - worth + price is never negative, and zero on a pair
    price = np.zeros(receipts, np.int64)
    distance = np.zeros(receipts, np.int64)
    via = np.zeros(receipts, np.int64)  # the line from which a receipt was reached
    reached = np.full(receipts, -1, np.int64)  # by which search
    settled = np.full(receipts, -1, np.int64)
    for new in range(lines):
        heap = [(0, 0)]
        heap.pop()
        order = [0]  # of the receipts settled
        order.pop()
        line, so_far = new, 0
        end, end_line, end_receipt = alone, new, -1
        while True:
            for e in range(first[line], first[line + 1]):
                r = receipt[e]
                d = so_far + cost[e] - worth[line] + price[r]
                if reached[r] != new or d < distance[r]:
                    reached[r], distance[r], via[r] = new, d, line
                    heapq.heappush(heap, (d, r))
            while len(heap) > 0 and settled[heap[0][1]] == new:
                heapq.heappop(heap)
            if len(heap) == 0 or heap[0][0] >= end:
                break
            so_far, r = heapq.heappop(heap)
            settled[r] = new
            order.append(r)
            if taken[r] < 0:
                end, end_receipt = so_far, r
                break
            line = taken[r]
            without = so_far + alone - worth[line]
            if without < end or (without == end and line > end_line):
                end, end_line = without, line
        for r in order:
            price[r] += end - distance[r]
            if taken[r] >= 0:
                worth[taken[r]] += end - distance[r]
        worth[new] = end
        r = end_receipt
        if r < 0 and end_line != new:
            r, has[end_line] = has[end_line], -1
        while r >= 0:
            line = via[r]
            r_before = has[line]
            has[line], taken[r] = r, line
            if line == new:
                break
            r = r_before
    return has
